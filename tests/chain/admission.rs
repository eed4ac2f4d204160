//! The pod of every kind of workload, as a kube-apiserver admits it, against the prediction.
//!
//! The server takes the manifest and then the pod of its template, both as dry runs. What was predicted has to be in its
//! answer, in the same order; what it adds besides are defaults that no prediction is about.

use std::sync::Arc;

use serde_json::{Value as Json, json};
use trustform::trust::pod::{AccountDefaults, Workload, WorkloadKind, admit};
use trustform_test_support::kubernetes::KubeApiServer;

use super::Test;
use super::real::post;

pub(super) const TESTS: &[(&str, Test)] = &[(
    "pods_are_admitted_as_predicted",
    pods_are_admitted_as_predicted,
)];

const NAMESPACE: &str = "chain-admission";

fn pods_are_admitted_as_predicted(server: &Arc<KubeApiServer>) {
    post(
        server,
        "/api/v1/namespaces",
        &json!({ "metadata": { "name": NAMESPACE } }),
    );
    let account = json!({
        "metadata": { "name": "reader" }, "imagePullSecrets": [{ "name": "registry" }],
    });
    post(
        server,
        &format!("/api/v1/namespaces/{NAMESPACE}/serviceaccounts"),
        &account,
    );
    let defaults = AccountDefaults {
        automount_token: None,
        image_pull_secrets: vec!["registry".to_owned()],
    };
    for kind in WorkloadKind::ALL {
        let manifest = manifest(kind);
        post(
            server,
            &format!("{}?dryRun=All", collection(kind)),
            &manifest,
        );
        let template = Workload::of(&manifest, NAMESPACE).unwrap().template;
        let predicted = Json::Object(admit(&template, &defaults).spec);
        let pod = json!({
            "metadata": { "generateName": "try-", "labels": template.labels },
            "spec": template.spec,
        });
        let pods = format!("/api/v1/namespaces/{NAMESPACE}/pods?dryRun=All");
        let admitted = post(server, &pods, &pod)["spec"].clone();
        let admitted = with_predicted_name(&admitted);
        if let Some(place) = missing(&predicted, &admitted, "") {
            panic!("{kind}: {place}\npredicted {predicted:#}\nadmitted {admitted:#}");
        }
        let tokens = admitted["volumes"].as_array().unwrap();
        assert_eq!(
            tokens.last().unwrap()["projected"]["defaultMode"],
            420,
            "{kind}"
        );
    }
}

fn collection(kind: WorkloadKind) -> String {
    let (group, plural) = match kind {
        WorkloadKind::Pod => ("api/v1", "pods"),
        WorkloadKind::ReplicationController => ("api/v1", "replicationcontrollers"),
        WorkloadKind::Deployment => ("apis/apps/v1", "deployments"),
        WorkloadKind::StatefulSet => ("apis/apps/v1", "statefulsets"),
        WorkloadKind::DaemonSet => ("apis/apps/v1", "daemonsets"),
        WorkloadKind::ReplicaSet => ("apis/apps/v1", "replicasets"),
        WorkloadKind::Job => ("apis/batch/v1", "jobs"),
        WorkloadKind::CronJob => ("apis/batch/v1", "cronjobs"),
    };
    format!("/{group}/namespaces/{NAMESPACE}/{plural}")
}

fn manifest(kind: WorkloadKind) -> Json {
    let is_job = matches!(kind, WorkloadKind::Job | WorkloadKind::CronJob);
    let labels = json!({ "app": "reader" });
    let template = json!({
        "metadata": { "labels": labels },
        "spec": {
            "serviceAccountName": "reader",
            "restartPolicy": if is_job { "Never" } else { "Always" },
            "initContainers": [{ "name": "first", "image": "first" }],
            "containers": [
                { "name": "app", "image": "app", "env": [{ "name": "A", "value": "b" }] },
                { "name": "own", "image": "own", "volumeMounts": [{ "name": "data", "mountPath": "/data" }] },
            ],
            "volumes": [{ "name": "data", "emptyDir": {} }],
        },
    });
    let selector = json!({ "matchLabels": labels });
    let (version, spec) = match kind {
        WorkloadKind::Pod => {
            let (metadata, spec) = (&template["metadata"], &template["spec"]);
            return json!({
                "apiVersion": "v1", "kind": "Pod",
                "metadata": { "name": "reader", "labels": metadata["labels"] }, "spec": spec,
            });
        }
        WorkloadKind::ReplicationController => {
            ("v1", json!({ "selector": labels, "template": template }))
        }
        WorkloadKind::StatefulSet => (
            "apps/v1",
            json!({ "selector": selector, "serviceName": "reader", "template": template }),
        ),
        WorkloadKind::Deployment | WorkloadKind::DaemonSet | WorkloadKind::ReplicaSet => (
            "apps/v1",
            json!({ "selector": selector, "template": template }),
        ),
        WorkloadKind::Job => ("batch/v1", json!({ "template": template })),
        WorkloadKind::CronJob => {
            let job = json!({ "spec": { "template": template } });
            (
                "batch/v1",
                json!({ "schedule": "0 0 * * *", "jobTemplate": job }),
            )
        }
    };
    json!({ "apiVersion": version, "kind": kind.as_str(), "metadata": { "name": "reader" }, "spec": spec })
}

/// The spec with the drawn end of the API token's volume replaced by the predicted one.
fn with_predicted_name(spec: &Json) -> Json {
    let text = spec.to_string();
    let start = text
        .find("kube-api-access-")
        .expect("a token for the API server");
    let drawn = &text[start..start + "kube-api-access-".len() + 5];
    serde_json::from_str(&text.replace(drawn, "kube-api-access-xxxxx")).unwrap()
}

/// Where something predicted is not in the answer.
fn missing(predicted: &Json, admitted: &Json, place: &str) -> Option<String> {
    match (predicted, admitted) {
        (Json::Object(all), Json::Object(found)) => all.iter().find_map(|(name, value)| {
            let place = format!("{place}/{name}");
            match found.get(name) {
                Some(found) => missing(value, found, &place),
                None => Some(place),
            }
        }),
        (Json::Array(all), Json::Array(found)) if all.len() == found.len() => {
            let pairs = all.iter().zip(found).enumerate();
            pairs
                .into_iter()
                .find_map(|(index, (one, other))| missing(one, other, &format!("{place}/{index}")))
        }
        (one, other) => (one != other).then(|| place.to_owned()),
    }
}
