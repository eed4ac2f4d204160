//! The endpoints that tell about the server: versions, groups, resources, the issuer of its tokens.

use bytes::Bytes;
use http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};

use super::cluster::Cluster;
use super::kinds::{KINDS, Kind};
use super::reply::Reply;
use super::status::Refusal;

/// Answers a request for one of these endpoints; `None` when it is for something else.
pub(super) fn answer(
    cluster: &mut Cluster<'_>,
    request: &Request<Bytes>,
) -> Option<Result<Reply, Refusal>> {
    let path = request.uri().path().trim_end_matches('/');
    let is_review = path == "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    let reply = match (request.method(), path) {
        (&Method::POST, _) if is_review => return Some(access_review(request)),
        (&Method::GET, "/version") => Reply::ok(&version()),
        (&Method::GET, "/healthz" | "/livez" | "/readyz") => Reply::text(StatusCode::OK, "ok"),
        (&Method::GET, "/api") => Reply::ok(&json!({
            "kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": [],
        })),
        (&Method::GET, "/apis") => Reply::ok(&json!({
            "kind": "APIGroupList", "apiVersion": "v1", "groups": [group()],
        })),
        (&Method::GET, "/api/v1") => Reply::ok(&resources("v1", &KINDS.map(resource))),
        (&Method::GET, "/apis/authorization.k8s.io") => {
            let mut group = group();
            if let Some(members) = group.as_object_mut() {
                members.insert("kind".to_owned(), Value::from("APIGroup"));
                members.insert("apiVersion".to_owned(), Value::from("v1"));
            }
            Reply::ok(&group)
        }
        (&Method::GET, "/apis/authorization.k8s.io/v1") => Reply::ok(&resources(
            "authorization.k8s.io/v1",
            &[access_review_resource()],
        )),
        (&Method::GET, "/.well-known/openid-configuration") => openid_configuration(cluster)?,
        (&Method::GET, "/openid/v1/jwks") => return Some(key_set(cluster, request)),
        (_, path) if path.starts_with("/apis/") || !path.starts_with("/api/") => {
            Reply::text(StatusCode::NOT_FOUND, "404 page not found\n")
        }
        _ => return None,
    };
    Some(Ok(reply))
}

fn version() -> Value {
    json!({
        "major": "1", "minor": "37",
        "emulationMajor": "1", "emulationMinor": "37",
        "minCompatibilityMajor": "1", "minCompatibilityMinor": "36",
        "gitVersion": "v1.37.2", "gitCommit": "", "gitTreeState": "clean",
        "buildDate": "1970-01-01T00:00:00Z", "goVersion": "", "compiler": "gc", "platform": "linux/amd64",
    })
}

fn group() -> Value {
    let version = json!({ "groupVersion": "authorization.k8s.io/v1", "version": "v1" });
    json!({ "name": "authorization.k8s.io", "versions": [version], "preferredVersion": version })
}

fn resources(group_version: &str, resources: &[Value]) -> Value {
    let mut list =
        json!({ "kind": "APIResourceList", "groupVersion": group_version, "resources": resources });
    if let (true, Some(members)) = (group_version != "v1", list.as_object_mut()) {
        members.insert("apiVersion".to_owned(), Value::from("v1"));
    }
    list
}

fn resource(kind: &Kind) -> Value {
    let all = [
        "create",
        "delete",
        "deletecollection",
        "get",
        "list",
        "patch",
        "update",
    ];
    let verbs = all
        .iter()
        .filter(|verb| kind.deletes_collections || **verb != "deletecollection");
    json!({
        "name": kind.plural, "singularName": kind.singular, "namespaced": kind.namespaced,
        "kind": kind.name, "verbs": verbs.collect::<Vec<_>>(), "shortNames": kind.short_names,
    })
}

fn access_review_resource() -> Value {
    json!({
        "name": "selfsubjectaccessreviews", "singularName": "selfsubjectaccessreview",
        "namespaced": false, "kind": "SelfSubjectAccessReview", "verbs": ["create"],
    })
}

/// Everybody may do everything here.
fn access_review(request: &Request<Bytes>) -> Result<Reply, Refusal> {
    let mut review: Value = serde_json::from_slice(request.body())
        .map_err(|error| Refusal::bad_request(error.to_string()))?;
    let Some(members) = review.as_object_mut() else {
        return Err(Refusal::bad_request("the body is not an object"));
    };
    members.entry("metadata").or_insert_with(|| json!({}));
    members.insert("status".to_owned(), json!({ "allowed": true }));
    Ok(Reply::created(&review))
}

fn openid_configuration(cluster: &Cluster<'_>) -> Option<Reply> {
    let issuer = cluster.issuer()?;
    Some(Reply::ok(&json!({
        "issuer": issuer,
        "jwks_uri": format!("{issuer}/openid/v1/jwks"),
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    })))
}

/// The public keys of the issuer.
fn key_set(cluster: &mut Cluster<'_>, request: &Request<Bytes>) -> Result<Reply, Refusal> {
    const OFFERED: &str = "application/jwk-set+json";
    let accept = request.headers().get(header::ACCEPT);
    let accept = accept
        .and_then(|value| value.to_str().ok())
        .unwrap_or("*/*");
    let fits = |media: &str| ["*/*", "application/*", OFFERED].contains(&media.trim());
    if !accept.split([',', ';']).any(fits) {
        return Err(Refusal::not_acceptable(OFFERED));
    }
    let key = cluster.signing_key().map_err(Refusal::internal)?;
    Ok(Reply::document(OFFERED, &key.published()))
}
