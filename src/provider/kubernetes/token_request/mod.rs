//! `ephemeral "kubernetes_token_request_v1"`: a token of a service account, made anew by each run and kept nowhere.
//!
//! A token is for the API server unless `audiences` says otherwise: `sts.amazonaws.com` makes one that AWS exchanges for
//! credentials of a role. Without a `spec` it is good for an hour.
//!
//! Calls: `create` of `serviceaccounts/token`.
//!
//! ```hcl
//! ephemeral "kubernetes_token_request_v1" "web" {
//!   metadata {
//!     name      = kubernetes_service_account_v1.web.metadata[0].name
//!     namespace = kubernetes_service_account_v1.web.metadata[0].namespace
//!   }
//!
//!   spec {
//!     audiences          = ["sts.amazonaws.com"]
//!     expiration_seconds = 900
//!   }
//! }
//! ```

mod schema;

use super::client::{Call, KubernetesClients};
use super::failure::Effort;
use super::object::{record, text, to_plain};
use crate::provider::{EphemeralKind, ObjectType, ProviderContext, ProviderError};
use crate::schema::{Rules, TypeSchema};
use crate::value::Known;
use async_trait::async_trait;
use http::Method;
use serde_json::{Map, Value as Json, json};

/// The ephemeral type, for the registry.
pub static EPHEMERAL: &dyn EphemeralKind = &TokenRequest;

struct TokenRequest;

struct TokenRequestRules;

impl Rules for TokenRequestRules {}

impl ObjectType for TokenRequest {
    fn name(&self) -> &'static str {
        "kubernetes_token_request_v1"
    }

    fn provider(&self) -> &'static str {
        "kubernetes"
    }

    fn schema(&self) -> &'static TypeSchema {
        schema::schema()
    }

    fn rules(&self) -> &'static dyn Rules {
        &TokenRequestRules
    }
}

#[async_trait]
impl EphemeralKind for TokenRequest {
    async fn open(&self, ctx: &ProviderContext, config: &Known) -> Result<Known, ProviderError> {
        let mut object = to_plain(config.value());
        let name = text(&object, "/metadata/name").to_owned();
        let namespace = match text(&object, "/metadata/namespace") {
            "" => "default",
            given => given,
        };
        let doing = format!("requesting a token for ServiceAccount ({namespace}/{name})");
        let path = format!("/api/v1/namespaces/{namespace}/serviceaccounts/{name}/token");
        let body = json!({
            "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec(&object),
        });
        let clients = KubernetesClients::of(ctx)?;
        clients.ensure_target(ctx, Effort::Look).await?;
        let call = Call {
            body: Some(&body),
            ..Call::new(&doing, Method::POST, path)
        };
        let answer = clients.call(ctx, Effort::Look, call).await?;
        fill(&mut object, &answer);
        record(&self.schema().block, &object).map(|recorded| recorded.object)
    }
}

/// The specification as Kubernetes names it, from the block.
fn spec(object: &Json) -> Json {
    let mut spec = Map::new();
    let mut put = |theirs: &str, pointer: &str| {
        if let Some(given) = object.pointer(pointer).filter(|given| !given.is_null()) {
            spec.insert(theirs.to_owned(), given.clone());
        }
    };
    put("audiences", "/spec/audiences");
    put("expirationSeconds", "/spec/expiration_seconds");
    let bound = object.pointer("/spec/bound_object_ref");
    if let Some(bound) = bound.filter(|bound| !bound.is_null()) {
        let member = |name: &str| text(bound, name).to_owned();
        let reference = json!({
            "apiVersion": member("/api_version"), "kind": member("/kind"), "name": member("/name"), "uid": member("/uid"),
        });
        spec.insert("boundObjectRef".to_owned(), reference);
    }
    Json::Object(spec)
}

/// Takes over what the answer says of attributes that were not given.
fn fill(object: &mut Json, answer: &Json) {
    let taken = [
        ("/token", "/status/token"),
        ("/expiration_timestamp", "/status/expirationTimestamp"),
        ("/spec/audiences", "/spec/audiences"),
        ("/spec/expiration_seconds", "/spec/expirationSeconds"),
    ];
    for (ours, theirs) in taken {
        if let (Some(slot), Some(found)) = (object.pointer_mut(ours), answer.pointer(theirs))
            && slot.is_null()
        {
            *slot = found.clone();
        }
    }
}
