//! The small names of a snapshot: serial, lineage, deposed key, instance key. Each is checked once,
//! where it enters, and is plain text or a number in the file.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use thiserror::Error;
use uuid::Uuid;

/// How many times the state of one lineage has changed; a later snapshot has a greater serial.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Serial(u64);

impl Serial {
    /// Takes the number as the state file writes it.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number as the state file writes it.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The serial of the next snapshot; it stays where it is at the end of the range.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Serial {
    type Err = SerialError;

    fn from_str(text: &str) -> Result<Self, SerialError> {
        text.parse().map(Self).map_err(|_| SerialError {
            text: text.to_owned(),
        })
    }
}

/// A text that is not a serial.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{text}` is not a serial: a whole number from 0 to 18446744073709551615 is needed")]
pub struct SerialError {
    text: String,
}

/// The identity that all snapshots of one state share; two states with different lineages have
/// nothing to do with each other.
///
/// Terraform writes a random UUID. A state written by hand may have an empty lineage, which is a
/// lineage like any other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Lineage(String);

impl Lineage {
    const LONGEST: usize = 255;

    /// Makes the lineage of a state that did not exist before.
    pub fn random() -> Self {
        Self(Uuid::new_v4().to_string())
    }

    /// The lineage of a state written by hand that has none.
    pub fn unrecorded() -> Self {
        Self(String::new())
    }

    /// The lineage as the state file writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Lineage {
    type Err = LineageError;

    fn from_str(text: &str) -> Result<Self, LineageError> {
        if text.len() > Self::LONGEST {
            return Err(LineageError::TooLong { length: text.len() });
        }
        if text.chars().any(char::is_control) {
            return Err(LineageError::ControlCharacter);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Lineage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for Lineage {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        parsed(input)
    }
}

/// A text that is not a lineage.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LineageError {
    /// More than 255 bytes.
    #[error("a lineage has at most 255 bytes, this one has {length}")]
    TooLong {
        /// Length of the text in bytes.
        length: usize,
    },
    /// A line break or another control character in it.
    #[error("a lineage has no control characters")]
    ControlCharacter,
}

/// The name of an object that was replaced and is still to be destroyed: eight hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct DeposedKey(String);

impl DeposedKey {
    /// Makes a new key; the caller checks that the instance does not have it yet.
    pub fn random() -> Self {
        let mut text = Uuid::new_v4().simple().to_string();
        text.truncate(8);
        Self(text)
    }

    /// The key as the state file writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for DeposedKey {
    type Err = DeposedKeyError;

    fn from_str(text: &str) -> Result<Self, DeposedKeyError> {
        if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(DeposedKeyError {
                text: text.to_owned(),
            })
        }
    }
}

impl fmt::Display for DeposedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for DeposedKey {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        parsed(input)
    }
}

/// A text that is not a deposed key.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{text}` is not a deposed key: eight hexadecimal digits are needed")]
pub struct DeposedKeyError {
    text: String,
}

/// The key of one instance of a resource with `count` (a number) or `for_each` (a text).
///
/// Numbers sort before texts, numbers by value, texts by their bytes, as Terraform sorts them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IndexKey {
    /// Position under `count`.
    Int(i64),
    /// Key under `for_each`.
    Text(String),
}

impl fmt::Display for IndexKey {
    /// Writes the key as it stands between the brackets of an address.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(number) => number.fmt(f),
            Self::Text(text) => write_quoted(f, text),
        }
    }
}

impl Serialize for IndexKey {
    fn serialize<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Int(number) => output.serialize_i64(*number),
            Self::Text(text) => output.serialize_str(text),
        }
    }
}

impl<'de> Deserialize<'de> for IndexKey {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(input)?;
        let refused = || {
            serde::de::Error::custom(
                "an `index_key` is a whole number (`count`) or a text (`for_each`)",
            )
        };
        match value {
            Value::String(text) => Ok(Self::Text(text)),
            Value::Number(number) => number.as_i64().map(Self::Int).ok_or_else(refused),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => Err(refused()),
        }
    }
}

/// Deserializes a text and parses it, so that a bad one is reported where it stands.
pub(super) fn parsed<'de, D, T>(input: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr,
    T::Err: fmt::Display,
{
    String::deserialize(input)?
        .parse()
        .map_err(serde::de::Error::custom)
}

/// Writes a text as a quoted HCL string, in which `${` and `%{` begin a template.
fn write_quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str("\"")?;
    let mut rest = text.chars().peekable();
    while let Some(char) = rest.next() {
        match char {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            '$' | '%' if rest.peek() == Some(&'{') => write!(f, "{char}{char}")?,
            other => write!(f, "{other}")?,
        }
    }
    f.write_str("\"")
}
