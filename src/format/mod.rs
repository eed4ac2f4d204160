//! The canonical layout of a file: text in, text out, byte for byte what `terraform fmt` makes of it.
//!
//! The text is cut into tokens ([`scan`]), without losing comments or line breaks as a syntax tree would; the tokens are
//! grouped into arguments and blocks, where old spellings are replaced by today's ([`body`], [`label`], [`rewrite`]);
//! they are put into lines ([`line`]), which are indented ([`indent`]), spaced ([`spacing`]) and aligned ([`align`]).
//! All of it is linear in the length of the text, and none of it recursive.
//!
//! What is not well formed is not touched. The judge is the parser of the language, but for what it refuses and
//! Terraform takes: objects that name a key twice, and expressions nested or chained beyond its limits. Such a file is
//! formatted when its brackets, quotes and bodies can be followed to the end. On the other hand a text in which they
//! cannot is refused, also if the parser had taken it.
//!
//! The rules are those of Terraform 1.11 as they can be observed; each is pinned by a case in `tests/format`.

mod align;
mod body;
mod difference;
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

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::lang::parse;
use crate::source::FileId;
use token::Token;

/// The summaries of what the parser refuses and Terraform takes.
const LIMITS_OF_THE_PARSER: [&str; 2] = ["Duplicate object key", "Expression nested too deeply"];

/// The text in canonical layout. `file` is where diagnostics point.
///
/// # Errors
/// All syntax errors that were found, in the order of the text.
pub fn format(text: &str, file: FileId) -> Result<String, Diagnostics> {
    let (_, problems) = parse(text, file);
    let grave: Diagnostics = problems
        .into_iter()
        .filter(|problem| !LIMITS_OF_THE_PARSER.contains(&problem.summary.as_str()))
        .collect();
    if !grave.is_empty() {
        return Err(grave.in_order_of_place());
    }
    laid_out(text).map_err(|problem| Diagnostic::from_problem(problem, file).into())
}

/// The canonical layout of a text that nobody has parsed.
fn laid_out(text: &str) -> Result<String, token::Problem> {
    let (tokens, tail) = scan::scan(text)?;
    let mut tokens = body::in_current_spelling(tokens)?;
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
