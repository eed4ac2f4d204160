//! What is open at a place of a text: brackets, quotes, heredocs and the sequences of templates.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a rule names the few kinds of tokens it is about, and treats all others alike"
)]

use super::scan::scan;
use super::token::{Kind, Token};

/// Whether a text ends within brackets, a heredoc or a comment, so that it goes on in the next line. Quotes do not: they
/// have to end with their line.
pub fn goes_on(text: &str) -> bool {
    let scanned = scan(text);
    let mut open = Open::default();
    for token in &scanned.tokens {
        // A comment without an end is none: its first characters are operators.
        let rest = text.get(token.place.range().start..).unwrap_or_default();
        if token.kind == Kind::Operator && rest.starts_with("/*") {
            return true;
        }
        open.pass(token.kind);
    }
    let innermost = open.innermost();
    innermost.is_some_and(|closer| closer != Kind::CloseQuote)
}

/// Whether nothing but comments and blanks stands in a text.
pub fn is_blank(text: &str) -> bool {
    let scanned = scan(text);
    let says_nothing = |token: &Token| matches!(token.kind, Kind::Newline | Kind::Comment);
    scanned.tokens.iter().all(says_nothing)
}

/// The brackets, quotes and heredocs that are open.
#[derive(Default)]
pub(super) struct Open {
    /// What would end each of them.
    closers: Vec<Kind>,
    /// How many would end with each kind of token.
    counts: [usize; 6],
}

impl Open {
    /// Goes on behind a token; whether it closes something, with all that was opened in it.
    pub(super) fn pass(&mut self, kind: Kind) -> bool {
        if let Some(closer) = closer(kind) {
            self.closers.push(closer);
            self.count(closer, |count| count + 1);
            return false;
        }
        let is_open = position(kind).and_then(|at| self.counts.get(at));
        if is_open.is_none_or(|count| *count == 0) {
            return false;
        }
        while let Some(closer) = self.closers.pop() {
            self.count(closer, |count| count.saturating_sub(1));
            if closer == kind {
                return true;
            }
        }
        false
    }

    /// What would end the innermost of them.
    pub(super) fn innermost(&self) -> Option<Kind> {
        self.closers.last().copied()
    }

    fn count(&mut self, closer: Kind, change: impl Fn(usize) -> usize) {
        if let Some(count) = position(closer).and_then(|at| self.counts.get_mut(at)) {
            *count = change(*count);
        }
    }
}

/// The place of a closing token in the table of counts; `None` for all others.
fn position(closer: Kind) -> Option<usize> {
    match closer {
        Kind::CloseBrace => Some(0),
        Kind::CloseBracket => Some(1),
        Kind::CloseParen => Some(2),
        Kind::CloseQuote => Some(3),
        Kind::CloseHeredoc => Some(4),
        Kind::SequenceEnd => Some(5),
        _ => None,
    }
}

/// What ends what a token of this kind begins.
fn closer(kind: Kind) -> Option<Kind> {
    match kind {
        Kind::OpenBrace => Some(Kind::CloseBrace),
        Kind::OpenBracket => Some(Kind::CloseBracket),
        Kind::OpenParen => Some(Kind::CloseParen),
        Kind::OpenQuote => Some(Kind::CloseQuote),
        Kind::OpenHeredoc => Some(Kind::CloseHeredoc),
        Kind::Interpolation | Kind::Directive => Some(Kind::SequenceEnd),
        _ => None,
    }
}
