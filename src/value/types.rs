//! Types of values.

use crate::address::Name;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// The type of a value, or a constraint where [`Type::Dynamic`] means any type.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Type {
    /// Any type; of a value, a type that is not known.
    Dynamic,
    /// Truth values.
    Bool,
    /// Numbers.
    Number,
    /// Texts.
    String,
    /// Lists of one element type.
    List(Arc<Type>),
    /// Sets of one element type.
    Set(Arc<Type>),
    /// Maps of one element type.
    Map(Arc<Type>),
    /// Tuples, element by element.
    Tuple(Arc<[Type]>),
    /// Objects, attribute by attribute.
    Object(Arc<ObjectType>),
}

/// The attributes of an object type.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectType {
    /// The attributes with their types.
    pub attributes: BTreeMap<Name, Type>,
    /// Those that may be left out; only in constraints.
    pub optional: BTreeSet<Name>,
}

impl Type {
    /// A list type.
    pub fn list(element: Type) -> Type {
        Type::List(Arc::new(element))
    }

    /// A set type.
    pub fn set(element: Type) -> Type {
        Type::Set(Arc::new(element))
    }

    /// A map type.
    pub fn map(element: Type) -> Type {
        Type::Map(Arc::new(element))
    }

    /// A tuple type.
    pub fn tuple(elements: Vec<Type>) -> Type {
        Type::Tuple(elements.into())
    }

    /// An object type without optional attributes.
    pub fn object<N: Into<Name>>(attributes: impl IntoIterator<Item = (N, Type)>) -> Type {
        let attributes = attributes
            .into_iter()
            .map(|(name, ty)| (name.into(), ty))
            .collect();
        Type::Object(Arc::new(ObjectType {
            attributes,
            optional: BTreeSet::new(),
        }))
    }

    /// Whether the type is, or contains, [`Type::Dynamic`].
    pub fn has_dynamic(&self) -> bool {
        match self {
            Type::Dynamic => true,
            Type::Bool | Type::Number | Type::String => false,
            Type::List(element) | Type::Set(element) | Type::Map(element) => element.has_dynamic(),
            Type::Tuple(elements) => elements.iter().any(Type::has_dynamic),
            Type::Object(object) => object.attributes.values().any(Type::has_dynamic),
        }
    }

    /// Whether it is a truth value, number or text.
    pub fn is_primitive(&self) -> bool {
        matches!(self, Type::Bool | Type::Number | Type::String)
    }

    /// The type without optional attributes, at any depth: what values of the constraint are of.
    #[must_use]
    pub fn without_optional(&self) -> Type {
        match self {
            Type::Dynamic | Type::Bool | Type::Number | Type::String => self.clone(),
            Type::List(element) => Type::list(element.without_optional()),
            Type::Set(element) => Type::set(element.without_optional()),
            Type::Map(element) => Type::map(element.without_optional()),
            Type::Tuple(elements) => {
                Type::tuple(elements.iter().map(Type::without_optional).collect())
            }
            Type::Object(object) => Type::object(
                object
                    .attributes
                    .iter()
                    .map(|(name, ty)| (name.clone(), ty.without_optional())),
            ),
        }
    }

    /// As error messages name a wanted type: as [`Type::friendly`], where dynamic is any type.
    pub fn friendly_constraint(&self) -> String {
        match self {
            Type::Dynamic => "any type".into(),
            Type::List(element) if **element == Type::Dynamic => "list of any single type".into(),
            Type::Set(element) if **element == Type::Dynamic => "set of any single type".into(),
            Type::Map(element) if **element == Type::Dynamic => "map of any single type".into(),
            Type::List(element) => format!("list of {}", element.friendly_constraint()),
            Type::Set(element) => format!("set of {}", element.friendly_constraint()),
            Type::Map(element) => format!("map of {}", element.friendly_constraint()),
            Type::Bool | Type::Number | Type::String | Type::Tuple(_) | Type::Object(_) => {
                self.friendly()
            }
        }
    }

    /// As error messages name it, without the parts: `list of string`, `object`.
    pub fn friendly(&self) -> String {
        match self {
            Type::Dynamic => "dynamic".into(),
            Type::Bool => "bool".into(),
            Type::Number => "number".into(),
            Type::String => "string".into(),
            Type::List(element) => format!("list of {}", element.friendly()),
            Type::Set(element) => format!("set of {}", element.friendly()),
            Type::Map(element) => format!("map of {}", element.friendly()),
            Type::Tuple(_) => "tuple".into(),
            Type::Object(_) => "object".into(),
        }
    }
}

impl fmt::Display for Type {
    /// As a type constraint is written: `map(object({a=string}))`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Dynamic => f.write_str("any"),
            Type::Bool => f.write_str("bool"),
            Type::Number => f.write_str("number"),
            Type::String => f.write_str("string"),
            Type::List(element) => write!(f, "list({element})"),
            Type::Set(element) => write!(f, "set({element})"),
            Type::Map(element) => write!(f, "map({element})"),
            Type::Tuple(elements) => {
                let elements: Vec<String> = elements.iter().map(Type::to_string).collect();
                write!(f, "tuple([{}])", elements.join(", "))
            }
            Type::Object(object) => {
                let attributes: Vec<String> = object
                    .attributes
                    .iter()
                    .map(|(name, ty)| format!("{name}={ty}"))
                    .collect();
                write!(f, "object({{{}}})", attributes.join(", "))
            }
        }
    }
}
