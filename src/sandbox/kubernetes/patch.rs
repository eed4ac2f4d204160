//! The two general patch formats: JSON merge patch (RFC 7386) and JSON patch (RFC 6902).

use serde::Deserialize;
use serde_json::{Map, Value};

use super::status::Refusal;

/// Applies a merge patch: members replace, `null` removes.
pub(super) fn merge_patch(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Some(members) = target.as_object_mut() else {
        return;
    };
    for (name, value) in patch {
        if value.is_null() {
            members.shift_remove(name);
        } else {
            merge_patch(members.entry(name.clone()).or_insert(Value::Null), value);
        }
    }
}

/// Applies a JSON patch: all its operations or none.
pub(super) fn json_patch(target: &Value, patch: &Value) -> Result<Value, Refusal> {
    if !patch.is_array() {
        let found = if patch.is_object() { "object" } else { "value" };
        let message = format!(
            "error decoding patch: json: cannot unmarshal {found} into Go value of type []handlers.jsonPatchOp"
        );
        return Err(Refusal::bad_request(message));
    }
    let operations: Vec<Operation> =
        serde_json::from_value(patch.clone()).map_err(|_| Refusal::unprocessable())?;
    let mut patched = target.clone();
    for operation in &operations {
        run(&mut patched, operation).ok_or_else(Refusal::unprocessable)?;
    }
    Ok(patched)
}

#[derive(Deserialize)]
struct Operation {
    op: String,
    path: String,
    from: Option<String>,
    #[serde(default)]
    value: Value,
}

/// Carries out one operation; `None` when it does not apply.
fn run(target: &mut Value, operation: &Operation) -> Option<()> {
    let path = operation.path.as_str();
    let from = operation.from.as_deref();
    match operation.op.as_str() {
        "add" => add(target, path, operation.value.clone()),
        "remove" => remove(target, path).map(drop),
        "replace" => {
            *target.pointer_mut(path)? = operation.value.clone();
            Some(())
        }
        "move" => {
            let moved = remove(target, from?)?;
            add(target, path, moved)
        }
        "copy" => {
            let copied = target.pointer(from?)?.clone();
            add(target, path, copied)
        }
        "test" => (target.pointer(path).unwrap_or(&Value::Null) == &operation.value).then_some(()),
        _ => None,
    }
}

fn add(target: &mut Value, path: &str, value: Value) -> Option<()> {
    if path.is_empty() {
        *target = value;
        return Some(());
    }
    let (parent, last) = split(path)?;
    match target.pointer_mut(parent)? {
        Value::Object(members) => {
            members.insert(last, value);
        }
        Value::Array(items) if last == "-" => items.push(value),
        Value::Array(items) => {
            let index: usize = last.parse().ok().filter(|index| *index <= items.len())?;
            items.insert(index, value);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return None,
    }
    Some(())
}

fn remove(target: &mut Value, path: &str) -> Option<Value> {
    let (parent, last) = split(path)?;
    match target.pointer_mut(parent)? {
        Value::Object(members) => members.shift_remove(&last),
        Value::Array(items) => {
            let index: usize = last.parse().ok().filter(|index| *index < items.len())?;
            Some(items.remove(index))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

fn split(path: &str) -> Option<(&str, String)> {
    let (parent, last) = path.rsplit_once('/')?;
    Some((parent, last.replace("~1", "/").replace("~0", "~")))
}
