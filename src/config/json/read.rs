//! The text of a JSON file as a tree in which every part has its place.
//!
//! `serde_json` gives the texts of the parts one level at a time; where they stand in the whole is where they begin.

use super::mistake::mistake;
use super::{Json, Kind, Member};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Span};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// Values nested deeper than this are refused.
const DEEPEST: usize = 128;

/// Reads the whole text of a file. Members keep their order, and repeated ones stay.
pub(in crate::config) fn read(text: &str, file: FileId) -> Result<Json, Diagnostic> {
    let reader = Reader { text, file };
    let whole: &RawValue = serde_json::from_str(text).map_err(|error| {
        let start = offset(text, error.line(), error.column());
        let next = text.get(start..).and_then(|rest| rest.chars().next());
        let span = Span::new(file, start..start + next.map_or(0, char::len_utf8));
        let before = text.get(..start).unwrap_or_default().trim_end();
        mistake(span, (before.chars().last(), next), &error)
    })?;
    reader.value(whole.get(), 0)
}

struct Reader<'t> {
    text: &'t str,
    file: FileId,
}

impl<'t> Reader<'t> {
    fn value(&self, raw: &'t str, depth: usize) -> Result<Json, Diagnostic> {
        let span = self.span(raw);
        if depth > DEEPEST {
            let detail = format!("Values may be nested at most {DEEPEST} levels deep.");
            return Err(Diagnostic::error(Code::Syntax, detail)
                .with_summary("Expression nested too deeply")
                .at(span));
        }
        let kind = match raw.as_bytes().first() {
            Some(b'{') => Kind::Object(self.members(raw, depth)?),
            Some(b'[') => {
                let elements: Vec<&RawValue> = self.parsed(raw)?;
                let elements = elements.into_iter();
                let elements = elements.map(|element| self.value(element.get(), depth + 1));
                Kind::Array(elements.collect::<Result<_, _>>()?)
            }
            Some(b'"') => Kind::String(self.parsed(raw)?),
            Some(b'n') => Kind::Null,
            Some(b't') => Kind::Bool(true),
            Some(b'f') => Kind::Bool(false),
            _ => Kind::Number(raw.to_owned()),
        };
        Ok(Json { span, kind })
    }

    fn members(&self, raw: &'t str, depth: usize) -> Result<Vec<Member>, Diagnostic> {
        let members: Members<'t> = self.parsed(raw)?;
        let member = |(name, value): (&'t RawValue, &'t RawValue)| {
            Ok(Member {
                name: self.parsed(name.get())?,
                span: self.span(name.get()),
                value: self.value(value.get(), depth + 1)?,
            })
        };
        members.0.into_iter().map(member).collect()
    }

    fn parsed<T: Deserialize<'t>>(&self, raw: &'t str) -> Result<T, Diagnostic> {
        serde_json::from_str(raw).map_err(|error| mistake(self.span(raw), (None, None), &error))
    }

    fn span(&self, part: &'t str) -> Span {
        let start = part.as_ptr().addr().wrapping_sub(self.text.as_ptr().addr());
        Span::new(self.file, start..start + part.len())
    }
}

/// The members of an object as texts.
struct Members<'t>(Vec<(&'t RawValue, &'t RawValue)>);

impl<'t> Deserialize<'t> for Members<'t> {
    fn deserialize<D: Deserializer<'t>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'t> Visitor<'t> for MembersVisitor {
    type Value = Members<'t>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'t>>(self, mut entries: A) -> Result<Members<'t>, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = entries.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}

/// The offset of a line and a column, both from 1.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let before = text.split_inclusive('\n').take(line.saturating_sub(1));
    let start: usize = before.map(str::len).sum();
    let mut offset = (start + column).saturating_sub(1).min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}
