//! Expressions: operands with their accesses, operators, and what stands in brackets.

use super::{Grammar, Seen, Step};
use crate::format::token::{Kind, Problem};
use std::ops::Range;

const FOR: &str = "Invalid 'for' expression";

impl Grammar<'_> {
    pub(super) fn operand(&mut self) -> Result<(), Problem> {
        let seen = self.peek();
        let Some(kind) = seen.kind else {
            let detail = "An expression is expected here, and the file ends.";
            return Err(seen.problem("Missing expression", detail));
        };
        self.next = seen.index + 1;
        match kind {
            Kind::OpenParen => {
                self.enter(false);
                self.expect([Step::Expression, Step::CloseParen, Step::Accesses]);
            }
            Kind::Number => {
                number(&seen)?;
                self.expect([Step::Accesses]);
            }
            Kind::Identifier => self.name(&seen)?,
            Kind::OpenQuote | Kind::OpenHeredoc => {
                let closing = match kind {
                    Kind::OpenQuote => Kind::CloseQuote,
                    _ => Kind::CloseHeredoc,
                };
                let template = Step::Template {
                    closing,
                    open: Vec::new(),
                };
                self.expect([template, Step::Accesses]);
            }
            Kind::Minus | Kind::Bang => self.expect([Step::Operand]),
            Kind::OpenBracket => {
                self.enter(false);
                if self.skip_word("for") {
                    return self.comprehension(Kind::CloseBracket);
                }
                self.expect([Step::Items { open: seen.place }, Step::Accesses]);
            }
            Kind::OpenBrace => {
                self.enter(false);
                if self.skip_word("for") {
                    return self.comprehension(Kind::CloseBrace);
                }
                self.leave();
                self.enter(true);
                self.expect([Step::Attributes { open: seen.place }, Step::Accesses]);
            }
            _ => {
                let detail = "An expression is expected here.";
                return Err(seen.problem("Invalid expression", detail));
            }
        }
        Ok(())
    }

    /// A variable, or the call of a function.
    fn name(&mut self, name: &Seen) -> Result<(), Problem> {
        let mut open = self.peek();
        if !matches!(open.kind, Some(Kind::OpenParen | Kind::DoubleColon)) {
            self.expect([Step::Accesses]);
            return Ok(());
        }
        self.read();
        while open.kind == Some(Kind::DoubleColon) {
            let part = self.read();
            if part.kind != Some(Kind::Identifier) {
                let detail = "The name of a function must follow ::.";
                return Err(part.problem("Missing function name", detail));
            }
            open = self.read();
        }
        if open.kind != Some(Kind::OpenParen) {
            let detail = "The name of a function must be followed by its arguments in parentheses.";
            return Err(open.problem("Missing open parenthesis", detail));
        }
        self.enter(false);
        let call = name.place.start..open.place.end;
        self.expect([Step::Arguments { call }, Step::Accesses]);
        Ok(())
    }

    pub(super) fn accesses(&mut self) -> Result<(), Problem> {
        loop {
            if self.skip(Kind::Dot) {
                self.attribute_access()?;
            } else if self.skip(Kind::OpenBracket) {
                if !self.skip_star() {
                    self.enter(false);
                    self.expect([Step::Expression, Step::CloseIndex, Step::Accesses]);
                    return Ok(());
                }
                let close = self.read();
                if close.kind != Some(Kind::CloseBracket) {
                    let detail = "The star of a splat must be followed by a closing bracket.";
                    return Err(close.problem("Missing close bracket on splat index", detail));
                }
            } else {
                return Ok(());
            }
        }
    }

    /// What follows a dot: a name, a number, or a star with names and numbers behind it.
    fn attribute_access(&mut self) -> Result<(), Problem> {
        let first = self.peek();
        if !self.skip_star() {
            return self.name_or_number(&first);
        }
        while self.skip(Kind::Dot) {
            if is_star(&self.peek()) {
                let detail = "A star cannot stand behind another one; write [*] for the first.";
                return Err(self
                    .peek()
                    .problem("Nested splat expression not allowed", detail));
            }
            self.name_or_number(&first)?;
        }
        Ok(())
    }

    /// A name or a number; if it is neither, that is told of the token `first`.
    fn name_or_number(&mut self, first: &Seen) -> Result<(), Problem> {
        let seen = self.peek();
        match seen.kind {
            Some(Kind::Identifier) => {
                self.read();
                Ok(())
            }
            Some(Kind::Number) if seen.text.contains('.') => Err(seen.problem(
                "Invalid legacy index syntax",
                "Indexes behind dots cannot follow each other. Write them in brackets.",
            )),
            Some(Kind::Number) => {
                self.read();
                number(&seen)
            }
            _ => {
                let detail = "The name of an attribute must follow a dot.";
                Err(first.problem("Invalid attribute name", detail))
            }
        }
    }

    fn skip_star(&mut self) -> bool {
        is_star(&self.peek()) && self.skip(Kind::Operator)
    }

    pub(super) fn close_index(&mut self) -> Result<(), Problem> {
        let close = self.read();
        if close.kind != Some(Kind::CloseBracket) {
            let detail = "An index must end with a closing bracket.";
            return Err(close.problem("Missing close bracket on index", detail));
        }
        self.leave();
        Ok(())
    }

    pub(super) fn rest(&mut self) {
        if self.skip(Kind::Operator) || self.skip(Kind::Minus) {
            self.expect([Step::Operand, Step::Rest]);
        } else if self.skip(Kind::Question) {
            self.expect([Step::Expression, Step::Colon, Step::Expression]);
        }
    }

    pub(super) fn colon(&mut self) -> Result<(), Problem> {
        if self.skip(Kind::Colon) {
            return Ok(());
        }
        let detail = "A conditional needs a colon and what it is if the condition is false.";
        Err(self
            .peek()
            .problem("Missing false expression in conditional", detail))
    }

    pub(super) fn close_paren(&mut self) -> Result<(), Problem> {
        if self.skip(Kind::CloseParen) {
            self.leave();
            return Ok(());
        }
        let detail = "A closing parenthesis is expected here.";
        Err(self.peek().problem("Unbalanced parentheses", detail))
    }

    pub(super) fn arguments(&mut self, call: Range<usize>) {
        if self.skip(Kind::CloseParen) {
            self.leave();
        } else {
            self.expect([Step::Expression, Step::Argument { call }]);
        }
    }

    pub(super) fn argument(&mut self, call: Range<usize>) -> Result<(), Problem> {
        let seen = self.read();
        match seen.kind {
            Some(Kind::CloseParen) => self.leave(),
            Some(Kind::Comma) => self.expect([Step::Arguments { call }]),
            Some(Kind::Ellipsis) => {
                if !self.skip(Kind::CloseParen) {
                    let detail = "An argument that is expanded must be the last one.";
                    return Err(seen.problem("Missing closing parenthesis", detail));
                }
                self.leave();
            }
            None => {
                let detail =
                    "There is no closing parenthesis for this call before the end of the file.";
                return Err(Problem::new("Unterminated function call", detail, call));
            }
            Some(_) => {
                let detail = "Arguments of a function are separated by commas.";
                return Err(seen.problem("Missing argument separator", detail));
            }
        }
        Ok(())
    }

    pub(super) fn items(&mut self, open: Range<usize>) {
        if self.skip(Kind::CloseBracket) {
            self.leave();
        } else {
            self.expect([Step::Expression, Step::Item { open }]);
        }
    }

    pub(super) fn item(&mut self, open: Range<usize>) -> Result<(), Problem> {
        let seen = self.read();
        match seen.kind {
            Some(Kind::CloseBracket) => self.leave(),
            Some(Kind::Comma) => self.expect([Step::Items { open }]),
            None => {
                let summary = "Unterminated tuple constructor expression";
                let detail = "There is no closing bracket for this before the end of the file.";
                return Err(Problem::new(summary, detail, open));
            }
            Some(_) => {
                let detail = "A comma is expected before the next item.";
                return Err(seen.problem("Missing item separator", detail));
            }
        }
        Ok(())
    }

    pub(super) fn attributes(&mut self, open: Range<usize>) {
        while self.skip(Kind::Newline) {}
        if self.skip(Kind::CloseBrace) {
            self.leave();
        } else {
            self.expect([Step::Expression, Step::Value { open }]);
        }
    }

    pub(super) fn value(&mut self, open: Range<usize>) -> Result<(), Problem> {
        if self.skip(Kind::Equal) || self.skip(Kind::Colon) {
            self.expect([Step::Expression, Step::Attribute { open }]);
            return Ok(());
        }
        let seen = self.peek();
        let detail = "An equals sign and a value are expected after the key.";
        Err(match seen.kind {
            None => unterminated_object(open),
            Some(Kind::Newline | Kind::Comma) => seen.problem("Missing attribute value", detail),
            Some(_) => seen.problem("Missing key/value separator", detail),
        })
    }

    pub(super) fn attribute(&mut self, open: Range<usize>) -> Result<(), Problem> {
        let seen = self.read();
        match seen.kind {
            Some(Kind::CloseBrace) => self.leave(),
            Some(Kind::Comma | Kind::Newline) => self.expect([Step::Attributes { open }]),
            None => return Err(unterminated_object(open)),
            Some(_) => {
                let detail = "A line break or a comma is expected before the next attribute.";
                return Err(seen.problem("Missing attribute separator", detail));
            }
        }
        Ok(())
    }

    /// A `for` expression behind its first word.
    fn comprehension(&mut self, closing: Kind) -> Result<(), Problem> {
        self.for_names(FOR)?;
        self.expect([
            Step::Expression,
            Step::ForResult { closing },
            Step::Accesses,
        ]);
        Ok(())
    }

    /// The names of a `for`, through the word `in`.
    pub(super) fn for_names(&mut self, summary: &str) -> Result<(), Problem> {
        self.for_name(summary)?;
        if self.skip(Kind::Comma) {
            self.for_name(summary)?;
        }
        if self.skip_word("in") {
            return Ok(());
        }
        let detail = "The word `in` is expected after the names.";
        Err(self.peek().problem(summary, detail))
    }

    fn for_name(&mut self, summary: &str) -> Result<(), Problem> {
        if self.skip(Kind::Identifier) {
            return Ok(());
        }
        Err(self.peek().problem(summary, "A name is expected here."))
    }

    pub(super) fn for_result(&mut self, closing: Kind) -> Result<(), Problem> {
        if !self.skip(Kind::Colon) {
            let detail = "A colon is expected after the collection.";
            return Err(self.peek().problem(FOR, detail));
        }
        let result = self.peek().place;
        self.expect([Step::Expression, Step::ForArrow { closing, result }]);
        Ok(())
    }

    pub(super) fn for_arrow(&mut self, closing: Kind, result: Range<usize>) {
        if self.skip(Kind::Arrow) {
            let value = self.peek().place;
            let key = Some(result);
            self.expect([
                Step::Expression,
                Step::ForCondition {
                    closing,
                    key,
                    value,
                },
            ]);
        } else {
            let (key, value) = (None, result);
            self.expect([Step::ForCondition {
                closing,
                key,
                value,
            }]);
        }
    }

    pub(super) fn for_condition(
        &mut self,
        closing: Kind,
        key: Option<Range<usize>>,
        value: Range<usize>,
    ) {
        let ellipsis = self.peek();
        let grouped = self.skip(Kind::Ellipsis);
        let wrong = |detail, place| Some(Problem::new(FOR, detail, place));
        let problem = match (closing == Kind::CloseBrace, key) {
            (false, Some(key)) => wrong("A tuple has no keys.", key),
            (false, None) if grouped => wrong("A tuple is not grouped.", ellipsis.place),
            (true, None) => wrong("An object needs a key, before an arrow.", value),
            (true, Some(_)) | (false, None) => None,
        };
        let end = Step::ForEnd { closing, problem };
        if self.skip_word("if") {
            self.expect([Step::Expression, end]);
        } else {
            self.expect([end]);
        }
    }

    pub(super) fn for_end(
        &mut self,
        closing: Kind,
        problem: Option<Problem>,
    ) -> Result<(), Problem> {
        if !self.skip(closing) {
            let detail = "The end of the `for` expression is expected here.";
            return Err(self.peek().problem(FOR, detail));
        }
        self.leave();
        problem.map_or(Ok(()), Err)
    }
}

fn is_star(seen: &Seen) -> bool {
    seen.kind == Some(Kind::Operator) && seen.text == "*"
}

fn unterminated_object(open: Range<usize>) -> Problem {
    let detail = "There is no closing brace for this before the end of the file.";
    Problem::new("Unterminated object constructor expression", detail, open)
}

/// Refuses a number with a second point, or with a point in its exponent.
fn number(seen: &Seen) -> Result<(), Problem> {
    let (mantissa, exponent) = seen.text.split_once(['e', 'E']).unwrap_or((seen.text, ""));
    if mantissa.matches('.').count() > 1 || exponent.contains(['.', 'e', 'E']) {
        let detail = "This is not a number.";
        return Err(seen.problem("Invalid number literal", detail));
    }
    Ok(())
}
