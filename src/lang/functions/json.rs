//! JSON in texts.

use super::arguments::Arguments;
use super::limits::{MAX_TEXT, TOO_LONG};
use super::signature::Parameter as P;
use super::{Accepts, Answer, CallError, Function, Returns, failed, wrong};
use crate::value::{Kind, Type, Value, from_json, type_of_json};
use std::borrow::Cow;
use std::fmt::Write as _;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new(
        "jsondecode",
        "Reads a JSON text: objects as objects, arrays as tuples.",
        (r#"jsondecode("{\"a\": [1]}")"#, "{a = [1]}"),
        Returns::By(|call| match call.get(0)?.as_str() {
            Some(text) => parse(text).map(|json| type_of_json(&json)).map_err(failed),
            None => type_of_beginning(call.get(0)?),
        }),
        |call| {
            let json = parse(call.text(0)?).map_err(failed)?;
            from_json(&json, &Type::Dynamic).map_err(|error| failed(error.to_string()))
        },
    )
    .takes(&[P::new("str", Accepts::String, "The JSON text.")])
    .maybe_null(),
    Function::new(
        "jsonencode",
        "Writes a value as JSON on one line, with sorted keys and with `<`, `>` and `&` escaped.",
        (
            "jsonencode({b = 1, a = [true]})",
            r#""{\"a\":[true],\"b\":1}""#,
        ),
        Returns::Always(Accepts::String),
        encode,
    )
    .takes(&[P::new("val", Accepts::Any, "The value.")
        .nullable()
        .unknown()]),
];

/// What the first character of an unknown text tells of the value, if it is known.
fn type_of_beginning(text: &Value) -> Result<Type, CallError> {
    let Kind::Unknown(unknown) = &text.kind else {
        return Ok(Type::Dynamic);
    };
    match unknown.beginning().trim_start().chars().next() {
        None | Some('{' | '[' | 'n') => Ok(Type::Dynamic),
        Some('"') => Ok(Type::String),
        Some('t' | 'f') => Ok(Type::Bool),
        Some('-' | '0'..='9') => Ok(Type::Number),
        Some(other) => Err(wrong(
            0,
            format!("a JSON document cannot begin with the character {other:?}"),
        )),
    }
}

fn parse(text: &str) -> Result<serde_json::Value, String> {
    serde_json::from_str(&without_halves(text)).map_err(|error| {
        if error.is_eof() {
            "EOF".to_owned()
        } else {
            error.to_string()
        }
    })
}

/// The text with U+FFFD in the place of escaped halves of surrogate pairs that stand alone, as Go reads them.
fn without_halves(text: &str) -> Cow<'_, str> {
    if !text.contains("\\ud") && !text.contains("\\uD") {
        return Cow::Borrowed(text);
    }
    let unit = |text: &str| {
        let digits = text.strip_prefix("\\u")?.get(..4)?;
        u32::from_str_radix(digits, 16).ok()
    };
    let (mut mended, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        mended.push_str(before);
        let next = escape.get(6..).and_then(unit);
        let (kept, length) = match (unit(escape), next) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => (escape.get(..12), 12),
            (Some(0xd800..=0xdfff), _) => (Some("\\ufffd"), 6),
            _ => (escape.get(..2), 2),
        };
        mended.push_str(kept.unwrap_or(escape));
        rest = escape.get(length..).unwrap_or_default();
    }
    mended.push_str(rest);
    Cow::Owned(mended)
}

fn encode(call: &Arguments<'_>) -> Answer {
    let value = call.get(0)?;
    if !value.is_wholly_known() {
        return Ok(not_known(value));
    }
    let mut text = String::new();
    write_json(value, &mut text).map_err(failed)?;
    Ok(Value::string(text))
}

/// The first character tells the kind of a JSON value, so that much is known if it is certainly not null.
fn not_known(value: &Value) -> Value {
    if !value.is_not_null() {
        return Value::unknown_not_null(Type::String);
    }
    let prefix = match value.ty() {
        Type::String => "\"",
        Type::Map(_) | Type::Object(_) => "{",
        Type::List(_) | Type::Set(_) | Type::Tuple(_) => "[",
        Type::Dynamic | Type::Bool | Type::Number => "",
    };
    Value::unknown_text(prefix)
}

/// Writes a known value as JSON in the way of Go's encoder.
pub(super) fn write_json(value: &Value, text: &mut String) -> Result<(), &'static str> {
    if text.len() > MAX_TEXT {
        return Err(TOO_LONG);
    }
    match &value.kind {
        Kind::Null(_) | Kind::Unknown(_) => text.push_str("null"),
        Kind::Bool(truth) => text.push_str(if *truth { "true" } else { "false" }),
        Kind::Number(number) if number.is_infinite() => {
            return Err("cannot serialize infinity as JSON");
        }
        Kind::Number(number) => text.push_str(&number.to_string()),
        Kind::String(string) => write_json_text(string, text),
        Kind::List(_, values) | Kind::Set(_, values) | Kind::Tuple(values) => {
            text.push('[');
            for (index, value) in values.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write_json(value, text)?;
            }
            text.push(']');
        }
        Kind::Map(_, values) | Kind::Object(values) => {
            text.push('{');
            for (index, (name, value)) in values.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write_json_text(name, text);
                text.push(':');
                write_json(value, text)?;
            }
            text.push('}');
        }
    }
    Ok(())
}

/// Writes a JSON text that may stand in HTML, as Go's encoder does.
pub(super) fn write_json_text(string: &str, text: &mut String) {
    text.push('"');
    for character in string.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\u{8}' => text.push_str("\\b"),
            '\u{c}' => text.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                // Writing to a text cannot fail.
                _ = write!(text, "\\u{:04x}", u32::from(character));
            }
            other => text.push(other),
        }
    }
    text.push('"');
}
