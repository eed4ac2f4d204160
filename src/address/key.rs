//! The key that tells the instances of one block apart.

use super::Name;
use std::fmt;

/// The key of an instance: none without `count` and `for_each`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InstanceKey {
    /// The block has neither `count` nor `for_each`.
    #[default]
    None,
    /// An index under `count`.
    Int(u64),
    /// A key under `for_each`.
    String(Name),
}

impl InstanceKey {
    /// A key of `for_each`.
    pub fn string(key: impl Into<Name>) -> Self {
        InstanceKey::String(key.into())
    }
}

impl fmt::Display for InstanceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InstanceKey::None => Ok(()),
            InstanceKey::Int(index) => write!(f, "[{index}]"),
            InstanceKey::String(key) => {
                f.write_str("[")?;
                write_quoted(f, key)?;
                f.write_str("]")
            }
        }
    }
}

/// Writes a quoted HCL string, escaping what would end it or start an interpolation.
pub(super) fn write_quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str("\"")?;
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            '$' | '%' if rest.peek() == Some(&'{') => write!(f, "{character}{character}")?,
            other => write!(f, "{other}")?,
        }
    }
    f.write_str("\"")
}
