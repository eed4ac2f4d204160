//! What must not be shown of an object: what the schema says, and what the state recorded as sensitive.

use crate::address::{AttributePath, Name, PathStep};
use crate::schema::{Block, NestedBlock};
use crate::value::{Kind, Marks, Value};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use trustform_state::snapshot::{PathStep as StatePathStep, SensitivePath, StepKey};

/// The places of sensitive values, as states record them, also those within others.
pub fn sensitive_paths(value: &Value) -> Vec<SensitivePath> {
    let mut found: Vec<SensitivePath> = Vec::new();
    value.visit(&mut |path, part| {
        if part.marks.contains(Marks::SENSITIVE) {
            let path = state_path(path);
            // The elements of a set share its path.
            if found.last() != Some(&path) {
                found.push(path);
            }
        }
    });
    found
}

fn state_path(path: &AttributePath) -> SensitivePath {
    let step = |step: &PathStep| match step {
        PathStep::Attribute(name) => StatePathStep::Attribute(name.to_string()),
        PathStep::Index(index) => StatePathStep::Index(StepKey {
            value: json!(index),
            ty: json!("number"),
        }),
        PathStep::Key(key) => StatePathStep::Index(StepKey {
            value: json!(key.as_ref()),
            ty: json!("string"),
        }),
        // A set's element has no address: the set as a whole is marked.
        PathStep::Element => StatePathStep::Index(StepKey {
            value: Json::Null,
            ty: json!("string"),
        }),
    };
    path.steps()
        .iter()
        .take_while(|step| **step != PathStep::Element)
        .map(step)
        .collect()
}

/// A sensitive path of a state as a path into a value.
pub fn attribute_path(path: &SensitivePath) -> AttributePath {
    let step = |step: &StatePathStep| match step {
        StatePathStep::Attribute(name) => PathStep::Attribute(name.as_str().into()),
        StatePathStep::Index(key) => match (key.value.as_str(), key.value.as_u64()) {
            (Some(text), _) => PathStep::Key(text.into()),
            (None, Some(index)) => PathStep::Index(index),
            (None, None) => PathStep::Element,
        },
    };
    AttributePath::from_steps(path.iter().map(step).collect())
}

/// The value with the part at a path marked as sensitive; where the path leads into a value that has no parts, that one. What
/// is not there is not marked.
pub fn mark_at(value: &Value, steps: &[PathStep]) -> Value {
    let Some((step, rest)) = steps.split_first() else {
        return value.clone().marked(Marks::SENSITIVE);
    };
    match (step, &value.kind) {
        (PathStep::Attribute(name) | PathStep::Key(name), Kind::Object(_) | Kind::Map(..)) => {
            replace_member(value, name, &|part| mark_at(part, rest))
        }
        (PathStep::Index(index), Kind::List(..) | Kind::Tuple(_)) => {
            let mut position = 0;
            value.map_parts(&mut |part| {
                let here = position == *index;
                position += 1;
                if here {
                    mark_at(part, rest)
                } else {
                    part.clone()
                }
            })
        }
        (_, Kind::Null(_)) => value.clone(),
        _ => value.clone().marked(Marks::SENSITIVE),
    }
}

/// The value with the parts at some paths marked as sensitive.
pub(super) fn marked(value: &Value, paths: &[AttributePath]) -> Value {
    let paths = paths.iter();
    paths.fold(value.clone(), |value, path| mark_at(&value, path.steps()))
}

/// An object with what is secret of its configuration: the same parts of it are.
pub(super) fn marked_as(config: &Value, object: &Value) -> Value {
    let secret = sensitive_paths(config);
    let paths: Vec<AttributePath> = secret.iter().map(attribute_path).collect();
    marked(object, &paths)
}

/// A recorded object with what the schema and the state say of its secrets.
pub(super) fn as_recorded(block: &Block, object: &Value, paths: &[AttributePath]) -> Value {
    mark_sensitive(block, &marked(object, paths))
}

/// The value with the schema's sensitive attributes marked.
pub(super) fn mark_sensitive(block: &Block, value: &Value) -> Value {
    if !has_sensitive(block) {
        return value.clone();
    }
    let Kind::Object(entries) = &value.kind else {
        return value.clone();
    };
    let mut marked: BTreeMap<_, _> = entries.to_map();
    for attribute in block
        .attributes
        .iter()
        .filter(|attribute| attribute.sensitive)
    {
        if let Some(entry) = marked.get_mut(attribute.name) {
            *entry = entry.clone().marked(Marks::SENSITIVE);
        }
    }
    for NestedBlock { name, block, .. } in &block.blocks {
        if let Some(entry) = marked.get_mut(*name) {
            *entry = entry.map_parts(&mut |part| mark_sensitive(block, part));
        }
    }
    Value {
        marks: value.marks,
        ..Value::object(marked)
    }
}

fn has_sensitive(block: &Block) -> bool {
    block.attributes.iter().any(|attribute| attribute.sensitive)
        || block
            .blocks
            .iter()
            .any(|nested| has_sensitive(&nested.block))
}

/// The object or map with one member replaced.
pub fn replace_member(value: &Value, name: &str, by: &dyn Fn(&Value) -> Value) -> Value {
    let names: Vec<Name> = value
        .as_entries()
        .map(|entries| entries.keys().cloned().collect())
        .unwrap_or_default();
    let mut names = names.iter();
    value.map_parts(&mut |part| match names.next() {
        Some(own) if own.as_ref() == name => by(part),
        _ => part.clone(),
    })
}
