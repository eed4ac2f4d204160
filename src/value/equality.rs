//! Whether two values are equal, as far as it is known.

use super::{Kind, Type, Unknown, Value};

impl Value {
    /// Whether the values are equal as `==` means it; `None` while that is not known. Marks play no part.
    ///
    /// Values of different types are never equal: there is no conversion. What is known of an unknown value may be
    /// enough to tell that it differs.
    pub fn equals(&self, other: &Value) -> Option<bool> {
        match (&self.kind, &other.kind) {
            (Kind::Unknown(_), Kind::Unknown(_)) => None,
            (Kind::Unknown(unknown), _) => (!may_equal(unknown, other)).then_some(false),
            (_, Kind::Unknown(unknown)) => (!may_equal(unknown, self)).then_some(false),
            (Kind::Null(_), Kind::Null(_)) => Some(true),
            (Kind::Bool(a), Kind::Bool(b)) => Some(a == b),
            (Kind::Number(a), Kind::Number(b)) => Some(a == b),
            (Kind::String(a), Kind::String(b)) => Some(a == b),
            (Kind::List(ty, a), Kind::List(other, b)) => same_types(ty, other).and_then(|same| {
                if same {
                    all_equal(a.iter(), b.iter())
                } else {
                    Some(false)
                }
            }),
            (Kind::Tuple(a), Kind::Tuple(b)) => all_equal(a.iter(), b.iter()),
            (Kind::Set(ty, a), Kind::Set(other, b)) => {
                let known = a.iter().chain(b.iter()).all(Value::is_wholly_known);
                same_types(ty, other).and_then(|same| {
                    if same && known {
                        Some(a == b)
                    } else {
                        (!same).then_some(false)
                    }
                })
            }
            (Kind::Map(ty, a), Kind::Map(other, b)) => {
                let same = same_types(ty, other)? && a.keys().eq(b.keys());
                if same {
                    all_equal(a.values(), b.values())
                } else {
                    Some(false)
                }
            }
            (Kind::Object(a), Kind::Object(b)) => {
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
}

fn same_types(a: &Type, b: &Type) -> Option<bool> {
    match a == b {
        true => Some(true),
        false if a.has_dynamic() || b.has_dynamic() => None,
        false => Some(false),
    }
}

/// Whether an unknown value may turn out equal to a known one.
fn may_equal(unknown: &Unknown, known: &Value) -> bool {
    match &known.kind {
        Kind::Null(_) => !unknown.not_null,
        Kind::String(text) if unknown.ty == Type::String => {
            text.starts_with(unknown.prefix.as_ref())
        }
        Kind::Unknown(_)
        | Kind::Bool(_)
        | Kind::Number(_)
        | Kind::String(_)
        | Kind::List(..)
        | Kind::Set(..)
        | Kind::Map(..)
        | Kind::Tuple(_)
        | Kind::Object(_) => same_types(&unknown.ty, &known.ty()) != Some(false),
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
