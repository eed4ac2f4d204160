//! Where the states of a project are kept: what the configuration says, what `init` recorded, and the way there.

mod failures;
mod hash;
mod initialise;
mod migrate;
mod objects;
mod record;
mod s3;
mod schema;
mod settings;
mod workspaces;

pub use initialise::{InitRequest, Initialised, initialise};
pub(super) use objects::Buckets;
pub use record::recorded;
pub use settings::BackendSettings;
pub use workspaces::{Workspaces, is_workspace_name, recorded_workspace};

pub use failures::unlocking_failed;
pub(super) use failures::{locking_failed, recovery_failed};

use super::project::{Failure, Project};
use crate::config::Configuration;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::provider::CallCounts;
use crate::provider::aws::Transport;
use std::collections::BTreeMap;
use std::sync::Arc;
use trustform_state::backend::{Backend, Store};

/// How a backend that is not here is reached.
#[derive(Clone)]
pub struct Reach {
    /// Over the network, or into the sandbox.
    pub transport: Transport,
    /// The environment, some of whose variables are settings of backends.
    pub environment: BTreeMap<String, String>,
    /// Where calls to AWS are counted.
    pub calls: CallCounts,
}

/// The state of the project's selected workspace.
///
/// # Errors
/// The project is not initialised, or the backend cannot be used; the diagnostics point at its block.
pub async fn open(
    project: &Project,
    configuration: &Configuration,
    reach: &Reach,
) -> Result<Arc<dyn Backend>, Failure> {
    let store = store(project, configuration, reach).await?;
    Ok(store.backend(&project.workspace))
}

/// The states of all workspaces of a project.
///
/// # Errors
/// As [`open`].
pub async fn store(
    project: &Project,
    configuration: &Configuration,
    reach: &Reach,
) -> Result<Store, Failure> {
    let settings = recorded(project, configuration)?;
    settings
        .store(project, reach)
        .await
        .map_err(|diagnostics| located(diagnostics, configuration))
}

/// Diagnostics about a backend, each at the block where it has no place of its own.
pub fn located(diagnostics: Diagnostics, configuration: &Configuration) -> Failure {
    let root = configuration.root();
    let block = root.backend.as_ref().map(|block| block.span);
    let about_it = |diagnostic: &Diagnostic| {
        diagnostic.primary.is_none()
            && matches!(
                diagnostic.code,
                Code::State | Code::Backend | Code::Credentials | Code::NotSupportedYet
            )
    };
    let place = |diagnostic: Diagnostic| match block {
        Some(span) if about_it(&diagnostic) => diagnostic.at(span),
        Some(_) | None => diagnostic,
    };
    let diagnostics: Diagnostics = diagnostics.into_iter().map(place).collect();
    Failure::new(diagnostics, &configuration.sources)
}
