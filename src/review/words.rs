//! Values and names as the words of HCL, safe to print on a terminal.

use crate::value::{Kind, Number, Value};

/// What stands for a value that must not be shown.
pub(crate) const SENSITIVE: &str = "(sensitive value)";
/// What stands for a value that must not be kept.
pub(crate) const EPHEMERAL: &str = "(ephemeral value)";
/// What stands for a value that nobody knows yet.
pub(crate) const UNKNOWN: &str = "(known after apply)";

/// A text in quotes, with everything escaped that could end it or move the cursor.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            control if control.is_control() => {
                quoted.extend([format!("\\u{:04x}", u32::from(control))]);
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// A name of an attribute or key: bare where HCL allows it, else in quotes.
pub(crate) fn key(name: &str) -> String {
    let mut characters = name.chars();
    let start = characters
        .next()
        .is_some_and(|first| first.is_alphabetic() || first == '_');
    if start && characters.all(|next| next.is_alphanumeric() || matches!(next, '_' | '-')) {
        name.to_owned()
    } else {
        quoted(name)
    }
}

/// Whether a text is shown line by line: it has several lines and nothing in it that would move the cursor.
pub(crate) fn has_lines(text: &str) -> bool {
    text.contains('\n')
        && !text
            .chars()
            .any(|c| c.is_control() && !matches!(c, '\n' | '\t'))
}

/// A value without parts on one line; `None` for one with parts.
pub(crate) fn primitive(value: &Value) -> Option<String> {
    match &value.kind {
        Kind::Null(_) => Some("null".to_owned()),
        Kind::Unknown(_) => Some(UNKNOWN.to_owned()),
        Kind::Bool(truth) => Some(truth.to_string()),
        Kind::Number(number) => Some(numeral(number)),
        Kind::String(text) => Some(quoted(text)),
        Kind::List(..) | Kind::Set(..) | Kind::Map(..) | Kind::Tuple(_) | Kind::Object(_) => None,
    }
}

fn numeral(number: &Number) -> String {
    number.to_string()
}
