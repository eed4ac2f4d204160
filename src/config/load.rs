//! From a directory to a configuration: the root module and all modules it calls.

use super::check::check_calls;
use super::decode::decode;
use super::module::{Module, ModuleCall};
use super::overriding::{is_override, override_with};
use super::parse::parse;
use super::syntax::Structure;
use crate::address::ModulePath;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::schema::Schemas;
use crate::source::{FileId, SourceMap, is_configuration};
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// A configuration: every module of the tree, by the calls that lead to it.
#[derive(Clone, Debug, Default)]
pub struct Configuration {
    /// The modules; modules called from one source share one declaration.
    pub modules: BTreeMap<ModulePath, Arc<Module>>,
    /// The text of every file, for spans.
    pub sources: SourceMap,
}

impl Configuration {
    /// The module of a path.
    pub fn module(&self, path: &ModulePath) -> Option<&Arc<Module>> {
        self.modules.get(path)
    }

    /// Whether any file of configuration was read; files of values are none.
    pub fn has_files(&self) -> bool {
        let mut files = self.sources.iter();
        files.any(|(_, file)| is_configuration(file.path()))
    }

    /// The root module; an empty one before anything was loaded.
    pub fn root(&self) -> Arc<Module> {
        self.modules
            .get(&ModulePath::root())
            .cloned()
            .unwrap_or_default()
    }
}

/// The files of one module: path as shown in messages, and text.
pub type ModuleFiles = Vec<(PathBuf, Arc<str>)>;

/// Where modules come from: a directory on disk, or the copy in a plan file.
pub trait ModuleSource {
    /// The configuration files of a directory, sorted by name.
    fn files(&mut self, directory: &Path) -> Result<ModuleFiles, crate::source::LoadError>;

    /// The directory of the module that a call leads to; only local sources are found where nothing is installed.
    ///
    /// # Errors
    /// The module is not there, or is another one than the call asks for.
    fn directory(
        &mut self,
        _module: &ModulePath,
        call: &ModuleCall,
        caller: &Path,
    ) -> Result<PathBuf, NotInstalled> {
        local_directory(caller, &call.source).ok_or(NotInstalled::Missing)
    }
}

/// Why the module of a call cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotInstalled {
    /// It was not installed, or its folder is gone.
    Missing,
    /// The source is none: why.
    NoSource(String),
    /// It was installed from this other source.
    OtherSource(String),
    /// This version was installed, which the call does not allow.
    OtherVersion(String),
}

/// The directory of a module with a local source, called from a module in `caller`; `None` for other sources.
pub fn local_directory(caller: &Path, source: &str) -> Option<PathBuf> {
    let is_local = source.starts_with("./") || source.starts_with("../");
    is_local.then(|| lexical(&caller.join(source)))
}

/// Loads the module in `directory` and all that it calls. Problems of all files are collected. The schemas decide what
/// JSON files leave open: which members are blocks.
pub fn load(
    directory: &Path,
    source: &mut dyn ModuleSource,
    schemas: &dyn Schemas,
) -> (Configuration, Diagnostics) {
    let mut loader = Loader {
        source,
        schemas,
        configuration: Configuration::default(),
        diagnostics: Diagnostics::new(),
        decoded: BTreeMap::new(),
    };
    loader.module(&ModulePath::root(), directory, None);
    (loader.configuration, loader.diagnostics)
}

struct Loader<'a> {
    source: &'a mut dyn ModuleSource,
    schemas: &'a dyn Schemas,
    configuration: Configuration,
    diagnostics: Diagnostics,
    /// Modules that were read already, by directory.
    decoded: BTreeMap<PathBuf, Arc<Module>>,
}

/// Calls nested deeper than this are taken for a module that calls itself.
const DEEPEST: usize = 32;

impl Loader<'_> {
    fn module(&mut self, path: &ModulePath, directory: &Path, call: Option<&ModuleCall>) {
        let Some(module) = self.decoded_module(directory, call) else {
            return;
        };
        self.configuration
            .modules
            .insert(path.clone(), module.clone());
        for call in module.calls.values() {
            let child = path.child(call.name.clone());
            if child.names().len() > DEEPEST {
                let detail = "Module calls are nested too deeply. Does a module call itself?";
                self.diagnostics
                    .push(Diagnostic::error(Code::Cycle, detail).at(call.span));
                return;
            }
            if let Some(directory) = self.directory_of(call, &child, directory) {
                self.module(&child, &directory, Some(call));
                let called = self.configuration.modules.get(&child);
                self.diagnostics.extend(check_calls(call, called));
            }
        }
    }

    fn decoded_module(
        &mut self,
        directory: &Path,
        call: Option<&ModuleCall>,
    ) -> Option<Arc<Module>> {
        if let Some(module) = self.decoded.get(directory) {
            return Some(module.clone());
        }
        let files = match self.source.files(directory) {
            Ok(files) => files,
            Err(error) => {
                let diagnostic = Diagnostic::error(Code::Unreadable, error.to_string());
                self.diagnostics.push(match call {
                    Some(call) => diagnostic
                        .with_summary("Unreadable module directory")
                        .at(call.source_span),
                    None => diagnostic,
                });
                return None;
            }
        };
        let mut module = Module {
            directory: directory.to_path_buf(),
            ..Module::default()
        };
        self.read(files, &mut module);
        let module = Arc::new(module);
        self.decoded.insert(directory.to_path_buf(), module.clone());
        Some(module)
    }

    /// Decodes the files of a module one by one; where there are override files, all together, and before that what the
    /// others say alone: what is wrong there is wrong also where it is overridden.
    fn read(&mut self, files: ModuleFiles, module: &mut Module) {
        let (overrides, files): (ModuleFiles, ModuleFiles) =
            files.into_iter().partition(|(path, _)| is_override(path));
        let mut structures = Vec::new();
        for (parsed, problems) in parse(&self.named(files), self.schemas) {
            self.diagnostics.extend(problems);
            if overrides.is_empty() {
                let problems = decode(&mut *parsed.structures(), module);
                self.diagnostics.extend(problems);
            } else {
                structures.extend(parsed.structures());
            }
        }
        if !structures.is_empty() {
            let problems = alone(&structures);
            self.diagnostics.extend(problems);
        }
        for (parsed, problems) in parse(&self.named(overrides), self.schemas) {
            self.diagnostics.extend(problems);
            let problems = override_with(&mut structures, parsed.structures().collect());
            self.diagnostics.extend(problems);
        }
        let problems = decode(&mut structures.into_iter(), module);
        self.diagnostics.extend(problems);
    }

    /// Gives files their numbers, by which places name them.
    fn named(&mut self, files: ModuleFiles) -> Vec<(FileId, PathBuf, Arc<str>)> {
        let sources = &mut self.configuration.sources;
        let named =
            |(path, text): (PathBuf, Arc<str>)| (sources.add(&path, text.clone()), path, text);
        files.into_iter().map(named).collect()
    }

    fn directory_of(
        &mut self,
        call: &ModuleCall,
        path: &ModulePath,
        caller: &Path,
    ) -> Option<PathBuf> {
        if call.source.is_empty() {
            return None;
        }
        match self.source.directory(path, call, caller) {
            Ok(directory) => Some(directory),
            Err(reason) => {
                self.diagnostics.push(not_installed(call, path, &reason));
                None
            }
        }
    }
}

/// The summary of a source that is none.
pub fn no_source(call: &ModuleCall) -> &'static str {
    match call.version {
        Some(_) => "Invalid registry module source address",
        None => "Invalid module source address",
    }
}

fn not_installed(call: &ModuleCall, path: &ModulePath, reason: &NotInstalled) -> Diagnostic {
    let (summary, detail, place) = match reason {
        NotInstalled::Missing => (
            Code::ModuleNotInstalled.summary(),
            format!(
                "The module `{path}`, from `{}`, is not installed.",
                call.source
            ),
            call.span,
        ),
        NotInstalled::NoSource(problem) => {
            let diagnostic = Diagnostic::error(Code::ModuleNotInstalled, problem.clone())
                .with_summary(no_source(call))
                .at(call.source_span);
            return match call.version {
                Some(_) => diagnostic,
                None => diagnostic.hint(
                    "A folder beside the calling module is written with `./` before its name.",
                ),
            };
        }
        NotInstalled::OtherSource(source) => (
            "Module source has changed",
            format!(
                "The module `{path}` was installed from `{source}`, and its source now is `{}`.",
                call.source
            ),
            call.source_span,
        ),
        NotInstalled::OtherVersion(version) => (
            "Module version requirements have changed",
            format!(
                "Version {version} of the module `{path}` is installed, and `{}` is asked for.",
                call.version.as_deref().unwrap_or_default()
            ),
            call.source_span,
        ),
    };
    Diagnostic::error(Code::ModuleNotInstalled, detail)
        .with_summary(summary)
        .at(place)
        .hint("To install all modules that the configuration calls: trustform init")
}

/// A path without `.` and with `..` resolved where it follows a name.
fn lexical(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(clean.components().next_back(), Some(Component::Normal(_))) =>
            {
                clean.pop();
            }
            Component::Prefix(_)
            | Component::RootDir
            | Component::ParentDir
            | Component::Normal(_) => clean.push(component),
        }
    }
    if clean.as_os_str().is_empty() {
        PathBuf::from(".")
    } else {
        clean
    }
}

/// What is wrong with structures whatever overrides them. Of settings what is wanted is judged, which others may decide.
fn alone(structures: &[Structure]) -> Diagnostics {
    let is_settings = |structure: &&Structure| matches!(structure, Structure::Block(block) if block.ident.as_str() == "terraform");
    let structures = structures.iter().filter(|it| !is_settings(it));
    decode(&mut structures.cloned(), &mut Module::default())
}
