//! The tree of an expression, small enough to keep for every argument of a large configuration.

use super::Reference;
use crate::address::{InstanceKey, Name};
use crate::source::Span;
use crate::syntax::{BinaryOperator, UnaryOperator};
use crate::value::Value;
use std::fmt;
use std::sync::Arc;

/// An expression as written, not yet evaluated. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Expression {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: Arc<ExpressionKind>,
}

/// The forms of expressions.
#[derive(Clone, Debug)]
pub enum ExpressionKind {
    /// A value without any reference.
    Literal(Value),
    /// A quoted or heredoc template with at least one interpolation or directive.
    Template(Vec<TemplatePart>),
    /// A reference to a named object, with the steps that follow it.
    Reference(Reference, Vec<Step>),
    /// A variable of a surrounding `for` or of a template's `for`, with the steps that follow it.
    Variable(Name, Vec<Step>),
    /// Steps into the value of another expression.
    Access(Expression, Vec<Step>),
    /// A call; the name without `core::`; the last argument is expanded when `expand` is set.
    Call {
        /// The function's name.
        name: Name,
        /// Where the name stands.
        name_span: Span,
        /// The arguments.
        arguments: Vec<Expression>,
        /// Whether `...` follows the last argument.
        expand: bool,
    },
    /// An operator before its operand.
    Unary(UnaryOperator, Expression),
    /// Operators between operands, taken from the left: `1 + 2 - 3` is 1, then `+ 2`, then `- 3`.
    Binary(Expression, Vec<(BinaryOperator, Expression)>),
    /// `condition ? then : otherwise`.
    Conditional(Expression, Expression, Expression),
    /// A tuple constructor.
    Tuple(Vec<Expression>),
    /// An object constructor.
    Object(Vec<ObjectItem>),
    /// A `for` expression.
    For(Box<ForExpression>),
    /// Parentheses, kept because they decide how an object key is read.
    Parentheses(Expression),
}

/// One item of an object constructor. A bare name as key is a literal text.
#[derive(Clone, Debug)]
pub struct ObjectItem {
    /// The key.
    pub key: Expression,
    /// The value.
    pub value: Expression,
}

/// A part of a template.
#[derive(Clone, Debug)]
pub enum TemplatePart {
    /// Text as it is, with white space already stripped where a neighbour asks for it.
    Text(Arc<str>),
    /// `${…}`.
    Interpolation(Expression),
    /// `%{ if … }`.
    If {
        /// The condition.
        condition: Expression,
        /// What stands before `else` or `endif`.
        then: Vec<TemplatePart>,
        /// What stands after `else`; empty without one.
        otherwise: Vec<TemplatePart>,
    },
    /// `%{ for … }`.
    For {
        /// The name of the key, if there are two names.
        key: Option<Name>,
        /// The name of the element.
        value: Name,
        /// What is iterated over.
        collection: Expression,
        /// What is repeated.
        body: Vec<TemplatePart>,
    },
}

/// A step into a value.
#[derive(Clone, Debug)]
pub enum Step {
    /// `.name`
    Attribute(Name, Span),
    /// `[key]`, and the old `.0`.
    Index(Expression, Span),
    /// `[*]` with the steps that apply to each element.
    Splat(Vec<Step>, Span),
    /// `.*` with the attribute steps that apply to each element.
    AttributeSplat(Vec<Step>, Span),
}

/// A step that is the same wherever it is evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FixedStep {
    /// `.name`
    Attribute(Name),
    /// `["key"]` and `[0]`
    Index(InstanceKey),
}

impl Step {
    /// The step, if nothing of it has to be evaluated.
    pub fn fixed(&self) -> Option<FixedStep> {
        match self {
            Step::Attribute(name, _) => Some(FixedStep::Attribute(name.clone())),
            Step::Index(key, _) => key.literal_key().map(FixedStep::Index),
            Step::Splat(..) | Step::AttributeSplat(..) => None,
        }
    }
}

impl fmt::Display for FixedStep {
    /// As it is written.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FixedStep::Attribute(name) => write!(f, ".{name}"),
            FixedStep::Index(key) => write!(f, "{key}"),
        }
    }
}

/// A `for` expression.
#[derive(Clone, Debug)]
pub struct ForExpression {
    /// The name of the key or index, if there are two names.
    pub key: Option<Name>,
    /// The name of the element.
    pub value: Name,
    /// What is iterated over.
    pub collection: Expression,
    /// What is made.
    pub result: ForResult,
    /// The condition after `if`.
    pub condition: Option<Expression>,
}

/// What a `for` expression makes of each element.
#[derive(Clone, Debug)]
pub enum ForResult {
    /// `[for … : element]`
    Tuple(Expression),
    /// `{for … : key => element}`
    Object {
        /// The key.
        key: Expression,
        /// The element.
        value: Expression,
        /// Whether `...` groups elements of equal keys.
        group: bool,
    },
}

impl Expression {
    /// An expression of a kind at a place.
    pub fn new(span: Span, kind: ExpressionKind) -> Self {
        Expression {
            span,
            kind: Arc::new(kind),
        }
    }

    /// A literal at a place.
    pub fn literal(span: Span, value: Value) -> Self {
        Expression::new(span, ExpressionKind::Literal(value))
    }

    /// The key that a literal is.
    fn literal_key(&self) -> Option<InstanceKey> {
        let ExpressionKind::Literal(value) = self.kind.as_ref() else {
            return None;
        };
        let number = || value.as_number()?.as_u64().map(InstanceKey::Int);
        value.as_str().map(InstanceKey::string).or_else(number)
    }

    /// Every reference in it, in the order they stand.
    pub fn references(&self) -> Vec<&Reference> {
        let mut found = Vec::new();
        self.each_reference(&mut |reference, _| found.push(reference));
        found
    }

    /// Calls `visit` with every reference and the steps that follow it, in the order they stand.
    pub fn each_reference<'a>(&'a self, visit: &mut dyn FnMut(&'a Reference, &'a [Step])) {
        if let ExpressionKind::Reference(reference, steps) = self.kind.as_ref() {
            visit(reference, steps);
        }
        self.each_part(&mut |part| part.each_reference(visit));
    }

    /// The value of a literal; `None` for every other expression.
    pub fn as_literal(&self) -> Option<&Value> {
        match self.kind.as_ref() {
            ExpressionKind::Literal(value) => Some(value),
            ExpressionKind::Template(_)
            | ExpressionKind::Reference(..)
            | ExpressionKind::Variable(..)
            | ExpressionKind::Access(..)
            | ExpressionKind::Call { .. }
            | ExpressionKind::Unary(..)
            | ExpressionKind::Binary(..)
            | ExpressionKind::Conditional(..)
            | ExpressionKind::Tuple(_)
            | ExpressionKind::Object(_)
            | ExpressionKind::For(_)
            | ExpressionKind::Parentheses(_) => None,
        }
    }

    /// Whether it comes to the same value everywhere: it refers to nothing and calls no function.
    pub fn is_constant(&self) -> bool {
        let own = !matches!(
            self.kind.as_ref(),
            ExpressionKind::Reference(..) | ExpressionKind::Call { .. }
        );
        let mut constant = own;
        self.each_part(&mut |part| constant = constant && part.is_constant());
        constant
    }

    /// Calls `visit` with the expressions that stand directly in it, in their order.
    pub fn each_part<'a>(&'a self, visit: &mut dyn FnMut(&'a Expression)) {
        match self.kind.as_ref() {
            ExpressionKind::Literal(_) => {}
            ExpressionKind::Template(parts) => template_parts(parts, visit),
            ExpressionKind::Reference(_, steps) | ExpressionKind::Variable(_, steps) => {
                step_parts(steps, visit);
            }
            ExpressionKind::Access(inner, steps) => {
                visit(inner);
                step_parts(steps, visit);
            }
            ExpressionKind::Call { arguments, .. } | ExpressionKind::Tuple(arguments) => {
                arguments.iter().for_each(visit);
            }
            ExpressionKind::Unary(_, operand) | ExpressionKind::Parentheses(operand) => {
                visit(operand);
            }
            ExpressionKind::Binary(first, following) => {
                visit(first);
                for (_, operand) in following {
                    visit(operand);
                }
            }
            ExpressionKind::Conditional(condition, then, otherwise) => {
                visit(condition);
                visit(then);
                visit(otherwise);
            }
            ExpressionKind::Object(items) => {
                for item in items {
                    visit(&item.key);
                    visit(&item.value);
                }
            }
            ExpressionKind::For(for_expression) => for_parts(for_expression, visit),
        }
    }
}

fn for_parts<'a>(expression: &'a ForExpression, visit: &mut dyn FnMut(&'a Expression)) {
    visit(&expression.collection);
    match &expression.result {
        ForResult::Tuple(element) => visit(element),
        ForResult::Object { key, value, .. } => {
            visit(key);
            visit(value);
        }
    }
    if let Some(condition) = &expression.condition {
        visit(condition);
    }
}

fn step_parts<'a>(steps: &'a [Step], visit: &mut dyn FnMut(&'a Expression)) {
    for step in steps {
        match step {
            Step::Attribute(..) => {}
            Step::Index(key, _) => visit(key),
            Step::Splat(inner, _) | Step::AttributeSplat(inner, _) => step_parts(inner, visit),
        }
    }
}

fn template_parts<'a>(parts: &'a [TemplatePart], visit: &mut dyn FnMut(&'a Expression)) {
    for part in parts {
        match part {
            TemplatePart::Text(_) => {}
            TemplatePart::Interpolation(expression) => visit(expression),
            TemplatePart::If {
                condition,
                then,
                otherwise,
            } => {
                visit(condition);
                template_parts(then, visit);
                template_parts(otherwise, visit);
            }
            TemplatePart::For {
                collection, body, ..
            } => {
                visit(collection);
                template_parts(body, visit);
            }
        }
    }
}
