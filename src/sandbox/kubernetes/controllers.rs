//! What controllers do in a cluster by themselves: the first namespaces, each namespace's default service account and
//! root certificates, the end of namespaces, garbage collection.
//!
//! They come round at the beginning of every request; there is no other time.

use serde_json::{Value, json};

use super::cluster::Cluster;
use super::kinds::{self, CONFIG_MAP, Kind, NAMESPACE, SERVICE_ACCOUNT};
use super::managers;
use super::metadata;
use super::namespace_end;

/// The namespaces of every cluster.
const FIRST_NAMESPACES: [&str; 4] = ["default", "kube-node-lease", "kube-public", "kube-system"];
/// Finalizers that the garbage collector takes off.
pub(super) const COLLECTED: [&str; 2] = ["foregroundDeletion", "orphan"];
const ROOT_CERTIFICATES: &str = "kube-root-ca.crt";

/// Lets the controllers do what is due.
pub(super) fn come_round(cluster: &mut Cluster<'_>) {
    if cluster.meta("started").is_none() {
        cluster.set_meta("started", Value::from(metadata::time_text(cluster.now)));
        for name in FIRST_NAMESPACES {
            make_namespace(cluster, name);
        }
    }
    for (key, looks) in cluster.pending() {
        let mut parts = key.splitn(3, '/');
        let kind = parts.next().and_then(kinds::by_plural);
        match (kind, parts.next(), parts.next()) {
            (Some(kind), Some(namespace), Some(name)) => collect(cluster, kind, namespace, name),
            (Some(_), Some(name), None) => {
                let ended = namespace_end::come_round(cluster, name, looks);
                if ended && FIRST_NAMESPACES.contains(&name) {
                    make_namespace(cluster, name);
                }
            }
            _ => {}
        }
    }
}

/// Counts a look at a namespace (`None`: at all of them) that is on its way out.
pub(super) fn look_at_namespace(cluster: &mut Cluster<'_>, name: Option<&str>) {
    for (key, looks) in cluster.pending() {
        let namespace = key.strip_prefix("namespaces/");
        if namespace.is_some_and(|namespace| name.is_none_or(|name| name == namespace)) {
            cluster.count_look(&key, looks);
        }
    }
}

/// Gives a namespace what every namespace has.
pub(super) fn furnish(cluster: &mut Cluster<'_>, namespace: &str) {
    if cluster
        .get(&SERVICE_ACCOUNT, namespace, "default")
        .is_none()
    {
        let account = json!({ "metadata": { "name": "default", "namespace": namespace } });
        make(cluster, &SERVICE_ACCOUNT, account);
    }
    if cluster
        .get(&CONFIG_MAP, namespace, ROOT_CERTIFICATES)
        .is_none()
    {
        let about = "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.";
        let map = json!({
            "metadata": {
                "name": ROOT_CERTIFICATES, "namespace": namespace,
                "annotations": { "kubernetes.io/description": about },
            },
            "data": { "ca.crt": "" },
        });
        make(cluster, &CONFIG_MAP, map);
    }
}

/// Puts back what a namespace must have, after it was deleted.
pub(super) fn replace_deleted(cluster: &mut Cluster<'_>, kind: &Kind, namespace: &str, name: &str) {
    let is_furniture = (kind.name == SERVICE_ACCOUNT.name && name == "default")
        || (kind.name == CONFIG_MAP.name && name == ROOT_CERTIFICATES);
    let stays = cluster
        .get(&NAMESPACE, "", namespace)
        .is_some_and(|live| !metadata::is_being_deleted(live));
    if is_furniture && stays {
        furnish(cluster, namespace);
    }
}

fn make_namespace(cluster: &mut Cluster<'_>, name: &str) {
    let namespace = json!({
        "metadata": { "name": name, "labels": { "kubernetes.io/metadata.name": name } },
        "spec": { "finalizers": ["kubernetes"] },
        "status": { "phase": "Active" },
    });
    make(cluster, &NAMESPACE, namespace);
    furnish(cluster, name);
}

fn make(cluster: &mut Cluster<'_>, kind: &'static Kind, mut object: Value) {
    if let Some(members) = object.as_object_mut() {
        members.insert("kind".to_owned(), Value::from(kind.name));
        members.insert("apiVersion".to_owned(), Value::from("v1"));
    }
    let manager = if kind.name == NAMESPACE.name {
        "kube-apiserver"
    } else {
        "kube-controller-manager"
    };
    let spec = object
        .as_object_mut()
        .and_then(|members| members.shift_remove("spec"));
    let mut object = managers::track_update(kind, None, object, manager, cluster.now);
    if let (Some(members), Some(spec)) = (object.as_object_mut(), spec) {
        members.insert("spec".to_owned(), spec);
    }
    let uid = cluster.new_uid().to_string();
    metadata::set(&mut object, "uid", Some(Value::from(uid)));
    let time = metadata::time_text(cluster.now);
    metadata::set(&mut object, "creationTimestamp", Some(Value::from(time)));
    let _stored = cluster.put(kind, object);
}

/// The garbage collector: there are no dependents to wait for.
fn collect(cluster: &mut Cluster<'_>, kind: &'static Kind, namespace: &str, name: &str) {
    let Some(mut object) = cluster.get(kind, namespace, name).cloned() else {
        cluster.set_pending(kind, namespace, name, false);
        return;
    };
    let before = metadata::finalizers(&object);
    let mut left = before.clone();
    left.retain(|finalizer| !COLLECTED.contains(&finalizer.as_str()));
    if left.is_empty() {
        cluster.remove(kind, namespace, name);
        replace_deleted(cluster, kind, namespace, name);
    } else if left.len() < before.len() {
        metadata::set(&mut object, "finalizers", Some(Value::from(left)));
        let _stored = cluster.put(kind, object);
    }
}
