//! What an unknown value is known to be beside its type: not null, how a text begins, the bounds of a number, and how
//! many elements a collection has.
//!
//! It decides comparisons with what an unknown value cannot be, and no more than Terraform decides with it. Bounds are
//! inclusive, since nothing in the language tells of others.

use super::{Kind, Number, Type, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is known of an unknown value.
#[derive(Clone, Debug, PartialEq)]
pub struct Unknown {
    /// Its type; [`Type::Dynamic`] when not even that is known.
    pub ty: Type,
    /// Whether it is certainly not null.
    pub not_null: bool,
    /// What else it is known to be if it is not null; shared and seldom there, so that unknown values stay small.
    pub refinement: Option<Arc<Refinement>>,
}

/// The values among which one is, by the kind of its type.
#[derive(Clone, Debug, PartialEq)]
pub enum Refinement {
    /// The texts that begin with this one.
    Beginning(Box<str>),
    /// The numbers within bounds.
    Numbers(Bounds),
    /// The collections of so many elements.
    Lengths(Lengths),
}

/// The least and the greatest number that a value may be, as far as there are such.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bounds {
    /// No number is less.
    pub lower: Option<Number>,
    /// No number is greater.
    pub upper: Option<Number>,
}

/// How many elements a collection may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lengths {
    /// At least so many.
    pub least: usize,
    /// At most so many.
    pub most: usize,
}

impl Unknown {
    /// An unknown value that may be null and anything of its type.
    pub fn of(ty: Type) -> Self {
        Unknown {
            ty,
            not_null: false,
            refinement: None,
        }
    }

    /// The text that it certainly begins with if it is not null; empty when nothing is known.
    pub fn beginning(&self) -> &str {
        match self.refinement.as_deref() {
            Some(Refinement::Beginning(text)) => text,
            Some(Refinement::Numbers(_) | Refinement::Lengths(_)) | None => "",
        }
    }

    /// How many elements it may have if it is a list, set, map or tuple.
    pub fn lengths(&self) -> Lengths {
        match (&self.ty, self.refinement.as_deref()) {
            (Type::Tuple(parts), _) => parts.len().into(),
            (_, Some(Refinement::Lengths(lengths))) => *lengths,
            (_, Some(Refinement::Beginning(_) | Refinement::Numbers(_)) | None) => Lengths::ANY,
        }
    }

    /// The same, known to be more; of a refinement that leaves everything open nothing is kept.
    #[must_use]
    pub fn refined(mut self, refinement: Refinement) -> Self {
        let open = match &refinement {
            Refinement::Beginning(text) => text.is_empty(),
            Refinement::Numbers(bounds) => *bounds == Bounds::default(),
            Refinement::Lengths(lengths) => *lengths == Lengths::ANY,
        };
        self.refinement = (!open).then(|| Arc::new(refinement));
        self
    }

    /// The value; a known one where only one is left, and a list of unknown elements where their number is known.
    pub fn into_value(self) -> Value {
        let only = match self.refinement.as_deref().filter(|_| self.not_null) {
            Some(Refinement::Numbers(bounds)) => bounds.only().cloned().map(Value::number),
            Some(Refinement::Lengths(lengths)) if lengths.least == lengths.most => {
                of_length(&self.ty, lengths.most)
            }
            Some(Refinement::Beginning(_) | Refinement::Lengths(_)) | None => None,
        };
        only.unwrap_or_else(|| Value::new(Kind::Unknown(self)))
    }
}

/// A collection of so many unknown elements, where its type allows to say that.
fn of_length(ty: &Type, length: usize) -> Option<Value> {
    let elements = |element: &Type| vec![Value::unknown(element.clone()); length];
    match ty {
        Type::List(element) => Some(Value::list(element.as_ref().clone(), elements(element))),
        // Of several elements some may turn out the same.
        Type::Set(element) if length < 2 => {
            Some(Value::set(element.as_ref().clone(), elements(element)))
        }
        Type::Map(element) if length == 0 => {
            Some(Value::map(element.as_ref().clone(), BTreeMap::new()))
        }
        Type::Set(_)
        | Type::Map(_)
        | Type::Dynamic
        | Type::Bool
        | Type::Number
        | Type::String
        | Type::Tuple(_)
        | Type::Object(_) => None,
    }
}

impl Bounds {
    /// The bounds within which the numbers of both are.
    #[must_use]
    pub fn or(&self, other: &Bounds) -> Bounds {
        let both =
            |one: &Option<Number>, other: &Option<Number>, pick: fn(Number, Number) -> Number| {
                Some(pick(one.clone()?, other.clone()?))
            };
        Bounds {
            lower: both(&self.lower, &other.lower, Number::min),
            upper: both(&self.upper, &other.upper, Number::max),
        }
    }

    /// Whether every number within is less than every number within the other.
    pub fn are_below(&self, other: &Bounds) -> bool {
        let ends = self.upper.as_ref().zip(other.lower.as_ref());
        ends.is_some_and(|(end, start)| end < start)
    }

    /// The only number within.
    fn only(&self) -> Option<&Number> {
        self.lower
            .as_ref()
            .filter(|lower| self.upper.as_ref() == Some(lower))
    }
}

impl Lengths {
    /// Any number of elements; the most that there can be is the one that Terraform reckons with.
    pub const ANY: Lengths = Lengths {
        least: 0,
        most: usize::MAX >> 1,
    };

    /// The lengths that are one of both.
    #[must_use]
    pub fn or(self, other: Lengths) -> Lengths {
        Lengths {
            least: self.least.min(other.least),
            most: self.most.max(other.most),
        }
    }

    /// The lengths of sets of the elements, of which several may be the same.
    #[must_use]
    pub fn of_set(self) -> Lengths {
        Lengths {
            least: self.least.min(1),
            ..self
        }
    }
}

impl From<usize> for Lengths {
    /// Exactly so many elements.
    fn from(length: usize) -> Self {
        Lengths {
            least: length,
            most: length,
        }
    }
}

impl Value {
    /// Whether the value is known not to be null.
    pub fn is_not_null(&self) -> bool {
        match &self.kind {
            Kind::Null(_) => false,
            Kind::Unknown(unknown) => unknown.not_null,
            Kind::Bool(_)
            | Kind::Number(_)
            | Kind::String(_)
            | Kind::List(..)
            | Kind::Set(..)
            | Kind::Map(..)
            | Kind::Tuple(_)
            | Kind::Object(_) => true,
        }
    }

    /// The bounds of a number, which are open for everything else.
    pub fn bounds(&self) -> Bounds {
        match &self.kind {
            Kind::Number(number) => Bounds {
                lower: Some(number.clone()),
                upper: Some(number.clone()),
            },
            Kind::Unknown(unknown) => match unknown.refinement.as_deref() {
                Some(Refinement::Numbers(bounds)) => bounds.clone(),
                Some(Refinement::Beginning(_) | Refinement::Lengths(_)) | None => Bounds::default(),
            },
            Kind::Null(_)
            | Kind::Bool(_)
            | Kind::String(_)
            | Kind::List(..)
            | Kind::Set(..)
            | Kind::Map(..)
            | Kind::Tuple(_)
            | Kind::Object(_) => Bounds::default(),
        }
    }

    /// How many elements a list, set, map or tuple may have; any number for everything else.
    pub fn lengths(&self) -> Lengths {
        match &self.kind {
            Kind::Set(_, elements) if self.is_unsettled() => Lengths::from(elements.len()).of_set(),
            Kind::List(_, elements) | Kind::Set(_, elements) | Kind::Tuple(elements) => {
                elements.len().into()
            }
            Kind::Map(_, entries) => entries.len().into(),
            Kind::Unknown(unknown) => unknown.lengths(),
            Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) | Kind::Object(_) => {
                Lengths::ANY
            }
        }
    }

    /// Whether it is a set of several elements of which some may turn out the same.
    pub fn is_unsettled(&self) -> bool {
        matches!(&self.kind, Kind::Set(_, elements) if elements.len() > 1)
            && !self.is_wholly_known()
    }

    /// Whether a number is less than another, as far as bounds tell.
    pub fn is_less(&self, other: &Value) -> Option<bool> {
        if let (Some(one), Some(other)) = (self.as_number(), other.as_number()) {
            return Some(one < other);
        }
        let (one, other) = (self.bounds(), other.bounds());
        let less = one.are_below(&other);
        (less || other.are_below(&one)).then_some(less)
    }
}
