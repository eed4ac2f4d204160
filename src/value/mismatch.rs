//! Why a type does not convert to another, in Terraform's words.

use super::unify::can_convert;
use super::{ObjectType, Type};

/// The message for two types between which there is no conversion.
pub(super) fn mismatch(got: &Type, want: &Type) -> String {
    let open = |element: &Type| *element == Type::Dynamic;
    match (got, want) {
        (Type::Object(got), Type::Object(want)) => objects(got, want),
        (Type::Tuple(_), Type::List(element)) if open(element) => {
            "all list elements must have the same type".into()
        }
        (Type::Tuple(_), Type::Set(element)) if open(element) => {
            "all set elements must have the same type".into()
        }
        (Type::Object(_), Type::Map(element)) if open(element) => {
            "all map elements must have the same type".into()
        }
        (Type::Tuple(parts), Type::List(element) | Type::Set(element)) => {
            let named = parts.iter().enumerate();
            parts_of_structure(named.map(|(index, ty)| (index.to_string(), ty)), element)
        }
        (Type::Object(object), Type::Map(element)) => {
            let named = object.attributes.iter();
            parts_of_structure(named.map(|(name, ty)| (format!("{name:?}"), ty)), element)
        }
        (Type::List(got) | Type::Set(got), Type::List(want_element)) => {
            format!(
                "incorrect list element type: {}",
                mismatch(got, want_element)
            )
        }
        (Type::List(got) | Type::Set(got), Type::Set(want_element)) => {
            format!(
                "incorrect set element type: {}",
                mismatch(got, want_element)
            )
        }
        (Type::Map(got), Type::Map(want_element)) => {
            format!(
                "incorrect map element type: {}",
                mismatch(got, want_element)
            )
        }
        _ => format!("{} required", want.friendly_constraint()),
    }
}

fn objects(got: &ObjectType, want: &ObjectType) -> String {
    let missing: Vec<String> = want
        .attributes
        .keys()
        .filter(|name| !got.attributes.contains_key(*name) && !want.optional.contains(*name))
        .map(|name| format!("{name:?}"))
        .collect();
    if let Some(message) = required(&missing) {
        return message;
    }
    let wrong = |unsafe_too: bool| {
        want.attributes.iter().find_map(|(name, want)| {
            let got = got.attributes.get(name)?;
            let fits = got == want || can_convert(got, want, unsafe_too);
            (!fits).then(|| format!("attribute {name:?}: {}", mismatch(got, want)))
        })
    };
    wrong(true)
        .or_else(|| wrong(false))
        .unwrap_or_else(|| "incorrect object attributes".into())
}

fn required(missing: &[String]) -> Option<String> {
    match missing {
        [] => None,
        [one] => Some(format!("attribute {one} is required")),
        [one, two] => Some(format!("attributes {one} and {two} are required")),
        [first @ .., last] => Some(format!(
            "attributes {}, and {last} are required",
            first.join(", ")
        )),
    }
}

fn parts_of_structure<'a>(
    mut parts: impl Iterator<Item = (String, &'a Type)>,
    want: &Type,
) -> String {
    parts
        .find(|(_, got)| *got != want && !can_convert(got, want, true))
        .map_or_else(
            || format!("all elements must be {}", want.friendly_constraint()),
            |(name, got)| format!("element {name}: {}", mismatch(got, want)),
        )
}
