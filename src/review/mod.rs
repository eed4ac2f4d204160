//! A plan for people and for programs: pure functions from a plan to text and JSON.
//!
//! The human form is Terraform's with three differences: what goes away and what changes access stands first, what
//! belongs to one noun stands together, and what could not be read or was changed outside has sections of its own.
//! Values that are marked as sensitive are never part of it.

mod access;
mod compare;
mod display;
mod draw;
mod explain;
mod expression;
mod human;
pub mod json;
mod markdown;
mod palette;
mod secrets;
#[cfg(test)]
mod tests;

mod tree;
mod words;

pub(crate) use display::display_address;
pub use explain::{
    decision_json, decision_text, explained_json, explained_markdown, explained_text,
};
pub use expression::{output_text, recorded_outputs, recorded_text, value_text};
pub use human::{Counts, Review, counts, human};
pub use json::{access, reason};
pub use markdown::{LIMIT as COMMENT_LIMIT, markdown};

use crate::diagnostic::Style;

/// A sentence on how something ended, in the colour of its news.
pub fn verdict(sentence: &str, failed: bool, style: Style) -> String {
    let palette = palette::Palette::new(style);
    let coloured = if failed {
        palette.danger(sentence)
    } else {
        palette.success(sentence)
    };
    palette.strong(&coloured)
}
