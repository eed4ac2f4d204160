//! What is in a namespace besides what Kubernetes puts into each.

use crate::provider::kubernetes::client::KubernetesClients;
use crate::provider::kubernetes::object::text;
use crate::provider::{ProviderContext, ProviderError, ProviderErrorKind};
use serde_json::{Value as Json, json};

/// Resources that tell of other objects, and go with them.
const ECHOES: [&str; 3] = ["endpoints", "endpointslices", "events"];

/// So many objects of a resource are named.
const NAMED: usize = 3;

/// So many objects of a resource are asked for: enough to know that there are some.
const PAGE: usize = 50;

/// The objects of every resource that can be listed, a text for each resource, as `configmaps (app)`. A resource that may
/// not be listed counts as if there were some.
///
/// This is what `kubectl api-resources --namespaced --verbs=list` names. Left out are objects that are on their way out.
pub(super) async fn others(
    ctx: &ProviderContext,
    namespace: &str,
) -> Result<Vec<String>, ProviderError> {
    let clients = KubernetesClients::of(ctx)?;
    let doing = format!("looking for what is in Namespace ({namespace})");
    let mut found = Vec::new();
    for version in versions(ctx, &doing).await? {
        let resources = clients.resources(ctx, &version).await?;
        for plural in listable(&resources) {
            let prefix = if version.contains('/') { "apis" } else { "api" };
            let path = format!("/{prefix}/{version}/namespaces/{namespace}/{plural}?limit={PAGE}");
            match clients.get(ctx, &doing, &path).await {
                Ok(list) => found.extend(list.and_then(|list| in_words(plural, &list))),
                Err(error) if error.kind == ProviderErrorKind::Denied => {
                    found.push(format!("{plural} (may not be listed)"));
                }
                Err(error) => return Err(error),
            }
        }
    }
    Ok(found)
}

/// The core version, and the preferred version of every group.
async fn versions(ctx: &ProviderContext, doing: &str) -> Result<Vec<String>, ProviderError> {
    let groups = KubernetesClients::of(ctx)?.get(ctx, doing, "/apis").await?;
    let groups = groups.as_ref().and_then(|groups| groups.get("groups"));
    let groups = groups.and_then(Json::as_array).into_iter().flatten();
    // Metrics tell of pods, which are listed themselves.
    let groups = groups.filter(|group| text(group, "/name") != "metrics.k8s.io");
    let preferred = groups.map(|group| text(group, "/preferredVersion/groupVersion").to_owned());
    Ok(std::iter::once("v1".to_owned()).chain(preferred).collect())
}

/// The plural names of the resources that live in namespaces and can be listed.
fn listable(resources: &Json) -> impl Iterator<Item = &str> {
    let resources = resources.get("resources").and_then(Json::as_array);
    let resources = resources.into_iter().flatten();
    let listable = resources.filter(|resource| {
        let verbs = resource.get("verbs").and_then(Json::as_array);
        let can_list = verbs.is_some_and(|verbs| verbs.contains(&json!("list")));
        can_list && resource.get("namespaced") == Some(&json!(true))
    });
    listable
        .map(|resource| text(resource, "/name"))
        .filter(|name| !name.contains('/') && !ECHOES.contains(name))
}

/// A text for the objects of a list that count; `None` when none does.
fn in_words(plural: &str, list: &Json) -> Option<String> {
    let items = list.get("items").and_then(Json::as_array);
    let items = items.into_iter().flatten();
    let counted: Vec<&str> = items
        .filter(|item| {
            !is_given(plural, item) && item.pointer("/metadata/deletionTimestamp").is_none()
        })
        .map(|item| text(item, "/metadata/name"))
        .collect();
    let named = counted.get(..NAMED.min(counted.len()))?.join(", ");
    let more = counted.len().saturating_sub(NAMED);
    match (counted.is_empty(), more) {
        (true, _) => None,
        (false, 0) => Some(format!("{plural} ({named})")),
        (false, more) => Some(format!("{plural} ({named} and {more} more)")),
    }
}

/// Whether Kubernetes puts an object into every namespace by itself.
fn is_given(plural: &str, item: &Json) -> bool {
    let name = text(item, "/metadata/name");
    match plural {
        "serviceaccounts" => name == "default",
        "configmaps" => name == "kube-root-ca.crt",
        "secrets" => {
            let annotations = item.pointer("/metadata/annotations");
            let account = annotations.and_then(|all| all.get("kubernetes.io/service-account.name"));
            text(item, "/type") == "kubernetes.io/service-account-token"
                && account.and_then(Json::as_str) == Some("default")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{in_words, listable};
    use serde_json::{Value as Json, json};

    fn named(names: &[&str]) -> Json {
        let items = names
            .iter()
            .map(|name| json!({ "metadata": { "name": name } }));
        json!({ "items": items.collect::<Vec<_>>() })
    }

    #[test]
    fn what_every_namespace_has_does_not_count() {
        assert_eq!(in_words("serviceaccounts", &named(&["default"])), None);
        assert_eq!(in_words("configmaps", &named(&["kube-root-ca.crt"])), None);
        assert_eq!(in_words("pods", &named(&[])), None);
        let leaving =
            json!({ "items": [{ "metadata": { "name": "a", "deletionTimestamp": "now" } }] });
        assert_eq!(in_words("pods", &leaving), None);
        let token = |account: &str| {
            json!({ "items": [{
                "type": "kubernetes.io/service-account-token",
                "metadata": { "name": "t", "annotations": { "kubernetes.io/service-account.name": account } },
            }] })
        };
        assert_eq!(in_words("secrets", &token("default")), None);
        assert_eq!(
            in_words("secrets", &token("web")).as_deref(),
            Some("secrets (t)")
        );
    }

    #[test]
    fn a_few_objects_are_named() {
        let words = |names: &[&str]| in_words("pods", &named(names)).unwrap();
        assert_eq!(words(&["a", "b", "c"]), "pods (a, b, c)");
        assert_eq!(
            words(&["a", "b", "c", "d", "e"]),
            "pods (a, b, c and 2 more)"
        );
    }

    #[test]
    fn only_what_can_be_listed_in_a_namespace_is_asked_for() {
        let resource = |name: &str, namespaced: bool, verb: &str| json!({ "name": name, "namespaced": namespaced, "verbs": [verb] });
        let resources = json!({ "resources": [
            resource("pods", true, "list"),
            resource("pods/status", true, "list"),
            resource("nodes", false, "list"),
            resource("bindings", true, "create"),
            resource("events", true, "list"),
        ] });
        assert_eq!(listable(&resources).collect::<Vec<_>>(), ["pods"]);
    }
}
