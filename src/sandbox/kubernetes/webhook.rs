//! EKS's pod identity webhook: its registration, which a person may break, and what it makes of new pods.
//!
//! The registration is the `MutatingWebhookConfiguration` that EKS installs ("pod-identity-webhook", EKS User Guide, IRSA);
//! what the webhook does is `trust::pod`, with the API server's own admission before it.

use bytes::Bytes;
use http::{Method, Request};
use serde_json::{Map, Value, json};

use super::cluster::{Cluster, name_suffix};
use super::decode::unknown_members;
use super::kinds::{NAMESPACE, SERVICE_ACCOUNT, WEBHOOKS};
use super::metadata;
use super::pod;
use super::reply::Reply;
use super::status::Refusal;
use crate::trust::pod::{
    AccountAnnotations, AccountDefaults, Expiration, Identity, PodTemplate, Registration, Webhook,
    Workload, admit, mutate,
};

const COLLECTION: &str = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
const NAME: &str = "pod-identity-webhook";
/// Where a changed registration is kept: the object, or `false` for one that was deleted.
const META: &str = "webhook";
/// How the predicted volume of the API token ends, in place of drawn characters.
const DRAWN: &str = "kube-api-access-xxxxx";

/// Answers a request about registrations of webhooks; `None` when it is about something else.
pub(super) fn answer(
    cluster: &mut Cluster<'_>,
    request: &Request<Bytes>,
) -> Option<Result<Reply, Refusal>> {
    let rest = request.uri().path().strip_prefix(COLLECTION)?;
    let name = rest.trim_matches('/');
    let found = configuration(cluster).filter(|_| name.is_empty() || name == NAME);
    let answer = match (request.method(), name) {
        (&Method::GET, "") => Ok(Reply::ok(&json!({
            "kind": "MutatingWebhookConfigurationList",
            "apiVersion": "admissionregistration.k8s.io/v1",
            "metadata": { "resourceVersion": cluster.revision().to_string() },
            "items": found.into_iter().collect::<Vec<_>>(),
        }))),
        (&Method::GET, _) => found.map(|found| Reply::ok(&found)).ok_or_else(missing),
        (&Method::DELETE, _) => {
            let answer = found.map(|found| Reply::ok(&found)).ok_or_else(missing);
            if answer.is_ok() {
                cluster.set_meta(META, Value::Bool(false));
            }
            answer
        }
        (&Method::PUT, NAME) if found.is_none() => Err(missing()),
        (&Method::PUT, NAME) => changed(request).map(|object| {
            cluster.set_meta(META, object.clone());
            Reply::ok(&object)
        }),
        (&Method::POST, "") => changed(request).and_then(|object| match found {
            Some(_) => Err(exists()),
            None => {
                cluster.set_meta(META, object.clone());
                Ok(Reply::created(&object))
            }
        }),
        _ => Err(Refusal::method_not_allowed()),
    };
    Some(answer)
}

/// The registration of a request. Only EKS's own can be made again, since nothing stands behind another.
fn changed(request: &Request<Bytes>) -> Result<Value, Refusal> {
    let object: Value = serde_json::from_slice(request.body())
        .map_err(|error| Refusal::bad_request(error.to_string()))?;
    let unknown = unknown_members("MutatingWebhookConfiguration", &WEBHOOKS, &object)
        .map_err(Refusal::bad_request)?;
    if !unknown.is_empty() {
        let named: Vec<String> = unknown
            .iter()
            .map(|field| format!("unknown field {field:?}"))
            .collect();
        return Err(Refusal::bad_request(format!(
            "strict decoding error: {}",
            named.join(", ")
        )));
    }
    let name = object.pointer("/metadata/name").and_then(Value::as_str);
    if name != Some(NAME) {
        let text = format!("the sandbox has no webhook but {NAME:?}");
        return Err(Refusal::bad_request(text));
    }
    Registration::of(&object)
        .map_err(|error| Refusal::bad_request(format!("webhooks: {error}")))?;
    Ok(object)
}

fn exists() -> Refusal {
    Refusal::about_registration(409, "AlreadyExists", NAME, "already exists")
}

fn missing() -> Refusal {
    Refusal::about_registration(404, "NotFound", NAME, "not found")
}

/// The registration; `None` when somebody deleted it.
fn configuration(cluster: &Cluster<'_>) -> Option<Value> {
    match cluster.meta(META) {
        None => Some(installed(cluster)),
        Some(Value::Bool(_)) => None,
        Some(changed) => Some(changed.clone()),
    }
}

/// The registration as EKS installs it.
fn installed(cluster: &Cluster<'_>) -> Value {
    let absent =
        json!({ "key": "eks.amazonaws.com/skip-pod-identity-webhook", "operator": "DoesNotExist" });
    let started = cluster.meta("started").cloned().unwrap_or_default();
    json!({
        "kind": "MutatingWebhookConfiguration",
        "apiVersion": "admissionregistration.k8s.io/v1",
        "metadata": { "name": NAME, "creationTimestamp": started, "generation": 1 },
        "webhooks": [{
            "name": "iam-for-pods.amazonaws.com",
            "clientConfig": { "url": "https://127.0.0.1:23443/mutate" },
            "rules": [{
                "operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"],
                "resources": ["pods"], "scope": "*",
            }],
            "failurePolicy": "Ignore",
            "matchPolicy": "Equivalent",
            "namespaceSelector": {},
            "objectSelector": { "matchExpressions": [absent] },
            "sideEffects": "None",
            "timeoutSeconds": 10,
            "admissionReviewVersions": ["v1beta1"],
            "reinvocationPolicy": "IfNeeded",
        }],
    })
}

/// A new pod after the API server's admission and the webhook's: its service account has to exist.
pub(super) fn admitted(
    cluster: &Cluster<'_>,
    namespace: &str,
    uid: uuid::Uuid,
    made: Value,
) -> Result<Value, Refusal> {
    let Ok(workload) = Workload::of(&made, namespace) else {
        // Pods without a spec are as they come; the sandbox does not validate them.
        return Ok(made);
    };
    let template = workload.template;
    if template.spec.is_empty() {
        return Ok(made);
    }
    let name = template.service_account().to_owned();
    let Some(account) = cluster.get(&SERVICE_ACCOUNT, namespace, &name) else {
        return Err(Refusal::without_account(&workload.name, namespace, &name));
    };
    let mut after = admit(&template, &defaults(account));
    if reaches(cluster, namespace, &after) {
        after = with_identity(cluster, namespace, &name, account, &after);
    }
    let drawn = format!("kube-api-access-{}", name_suffix(uid));
    let mut spec = Value::Object(after.spec);
    pod::complete(&mut spec);
    rename(&mut spec, &drawn);
    let mut made = made;
    if let Some(members) = made.as_object_mut() {
        // A pod of a seed may have run already.
        let status = members.get("status").and_then(Value::as_object);
        if status.is_none_or(Map::is_empty) {
            members.insert("status".to_owned(), pod::status(&spec));
        }
        members.insert("spec".to_owned(), spec);
    }
    if !after.labels.is_empty() {
        metadata::set(&mut made, "labels", Some(json!(after.labels)));
    }
    Ok(made)
}

fn defaults(account: &Value) -> AccountDefaults {
    let secrets = account.get("imagePullSecrets").and_then(Value::as_array);
    let secrets = secrets.into_iter().flatten();
    AccountDefaults {
        automount_token: account
            .get("automountServiceAccountToken")
            .and_then(Value::as_bool),
        image_pull_secrets: secrets
            .filter_map(|secret| Some(secret.get("name")?.as_str()?.to_owned()))
            .collect(),
    }
}

fn with_identity(
    cluster: &Cluster<'_>,
    namespace: &str,
    name: &str,
    account: &Value,
    pod: &PodTemplate,
) -> PodTemplate {
    let annotations = account.pointer("/metadata/annotations");
    let annotations = annotations.and_then(Value::as_object).into_iter().flatten();
    let annotations = annotations
        .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
        .collect();
    let webhook = Webhook::of_eks(cluster.region().unwrap_or_default());
    let associated = cluster.is_associated(namespace, name);
    let account = AccountAnnotations::of(&annotations);
    match webhook.identity(&account, pod, associated) {
        Identity::None => pod.clone(),
        Identity::Some(mut credentials) => {
            // The sandbox draws the longest of the lives that Pod Identity spreads.
            if let Expiration::Between(_, longest) = credentials.expiration {
                credentials.expiration = Expiration::Exactly(longest);
            }
            mutate(pod, &webhook, &credentials).pod
        }
    }
}

/// Whether the registration has a pod sent to the webhook, after the labels of namespace and pod.
fn reaches(cluster: &Cluster<'_>, namespace: &str, pod: &PodTemplate) -> bool {
    let registration = configuration(cluster).and_then(|found| Registration::of(&found).ok()?);
    let Some(registration) = registration else {
        return false;
    };
    let labels = cluster
        .get(&NAMESPACE, "", namespace)
        .and_then(|namespace| namespace.pointer("/metadata/labels").cloned());
    let labels = labels.and_then(|labels| serde_json::from_value(labels).ok());
    registration.covers_new_pods()
        && registration.namespaces.holds(&labels.unwrap_or_default())
        && registration.pods.holds(&pod.labels)
}

/// Gives the API token's volume its drawn name.
fn rename(value: &mut Value, drawn: &str) {
    match value {
        Value::String(text) if text == DRAWN => drawn.clone_into(text),
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, drawn)),
        Value::Object(members) => members
            .values_mut()
            .for_each(|member| rename(member, drawn)),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
