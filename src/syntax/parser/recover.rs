//! Going on after an error: where the next argument or block begins.

use super::{Expected, Parser};
use crate::syntax::Problem;
use crate::syntax::open::Open;
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
            if self.ends_line(*token) && open.innermost().is_none() {
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
