//! Workspaces: several states of one configuration, of which one is selected.

use super::failures::backend_failed;
use super::{Failure, Project};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::engine::session::{LockRequest, Session, tool_version};
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use trustform_state::backend::Store;
use trustform_state::backend::s3::DEFAULT_WORKSPACE;
use trustform_state::format;
use trustform_state::snapshot::{Lineage, Serial, Snapshot};

/// The variable that selects a workspace.
const VARIABLE: &str = "TF_WORKSPACE";

/// The workspaces of a project.
pub struct Workspaces<'a> {
    /// The project.
    pub project: &'a Project,
    /// Its states.
    pub store: &'a Store,
    /// Whether `TF_WORKSPACE` selects the workspace.
    pub overridden: bool,
}

/// The selected workspace: `TF_WORKSPACE`, else what `workspace select` recorded, else the default one.
///
/// # Errors
/// The name is not one.
pub fn recorded_workspace(
    data_directory: &Path,
    environment: &BTreeMap<String, String>,
) -> Result<String, Failure> {
    let given = environment.get(VARIABLE).filter(|name| !name.is_empty());
    let name = match given {
        Some(name) => name.clone(),
        None => match crate::source::read_file(&file(data_directory)) {
            Ok(text) => text.trim().to_owned(),
            Err(error) if error.cause.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => {
                return Err(Failure::plain(Diagnostic::error(
                    Code::Unreadable,
                    error.to_string(),
                )));
            }
        },
    };
    match name.as_str() {
        "" => Ok(DEFAULT_WORKSPACE.to_owned()),
        valid if is_workspace_name(valid) => Ok(name),
        _ => Err(invalid(&name)),
    }
}

/// Whether a name may be that of a workspace: it stands in URLs and paths as it is.
pub fn is_workspace_name(name: &str) -> bool {
    let safe = |character: char| {
        character.is_ascii_alphanumeric() || "-_.~!*'()$&+,;=:@".contains(character)
    };
    !name.is_empty() && name != "." && name != ".." && name.chars().all(safe)
}

impl Workspaces<'_> {
    /// The names, in order, the default one first.
    pub async fn names(&self) -> Result<Vec<String>, Failure> {
        let names = self.store.workspaces().await;
        names.map_err(|error| plain(backend_failed(&error)))
    }

    /// Makes a workspace and selects it; `state` is a file whose state it begins with.
    pub async fn new_workspace(
        &self,
        name: &str,
        state: Option<&Path>,
        lock: &LockRequest,
    ) -> Result<(), Failure> {
        if !is_workspace_name(name) {
            return Err(invalid(name));
        }
        if self.overridden && self.project.workspace != name {
            let detail = "The workspace is currently overridden using the TF_WORKSPACE environment variable. You cannot \
                          create a new workspace when using this setting.";
            return Err(refused(detail)
                .hint("Unset it, or set it to the name of the new workspace.")
                .into());
        }
        if self.names().await?.iter().any(|known| known == name) {
            return Err(refused(format!("Workspace \"{name}\" already exists."))
                .hint(format!("trustform workspace select {name}"))
                .into());
        }
        let snapshot = state.map(snapshot_in).transpose()?.flatten();
        create(self.store, name, snapshot, lock)
            .await
            .map_err(plain)?;
        self.record(name)
    }

    /// Selects a workspace, which is made if it is missing and `or_create` says so. Tells whether it was made.
    pub async fn select(
        &self,
        name: &str,
        or_create: bool,
        lock: &LockRequest,
    ) -> Result<bool, Failure> {
        if !is_workspace_name(name) {
            return Err(invalid(name));
        }
        if self.overridden {
            let detail = "The selected workspace is currently overridden using the TF_WORKSPACE environment variable.";
            return Err(refused(detail)
                .hint("Set it to the other workspace, or unset it.")
                .into());
        }
        let names = self.names().await?;
        if names.iter().any(|known| known == name) {
            if name != self.project.workspace {
                self.record(name)?;
            }
            return Ok(false);
        }
        if or_create {
            create(self.store, name, None, lock).await.map_err(plain)?;
            return self.record(name).map(|()| true);
        }
        Err(missing(name, &names)
            .hint(format!(
                "To make it: trustform workspace new {name}, or select it with -or-create"
            ))
            .into())
    }

    /// Removes a workspace with its state, unless that has objects and `force` is not given; a warning tells which objects
    /// nobody knows of any more.
    pub async fn delete(
        &self,
        name: &str,
        force: bool,
        lock: &LockRequest,
    ) -> Result<Diagnostics, Failure> {
        let names = self.names().await?;
        if name == DEFAULT_WORKSPACE {
            return Err(refused(
                "The workspace \"default\" is always there; it cannot be deleted.",
            )
            .into());
        }
        if !names.iter().any(|known| known == name) {
            return Err(missing(name, &names).into());
        }
        if name == self.project.workspace {
            let detail =
                format!("Workspace \"{name}\" is your active workspace. You cannot delete it.");
            return Err(refused(detail)
                .hint("trustform workspace select default")
                .into());
        }
        let session = Session::open(self.store.backend(name), lock.clone())
            .await
            .map_err(plain)?;
        let objects = addresses(&session.snapshot());
        if !objects.is_empty() && !force {
            let closing = session.close().await;
            let mut diagnostics = Diagnostics::from(not_empty(name, &objects));
            diagnostics.extend(closing);
            return Err(plain(diagnostics));
        }
        // The lock lies in what is removed where states are files, and beside it in S3.
        let mut closing = if self.store.needs_a_state() {
            let removed = self.store.remove(name).await;
            let mut closing = session.close().await;
            if let Err(error) = removed {
                closing.extend(backend_failed(&error));
            }
            closing
        } else {
            let mut closing = session.close().await;
            if let Err(error) = self.store.remove(name).await {
                closing.extend(backend_failed(&error));
            }
            closing
        };
        if closing.has_errors() {
            Err(plain(closing))
        } else {
            let told = (!objects.is_empty()).then(|| forgotten(name, &objects));
            closing.extend(told);
            Ok(closing)
        }
    }

    fn record(&self, name: &str) -> Result<(), Failure> {
        crate::source::write_private(&file(&self.project.data_directory), name.as_bytes()).map_err(
            |error| {
                let diagnostic =
                    Diagnostic::error(Code::Unreadable, format!("{}.", error.of_writing()));
                Failure::plain(diagnostic.with_summary("Failed to select the workspace"))
            },
        )
    }
}

/// Makes a workspace, with a state where it is given one or the backend needs one to know it by.
pub(super) async fn create(
    store: &Store,
    name: &str,
    snapshot: Option<Snapshot>,
    lock: &LockRequest,
) -> Result<(), Diagnostics> {
    store
        .prepare(name)
        .map_err(|error| backend_failed(&error))?;
    if snapshot.is_none() && !store.needs_a_state() {
        return Ok(());
    }
    let lock = LockRequest {
        operation: "workspace-new",
        ..lock.clone()
    };
    let session = Session::open(store.backend(name), lock).await?;
    let first = snapshot.unwrap_or_else(first_state);
    let expected = session.recovered.version.as_ref();
    let written = match &session.recovered.snapshot {
        Some(_) => Ok(()),
        None => session.backend.write(&first, expected).await.map(|_| ()),
    };
    let mut problems = session.close().await;
    if let Err(error) = written {
        problems.extend(backend_failed(&error));
    }
    problems.into_result(()).map(|_| ())
}

/// The state of a workspace in which nothing was done.
fn first_state() -> Snapshot {
    let mut snapshot = Snapshot::empty(Lineage::random());
    snapshot.serial = Serial::default().next();
    if let Some(tool) = tool_version() {
        snapshot.record_version(&tool);
    }
    snapshot
}

/// The state in a file.
fn snapshot_in(path: &Path) -> Result<Option<Snapshot>, Failure> {
    let unusable = |reason: String| {
        let detail = format!("{}: {reason}.", path.display());
        Failure::plain(Diagnostic::error(Code::State, detail))
    };
    let bytes = crate::source::read_bytes(path)
        .map_err(|error| Failure::plain(Diagnostic::error(Code::Unreadable, error.to_string())))?;
    format::parse(&bytes).map_err(|error| unusable(error.to_string()))
}

fn addresses(snapshot: &Snapshot) -> Vec<String> {
    let managed = |key: &trustform_state::snapshot::ResourceKey| {
        key.mode == trustform_state::snapshot::ResourceMode::Managed
    };
    let resources = snapshot
        .resources
        .iter()
        .filter(|resource| managed(&resource.key));
    resources
        .flat_map(|resource| {
            let instances = resource.instances.iter();
            instances.map(move |instance| format!("{}{}", resource.key, instance.key()))
        })
        .collect()
}

fn forgotten(name: &str, objects: &[String]) -> Diagnostic {
    let list = objects.join("\n  - ");
    let detail = format!(
        "Workspace \"{name}\" was not empty. These objects may still exist, and no state knows them any more:\n  - {list}"
    );
    Diagnostic::warning(Code::Forgotten, detail)
}

fn not_empty(name: &str, objects: &[String]) -> Diagnostic {
    let list = objects.join("\n  - ");
    let detail = format!(
        "Workspace \"{name}\" is currently tracking the following resource instances:\n  - {list}\n\nDeleting it would lose \
         track of these objects."
    );
    Diagnostic::error(Code::State, detail)
        .with_summary("Workspace is not empty")
        .hint("Destroy them first, or forget about them: -force")
}

fn missing(name: &str, names: &[String]) -> Diagnostic {
    refused(format!("Workspace \"{name}\" doesn't exist."))
        .suggest(name, names.iter().map(String::as_str))
}

fn invalid(name: &str) -> Failure {
    let detail = format!(
        "The workspace name \"{name}\" is not allowed. The name must contain only URL safe characters, and no path \
         separators."
    );
    Failure::plain(Diagnostic::error(Code::Usage, detail).with_summary("Invalid workspace name"))
}

fn refused(detail: impl Into<String>) -> Diagnostic {
    Diagnostic::error(Code::Usage, detail).with_summary("Invalid workspace operation")
}

fn plain(diagnostics: Diagnostics) -> Failure {
    Failure {
        diagnostics,
        sources: crate::source::SourceMap::default(),
    }
}

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Self {
        Failure::plain(diagnostic)
    }
}

fn file(data_directory: &Path) -> PathBuf {
    data_directory.join("environment")
}
