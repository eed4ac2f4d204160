//! What objects of the built-in types need of the outside: nothing but the states of other configurations.

use super::ours::reach;
use async_trait::async_trait;
use std::collections::BTreeMap;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use trustform::address::Name;
use trustform::engine::{BackendSettings, Project, Session};
use trustform::provider::builtin::terraform_remote_state::{ReadStates, States};
use trustform::provider::{
    CallCounts, Clock, Connector, DataSource, EphemeralKind, ProviderContext, ProviderError,
    ResourceKind, registry,
};
use trustform::refresh::Connections;
use trustform::schema::Facts;
use trustform::value::{Known, Value, from_json, type_from_json};

/// Connections of a project in a folder.
pub(super) fn connections(folder: &Path) -> Connections {
    Connections::new(Arc::new(Builtin(folder.to_path_buf())))
}

struct Builtin(PathBuf);

#[async_trait]
impl Connector for Builtin {
    async fn connect(&self, _: &str, _: &Known) -> Result<ProviderContext, ProviderError> {
        Ok(ProviderContext {
            clock: Arc::new(Timeless),
            calls: CallCounts::default(),
            progress: Arc::new(|_| ()),
            clients: Arc::new(States(Arc::new(Beside(self.0.clone())))),
        })
    }

    async fn facts(&self, _: &str, _: &ProviderContext) -> Result<Facts, ProviderError> {
        Ok(Facts::default())
    }

    fn resource(&self, name: &str) -> Option<&'static dyn ResourceKind> {
        registry::resource(name)
    }

    fn data(&self, name: &str) -> Option<&'static dyn DataSource> {
        registry::data(name)
    }

    fn ephemeral(&self, name: &str) -> Option<&'static dyn EphemeralKind> {
        registry::ephemeral(name)
    }
}

struct Timeless;

impl Clock for Timeless {
    fn now(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(std::future::ready(()))
    }
}

/// States that lie beside the project.
struct Beside(PathBuf);

#[async_trait]
impl ReadStates for Beside {
    async fn outputs(
        &self,
        backend_type: &str,
        config: &Value,
        workspace: &str,
    ) -> Result<Option<BTreeMap<Name, Value>>, ProviderError> {
        let failed = |error: &dyn std::fmt::Debug| {
            ProviderError::internal("reading a state", &format!("{error:?}"))
        };
        let settings = BackendSettings::of_value(backend_type, config).map_err(|e| failed(&e))?;
        let store = settings.store(&Project::new(&self.0), &reach()).await;
        let backend = store.map_err(|e| failed(&e))?.backend(workspace);
        let session = Session::look(backend).await.map_err(|e| failed(&e))?;
        let Some(snapshot) = session.recovered.snapshot else {
            return Ok(None);
        };
        let outputs = snapshot.outputs.iter().map(|(name, output)| {
            let value = type_from_json(&output.ty).and_then(|ty| from_json(&output.value, &ty));
            Ok((name.as_str().into(), value.map_err(|e| failed(&e))?))
        });
        outputs.collect::<Result<_, _>>().map(Some)
    }
}
