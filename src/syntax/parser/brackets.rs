//! What stands in brackets: arguments of functions, tuples, objects and `for` expressions.

use super::{Expected, Parser};
use crate::syntax::Problem;
use crate::syntax::token::Kind;
use crate::syntax::tree::{Call, For, Form, Heading, Place};

const FOR: &str = "Invalid 'for' expression";

/// A call whose arguments are being read.
#[derive(Clone, Copy)]
pub(super) struct Called {
    /// The name, with all of its `::`.
    name: Place,
    /// From the name through the opening parenthesis.
    call: Place,
    /// Its arguments are the operands behind so many.
    operands: usize,
}

/// A `for` expression that is being read.
#[derive(Clone, Copy)]
pub(super) struct Loop {
    open: Place,
    closing: Kind,
    key: Option<Place>,
    value: Place,
    has_key: bool,
    group: Option<Place>,
    has_condition: bool,
}

impl Parser<'_> {
    /// The call of a function behind the first part of its name.
    pub(super) fn call(&mut self, first: Place) -> Result<(), Problem> {
        let mut name = first;
        let mut open = self.read();
        while open.kind == Some(Kind::DoubleColon) {
            let part = self.read();
            if part.kind != Some(Kind::Identifier) {
                let detail = "The name of a function must follow ::.";
                return Err(part.problem("Missing function name", detail));
            }
            name = name.to(part.place);
            open = self.read();
        }
        if open.kind != Some(Kind::OpenParen) {
            let detail = "The name of a function must be followed by its arguments in parentheses.";
            return Err(open.problem("Missing open parenthesis", detail));
        }
        self.enter(false);
        self.expect([Expected::Arguments(Called {
            name,
            call: name.to(open.place),
            operands: self.operands.len(),
        })]);
        Ok(())
    }

    pub(super) fn arguments(&mut self, called: Called) {
        if self.skip(Kind::CloseParen) {
            self.called(called, false);
        } else {
            self.expect([Expected::Expression, Expected::Argument(called)]);
        }
    }

    pub(super) fn argument(&mut self, called: Called) -> Result<(), Problem> {
        let seen = self.read();
        match seen.kind {
            Some(Kind::CloseParen) => self.called(called, false),
            Some(Kind::Comma) => self.expect([Expected::Arguments(called)]),
            Some(Kind::Ellipsis) => {
                if !self.skip(Kind::CloseParen) {
                    let detail = "An argument that is expanded must be the last one.";
                    return Err(seen.problem("Missing closing parenthesis", detail));
                }
                self.called(called, true);
            }
            None => {
                let detail =
                    "There is no closing parenthesis for this call before the end of the file.";
                let summary = "Unterminated function call";
                return Err(Problem::new(summary, detail, called.call));
            }
            Some(_) => {
                let detail = "Arguments of a function are separated by commas.";
                return Err(seen.problem("Missing argument separator", detail));
            }
        }
        Ok(())
    }

    /// Behind the closing parenthesis of a call.
    fn called(&mut self, called: Called, expand: bool) {
        self.leave();
        let arguments = self.gathered(called.operands);
        let call = Call {
            name_end: called.name.end,
            arguments,
            expand,
        };
        self.made(called.name.to(self.last), Form::Call(call));
        self.expect_accesses();
    }

    /// A tuple or the `for` of one, behind the bracket.
    pub(super) fn tuple(&mut self, open: Place) -> Result<(), Problem> {
        self.enter(false);
        if self.skip_word("for") {
            return self.comprehension(open, Kind::CloseBracket);
        }
        let operands = self.operands.len();
        self.expect([Expected::Items { open, operands }]);
        Ok(())
    }

    pub(super) fn tuple_items(&mut self, open: Place, operands: usize) {
        if self.skip(Kind::CloseBracket) {
            self.end_of_tuple(open, operands);
        } else {
            let item = Expected::Item { open, operands };
            self.expect([Expected::Expression, item]);
        }
    }

    pub(super) fn tuple_item(&mut self, open: Place, operands: usize) -> Result<(), Problem> {
        let seen = self.read();
        match seen.kind {
            Some(Kind::CloseBracket) => self.end_of_tuple(open, operands),
            Some(Kind::Comma) => self.expect([Expected::Items { open, operands }]),
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

    fn end_of_tuple(&mut self, open: Place, operands: usize) {
        self.leave();
        let elements = self.gathered(operands);
        self.made(open.to(self.last), Form::Tuple(elements));
        self.expect_accesses();
    }

    /// An object or the `for` of one, behind the brace.
    pub(super) fn object(&mut self, open: Place) -> Result<(), Problem> {
        self.enter(false);
        if self.skip_word("for") {
            return self.comprehension(open, Kind::CloseBrace);
        }
        self.leave();
        self.enter(true);
        let operands = self.operands.len();
        self.expect([Expected::Attributes { open, operands }]);
        Ok(())
    }

    pub(super) fn attributes(&mut self, open: Place, operands: usize) {
        while self.skip(Kind::Newline) {}
        if self.skip(Kind::CloseBrace) {
            self.end_of_object(open, operands);
        } else {
            let value = Expected::Value { open, operands };
            self.expect([Expected::Expression, value]);
        }
    }

    pub(super) fn value(&mut self, open: Place, operands: usize) -> Result<(), Problem> {
        if self.skip(Kind::Equal) || self.skip(Kind::Colon) {
            let attribute = Expected::Attribute { open, operands };
            self.expect([Expected::Expression, attribute]);
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

    pub(super) fn attribute(&mut self, open: Place, operands: usize) -> Result<(), Problem> {
        let seen = self.read();
        match seen.kind {
            Some(Kind::CloseBrace) => self.end_of_object(open, operands),
            Some(Kind::Comma | Kind::Newline) => {
                self.expect([Expected::Attributes { open, operands }]);
            }
            None => return Err(unterminated_object(open)),
            Some(_) => {
                let detail = "A line break or a comma is expected before the next attribute.";
                return Err(seen.problem("Missing attribute separator", detail));
            }
        }
        Ok(())
    }

    fn end_of_object(&mut self, open: Place, operands: usize) {
        self.leave();
        let members = self.gathered(operands);
        self.made(open.to(self.last), Form::Object(members));
        self.expect_accesses();
    }

    /// A `for` expression behind its first word.
    fn comprehension(&mut self, open: Place, closing: Kind) -> Result<(), Problem> {
        let (key, value) = self.for_names(FOR)?;
        let form = Loop {
            open,
            closing,
            key,
            value,
            has_key: false,
            group: None,
            has_condition: false,
        };
        self.expect([Expected::Expression, Expected::ForResult(form)]);
        Ok(())
    }

    /// The names of a `for`, through the word `in`: that of the key, if there are two, and that of the element.
    pub(super) fn for_names(
        &mut self,
        summary: &'static str,
    ) -> Result<(Option<Place>, Place), Problem> {
        let mut key = None;
        let mut value = self.for_name(summary)?;
        if self.skip(Kind::Comma) {
            key = Some(value);
            value = self.for_name(summary)?;
        }
        if self.skip_word("in") {
            return Ok((key, value));
        }
        let detail = "The word `in` is expected after the names.";
        Err(self.peek().problem(summary, detail))
    }

    fn for_name(&mut self, summary: &'static str) -> Result<Place, Problem> {
        let seen = self.peek();
        if self.skip(Kind::Identifier) {
            return Ok(seen.place);
        }
        Err(seen.problem(summary, "A name is expected here."))
    }

    pub(super) fn for_result(&mut self, form: Loop) -> Result<(), Problem> {
        if !self.skip(Kind::Colon) {
            let detail = "A colon is expected after the collection.";
            return Err(self.peek().problem(FOR, detail));
        }
        self.expect([Expected::Expression, Expected::ForArrow(form)]);
        Ok(())
    }

    pub(super) fn for_arrow(&mut self, form: Loop) {
        if self.skip(Kind::Arrow) {
            let has_key = true;
            let form = Loop { has_key, ..form };
            self.expect([Expected::Expression, Expected::ForCondition(form)]);
        } else {
            self.for_condition(form);
        }
    }

    pub(super) fn for_condition(&mut self, form: Loop) {
        let ellipsis = self.peek();
        let grouped = self.skip(Kind::Ellipsis);
        let group = grouped.then_some(ellipsis.place);
        let has_condition = self.skip_word("if");
        let form = Loop {
            group,
            has_condition,
            ..form
        };
        self.expect([Expected::ForEnd(form)]);
        if has_condition {
            self.expect([Expected::Expression]);
        }
    }

    pub(super) fn for_end(&mut self, form: Loop) -> Result<(), Problem> {
        let condition = form.has_condition.then(|| self.operand_before());
        let value = self.operand_before();
        let key = form.has_key.then(|| self.operand_before());
        let collection = self.operand_before();
        let key_place = key.map(|key| self.place_of(key));
        self.impossible(form, key_place, self.place_of(value));
        if !self.skip(form.closing) {
            let detail = "The end of the `for` expression is expected here.";
            return Err(self.peek().problem(FOR, detail));
        }
        self.leave();
        let id = self.tree.add_for(For {
            heading: Heading {
                key: form.key,
                value: form.value,
                collection,
            },
            key,
            value,
            group: form.group.is_some(),
            condition,
        });
        self.made(form.open.to(self.last), Form::For(id));
        self.expect_accesses();
        Ok(())
    }

    /// Notes what a `for` expression has that its brackets do not allow, or has not and needs.
    fn impossible(&mut self, form: Loop, key: Option<Place>, value: Place) {
        let mut wrong = |detail, place| self.note(Problem::new(FOR, detail, place));
        match (form.closing == Kind::CloseBrace, key) {
            (true, Some(_)) => {}
            (true, None) => wrong("An object needs a key, before an arrow.", value),
            (false, key) => {
                if let Some(key) = key {
                    wrong("A tuple has no keys.", key);
                }
                if let Some(group) = form.group {
                    wrong("A tuple is not grouped.", group);
                }
            }
        }
    }
}

fn unterminated_object(open: Place) -> Problem {
    let detail = "There is no closing brace for this before the end of the file.";
    Problem::new("Unterminated object constructor expression", detail, open)
}
