//! The predicted mutation against what the real webhook answered: our own manifests and its answers, recorded once.
//!
//! Recorded from aws/amazon-eks-pod-identity-webhook at 3bf80a34 with `--aws-default-region=eu-central-1
//! --sts-regional-endpoint`, as EKS runs it, and a container credentials configuration for the associated accounts.

use serde_json::{Map, Value as Json};
use trustform::trust::pod::{
    AccountAnnotations, Credentials, Expiration, Identity, PodTemplate, Webhook, Workload, mutate,
};

use crate::common::repository;

/// Fewer recorded answers than this mean that some were lost.
const RECORDED: usize = 40;

/// Where prediction and record differ, by file.
pub(super) fn differences() -> Vec<String> {
    let folder = repository().join("tests/chain/webhook");
    let files = crate::common::project::files(&folder);
    let mut found = Vec::new();
    for file in &files {
        let text = std::fs::read_to_string(file).unwrap();
        let record: Json = serde_json::from_str(&text).unwrap();
        found.extend(difference(&record).map(|what| format!("{}: {what}", file.display())));
    }
    if files.len() < RECORDED {
        found.push(format!(
            "only {} of {RECORDED} answers are there",
            files.len()
        ));
    }
    found
}

fn difference(record: &Json) -> Option<String> {
    let pod = Workload::of(&record["pod"], "apps").unwrap().template;
    let annotations = serde_json::from_value(record["annotations"].clone()).unwrap();
    let associated = record["associated"] == true;
    let webhook = Webhook::of_eks(record["region"].as_str().unwrap());
    let answered = PodTemplate {
        labels: serde_json::from_value(record["labels"].clone()).unwrap(),
        annotations: pod.annotations.clone(),
        spec: plain(record["spec"].as_object().unwrap(), &pod),
    };
    let predicted = match webhook.identity(&AccountAnnotations::of(&annotations), &pod, associated)
    {
        Identity::None => pod,
        Identity::Some(credentials) => {
            let credentials = drawn(credentials, &answered);
            mutate(&pod, &webhook, &credentials).pod
        }
    };
    (predicted != answered)
        .then(|| format!("{predicted:#?}\nis predicted, and it was\n{answered:#?}"))
}

/// The credentials with the life that the webhook drew, which has to lie where it was foretold.
fn drawn(credentials: Credentials, answered: &PodTemplate) -> Credentials {
    let Expiration::Between(least, most) = credentials.expiration else {
        return credentials;
    };
    let volumes = answered
        .spec
        .get("volumes")
        .and_then(Json::as_array)
        .unwrap();
    let mut lives = volumes.iter().filter_map(|volume| {
        volume
            .pointer("/projected/sources/0/serviceAccountToken/expirationSeconds")?
            .as_u64()
    });
    let life = lives.next_back().unwrap();
    assert!((least..=most).contains(&life), "{life}");
    Credentials {
        expiration: Expiration::Exactly(life),
        ..credentials
    }
}

/// The spec without the empty members that writing a pod in Go adds, and with the mode that the API server gives the volume
/// that the webhook added, which is part of the prediction.
fn plain(spec: &Map<String, Json>, own: &PodTemplate) -> Map<String, Json> {
    let mut spec = spec.clone();
    for list in ["initContainers", "containers"] {
        let list = spec.get_mut(list).and_then(Json::as_array_mut);
        for container in list.into_iter().flatten().filter_map(Json::as_object_mut) {
            if container.get("resources") == Some(&Json::Object(Map::new())) {
                container.shift_remove("resources");
            }
        }
    }
    let of_pod = own.spec.get("volumes").and_then(Json::as_array);
    let of_pod = of_pod.cloned().unwrap_or_default();
    let volumes = spec.get_mut("volumes").and_then(Json::as_array_mut);
    for volume in volumes.into_iter().flatten() {
        if !of_pod.contains(volume) {
            volume["projected"]["defaultMode"] = Json::from(420);
        }
    }
    spec
}
