//! The attributes of an object, kept as the text they were read from: a state has many objects, and a tree of each would
//! take several times the memory of the whole file.

use std::sync::Arc;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

/// The JSON of an object's attributes, without white space between its tokens.
///
/// Cloning shares the text. Two are equal when they say the same, whatever the order of their members.
#[derive(Debug, Clone)]
pub struct Attributes(Arc<str>);

impl Attributes {
    /// The JSON as text.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The JSON as a tree, members in the order read.
    pub fn json(&self) -> Value {
        // Whatever has become attributes was a tree, or has been looked at while it was read.
        serde_json::from_str(&self.0).unwrap_or_default()
    }

    /// Whether there are none.
    pub fn is_null(&self) -> bool {
        self.0.as_ref() == "null"
    }
}

impl Default for Attributes {
    fn default() -> Self {
        Self("null".into())
    }
}

impl From<&Value> for Attributes {
    fn from(json: &Value) -> Self {
        Self(json.to_string().into())
    }
}

impl From<Value> for Attributes {
    fn from(json: Value) -> Self {
        Self::from(&json)
    }
}

impl PartialEq for Attributes {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0 || self.json() == other.json()
    }
}

impl Serialize for Attributes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Attributes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let compact = Compact::of(raw.get());
        if compact.is_doubtful {
            serde_json::from_str::<Value>(&compact.text).map_err(D::Error::custom)?;
        }
        Ok(Self(compact.text.into()))
    }
}

/// Nesting up to this depth is certain to be read as a tree; the reader's own limit is 128.
const CERTAIN_DEPTH: usize = 100;

/// JSON without the white space between its tokens.
struct Compact {
    text: String,
    /// Whether it may be no tree although it has the form of JSON: half of a surrogate pair, deep nesting.
    is_doubtful: bool,
}

impl Compact {
    /// Takes JSON that is well formed.
    fn of(json: &str) -> Self {
        let mut text = String::with_capacity(json.len());
        let (mut depth, mut deepest, mut surrogates) = (0_usize, 0, false);
        let mut rest = json;
        // What is looked for are single bytes, so each position is the border of a character.
        while let Some(at) =
            rest.find(|c: char| c == '"' || c.is_ascii_whitespace() || is_bracket(c))
        {
            let (plain, from) = rest.split_at(at);
            text.push_str(plain);
            let end = match from.as_bytes().first() {
                Some(b'"') => end_of_text(from),
                _ => 1,
            };
            let (token, after) = from.split_at(end);
            match token {
                "{" | "[" => depth += 1,
                "}" | "]" => depth = depth.saturating_sub(1),
                _ => surrogates |= token.contains("\\ud") || token.contains("\\uD"),
            }
            deepest = deepest.max(depth);
            if !token.trim_ascii().is_empty() {
                text.push_str(token);
            }
            rest = after;
        }
        text.push_str(rest);
        Self {
            text,
            is_doubtful: surrogates || deepest > CERTAIN_DEPTH,
        }
    }
}

fn is_bracket(c: char) -> bool {
    matches!(c, '{' | '}' | '[' | ']')
}

/// The length of the quoted text that a JSON begins with.
fn end_of_text(json: &str) -> usize {
    let mut escaped = false;
    let end = json.bytes().skip(1).position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    end.map_or(json.len(), |end| end + 2)
}
