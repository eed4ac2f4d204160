//! The states of other configurations, for `terraform_remote_state`: backends as projects have them.

use crate::address::Name;
use crate::diagnostic::Diagnostics;
use crate::engine::{BackendSettings, Project, Reach, Session};
use crate::provider::builtin::terraform_remote_state::ReadStates;
use crate::provider::{ProviderError, ProviderErrorKind};
use crate::value::{Value, from_json, type_from_json};
use async_trait::async_trait;
use std::collections::BTreeMap;
use trustform_state::snapshot::OutputValue;

/// Reads states as a project in the working directory would.
pub(super) struct RemoteStates {
    pub(super) reach: Reach,
}

#[async_trait]
impl ReadStates for RemoteStates {
    async fn outputs(
        &self,
        backend_type: &str,
        config: &Value,
        workspace: &str,
    ) -> Result<Option<BTreeMap<Name, Value>>, ProviderError> {
        let settings =
            BackendSettings::of_value(backend_type, config).map_err(|why| failed(&why))?;
        let store = settings.store(&Project::new("."), &self.reach).await;
        let store = store.map_err(|why| failed(&why))?;
        let session = Session::look(store.backend(workspace)).await;
        let Some(snapshot) = session.map_err(|why| failed(&why))?.recovered.snapshot else {
            return Ok(None);
        };
        let outputs = snapshot.outputs.iter();
        outputs
            .map(|(name, output)| Ok((name.as_str().into(), value(name, output)?)))
            .collect::<Result<_, _>>()
            .map(Some)
    }
}

fn value(name: &str, output: &OutputValue) -> Result<Value, ProviderError> {
    type_from_json(&output.ty)
        .and_then(|ty| from_json(&output.value, &ty))
        .map_err(|error| invalid(format!("output \"{name}\": {error}")))
}

/// The first error with its advice: a read of the plan has one message.
fn failed(diagnostics: &Diagnostics) -> ProviderError {
    let told = diagnostics.iter().map(|diagnostic| {
        let hints: Vec<&str> = diagnostic.hints.iter().map(String::as_str).collect();
        let hints = hints.join(" ");
        format!("{}: {} {hints}", diagnostic.summary, diagnostic.detail)
    });
    invalid(told.collect::<Vec<_>>().join("; "))
}

fn invalid(message: String) -> ProviderError {
    ProviderError {
        kind: ProviderErrorKind::InvalidInput,
        doing: "reading a state".to_owned(),
        code: String::new(),
        message,
        request_id: String::new(),
    }
}
