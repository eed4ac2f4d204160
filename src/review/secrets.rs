//! Which values must not be shown: what the schema says, and what the state recorded as sensitive.
//!
//! Objects outside carry no marks, so an object as it is gets them back here before anything of it is printed.

use crate::address::{AttributePath, InstanceAddress};
use crate::plan::{attribute_path, mark_at, replace_member};
use crate::schema::Block;
use crate::value::{Kind, Marks, Value};
use std::collections::BTreeMap;
use trustform_state::snapshot::{DeposedKey, Snapshot};

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
        marked = replace_member(&marked, attribute.name, secret);
    }
    for nested in &block.blocks {
        let inner = &nested.block;
        marked = replace_member(&marked, nested.name, &|part| match &part.kind {
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
