//! Choosing characters.

use crate::provider::ProviderError;
use crate::provider::builtin::chance::{Chance, one_of, shuffled};
use crate::provider::builtin::local::{Made, count, text as text_of};
use crate::value::{Type, Value};

const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS: &str = "0123456789";
const SPECIAL: &str = "!@#$%&*()-_=+[]{}<>:?";

/// Characters as the arguments ask for: the least number of each sort, then any of the allowed ones, all in a random
/// order.
pub(in crate::provider::builtin) fn text(
    chance: &dyn Chance,
    planned: &Value,
) -> Result<String, ProviderError> {
    let special = match text_of(planned, "override_special") {
        "" => SPECIAL,
        own => own,
    };
    let sorts = [
        ("upper", "min_upper", UPPER),
        ("lower", "min_lower", LOWER),
        ("numeric", "min_numeric", DIGITS),
        ("special", "min_special", special),
    ];
    let mut found = Vec::new();
    let mut allowed = Vec::new();
    for (sort, least, characters) in sorts {
        let characters: Vec<char> = characters.chars().collect();
        add(chance, &mut found, &characters, count(planned, least))?;
        if planned.get(sort).and_then(Value::as_bool) == Some(true) {
            allowed.extend(characters);
        }
    }
    let missing = count(planned, "length").saturating_sub(found.len());
    add(chance, &mut found, &allowed, missing)?;
    Ok(shuffled(chance, found)?.into_iter().collect())
}

fn add(
    chance: &dyn Chance,
    found: &mut Vec<char>,
    characters: &[char],
    count: usize,
) -> Result<(), ProviderError> {
    for _ in 0..count {
        found.push(*one_of(chance, characters)?);
    }
    Ok(())
}

/// The arguments that an imported text is taken to have been made with.
pub(in crate::provider::builtin) fn arguments_of(imported: &str) -> Made {
    let length = i64::try_from(imported.len()).unwrap_or_default();
    let mut made = vec![("length", Value::number(length))];
    made.extend(super::rules::SORTS.map(|name| (name, Value::bool(true))));
    made.extend(super::rules::LEAST.map(|name| (name, Value::number(0))));
    made.push(("override_special", Value::null(Type::String)));
    made
}
