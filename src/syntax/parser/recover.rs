//! Going on after an error: where the next argument or block begins.

use super::{Expected, Parser};
use crate::syntax::Problem;
use crate::syntax::token::Kind;

impl Parser<'_> {
    /// Notes the problem, gives up the argument or block that it is in, and goes on behind its line.
    pub(super) fn recover(&mut self, problem: Problem) {
        self.note(problem);
        self.recovering = true;
        self.newlines.truncate(1);
        self.operands.clear();
        self.operators.clear();
        self.steps.clear();
        self.parts.clear();
        while let Some(step) = self.expected.last() {
            if let Expected::Body { brace, .. } = step {
                self.next = self.behind_item(brace.is_some());
                return;
            }
            self.expected.pop();
        }
    }

    /// Behind the first line break outside of brackets; before a brace that closes the block around the item.
    fn behind_item(&self, within_block: bool) -> usize {
        let mut open = Open::default();
        let rest = self.tokens.get(self.item..).unwrap_or_default();
        for (index, token) in (self.item..).zip(rest) {
            if self.ends_line(*token) && open.closers.is_empty() {
                return index + 1;
            }
            let kind = if token.kind == Kind::Invalid && self.ends_quotes(index) {
                Kind::CloseQuote
            } else {
                token.kind
            };
            let closes = open.pass(kind);
            if kind == Kind::CloseBrace && within_block && !closes {
                return index;
            }
        }
        self.tokens.len()
    }

    /// Whether a line break that is not allowed counts as the end of the quotes around it: then it is a token once more.
    fn ends_quotes(&self, index: usize) -> bool {
        let start = |index: usize| self.tokens.get(index).map(|token| token.place.start);
        start(index) == start(index + 1)
    }
}

/// The brackets, quotes and heredocs that are open.
#[derive(Default)]
struct Open {
    /// What would end each of them.
    closers: Vec<Kind>,
    /// How many would end with each kind of token.
    counts: [usize; 6],
}

impl Open {
    /// Goes on behind a token; whether it closes something, with all that was opened in it.
    fn pass(&mut self, kind: Kind) -> bool {
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
