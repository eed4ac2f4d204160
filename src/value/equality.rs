//! Whether two values are equal, as far as it is known.

use super::{Kind, Refinement, Type, Unknown, Value};

impl Value {
    /// Whether the values are equal as `==` means it; `None` while that is not known. Marks play no part.
    ///
    /// Values of different types are never equal but for nulls: there is no conversion. What is known of an unknown
    /// value may be enough to tell that it differs.
    pub fn equals(&self, other: &Value) -> Option<bool> {
        let decided_by_parts =
            !self.is_unknown() && !other.is_unknown() && !self.is_null() && !other.is_null();
        if decided_by_parts {
            if has_open_type(self) || has_open_type(other) {
                let (own, others) = (self.ty(), other.ty());
                return (!conforms(&own, &others) && !conforms(&others, &own)).then_some(false);
            }
            if !same_type(self, other) {
                return Some(false);
            }
        }
        equal(self, other)
    }
}

/// Whether values are equal whose types are the same, or of which one is null or unknown.
fn equal(one: &Value, other: &Value) -> Option<bool> {
    match (&one.kind, &other.kind) {
        (Kind::Unknown(_), Kind::Unknown(_)) => None,
        (Kind::Unknown(unknown), _) => (!may_equal(unknown, other)).then_some(false),
        (_, Kind::Unknown(unknown)) => (!may_equal(unknown, one)).then_some(false),
        (Kind::Null(_), Kind::Null(_)) => Some(true),
        (Kind::Bool(a), Kind::Bool(b)) => Some(a == b),
        (Kind::Number(a), Kind::Number(b)) => Some(a == b),
        (Kind::String(a), Kind::String(b)) => Some(a == b),
        (Kind::List(_, a), Kind::List(_, b)) | (Kind::Tuple(a), Kind::Tuple(b)) => {
            all_equal(a.iter(), b.iter())
        }
        (Kind::Set(_, a), Kind::Set(_, b)) => {
            let known = a.iter().chain(b.iter()).all(Value::is_wholly_known);
            known.then(|| a == b)
        }
        (Kind::Map(_, a), Kind::Map(_, b)) | (Kind::Object(a), Kind::Object(b)) => {
            if a.keys().eq(b.keys()) {
                all_equal(a.values(), b.values())
            } else {
                Some(false)
            }
        }
        (
            Kind::Null(_)
            | Kind::Bool(_)
            | Kind::Number(_)
            | Kind::String(_)
            | Kind::List(..)
            | Kind::Set(..)
            | Kind::Map(..)
            | Kind::Tuple(_)
            | Kind::Object(_),
            _,
        ) => Some(false),
    }
}

/// Whether the type of the value may still become another, since that of a part is not known.
fn has_open_type(value: &Value) -> bool {
    match &value.kind {
        Kind::Unknown(unknown) => unknown.ty.has_dynamic(),
        Kind::Null(_)
        | Kind::Bool(_)
        | Kind::Number(_)
        | Kind::String(_)
        | Kind::List(..)
        | Kind::Set(..)
        | Kind::Map(..)
        | Kind::Tuple(_)
        | Kind::Object(_) => value.parts().any(has_open_type),
    }
}

/// Whether the values have the same type; cheaper than comparing [`Value::ty`].
fn same_type(one: &Value, other: &Value) -> bool {
    match (&one.kind, &other.kind) {
        (Kind::Tuple(a), Kind::Tuple(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| same_type(a, b))
        }
        (Kind::Object(a), Kind::Object(b)) => {
            a.keys().eq(b.keys()) && a.values().zip(b.values()).all(|(a, b)| same_type(a, b))
        }
        (Kind::Tuple(_) | Kind::Object(_), _) => one.has_type(&other.ty()),
        _ => other.has_type(&one.ty()),
    }
}

/// Whether a type is the wanted one, or what that leaves open.
fn conforms(ty: &Type, wanted: &Type) -> bool {
    match (ty, wanted) {
        (_, Type::Dynamic) => true,
        (Type::List(a), Type::List(b))
        | (Type::Set(a), Type::Set(b))
        | (Type::Map(a), Type::Map(b)) => conforms(a, b),
        (Type::Tuple(a), Type::Tuple(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| conforms(a, b))
        }
        (Type::Object(a), Type::Object(b)) => {
            let (a, b) = (&a.attributes, &b.attributes);
            a.keys().eq(b.keys()) && a.values().zip(b.values()).all(|(a, b)| conforms(a, b))
        }
        (
            Type::Dynamic
            | Type::Bool
            | Type::Number
            | Type::String
            | Type::List(_)
            | Type::Set(_)
            | Type::Map(_)
            | Type::Tuple(_)
            | Type::Object(_),
            _,
        ) => ty == wanted,
    }
}

/// Whether an unknown value may turn out equal to a known one.
fn may_equal(unknown: &Unknown, known: &Value) -> bool {
    if known.is_null() {
        return !unknown.not_null;
    }
    let refinement = unknown.refinement.as_deref();
    conforms(&known.ty(), &unknown.ty)
        && refinement.is_none_or(|refinement| may_be(refinement, known))
}

/// Whether a known value of the type may be what is known of another.
fn may_be(refinement: &Refinement, known: &Value) -> bool {
    match refinement {
        Refinement::Beginning(text) => known
            .as_str()
            .is_none_or(|known| known.starts_with(text.as_ref())),
        Refinement::Numbers(bounds) => {
            let known = known.bounds();
            !known.are_below(bounds) && !bounds.are_below(&known)
        }
        Refinement::Lengths(lengths) => {
            let known = known.lengths();
            known.least <= lengths.most && lengths.least <= known.most
        }
    }
}

fn all_equal<'a>(
    a: impl ExactSizeIterator<Item = &'a Value>,
    b: impl ExactSizeIterator<Item = &'a Value>,
) -> Option<bool> {
    if a.len() != b.len() {
        return Some(false);
    }
    for (a, b) in a.zip(b) {
        if !a.equals(b)? {
            return Some(false);
        }
    }
    Some(true)
}
