//! The canonical order of values, in which sets are kept.

use super::{Kind, Value};
use std::cmp::Ordering;
use std::fmt::Write as _;

impl Value {
    /// A total order over values of one type, in which Terraform walks through sets.
    ///
    /// Texts, numbers and truth values by value; everything else by a text of its parts, so that objects are compared
    /// attribute by attribute with texts in quotes. Unknown values come after known ones and null after both.
    pub fn canonical_order(&self, other: &Value) -> Ordering {
        match (&self.kind, &other.kind) {
            (Kind::Bool(a), Kind::Bool(b)) => a.cmp(b),
            (Kind::Number(a), Kind::Number(b)) => a.cmp(b),
            (Kind::String(a), Kind::String(b)) => a.cmp(b),
            (a, b) => last(a)
                .cmp(&last(b))
                .then_with(|| key(self).cmp(&key(other)))
                .then_with(|| structural_order(self, other)),
        }
    }
}

/// Sorts the elements of a set.
pub(super) fn sort_as_set(values: &mut [Value]) {
    let simple = |value: &Value| {
        matches!(
            value.kind,
            Kind::Bool(_) | Kind::Number(_) | Kind::String(_)
        )
    };
    if values.iter().all(simple) {
        values.sort_by(Value::canonical_order);
        return;
    }
    values.sort_by(structural_order);
    values.sort_by_cached_key(|value| (last(&value.kind), key(value)));
}

fn last(kind: &Kind) -> u8 {
    match kind {
        Kind::Null(_) => 2,
        Kind::Unknown(_) => 1,
        Kind::Bool(_)
        | Kind::Number(_)
        | Kind::String(_)
        | Kind::List(..)
        | Kind::Set(..)
        | Kind::Map(..)
        | Kind::Tuple(_)
        | Kind::Object(_) => 0,
    }
}

/// A text of the value by which values of several parts are ordered.
fn key(value: &Value) -> String {
    let mut text = String::new();
    append_key(&mut text, value);
    text
}

fn append_key(text: &mut String, value: &Value) {
    match &value.kind {
        Kind::Null(_) => text.push('~'),
        Kind::Unknown(_) => text.push('?'),
        Kind::Bool(truth) => text.push(if *truth { 'T' } else { 'F' }),
        Kind::Number(number) => text.push_str(&number.to_general(Some(10))),
        Kind::String(string) => append_quoted(text, string),
        Kind::List(_, values) | Kind::Set(_, values) => append_all(text, '[', values.iter(), ']'),
        Kind::Tuple(values) => append_all(text, '<', values.iter(), '>'),
        Kind::Object(values) => append_all(text, '<', values.values(), '>'),
        Kind::Map(_, values) => {
            text.push('{');
            for (name, value) in values {
                append_quoted(text, name);
                text.push(':');
                append_key(text, value);
                text.push(';');
            }
            text.push('}');
        }
    }
}

fn append_all<'a>(
    text: &mut String,
    open: char,
    values: impl Iterator<Item = &'a Value>,
    close: char,
) {
    text.push(open);
    for value in values {
        append_key(text, value);
        text.push(';');
    }
    text.push(close);
}

fn append_quoted(text: &mut String, string: &str) {
    text.push('"');
    for character in string.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            // Writing to a text cannot fail.
            control if control.is_control() => {
                _ = write!(text, "\\x{:02x}", u32::from(control));
            }
            other => text.push(other),
        }
    }
    text.push('"');
}

/// An order that tells apart what differs, for values that the key does not.
fn structural_order(a: &Value, b: &Value) -> Ordering {
    match (&a.kind, &b.kind) {
        (Kind::Bool(a), Kind::Bool(b)) => a.cmp(b),
        (Kind::Number(a), Kind::Number(b)) => a.cmp(b),
        (Kind::String(a), Kind::String(b)) => a.cmp(b),
        (Kind::List(_, a), Kind::List(_, b))
        | (Kind::Set(_, a), Kind::Set(_, b))
        | (Kind::Tuple(a), Kind::Tuple(b)) => {
            order_of_all(a.iter().zip(b.iter())).then(a.len().cmp(&b.len()))
        }
        (Kind::Map(_, a), Kind::Map(_, b)) | (Kind::Object(a), Kind::Object(b)) => a
            .keys()
            .cmp(b.keys())
            .then_with(|| order_of_all(a.values().zip(b.values()))),
        (a, b) => last(a).cmp(&last(b)),
    }
}

fn order_of_all<'a>(mut pairs: impl Iterator<Item = (&'a Value, &'a Value)>) -> Ordering {
    pairs
        .find_map(|(a, b)| Some(structural_order(a, b)).filter(|order| order.is_ne()))
        .unwrap_or(Ordering::Equal)
}
