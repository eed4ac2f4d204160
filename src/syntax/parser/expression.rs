//! Expressions: operands with their accesses, and operators.

use super::{Expected, Parser, Seen};
use crate::syntax::Problem;
use crate::syntax::token::Kind;
use crate::syntax::tree::{
    BinaryOperator, ExpressionId, Form, Place, Quoting, Run, Step, StepForm, UnaryOperator,
};

impl Parser<'_> {
    /// Begins an expression.
    pub(super) fn whole_expression(&mut self) {
        let operators = self.operators.len();
        self.expect([Expected::Operand, Expected::Rest { operators }]);
    }

    pub(super) fn operand(&mut self) -> Result<(), Problem> {
        let seen = self.peek();
        let Some(kind) = seen.kind else {
            let detail = "An expression is expected here, and the file ends.";
            return Err(seen.problem("Missing expression", detail));
        };
        self.pass(seen);
        let open = seen.place;
        match kind {
            Kind::OpenParen => {
                self.enter(false);
                self.expect([Expected::Expression, Expected::CloseParen { open }]);
            }
            Kind::Number => {
                self.number(seen);
                self.made(open, Form::Number);
                self.expect_accesses();
            }
            Kind::Identifier => self.name(seen)?,
            Kind::OpenQuote => {
                self.begin_template(open, Quoting::Quotes, Some(Kind::CloseQuote));
            }
            Kind::OpenHeredoc => {
                let flush = self.written(seen).starts_with("<<-");
                let quoting = if flush {
                    Quoting::Flush
                } else {
                    Quoting::Heredoc
                };
                self.begin_template(open, quoting, Some(Kind::CloseHeredoc));
            }
            Kind::Minus => self.sign(UnaryOperator::Negate, open),
            Kind::Bang => self.sign(UnaryOperator::Not, open),
            Kind::OpenBracket => self.tuple(open)?,
            Kind::OpenBrace => self.object(open)?,
            _ => {
                let detail = "An expression is expected here.";
                return Err(seen.problem("Invalid expression", detail));
            }
        }
        Ok(())
    }

    fn sign(&mut self, operator: UnaryOperator, start: Place) {
        let end = Expected::EndOfUnary { operator, start };
        self.expect([Expected::Operand, end]);
    }

    pub(super) fn end_of_unary(&mut self, operator: UnaryOperator, start: Place) {
        let operand = self.operand_before();
        let place = start.to(self.place_of(operand));
        self.made(place, Form::Unary(operator, operand));
    }

    /// A variable, or the call of a function.
    fn name(&mut self, name: Seen) -> Result<(), Problem> {
        let open = self.peek();
        if matches!(open.kind, Some(Kind::OpenParen | Kind::DoubleColon)) {
            return self.call(name.place);
        }
        self.made(name.place, Form::Name);
        self.expect_accesses();
        Ok(())
    }

    /// What may follow an operand.
    pub(super) fn expect_accesses(&mut self) {
        // Most operands have nothing behind them.
        if matches!(self.peek().kind, Some(Kind::Dot | Kind::OpenBracket)) {
            let steps = self.steps.len();
            self.expect([Expected::Accesses { steps }]);
        }
    }

    pub(super) fn accesses(&mut self, steps: usize) -> Result<(), Problem> {
        loop {
            let open = self.peek();
            if self.skip(Kind::Dot) {
                self.attribute_access(open.place)?;
            } else if self.skip(Kind::OpenBracket) {
                if !self.skip_star() {
                    self.enter(false);
                    let open = open.place;
                    self.expect([
                        Expected::Expression,
                        Expected::CloseIndex { open },
                        Expected::Accesses { steps },
                    ]);
                    return Ok(());
                }
                let close = self.read();
                if close.kind != Some(Kind::CloseBracket) {
                    let detail = "The star of a splat must be followed by a closing bracket.";
                    return Err(close.problem("Missing close bracket on splat index", detail));
                }
                self.step(open.place, StepForm::Splat);
            } else {
                self.end_of_accesses(steps);
                return Ok(());
            }
        }
    }

    /// Puts the steps behind what they lead into.
    fn end_of_accesses(&mut self, steps: usize) {
        let from = steps.min(self.steps.len());
        if from == self.steps.len() {
            return;
        }
        let end = self.steps.last().map_or(self.last, |step| step.place);
        let steps = Run::of(self.steps.drain(from..), &mut self.tree.steps);
        let root = self.operand_before();
        let place = self.place_of(root).to(end);
        self.made(place, Form::Access(root, steps));
    }

    /// Adds a step from a dot or bracket to the last token.
    fn step(&mut self, open: Place, form: StepForm) {
        let place = open.to(self.last);
        self.steps.push(Step { place, form });
    }

    /// What follows a dot: a name, a number, or a star with names and numbers behind it.
    fn attribute_access(&mut self, dot: Place) -> Result<(), Problem> {
        let first = self.peek();
        if !self.skip_star() {
            return self.name_or_number(dot, first);
        }
        self.step(dot, StepForm::AttributeSplat);
        loop {
            let dot = self.peek();
            if !self.skip(Kind::Dot) {
                return Ok(());
            }
            if self.is_star(self.peek()) {
                let detail = "A star cannot stand behind another one; write [*] for the first.";
                return Err(self
                    .peek()
                    .problem("Nested splat expression not allowed", detail));
            }
            self.name_or_number(dot.place, first)?;
        }
    }

    /// A name or a number; if it is neither, that is told of the token `first`.
    fn name_or_number(&mut self, dot: Place, first: Seen) -> Result<(), Problem> {
        let seen = self.peek();
        match seen.kind {
            Some(Kind::Identifier) => {
                self.pass(seen);
                self.step(dot, StepForm::Attribute(seen.place));
                Ok(())
            }
            Some(Kind::Number) => {
                self.pass(seen);
                if self.written(seen).contains('.') {
                    self.note(seen.problem(
                        "Invalid legacy index syntax",
                        "Indexes behind dots cannot follow each other. Write them in brackets.",
                    ));
                } else {
                    self.number(seen);
                }
                self.step(dot, StepForm::LegacyIndex(seen.place));
                Ok(())
            }
            _ => {
                let detail = "The name of an attribute must follow a dot.";
                Err(first.problem("Invalid attribute name", detail))
            }
        }
    }

    fn skip_star(&mut self) -> bool {
        self.is_star(self.peek()) && self.skip(Kind::Operator)
    }

    fn is_star(&self, seen: Seen) -> bool {
        seen.kind == Some(Kind::Operator) && self.written(seen) == "*"
    }

    pub(super) fn close_index(&mut self, open: Place) -> Result<(), Problem> {
        let close = self.read();
        if close.kind != Some(Kind::CloseBracket) {
            let detail = "An index must end with a closing bracket.";
            return Err(close.problem("Missing close bracket on index", detail));
        }
        self.leave();
        let key = self.operand_before();
        self.step(open, StepForm::Index(key));
        Ok(())
    }

    /// Behind an operand: an operator with the next one, or the end of the operation. An operator takes the operands that
    /// bind more tightly, or as tightly and stand before it.
    pub(super) fn rest(&mut self, operators: usize) {
        let seen = self.peek();
        let operator = match seen.kind {
            Some(Kind::Operator) => binary(self.written(seen)),
            Some(Kind::Minus) => Some(BinaryOperator::Subtract),
            _ => None,
        };
        let level = operator.map_or(0, level);
        while self.operators.len() > operators
            && let Some(before) = self
                .operators
                .pop_if(|before| self::level(*before) >= level)
        {
            self.operation(before);
        }
        if let Some(operator) = operator {
            self.pass(seen);
            self.operators.push(operator);
            self.expect([Expected::Operand, Expected::Rest { operators }]);
        } else if self.skip(Kind::Question) {
            self.expect([
                Expected::Expression,
                Expected::Colon,
                Expected::Expression,
                Expected::EndOfConditional,
            ]);
        }
    }

    /// Puts an operator between the last two operands.
    fn operation(&mut self, operator: BinaryOperator) {
        let right = self.operand_before();
        let left = self.operand_before();
        let place = self.covering(left, right);
        self.made(place, Form::Binary(operator, left, right));
    }

    fn covering(&self, first: ExpressionId, last: ExpressionId) -> Place {
        self.place_of(first).to(self.place_of(last))
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

    pub(super) fn end_of_conditional(&mut self) {
        let otherwise = self.operand_before();
        let then = self.operand_before();
        let condition = self.operand_before();
        let place = self.covering(condition, otherwise);
        self.made(place, Form::Conditional(condition, then, otherwise));
    }

    pub(super) fn close_paren(&mut self, open: Place) -> Result<(), Problem> {
        if !self.skip(Kind::CloseParen) {
            let detail = "A closing parenthesis is expected here.";
            return Err(self.peek().problem("Unbalanced parentheses", detail));
        }
        self.leave();
        let inner = self.operand_before();
        self.made(open.to(self.last), Form::Parentheses(inner));
        self.expect_accesses();
        Ok(())
    }

    /// Notes a number with a second point, or with a point in its exponent.
    fn number(&mut self, seen: Seen) {
        let text = self.written(seen);
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, ""));
        if mantissa.matches('.').count() > 1 || exponent.contains(['.', 'e', 'E']) {
            self.note(seen.problem("Invalid number literal", "This is not a number."));
        }
    }
}

fn binary(written: &str) -> Option<BinaryOperator> {
    Some(match written {
        "+" => BinaryOperator::Add,
        "*" => BinaryOperator::Multiply,
        "/" => BinaryOperator::Divide,
        "%" => BinaryOperator::Modulo,
        "==" => BinaryOperator::Equal,
        "!=" => BinaryOperator::NotEqual,
        "<" => BinaryOperator::Less,
        "<=" => BinaryOperator::LessOrEqual,
        ">" => BinaryOperator::Greater,
        ">=" => BinaryOperator::GreaterOrEqual,
        "&&" => BinaryOperator::And,
        "||" => BinaryOperator::Or,
        _ => return None,
    })
}

/// How tightly an operator binds.
fn level(operator: BinaryOperator) -> u8 {
    match operator {
        BinaryOperator::Or => 1,
        BinaryOperator::And => 2,
        BinaryOperator::Equal | BinaryOperator::NotEqual => 3,
        BinaryOperator::Less
        | BinaryOperator::LessOrEqual
        | BinaryOperator::Greater
        | BinaryOperator::GreaterOrEqual => 4,
        BinaryOperator::Add | BinaryOperator::Subtract => 5,
        BinaryOperator::Multiply | BinaryOperator::Divide | BinaryOperator::Modulo => 6,
    }
}
