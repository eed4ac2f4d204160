//! YAML in texts, written in the style that Terraform writes.

use super::arguments::Arguments;
use super::json;
use super::limits::{MAX_TEXT, TOO_LONG};
use super::signature::Parameter as P;
use super::{Accepts, Answer, Function, Returns, failed};
use crate::value::{Kind, Type, Value};
use std::fmt::Write as _;

/// Where lines of quoted text are broken.
const WIDTH: usize = 80;
/// The longest key that stands on one line with its value.
const KEY_LIMIT: usize = 128;

pub(super) const FUNCTIONS: &[Function] = &[Function::new(
    "yamlencode",
    "Writes a value as YAML, in blocks, with all texts in quotes.",
    (r#"yamlencode({a = "x"})"#, r#""\"a\": \"x\"\n""#),
    Returns::Always(Accepts::String),
    encode,
)
.takes(&[P::new("value", Accepts::Any, "The value.")
    .nullable()
    .unknown()])];

fn encode(call: &Arguments<'_>) -> Answer {
    let value = call.get(0)?;
    if !value.is_wholly_known() {
        return Ok(Value::unknown_not_null(Type::String));
    }
    let mut writer = Writer::default();
    match &value.kind {
        Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) => {
            writer.plain(value).map_err(failed)?;
            // A plain text at the root ends only where the document does.
            writer.text.push_str("\n...");
        }
        Kind::Unknown(_)
        | Kind::String(_)
        | Kind::List(..)
        | Kind::Set(..)
        | Kind::Map(..)
        | Kind::Tuple(_)
        | Kind::Object(_) => writer.node(value, 0).map_err(failed)?,
    }
    if !writer.text.ends_with('\n') {
        writer.text.push('\n');
    }
    Ok(Value::string(writer.text))
}

#[derive(Default)]
struct Writer {
    text: String,
}

type Written = Result<(), &'static str>;

impl Writer {
    /// Writes a value where its first line may start; further lines of a collection start at the indent.
    fn node(&mut self, value: &Value, indent: usize) -> Written {
        if self.text.len() > MAX_TEXT {
            return Err(TOO_LONG);
        }
        if let Some(entries) = value.as_entries() {
            if entries.is_empty() {
                self.text.push_str("{}");
                return Ok(());
            }
            for (position, (key, value)) in entries.iter().enumerate() {
                self.start_line(position > 0, indent);
                self.key(key, indent);
                self.entry(value, indent)?;
            }
            return Ok(());
        }
        if let Some(elements) = value.as_elements() {
            if elements.is_empty() {
                self.text.push_str("[]");
            }
            for (position, element) in elements.iter().enumerate() {
                self.start_line(position > 0, indent);
                self.text.push_str("- ");
                self.node(element, indent + 2)?;
            }
            return Ok(());
        }
        // Further lines of a text are deeper than the collection that it stands in.
        self.scalar(value, indent.max(2))
    }

    fn entry(&mut self, value: &Value, indent: usize) -> Written {
        self.text.push(':');
        let is_map = value
            .as_entries()
            .is_some_and(|entries| !entries.is_empty());
        let is_list = value
            .as_elements()
            .is_some_and(|elements| !elements.is_empty());
        if is_map || is_list {
            // Lists are not indented below their key.
            let below = if is_map { indent + 2 } else { indent };
            self.start_line(true, below);
            return self.node(value, below);
        }
        self.text.push(' ');
        if value.as_str().is_some() {
            return self.scalar(value, indent + 2);
        }
        self.node(value, indent)
    }

    fn key(&mut self, key: &str, indent: usize) {
        let simple = !key.contains('\n') && key.chars().count() + 2 <= KEY_LIMIT;
        if simple {
            self.quoted(key, None);
            return;
        }
        self.text.push_str("? ");
        self.string(key, indent + 2);
        self.start_line(true, indent);
    }

    fn start_line(&mut self, new: bool, indent: usize) {
        if new {
            if !self.text.ends_with('\n') {
                self.text.push('\n');
            }
            self.text.extend(std::iter::repeat_n(' ', indent));
        }
    }

    fn scalar(&mut self, value: &Value, indent: usize) -> Written {
        match value.as_str() {
            Some(text) => {
                self.string(text, indent);
                Ok(())
            }
            None => self.plain(value),
        }
    }

    fn plain(&mut self, value: &Value) -> Written {
        json::write_json(value, &mut self.text).map_err(|_| "cannot serialize infinity as YAML")
    }

    fn string(&mut self, text: &str, indent: usize) {
        if text.contains('\n') && may_stand_in_block(text) {
            self.block(text, indent);
        } else {
            self.quoted(text, Some(indent));
        }
    }

    /// A text line by line, as it is.
    fn block(&mut self, text: &str, indent: usize) {
        self.text.push('|');
        if text.starts_with([' ', '\n']) {
            self.text.push('2');
        }
        if !text.ends_with('\n') {
            self.text.push('-');
        } else if text == "\n" || text.ends_with("\n\n") {
            self.text.push('+');
        }
        for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
            self.text.push('\n');
            if !line.is_empty() {
                self.text.extend(std::iter::repeat_n(' ', indent));
                self.text.push_str(line);
            }
        }
        if text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    /// A text in double quotes; with an indent, long lines are broken at spaces.
    fn quoted(&mut self, text: &str, indent: Option<usize>) {
        self.text.push('"');
        let line_start = self.text.rfind('\n').map_or(0, |at| at + 1);
        let mut column = self
            .text
            .get(line_start..)
            .unwrap_or_default()
            .chars()
            .count();
        let mut after_space = false;
        let last = text.chars().count().saturating_sub(1);
        let mut rest = text.chars().enumerate().peekable();
        while let Some((position, character)) = rest.next() {
            if character == ' '
                && let Some(indent) = indent
                && !after_space
                && column > WIDTH
                && position > 0
                && position < last
            {
                self.text.push('\n');
                self.text.extend(std::iter::repeat_n(' ', indent));
                column = indent;
                if rest.peek().is_some_and(|(_, next)| *next == ' ') {
                    self.text.push('\\');
                    column += 1;
                }
                after_space = true;
                continue;
            }
            let before = self.text.len();
            self.escaped(character);
            column += self.text.get(before..).unwrap_or_default().chars().count();
            after_space = character == ' ';
        }
        self.text.push('"');
    }

    fn escaped(&mut self, character: char) {
        if is_printable(character) && !matches!(character, '"' | '\\') {
            self.text.push(character);
            return;
        }
        let code = u32::from(character);
        self.text.push('\\');
        // Writing to a text cannot fail.
        _ = match character {
            '\0' => write!(self.text, "0"),
            '\u{7}' => write!(self.text, "a"),
            '\u{8}' => write!(self.text, "b"),
            '\t' => write!(self.text, "t"),
            '\n' => write!(self.text, "n"),
            '\u{b}' => write!(self.text, "v"),
            '\u{c}' => write!(self.text, "f"),
            '\r' => write!(self.text, "r"),
            '\u{1b}' => write!(self.text, "e"),
            '"' | '\\' => write!(self.text, "{character}"),
            '\u{85}' => write!(self.text, "N"),
            '\u{2028}' => write!(self.text, "L"),
            '\u{2029}' => write!(self.text, "P"),
            _ if code <= 0xff => write!(self.text, "x{code:02X}"),
            _ if code <= 0xffff => write!(self.text, "u{code:04X}"),
            _ => write!(self.text, "U{code:08X}"),
        };
    }
}

/// Whether the lines of a text survive as they are: nothing to escape, no spaces before a line end or the end.
fn may_stand_in_block(text: &str) -> bool {
    let plain = |character: char| character == '\n' || is_printable(character);
    text.chars().all(plain) && !text.contains(" \n") && !text.ends_with(' ')
}

/// The characters that YAML's emitter writes as they are; those outside the basic plane are escaped.
fn is_printable(character: char) -> bool {
    matches!(character,
        ' '..='~' | '\u{a0}'..='\u{2027}' | '\u{202a}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}')
}
