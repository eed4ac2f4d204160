//! The end of a namespace: its content is deleted first, and conditions tell what is left ("Namespaces" and
//! "Finalizers" in the Kubernetes documentation).

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::cluster::Cluster;
use super::controllers::COLLECTED;
use super::delete::delete_object;
use super::kinds::{KINDS, NAMESPACE};
use super::metadata;

/// How long a namespace takes to go.
const TERMINATION: SignedDuration = SignedDuration::from_secs(5);
/// After so many looks at it a namespace goes although no time has passed, so that nobody waits for a clock that stands.
const PATIENCE: u64 = 2;

/// Does what is due for a namespace on its way out. Returns whether it is gone now.
pub(super) fn come_round(cluster: &mut Cluster<'_>, name: &str, looks: u64) -> bool {
    let Some(namespace) = cluster.get(&NAMESPACE, "", name).cloned() else {
        cluster.set_pending(&NAMESPACE, "", name, false);
        return false;
    };
    let asked: Option<Timestamp> = metadata::text(&namespace, "deletionTimestamp").parse().ok();
    let waited = asked.is_none_or(|asked| cluster.now.duration_since(asked) >= TERMINATION);
    if !waited && looks < PATIENCE {
        return false;
    }
    let left = delete_content(cluster, name);
    let finalizers = metadata::finalizers(&namespace);
    let is_held = finalizers
        .iter()
        .any(|finalizer| !COLLECTED.contains(&finalizer.as_str()));
    if left.is_empty() && !is_held {
        cluster.remove(&NAMESPACE, "", name);
        return true;
    }
    tell(cluster, namespace, &conditions(&left));
    false
}

/// What could not be deleted: how many objects of each kind, and how many have each finalizer.
#[derive(Default)]
struct Left {
    kinds: BTreeMap<&'static str, usize>,
    finalizers: BTreeMap<String, usize>,
}

impl Left {
    fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }
}

fn delete_content(cluster: &mut Cluster<'_>, name: &str) -> Left {
    let prefix = format!("{name}/");
    let mut left = Left::default();
    for kind in KINDS.into_iter().filter(|kind| kind.namespaced) {
        let content = cluster.list(kind, &prefix, "").into_iter();
        let content: Vec<Value> = content.map(|(_, object)| object.clone()).collect();
        for object in content {
            let (object, waits) = delete_object(cluster, kind, &object, None);
            if waits {
                *left.kinds.entry(kind.plural).or_default() += 1;
                for finalizer in metadata::finalizers(&object) {
                    *left.finalizers.entry(finalizer).or_default() += 1;
                }
            }
        }
    }
    left
}

/// The conditions of a namespace whose content is deleted, each with type, status, reason and message.
fn conditions(left: &Left) -> [(&'static str, &'static str, &'static str, String); 5] {
    let kinds = left.kinds.iter();
    let kinds: Vec<String> = kinds
        .map(|(kind, count)| format!("{kind}. has {count} resource instances"))
        .collect();
    let finalizers = left.finalizers.iter();
    let finalizers: Vec<String> = finalizers
        .map(|(finalizer, count)| format!("{finalizer} in {count} resource instances"))
        .collect();
    let content = if kinds.is_empty() {
        (
            "False",
            "ContentRemoved",
            "All content successfully removed".to_owned(),
        )
    } else {
        let message = format!("Some resources are remaining: {}", kinds.join(", "));
        ("True", "SomeResourcesRemain", message)
    };
    let held = if finalizers.is_empty() {
        let message = "All content-preserving finalizers finished".to_owned();
        ("False", "ContentHasNoFinalizers", message)
    } else {
        let finalizers = finalizers.join(", ");
        let message =
            format!("Some content in the namespace has finalizers remaining: {finalizers}");
        ("True", "SomeFinalizersRemain", message)
    };
    let fine = |kind, reason, message: &str| (kind, "False", reason, message.to_owned());
    [
        fine(
            "NamespaceDeletionDiscoveryFailure",
            "ResourcesDiscovered",
            "All resources successfully discovered",
        ),
        fine(
            "NamespaceDeletionGroupVersionParsingFailure",
            "ParsedGroupVersions",
            "All legacy kube types successfully parsed",
        ),
        fine(
            "NamespaceDeletionContentFailure",
            "ContentDeleted",
            "All content successfully deleted, may be waiting on finalization",
        ),
        ("NamespaceContentRemaining", content.0, content.1, content.2),
        ("NamespaceFinalizersRemaining", held.0, held.1, held.2),
    ]
}

/// Writes the conditions into the namespace, when they are news.
fn tell(
    cluster: &mut Cluster<'_>,
    mut namespace: Value,
    conditions: &[(&str, &str, &str, String); 5],
) {
    let before = namespace
        .pointer("/status/conditions")
        .cloned()
        .unwrap_or_default();
    let since = |kind: &str, status: &str| {
        let same = before.as_array().into_iter().flatten().find(|condition| {
            condition.get("type").and_then(Value::as_str) == Some(kind)
                && condition.get("status").and_then(Value::as_str) == Some(status)
        });
        same.and_then(|condition| condition.get("lastTransitionTime").cloned())
            .unwrap_or_else(|| Value::from(metadata::time_text(cluster.now)))
    };
    let condition = |(kind, status, reason, message): &(&str, &str, &str, String)| {
        json!({
            "type": kind, "status": status, "lastTransitionTime": since(kind, status),
            "reason": reason, "message": message,
        })
    };
    let after: Value = conditions.iter().map(condition).collect();
    if after == before {
        return;
    }
    if let Some(status) = namespace.get_mut("status").and_then(Value::as_object_mut) {
        status.insert("conditions".to_owned(), after);
    }
    let _stored = cluster.put(&NAMESPACE, namespace);
}
