//! Templates: text with escapes, interpolations, and directives that have to be balanced.

use super::{Grammar, Seen, Step};
use crate::format::token::{Kind, Problem};
use std::ops::Range;

/// A directive that has not ended yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Open {
    If,
    Else,
    For,
}

impl Grammar<'_> {
    pub(super) fn template(&mut self, closing: Kind, open: Vec<Open>) -> Result<(), Problem> {
        let first = self.peek().place;
        loop {
            let seen = self.read();
            match seen.kind {
                Some(kind) if kind == closing && open.is_empty() => return Ok(()),
                Some(kind) if kind == closing => {
                    let detail = "A directive of this template has no end.";
                    return Err(seen.problem("Unexpected end of template", detail));
                }
                Some(Kind::Quoted) => escapes(&seen)?,
                Some(Kind::HeredocText) => {}
                Some(Kind::Interpolation) => {
                    self.enter(false);
                    let end = Step::EndOfInterpolation { closing, first };
                    self.expect([Step::Expression, end, Step::Template { closing, open }]);
                    return Ok(());
                }
                Some(Kind::Directive) => return self.directive(closing, open),
                Some(_) | None => {
                    let detail = "No closing marker was found for the string.";
                    return Err(seen.problem("Unterminated template string", detail));
                }
            }
        }
    }

    fn directive(&mut self, closing: Kind, mut open: Vec<Open>) -> Result<(), Problem> {
        self.enter(false);
        let word = self.peek();
        if !self.skip(Kind::Identifier) {
            let detail = "A directive begins with a word: if, for, else, endif or endfor.";
            return Err(word.problem("Invalid template directive", detail));
        }
        let has_expression = match (word.text, open.last()) {
            ("if", _) => {
                open.push(Open::If);
                true
            }
            ("for", _) => {
                self.for_names("Invalid 'for' directive")?;
                open.push(Open::For);
                true
            }
            ("else", Some(Open::If)) => {
                open.pop();
                open.push(Open::Else);
                false
            }
            ("endif", Some(Open::If | Open::Else)) | ("endfor", Some(Open::For)) => {
                open.pop();
                false
            }
            ("else" | "endif" | "endfor", _) => {
                let summary = format!("Unexpected {} directive", word.text);
                let detail = "The directives of this template are not balanced.";
                return Err(word.problem(&summary, detail));
            }
            _ => {
                let detail = "A directive begins with if, for, else, endif or endfor.";
                return Err(word.problem("Invalid template control keyword", detail));
            }
        };
        let end = Step::EndOfDirective { word: word.text };
        self.expect([end, Step::Template { closing, open }]);
        if has_expression {
            self.expect([Step::Expression]);
        }
        Ok(())
    }

    pub(super) fn end_of_interpolation(
        &mut self,
        closing: Kind,
        first: Range<usize>,
    ) -> Result<(), Problem> {
        if self.skip(Kind::SequenceEnd) {
            self.leave();
            return Ok(());
        }
        let seen = self.peek();
        let quotes = matches!(seen.kind, Some(Kind::OpenQuote | Kind::CloseQuote));
        if seen.kind.is_none() || (quotes && closing == Kind::CloseQuote) {
            let detail = "There is no closing brace for this interpolation.";
            return Err(Problem::new(
                "Unclosed template interpolation sequence",
                detail,
                first,
            ));
        }
        let detail = "The closing brace of the interpolation is expected here. Write $${ if the sequence is meant for another language.";
        Err(seen.problem("Extra characters after interpolation expression", detail))
    }

    pub(super) fn end_of_directive(&mut self, word: &str) -> Result<(), Problem> {
        if self.skip(Kind::SequenceEnd) {
            self.leave();
            return Ok(());
        }
        let detail = "The closing brace of the directive is expected here.";
        let summary = format!("Extra characters in {word} marker");
        Err(self.peek().problem(&summary, detail))
    }
}

/// Refuses what follows a backslash and is no escape.
pub(super) fn escapes(literal: &Seen) -> Result<(), Problem> {
    let mut rest = literal.text;
    while let Some(at) = rest.find('\\') {
        let escape = rest.get(at + 1..).unwrap_or_default();
        let digits = match escape.chars().next() {
            Some('n' | 'r' | 't' | '"' | '\\') => 0,
            Some('u') => 4,
            Some('U') => 8,
            _ => usize::MAX,
        };
        let hexadecimal = escape.bytes().skip(1).take_while(u8::is_ascii_hexdigit);
        if hexadecimal.take(8).count() < digits {
            let start = literal.place.end - rest.len() + at;
            let detail = "A backslash must be followed by n, r, t, \", \\, u with four or U with eight hexadecimal digits.";
            return Err(Problem::new(
                "Invalid escape sequence",
                detail,
                start..start + 2,
            ));
        }
        rest = escape.get(1 + digits..).unwrap_or_default();
    }
    Ok(())
}
