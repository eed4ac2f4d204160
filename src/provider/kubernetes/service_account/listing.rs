//! The service accounts of a whole cluster, by name: one LIST, page by page.

use crate::provider::kubernetes::client::KubernetesClients;
use crate::provider::kubernetes::object::text;
use crate::provider::{ProviderContext, ProviderError};
use crate::schema::Identity;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value as Json;

/// So many are asked for at once, as `kubectl get` does.
const PAGE: usize = 500;

/// Every service account as `namespace/name`.
pub(super) async fn names(ctx: &ProviderContext) -> Result<Vec<Identity>, ProviderError> {
    let clients = KubernetesClients::of(ctx)?;
    let doing = "listing the service accounts";
    let first = format!("/api/v1/serviceaccounts?limit={PAGE}");
    let mut next = Some(first.clone());
    let mut names = Vec::new();
    while let Some(path) = next {
        let page = clients.get(ctx, doing, &path).await?.unwrap_or_default();
        let items = page.get("items").and_then(Json::as_array);
        names.extend(items.into_iter().flatten().map(identity));
        let token = text(&page, "/metadata/continue");
        next = (!token.is_empty()).then(|| {
            format!(
                "{first}&continue={}",
                utf8_percent_encode(token, NON_ALPHANUMERIC)
            )
        });
    }
    Ok(names)
}

fn identity(item: &Json) -> Identity {
    let part = |pointer| text(item, pointer);
    Identity(format!(
        "{}/{}",
        part("/metadata/namespace"),
        part("/metadata/name")
    ))
}
