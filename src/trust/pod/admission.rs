//! What the API server itself does to a pod before webhooks see it: the service account, its API token, its pull secrets.
//!
//! Source: Kubernetes documentation, "Managing Service Accounts", admission controller `ServiceAccount`: it sets the account's name, mounts the token of the API where neither pod nor account refuse it
//! (a volume whose name ends in five drawn characters), and takes the account's pull secrets where the pod has none.

use super::workload::{CONTAINER_LISTS, PodTemplate, mounts};
use serde_json::{Value, json};

/// Where the token for the API server is mounted.
pub const API_TOKEN_MOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// The name of the token's volume as it is predicted: the end is drawn anew for each pod.
const API_TOKEN_VOLUME: &str = "kube-api-access-xxxxx";

/// What a service account says about its pods.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccountDefaults {
    /// Its `automountServiceAccountToken`.
    pub automount_token: Option<bool>,
    /// Its `imagePullSecrets`, by name.
    pub image_pull_secrets: Vec<String>,
}

/// The pod after the API server's own admission.
pub fn admit(pod: &PodTemplate, account: &AccountDefaults) -> PodTemplate {
    let mut admitted = pod.clone();
    let name = json!(pod.service_account());
    for member in ["serviceAccountName", "serviceAccount"] {
        admitted.spec.insert(member.to_owned(), name.clone());
    }
    let of_pod = pod
        .spec
        .get("automountServiceAccountToken")
        .and_then(Value::as_bool);
    if of_pod.or(account.automount_token).unwrap_or(true) {
        mount_api_token(&mut admitted);
    }
    let has_secrets = pod.spec.get("imagePullSecrets").and_then(Value::as_array);
    if has_secrets.is_none_or(Vec::is_empty) && !account.image_pull_secrets.is_empty() {
        let secrets = account.image_pull_secrets.iter();
        let secrets: Vec<Value> = secrets.map(|name| json!({ "name": name })).collect();
        admitted
            .spec
            .insert("imagePullSecrets".to_owned(), secrets.into());
    }
    admitted
}

/// Mounts the token in every container that has nothing at its place, and adds the volume if any has not.
fn mount_api_token(pod: &mut PodTemplate) {
    let mut needed = false;
    for list in CONTAINER_LISTS {
        let list = pod.spec.get_mut(list).and_then(Value::as_array_mut);
        for container in list.into_iter().flatten().filter_map(Value::as_object_mut) {
            let taken = mounts(container)
                .any(|mount| mount.get("mountPath") == Some(&json!(API_TOKEN_MOUNT)));
            let list = container.entry("volumeMounts").or_insert_with(|| json!([]));
            if let (false, Some(list)) = (taken, list.as_array_mut()) {
                list.push(json!({
                    "name": API_TOKEN_VOLUME, "readOnly": true, "mountPath": API_TOKEN_MOUNT,
                }));
                needed = true;
            }
        }
    }
    let volumes = pod.spec.entry("volumes").or_insert_with(|| json!([]));
    if let (true, Some(volumes)) = (needed, volumes.as_array_mut()) {
        volumes.push(api_token_volume());
    }
}

fn api_token_volume() -> Value {
    let namespace = json!({ "apiVersion": "v1", "fieldPath": "metadata.namespace" });
    json!({
        "name": API_TOKEN_VOLUME,
        "projected": {
            "sources": [
                { "serviceAccountToken": { "expirationSeconds": 3607, "path": "token" } },
                { "configMap": {
                    "name": "kube-root-ca.crt", "items": [{ "key": "ca.crt", "path": "ca.crt" }],
                } },
                { "downwardAPI": { "items": [{ "path": "namespace", "fieldRef": namespace }] } },
            ],
            "defaultMode": 420,
        },
    })
}
