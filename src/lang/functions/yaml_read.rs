//! Values from YAML, with plain texts read as YAML 1.1 mostly reads them: `y`, `on` and `no` are truth values, `017` is
//! seventeen, a date is a text in full.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "every other event is out of place"
)]

use super::arguments::Arguments;
use super::limits::MAX_ELEMENTS;
use super::signature::Parameter as P;
use super::{Accepts, Answer, Function, Returns, failed};
use crate::address::Name;
use crate::value::{Number, Type, Value};
use granit_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput, Tag};
use regex::Regex;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// How deep a document may be nested.
const DEPTH_LIMIT: usize = 200;

pub(super) const FUNCTIONS: &[Function] = &[Function::new(
    "yamldecode",
    "Reads a YAML text: mappings as objects, sequences as tuples.",
    (r#"yamldecode("a: [1, x]")"#, r#"{a = [1, "x"]}"#),
    Returns::By(|call| match call.get(0)?.as_str() {
        Some(text) => decode(text).map(|value| value.ty()).map_err(failed),
        None => Ok(Type::Dynamic),
    }),
    yamldecode,
)
.takes(&[P::new("src", Accepts::String, "The YAML text.")])
.maybe_null()];

fn yamldecode(call: &Arguments<'_>) -> Answer {
    decode(call.text(0)?).map_err(failed)
}

fn decode(text: &str) -> Result<Value, String> {
    check_directives(text)?;
    let mut reader = Reader {
        events: Parser::new_from_str(text),
        anchors: BTreeMap::new(),
        depth: 0,
        made: 0,
    };
    loop {
        match reader.next()? {
            Event::StreamEnd => return Err(missing_start()),
            Event::DocumentStart(..) => break,
            _ => {}
        }
    }
    let value = reader.value()?;
    match (reader.next()?, reader.next()?) {
        (Event::DocumentEnd, Event::StreamEnd) => Ok(value),
        _ => Err("unexpected extra content after value".into()),
    }
}

/// Refuses the directives before the document that Terraform refuses: another version than 1.1, and unknown ones.
fn check_directives(text: &str) -> Result<(), String> {
    let is_before = |line: &&str| line.is_empty() || line.starts_with(['%', '#']);
    for line in text.lines().take_while(is_before) {
        let mut words = line.split_whitespace();
        match (words.next(), words.next()) {
            (Some("%YAML"), version) if version != Some("1.1") => {
                return Err("found incompatible YAML document".into());
            }
            (Some(name), _) if name.starts_with('%') && !["%YAML", "%TAG"].contains(&name) => {
                return Err("found unknown directive name".into());
            }
            _ => {}
        }
    }
    Ok(())
}

/// The documents of a YAML text, in order; none of an empty one. An error says what is wrong and where.
pub(crate) fn documents(text: &str) -> Result<Vec<Value>, String> {
    let mut reader = Reader {
        events: Parser::new_from_str(text),
        anchors: BTreeMap::new(),
        depth: 0,
        made: 0,
    };
    let mut documents = Vec::new();
    loop {
        match reader.next()? {
            Event::StreamEnd => return Ok(documents),
            Event::DocumentStart(..) => documents.push(reader.value()?),
            _ => {}
        }
    }
}

fn missing_start() -> String {
    "on line 1, column 1: missing start of document".into()
}

struct Reader<'a> {
    events: Parser<'a, StrInput<'a>>,
    /// What is anchored, and how many values it is made of.
    anchors: BTreeMap<usize, (Value, usize)>,
    depth: usize,
    /// How many values there are, those of aliases counted each time.
    made: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<Event<'a>, String> {
        loop {
            let event: Option<Result<(Event<'a>, Span), ScanError>> = self.events.next();
            match event {
                Some(Ok((Event::Comment(..), _))) => {}
                Some(Ok((event, _))) => return Ok(event),
                Some(Err(error)) => return Err(error.to_string()),
                None => return Ok(Event::StreamEnd),
            }
        }
    }

    fn value(&mut self) -> Result<Value, String> {
        let event = self.next()?;
        self.value_of(event)
    }

    fn value_of(&mut self, event: Event<'a>) -> Result<Value, String> {
        let before = self.made;
        self.made += 1;
        if self.made > MAX_ELEMENTS {
            return Err("document contains excessive aliasing".into());
        }
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let value = scalar(&text, style, tag.as_deref())?;
                self.remember(anchor, &value, before);
                Ok(value)
            }
            Event::Alias(anchor) => {
                let (value, size) = self.anchors.get(&anchor).cloned().ok_or_else(|| {
                    "cannot refer to an anchor from inside its own definition".to_owned()
                })?;
                self.made = self.made.saturating_add(size);
                Ok(value)
            }
            Event::SequenceStart(_, anchor, tag) => {
                collection_tag(tag.as_deref(), "seq", "sequence")?;
                let value = self.nested(Reader::sequence)?;
                self.remember(anchor, &value, before);
                Ok(value)
            }
            Event::MappingStart(_, anchor, tag) => {
                collection_tag(tag.as_deref(), "map", "mapping")?;
                let value = self.nested(Reader::mapping)?;
                self.remember(anchor, &value, before);
                Ok(value)
            }
            _ => Err(missing_start()),
        }
    }

    fn remember(&mut self, anchor: usize, value: &Value, before: usize) {
        if anchor > 0 {
            let size = self.made - before;
            self.anchors.insert(anchor, (value.clone(), size));
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Value, String>) -> Result<Value, String> {
        if self.depth >= DEPTH_LIMIT {
            return Err(format!(
                "a document may be nested at most {DEPTH_LIMIT} times"
            ));
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn sequence(&mut self) -> Result<Value, String> {
        let mut elements = Vec::new();
        loop {
            match self.next()? {
                Event::SequenceEnd => return Ok(Value::tuple(elements)),
                event => elements.push(self.value_of(event)?),
            }
        }
    }

    fn mapping(&mut self) -> Result<Value, String> {
        let mut attributes: BTreeMap<Name, Value> = BTreeMap::new();
        loop {
            let event = self.next()?;
            if matches!(event, Event::MappingEnd) {
                return Ok(Value::object(attributes));
            }
            if is_merge(&event) {
                let merged = self.value()?;
                let entries = merged.as_entries().ok_or_else(|| {
                    format!("cannot merge {} into mapping", merged.ty().friendly())
                })?;
                attributes.extend(entries.to_map());
                continue;
            }
            let key = key_text(&self.value_of(event)?)?;
            attributes.insert(key, self.value()?);
        }
    }
}

fn is_merge(event: &Event<'_>) -> bool {
    matches!(event, Event::Scalar(text, ScalarStyle::Plain, _, _) if text == "<<")
}

fn key_text(key: &Value) -> Result<Name, String> {
    if key.is_null() {
        return Err("mapping key cannot be null".into());
    }
    let text = crate::value::convert(key, &Type::String)
        .map_err(|_| "only strings are allowed as mapping keys".to_owned())?;
    Ok(text.as_str().unwrap_or_default().into())
}

fn collection_tag(tag: Option<&Tag>, wanted: &str, what: &str) -> Result<(), String> {
    match tag {
        None => Ok(()),
        Some(tag) if tag.core_suffix() == Some(wanted) => Ok(()),
        Some(tag) => Err(format!(
            "can't interpret {what} as {}{}",
            tag.handle(),
            tag.suffix()
        )),
    }
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Value, String> {
    let known = [
        "str",
        "binary",
        "int",
        "float",
        "bool",
        "null",
        "timestamp",
        "merge",
    ];
    let name = tag.and_then(|tag| tag.suffix_in_namespace("tag:yaml.org,2002:"));
    let name = name.as_deref();
    if let Some(tag) = tag
        && !name.is_some_and(|name| known.contains(&name))
    {
        return Err(format!(
            "unsupported tag \"{}{}\"",
            tag.handle(),
            tag.suffix()
        ));
    }
    let quoted = style != ScalarStyle::Plain || matches!(name, Some("str" | "binary"));
    if quoted {
        Ok(Value::string(text))
    } else {
        plain(text)
    }
}

/// The value that a text without quotes stands for.
fn plain(text: &str) -> Result<Value, String> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Value::null(Type::Dynamic)),
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "true" | "True" | "TRUE" => {
            return Ok(Value::bool(true));
        }
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" | "false" | "False" | "FALSE" => {
            return Ok(Value::bool(false));
        }
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => {
            return Ok(Value::number(Number::infinity(false)));
        }
        "-.inf" | "-.Inf" | "-.INF" => return Ok(Value::number(Number::infinity(true))),
        ".nan" | ".NaN" | ".NAN" => return Err("floating point NaN is not supported".into()),
        _ => {}
    }
    if let Some(number) = number(text) {
        return Ok(Value::number(number));
    }
    Ok(Value::string(date(text).as_deref().unwrap_or(text)))
}

fn number(text: &str) -> Option<Number> {
    if let Some(digits) = text.strip_prefix("0x") {
        return Number::from_digits(digits, 16).filter(|_| !digits.starts_with(['+', '-']));
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return Number::from_digits(digits, 8).filter(|_| !digits.starts_with(['+', '-']));
    }
    let first = text.trim_start_matches(['+', '-']);
    let numeric = first.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    if numeric {
        Number::parse(text).ok()
    } else {
        None
    }
}

/// A date or time in full, if the text is one.
fn date(text: &str) -> Option<String> {
    static FORM: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let clock = "([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:\\.[0-9]+)?";
        let form = format!(
            "^([0-9]{{4}})-([0-9]{{1,2}})-([0-9]{{1,2}})(?:(?:[Tt]{clock}(Z|[-+][0-9]{{2}}:[0-9]{{2}}))|(?: +{clock}))?$"
        );
        Regex::new(&form).ok()
    });
    let parts = FORM.as_ref()?.captures(text)?;
    let part = |index: usize| parts.get(index).map(|part| part.as_str());
    let clock = |index: usize| part(index).or_else(|| part(index + 4)).unwrap_or("0");
    let (year, month, day) = (part(1)?, part(2)?, part(3)?);
    let (hour, minute, second) = (clock(4), clock(5), clock(6));
    let number = |text: &str| text.parse::<i8>().ok();
    jiff::civil::Date::new(year.parse().ok()?, number(month)?, number(day)?).ok()?;
    jiff::civil::Time::new(number(hour)?, number(minute)?, number(second)?, 0).ok()?;
    let zone = part(7).unwrap_or("Z");
    let zone = if zone == "+00:00" || zone == "-00:00" {
        "Z"
    } else {
        zone
    };
    Some(format!(
        "{year}-{month:0>2}-{day:0>2}T{hour:0>2}:{minute:0>2}:{second:0>2}{zone}"
    ))
}
