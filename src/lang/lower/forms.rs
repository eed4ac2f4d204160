//! Constructors, operators, conditionals, calls and `for`.

use super::Lowering;
use crate::address::Name;
use crate::diagnostic::{Code, Diagnostic};
use crate::lang::{Expression, ExpressionKind, ForExpression, ForResult, ObjectItem};
use crate::source::Span;
use crate::syntax::{
    BinaryOperator, Expr, ExpressionId, ForId, Form, Kind, Run, UnaryOperator, scan,
};
use crate::value::Value;
use std::collections::BTreeMap;

impl<'t> Lowering<'t> {
    /// Some expressions, lowered.
    fn list(&mut self, expressions: Run<ExpressionId>) -> Vec<Expression> {
        let expressions = self.root.tree().list(expressions);
        expressions
            .map(|expression| self.expression(expression))
            .collect()
    }

    /// A tuple; one of constants is a constant.
    pub(super) fn tuple(&mut self, span: Span, elements: Run<ExpressionId>) -> Expression {
        let elements = self.list(elements);
        let constants: Option<Vec<Value>> = elements
            .iter()
            .map(|element| element.as_literal().cloned())
            .collect();
        match constants {
            Some(values) => Expression::literal(span, Value::tuple(values)),
            None => Expression::new(span, ExpressionKind::Tuple(elements)),
        }
    }

    /// An object; one of constants under constant texts is a constant. Of a key that stands twice the last counts.
    pub(super) fn object(&mut self, span: Span, members: Run<ExpressionId>) -> Expression {
        let members = self.root.tree().members(members);
        let items: Vec<ObjectItem> = members
            .map(|(key, value)| ObjectItem {
                key: self.object_key(key),
                value: self.expression(value),
            })
            .collect();
        let constants: Option<BTreeMap<Name, Value>> = items
            .iter()
            .map(|item| {
                let key = item.key.as_literal()?;
                Some((Name::from(key.as_str()?), item.value.as_literal().cloned()?))
            })
            .collect();
        match constants {
            Some(attributes) => Expression::literal(span, Value::object(attributes)),
            None => Expression::new(span, ExpressionKind::Object(items)),
        }
    }

    /// A key: a bare word is the text itself, also where it is a keyword of the language.
    fn object_key(&mut self, key: Expr<'t>) -> Expression {
        let span = self.span(key.place());
        if let Some(word) = key.name() {
            return Expression::literal(span, Value::string(word));
        }
        let Form::Access(root, _) = key.form() else {
            return self.expression(key);
        };
        if !key.other(*root).name().is_some_and(is_variable) {
            return self.expression(key);
        }
        let detail = "If this expression is intended to be a reference, wrap it in parentheses. If it is \
                      instead intended as a literal name containing periods, wrap it in quotes.";
        let diagnostic = Diagnostic::error(Code::InvalidExpression, detail)
            .with_summary("Ambiguous attribute key");
        self.problem(span, diagnostic)
    }

    /// A sign before an operand; a number with its sign is a constant.
    pub(super) fn unary(
        &mut self,
        span: Span,
        operator: UnaryOperator,
        operand: ExpressionId,
    ) -> Expression {
        let is_number = matches!(self.root.other(operand).form(), Form::Number);
        let operand = self.part(operand);
        let number = operand.as_literal().and_then(Value::as_number);
        match (operator, number) {
            (UnaryOperator::Negate, Some(number)) if is_number => {
                Expression::literal(span, Value::number(number.negate()))
            }
            _ => Expression::new(span, ExpressionKind::Unary(operator, operand)),
        }
    }

    /// Operators between operands. Those whose left operand is again such an operation are one, however many there are.
    pub(super) fn operation(&mut self, span: Span, expression: Expr<'t>) -> Expression {
        let mut first = expression;
        let mut following: Vec<(BinaryOperator, Expr<'t>)> = Vec::new();
        while let Form::Binary(operator, left, right) = first.form() {
            following.push((*operator, first.other(*right)));
            first = first.other(*left);
        }
        let first = self.expression(first);
        let following = following.into_iter().rev();
        let following = following
            .map(|(operator, operand)| (operator, self.expression(operand)))
            .collect();
        Expression::new(span, ExpressionKind::Binary(first, following))
    }

    pub(super) fn call(&mut self, span: Span, call: Expr<'t>) -> Expression {
        let Some((place, call)) = call.function() else {
            return Expression::literal(span, Value::string(""));
        };
        let name_span = self.span(place);
        let arguments = self.list(call.arguments);
        let parts = function_name(self.written(place));
        match parts.as_slice() {
            [name] | ["core", name] => Expression::new(
                span,
                ExpressionKind::Call {
                    name: (*name).into(),
                    name_span,
                    arguments,
                    expand: call.expand,
                },
            ),
            ["provider", _, _, ..] => Expression::new(
                span,
                ExpressionKind::Call {
                    name: parts.join("::").into(),
                    name_span,
                    arguments,
                    expand: call.expand,
                },
            ),
            ["provider", ..] => {
                let detail = "The function call must include the provider name after the \"provider::\" prefix.";
                self.problem(span, unknown_provider_function(detail.to_owned()))
            }
            [first, ..] => {
                let detail = format!(
                    "The function namespace \"{first}\" is not valid. Provider function calls must use the \
                     \"provider::\" namespace prefix."
                );
                self.problem(span, unknown_provider_function(detail))
            }
            [] => Expression::literal(span, Value::string("")),
        }
    }

    pub(super) fn for_expression(&mut self, span: Span, id: ForId) -> Expression {
        let Some(form) = self.root.tree().for_expression(id) else {
            return Expression::literal(span, Value::string(""));
        };
        let collection = self.part(form.heading.collection);
        let key = form.heading.key.map(|key| Name::from(self.written(key)));
        let value = Name::from(self.written(form.heading.value));
        let names: Vec<&Name> = key.iter().chain([&value]).collect();
        let (result, condition) = self.binding(&names, |inside| {
            let made = inside.part(form.value);
            let result = match form.key {
                None => ForResult::Tuple(made),
                Some(key) => ForResult::Object {
                    key: inside.part(key),
                    value: made,
                    group: form.group,
                },
            };
            let condition = form.condition.map(|condition| inside.part(condition));
            (result, condition)
        });
        let for_expression = ForExpression {
            key,
            value,
            collection,
            result,
            condition,
        };
        Expression::new(span, ExpressionKind::For(Box::new(for_expression)))
    }
}

/// The parts of a function's name. Blanks and comments may stand around its colons.
fn function_name(written: &str) -> Vec<&str> {
    if !written.contains(':') {
        return vec![written];
    }
    let tokens = scan(written).tokens.into_iter();
    let names = tokens.filter(|token| token.kind == Kind::Identifier);
    names.map(|token| token.place.text(written)).collect()
}

fn is_variable(name: &str) -> bool {
    !matches!(name, "true" | "false" | "null")
}

fn unknown_provider_function(detail: String) -> Diagnostic {
    Diagnostic::error(Code::UnknownFunction, detail).with_summary("Unknown provider function")
}
