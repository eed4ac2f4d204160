//! Copying an expression with other references or at another place.

use crate::lang::{
    Expression, ExpressionKind, ForExpression, ForResult, ObjectItem, Reference, Step, TemplatePart,
};
use crate::source::Span;

/// What stands in a copy for a reference with its (already copied) steps; `None` keeps the reference.
type Replace<'f> = &'f dyn Fn(&Reference, &[Step], Span) -> Option<ExpressionKind>;

/// Copies expressions; what it says of a reference replaces it.
pub(super) struct Rebuild<'f> {
    /// The place of everything in the copy; `None` keeps the places.
    pub(super) place: Option<Span>,
    /// What becomes of references.
    pub(super) replace: Replace<'f>,
}

impl Rebuild<'_> {
    fn at(&self, span: Span) -> Span {
        self.place.unwrap_or(span)
    }

    pub(super) fn expression(&self, expression: &Expression) -> Expression {
        let kind = match expression.kind.as_ref() {
            ExpressionKind::Literal(value) => ExpressionKind::Literal(value.clone()),
            ExpressionKind::Template(parts) => ExpressionKind::Template(self.parts(parts)),
            ExpressionKind::Reference(reference, steps) => {
                self.reference(reference, steps, expression.span)
            }
            ExpressionKind::Variable(name, steps) => {
                ExpressionKind::Variable(name.clone(), self.steps(steps))
            }
            ExpressionKind::Access(inner, steps) => {
                ExpressionKind::Access(self.expression(inner), self.steps(steps))
            }
            ExpressionKind::Call {
                name,
                name_span,
                arguments,
                expand,
            } => ExpressionKind::Call {
                name: name.clone(),
                name_span: self.at(*name_span),
                arguments: self.all(arguments),
                expand: *expand,
            },
            ExpressionKind::Unary(operator, operand) => {
                ExpressionKind::Unary(*operator, self.expression(operand))
            }
            ExpressionKind::Binary(first, following) => {
                let first = self.expression(first);
                let operand = |(operator, operand): &(_, _)| (*operator, self.expression(operand));
                ExpressionKind::Binary(first, following.iter().map(operand).collect())
            }
            ExpressionKind::Conditional(condition, then, otherwise) => ExpressionKind::Conditional(
                self.expression(condition),
                self.expression(then),
                self.expression(otherwise),
            ),
            ExpressionKind::Tuple(elements) => ExpressionKind::Tuple(self.all(elements)),
            ExpressionKind::Object(items) => {
                let items = items.iter().map(|item| ObjectItem {
                    key: self.expression(&item.key),
                    value: self.expression(&item.value),
                });
                ExpressionKind::Object(items.collect())
            }
            ExpressionKind::For(expression) => {
                ExpressionKind::For(Box::new(self.for_expression(expression)))
            }
            ExpressionKind::Parentheses(inner) => {
                ExpressionKind::Parentheses(self.expression(inner))
            }
        };
        Expression::new(self.at(expression.span), kind)
    }

    fn reference(&self, reference: &Reference, steps: &[Step], span: Span) -> ExpressionKind {
        let steps = self.steps(steps);
        (self.replace)(reference, &steps, span).unwrap_or_else(|| {
            let reference = Reference {
                subject: reference.subject.clone(),
                span: self.at(reference.span),
            };
            ExpressionKind::Reference(reference, steps)
        })
    }

    fn all(&self, expressions: &[Expression]) -> Vec<Expression> {
        expressions
            .iter()
            .map(|expression| self.expression(expression))
            .collect()
    }

    fn steps(&self, steps: &[Step]) -> Vec<Step> {
        let step = |step: &Step| match step {
            Step::Attribute(name, span) => Step::Attribute(name.clone(), self.at(*span)),
            Step::Index(key, span) => Step::Index(self.expression(key), self.at(*span)),
            Step::Splat(inner, span) => Step::Splat(self.steps(inner), self.at(*span)),
            Step::AttributeSplat(inner, span) => {
                Step::AttributeSplat(self.steps(inner), self.at(*span))
            }
        };
        steps.iter().map(step).collect()
    }

    fn parts(&self, parts: &[TemplatePart]) -> Vec<TemplatePart> {
        let part = |part: &TemplatePart| match part {
            TemplatePart::Text(text) => TemplatePart::Text(text.clone()),
            TemplatePart::Interpolation(inner) => {
                TemplatePart::Interpolation(self.expression(inner))
            }
            TemplatePart::If {
                condition,
                then,
                otherwise,
            } => TemplatePart::If {
                condition: self.expression(condition),
                then: self.parts(then),
                otherwise: self.parts(otherwise),
            },
            TemplatePart::For {
                key,
                value,
                collection,
                body,
            } => TemplatePart::For {
                key: key.clone(),
                value: value.clone(),
                collection: self.expression(collection),
                body: self.parts(body),
            },
        };
        parts.iter().map(part).collect()
    }

    fn for_expression(&self, expression: &ForExpression) -> ForExpression {
        ForExpression {
            key: expression.key.clone(),
            value: expression.value.clone(),
            collection: self.expression(&expression.collection),
            result: match &expression.result {
                ForResult::Tuple(element) => ForResult::Tuple(self.expression(element)),
                ForResult::Object { key, value, group } => ForResult::Object {
                    key: self.expression(key),
                    value: self.expression(value),
                    group: *group,
                },
            },
            condition: expression
                .condition
                .as_ref()
                .map(|condition| self.expression(condition)),
        }
    }
}
