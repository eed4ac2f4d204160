//! Values without unknown parts and without marks: what may leave the compiler.

use super::{Marks, Value};

/// A value that is known in every part and carries no mark, for providers and the state.
#[derive(Clone, Debug, PartialEq)]
pub struct Known(Value);

/// Some part of a value is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a part of the value is known only after apply")]
pub struct NotKnown;

impl Known {
    /// The value without its marks, if every part of it is known.
    pub fn new(value: &Value) -> Result<Known, NotKnown> {
        if value.is_wholly_known() {
            Ok(Known(value.without_marks()))
        } else {
            Err(NotKnown)
        }
    }

    /// As `new`, but a part that is only predicted counts as unknown.
    pub fn certain(value: &Value) -> Result<Known, NotKnown> {
        if value.deep_marks().intersects(Marks::PREDICTED) {
            Err(NotKnown)
        } else {
            Known::new(value)
        }
    }

    /// The value.
    pub fn value(&self) -> &Value {
        &self.0
    }

    /// The value itself.
    pub fn into_value(self) -> Value {
        self.0
    }

    /// An attribute of an object or element of a map.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// A text attribute; `None` when it is absent, null or of another type.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }
}
