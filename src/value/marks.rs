//! Marks: what is to be remembered of a value wherever it goes.

use std::fmt;
use std::ops::BitOr;

/// A set of marks.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Marks(u8);

const NAMED: [(Marks, &str); 4] = [
    (Marks::SENSITIVE, "sensitive"),
    (Marks::PREDICTED, "predicted"),
    (Marks::EPHEMERAL, "ephemeral"),
    (Marks::WITHHELD, "withheld"),
];

impl Marks {
    /// No marks.
    pub const NONE: Marks = Marks(0);
    /// Must not be shown in any output.
    pub const SENSITIVE: Marks = Marks(1);
    /// Computed from names before its object exists: known for display, diff and proof, unknown for data sources and
    /// provider configurations.
    pub const PREDICTED: Marks = Marks(2);
    /// Must not be stored.
    pub const EPHEMERAL: Marks = Marks(4);
    /// Was known when a plan was made, and is not known where the saved plan is looked at, since it was not stored.
    pub const WITHHELD: Marks = Marks(8);

    /// Whether all of `other` are set.
    pub fn contains(self, other: Marks) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether any of `other` is set.
    pub fn intersects(self, other: Marks) -> bool {
        self.0 & other.0 != 0
    }

    /// The names of the marks that are set.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        NAMED
            .into_iter()
            .filter(move |(mark, _)| self.contains(*mark))
            .map(|(_, name)| name)
    }

    /// The mark of a name, as [`Marks::names`] gives them.
    pub fn named(name: &str) -> Option<Marks> {
        NAMED
            .into_iter()
            .find(|(_, own)| *own == name)
            .map(|(mark, _)| mark)
    }

    /// These marks less the others.
    #[must_use]
    pub fn without(self, other: Marks) -> Marks {
        Marks(self.0 & !other.0)
    }
}

impl BitOr for Marks {
    type Output = Marks;

    fn bitor(self, other: Marks) -> Marks {
        Marks(self.0 | other.0)
    }
}

impl fmt::Debug for Marks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}
