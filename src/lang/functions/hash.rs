//! Hashes of texts, and names made of them.

use super::arguments::Arguments;
use super::encoding::base64;
use super::signature::Parameter as P;
use super::{Accepts, Answer, Function, Returns, failed};
use crate::value::{Type, Value};
use md5::Md5;
use sha1::Sha1;
use sha2::digest::Digest;
use sha2::{Sha256, Sha512};
use std::fmt::Write as _;
use uuid::Uuid;

const TEXT: Returns = Returns::Always(Accepts::String);
const STR: &[P] = &[P::new("str", Accepts::String, "The text.")];

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new(
        "base64sha256",
        "The SHA-256 of a text, in base64.",
        (r#"base64sha256("a")"#, r#""ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs=""#),
        TEXT,
        |call| Ok(Value::string(base64(&Sha256::digest(call.text(0)?)))),
    )
    .takes(STR),
    Function::new(
        "base64sha512",
        "The SHA-512 of a text, in base64.",
        (r#"base64sha512("")"#, r#""z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==""#),
        TEXT,
        |call| Ok(Value::string(base64(&Sha512::digest(call.text(0)?)))),
    )
    .takes(STR),
    Function::new(
        "md5",
        "The MD5 of a text, in hexadecimal digits.",
        (r#"md5("a")"#, r#""0cc175b9c0f1b6a831c399e269772661""#),
        TEXT,
        |call| Ok(Value::string(hexadecimal(&Md5::digest(call.text(0)?)))),
    )
    .takes(STR),
    Function::new(
        "sha1",
        "The SHA-1 of a text, in hexadecimal digits.",
        (r#"sha1("a")"#, r#""86f7e437faa5a7fce15d1ddcb9eaeaea377667b8""#),
        TEXT,
        |call| Ok(Value::string(hexadecimal(&Sha1::digest(call.text(0)?)))),
    )
    .takes(STR),
    Function::new(
        "sha256",
        "The SHA-256 of a text, in hexadecimal digits.",
        (r#"sha256("a")"#, r#""ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb""#),
        TEXT,
        |call| Ok(Value::string(hexadecimal(&Sha256::digest(call.text(0)?)))),
    )
    .takes(STR),
    Function::new(
        "sha512",
        "The SHA-512 of a text, in hexadecimal digits.",
        (r#"substr(sha512("a"), 0, 8)"#, r#""1f40fc92""#),
        TEXT,
        |call| Ok(Value::string(hexadecimal(&Sha512::digest(call.text(0)?)))),
    )
    .takes(STR),
    Function::new(
        "uuid",
        "Makes a new random UUID; known only while applying.",
        ("uuid()", r#""4db04865-b5a1-79d9-33f8-5680e69960e2""#),
        TEXT,
        |call| {
            let uuid = call.scope().random().map(Uuid::from_bytes);
            Ok(uuid.map_or_else(
                || Value::unknown_not_null(Type::String),
                |uuid| Value::string(uuid.to_string()),
            ))
        },
    ),
    Function::new(
        "uuidv5",
        "The UUID of version 5 for a name in a namespace: `dns`, `url`, `oid`, `x500` or a UUID.",
        (
            r#"uuidv5("dns", "www.example.com")"#,
            r#""2ed6657d-e927-568b-95e1-2665a8aea6a2""#,
        ),
        TEXT,
        uuid_v5,
    )
    .takes(&[
        P::new("namespace", Accepts::String, "The namespace."),
        P::new("name", Accepts::String, "The name."),
    ]),
];

/// The bytes as small hexadecimal digits.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a text cannot fail.
            _ = write!(text, "{byte:02x}");
            text
        })
}

fn uuid_v5(call: &Arguments<'_>) -> Answer {
    let (given, name) = (call.text(0)?, call.text(1)?);
    let namespace = match given {
        "dns" => Uuid::NAMESPACE_DNS,
        "url" => Uuid::NAMESPACE_URL,
        "oid" => Uuid::NAMESPACE_OID,
        "x500" => Uuid::NAMESPACE_X500,
        other => Uuid::parse_str(other).map_err(|error| {
            failed(format!(
                "uuidv5() doesn't support namespace {other} ({error})"
            ))
        })?,
    };
    Ok(Value::string(
        Uuid::new_v5(&namespace, name.as_bytes()).to_string(),
    ))
}
