//! Which fields of an object a change adds, modifies and removes, and which fields an intent names.

use serde_json::Value;

use super::fieldset::{FieldSet, Path, Step};
use super::shape::Shape;

/// The difference between two objects, by field.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    /// In the second object only.
    pub(super) added: FieldSet,
    /// In both, with different values.
    pub(super) modified: FieldSet,
    /// In the first object only.
    pub(super) removed: FieldSet,
}

impl Comparison {
    /// Compares two objects of a shape.
    pub(super) fn between(shape: &'static Shape, old: &Value, new: &Value) -> Self {
        let mut comparison = Self::default();
        comparison.walk(shape, &mut Vec::new(), Some(old), Some(new));
        comparison
    }

    fn walk(
        &mut self,
        shape: &'static Shape,
        path: &mut Path,
        old: Option<&Value>,
        new: Option<&Value>,
    ) {
        let granular = shape.is_granular(old) || shape.is_granular(new);
        if granular && !(is_empty(old) && is_empty(new)) {
            self.walk_parts(shape, path, old, new);
        } else if let (Some(old), Some(new)) = (old, new) {
            if old != new {
                self.modified.insert(path.clone());
            }
            return;
        }
        if old.is_none() {
            self.added.insert(path.clone());
        } else if new.is_none() {
            self.removed.insert(path.clone());
        }
    }

    fn walk_parts(
        &mut self,
        shape: &'static Shape,
        path: &mut Path,
        old: Option<&Value>,
        new: Option<&Value>,
    ) {
        let (old, new) = (shape.parts(old), shape.parts(new));
        for (step, part, value) in &old {
            let other = new.iter().find(|(other, ..)| other == step);
            path.push(step.clone());
            self.walk(part, path, Some(value), other.map(|(.., value)| *value));
            path.pop();
        }
        for (step, part, value) in &new {
            if !old.iter().any(|(other, ..)| other == step) {
                path.push(step.clone());
                self.walk(part, path, None, Some(value));
                path.pop();
            }
        }
    }
}

/// The fields that an object names: its leaves, the items of its lists, and empty objects.
pub(super) fn fields_of(shape: &'static Shape, object: &Value) -> FieldSet {
    let mut set = FieldSet::default();
    name_fields(shape, object, &mut Vec::new(), &mut set);
    set
}

fn name_fields(shape: &'static Shape, value: &Value, path: &mut Path, set: &mut FieldSet) {
    if !shape.is_granular(Some(value)) {
        if !path.is_empty() {
            set.insert(path.clone());
        }
        return;
    }
    for (step, part, value) in shape.parts(Some(value)) {
        let declared = matches!(&step, Step::Field(name) if shape.known_member(name).is_some());
        let empty = value.is_null() || value.as_object().is_some_and(serde_json::Map::is_empty);
        path.push(step);
        name_fields(part, value, path, set);
        if empty || !declared {
            set.insert(path.clone());
        }
        path.pop();
    }
}

fn is_empty(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::Array(items)) => items.is_empty(),
        Some(Value::Object(members)) => members.is_empty(),
        Some(Value::Bool(_) | Value::Number(_) | Value::String(_)) => false,
    }
}
