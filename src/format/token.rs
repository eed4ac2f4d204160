//! Tokens with their blanks, which is what a layout is about.

use crate::syntax::{self, Place};
use std::borrow::Cow;

pub(super) use crate::syntax::{Kind, Problem};

/// A token with the blanks before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token<'t> {
    /// What it is.
    pub(super) kind: Kind,
    /// What is written.
    pub(super) text: Cow<'t, str>,
    /// How many blanks stand before it, on its line.
    pub(super) before: usize,
    /// Where it begins in the text that was scanned.
    pub(super) start: usize,
}

/// The tokens of a text with the blanks between them, and how many blanks stand at its very end. A byte-order mark counts
/// as so many blanks as it has bytes.
pub(super) fn with_blanks<'t>(text: &'t str, tokens: &[syntax::Token]) -> (Vec<Token<'t>>, usize) {
    let mut end = 0;
    let token = |token: &syntax::Token| {
        let place = token.place.range();
        let before = place.start.saturating_sub(end);
        end = place.end;
        Token {
            kind: token.kind,
            text: token.place.text(text).into(),
            before,
            start: place.start,
        }
    };
    let tokens = tokens.iter().map(token).collect();
    (tokens, text.len().saturating_sub(end))
}

impl<'t> Token<'t> {
    /// A token that takes the place of one at `start`.
    pub(super) fn new(kind: Kind, text: impl Into<Cow<'t, str>>, start: usize) -> Self {
        Token {
            kind,
            text: text.into(),
            before: 0,
            start,
        }
    }

    /// How many more brackets are open after it: 1, 0 or -1.
    pub(super) fn opens(&self) -> isize {
        self.kind.opens()
    }

    /// Whether the next token stands on another line.
    pub(super) fn ends_line(&self) -> bool {
        self.kind == Kind::Newline || (self.kind == Kind::Comment && self.text.ends_with('\n'))
    }

    /// Where it stands.
    pub(super) fn place(&self) -> Place {
        Place::new(self.start, self.start + self.text.len())
    }
}
