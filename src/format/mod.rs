//! The canonical layout of a file: text in, text out, byte for byte what `terraform fmt` makes of it.
//!
//! The text is cut into tokens ([`crate::syntax`]), without losing comments or line breaks as a syntax tree would; the tokens are
//! grouped into arguments and blocks, where old spellings are replaced by today's (`body`, `label`, `rewrite`);
//! they are put into lines (`line`), which are indented (`indent`), spaced (`spacing`) and aligned (`align`).
//! All of it is linear in the length of the text, and none of it recursive.
//!
//! What is not well formed is not touched: a file is to be formatted here exactly if Terraform formats it, and the judge
//! of that is the parser of the language. All of its syntax errors are told.
//!
//! The rules are those of Terraform 1.11 as they can be observed; each is pinned by a case in `tests/format`.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a rule names the few kinds of tokens it is about, and treats all others alike"
)]

mod align;
mod body;
mod difference;
mod indent;
mod label;
mod line;
mod rewrite;
mod spacing;
#[cfg(test)]
mod tests;
mod token;

pub use difference::difference;

use crate::syntax::{Problem, check, scan};
use token::{Token, with_blanks};

/// The text in canonical layout.
///
/// # Errors
/// The syntax errors, in the order of the text.
pub fn laid_out(text: &str) -> Result<String, Vec<Problem>> {
    let scanned = scan(text);
    let problems = check(text, &scanned);
    if !problems.is_empty() {
        return Err(problems);
    }
    laid_out_as_it_is(text)
}

/// As [`laid_out`], of a text whose grammar nobody judges: Terraform writes a few that it would not read, as an object whose
/// first name is `for`.
///
/// # Errors
/// What no layout can be found for.
pub fn laid_out_as_it_is(text: &str) -> Result<String, Vec<Problem>> {
    let scanned = scan(text);
    let (tokens, tail) = with_blanks(text, &scanned.tokens);
    let mut tokens = body::in_current_spelling(tokens).map_err(|problem| vec![problem])?;
    let lines = line::lines(&tokens);
    indent::indent(&mut tokens, &lines);
    spacing::space(&mut tokens, &lines);
    align::align(&mut tokens, &lines);
    Ok(written(&tokens, tail))
}

/// The tokens with the blanks before them, and as many blanks as stood at the very end of the text.
fn written(tokens: &[Token], tail: usize) -> String {
    let length = tokens
        .iter()
        .map(|token| token.before + token.text.len())
        .sum::<usize>();
    let mut text = String::with_capacity(length + tail);
    for token in tokens {
        text.extend(std::iter::repeat_n(' ', token.before));
        text.push_str(&token.text);
    }
    text.extend(std::iter::repeat_n(' ', tail));
    text
}
