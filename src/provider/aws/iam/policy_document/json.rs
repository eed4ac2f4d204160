//! JSON as Go writes it, which is how the documents of Terraform's provider look: two spaces of indentation, and
//! `<`, `>` and `&` escaped (Go, package `encoding/json`).

use std::fmt::Write as _;

/// A part of a document.
#[derive(Clone, Debug)]
pub(super) enum Json {
    Text(String),
    Array(Vec<Json>),
    Object(Vec<Member>),
}

/// A member of an object.
#[derive(Clone, Debug)]
pub(super) struct Member {
    name: String,
    value: Json,
}

impl Member {
    pub(super) fn new(name: &str, value: Json) -> Self {
        Member {
            name: name.to_owned(),
            value,
        }
    }
}

impl Json {
    /// A text.
    pub(super) fn text(text: impl AsRef<str>) -> Json {
        Json::Text(text.as_ref().to_owned())
    }

    /// An object of the members that are there, in this order.
    pub(super) fn object<const N: usize>(members: [(&str, Option<Json>); N]) -> Json {
        let members = members.into_iter();
        Json::Object(
            members
                .filter_map(|(name, value)| Some(Member::new(name, value?)))
                .collect(),
        )
    }

    /// In one line, without spaces.
    pub(super) fn minified(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, None);
        out
    }

    /// Over several lines.
    pub(super) fn indented(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, Some(0));
        out
    }

    fn write(&self, out: &mut String, depth: Option<usize>) {
        match self {
            Json::Text(text) => quote(out, text),
            Json::Array(elements) => {
                list(out, depth, ['[', ']'], elements, |out, element, depth| {
                    element.write(out, depth);
                });
            }
            Json::Object(members) => {
                list(out, depth, ['{', '}'], members, |out, member, depth| {
                    quote(out, &member.name);
                    out.push_str(if depth.is_some() { ": " } else { ":" });
                    member.value.write(out, depth);
                });
            }
        }
    }
}

fn list<T>(
    out: &mut String,
    depth: Option<usize>,
    [open, close]: [char; 2],
    parts: &[T],
    write: impl Fn(&mut String, &T, Option<usize>),
) {
    out.push(open);
    let inner = depth.map(|depth| depth + 1);
    for (position, part) in parts.iter().enumerate() {
        if position > 0 {
            out.push(',');
        }
        new_line(out, inner);
        write(out, part, inner);
    }
    if !parts.is_empty() {
        new_line(out, depth);
    }
    out.push(close);
}

fn new_line(out: &mut String, depth: Option<usize>) {
    if let Some(depth) = depth {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", depth));
    }
}

fn quote(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                // Writing into a text cannot fail.
                let _written = write!(out, "\\u{:04x}", u32::from(character));
            }
            _ => out.push(character),
        }
    }
    out.push('"');
}
