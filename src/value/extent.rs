//! How large values may be: how deep they are nested, and how many parts they have.
//!
//! Parts are shared, so that a few lines make a value of more parts than any memory holds; and whoever goes through a
//! value does so recursively and meets every part.

use super::{Kind, Value};

/// The deepest nesting of a value.
pub const DEEPEST: usize = 2_000;

/// The most parts of a value, those of its parts included.
pub const MOST_PARTS: usize = 3_000_000;

/// Why a value is too large. Both say it in a sentence without its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooLarge {
    /// It is nested too deeply.
    #[error("a value may be nested at most {DEEPEST} levels deep")]
    Deep,
    /// It has too many parts.
    #[error("a value may have at most {MOST_PARTS} parts, those of its parts included")]
    Many,
}

/// How many parts there is still room for.
#[derive(Clone, Debug)]
pub struct Room(usize);

impl Default for Room {
    /// Room for one value.
    fn default() -> Self {
        Room(MOST_PARTS)
    }
}

impl Room {
    /// Takes the room of a value that lies in `depth` others.
    ///
    /// # Errors
    /// There is not so much; what is left is of no use then.
    pub fn take(&mut self, value: &Value, depth: usize) -> Result<(), TooLarge> {
        if depth > DEEPEST {
            return Err(TooLarge::Deep);
        }
        self.0 = self.0.checked_sub(1).ok_or(TooLarge::Many)?;
        match &value.kind {
            Kind::Null(_)
            | Kind::Unknown(_)
            | Kind::Bool(_)
            | Kind::Number(_)
            | Kind::String(_) => Ok(()),
            Kind::List(_, elements) | Kind::Set(_, elements) | Kind::Tuple(elements) => elements
                .iter()
                .try_for_each(|element| self.take(element, depth + 1)),
            Kind::Map(_, entries) | Kind::Object(entries) => entries
                .values()
                .try_for_each(|entry| self.take(entry, depth + 1)),
        }
    }
}
