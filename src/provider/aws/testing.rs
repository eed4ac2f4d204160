//! A world for the tests of kinds: a sandbox, reached as the network is, and the way from a configuration to an object.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use super::object::object;
use super::{Injected, Settings, Transport, connect, provider_schema};
use crate::provider::{
    CallCounts, Clock, DataSource, Outcome, ProviderContext, ProviderError, Recorded, ResourceKind,
};
use crate::sandbox::transport::{AwsTransport, VirtualSleep};
use crate::sandbox::{Sandbox, Seed};
use crate::schema::{Identity, TypeSchema};
use crate::value::{Known, Marks, Value, to_json};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::SharedAsyncSleep;
use aws_smithy_async::time::SharedTimeSource;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use serde_json::Value as Json;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A sandbox and a provider configuration over it.
pub(super) struct World {
    pub(super) sandbox: Sandbox,
    pub(super) context: ProviderContext,
    pub(super) told: Arc<Mutex<Vec<String>>>,
}

struct SandboxClock(Sandbox);

impl Clock for SandboxClock {
    fn now(&self) -> Duration {
        let since = self.0.now().as_millisecond();
        Duration::from_millis(u64::try_from(since).unwrap())
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(VirtualSleep::new(self.0.clone(), duration))
    }
}

impl World {
    /// An empty account 123456789012 in us-east-1.
    pub(super) async fn new() -> Self {
        World::with("{}", None).await
    }

    /// A world with settings of the provider block, as JSON, and what is there already.
    pub(super) async fn with(settings: &str, seed: Option<Seed>) -> Self {
        let sandbox = Sandbox::in_memory(seed).unwrap();
        let transport = AwsTransport::new(sandbox.clone());
        let injected = Injected {
            http: SharedHttpClient::new(transport.clone()),
            credentials: SharedCredentialsProvider::new(AwsTransport::credentials()),
            sleep: SharedAsyncSleep::new(transport.clone()),
            time: SharedTimeSource::new(transport),
            region: "us-east-1".to_owned(),
        };
        let schema = TypeSchema {
            version: 0,
            block: provider_schema().clone(),
            description: "",
        };
        let settings = object(&schema, &serde_json::from_str(settings).unwrap()).unwrap();
        let settings = Settings::read(&settings, &std::collections::BTreeMap::new()).unwrap();
        let calls = CallCounts::default();
        let transport = Transport::Injected(injected);
        let clients = connect(&settings, &transport, &calls).await;
        let told = Arc::new(Mutex::new(Vec::new()));
        let teller = Arc::clone(&told);
        let context = ProviderContext {
            clock: Arc::new(SandboxClock(sandbox.clone())),
            calls,
            progress: Arc::new(move |text: &str| teller.lock().unwrap().push(text.to_owned())),
            clients: Arc::new(clients.unwrap()),
        };
        World {
            sandbox,
            context,
            told,
        }
    }

    /// The planned object of a configuration in JSON, over the prior one.
    pub(super) async fn plan(
        &self,
        kind: &dyn ResourceKind,
        config: &str,
        prior: Option<&Known>,
    ) -> Value {
        let config = config_of(kind.schema(), config);
        let facts = super::AwsClients::of(&self.context)
            .unwrap()
            .facts()
            .await
            .unwrap();
        let prior = prior.map(Known::value);
        let proposed = crate::plan::propose(&kind.schema().block, &config, prior);
        kind.rules().plan(&config, prior, proposed, &facts)
    }

    /// Plans and makes an object.
    pub(super) async fn try_create(&self, kind: &dyn ResourceKind, config: &str) -> Outcome {
        let planned = self.plan(kind, config, None).await;
        let outcome = kind.create(&self.context, &planned).await;
        if let (Some(made), None) = (&outcome.object, &outcome.error) {
            agrees(&planned, made.object.value());
        }
        outcome
    }

    /// Plans and makes an object, reads it back, and sees that there is nothing left to plan.
    pub(super) async fn create(&self, kind: &dyn ResourceKind, config: &str) -> Known {
        let made = done(self.try_create(kind, config).await);
        self.settled(kind, config, &made).await;
        made
    }

    /// Changes an object to another configuration, and sees that there is nothing left to plan.
    pub(super) async fn update(
        &self,
        kind: &dyn ResourceKind,
        prior: &Known,
        config: &str,
    ) -> Known {
        let planned = self.plan(kind, config, Some(prior)).await;
        let changes = kind.rules().replacements(prior.value(), &planned);
        assert!(changes.is_empty(), "{changes:?} would replace it");
        let outcome = kind
            .update(&self.context, &prior.clone().into(), &planned)
            .await;
        let object = done(outcome);
        agrees(&planned, object.value());
        self.settled(kind, config, &object).await;
        object
    }

    /// Reading changes nothing, planning neither, and what an import finds is the same object.
    async fn settled(&self, kind: &dyn ResourceKind, config: &str, object: &Known) {
        let read = self.read(kind, object).await.expect("it is there");
        assert_eq!(to_json(&read), to_json(object), "reading back");
        let planned = self.plan(kind, config, Some(object)).await;
        let left = crate::plan::differences(object.value(), &planned);
        let left: Vec<String> = left.iter().map(ToString::to_string).collect();
        assert!(left.is_empty(), "still to plan: {left:?}");
    }

    /// What is there of a recorded object.
    pub(super) async fn read(&self, kind: &dyn ResourceKind, object: &Known) -> Option<Known> {
        let recorded = Recorded::from(object.clone());
        let found = kind.read(&self.context, &recorded).await.unwrap();
        found.map(|recorded| recorded.object)
    }

    /// What an import finds.
    pub(super) async fn import(&self, kind: &dyn ResourceKind, id: &str) -> Option<Known> {
        let identity = Identity(id.to_owned());
        let found = kind.find(&self.context, &identity).await.unwrap();
        found.map(|recorded| recorded.object)
    }

    /// Deletes an object, and sees that it is gone and that deleting it again is success.
    pub(super) async fn delete(&self, kind: &dyn ResourceKind, object: &Known) {
        for _ in 0..2 {
            kind.delete(&self.context, &object.clone().into())
                .await
                .unwrap();
        }
        assert!(self.read(kind, object).await.is_none());
    }

    /// Reads a data source.
    pub(super) async fn read_data(
        &self,
        source: &dyn DataSource,
        config: &str,
    ) -> Result<Known, ProviderError> {
        let config = Known::new(&config_of(source.schema(), config)).unwrap();
        source.read(&self.context, &config).await
    }

    /// The calls made so far, as `2 IAM, 1 STS`.
    pub(super) fn calls(&self) -> String {
        let counts = self.context.calls.snapshot();
        let counts = counts
            .iter()
            .map(|(service, count)| format!("{count} {service}"));
        counts.collect::<Vec<_>>().join(", ")
    }

    /// The operations sent so far, without reads of the caller's identity.
    pub(super) fn sent(&self) -> Vec<String> {
        let sent = self.sandbox.requests().into_iter();
        sent.map(|operation| operation.name.clone())
            .filter(|name| name != "GetCallerIdentity")
            .collect()
    }
}

/// A configuration in JSON as a value of the schema.
pub(super) fn config_of(schema: &TypeSchema, config: &str) -> Value {
    let json: Json = serde_json::from_str(config).unwrap();
    object(schema, &json).unwrap().into_value()
}

/// The object of an operation that went well.
pub(super) fn done(outcome: Outcome) -> Known {
    if let Some(error) = outcome.error {
        panic!("{error}");
    }
    outcome.object.unwrap().object
}

/// What was planned and known is what came out.
fn agrees(planned: &Value, made: &Value) {
    for (name, planned) in planned.as_entries().unwrap() {
        if planned.is_wholly_known() {
            let made = made.get(name).unwrap();
            let differences =
                crate::plan::differences(&planned.without_marks(), &made.without(Marks::NONE));
            assert!(
                differences.is_empty(),
                "{name}: planned {planned:?}, made {made:?}"
            );
        }
    }
}
