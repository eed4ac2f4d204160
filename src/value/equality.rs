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

/// Whether two types are the same; `None` where a part that is not known yet decides.
fn same_types(a: &Type, b: &Type) -> Option<bool> {
    let all = |pairs: &mut dyn Iterator<Item = (&Type, &Type)>| {
        let mut same = Some(true);
        for (a, b) in pairs {
            match same_types(a, b) {
                Some(true) => {}
                Some(false) => return Some(false),
                None => same = None,
            }
        }
        same
    };
    match (a, b) {
        (Type::Dynamic, Type::Dynamic) => Some(true),
        (Type::Dynamic, _) | (_, Type::Dynamic) => None,
        (Type::List(a), Type::List(b))
        | (Type::Set(a), Type::Set(b))
        | (Type::Map(a), Type::Map(b)) => same_types(a, b),
        (Type::Tuple(a), Type::Tuple(b)) if a.len() == b.len() => all(&mut a.iter().zip(b.iter())),
        (Type::Object(a), Type::Object(b)) if a.attributes.keys().eq(b.attributes.keys()) => {
            all(&mut a.attributes.values().zip(b.attributes.values()))
        }
        _ => Some(a == b),
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
