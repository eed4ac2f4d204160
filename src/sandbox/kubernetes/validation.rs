//! Names, labels, annotations, finalizers, owner references: what the API server accepts, and its words for what not.
//!
//! "Object Names and IDs", "Labels and Selectors" and "Annotations" in the Kubernetes documentation.

use serde_json::Value;

use super::kinds::{CONFIG_MAP, Kind};
use super::metadata;
use super::status::{Cause, Refusal};

const LABEL: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const SUBDOMAIN: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const NAME_PART: &str = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const LABEL_VALUE: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const CONFIG_KEY: &str = "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
/// All annotations of an object together, in bytes.
const ANNOTATIONS_LIMIT: usize = 262_144;

/// Checks an object that is about to be created or written.
pub(super) fn check(kind: &'static Kind, object: &Value) -> Result<(), Refusal> {
    let mut causes = Vec::new();
    check_names(kind, object, &mut causes);
    check_labels(object, &mut causes);
    check_annotations(object, &mut causes);
    check_owners(object, &mut causes);
    check_finalizers(object, &mut causes);
    if kind.name == CONFIG_MAP.name {
        check_config_keys(object, &mut causes);
    }
    refuse(kind, object, &causes)
}

/// Checks what may not change once an object exists.
pub(super) fn check_change(kind: &'static Kind, live: &Value, new: &Value) -> Result<(), Refusal> {
    let mut causes = Vec::new();
    let uid = metadata::text(new, "uid");
    if uid != metadata::text(live, "uid") {
        causes.push(Cause::invalid("metadata.uid", uid, "field is immutable"));
    }
    if metadata::is_being_deleted(live) {
        let before = metadata::finalizers(live);
        let mut fresh = metadata::finalizers(new);
        fresh.retain(|finalizer| !before.contains(finalizer));
        if !fresh.is_empty() {
            let listed: Vec<String> = fresh
                .iter()
                .map(|finalizer| format!("{finalizer:?}"))
                .collect();
            let why = format!(
                "no new finalizers can be added if the object is being deleted, found new finalizers []string{{{}}}",
                listed.join(", ")
            );
            causes.push(Cause::forbidden("metadata.finalizers", &why));
        }
    }
    if live.get("immutable") == Some(&Value::Bool(true)) {
        for member in ["immutable", "data", "binaryData"] {
            if live.get(member) != new.get(member) {
                let why = "field is immutable when `immutable` is set";
                causes.push(Cause::forbidden(member, why));
            }
        }
    }
    refuse(kind, new, &causes)
}

/// What is wrong with a label or annotation key; nothing when it is a qualified name.
pub(super) fn key_problems(key: &str) -> Vec<String> {
    let parts: Vec<&str> = key.split('/').collect();
    let (prefix, name) = match parts.as_slice() {
        [name] => (None, *name),
        [prefix, name] => (Some(*prefix), *name),
        _ => {
            let why = format!(
                "a valid label key {NAME_PART} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
            );
            return vec![why];
        }
    };
    let mut problems = Vec::new();
    match prefix {
        Some("") => problems.push("prefix part must be non-empty".to_owned()),
        Some(prefix) => problems.extend(
            subdomain_problems(prefix)
                .into_iter()
                .map(|problem| format!("prefix part {problem}")),
        ),
        None => {}
    }
    if name.is_empty() {
        problems.push("name part must be non-empty".to_owned());
    } else if name.len() > 63 {
        problems.push("name part must be no more than 63 bytes".to_owned());
    }
    if !is_name(name) {
        problems.push(format!("name part {NAME_PART}"));
    }
    problems
}

/// What is wrong with a label's value.
pub(super) fn value_problems(value: &str) -> Vec<String> {
    let mut problems = Vec::new();
    if value.len() > 63 {
        problems.push("must be no more than 63 bytes".to_owned());
    }
    if !value.is_empty() && !is_name(value) {
        problems.push(LABEL_VALUE.to_owned());
    }
    problems
}

fn check_names(kind: &Kind, object: &Value, causes: &mut Vec<Cause>) {
    let problems = |name: &str| {
        if kind.label_names {
            label_problems(name)
        } else {
            subdomain_problems(name)
        }
    };
    let prefix = metadata::text(object, "generateName");
    if !prefix.is_empty() {
        // A dash at the end is fine in a prefix.
        let masked = prefix.strip_suffix('-').map(|start| format!("{start}a"));
        for problem in problems(masked.as_deref().unwrap_or(prefix)) {
            causes.push(Cause::invalid("metadata.generateName", prefix, &problem));
        }
    }
    let name = metadata::text(object, "name");
    if name.is_empty() {
        causes.push(Cause::required(
            "metadata.name",
            "name or generateName is required",
        ));
        return;
    }
    for problem in problems(name) {
        causes.push(Cause::invalid("metadata.name", name, &problem));
    }
}

fn check_labels(object: &Value, causes: &mut Vec<Cause>) {
    for (key, value) in entries(object, "/metadata/labels") {
        for problem in key_problems(key) {
            causes.push(Cause::invalid("metadata.labels", key, &problem));
        }
        for problem in value_problems(value) {
            causes.push(Cause::invalid("metadata.labels", value, &problem));
        }
    }
}

fn check_annotations(object: &Value, causes: &mut Vec<Cause>) {
    let mut size = 0;
    for (key, value) in entries(object, "/metadata/annotations") {
        size += key.len() + value.len();
        for problem in key_problems(&key.to_lowercase()) {
            causes.push(Cause::invalid("metadata.annotations", key, &problem));
        }
    }
    if size > ANNOTATIONS_LIMIT {
        let message = format!("Too long: may not be more than {ANNOTATIONS_LIMIT} bytes");
        let field = "metadata.annotations".to_owned();
        causes.push(Cause {
            reason: "FieldValueTooLong",
            message,
            field,
        });
    }
}

fn check_owners(object: &Value, causes: &mut Vec<Cause>) {
    let owners = object
        .pointer("/metadata/ownerReferences")
        .and_then(Value::as_array);
    for (index, owner) in owners.into_iter().flatten().enumerate() {
        for member in ["apiVersion", "kind", "name", "uid"] {
            if owner.get(member).is_none() {
                let field = format!("metadata.ownerReferences[{index}].{member}");
                causes.push(Cause::required(&field, "must not be empty"));
            }
        }
    }
}

fn check_finalizers(object: &Value, causes: &mut Vec<Cause>) {
    for (index, finalizer) in metadata::finalizers(object).iter().enumerate() {
        let field = format!("metadata.finalizers[{index}]");
        for problem in key_problems(finalizer) {
            causes.push(Cause::invalid(&field, finalizer, &problem));
        }
        let standard = matches!(
            finalizer.as_str(),
            "kubernetes" | "orphan" | "foregroundDeletion"
        );
        if !standard && !finalizer.contains('/') {
            let why = "name is neither a standard finalizer name nor is it fully qualified";
            causes.push(Cause::invalid(&field, finalizer, why));
        }
    }
}

fn check_config_keys(object: &Value, causes: &mut Vec<Cause>) {
    for member in ["data", "binaryData"] {
        for (key, _) in entries(object, &format!("/{member}")) {
            let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
            if key.is_empty() || !key.bytes().all(fits) {
                causes.push(Cause::invalid(&format!("{member}[{key}]"), key, CONFIG_KEY));
            }
        }
    }
}

fn refuse(kind: &Kind, object: &Value, causes: &[Cause]) -> Result<(), Refusal> {
    if causes.is_empty() {
        return Ok(());
    }
    Err(Refusal::invalid(
        kind.name,
        "",
        metadata::text(object, "name"),
        causes,
    ))
}

fn entries<'o>(object: &'o Value, pointer: &str) -> impl Iterator<Item = (&'o String, &'o str)> {
    let members = object
        .pointer(pointer)
        .and_then(Value::as_object)
        .into_iter()
        .flatten();
    members.map(|(key, value)| (key, value.as_str().unwrap_or_default()))
}

fn label_problems(name: &str) -> Vec<String> {
    let mut problems = Vec::new();
    if name.len() > 63 {
        problems.push("must be no more than 63 characters".to_owned());
    }
    if !is_label(name) {
        let is_subdomain = name.split('.').all(is_label);
        problems.push(
            if is_subdomain {
                "must not contain dots"
            } else {
                LABEL
            }
            .to_owned(),
        );
    }
    problems
}

fn subdomain_problems(name: &str) -> Vec<String> {
    let mut problems = Vec::new();
    if name.len() > 253 {
        problems.push("must be no more than 253 characters".to_owned());
    }
    if !name.split('.').all(is_label) {
        problems.push(SUBDOMAIN.to_owned());
    }
    problems
}

/// `[a-z0-9]([-a-z0-9]*[a-z0-9])?`
fn is_label(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    is_framed(text, inner, |byte| inner(byte) || byte == b'-')
}

/// `([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]`
fn is_name(text: &str) -> bool {
    let edge = |byte: u8| byte.is_ascii_alphanumeric();
    is_framed(text, edge, |byte| edge(byte) || b"-_.".contains(&byte))
}

fn is_framed(text: &str, edge: impl Fn(u8) -> bool, inner: impl Fn(u8) -> bool) -> bool {
    let (first, last) = (text.bytes().next(), text.bytes().last());
    first.is_some_and(&edge) && last.is_some_and(&edge) && text.bytes().all(inner)
}
