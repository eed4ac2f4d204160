//! The subresource `serviceaccounts/NAME/token`: tokens of service accounts.
//!
//! "Managing Service Accounts" and the `TokenRequest` API of the Kubernetes documentation: at least 600 seconds, 3,600 unless
//! told, for the audiences asked for or else for the API server, bound to the account's uid and, where asked, to a pod's.
//! EKS gives no token for longer than a day (EKS User Guide, "Learn how EKS Pod Identity and IRSA tokens work").

use bytes::Bytes;
use http::Request;
use serde_json::{Map, Value, json};

use super::cluster::Cluster;
use super::decode::json_type;
use super::kinds::{POD, SERVICE_ACCOUNT};
use super::metadata;
use super::reply::Reply;
use super::request::{self, Target};
use super::status::{Cause, Refusal};

const SHORTEST: i64 = 600;
const USUAL: i64 = 3_600;
const LONGEST: i64 = 1 << 32;
/// The longest life that EKS gives a token, in seconds.
const LONGEST_OF_EKS: i64 = 86_400;

/// Answers a `TokenRequest`.
pub(super) fn request(
    cluster: &mut Cluster<'_>,
    target: &Target,
    request: &Request<Bytes>,
) -> Result<Reply, Refusal> {
    let asked = asked(request)?;
    let (namespace, name) = (target.namespace.as_str(), target.name.as_str());
    let account = cluster
        .get(&SERVICE_ACCOUNT, namespace, name)
        .ok_or_else(|| Refusal::not_found(&SERVICE_ACCOUNT, name))?;
    let uid = metadata::text(account, "uid").to_owned();
    let seconds = asked.seconds()?.min(LONGEST_OF_EKS);
    let issuer = cluster.issuer().unwrap_or_default().to_owned();
    let audiences = match asked.audiences() {
        given if given.is_empty() => vec![issuer.clone()],
        given => given,
    };
    let mut kubernetes =
        json!({ "namespace": namespace, "serviceaccount": { "name": name, "uid": uid } });
    if let (Some((pod, pod_uid)), Some(members)) =
        (asked.pod(cluster, target)?, kubernetes.as_object_mut())
    {
        members.insert("pod".to_owned(), json!({ "name": pod, "uid": pod_uid }));
    }
    let now = cluster.now.as_second();
    let expires = now + seconds;
    let claims = json!({
        "aud": audiences, "exp": expires, "iat": now, "iss": issuer,
        "jti": cluster.new_uid().to_string(), "kubernetes.io": kubernetes, "nbf": now,
        "sub": format!("system:serviceaccount:{namespace}:{name}"),
    });
    let key = cluster.signing_key().map_err(Refusal::internal)?;
    let token = key.sign(&claims);
    let token = token.ok_or_else(|| Refusal::internal("the token cannot be signed"))?;
    let expiration = jiff::Timestamp::from_second(expires).unwrap_or(cluster.now);
    let mut spec = Map::new();
    spec.insert("audiences".to_owned(), json!(audiences));
    spec.insert("expirationSeconds".to_owned(), json!(seconds));
    let bound = asked.0.get("boundObjectRef").cloned().unwrap_or_default();
    spec.insert("boundObjectRef".to_owned(), bound);
    Ok(Reply::created(&json!({
        "kind": "TokenRequest",
        "apiVersion": "authentication.k8s.io/v1",
        "metadata": {
            "name": name, "namespace": namespace, "uid": cluster.new_uid().to_string(), "creationTimestamp": metadata::time_text(cluster.now),
        },
        "spec": spec,
        "status": { "token": token, "expirationTimestamp": metadata::time_text(expiration) },
    })))
}

/// The `spec` of a request.
struct Asked(Map<String, Value>);

fn asked(request: &Request<Bytes>) -> Result<Asked, Refusal> {
    if !matches!(request::content_type(request), "" | "application/json") {
        return Err(Refusal::unknown_format());
    }
    let body: Value = serde_json::from_slice(request.body())
        .map_err(|error| Refusal::bad_request(error.to_string()))?;
    let kind = body.get("kind").and_then(Value::as_str).unwrap_or_default();
    if !matches!(kind, "" | "TokenRequest") {
        return Err(Refusal::bad_request(format!(
            "the object provided is unrecognized: {kind} is no TokenRequest"
        )));
    }
    let spec = body.get("spec").and_then(Value::as_object).cloned();
    Ok(Asked(spec.unwrap_or_default()))
}

impl Asked {
    fn audiences(&self) -> Vec<String> {
        let given = self.0.get("audiences").and_then(Value::as_array);
        let given = given.into_iter().flatten();
        given
            .filter_map(|audience| audience.as_str().map(str::to_owned))
            .collect()
    }

    fn seconds(&self) -> Result<i64, Refusal> {
        let asked = match self.0.get("expirationSeconds") {
            None | Some(Value::Null) => return Ok(USUAL),
            Some(asked) => asked,
        };
        let seconds = asked.as_i64().ok_or_else(|| {
            Refusal::bad_request(format!(
                "TokenRequest in version \"v1\" cannot be handled as a TokenRequest: json: cannot unmarshal {} into Go struct field TokenRequestSpec.spec.expirationSeconds of type int64",
                json_type(asked)
            ))
        })?;
        let why = match seconds {
            ..SHORTEST => "may not specify a duration less than 10 minutes",
            SHORTEST..=LONGEST => return Ok(seconds),
            _ => "may not specify a duration larger than 2^32 seconds",
        };
        let cause = Cause {
            reason: "FieldValueInvalid",
            message: format!("Invalid value: {seconds}: {why}"),
            field: "spec.expirationSeconds".to_owned(),
        };
        let group = "authentication.k8s.io";
        Err(Refusal::invalid("TokenRequest", group, "", &[cause]))
    }

    /// Name and uid of the pod that the token is to be bound to.
    fn pod(
        &self,
        cluster: &Cluster<'_>,
        target: &Target,
    ) -> Result<Option<(String, String)>, Refusal> {
        let Some(reference) = self.0.get("boundObjectRef").filter(|one| !one.is_null()) else {
            return Ok(None);
        };
        let text = |member: &str| {
            let value = reference.get(member).and_then(Value::as_str);
            value.unwrap_or_default()
        };
        match (text("apiVersion"), text("kind")) {
            ("" | "v1", "Pod") => {}
            ("" | "v1", kind @ ("Node" | "Secret")) => {
                return Err(Refusal::bad_request(format!(
                    "cannot bind token to {kind}: the sandbox binds to pods only"
                )));
            }
            (version, kind) => {
                return Err(Refusal::bad_request(format!(
                    "cannot bind token to object of type {version}, Kind={kind}"
                )));
            }
        }
        let name = text("name");
        let pod = cluster
            .get(&POD, &target.namespace, name)
            .ok_or_else(|| Refusal::not_found(&POD, name))?;
        let uid = metadata::text(pod, "uid");
        if !text("uid").is_empty() && text("uid") != uid {
            let why = format!(
                "the UID in the bound object reference ({}) does not match the UID in record. The object might have been deleted and then recreated",
                text("uid")
            );
            return Err(Refusal::failed_precondition(&POD, name, &why));
        }
        Ok(Some((name.to_owned(), uid.to_owned())))
    }
}
