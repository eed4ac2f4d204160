//! `kubernetes_service_account_v1`: a service account, written by server-side apply.
//!
//! Only the annotations and labels that are written here are managed; those that others write stay.
//!
//! Calls: `get`, `create`, `patch` and `delete` of `serviceaccounts`.
//!
//! Import: the namespace and the name, as `shop/web`.
//!
//! ```hcl
//! resource "kubernetes_service_account_v1" "web" {
//!   metadata {
//!     name        = "web"
//!     namespace   = "shop"
//!     annotations = { "eks.amazonaws.com/role-arn" = aws_iam_role.web.arn }
//!   }
//! }
//! ```

mod listing;
mod rules;
mod schema;

use super::client::FIELD_MANAGER;
use super::metadata::{self, Scope};
use super::object::text;
use super::owned::{self, OwnedKind};
use super::ownership;
use crate::provider::{
    ObjectType, Outcome, ProviderContext, ProviderError, Recorded, ResourceKind,
};
use crate::schema::{Identity, Rules, TypeSchema};
use crate::value::Value;
use async_trait::async_trait;
use serde_json::{Map, Value as Json, json};

/// The kind.
pub(super) struct ServiceAccount;

impl ObjectType for ServiceAccount {
    fn name(&self) -> &'static str {
        "kubernetes_service_account_v1"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["kubernetes_service_account"]
    }

    fn provider(&self) -> &'static str {
        "kubernetes"
    }

    fn schema(&self) -> &'static TypeSchema {
        schema::schema()
    }

    fn rules(&self) -> &'static dyn Rules {
        &rules::ServiceAccountRules
    }
}

#[async_trait]
impl ResourceKind for ServiceAccount {
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

    async fn names(&self, ctx: &ProviderContext) -> Result<Vec<Identity>, ProviderError> {
        listing::names(ctx).await
    }

    async fn create(&self, ctx: &ProviderContext, planned: &Value) -> Outcome {
        owned::create(self, ctx, planned).await
    }

    async fn update(&self, ctx: &ProviderContext, prior: &Recorded, planned: &Value) -> Outcome {
        owned::update(self, ctx, prior, planned).await
    }

    async fn delete(&self, ctx: &ProviderContext, prior: &Recorded) -> Result<(), ProviderError> {
        owned::delete(self, ctx, prior, owned::DELETE_TIMEOUT).await
    }
}

impl OwnedKind for ServiceAccount {
    fn kind(&self) -> &'static str {
        "ServiceAccount"
    }

    fn scope(&self) -> Scope {
        Scope::Namespaced
    }

    fn path(&self, namespace: &str, name: &str) -> String {
        format!("/api/v1/namespaces/{namespace}/serviceaccounts/{name}")
    }

    /// Secrets are sent only where declared: Kubernetes keeps the list itself.
    fn declared(&self, planned: &Json) -> Json {
        let mut body = Map::new();
        body.insert("metadata".to_owned(), metadata::declared(planned));
        if let Some(automount) = planned
            .get("automount_service_account_token")
            .and_then(Json::as_bool)
        {
            body.insert("automountServiceAccountToken".to_owned(), automount.into());
        }
        for (ours, theirs) in LISTS {
            let list = planned
                .get(ours)
                .and_then(Json::as_array)
                .filter(|list| !list.is_empty());
            if let Some(list) = list {
                let names = list
                    .iter()
                    .map(|reference| json!({ "name": text(reference, "/name") }));
                body.insert(theirs.to_owned(), names.collect());
            }
        }
        Json::Object(body)
    }

    fn observed(&self, recorded: &Json, live: &Json) -> Json {
        let list = |ours: &str, theirs: &str| {
            let before = recorded.get(ours).and_then(Json::as_array);
            let names: Vec<_> = before
                .into_iter()
                .flatten()
                .map(|reference| text(reference, "/name"))
                .collect();
            let all = !names.is_empty() && theirs == "imagePullSecrets";
            let live_list = live
                .get(theirs)
                .and_then(Json::as_array)
                .into_iter()
                .flatten();
            let kept = live_list
                .map(|reference| text(reference, "/name"))
                .filter(|name| {
                    let key = format!("k:{{\"name\":\"{name}\"}}");
                    all || names.contains(name)
                        || (theirs == "imagePullSecrets"
                            && ownership::owns(live, FIELD_MANAGER, &[theirs]))
                        || ownership::owns_element(live, FIELD_MANAGER, theirs, &key)
                });
            kept.map(|name| json!({ "name": name })).collect::<Vec<_>>()
        };
        let default_secret = recorded
            .get("default_secret_name")
            .filter(|name| !name.is_null());
        json!({
            "id": format!("{}/{}", text(live, "/metadata/namespace"), text(live, "/metadata/name")),
            "automount_service_account_token": live.get("automountServiceAccountToken").unwrap_or(&json!(true)),
            "default_secret_name": default_secret.unwrap_or(&json!("")),
            "metadata": metadata::observed(Scope::Namespaced, recorded, live),
            "image_pull_secret": list("image_pull_secret", "imagePullSecrets"),
            "secret": list("secret", "secrets"),
            "timeouts": recorded.get("timeouts"),
        })
    }
}

/// The lists of references: the provider's name and Kubernetes' own.
const LISTS: [(&str, &str); 2] = [
    ("image_pull_secret", "imagePullSecrets"),
    ("secret", "secrets"),
];
