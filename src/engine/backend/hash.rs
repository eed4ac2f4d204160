//! The number by which Terraform tells whether a `backend` block has changed since `init`.
//!
//! It is the CRC-32 (IEEE 802.3) of a rendering of `[type, settings]`, where unset settings are null; the rendering is
//! that of zclconf/go-cty, which puts values into sets by it (`cty/set_internals.go`). Whoever computes it alike can
//! take turns with Terraform in one directory.

use crate::value::{Kind, Number, Value};
use std::fmt::Write as _;

/// The hash of a backend's type and its settings as the block gives them.
pub(super) fn of(backend_type: &str, settings: &Value) -> u32 {
    let mut text = String::from("<");
    quoted(backend_type, &mut text);
    text.push(';');
    render(settings, &mut text);
    text.push_str(";>");
    crc32(text.as_bytes())
}

fn render(value: &Value, text: &mut String) {
    match &value.kind {
        Kind::Null(_) => text.push('~'),
        Kind::Unknown(_) => text.push('?'),
        Kind::Bool(truth) => text.push(if *truth { 'T' } else { 'F' }),
        Kind::Number(number) => text.push_str(&spelled(number)),
        Kind::String(content) => quoted(content, text),
        Kind::List(_, parts) | Kind::Set(_, parts) => sequence('[', parts.iter(), ']', text),
        Kind::Tuple(parts) => sequence('<', parts.iter(), '>', text),
        Kind::Object(parts) => sequence('<', parts.values(), '>', text),
        Kind::Map(_, parts) => {
            text.push('{');
            for (key, part) in parts {
                quoted(key, text);
                text.push(':');
                render(part, text);
                text.push(';');
            }
            text.push('}');
        }
    }
}

fn sequence<'v>(
    open: char,
    parts: impl Iterator<Item = &'v Value>,
    close: char,
    text: &mut String,
) {
    text.push(open);
    for part in parts {
        render(part, text);
        text.push(';');
    }
    text.push(close);
}

/// Small whole numbers, the only ones a backend has, are spelled as everywhere.
fn spelled(number: &Number) -> String {
    number.to_string()
}

/// A text in Go's double quotes (`%q`).
fn quoted(content: &str, text: &mut String) {
    text.push('"');
    for character in content.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            control if control.is_control() && control.is_ascii() => {
                let _infallible = write!(text, "\\x{:02x}", u32::from(control));
            }
            other => text.push(other),
        }
    }
    text.push('"');
}

fn crc32(bytes: &[u8]) -> u32 {
    const POLYNOMIAL: u32 = 0xedb8_8320;
    let step = |sum: u32| {
        if sum & 1 == 1 {
            (sum >> 1) ^ POLYNOMIAL
        } else {
            sum >> 1
        }
    };
    let over = |sum: u32, byte: &u8| (0..8).fold(sum ^ u32::from(*byte), |sum, _| step(sum));
    !bytes.iter().fold(!0, over)
}

#[cfg(test)]
mod tests {
    use super::of;
    use crate::value::{Type, Value};
    use std::collections::BTreeMap;

    /// What Terraform 1.11.4 wrote for `backend "local" { path = "x.tfstate" }`.
    #[test]
    fn it_is_the_number_of_terraform() {
        let settings = BTreeMap::from([
            ("path".into(), Value::string("x.tfstate")),
            ("workspace_dir".into(), Value::null(Type::String)),
        ]);
        assert_eq!(of("local", &Value::object(settings)), 2_326_359_980);
    }
}
