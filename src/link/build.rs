//! Making expressions: what the linker writes where a user would have written configuration.

use crate::address::Name;
use crate::lang::{
    EachPart, Expression, ExpressionKind, ForExpression, ForResult, ObjectItem, Reference, Step,
    Subject, TemplatePart,
};
use crate::source::Span;
use crate::value::Value;

/// Makes expressions that all stand at one place: the place of the block for which they are made.
#[derive(Clone, Copy)]
pub(super) struct Make(pub(super) Span);

impl Make {
    pub(super) fn value(self, value: Value) -> Expression {
        Expression::literal(self.0, value)
    }

    pub(super) fn text(self, text: impl AsRef<str>) -> Expression {
        self.value(Value::string(text))
    }

    pub(super) fn reference(self, subject: Subject, steps: Vec<Step>) -> Expression {
        let reference = Reference {
            subject,
            span: self.0,
        };
        Expression::new(self.0, ExpressionKind::Reference(reference, steps))
    }

    pub(super) fn local(self, name: &str, key: Option<Expression>) -> Expression {
        self.reference(Subject::Local(name.into()), self.index(key))
    }

    /// An output of a module call, of one of its instances when there is a key.
    pub(super) fn output(self, call: &str, key: Option<Expression>, output: &str) -> Expression {
        let mut steps = self.index(key);
        steps.push(self.step(output));
        self.reference(Subject::Module(call.into()), steps)
    }

    pub(super) fn each_key(self) -> Expression {
        self.reference(Subject::Each(EachPart::Key), Vec::new())
    }

    pub(super) fn step(self, attribute: &str) -> Step {
        Step::Attribute(attribute.into(), self.0)
    }

    fn index(self, key: Option<Expression>) -> Vec<Step> {
        key.map(|key| Step::Index(key, self.0))
            .into_iter()
            .collect()
    }

    pub(super) fn variable(self, name: &str, steps: Vec<Step>) -> Expression {
        Expression::new(self.0, ExpressionKind::Variable(name.into(), steps))
    }

    pub(super) fn access(self, inner: Expression, steps: Vec<Step>) -> Expression {
        Expression::new(self.0, ExpressionKind::Access(inner, steps))
    }

    pub(super) fn element(self, inner: Expression, index: i64) -> Expression {
        let index = self.value(Value::number(index));
        self.access(inner, vec![Step::Index(index, self.0)])
    }

    pub(super) fn call(self, name: &str, arguments: Vec<Expression>) -> Expression {
        Expression::new(
            self.0,
            ExpressionKind::Call {
                name: name.into(),
                name_span: self.0,
                arguments,
                expand: false,
            },
        )
    }

    pub(super) fn tuple(self, elements: Vec<Expression>) -> Expression {
        Expression::new(self.0, ExpressionKind::Tuple(elements))
    }

    pub(super) fn object<const N: usize>(self, items: [(&str, Expression); N]) -> Expression {
        let items = items.into_iter().map(|(key, value)| ObjectItem {
            key: self.text(key),
            value,
        });
        Expression::new(self.0, ExpressionKind::Object(items.collect()))
    }

    pub(super) fn object_of(self, items: Vec<(Expression, Expression)>) -> Expression {
        let items = items
            .into_iter()
            .map(|(key, value)| ObjectItem { key, value });
        Expression::new(self.0, ExpressionKind::Object(items.collect()))
    }

    /// A template of texts and interpolations.
    pub(super) fn template<const N: usize>(self, parts: [Part; N]) -> Expression {
        let parts = parts.into_iter().map(|part| match part {
            Part::Text(text) => TemplatePart::Text(text.into()),
            Part::Of(expression) => TemplatePart::Interpolation(expression),
        });
        Expression::new(self.0, ExpressionKind::Template(parts.collect()))
    }

    /// `[for key, value in collection : element]`
    pub(super) fn for_each(
        self,
        names: (Option<&str>, &str),
        collection: Expression,
        element: Expression,
        condition: Option<Expression>,
    ) -> Expression {
        self.for_expression(names, collection, ForResult::Tuple(element), condition)
    }

    /// `{for key, value in collection : key => value}`, grouped when asked for.
    pub(super) fn for_object(
        self,
        names: (Option<&str>, &str),
        collection: Expression,
        (key, value): (Expression, Expression),
        group: bool,
    ) -> Expression {
        self.for_expression(
            names,
            collection,
            ForResult::Object { key, value, group },
            None,
        )
    }

    fn for_expression(
        self,
        (key, value): (Option<&str>, &str),
        collection: Expression,
        result: ForResult,
        condition: Option<Expression>,
    ) -> Expression {
        let expression = ForExpression {
            key: key.map(Name::from),
            value: value.into(),
            collection,
            result,
            condition,
        };
        Expression::new(self.0, ExpressionKind::For(Box::new(expression)))
    }
}

/// A part of a template.
pub(super) enum Part {
    Text(&'static str),
    Of(Expression),
}
