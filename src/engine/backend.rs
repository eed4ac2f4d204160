//! Which backend keeps the state, and `init`.

use super::project::{Failure, Project};
use crate::config::Configuration;
use crate::diagnostic::{Code, Diagnostic};
use crate::lang::evaluate_constant;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use trustform_state::backend::Backend;
use trustform_state::backend::local::LocalBackend;

/// The settings of the backend in use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BackendSettings {
    /// The backend's type; `local` without a `backend` block.
    pub backend_type: String,
    /// Its settings, by name.
    pub settings: BTreeMap<String, String>,
}

impl BackendSettings {
    /// The settings of the configuration, overlaid by `-backend-config` arguments (`key=value`).
    pub fn of(configuration: &Configuration, overrides: &[String]) -> Result<Self, Failure> {
        let sources = &configuration.sources;
        let root = configuration.root();
        let mut found = BackendSettings {
            backend_type: "local".to_owned(),
            settings: BTreeMap::new(),
        };
        if let Some(block) = &root.backend {
            found.backend_type = block.backend_type.to_string();
            if found.backend_type != "local" {
                let detail = format!(
                    "The backend \"{}\" is not supported by this version, which keeps states in local files.",
                    found.backend_type
                );
                let diagnostic = Diagnostic::error(Code::NotSupportedYet, detail).at(block.span);
                return Err(Failure::new(diagnostic, sources));
            }
            for argument in &block.body.arguments {
                let value = evaluate_constant(&argument.value)
                    .map_err(|diagnostics| Failure::new(diagnostics, sources))?;
                if let Some(text) = value.as_str() {
                    found
                        .settings
                        .insert(argument.name.to_string(), text.to_owned());
                }
            }
        }
        for argument in overrides {
            let Some((name, value)) = argument.split_once('=') else {
                let detail = format!(
                    "`-backend-config={argument}` is not `name=value`. Files of settings are not supported by this version."
                );
                return Err(Failure::plain(Diagnostic::error(Code::Usage, detail)));
            };
            found
                .settings
                .insert(name.trim().to_owned(), value.to_owned());
        }
        found.known(configuration)?;
        Ok(found)
    }

    fn known(&self, configuration: &Configuration) -> Result<(), Failure> {
        let known = ["path", "workspace_dir"];
        let Some(name) = self
            .settings
            .keys()
            .find(|name| !known.contains(&name.as_str()))
        else {
            return Ok(());
        };
        let detail = format!(
            "The backend \"{}\" has no setting `{name}`.",
            self.backend_type
        );
        let mut diagnostic = Diagnostic::error(Code::UnknownArgument, detail).suggest(name, known);
        if let Some(block) = &configuration.root().backend {
            let span = block
                .body
                .argument(name)
                .map_or(block.span, |argument| argument.span);
            diagnostic = diagnostic.at(span);
        }
        Err(Failure::new(diagnostic, &configuration.sources))
    }

    /// The file that a project's state is kept in.
    pub fn state_path(&self, project: &Project) -> PathBuf {
        let path = self
            .settings
            .get("path")
            .map_or("terraform.tfstate", String::as_str);
        if project.workspace == "default" {
            return project.directory.join(path);
        }
        let workspaces = self
            .settings
            .get("workspace_dir")
            .map_or("terraform.tfstate.d", String::as_str);
        project
            .directory
            .join(workspaces)
            .join(&project.workspace)
            .join("terraform.tfstate")
    }

    /// The backend.
    pub fn open(&self, project: &Project) -> Arc<dyn Backend> {
        Arc::new(LocalBackend::new(self.state_path(project)))
    }
}

/// Initialises a project: records the backend in use, as Terraform does.
pub fn init(project: &Project, settings: &BackendSettings, declared: bool) -> Result<(), Failure> {
    let path = project.data_directory.join("terraform.tfstate");
    if !declared {
        return Ok(());
    }
    let settings: Map<String, Json> = settings
        .settings
        .iter()
        .map(|(name, value)| (name.clone(), json!(value)))
        .collect();
    let record = json!({
        "version": 3,
        "terraform_version": super::session::TERRAFORM_VERSION,
        "backend": { "type": "local", "config": settings, "hash": 0 },
    });
    let text = format!("{record:#}\n");
    crate::source::write_private(&path, text.as_bytes())
        .map_err(|error| Failure::plain(Diagnostic::error(Code::Backend, error.to_string())))
}

/// The backend of a project as `init` recorded it, checked against what the configuration says now.
///
/// Without a `backend` block nothing needs to be initialised.
pub fn recorded(
    project: &Project,
    configuration: &Configuration,
) -> Result<BackendSettings, Failure> {
    let declared = BackendSettings::of(configuration, &[])?;
    if configuration.root().backend.is_none() {
        return Ok(declared);
    }
    let needed = |reason: &str| {
        let detail = format!("{reason} Run `init` first.");
        Failure::new(
            Diagnostic::error(Code::Backend, detail).hint("trustform init"),
            &configuration.sources,
        )
    };
    let path = project.data_directory.join("terraform.tfstate");
    let Ok(text) = crate::source::read_file(&path) else {
        return Err(needed(
            "The configuration has a `backend` block, and this directory is not initialised.",
        ));
    };
    let record: Json = serde_json::from_str(&text).map_err(|error| {
        needed(&format!(
            "{} cannot be understood: {error}.",
            path.display()
        ))
    })?;
    let config = record.pointer("/backend/config").and_then(Json::as_object);
    let recorded: BTreeMap<String, String> = config
        .into_iter()
        .flatten()
        .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
        .collect();
    // Settings of `-backend-config` are only in the record; what the block says must agree with it.
    let same = declared
        .settings
        .iter()
        .all(|(name, value)| recorded.get(name) == Some(value));
    if !same {
        return Err(needed(
            "The backend configuration has changed since the directory was initialised.",
        ));
    }
    Ok(BackendSettings {
        settings: recorded,
        ..declared
    })
}
