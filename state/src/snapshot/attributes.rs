//! The attributes of an object, kept as the text they were read from: a state has many objects, and a tree of each would
//! take several times the memory of the whole file.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

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
        // Whatever has become attributes was a tree.
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
        Value::deserialize(deserializer).map(Self::from)
    }
}
