//! Functions that encode texts: base64 and URLs.

use super::arguments::Arguments;
use super::signature::Parameter as P;
use super::{Accepts, Answer, Function, Returns, failed};
use crate::value::Value;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::{Compression, GzBuilder};
use std::fmt::Write as _;
use std::io::Write as _;

const TEXT: Returns = Returns::Always(Accepts::String);
const STR: &[P] = &[P::new("str", Accepts::String, "The text.")];

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new(
        "base64decode",
        "Decodes base64 to a text.",
        (r#"base64decode("aGk=")"#, r#""hi""#),
        TEXT,
        decode,
    )
    .takes(STR),
    Function::new(
        "base64encode",
        "Encodes the UTF-8 bytes of a text as base64.",
        (r#"base64encode("hi")"#, r#""aGk=""#),
        TEXT,
        |call| Ok(Value::string(base64(call.text(0)?.as_bytes()))),
    )
    .takes(STR),
    Function::new(
        "base64gzip",
        "Compresses a text with gzip and encodes the bytes as base64.",
        (r#"startswith(base64gzip("hello"), "H4sI")"#, "true"),
        TEXT,
        |call| {
            let mut gzip = GzBuilder::new()
                .operating_system(255)
                .write(Vec::new(), Compression::default());
            let bytes = gzip
                .write_all(call.text(0)?.as_bytes())
                .and_then(|()| gzip.finish())
                .map_err(|error| failed(error.to_string()))?;
            Ok(Value::string(base64(&bytes)))
        },
    )
    .takes(STR),
    Function::new(
        "urlencode",
        "Encodes a text for the query of a URL; a space becomes a plus sign.",
        (r#"urlencode("a b")"#, r#""a+b""#),
        TEXT,
        |call| Ok(Value::string(query_escaped(call.text(0)?))),
    )
    .takes(STR),
];

/// The bytes in base64, padded.
pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

fn decode(call: &Arguments<'_>) -> Answer {
    let text = call.text(0)?;
    // Line ends may stand anywhere in base64.
    let plain: String = text
        .chars()
        .filter(|character| !matches!(character, '\r' | '\n'))
        .collect();
    let bytes = STANDARD
        .decode(plain)
        .map_err(|_| failed(format!("failed to decode base64 data {text:?}")))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| failed("the result of decoding the provided string is not valid UTF-8"))?;
    Ok(Value::string(text))
}

fn query_escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                escaped.push(char::from(byte));
            }
            b' ' => escaped.push('+'),
            // Writing to a text cannot fail.
            other => _ = write!(escaped, "%{other:02X}"),
        }
    }
    escaped
}
