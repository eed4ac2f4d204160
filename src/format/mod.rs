//! The canonical layout of a file: text in, text out, byte for byte what `terraform fmt` makes of it.
//!
//! The text is cut into tokens (`scan`), without losing comments or line breaks as a syntax tree would; the tokens are
//! grouped into arguments and blocks, where old spellings are replaced by today's (`body`, `label`, `rewrite`);
//! they are put into lines (`line`), which are indented (`indent`), spaced (`spacing`) and aligned (`align`).
//! All of it is linear in the length of the text, and none of it recursive.
//!
//! What is not well formed is not touched, and the judge of that is a grammar of its own over the same tokens
//! (`grammar`). The parser of the language cannot be it: it takes less than Terraform does (no object that names a key
//! twice, no deep nesting, no line of a heredoc that begins like its last one, no comment in some places), and a file
//! is to be formatted here exactly if it is there. The first error of a file is told, with Terraform's summary.
//!
//! The rules are those of Terraform 1.11 as they can be observed; each is pinned by a case in `tests/format`.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a rule names the few kinds of tokens it is about, and treats all others alike"
)]

mod align;
mod body;
mod difference;
mod grammar;
mod indent;
mod label;
mod line;
mod rewrite;
mod scan;
mod spacing;
#[cfg(test)]
mod tests;
mod token;

pub use difference::difference;

use crate::diagnostic::Diagnostic;
use crate::source::FileId;
use token::{Problem, Token};

/// The text in canonical layout. `file` is where the diagnostic points.
///
/// # Errors
/// The first syntax error.
pub fn format(text: &str, file: FileId) -> Result<String, Diagnostic> {
    laid_out(text).map_err(|problem| Diagnostic::from_problem(problem, file))
}

fn laid_out(text: &str) -> Result<String, Problem> {
    let scanned = scan::scan(text);
    let structure = grammar::check(&scanned.tokens, text.len()).err();
    let problems = scanned.problem.into_iter().chain(structure);
    if let Some(first) = problems.min_by_key(|problem| problem.place.start) {
        return Err(first);
    }
    let mut tokens = body::in_current_spelling(scanned.tokens)?;
    let lines = line::lines(&tokens);
    indent::indent(&mut tokens, &lines);
    spacing::space(&mut tokens, &lines);
    align::align(&mut tokens, &lines);
    Ok(written(&tokens, scanned.tail))
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
