//! A cluster to work on, the steps of a plan and its apply, and the hands of others.

use crate::plan::propose;
use crate::provider::kubernetes::{self, KubernetesClients, Target};
use crate::provider::{
    CallCounts, Clock, Outcome, ProviderContext, ProviderError, Recorded, ResourceKind,
};
use crate::sandbox::transport::{ClusterService, VirtualSleep};
use crate::sandbox::{Fault, Sandbox, Seed};
use crate::schema::{Facts, Identity};
use crate::value::{Value, from_json, to_json};
use kube::client::Body;
use serde_json::{Value as Json, json};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const ENDPOINT: &str = "https://0123456789ABCDEF0123456789ABCDEF.gr7.us-east-1.eks.amazonaws.com";

/// The digits of the issuer of the cluster.
pub(super) const ISSUER_ID: &str = "0123456789ABCDEF0123456789ABCDEF";

/// One cluster with a provider context on it.
pub(super) struct Bench {
    pub(super) ctx: ProviderContext,
    pub(super) sandbox: Sandbox,
    pub(super) told: Arc<Mutex<Vec<String>>>,
}

struct SandboxClock(Sandbox);

impl Clock for SandboxClock {
    fn now(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.now().as_millisecond()).unwrap())
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(VirtualSleep::new(self.0.clone(), duration))
    }
}

impl Bench {
    pub(super) fn new() -> Self {
        Bench::with(Target::default())
    }

    pub(super) fn with(target: Target) -> Self {
        let seed = json!({ "clusters": [{
            "name": "main", "endpoint": ENDPOINT, "issuer_id": ISSUER_ID, "namespaces": ["shop"],
        }]});
        let sandbox = Sandbox::in_memory(Some(Seed::parse(&seed.to_string()).unwrap())).unwrap();
        let id = sandbox.cluster_at(ENDPOINT).unwrap().unwrap();
        let clients = KubernetesClients::over(ClusterService::new(sandbox.clone(), id), target);
        let told = Arc::new(Mutex::new(Vec::new()));
        let listener = Arc::clone(&told);
        let ctx = ProviderContext {
            clock: Arc::new(SandboxClock(sandbox.clone())),
            calls: CallCounts::default(),
            progress: Arc::new(move |text| listener.lock().unwrap().push(text.to_owned())),
            clients: Arc::new(clients),
        };
        Bench { ctx, sandbox, told }
    }

    pub(super) fn inject(&self, fault: Fault) {
        self.sandbox.inject(fault);
    }

    /// A request as somebody else sends it; the answer's status and body.
    pub(super) async fn send(
        &self,
        method: &str,
        path: &str,
        content_type: &str,
        body: &Json,
    ) -> (u16, Json) {
        use http_body_util::BodyExt;
        let clients: &KubernetesClients = self.ctx.clients.downcast_ref().unwrap();
        let request = http::Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", content_type)
            .body(Body::from(body.to_string().into_bytes()))
            .unwrap();
        let response = clients.client.send(request).await.unwrap();
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&body).unwrap())
    }

    pub(super) async fn get(&self, path: &str) -> Json {
        self.send("GET", path, "application/json", &json!({}))
            .await
            .1
    }

    /// An edit by hand, as `kubectl annotate` makes it: a merge patch, owned by plain updates.
    pub(super) async fn edit(&self, path: &str, manager: &str, change: &Json) {
        let path = format!("{path}?fieldManager={manager}");
        let (status, body) = self
            .send("PATCH", &path, "application/merge-patch+json", change)
            .await;
        assert_eq!(status, 200, "{body}");
    }

    /// Another party that declares: server-side apply with force.
    pub(super) async fn declare(&self, path: &str, manager: &str, object: &Json) {
        let path = format!("{path}?fieldManager={manager}&force=true");
        let (status, body) = self
            .send("PATCH", &path, "application/apply-patch+yaml", object)
            .await;
        assert!(status == 200 || status == 201, "{body}");
    }
}

/// A resource of one kind, walked through its life.
pub(super) struct Subject<'b> {
    pub(super) bench: &'b Bench,
    pub(super) kind: &'static dyn ResourceKind,
}

impl<'b> Subject<'b> {
    pub(super) fn new(bench: &'b Bench, name: &str) -> Self {
        Subject {
            bench,
            kind: kubernetes::resource(name).unwrap(),
        }
    }

    /// A configuration, of which only the given members need to be written.
    fn config(&self, written: &Json) -> Value {
        let block = &self.kind.schema().block;
        let mut written = written.clone();
        for nested in &block.blocks {
            if nested.nesting != crate::schema::Nesting::Single
                && written.get(nested.name).is_none()
            {
                written[nested.name] = json!([]);
            }
        }
        from_json(&written, &block.ty()).unwrap()
    }

    pub(super) fn problems(&self, written: &Json) -> Vec<String> {
        let problems = self.kind.rules().validate(&self.config(written));
        problems
            .into_iter()
            .map(|problem| format!("{}: {}", problem.path, problem.detail))
            .collect()
    }

    pub(super) fn plan(&self, written: &Json, prior: Option<&Recorded>) -> Value {
        let config = self.config(written);
        let prior = prior.map(|prior| prior.object.value());
        let proposed = propose(&self.kind.schema().block, &config, prior);
        self.kind
            .rules()
            .plan(&config, prior, proposed, &Facts::default())
    }

    /// Whether planning a configuration over an object changes nothing.
    pub(super) fn is_unchanged(&self, written: &Json, prior: &Recorded) -> bool {
        self.plan(written, Some(prior)) == *prior.object.value()
    }

    pub(super) async fn create(&self, written: &Json) -> Outcome {
        self.kind
            .create(&self.bench.ctx, &self.plan(written, None))
            .await
    }

    pub(super) async fn created(&self, written: &Json) -> Recorded {
        let outcome = self.create(written).await;
        assert_eq!(outcome.error, None);
        let made = outcome.object.unwrap();
        assert!(
            self.is_unchanged(written, &made),
            "a second plan is not empty: {:?}",
            to_json(&made.object)
        );
        let read = self.read(&made).await.unwrap();
        assert_eq!(read, made, "reading what was made shows drift");
        made
    }

    pub(super) async fn update(&self, written: &Json, prior: &Recorded) -> Outcome {
        self.kind
            .update(&self.bench.ctx, prior, &self.plan(written, Some(prior)))
            .await
    }

    pub(super) async fn updated(&self, written: &Json, prior: &Recorded) -> Recorded {
        let outcome = self.update(written, prior).await;
        assert_eq!(outcome.error, None);
        let made = outcome.object.unwrap();
        assert!(
            self.is_unchanged(written, &made),
            "a second plan is not empty: {:?}",
            to_json(&made.object)
        );
        made
    }

    pub(super) async fn read(&self, recorded: &Recorded) -> Option<Recorded> {
        self.kind.read(&self.bench.ctx, recorded).await.unwrap()
    }

    pub(super) async fn find(&self, id: &str) -> Result<Option<Recorded>, ProviderError> {
        self.kind
            .find(&self.bench.ctx, &Identity(id.to_owned()))
            .await
    }

    pub(super) async fn delete(&self, prior: &Recorded) -> Result<(), ProviderError> {
        self.kind.delete(&self.bench.ctx, prior).await
    }
}

pub(super) fn json_of(recorded: &Recorded) -> Json {
    to_json(&recorded.object)
}
