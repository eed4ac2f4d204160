//! Kleene's strong three-valued logic: true, false, and unknown with the reasons why.
//!
//! A false conjunct makes a conjunction false whatever is unknown beside it, a true disjunct a disjunction true; else an unknown stays unknown (S. C. Kleene, *Introduction to Metamathematics*, §64).

use super::unknown::Unknown;
use std::collections::BTreeSet;

/// A truth value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Truth {
    /// It holds, whatever the unknown inputs turn out to be.
    True,
    /// It does not hold, whatever the unknown inputs turn out to be.
    False,
    /// It depends on these inputs, at least one.
    Unknown(BTreeSet<Unknown>),
}

impl Truth {
    /// Unknown for one reason.
    pub fn unknown(reason: Unknown) -> Self {
        Self::Unknown(BTreeSet::from([reason]))
    }

    /// Both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::True, rest) | (rest, Self::True) => rest,
            (Self::Unknown(one), Self::Unknown(other)) => Self::Unknown(union(one, other)),
        }
    }

    /// One or both.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::True, _) | (_, Self::True) => Self::True,
            (Self::False, rest) | (rest, Self::False) => rest,
            (Self::Unknown(one), Self::Unknown(other)) => Self::Unknown(union(one, other)),
        }
    }

    /// The opposite.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown(reasons) => Self::Unknown(reasons),
        }
    }

    /// All of them; true for none.
    pub fn all(truths: impl IntoIterator<Item = Self>) -> Self {
        let mut result = Self::True;
        for truth in truths {
            result = result.and(truth);
            if result == Self::False {
                break;
            }
        }
        result
    }

    /// At least one of them; false for none.
    pub fn any(truths: impl IntoIterator<Item = Self>) -> Self {
        let mut result = Self::False;
        for truth in truths {
            result = result.or(truth);
            if result == Self::True {
                break;
            }
        }
        result
    }
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

fn union(mut one: BTreeSet<Unknown>, other: BTreeSet<Unknown>) -> BTreeSet<Unknown> {
    one.extend(other);
    one
}
