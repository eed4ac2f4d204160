//! A value that is new, goes away or stays, in full.

use super::line;
use super::text::{document, lines};
use crate::address::Name;
use crate::review::tree::{Body, Entry, Item, Label, Sign, TextLine};
use crate::review::words::{SENSITIVE, key, primitive, quoted};
use crate::value::{Entries, Kind, Marks, Value};

/// The value in full, every part with the sign. What is sensitive is only named.
pub(crate) fn whole(value: &Value, sign: Sign) -> Item {
    if value.marks.contains(Marks::SENSITIVE) {
        return line(sign, SENSITIVE.to_owned());
    }
    let body = match &value.kind {
        Kind::List(_, elements) | Kind::Set(_, elements) | Kind::Tuple(elements) => {
            let entry = |element| Entry::Item(whole(element, sign));
            bracketed(elements.iter().map(entry).collect(), Body::List, "[]")
        }
        Kind::Map(_, entries) => bracketed(members(entries, sign, quoted), Body::Map, "{}"),
        Kind::Object(entries) => bracketed(members(entries, sign, key), Body::Object, "{}"),
        Kind::String(text) => text_body(text, sign),
        Kind::Null(_) | Kind::Unknown(_) | Kind::Bool(_) | Kind::Number(_) => {
            Body::Line(primitive(value).unwrap_or_default())
        }
    };
    Item::new(sign, Label::None, body)
}

fn members(entries: &Entries, sign: Sign, written: fn(&str) -> String) -> Vec<Entry> {
    let entry = |(name, value): (&Name, &Value)| {
        Entry::Item(whole(value, sign).labelled(Label::Attribute(written(name))))
    };
    entries.iter().map(entry).collect()
}

fn bracketed(entries: Vec<Entry>, body: fn(Vec<Entry>) -> Body, empty: &str) -> Body {
    if entries.is_empty() {
        Body::Line(empty.to_owned())
    } else {
        body(entries)
    }
}

fn text_body(text: &str, sign: Sign) -> Body {
    if let Some(says) = document(text) {
        return Body::Document(Sign::Same, Box::new(whole(&says, sign).body));
    }
    match lines(text) {
        Some(lines) => Body::Text(
            lines
                .into_iter()
                .map(|line| TextLine::Line(Sign::Same, line.to_owned()))
                .collect(),
        ),
        None => Body::Line(quoted(text)),
    }
}
