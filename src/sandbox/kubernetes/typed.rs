//! Whether an intent fits the shape of its kind: server-side apply refuses what it does not know.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::fieldset::{Path, Step, print_path};
use super::kinds::Kind;
use super::metadata;
use super::shape::Shape;
use super::status::Refusal;

/// Checks an intent, in the words of the API server.
pub(super) fn check(kind: &'static Kind, intent: &Value) -> Result<(), Refusal> {
    let mut problems = Vec::new();
    walk(&kind.shape, intent, &mut Vec::new(), &mut problems);
    let said = match problems.as_slice() {
        [] => return Ok(()),
        [one] => one.clone(),
        many => format!("errors:\n  {}", many.join("\n  ")),
    };
    Err(Refusal::internal(format!(
        "failed to create typed patch object ({}/{}; /v1, Kind={}): {said}",
        metadata::text(intent, "namespace"),
        metadata::text(intent, "name"),
        kind.name
    )))
}

fn walk(shape: &'static Shape, value: &Value, path: &mut Path, problems: &mut Vec<String>) {
    if value.is_null() {
        return;
    }
    let expected = match (shape, value) {
        (Shape::Text, Value::String(_))
        | (Shape::Boolean, Value::Bool(_))
        | (Shape::Integer | Shape::Count, Value::Number(_))
        | (Shape::Open, _) => return,
        (Shape::Struct(..) | Shape::AtomicStruct(..) | Shape::Map(_), Value::Object(members)) => {
            walk_members(shape, members, path, problems);
            return;
        }
        (Shape::AtomicList(_) | Shape::Set | Shape::KeyedList(..), Value::Array(items)) => {
            walk_items(shape, items, path, problems);
            return;
        }
        (Shape::Text, _) => "string",
        (Shape::Boolean, _) => "boolean",
        (Shape::Integer | Shape::Count, _) => "numeric (int or float)",
        (Shape::Struct(..) | Shape::AtomicStruct(..) | Shape::Map(_), _) => "map",
        (Shape::AtomicList(_) | Shape::Set | Shape::KeyedList(..), _) => "list",
    };
    problems.push(format!(
        "{}: expected {expected}, got {}",
        print_path(path),
        found(expected, value)
    ));
}

/// Goes through members by name. The first that is not known ends the search among its siblings.
fn walk_members(
    shape: &'static Shape,
    members: &Map<String, Value>,
    path: &mut Path,
    problems: &mut Vec<String>,
) {
    let members: BTreeMap<&String, &Value> = members.iter().collect();
    for (name, value) in members {
        let values = if let Shape::Map(values) = shape {
            Some(*values)
        } else {
            None
        };
        let member = values.or_else(|| shape.known_member(name));
        path.push(Step::Field(name.clone()));
        if let Some(member) = member {
            walk(member, value, path, problems);
        } else {
            problems.push(format!(
                "{}: field not declared in schema",
                print_path(path)
            ));
        }
        path.pop();
        if member.is_none() {
            return;
        }
    }
}

fn walk_items(shape: &'static Shape, items: &[Value], path: &mut Path, problems: &mut Vec<String>) {
    let mut seen: Vec<String> = Vec::new();
    for (index, value) in items.iter().enumerate() {
        let item = match shape {
            Shape::AtomicList(item) => item,
            Shape::KeyedList(key, item) => {
                let Some(name) = value.get(*key).and_then(Value::as_str) else {
                    problems.push(format!(
                        "{}: element {index}: associative list with keys has an element that omits all key fields [{key:?}] (and doesn't have default values for any key fields)",
                        print_path(path)
                    ));
                    continue;
                };
                note_repetition(&mut seen, format!("[{key}={name:?}]"), path, problems);
                item
            }
            Shape::Set
            | Shape::Text
            | Shape::Boolean
            | Shape::Integer
            | Shape::Count
            | Shape::Struct(..)
            | Shape::AtomicStruct(..)
            | Shape::Map(_)
            | Shape::Open => {
                let name = value.as_str().unwrap_or_default();
                note_repetition(&mut seen, format!("[={name:?}]"), path, problems);
                &super::shape::TEXT
            }
        };
        path.push(Step::Other(index.to_string()));
        walk(item, value, path, problems);
        path.pop();
    }
}

fn note_repetition(seen: &mut Vec<String>, item: String, path: &Path, problems: &mut Vec<String>) {
    if seen.contains(&item) {
        problems.push(format!(
            "{}: duplicate entries for key {item}",
            print_path(path)
        ));
    }
    seen.push(item);
}

/// A value as the server's error prints it: each expectation prints in a way of its own.
fn found(expected: &str, value: &Value) -> String {
    match expected {
        "string" => format!(
            "&value.valueUnstructured{{Value:{}}}",
            print_go_syntax(value)
        ),
        "numeric (int or float)" => go_type(value).to_owned(),
        _ => format!("&{{{}}}", print_go(value)),
    }
}

fn go_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "<nil>",
        Value::Bool(_) => "bool",
        Value::Number(_) => "int64",
        Value::String(_) => "string",
        Value::Array(_) => "[]interface {}",
        Value::Object(_) => "map[string]interface {}",
    }
}

/// A value as Go's `%#v` prints it.
fn print_go_syntax(value: &Value) -> String {
    let list = |parts: Vec<String>| format!("{}{{{}}}", go_type(value), parts.join(", "));
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => print_go(value),
        Value::String(text) => format!("{text:?}"),
        Value::Array(items) => list(items.iter().map(print_go_syntax).collect()),
        Value::Object(members) => {
            let member = |(name, value)| format!("{name:?}:{}", print_go_syntax(value));
            list(members.iter().map(member).collect())
        }
    }
}

/// A value as Go's `%v` prints it.
pub(super) fn print_go(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".to_owned(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            format!(
                "[{}]",
                items.iter().map(print_go).collect::<Vec<_>>().join(" ")
            )
        }
        Value::Object(members) => {
            let mut members: Vec<String> = members
                .iter()
                .map(|(name, value)| format!("{name}:{}", print_go(value)))
                .collect();
            members.sort();
            format!("map[{}]", members.join(" "))
        }
    }
}
