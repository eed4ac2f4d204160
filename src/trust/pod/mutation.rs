//! What the webhook does to a pod: variables and a mount for each container, a volume for the pod.
//!
//! Source: aws/amazon-eks-pod-identity-webhook (release 0.6). A container named by `eks.amazonaws.com/skip-containers` is passed over; one that sets a variable of each of the three groups is left as it is;
//! of each other group all variables are appended that it does not set at all. The volume comes first among the pod's, unless one of its name is there.

use super::webhook::{Credentials, Expiration, Webhook};
use super::workload::{CONTAINER_LISTS, PodTemplate, mounts, text, variables};
use serde_json::{Map, Value, json};

/// A pod after the webhook.
#[derive(Debug, Clone, PartialEq)]
pub struct Mutated {
    /// The pod.
    pub pod: PodTemplate,
    /// What was done to each container, by its name, in order.
    pub containers: Vec<(String, Treatment)>,
    /// Whether the token's volume was added: a volume of that name that is there already is kept.
    pub volume_added: bool,
}

/// What was done to a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Treatment {
    /// Its name is among those to be skipped.
    Skipped,
    /// It sets variables of all groups itself, and is left without the token's mount too.
    Untouched,
    /// It was changed.
    Changed {
        /// The variables that were appended.
        variables: Vec<(&'static str, String)>,
        /// Whether the token's volume was mounted: a mount of it that is there already is kept.
        mounted: bool,
    },
}

/// The annotation that names containers to be passed over.
pub(super) const SKIP_CONTAINERS: &str = "eks.amazonaws.com/skip-containers";

/// The pod after the webhook gave it these credentials.
pub fn mutate(pod: &PodTemplate, webhook: &Webhook, credentials: &Credentials) -> Mutated {
    let mut mutated = pod.clone();
    let mut containers = Vec::new();
    let skipped = skipped(pod);
    let windows = is_windows(pod);
    for list in CONTAINER_LISTS {
        let list = mutated.spec.get_mut(list).and_then(Value::as_array_mut);
        for container in list.into_iter().flatten().filter_map(Value::as_object_mut) {
            let name = text(container, "name").unwrap_or_default().to_owned();
            let treatment = match skipped.contains(&name) {
                true => Treatment::Skipped,
                false => treat(container, webhook, credentials, windows),
            };
            containers.push((name, treatment));
        }
    }
    let volume_added = add_volume(&mut mutated.spec, credentials);
    if credentials.of_pod_identity() {
        let label = "eks.amazonaws.com/pod-identity".to_owned();
        mutated.labels.insert(label, "enabled".to_owned());
    }
    Mutated {
        pod: mutated,
        containers,
        volume_added,
    }
}

/// The containers to be passed over: one CSV record, whose blanks belong to the names.
pub(super) fn skipped(pod: &PodTemplate) -> Vec<String> {
    let record = pod.annotations.get(SKIP_CONTAINERS);
    let record = record.map_or("", String::as_str);
    // A record that is not well-formed skips nothing.
    if record.is_empty() || record.contains('"') {
        return Vec::new();
    }
    let first = record.lines().next().unwrap_or_default();
    first.split(',').map(str::to_owned).collect()
}

/// Whether a pod is for Windows: its node selector says so; its affinity is not looked at.
fn is_windows(pod: &PodTemplate) -> bool {
    let selector = pod.spec.get("nodeSelector").and_then(Value::as_object);
    ["kubernetes.io/os", "beta.kubernetes.io/os"]
        .iter()
        .any(|label| selector.and_then(|all| text(all, label)) == Some("windows"))
}

fn treat(
    container: &mut Map<String, Value>,
    webhook: &Webhook,
    credentials: &Credentials,
    windows: bool,
) -> Treatment {
    let pointing = credentials.variables(webhook, windows);
    let sets = |names: &[&str]| variables(container).any(|set| names.contains(&set));
    let has_credentials = sets(&pointing.each_ref().map(|(name, _)| *name));
    let has_region = sets(&["AWS_REGION", "AWS_DEFAULT_REGION"]);
    let has_sts = sets(&["AWS_STS_REGIONAL_ENDPOINTS"]);
    if has_credentials && has_region && has_sts {
        return Treatment::Untouched;
    }
    let mut added: Vec<(&'static str, String)> = Vec::new();
    if !has_sts && credentials.regional_sts {
        added.push(("AWS_STS_REGIONAL_ENDPOINTS", "regional".to_owned()));
    }
    if let (false, Some(region)) = (has_region, &webhook.region) {
        added.push(("AWS_DEFAULT_REGION", region.clone()));
        added.push(("AWS_REGION", region.clone()));
    }
    if !has_credentials {
        added.extend(pointing);
    }
    let env = added
        .iter()
        .map(|(name, value)| json!({ "name": name, "value": value }));
    append(container, "env", env.collect());
    let volume = credentials.volume();
    let mounted = !mounts(container).any(|mount| mount.get("name") == Some(&json!(volume)));
    if mounted {
        let path = credentials.mount_path(webhook);
        let mount = json!({ "name": volume, "readOnly": true, "mountPath": path });
        append(container, "volumeMounts", vec![mount]);
    }
    Treatment::Changed {
        variables: added,
        mounted,
    }
}

/// Puts the token's volume first among the pod's, unless one of its name is there.
fn add_volume(spec: &mut Map<String, Value>, credentials: &Credentials) -> bool {
    let name = credentials.volume();
    let volumes = spec.entry("volumes").or_insert_with(|| json!([]));
    let Some(volumes) = volumes.as_array_mut() else {
        return false;
    };
    if volumes
        .iter()
        .any(|volume| volume.get("name") == Some(&json!(name)))
    {
        return false;
    }
    let seconds = match credentials.expiration {
        Expiration::Exactly(seconds) | Expiration::Between(_, seconds) => seconds,
    };
    let token = json!({
        "audience": credentials.audience,
        "expirationSeconds": seconds,
        "path": credentials.file(),
    });
    let projected = json!({ "sources": [{ "serviceAccountToken": token }], "defaultMode": 420 });
    volumes.insert(0, json!({ "name": name, "projected": projected }));
    true
}

fn append(container: &mut Map<String, Value>, list: &str, more: Vec<Value>) {
    if more.is_empty() {
        return;
    }
    let list = container.entry(list).or_insert_with(|| json!([]));
    if let Some(list) = list.as_array_mut() {
        list.extend(more);
    }
}
