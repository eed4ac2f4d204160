//! `init`: records the backend in use, and moves states to it where that is asked for.

use super::failures::backend_failed;
use super::settings::BackendSettings;
use super::{Failure, Project, Reach, located, migrate, record};
use crate::config::Configuration;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::engine::session::LockRequest;
use trustform_state::backend::Store;

/// How to initialise.
pub struct InitRequest<'a> {
    /// The `-backend-config` arguments, in their order.
    pub overrides: &'a [String],
    /// Whether to forget what was recorded (`-reconfigure`).
    pub reconfigure: bool,
    /// Whether states move from the recorded backend to the new one (`-migrate-state`).
    pub migrate: bool,
    /// How both are locked meanwhile.
    pub lock: LockRequest,
    /// Asks a question that is answered with yes or no; an error where nobody can answer.
    pub ask: &'a (dyn Fn(&str) -> Result<bool, Failure> + Sync),
}

/// What `init` came to.
#[derive(Clone, Debug, Default)]
pub struct Initialised {
    /// The type of the backend in use, where the configuration has a block for it.
    pub backend_type: Option<String>,
    /// The type of the backend that is not used any more.
    pub unset: Option<String>,
    /// The workspaces whose states were copied.
    pub moved: Vec<String>,
    /// Warnings.
    pub diagnostics: Diagnostics,
}

/// Records the backend that the configuration declares, once it has shown that it can be used.
///
/// # Errors
/// The backend cannot be used, or differs from the recorded one and nothing was said about the states there.
pub async fn initialise(
    project: &Project,
    configuration: &Configuration,
    reach: &Reach,
    request: &InitRequest<'_>,
) -> Result<Initialised, Failure> {
    let declared = BackendSettings::of(configuration, request.overrides)?;
    let is_declared = configuration.root().backend.is_some();
    let recorded = if request.reconfigure {
        None
    } else {
        record::read(project)?
    };
    let settings = in_use(recorded.as_ref(), declared, configuration, request)?;
    let moves = match &recorded {
        Some(recorded) => {
            recorded.config != settings.config || recorded.backend_type != settings.backend_type
        }
        None => is_declared && !request.reconfigure,
    };
    let failed = |diagnostics| located(diagnostics, configuration);
    let target = settings.store(project, reach).await.map_err(failed)?;
    let existing = target
        .workspaces()
        .await
        .map_err(|error| failed(backend_failed(&error)))?;
    let mut done = Initialised::default();
    if moves {
        let local = BackendSettings::local();
        let from = recorded.as_ref().unwrap_or(&local);
        let source = from.store(project, reach).await.map_err(failed)?;
        if !same(&source, &target) {
            let migration = migrate::Migration {
                from: &source,
                to: &target,
                types: (&from.backend_type, &settings.backend_type),
                init: request,
                first: recorded.is_none(),
            };
            done.moved = migrate::states(&migration)
                .await
                .map_err(failed_by(configuration))?;
        }
    }
    if is_declared {
        record::write(project, &settings)?;
        done.diagnostics.extend(warnings(&settings));
        done.backend_type = Some(settings.backend_type);
    } else {
        done.unset = forgotten(project, recorded, request)?;
        if !request.overrides.is_empty() {
            done.diagnostics.push(nothing_to_complete());
        }
    }
    let selected = &project.workspace;
    if !existing.contains(selected) && !done.moved.contains(selected) {
        done.diagnostics.push(not_there(selected));
    }
    Ok(done)
}

/// The settings to use from now on: the recorded ones as long as the block agrees with them.
///
/// # Errors
/// They differ, and nothing was said about the states there.
fn in_use(
    recorded: Option<&BackendSettings>,
    declared: BackendSettings,
    configuration: &Configuration,
    request: &InitRequest<'_>,
) -> Result<BackendSettings, Failure> {
    let is_declared = configuration.root().backend.is_some();
    match recorded {
        Some(recorded) if is_declared && stays(recorded, &declared, request) => {
            Ok(BackendSettings {
                hash: declared.hash,
                ..recorded.clone()
            })
        }
        Some(recorded) if !request.migrate => Err(changed(recorded, is_declared, configuration)),
        Some(_) | None => Ok(declared),
    }
}

/// Clears the record of a backend whose block is gone; its type, where it was in use until now.
fn forgotten(
    project: &Project,
    recorded: Option<BackendSettings>,
    request: &InitRequest<'_>,
) -> Result<Option<String>, Failure> {
    let is_there = recorded.is_some()
        || request.reconfigure && record::read(project).is_ok_and(|record| record.is_some());
    if is_there {
        record::clear(project)?;
    }
    Ok(recorded.map(|recorded| recorded.backend_type))
}

/// The warning of settings that no block asks to be completed by.
fn nothing_to_complete() -> Diagnostic {
    let detail = "`-backend-config` was used, and the configuration has no `backend` block that it could complete.";
    Diagnostic::warning(Code::Backend, detail)
        .with_summary("Missing backend configuration")
        .hint("Write the block: terraform { backend \"s3\" {} }")
}

/// The warning of a selected workspace without a state.
fn not_there(workspace: &str) -> Diagnostic {
    let detail = format!(
        "The selected workspace \"{workspace}\" does not exist there. It begins with the first apply, or with \
         `workspace new`."
    );
    Diagnostic::warning(Code::Backend, detail).with_summary("Workspace does not exist")
}

/// Whether the recorded settings stay in use.
fn stays(
    recorded: &BackendSettings,
    declared: &BackendSettings,
    request: &InitRequest<'_>,
) -> bool {
    if request.overrides.is_empty() {
        record::agrees(recorded, declared)
    } else {
        recorded.backend_type == declared.backend_type && recorded.config == declared.config
    }
}

fn same(one: &Store, other: &Store) -> bool {
    one.backend("default").location() == other.backend("default").location()
}

fn failed_by(configuration: &Configuration) -> impl Fn(Failure) -> Failure {
    |failure| Failure {
        sources: configuration.sources.clone(),
        ..failure
    }
}

fn changed(
    recorded: &BackendSettings,
    is_declared: bool,
    configuration: &Configuration,
) -> Failure {
    let detail = if is_declared {
        "A change in the backend configuration has been detected, which may require migrating existing state.".to_owned()
    } else {
        format!(
            "The `backend \"{}\"` block that this directory was initialised with is gone; its state may have to be moved \
             to a local file.",
            recorded.backend_type
        )
    };
    let root = configuration.root();
    let mut diagnostic = Diagnostic::error(Code::Backend, detail)
        .with_summary("Backend configuration changed")
        .hint("To move the state there: trustform init -migrate-state")
        .hint("To use the new backend as it is: trustform init -reconfigure");
    if let Some(block) = &root.backend {
        diagnostic = diagnostic.at(block.span);
    }
    Failure::new(diagnostic, &configuration.sources)
}

/// What a user of Terraform should know about these settings.
fn warnings(settings: &BackendSettings) -> Diagnostics {
    let mut warnings = Diagnostics::new();
    if settings.backend_type != "s3" {
        return warnings;
    }
    let deprecated = [
        ("endpoint", "endpoints.s3"),
        ("force_path_style", "use_path_style"),
        ("iam_endpoint", "endpoints.iam"),
        ("shared_credentials_file", "shared_credentials_files"),
        ("sts_endpoint", "endpoints.sts"),
    ];
    for (old, new) in deprecated {
        if settings
            .config
            .get(old)
            .is_some_and(|value| !value.is_null())
        {
            let detail =
                format!("The parameter \"{old}\" is deprecated. Use parameter \"{new}\" instead.");
            warnings.push(
                Diagnostic::warning(Code::Backend, detail).with_summary("Deprecated Parameter"),
            );
        }
    }
    let lockfile = settings
        .config
        .get("use_lockfile")
        .and_then(crate::value::Value::as_bool);
    if lockfile != Some(true) {
        let detail = "trustform locks the state with an object beside it whether `use_lockfile` is set or not. Terraform \
                      takes no notice of that lock, and takes none of its own, until it is.";
        warnings.push(
            Diagnostic::warning(Code::Backend, detail)
                .with_summary("Terraform would not lock this state")
                .hint("use_lockfile = true"),
        );
    }
    warnings
}
