//! Who owns which fields of an object, as its `metadata.managedFields` tell.
//!
//! A set of fields is a tree of keys: `f:NAME` for members, `k:{…}` and `v:…` for elements of lists, `.` for the
//! field itself. See <https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management>.

use serde_json::{Map, Value as Json, json};

/// One way down to an owned field: members, as `["metadata", "annotations", "team"]`.
pub(super) type FieldPath<'p> = &'p [&'p str];

/// Whether a manager name is one that Terraform's Kubernetes provider writes under.
///
/// The API server takes a client's name from the start of its user agent, so it changed with the provider's releases.
fn is_terraform(manager: &str) -> bool {
    manager == "Terraform"
        || manager == "HashiCorp"
        || manager.starts_with("terraform-provider-kubernetes")
}

/// The entries of an object.
fn entries(object: &Json) -> impl Iterator<Item = &Json> {
    object
        .pointer("/metadata/managedFields")
        .and_then(Json::as_array)
        .into_iter()
        .flatten()
}

fn text<'j>(entry: &'j Json, name: &str) -> &'j str {
    entry.get(name).and_then(Json::as_str).unwrap_or_default()
}

/// Whether an entry is about what was applied under this manager, or about what Terraform wrote.
fn is_ours(entry: &Json, manager: &str) -> bool {
    if !text(entry, "subresource").is_empty() {
        return false;
    }
    match text(entry, "operation") {
        "Apply" => text(entry, "manager") == manager,
        _ => is_legacy(entry),
    }
}

fn is_legacy(entry: &Json) -> bool {
    text(entry, "operation") == "Update"
        && text(entry, "subresource").is_empty()
        && is_terraform(text(entry, "manager"))
}

fn below<'j>(entry: &'j Json, path: FieldPath<'_>) -> Option<&'j Json> {
    path.iter()
        .try_fold(entry.get("fieldsV1")?, |fields, name| {
            fields.get(format!("f:{name}"))
        })
}

/// Whether a field is ours: applied under this manager, or written by Terraform.
pub(super) fn owns(object: &Json, manager: &str, path: FieldPath<'_>) -> bool {
    entries(object).any(|entry| is_ours(entry, manager) && below(entry, path).is_some())
}

/// What was applied under this manager as it is now: the live values of its fields, without name and kind.
///
/// Applying it again changes nothing, so one part of it can be changed without dropping the others.
pub(super) fn applied(object: &Json, manager: &str) -> Json {
    let mut fields = json!({});
    let ours = entries(object)
        .filter(|entry| text(entry, "operation") == "Apply" && is_ours(entry, manager));
    for entry in ours {
        unite(&mut fields, entry.get("fieldsV1").unwrap_or(&Json::Null));
    }
    if fields.as_object().is_none_or(Map::is_empty) {
        return fields;
    }
    extract(object, &fields)
}

/// The part of a live value that a tree of fields covers.
fn extract(live: &Json, fields: &Json) -> Json {
    let keys = fields
        .as_object()
        .filter(|keys| keys.keys().any(|key| key != "."));
    match (live, keys) {
        (Json::Object(members), Some(keys)) => {
            let covered = keys.iter().filter_map(|(key, below)| {
                let name = key.strip_prefix("f:")?;
                Some((name.to_owned(), extract(members.get(name)?, below)))
            });
            Json::Object(covered.collect())
        }
        (Json::Array(elements), Some(keys)) => {
            let covered = elements.iter().filter_map(|element| {
                let below = keys.iter().find(|(key, _)| selects(key, element))?.1;
                Some(extract(element, below))
            });
            Json::Array(covered.collect())
        }
        _ => live.clone(),
    }
}

/// Whether a key of a list (`k:{…}` or `v:…`) means this element.
fn selects(key: &str, element: &Json) -> bool {
    if let Some(value) = key.strip_prefix("v:") {
        return serde_json::from_str::<Json>(value).is_ok_and(|value| value == *element);
    }
    let members = key
        .strip_prefix("k:")
        .and_then(|key| serde_json::from_str::<Json>(key).ok());
    members
        .as_ref()
        .and_then(Json::as_object)
        .is_some_and(|members| {
            members
                .iter()
                .all(|(name, value)| element.get(name) == Some(value))
        })
}

/// Whether a field is owned by somebody else, and all who own it set it by plain updates: an edit, not another party
/// that declares it.
pub(super) fn was_edited(object: &Json, manager: &str, path: FieldPath<'_>) -> bool {
    let mut others = entries(object)
        .filter(|entry| !is_ours(entry, manager) && below(entry, path).is_some())
        .peekable();
    others.peek().is_some() && others.all(|entry| text(entry, "operation") == "Update")
}

/// The JSON Patch that makes what Terraform wrote ours; `None` when Terraform owns nothing.
///
/// Without it, a field that is dropped later would stay, since Terraform's entry would still own it. The patch names
/// the version of the object that it was made for, so the API server refuses it when the object changed meanwhile.
pub(super) fn takeover(object: &Json, manager: &str) -> Option<Json> {
    if !entries(object).any(is_legacy) {
        return None;
    }
    let api_version = entries(object)
        .find(|entry| is_legacy(entry))
        .map_or("v1", |e| text(e, "apiVersion"));
    let mut fields = json!({});
    let mut kept = Vec::new();
    for entry in entries(object) {
        if is_ours(entry, manager) {
            unite(&mut fields, entry.get("fieldsV1").unwrap_or(&Json::Null));
        } else {
            kept.push(entry.clone());
        }
    }
    kept.push(json!({
        "manager": manager, "operation": "Apply", "apiVersion": api_version,
        "fieldsType": "FieldsV1", "fieldsV1": fields,
    }));
    let version = object
        .pointer("/metadata/resourceVersion")
        .cloned()
        .unwrap_or_default();
    Some(json!([
        { "op": "replace", "path": "/metadata/managedFields", "value": kept },
        { "op": "replace", "path": "/metadata/resourceVersion", "value": version },
    ]))
}

/// Adds a tree of fields to another.
fn unite(into: &mut Json, other: &Json) {
    let (Json::Object(into), Json::Object(other)) = (into, other) else {
        return;
    };
    for (key, value) in other {
        match into.get_mut(key) {
            Some(existing) => unite(existing, value),
            None => {
                into.insert(key.clone(), value.clone());
            }
        }
    }
}

/// Whether an element of a keyed list is ours; `key` is as in a set of fields, `k:{"name":"…"}`.
pub(super) fn owns_element(object: &Json, manager: &str, list: &str, key: &str) -> bool {
    entries(object).any(|entry| {
        is_ours(entry, manager) && below(entry, &[list]).is_some_and(|list| list.get(key).is_some())
    })
}
