//! What the API server fills in of a pod that says nothing of it.
//!
//! Kubernetes API reference, "Pod v1 core" and "Container v1 core"; the tolerations are those of the admission plug-in
//! `DefaultTolerationSeconds`, the priority of `Priority` ("Admission Controllers").

use serde_json::{Map, Value, json};

/// Completes the `spec` of a pod.
pub(super) fn complete(spec: &mut Value) {
    let Some(members) = spec.as_object_mut() else {
        return;
    };
    for list in ["initContainers", "containers"] {
        let containers = members.get_mut(list).and_then(Value::as_array_mut);
        for container in containers.into_iter().flatten() {
            if let Some(container) = container.as_object_mut() {
                complete_container(container);
            }
        }
    }
    let volumes = members.get_mut("volumes").and_then(Value::as_array_mut);
    for volume in volumes.into_iter().flatten() {
        let projected = volume.get_mut("projected").and_then(Value::as_object_mut);
        if let Some(projected) = projected {
            projected.entry("defaultMode").or_insert(json!(420));
        }
    }
    let tolerated = |key: &str| {
        let key = format!("node.kubernetes.io/{key}");
        json!({ "key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300 })
    };
    for (name, value) in [
        ("restartPolicy", json!("Always")),
        ("terminationGracePeriodSeconds", json!(30)),
        ("dnsPolicy", json!("ClusterFirst")),
        ("securityContext", json!({})),
        ("schedulerName", json!("default-scheduler")),
        (
            "tolerations",
            json!([tolerated("not-ready"), tolerated("unreachable")]),
        ),
        ("priority", json!(0)),
        ("enableServiceLinks", json!(true)),
        ("preemptionPolicy", json!("PreemptLowerPriority")),
    ] {
        members.entry(name).or_insert(value);
    }
}

fn complete_container(container: &mut Map<String, Value>) {
    let image = container.get("image").and_then(Value::as_str);
    let name = image.unwrap_or_default().rsplit('/').next();
    let is_fixed = match name.unwrap_or_default().split_once(['@', ':']) {
        Some((_, tag)) => tag != "latest",
        None => false,
    };
    let pull = if is_fixed { "IfNotPresent" } else { "Always" };
    for (name, value) in [
        ("resources", json!({})),
        ("terminationMessagePath", json!("/dev/termination-log")),
        ("terminationMessagePolicy", json!("File")),
        ("imagePullPolicy", json!(pull)),
    ] {
        container.entry(name).or_insert(value);
    }
}

/// The `status` of a pod that nobody has run yet.
pub(super) fn status(spec: &Value) -> Value {
    let containers = spec.get("containers").and_then(Value::as_array);
    let asks = |container: &Value| {
        let resources = container.get("resources").and_then(Value::as_object);
        resources.is_some_and(|resources| !resources.is_empty())
    };
    let mut status = json!({ "phase": "Pending" });
    // Of pods that ask for resources the class is not worked out.
    if let (false, Some(members)) = (
        containers.into_iter().flatten().any(asks),
        status.as_object_mut(),
    ) {
        members.insert("qosClass".to_owned(), json!("BestEffort"));
    }
    status
}
