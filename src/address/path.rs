//! Paths into a value: which attribute, element or key.

use super::{Name, key::write_quoted};
use std::fmt;

/// One step into a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathStep {
    /// An attribute of an object.
    Attribute(Name),
    /// An element of a list or tuple.
    Index(u64),
    /// A key of a map.
    Key(Name),
    /// Some element of a set, which has no address of its own.
    Element,
}

/// A path from a value to a part of it; empty for the whole value.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttributePath(Vec<PathStep>);

impl AttributePath {
    /// The whole value.
    pub fn root() -> Self {
        AttributePath::default()
    }

    /// The path to one attribute of the whole value.
    pub fn attribute(name: impl Into<Name>) -> Self {
        AttributePath(vec![PathStep::Attribute(name.into())])
    }

    /// A path of these steps.
    pub fn from_steps(steps: Vec<PathStep>) -> Self {
        AttributePath(steps)
    }

    /// This path and one step more.
    #[must_use]
    pub fn then(&self, step: PathStep) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        AttributePath(steps)
    }

    /// The steps, outermost first.
    pub fn steps(&self) -> &[PathStep] {
        &self.0
    }

    /// Whether this is the whole value.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `other` lies at or below this path.
    pub fn contains(&self, other: &AttributePath) -> bool {
        other.0.starts_with(&self.0)
    }
}

impl fmt::Display for AttributePath {
    /// As one would write the reference: `metadata[0].annotations["a/b"]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                PathStep::Attribute(name) if position == 0 => write!(f, "{name}")?,
                PathStep::Attribute(name) => write!(f, ".{name}")?,
                PathStep::Index(index) => write!(f, "[{index}]")?,
                PathStep::Key(key) => {
                    f.write_str("[")?;
                    write_quoted(f, key)?;
                    f.write_str("]")?;
                }
                PathStep::Element => f.write_str("[*]")?,
            }
        }
        Ok(())
    }
}
