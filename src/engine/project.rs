//! A project: the directory of a root module, and what reading it needs.

use crate::config::{Configuration, check, load, unsupported};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::install::Installed;
use crate::link::{PriorFacts, link};
use crate::provider::registry::Registry;
use crate::schema::Schemas;
use crate::source::SourceMap;
use std::path::PathBuf;
use std::sync::Arc;

/// The version of this tool.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The directory of a root module.
///
/// Paths are relative to the working directory, which `-chdir` sets before anything else.
#[derive(Clone, Debug)]
pub struct Project {
    /// The root module's directory, usually `.`.
    pub directory: PathBuf,
    /// Where Terraform keeps what it installed and initialised, usually `.terraform`.
    pub data_directory: PathBuf,
    /// The selected workspace.
    pub workspace: String,
    /// The home directory of whoever runs the tool, if it is known.
    pub home: Option<Arc<str>>,
}

/// Why a command could not do its work: diagnostics, and the texts that their spans point into.
#[derive(Clone, Debug, Default)]
pub struct Failure {
    /// What is wrong.
    pub diagnostics: Diagnostics,
    /// The files.
    pub sources: SourceMap,
}

impl Failure {
    /// A failure without a place in a file.
    pub fn plain(diagnostic: Diagnostic) -> Self {
        Failure {
            diagnostics: diagnostic.into(),
            sources: SourceMap::default(),
        }
    }

    /// A failure whose spans point into these files.
    pub fn new(diagnostics: impl Into<Diagnostics>, sources: &SourceMap) -> Self {
        Failure {
            diagnostics: diagnostics.into(),
            sources: sources.clone(),
        }
    }
}

/// The problem of a value that waits for something nobody will answer.
pub(super) fn blocked() -> Diagnostics {
    let detail = "The value depends on something that could not be evaluated.";
    Diagnostic::error(Code::InvalidExpression, detail).into()
}

impl Project {
    /// The project in a directory, in the default workspace.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        let directory = directory.into();
        let data_directory = directory.join(".terraform");
        Project {
            directory,
            data_directory,
            workspace: "default".to_owned(),
            home: None,
        }
    }

    /// Reads the root module and all that it calls. A directory without files is an empty module.
    pub fn load(&self) -> Result<(Configuration, Diagnostics), Failure> {
        let (configuration, diagnostics) = self.read()?;
        if diagnostics.has_errors() {
            return Err(Failure::new(diagnostics, &configuration.sources));
        }
        Ok((configuration, diagnostics))
    }

    /// As [`Project::load`]; where reading found mistakes, the others that can be found are told with them.
    pub fn load_thoroughly(
        &self,
        schemas: &dyn Schemas,
    ) -> Result<(Configuration, Diagnostics), Failure> {
        let (configuration, mut diagnostics) = self.read()?;
        if diagnostics.has_errors() {
            let is_whole = !diagnostics.iter().any(|problem| {
                matches!(
                    problem.code,
                    Code::Syntax | Code::Unreadable | Code::ModuleNotInstalled
                )
            });
            // What a part that could not be read declares would be missed everywhere.
            if is_whole {
                let (linked, more) = link(configuration.clone(), &PriorFacts::default());
                diagnostics.extend(more);
                diagnostics.extend(check(&linked, schemas));
                diagnostics.extend(unsupported(&linked, schemas));
            }
            let diagnostics = diagnostics.in_order_of_place();
            return Err(Failure::new(diagnostics, &configuration.sources));
        }
        Ok((configuration, diagnostics))
    }

    /// Refuses a directory that holds no configuration, where that would mean that nothing is wanted any more.
    pub fn require_files(&self, configuration: &Configuration) -> Result<(), Failure> {
        if configuration.has_files() {
            return Ok(());
        }
        let detail = format!(
            "The directory {} contains no configuration files.",
            self.directory.display()
        );
        let diagnostic = Diagnostic::error(Code::Unreadable, detail)
            .with_summary("No configuration files")
            .hint("Configuration files end in `.tf`, `.tf.json` or `.trustform.hcl`.")
            .hint("To destroy everything that the state records: trustform destroy");
        Err(Failure::plain(diagnostic))
    }

    fn read(&self) -> Result<(Configuration, Diagnostics), Failure> {
        let mut installed = Installed::read(&self.data_directory).map_err(|error| {
            Failure::plain(Diagnostic::error(Code::Unreadable, error.to_string()))
        })?;
        let (configuration, diagnostics) = load(&self.directory, &mut installed, &Registry);
        Ok((configuration, diagnostics))
    }
}
