//! The shape of Kubernetes objects: which members exist, and how lists and maps merge when several managers write them.
//!
//! Kubernetes publishes this as an `OpenAPI` document with the extensions `x-kubernetes-list-type`, `x-kubernetes-list-map-keys` and
//! `x-kubernetes-map-type` ("Server-Side Apply: Merge strategy" in the Kubernetes documentation).

use serde_json::Value;

use super::fieldset::Step;

/// What may stand at one place of an object.
#[derive(Debug)]
pub(super) enum Shape {
    /// A string. An empty one counts as absent.
    Text,
    /// `true` or `false`; both are kept.
    Boolean,
    /// An integer; zero counts as absent.
    Integer,
    /// An integer whose zero is kept.
    Count,
    /// An object with known members, each with owners of its own. The text is the name of the Go type.
    Struct(&'static str, &'static [Field]),
    /// An object with known members that is written and owned as a whole.
    AtomicStruct(&'static str, &'static [Field]),
    /// An object with free keys, each with owners of its own.
    Map(&'static Shape),
    /// A list that is written and owned as a whole.
    AtomicList(&'static Shape),
    /// A list of strings without repetition, each with owners of its own.
    Set,
    /// A list of objects told apart by one member.
    KeyedList(&'static str, &'static Shape),
    /// Anything: objects merge by key, lists are written as a whole.
    Open,
}

/// A named member of an object.
pub(super) type Field = (&'static str, Shape);

/// A part of a value: how one gets there, its shape, its value.
pub(super) type Part<'v> = (Step, &'static Shape, &'v Value);

impl Shape {
    /// Whether parts of this value have owners of their own.
    pub(super) fn is_granular(&self, value: Option<&Value>) -> bool {
        match self {
            Self::Struct(..) | Self::Map(_) | Self::Set | Self::KeyedList(..) => true,
            Self::Open => value.is_some_and(Value::is_object),
            Self::Text
            | Self::Boolean
            | Self::Integer
            | Self::Count
            | Self::AtomicStruct(..)
            | Self::AtomicList(_) => false,
        }
    }

    /// The shape of a member. A member that is not known may hold anything.
    pub(super) fn member(&'static self, name: &str) -> &'static Shape {
        if let Self::Map(values) = self {
            return values;
        }
        self.known_member(name).unwrap_or(&OPEN)
    }

    /// The shape of a member that the schema names.
    pub(super) fn known_member(&'static self, name: &str) -> Option<&'static Shape> {
        let (Self::Struct(_, fields) | Self::AtomicStruct(_, fields)) = self else {
            return None;
        };
        let field = fields.iter().find(|(field, _)| *field == name);
        field.map(|(_, shape)| shape)
    }

    /// The shape behind a step.
    pub(super) fn behind(&'static self, step: &Step) -> &'static Shape {
        match (self, step) {
            (Self::KeyedList(_, item), _) => item,
            (Self::Set, _) => &TEXT,
            (_, Step::Field(name)) => self.member(name),
            (_, Step::Key(..) | Step::Item(_) | Step::Other(_)) => &OPEN,
        }
    }

    /// The parts of a value that have owners of their own, in the value's order.
    pub(super) fn parts<'v>(&'static self, value: Option<&'v Value>) -> Vec<Part<'v>> {
        match (self, value) {
            (Self::Set, Some(Value::Array(items))) => {
                let part = |item: &'v Value| {
                    (
                        Step::Item(item.as_str().unwrap_or_default().to_owned()),
                        &TEXT,
                        item,
                    )
                };
                items.iter().map(part).collect()
            }
            (Self::KeyedList(key, shape), Some(Value::Array(items))) => {
                let part = |item: &'v Value| {
                    let name = item.get(*key).and_then(Value::as_str).unwrap_or_default();
                    (Step::Key((*key).to_owned(), name.to_owned()), *shape, item)
                };
                items.iter().map(part).collect()
            }
            (Self::Struct(..) | Self::Map(_) | Self::Open, Some(Value::Object(members))) => {
                let part = |(name, value)| {
                    let name: &String = name;
                    (Step::Field(name.clone()), self.member(name), value)
                };
                members.iter().map(part).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The name of the Go type, as decoding errors print it.
    pub(super) fn go_type(&self) -> String {
        match self {
            Self::Text => "string".to_owned(),
            Self::Boolean => "bool".to_owned(),
            Self::Integer | Self::Count => "int64".to_owned(),
            Self::Struct(name, _) | Self::AtomicStruct(name, _) => format!("v1.{name}"),
            Self::Map(values) => format!("map[string]{}", values.go_type()),
            Self::AtomicList(item) | Self::KeyedList(_, item) => format!("[]{}", item.go_type()),
            Self::Set => "[]string".to_owned(),
            Self::Open => "interface {}".to_owned(),
        }
    }
}

/// A string.
pub(super) static TEXT: Shape = Shape::Text;
/// Anything.
pub(super) static OPEN: Shape = Shape::Open;
