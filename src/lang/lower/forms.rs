//! Constructors, operators, conditionals, calls and `for`.

use super::Lowering;
use crate::address::Name;
use crate::diagnostic::{Code, Diagnostic};
use crate::lang::{
    BinaryOperator, Expression, ExpressionKind, ForExpression, ForResult, ObjectItem, UnaryOperator,
};
use crate::source::Span;
use crate::value::Value;
use hcl_edit::Span as _;
use hcl_edit::expr as syntax;
use std::collections::BTreeMap;

impl Lowering<'_> {
    /// A tuple; one of constants is a constant.
    pub(super) fn tuple(&mut self, span: Span, array: &syntax::Array) -> Expression {
        let elements: Vec<Expression> = array
            .iter()
            .map(|element| self.expression(element))
            .collect();
        let constants: Option<Vec<Value>> = elements
            .iter()
            .map(|element| element.as_literal().cloned())
            .collect();
        match constants {
            Some(values) => Expression::literal(span, Value::tuple(values)),
            None => Expression::new(span, ExpressionKind::Tuple(elements)),
        }
    }

    /// An object; one of constants under constant texts is a constant.
    pub(super) fn object(&mut self, span: Span, object: &syntax::Object) -> Expression {
        let items: Vec<ObjectItem> = object
            .iter()
            .map(|(key, value)| ObjectItem {
                key: self.object_key(key),
                value: self.expression(value.expr()),
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
    fn object_key(&mut self, key: &syntax::ObjectKey) -> Expression {
        let span = self.span(key.span());
        let word = |word: &str| Expression::literal(span, Value::string(word));
        match key {
            syntax::ObjectKey::Ident(name) => word(name.as_str()),
            syntax::ObjectKey::Expression(syntax::Expression::Null(_)) => word("null"),
            syntax::ObjectKey::Expression(syntax::Expression::Bool(value)) => {
                word(if **value { "true" } else { "false" })
            }
            syntax::ObjectKey::Expression(syntax::Expression::Traversal(traversal))
                if traversal.expr.is_variable() =>
            {
                let detail = "If this expression is intended to be a reference, wrap it in parentheses. If it is \
                              instead intended as a literal name containing periods, wrap it in quotes.";
                let diagnostic = Diagnostic::error(Code::InvalidExpression, detail)
                    .with_summary("Ambiguous attribute key");
                self.problem(span, diagnostic)
            }
            syntax::ObjectKey::Expression(expression) => self.expression(expression),
        }
    }

    pub(super) fn conditional(&mut self, span: Span, form: &syntax::Conditional) -> Expression {
        let condition = self.expression(&form.cond_expr);
        let then = self.expression(&form.true_expr);
        let otherwise = self.expression(&form.false_expr);
        Expression::new(
            span,
            ExpressionKind::Conditional(condition, then, otherwise),
        )
    }

    pub(super) fn unary(&mut self, span: Span, operation: &syntax::UnaryOp) -> Expression {
        let operator = match *operation.operator.value() {
            syntax::UnaryOperator::Neg => UnaryOperator::Negate,
            syntax::UnaryOperator::Not => UnaryOperator::Not,
        };
        let operand = self.expression(&operation.expr);
        Expression::new(span, ExpressionKind::Unary(operator, operand))
    }

    pub(super) fn binary(&mut self, span: Span, operation: &syntax::BinaryOp) -> Expression {
        let operator = match *operation.operator.value() {
            syntax::BinaryOperator::Eq => BinaryOperator::Equal,
            syntax::BinaryOperator::NotEq => BinaryOperator::NotEqual,
            syntax::BinaryOperator::LessEq => BinaryOperator::LessOrEqual,
            syntax::BinaryOperator::GreaterEq => BinaryOperator::GreaterOrEqual,
            syntax::BinaryOperator::Less => BinaryOperator::Less,
            syntax::BinaryOperator::Greater => BinaryOperator::Greater,
            syntax::BinaryOperator::Plus => BinaryOperator::Add,
            syntax::BinaryOperator::Minus => BinaryOperator::Subtract,
            syntax::BinaryOperator::Mul => BinaryOperator::Multiply,
            syntax::BinaryOperator::Div => BinaryOperator::Divide,
            syntax::BinaryOperator::Mod => BinaryOperator::Modulo,
            syntax::BinaryOperator::And => BinaryOperator::And,
            syntax::BinaryOperator::Or => BinaryOperator::Or,
        };
        let left = self.expression(&operation.lhs_expr);
        let right = self.expression(&operation.rhs_expr);
        Expression::new(span, ExpressionKind::Binary(operator, left, right))
    }

    pub(super) fn call(&mut self, span: Span, call: &syntax::FuncCall) -> Expression {
        let name = call.name.name.as_str();
        let name_span = self.span(call.name.name.span());
        let arguments: Vec<Expression> = call
            .args
            .iter()
            .map(|argument| self.expression(argument))
            .collect();
        let namespace: Vec<&str> = call
            .name
            .namespace
            .iter()
            .map(|part| part.as_str())
            .collect();
        match namespace.as_slice() {
            [] | ["core"] => Expression::new(
                span,
                ExpressionKind::Call {
                    name: name.into(),
                    name_span,
                    arguments,
                    expand: call.args.expand_final(),
                },
            ),
            ["provider", ..] => {
                let detail = format!(
                    "There is no function named \"{}::{name}\": functions of providers are not available.",
                    namespace.join("::")
                );
                self.problem(span, unknown_provider_function(detail))
            }
            [first, ..] => {
                let detail = format!(
                    "The function namespace \"{first}\" is not valid. Provider function calls must use the \
                     \"provider::\" namespace prefix."
                );
                self.problem(span, unknown_provider_function(detail))
            }
        }
    }

    pub(super) fn for_expression(&mut self, span: Span, form: &syntax::ForExpr) -> Expression {
        let collection = self.expression(&form.intro.collection_expr);
        let key = form
            .intro
            .key_var
            .as_ref()
            .map(|key| Name::from(key.as_str()));
        let value = Name::from(form.intro.value_var.as_str());
        let names: Vec<&Name> = key.iter().chain([&value]).collect();
        let (result, condition) = self.binding(&names, |inside| {
            let made = inside.expression(&form.value_expr);
            let result = match &form.key_expr {
                None => ForResult::Tuple(made),
                Some(key) => ForResult::Object {
                    key: inside.expression(key),
                    value: made,
                    group: form.grouping,
                },
            };
            let condition = form
                .cond
                .as_ref()
                .map(|condition| inside.expression(&condition.expr));
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

fn unknown_provider_function(detail: String) -> Diagnostic {
    Diagnostic::error(Code::UnknownFunction, detail).with_summary("Unknown provider function")
}
