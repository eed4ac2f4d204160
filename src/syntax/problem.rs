//! What is wrong with a text.

use super::Place;
use std::borrow::Cow;

/// A syntax error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Terraform's summary.
    pub summary: Cow<'static, str>,
    /// A sentence.
    pub detail: &'static str,
    /// The place in the text.
    pub place: Place,
}

impl Problem {
    /// A problem at a place.
    pub fn new(summary: impl Into<Cow<'static, str>>, detail: &'static str, place: Place) -> Self {
        Problem {
            summary: summary.into(),
            detail,
            place,
        }
    }
}
