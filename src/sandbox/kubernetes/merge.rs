//! Merging an intent into a live object, and taking fields out of an object.

use serde_json::{Map, Value};

use super::fieldset::{FieldSet, Path, Step};
use super::shape::{Part, Shape};

/// The live object with the intent laid over it: fields of the intent win, all others stay.
pub(super) fn merge(shape: &'static Shape, live: &Value, intent: &Value) -> Value {
    let is_list = matches!(shape, Shape::Set | Shape::KeyedList(..));
    let is_object = matches!(shape, Shape::Struct(..) | Shape::Map(_) | Shape::Open);
    match (live, intent) {
        (Value::Array(_), Value::Array(_)) if is_list => merge_lists(shape, live, intent),
        (Value::Object(live), Value::Object(intent)) if is_object => {
            merge_objects(shape, live, intent)
        }
        _ => intent.clone(),
    }
}

/// The object without the fields of the set. What loses its last part becomes `null`.
pub(super) fn without(shape: &'static Shape, object: &Value, remove: &FieldSet) -> Value {
    take_out(shape, object, remove, &mut Vec::new())
}

fn merge_objects(
    shape: &'static Shape,
    live: &Map<String, Value>,
    intent: &Map<String, Value>,
) -> Value {
    let mut merged = live.clone();
    for (name, value) in intent {
        let together = match live.get(name) {
            Some(live) => merge(shape.member(name), live, value),
            None => value.clone(),
        };
        merged.insert(name.clone(), together);
    }
    Value::Object(merged)
}

/// Items keep the order of both lists where the two agree; where they do not, the intent's order wins.
fn merge_lists(shape: &'static Shape, live: &Value, intent: &Value) -> Value {
    let (live, intent) = (shape.parts(Some(live)), shape.parts(Some(intent)));
    let holds = |parts: &[Part<'_>], step: &Step| parts.iter().any(|(other, ..)| other == step);
    let mut shared = intent
        .iter()
        .map(|(step, ..)| step)
        .filter(|step| holds(&live, step))
        .peekable();
    let mut merged = Vec::new();
    let mut left = live.iter().peekable();
    let mut right = intent.iter().peekable();
    while left.peek().is_some() || right.peek().is_some() {
        if let Some((step, _, value)) = left.peek() {
            if !holds(&intent, step) {
                merged.push((*value).clone());
                left.next();
                continue;
            }
            let is_next = right.peek().is_some_and(|(other, ..)| other == step);
            if !is_next && shared.peek() != Some(&step) {
                // The intent puts this item elsewhere.
                left.next();
                continue;
            }
        }
        let Some((step, part, value)) = right.next() else {
            left.next();
            continue;
        };
        let same = live.iter().find(|(other, ..)| other == step);
        merged.push(same.map_or_else(|| (*value).clone(), |(.., live)| merge(part, live, value)));
        if shared.peek() == Some(&step) {
            shared.next();
        }
        if left.peek().is_some_and(|(other, ..)| other == step) {
            left.next();
        }
    }
    Value::Array(merged)
}

fn take_out(shape: &'static Shape, value: &Value, remove: &FieldSet, path: &mut Path) -> Value {
    if !shape.is_granular(Some(value)) || !remove.reaches_into(path) {
        return value.clone();
    }
    let mut kept = Vec::new();
    for (step, part, value) in shape.parts(Some(value)) {
        path.push(step.clone());
        if !remove.has(path) {
            kept.push((step, take_out(part, value, remove, path)));
        }
        path.pop();
    }
    if kept.is_empty() && !path.is_empty() {
        // It is empty and not gone: who owns the container keeps it.
        return Value::Null;
    }
    if value.is_array() {
        return kept.into_iter().map(|(_, value)| value).collect();
    }
    let member = |(step, value)| match step {
        Step::Field(name) => Some((name, value)),
        Step::Key(..) | Step::Item(_) | Step::Other(_) => None,
    };
    Value::Object(kept.into_iter().filter_map(member).collect())
}
