//! Values as expressions that evaluate to them, before the canonical layout.

use super::escaped;
use crate::value::{Kind, Value};

/// A known value as an expression; a part that is unknown becomes null. `is_bare` says which keys stand without quotes.
pub fn written(value: &Value, is_bare: fn(&str) -> bool) -> String {
    match &value.kind {
        Kind::Null(_) | Kind::Unknown(_) => "null".to_owned(),
        Kind::Bool(truth) => truth.to_string(),
        Kind::Number(number) => number.to_string(),
        Kind::String(text) => quoted(text),
        Kind::List(_, elements) | Kind::Set(_, elements) | Kind::Tuple(elements) => {
            let elements = elements.iter().map(|element| written(element, is_bare));
            format!("[{}]", elements.collect::<Vec<_>>().join(", "))
        }
        Kind::Map(_, entries) | Kind::Object(entries) if entries.is_empty() => "{}".to_owned(),
        Kind::Map(_, entries) | Kind::Object(entries) => {
            let lines = entries.iter().map(|(name, value)| {
                let key = if is_bare(name) {
                    name.to_string()
                } else {
                    quoted(name)
                };
                format!("{key} = {}\n", written(value, is_bare))
            });
            format!("{{\n{}}}", lines.collect::<String>())
        }
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}
