//! An object as YAML, with what is new in it told apart: keys in order, as `kubectl` prints them, but for the name of an
//! element of a list. It comes first, so that the dash before it tells whether the element is new.

use serde_json::{Map, Value as Json};

/// A line of YAML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// Whether it was not there before.
    pub(super) added: bool,
    /// The text, with its indentation.
    pub(super) text: String,
}

/// The lines of an object, compared with what it was.
pub(super) fn lines(before: &Map<String, Json>, after: &Map<String, Json>) -> Vec<Line> {
    object(Some(before), after, false, Place::Member)
}

/// Where an object stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Member,
    Element,
}

fn object(
    before: Option<&Map<String, Json>>,
    after: &Map<String, Json>,
    added: bool,
    place: Place,
) -> Vec<Line> {
    let is_element = place == Place::Element;
    let mut members: Vec<(&String, &Json)> = after.iter().collect();
    members.sort_by_key(|(name, _)| (is_element && *name != "name", *name));
    let mut lines = Vec::new();
    for (name, value) in members {
        let old = before.and_then(|before| before.get(name));
        let added = added || old.is_none();
        let name = scalar_text(name);
        match scalar(value) {
            Some(text) => lines.push(Line {
                added: added || old != Some(value),
                text: format!("{name}: {text}"),
            }),
            None => {
                lines.push(Line {
                    added,
                    text: format!("{name}:"),
                });
                let indent = if value.is_array() { "" } else { "  " };
                let nested = nested(old, value, added, Place::Member);
                lines.extend(indented(nested, indent, indent));
            }
        }
    }
    lines
}

/// The lines of an object or list that is not empty.
fn nested(before: Option<&Json>, after: &Json, added: bool, place: Place) -> Vec<Line> {
    match after {
        Json::Object(after) => object(before.and_then(Json::as_object), after, added, place),
        Json::Array(after) => {
            let before = before.and_then(Json::as_array);
            let elements = after.iter().flat_map(|element| {
                let old = before.and_then(|before| counterpart(before, element));
                let added = added || old.is_none();
                let lines = match scalar(element) {
                    Some(text) => vec![Line { added, text }],
                    None => nested(old, element, added, Place::Element),
                };
                indented(lines, "- ", "  ")
            });
            elements.collect()
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => Vec::new(),
    }
}

/// The element that this one was: an equal one, else one of its name.
fn counterpart<'b>(before: &'b [Json], element: &Json) -> Option<&'b Json> {
    let name = element.get("name");
    let same = before.iter().find(|old| *old == element);
    same.or_else(|| {
        let mut named = before.iter();
        named.find(|old| name.is_some() && old.get("name") == name)
    })
}

fn indented(lines: Vec<Line>, first: &str, rest: &str) -> Vec<Line> {
    let indented = lines.into_iter().enumerate().map(|(position, line)| {
        let before = if position == 0 { first } else { rest };
        Line {
            text: format!("{before}{}", line.text),
            ..line
        }
    });
    indented.collect()
}

/// A value that takes no line of its own.
fn scalar(value: &Json) -> Option<String> {
    match value {
        Json::Null => Some("null".to_owned()),
        Json::Bool(truth) => Some(truth.to_string()),
        Json::Number(number) => Some(number.to_string()),
        Json::String(text) => Some(scalar_text(text)),
        Json::Array(elements) => elements.is_empty().then(|| "[]".to_owned()),
        Json::Object(members) => members.is_empty().then(|| "{}".to_owned()),
    }
}

/// A text, in quotes where it would be read as something else.
fn scalar_text(text: &str) -> String {
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic() || "/_<".contains(c));
    let keyword = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
        .contains(&text.to_ascii_lowercase().as_str());
    let breaks = text.contains(": ") || text.contains(" #") || text.ends_with([':', ' ']);
    let control = text.chars().any(char::is_control);
    match begins && !keyword && !breaks && !control {
        true => text.to_owned(),
        false => Json::from(text).to_string(),
    }
}
