//! The metadata of objects: reading and setting members, times, unique ids.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::kinds::Kind;

/// A text member of the metadata; empty when it is not there.
pub(super) fn text<'o>(object: &'o Value, member: &str) -> &'o str {
    let value = object
        .get("metadata")
        .and_then(|metadata| metadata.get(member));
    value.and_then(Value::as_str).unwrap_or_default()
}

/// Sets or removes a member of the metadata.
pub(super) fn set(object: &mut Value, member: &str, value: Option<Value>) {
    let Some(object) = object.as_object_mut() else {
        return;
    };
    let metadata = object
        .entry("metadata")
        .or_insert_with(|| Value::Object(Map::new()));
    let Some(metadata) = metadata.as_object_mut() else {
        return;
    };
    match value {
        Some(value) => metadata.insert(member.to_owned(), value),
        None => metadata.shift_remove(member),
    };
}

/// Copies members of the metadata from one object to another; what the first lacks the second loses.
pub(super) fn copy(from: &Value, to: &mut Value, members: &[&str]) {
    for member in members {
        let value = from
            .get("metadata")
            .and_then(|metadata| metadata.get(*member))
            .cloned();
        set(to, member, value);
    }
}

/// The finalizers of an object.
pub(super) fn finalizers(object: &Value) -> Vec<String> {
    let listed = object
        .pointer("/metadata/finalizers")
        .and_then(Value::as_array);
    let listed = listed.into_iter().flatten();
    listed
        .filter_map(|finalizer| finalizer.as_str().map(str::to_owned))
        .collect()
}

/// Whether a deletion was asked for.
pub(super) fn is_being_deleted(object: &Value) -> bool {
    !text(object, "deletionTimestamp").is_empty()
}

/// The key of an object in the store: `namespace/name`, or `name`.
pub(super) fn key(kind: &Kind, namespace: &str, name: &str) -> String {
    if kind.namespaced {
        format!("{namespace}/{name}")
    } else {
        name.to_owned()
    }
}

/// A time as Kubernetes writes it: RFC 3339 in whole seconds.
pub(super) fn time_text(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
