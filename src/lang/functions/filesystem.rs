//! Functions over files of the configuration and over paths. The scope reads the files.

use super::arguments::Arguments;
use super::encoding::base64;
use super::hash::hexadecimal;
use super::signature::Parameter as P;
use super::{Accepts, Answer, CallError, Function, Returns, failed, wrong};
use crate::value::{Type, Value};
use md5::Md5;
use sha1::Sha1;
use sha2::digest::Digest;
use sha2::{Sha256, Sha512};
use std::sync::Arc;

const TEXT: Returns = Returns::Always(Accepts::String);
const PATH: &[P] = &[P::new("path", Accepts::String, "The path.")];

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new(
        "abspath",
        "Makes a path absolute, from the working directory.",
        (r#"abspath("/a//b/../c")"#, r#""/a/c""#),
        TEXT,
        absolute,
    )
    .takes(PATH),
    Function::new(
        "basename",
        "Takes the last part of a path.",
        (r#"basename("a/b.txt")"#, r#""b.txt""#),
        TEXT,
        |call| Ok(Value::string(base(call.text(0)?))),
    )
    .takes(PATH),
    Function::new(
        "dirname",
        "Takes a path without its last part.",
        (r#"dirname("a/b.txt")"#, r#""a""#),
        TEXT,
        |call| Ok(Value::string(directory(call.text(0)?))),
    )
    .takes(PATH),
    Function::new(
        "file",
        "Reads a file as a text.",
        (r#"file("policy.json")"#, r#""{}""#),
        TEXT,
        file,
    )
    .takes(PATH),
    Function::new(
        "filebase64",
        "Reads a file and encodes it as base64.",
        (r#"filebase64("policy.json")"#, r#""e30=""#),
        TEXT,
        |call| Ok(Value::string(base64(&contents(call)?))),
    )
    .takes(PATH),
    Function::new(
        "filebase64sha256",
        "The SHA-256 of a file, in base64.",
        (
            r#"filebase64sha256("empty")"#,
            r#""47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=""#,
        ),
        TEXT,
        |call| Ok(Value::string(base64(&Sha256::digest(contents(call)?)))),
    )
    .takes(PATH),
    Function::new(
        "filebase64sha512",
        "The SHA-512 of a file, in base64.",
        (
            r#"substr(filebase64sha512("empty"), 0, 8)"#,
            r#""z4PhNX7v""#,
        ),
        TEXT,
        |call| Ok(Value::string(base64(&Sha512::digest(contents(call)?)))),
    )
    .takes(PATH),
    Function::new(
        "fileexists",
        "Tells whether there is a file of that path.",
        (r#"fileexists("no-such-file")"#, "false"),
        Returns::Always(Accepts::Bool),
        |call| Ok(Value::bool(call.scope().file(call.text(0)?)?.is_some())),
    )
    .takes(PATH),
    Function::new(
        "filemd5",
        "The MD5 of a file, in hexadecimal digits.",
        (
            r#"filemd5("empty")"#,
            r#""d41d8cd98f00b204e9800998ecf8427e""#,
        ),
        TEXT,
        |call| Ok(Value::string(hexadecimal(&Md5::digest(contents(call)?)))),
    )
    .takes(PATH),
    Function::new(
        "fileset",
        "Lists the files below a directory whose path from there matches a pattern.",
        (
            r#"fileset("policies", "*.json")"#,
            r#"["a.json", "b.json"]"#,
        ),
        Returns::By(|_| Ok(Type::set(Type::String))),
        |call| {
            let paths = call.scope().files(call.text(0)?, call.text(1)?)?;
            Ok(Value::set(
                Type::String,
                paths.iter().map(Value::string).collect(),
            ))
        },
    )
    .declares(Accepts::SetOfString)
    .takes(&[
        P::new("path", Accepts::String, "The directory."),
        P::new(
            "pattern",
            Accepts::String,
            "The pattern: `*`, `**`, `?`, `[a-z]`, `{a,b}`.",
        ),
    ]),
    Function::new(
        "filesha1",
        "The SHA-1 of a file, in hexadecimal digits.",
        (r#"substr(filesha1("empty"), 0, 8)"#, r#""da39a3ee""#),
        TEXT,
        |call| Ok(Value::string(hexadecimal(&Sha1::digest(contents(call)?)))),
    )
    .takes(PATH),
    Function::new(
        "filesha256",
        "The SHA-256 of a file, in hexadecimal digits.",
        (r#"substr(filesha256("empty"), 0, 8)"#, r#""e3b0c442""#),
        TEXT,
        |call| Ok(Value::string(hexadecimal(&Sha256::digest(contents(call)?)))),
    )
    .takes(PATH),
    Function::new(
        "filesha512",
        "The SHA-512 of a file, in hexadecimal digits.",
        (r#"substr(filesha512("empty"), 0, 8)"#, r#""cf83e135""#),
        TEXT,
        |call| Ok(Value::string(hexadecimal(&Sha512::digest(contents(call)?)))),
    )
    .takes(PATH),
    Function::new(
        "pathexpand",
        "Puts the home directory in the place of a `~` at the beginning of a path.",
        (r#"pathexpand("a/~")"#, r#""a/~""#),
        TEXT,
        expanded,
    )
    .takes(PATH),
];

fn contents(call: &Arguments<'_>) -> Result<Arc<[u8]>, CallError> {
    let path = call.text(0)?;
    call.scope().file(path)?.ok_or_else(|| {
        wrong(
            0,
            format!(
                "no file exists at {path:?}; this function works only with files that are distributed as part of the configuration source code, so if this file will be created by a resource in this configuration you must instead obtain this result from an attribute of that resource"
            ),
        )
    })
}

fn file(call: &Arguments<'_>) -> Answer {
    let bytes = contents(call)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| {
        let path = call.text(0).unwrap_or_default();
        failed(format!(
            "contents of {path:?} are not valid UTF-8; use the filebase64 function to obtain the Base64 encoded contents or the other file functions (e.g. filemd5, filesha256) to obtain file hashing results instead"
        ))
    })?;
    Ok(Value::string(text))
}

fn base(path: &str) -> &str {
    let trimmed = path.trim_end_matches('/');
    match (path, trimmed) {
        ("", _) => ".",
        (_, "") => "/",
        _ => trimmed.rsplit('/').next().unwrap_or(trimmed),
    }
}

fn directory(path: &str) -> String {
    let end = path.rfind('/').map_or(0, |at| at + 1);
    cleaned(path.get(..end).unwrap_or_default())
}

/// The shortest path that means the same, as `path/filepath.Clean` of Go finds it.
fn cleaned(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            other => parts.push(other),
        }
    }
    let joined = parts.join("/");
    match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".into(),
        (false, false) => joined,
    }
}

fn absolute(call: &Arguments<'_>) -> Answer {
    let path = call.text(0)?;
    if path.starts_with('/') {
        return Ok(Value::string(cleaned(path)));
    }
    let here = call
        .scope()
        .working_directory()
        .ok_or_else(|| failed("there is no working directory"))?;
    Ok(Value::string(cleaned(&format!("{here}/{path}"))))
}

fn expanded(call: &Arguments<'_>) -> Answer {
    let path = call.text(0)?;
    let Some(rest) = path.strip_prefix('~') else {
        return Ok(Value::string(path));
    };
    if !(rest.is_empty() || rest.starts_with(['/', '\\'])) {
        return Err(failed("cannot expand the home directory of another user"));
    }
    let home = call
        .scope()
        .home()
        .ok_or_else(|| failed("there is no home directory"))?;
    Ok(Value::string(cleaned(&format!("{home}/{rest}"))))
}
