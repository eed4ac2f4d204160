//! What `init` recorded: `.terraform/terraform.tfstate`, which Terraform reads and writes too.

use super::settings::BackendSettings;
use super::{Failure, Project, schema};
use crate::config::Configuration;
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::session::TERRAFORM_VERSION;
use crate::value::{Known, Value, from_json, to_json};
use serde_json::{Map, Value as Json, json};
use std::io::ErrorKind;
use std::path::PathBuf;

/// The recorded settings; `None` when nothing was recorded.
pub(super) fn read(project: &Project) -> Result<Option<BackendSettings>, Failure> {
    let path = path(project);
    let text = match crate::source::read_file(&path) {
        Ok(text) => text,
        Err(error) if error.cause.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(&error.to_string())),
    };
    let record: Json = serde_json::from_str(&text).map_err(|error| {
        unreadable(&format!("{} cannot be understood: {error}", path.display()))
    })?;
    match record.get("backend") {
        None | Some(Json::Null) => Ok(None),
        Some(backend) => understood(backend)
            .map(Some)
            .map_err(|reason| unreadable(&format!("{}: {reason}", path.display()))),
    }
}

/// Records settings.
pub(super) fn write(project: &Project, settings: &BackendSettings) -> Result<(), Failure> {
    let config = Known::new(&settings.config)
        .map(|config| to_json(&config))
        .map_err(|error| unreadable(&error.to_string()))?;
    let record = json!({
        "version": 3,
        "terraform_version": TERRAFORM_VERSION,
        "backend": { "type": settings.backend_type, "config": config, "hash": settings.hash },
    });
    let text = format!("{record:#}");
    crate::source::write_private(&path(project), text.as_bytes())
        .map_err(|error| unreadable(&error.of_writing()))
}

/// Records that there is no backend.
pub(super) fn clear(project: &Project) -> Result<(), Failure> {
    let record = json!({ "version": 3, "terraform_version": TERRAFORM_VERSION });
    crate::source::write_private(&path(project), format!("{record:#}").as_bytes())
        .map_err(|error| unreadable(&error.of_writing()))
}

/// The backend of a project as `init` recorded it, checked against what the configuration says now.
///
/// Without a `backend` block, and without a record of one, nothing needs to be initialised.
///
/// # Errors
/// The project has to be initialised, or once more: its block has changed.
pub fn recorded(
    project: &Project,
    configuration: &Configuration,
) -> Result<BackendSettings, Failure> {
    let declared = BackendSettings::of(configuration, &[])?;
    let needed = |reason: &str, how: &[&str]| {
        let root = configuration.root();
        let mut diagnostic = Diagnostic::error(Code::Backend, reason);
        if let Some(block) = &root.backend {
            diagnostic = diagnostic.at(block.span);
        }
        let diagnostic = how
            .iter()
            .fold(diagnostic, |diagnostic, hint| diagnostic.hint(*hint));
        Failure::new(diagnostic, &configuration.sources)
    };
    let flags = [
        "To move the state there: trustform init -migrate-state",
        "To use the new backend as it is: trustform init -reconfigure",
    ];
    match (configuration.root().backend.is_some(), read(project)?) {
        (false, None) => Ok(declared),
        (true, None) => Err(needed(
            "The configuration has a `backend` block, and this directory is not initialised.",
            &["To initialise it: trustform init"],
        )),
        (false, Some(record)) => {
            let reason = format!(
                "The `backend \"{}\"` block that this directory was initialised with is gone.",
                record.backend_type
            );
            Err(needed(&reason, &flags))
        }
        (true, Some(record)) if agrees(&record, &declared) => Ok(record),
        (true, Some(_)) => Err(needed("The `backend` block has changed.", &flags)),
    }
}

/// Whether a record stands for what the block says: the block is the same as then, or comes to the same settings.
///
/// Settings of `-backend-config` are only in the record, and the hash is that of the block alone.
pub(super) fn agrees(record: &BackendSettings, declared: &BackendSettings) -> bool {
    record.backend_type == declared.backend_type
        && (record.hash == declared.hash || record.config == declared.config)
}

fn understood(backend: &Json) -> Result<BackendSettings, String> {
    let text = |name: &str| backend.get(name).and_then(Json::as_str);
    let backend_type = text("type").unwrap_or_default();
    let Some(arguments) = schema::arguments(backend_type) else {
        return Err(format!("the backend \"{backend_type}\" is not supported"));
    };
    let known = |name: &str| arguments.iter().any(|argument| argument.name == name);
    let mut config = Map::new();
    let members = backend.get("config").and_then(Json::as_object);
    for (name, value) in members.into_iter().flatten() {
        if known(name) {
            config.insert(name.clone(), value.clone());
        } else if !value.is_null() {
            return Err(format!("the setting `{name}` of the backend is not known"));
        }
    }
    let ty = schema::type_of(&arguments);
    let config: Value = from_json(&Json::Object(config), &ty).map_err(|error| error.to_string())?;
    let hash = backend
        .get("hash")
        .and_then(Json::as_u64)
        .unwrap_or_default();
    Ok(BackendSettings {
        backend_type: backend_type.to_owned(),
        config,
        hash: u32::try_from(hash).unwrap_or_default(),
    })
}

fn path(project: &Project) -> PathBuf {
    project.data_directory.join("terraform.tfstate")
}

fn unreadable(reason: &str) -> Failure {
    let diagnostic = Diagnostic::error(Code::Backend, format!("{reason}."))
        .with_summary("What `init` recorded cannot be used")
        .hint("trustform init -reconfigure");
    Failure::plain(diagnostic)
}
