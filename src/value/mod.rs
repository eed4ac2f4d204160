//! Values of the language: typed, possibly unknown, possibly marked.
//!
//! A [`Value`] is cheap to clone: everything large is behind an `Arc`. *Unknown* values have a type and perhaps
//! refinements; *marks* travel with a value through every expression. A value without unknown parts and without marks
//! can become [`Known`], the only form that leaves the compiler for providers and state.

mod convert;
mod encode;
mod entries;
mod equality;
mod extent;
mod json;
mod known;
mod marks;
mod mismatch;
mod number;
mod order;
mod path;
mod refinement;
#[cfg(test)]
mod tests;
mod types;
mod unify;

pub use convert::{ConversionError, convert};
pub use encode::{decode, encode};
pub use entries::Entries;
pub use extent::{DEEPEST, MOST_PARTS, Room, TooLarge};
pub use json::{
    JsonError, from_json, from_typed_json, to_json, to_typed_json, type_from_json, type_of_json,
    type_to_json,
};
pub use known::{Known, NotKnown};
pub use marks::Marks;
pub use number::{Number, NumberError};
pub use refinement::{Bounds, Lengths, Refinement, Unknown};
pub use types::{ObjectType, Type};
pub use unify::{unify, unify_safely};

use crate::address::Name;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A value with its marks.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// The marks of this value itself; parts carry their own.
    pub marks: Marks,
    /// What it is.
    pub kind: Kind,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// No value of a type; of [`Type::Dynamic`] when the type is not known either.
    Null(Type),
    /// A value that is known only after apply.
    Unknown(Unknown),
    /// A truth value.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text, normalised to NFC.
    String(Arc<str>),
    /// A list: elements of one type.
    List(Type, Arc<[Value]>),
    /// A set: distinct elements of one type, in canonical order.
    Set(Type, Arc<[Value]>),
    /// A map: elements of one type by key.
    Map(Type, Entries),
    /// A tuple: elements each of a type of its own.
    Tuple(Arc<[Value]>),
    /// An object: attributes each of a type of its own.
    Object(Entries),
}

impl Value {
    /// A value without marks.
    pub fn new(kind: Kind) -> Self {
        Value {
            marks: Marks::NONE,
            kind,
        }
    }

    /// Null of a type.
    pub fn null(ty: Type) -> Self {
        Value::new(Kind::Null(ty))
    }

    /// A value of a type that is known only after apply, and may turn out null.
    pub fn unknown(ty: Type) -> Self {
        Value::new(Kind::Unknown(Unknown::of(ty)))
    }

    /// A value of a type that is known only after apply, and is certainly not null.
    pub fn unknown_not_null(ty: Type) -> Self {
        Value::new(Kind::Unknown(Unknown {
            not_null: true,
            ..Unknown::of(ty)
        }))
    }

    /// A value that is known only after apply, is certainly not null, and of which more is known.
    pub fn unknown_refined(ty: Type, refinement: Refinement) -> Self {
        let unknown = Unknown {
            not_null: true,
            ..Unknown::of(ty)
        };
        unknown.refined(refinement).into_value()
    }

    /// A text that is known only after apply but for its beginning.
    pub fn unknown_text(beginning: &str) -> Self {
        Value::unknown_refined(Type::String, Refinement::Beginning(beginning.into()))
    }

    /// A truth value.
    pub fn bool(value: bool) -> Self {
        Value::new(Kind::Bool(value))
    }

    /// A number.
    pub fn number(value: impl Into<Number>) -> Self {
        Value::new(Kind::Number(value.into()))
    }

    /// A text, normalised to NFC.
    pub fn string(text: impl AsRef<str>) -> Self {
        Value::new(Kind::String(normalise(text.as_ref())))
    }

    /// A list of elements that already have the type.
    pub fn list(element: Type, elements: Vec<Value>) -> Self {
        Value::new(Kind::List(element, elements.into()))
    }

    /// A set of elements that already have the type; sorts them and drops repetitions.
    ///
    /// Marks of elements move to the set, since an element has no place of its own.
    pub fn set(element: Type, elements: Vec<Value>) -> Self {
        let mut marks = Marks::NONE;
        let mut bare: Vec<Value> = Vec::with_capacity(elements.len());
        for value in elements {
            marks = marks | value.deep_marks();
            bare.push(if value.deep_marks() == Marks::NONE {
                value
            } else {
                value.without_marks()
            });
        }
        order::sort_as_set(&mut bare);
        // Two unknown elements may turn out different.
        bare.dedup_by(|one, other| one == other && one.is_wholly_known());
        Value {
            marks,
            kind: Kind::Set(element, bare.into()),
        }
    }

    /// A map of elements that already have the type.
    pub fn map(element: Type, entries: BTreeMap<Name, Value>) -> Self {
        Value::new(Kind::Map(element, entries.into()))
    }

    /// A tuple.
    pub fn tuple(elements: Vec<Value>) -> Self {
        Value::new(Kind::Tuple(elements.into()))
    }

    /// An object.
    pub fn object(attributes: BTreeMap<Name, Value>) -> Self {
        Value::new(Kind::Object(attributes.into()))
    }

    /// An object from pairs.
    pub fn object_of<N: Into<Name>>(attributes: impl IntoIterator<Item = (N, Value)>) -> Self {
        Value::object(
            attributes
                .into_iter()
                .map(|(name, value)| (name.into(), value))
                .collect(),
        )
    }

    /// The type of the value.
    pub fn ty(&self) -> Type {
        match &self.kind {
            Kind::Null(ty) => ty.clone(),
            Kind::Unknown(unknown) => unknown.ty.clone(),
            Kind::Bool(_) => Type::Bool,
            Kind::Number(_) => Type::Number,
            Kind::String(_) => Type::String,
            Kind::List(element, _) => Type::list(element.clone()),
            Kind::Set(element, _) => Type::set(element.clone()),
            Kind::Map(element, _) => Type::map(element.clone()),
            Kind::Tuple(elements) => Type::tuple(elements.iter().map(Value::ty).collect()),
            Kind::Object(attributes) => Type::object(
                attributes
                    .iter()
                    .map(|(name, value)| (name.clone(), value.ty())),
            ),
        }
    }

    /// Whether not even its type is known. Costs nothing, where [`Value::ty`] writes down the type of every part.
    pub fn is_untyped(&self) -> bool {
        match &self.kind {
            Kind::Null(ty) => *ty == Type::Dynamic,
            Kind::Unknown(unknown) => unknown.ty == Type::Dynamic,
            Kind::Bool(_)
            | Kind::Number(_)
            | Kind::String(_)
            | Kind::List(..)
            | Kind::Set(..)
            | Kind::Map(..)
            | Kind::Tuple(_)
            | Kind::Object(_) => false,
        }
    }

    /// Whether it is null (an unknown value is not null, as far as is known).
    pub fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null(_))
    }

    /// Whether the value itself is unknown; parts may be unknown all the same.
    pub fn is_unknown(&self) -> bool {
        matches!(self.kind, Kind::Unknown(_))
    }

    /// Whether neither the value nor any part of it is unknown.
    pub fn is_wholly_known(&self) -> bool {
        !self.is_unknown() && self.parts().all(Value::is_wholly_known)
    }

    /// The text, if it is a known one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Kind::String(text) => Some(text),
            Kind::Null(_)
            | Kind::Unknown(_)
            | Kind::Bool(_)
            | Kind::Number(_)
            | Kind::List(..)
            | Kind::Set(..)
            | Kind::Map(..)
            | Kind::Tuple(_)
            | Kind::Object(_) => None,
        }
    }

    /// The truth value, if it is a known one.
    pub fn as_bool(&self) -> Option<bool> {
        match &self.kind {
            Kind::Bool(value) => Some(*value),
            Kind::Null(_)
            | Kind::Unknown(_)
            | Kind::Number(_)
            | Kind::String(_)
            | Kind::List(..)
            | Kind::Set(..)
            | Kind::Map(..)
            | Kind::Tuple(_)
            | Kind::Object(_) => None,
        }
    }

    /// The number, if it is a known one.
    pub fn as_number(&self) -> Option<&Number> {
        match &self.kind {
            Kind::Number(number) => Some(number),
            Kind::Null(_)
            | Kind::Unknown(_)
            | Kind::Bool(_)
            | Kind::String(_)
            | Kind::List(..)
            | Kind::Set(..)
            | Kind::Map(..)
            | Kind::Tuple(_)
            | Kind::Object(_) => None,
        }
    }

    /// The elements of a known list, set or tuple.
    pub fn as_elements(&self) -> Option<&[Value]> {
        match &self.kind {
            Kind::List(_, elements) | Kind::Set(_, elements) | Kind::Tuple(elements) => {
                Some(elements)
            }
            Kind::Null(_)
            | Kind::Unknown(_)
            | Kind::Bool(_)
            | Kind::Number(_)
            | Kind::String(_)
            | Kind::Map(..)
            | Kind::Object(_) => None,
        }
    }

    /// The entries of a known map or object.
    pub fn as_entries(&self) -> Option<&Entries> {
        match &self.kind {
            Kind::Map(_, entries) | Kind::Object(entries) => Some(entries),
            Kind::Null(_)
            | Kind::Unknown(_)
            | Kind::Bool(_)
            | Kind::Number(_)
            | Kind::String(_)
            | Kind::List(..)
            | Kind::Set(..)
            | Kind::Tuple(_) => None,
        }
    }

    /// The entries of a known map or object as a tree, to be changed; none of anything else.
    pub fn to_entries(&self) -> BTreeMap<Name, Value> {
        self.as_entries().map(Entries::to_map).unwrap_or_default()
    }

    /// An attribute of a known object or an element of a known map.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.as_entries()?.get(name)
    }

    /// The direct parts: elements or attribute values.
    pub fn parts(&self) -> impl Iterator<Item = &Value> {
        let elements = self.as_elements().unwrap_or_default().iter();
        elements.chain(self.as_entries().into_iter().flat_map(Entries::values))
    }

    /// The same value with more marks.
    #[must_use]
    pub fn marked(mut self, marks: Marks) -> Self {
        self.marks = self.marks | marks;
        self
    }

    /// The marks of the value and of all its parts together.
    pub fn deep_marks(&self) -> Marks {
        self.parts()
            .fold(self.marks, |marks, part| marks | part.deep_marks())
    }

    /// The same value without any mark, also in its parts.
    #[must_use]
    pub fn without_marks(&self) -> Value {
        if self.deep_marks() == Marks::NONE {
            return self.clone();
        }
        Value::new(self.map_parts(&mut Value::without_marks).kind)
    }

    /// The same value without these marks, also in its parts.
    #[must_use]
    pub fn without(&self, marks: Marks) -> Value {
        if !self.deep_marks().intersects(marks) {
            return self.clone();
        }
        let mut bare = self.map_parts(&mut |part| part.without(marks));
        bare.marks = bare.marks.without(marks);
        bare
    }

    /// The same value with every direct part replaced; types of elements are kept as they are.
    #[must_use]
    pub fn map_parts(&self, replace: &mut dyn FnMut(&Value) -> Value) -> Value {
        let elements = |values: &Arc<[Value]>, replace: &mut dyn FnMut(&Value) -> Value| {
            values.iter().map(replace).collect::<Arc<[Value]>>()
        };
        let kind = match &self.kind {
            Kind::List(ty, values) => Kind::List(ty.clone(), elements(values, replace)),
            Kind::Set(ty, values) => Kind::Set(ty.clone(), elements(values, replace)),
            Kind::Tuple(values) => Kind::Tuple(elements(values, replace)),
            Kind::Map(ty, entries) => Kind::Map(ty.clone(), entries.map(replace)),
            Kind::Object(entries) => Kind::Object(entries.map(replace)),
            Kind::Null(_)
            | Kind::Unknown(_)
            | Kind::Bool(_)
            | Kind::Number(_)
            | Kind::String(_) => self.kind.clone(),
        };
        Value {
            marks: self.marks,
            kind,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::string(text)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::bool(value)
    }
}

/// A text in normal form C, in which Terraform keeps and compares all texts.
fn normalise(text: &str) -> Arc<str> {
    use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return text.into();
    }
    text.nfc().collect::<String>().into()
}
