//! `kubernetes_namespace_v1`: a namespace, written by server-side apply. Deleting it deletes everything in it.
//!
//! Calls: `get`, `create`, `patch` and `delete` of `namespaces`; with `wait_for_default_service_account` also `get` of `serviceaccounts`.
//!
//! Import: the name, as `shop`.
//!
//! ```hcl
//! resource "kubernetes_namespace_v1" "shop" {
//!   metadata {
//!     name   = "shop"
//!     labels = { team = "shop" }
//!   }
//! }
//! ```

mod content;
mod rules;
mod schema;

use super::client::KubernetesClients;
use super::metadata::{self, Scope};
use super::object::{text, to_plain};
use super::owned::{self, OwnedKind};
use crate::provider::{
    ObjectType, Outcome, ProviderContext, ProviderError, ProviderErrorKind, Recorded, ResourceKind,
};
use crate::schema::{Identity, Rules, TypeSchema};
use crate::value::{Value, to_json};
use async_trait::async_trait;
use serde_json::{Value as Json, json};
use std::time::Duration;

/// The kind.
pub(super) struct Namespace;

impl ObjectType for Namespace {
    fn name(&self) -> &'static str {
        "kubernetes_namespace_v1"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["kubernetes_namespace"]
    }

    fn provider(&self) -> &'static str {
        "kubernetes"
    }

    fn schema(&self) -> &'static TypeSchema {
        schema::schema()
    }

    fn rules(&self) -> &'static dyn Rules {
        &rules::NamespaceRules
    }
}

#[async_trait]
impl ResourceKind for Namespace {
    async fn read(
        &self,
        ctx: &ProviderContext,
        recorded: &Recorded,
    ) -> Result<Option<Recorded>, ProviderError> {
        owned::read(self, ctx, recorded).await
    }

    async fn find(
        &self,
        ctx: &ProviderContext,
        identity: &Identity,
    ) -> Result<Option<Recorded>, ProviderError> {
        owned::find(self, ctx, identity).await
    }

    async fn create(&self, ctx: &ProviderContext, planned: &Value) -> Outcome {
        let mut outcome = owned::create(self, ctx, planned).await;
        if let Some(made) = &outcome.object
            && to_plain(planned).get("wait_for_default_service_account") == Some(&json!(true))
        {
            let name = text(&to_json(&made.object), "/metadata/0/name").to_owned();
            outcome.error = wait_for_default(ctx, &name).await.err();
        }
        outcome
    }

    async fn update(&self, ctx: &ProviderContext, prior: &Recorded, planned: &Value) -> Outcome {
        owned::update(self, ctx, prior, planned).await
    }

    async fn content(
        &self,
        ctx: &ProviderContext,
        prior: &Recorded,
    ) -> Result<Vec<String>, ProviderError> {
        let object = to_json(&prior.object);
        content::others(ctx, text(&object, "/metadata/0/name")).await
    }

    async fn delete(&self, ctx: &ProviderContext, prior: &Recorded) -> Result<(), ProviderError> {
        let timeout = owned::timeout(&to_json(&prior.object), "delete", owned::DELETE_TIMEOUT);
        owned::delete(self, ctx, prior, timeout).await
    }
}

impl OwnedKind for Namespace {
    fn kind(&self) -> &'static str {
        "Namespace"
    }

    fn scope(&self) -> Scope {
        Scope::Cluster
    }

    fn path(&self, _: &str, name: &str) -> String {
        format!("/api/v1/namespaces/{name}")
    }

    fn declared(&self, planned: &Json) -> Json {
        json!({ "metadata": metadata::declared(planned) })
    }

    fn observed(&self, recorded: &Json, live: &Json) -> Json {
        let wait = recorded.get("wait_for_default_service_account");
        json!({
            "id": text(live, "/metadata/name"),
            "metadata": metadata::observed(Scope::Cluster, recorded, live),
            "wait_for_default_service_account": wait.unwrap_or(&json!(false)),
            "timeouts": recorded.get("timeouts"),
        })
    }
}

/// Waits until Kubernetes has made the service account `default` of a new namespace.
async fn wait_for_default(ctx: &ProviderContext, namespace: &str) -> Result<(), ProviderError> {
    const LIMIT: Duration = Duration::from_mins(1);
    let clients = KubernetesClients::of(ctx)?;
    let doing = format!("waiting for the default service account of Namespace ({namespace})");
    let path = format!("/api/v1/namespaces/{namespace}/serviceaccounts/default");
    let start = ctx.clock.now();
    while clients.get(ctx, &doing, &path).await?.is_none() {
        if ctx.clock.now().saturating_sub(start) >= LIMIT {
            return Err(ProviderError {
                kind: ProviderErrorKind::Timeout,
                doing,
                code: String::new(),
                message: format!("it was not there after {} s", LIMIT.as_secs()),
                request_id: String::new(),
            });
        }
        ctx.clock.sleep(Duration::from_millis(500)).await;
    }
    Ok(())
}
