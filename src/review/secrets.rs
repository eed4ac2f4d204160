//! Which values must not be shown: what the schema says, and what the state recorded as sensitive.
//!
//! Objects outside carry no marks, so an object as it is gets them back here before anything of it is printed.

use crate::address::{AttributePath, InstanceAddress, Name, PathStep};
use crate::schema::Block;
use crate::value::{Kind, Marks, Value};
use std::collections::BTreeMap;
use trustform_state::snapshot::{DeposedKey, PathStep as StatePathStep, SensitivePath, Snapshot};

/// The sensitive paths that a state records, by instance.
#[derive(Clone, Debug, Default)]
pub(crate) struct Secrets {
    recorded: BTreeMap<(String, Option<DeposedKey>), Vec<AttributePath>>,
}

impl Secrets {
    /// What a state records.
    pub(crate) fn of(snapshot: &Snapshot) -> Self {
        let mut recorded = BTreeMap::new();
        for resource in &snapshot.resources {
            for instance in &resource.instances {
                if instance.sensitive_attributes.is_empty() {
                    continue;
                }
                let key = instance.index_key.as_ref();
                let key = key.map(|key| format!("[{key}]")).unwrap_or_default();
                let name = (format!("{}{key}", resource.key), instance.deposed.clone());
                let paths = instance.sensitive_attributes.iter();
                recorded.insert(name, paths.map(attribute_path).collect());
            }
        }
        Secrets { recorded }
    }

    /// The object of an instance with everything marked that must not be shown.
    pub(crate) fn marked(
        &self,
        address: &InstanceAddress,
        deposed: Option<&DeposedKey>,
        block: Option<&Block>,
        object: &Value,
    ) -> Value {
        let mut marked = match block {
            Some(block) => by_schema(block, object),
            None => object.clone(),
        };
        let key = (address.to_string(), deposed.cloned());
        for path in self.recorded.get(&key).into_iter().flatten() {
            marked = mark_at(&marked, path.steps());
        }
        marked
    }
}

/// A planned object with everything marked that the schema calls sensitive.
pub(crate) fn planned(block: Option<&Block>, object: &Value) -> Value {
    block.map_or_else(|| object.clone(), |block| by_schema(block, object))
}

/// A sensitive path of a state as a path into a value.
pub(crate) fn attribute_path(path: &SensitivePath) -> AttributePath {
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

/// The value with the part at a path marked as sensitive; where the path leads nowhere, the last part that it reaches.
pub(crate) fn mark_at(value: &Value, steps: &[PathStep]) -> Value {
    let Some((step, rest)) = steps.split_first() else {
        return value.clone().marked(Marks::SENSITIVE);
    };
    match (step, &value.kind) {
        (PathStep::Attribute(name) | PathStep::Key(name), Kind::Object(_) | Kind::Map(..)) => {
            replace(value, name, &|part| mark_at(part, rest))
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

/// The object with the schema's sensitive attributes marked.
pub(super) fn by_schema(block: &Block, value: &Value) -> Value {
    let secret = |part: &Value| part.clone().marked(Marks::SENSITIVE);
    mark_attributes(block, value, &secret)
}

fn mark_attributes(block: &Block, value: &Value, secret: &dyn Fn(&Value) -> Value) -> Value {
    let mut marked = value.clone();
    let sensitive = block
        .attributes
        .iter()
        .filter(|attribute| attribute.sensitive);
    for attribute in sensitive {
        marked = replace(&marked, attribute.name, secret);
    }
    for nested in &block.blocks {
        let inner = &nested.block;
        marked = replace(&marked, nested.name, &|part| match &part.kind {
            Kind::Object(_) => mark_attributes(inner, part, secret),
            Kind::Set(ty, elements) => {
                // The marks of its elements become the set's own, so one that only could hold a secret stays bare.
                let present = |part: &Value| {
                    if part.is_null() {
                        part.clone()
                    } else {
                        secret(part)
                    }
                };
                let elements = elements.iter();
                let elements = elements.map(|part| mark_attributes(inner, part, &present));
                Value::set(ty.clone(), elements.collect()).marked(part.marks)
            }
            Kind::List(..)
            | Kind::Map(..)
            | Kind::Tuple(_)
            | Kind::Null(_)
            | Kind::Unknown(_)
            | Kind::Bool(_)
            | Kind::Number(_)
            | Kind::String(_) => part.map_parts(&mut |part| mark_attributes(inner, part, secret)),
        });
    }
    marked
}

/// The object or map with one member replaced.
fn replace(value: &Value, name: &str, by: &dyn Fn(&Value) -> Value) -> Value {
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
