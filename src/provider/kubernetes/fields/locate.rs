//! Which object is meant: its path, from API version, kind, namespace and name.

use crate::provider::kubernetes::client::KubernetesClients;
use crate::provider::kubernetes::object::text;
use crate::provider::{ProviderContext, ProviderError, ProviderErrorKind};
use serde_json::{Value as Json, json};

/// An object of any kind.
pub(super) struct Place {
    pub(super) path: String,
    /// As `ServiceAccount (shop/web)`.
    pub(super) label: String,
    pub(super) kind: String,
    pub(super) name: String,
    api_version: String,
    namespace: String,
}

impl Place {
    /// The place of the object that an object in the provider's shape names. Asks the API server for the plural name of
    /// a kind, once per API version.
    pub(super) async fn find(ctx: &ProviderContext, object: &Json) -> Result<Place, ProviderError> {
        let (api_version, kind) = (text(object, "/api_version"), text(object, "/kind"));
        let name = text(object, "/metadata/0/name");
        let (plural, namespaced) = resource(ctx, api_version, kind).await?;
        let namespace = match (namespaced, text(object, "/metadata/0/namespace")) {
            (false, _) => "",
            (true, "") => "default",
            (true, namespace) => namespace,
        };
        let prefix = if api_version.contains('/') {
            "apis"
        } else {
            "api"
        };
        let (within, id) = if namespaced {
            (
                format!("/namespaces/{namespace}"),
                format!("{namespace}/{name}"),
            )
        } else {
            (String::new(), name.to_owned())
        };
        Ok(Place {
            path: format!("/{prefix}/{api_version}{within}/{plural}/{name}"),
            label: format!("{kind} ({id})"),
            kind: kind.to_owned(),
            name: name.to_owned(),
            api_version: api_version.to_owned(),
            namespace: namespace.to_owned(),
        })
    }

    /// A configuration of the object with these fields.
    pub(super) fn body(&self, mut fields: Json) -> Json {
        if let Json::Object(members) = &mut fields {
            members.insert("apiVersion".to_owned(), self.api_version.as_str().into());
            members.insert("kind".to_owned(), self.kind.as_str().into());
            let metadata = members.entry("metadata").or_insert_with(|| json!({}));
            if let Json::Object(metadata) = metadata {
                metadata.insert("name".to_owned(), self.name.as_str().into());
                if !self.namespace.is_empty() {
                    metadata.insert("namespace".to_owned(), self.namespace.as_str().into());
                }
            }
        }
        fields
    }
}

/// The plural name of a kind, and whether its objects live in namespaces.
async fn resource(
    ctx: &ProviderContext,
    api_version: &str,
    kind: &str,
) -> Result<(String, bool), ProviderError> {
    match (api_version, kind) {
        ("v1", "ServiceAccount") => return Ok(("serviceaccounts".to_owned(), true)),
        ("v1", "Namespace") => return Ok(("namespaces".to_owned(), false)),
        _ => {}
    }
    let list = KubernetesClients::of(ctx)?
        .resources(ctx, api_version)
        .await?;
    let resources = list
        .get("resources")
        .and_then(Json::as_array)
        .into_iter()
        .flatten();
    let found = resources
        .filter(|resource| text(resource, "/kind") == kind)
        .map(|resource| {
            (
                text(resource, "/name").to_owned(),
                resource.get("namespaced") == Some(&json!(true)),
            )
        })
        .find(|(plural, _)| !plural.contains('/'));
    found.ok_or_else(|| ProviderError {
        kind: ProviderErrorKind::InvalidInput,
        doing: format!("looking up the kinds of {api_version}"),
        code: String::new(),
        message: format!("no matches for kind {kind:?} in version {api_version:?}"),
        request_id: String::new(),
    })
}

/// The object that an id names, in the provider's shape.
pub(super) fn parse(id: &str) -> Result<Json, ProviderError> {
    let part = |name: &str| {
        id.split(',')
            .find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == name))
            .map(|(_, value)| value)
    };
    let (Some(version), Some(kind), Some(name)) = (part("apiVersion"), part("kind"), part("name"))
    else {
        return Err(ProviderError {
            kind: ProviderErrorKind::InvalidInput,
            doing: "finding fields of an object".to_owned(),
            code: String::new(),
            message: format!(
                "could not parse ID: {id:?}. ID must contain apiVersion, kind, and name"
            ),
            request_id: String::new(),
        });
    };
    Ok(json!({
        "api_version": version, "kind": kind,
        "metadata": [{ "name": name, "namespace": part("namespace") }],
    }))
}
