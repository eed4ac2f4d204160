//! Arguments that are not evaluated: where a bare name, a reference or a list of them is wanted.
//!
//! `depends_on`, `provider`, `providers`, `ignore_changes`, `replace_triggered_by` and type constraints are read from the
//! syntax, since a name such as `string` or `all` would be a wrong reference in an expression.

use crate::address::Name;
use crate::source::{FileId, Span};
use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, TraversalOperator};

/// A name and the attributes and constant indexes that follow it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traversal {
    /// The first name.
    pub root: Name,
    /// What follows it.
    pub steps: Vec<TraversalStep>,
    /// Where it stands.
    pub span: Span,
}

/// A step of a bare traversal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TraversalStep {
    /// `.name`
    Attribute(Name),
    /// `["key"]`
    Key(Name),
    /// `[0]` and the old `.0`
    Index(u64),
    /// `[*]` and `.*`
    Splat,
}

/// The traversal that an expression is; `None` when it is anything else.
pub fn traversal(expression: &Expression, file: FileId) -> Option<Traversal> {
    let span = Span::new(file, expression.span().unwrap_or(0..0));
    match expression {
        Expression::Variable(name) => Some(Traversal {
            root: name.as_str().into(),
            steps: Vec::new(),
            span,
        }),
        Expression::Traversal(traversal) => {
            let root = traversal.expr.as_variable()?.as_str().into();
            let steps = traversal
                .operators
                .iter()
                .map(|operator| step(operator.value()));
            Some(Traversal {
                root,
                steps: steps.collect::<Option<Vec<_>>>()?,
                span,
            })
        }
        Expression::Null(_)
        | Expression::Bool(_)
        | Expression::Number(_)
        | Expression::String(_)
        | Expression::Array(_)
        | Expression::Object(_)
        | Expression::StringTemplate(_)
        | Expression::HeredocTemplate(_)
        | Expression::Parenthesis(_)
        | Expression::Conditional(_)
        | Expression::FuncCall(_)
        | Expression::UnaryOp(_)
        | Expression::BinaryOp(_)
        | Expression::ForExpr(_) => None,
    }
}

/// The single name that an expression is, as `all` or `string`.
pub fn keyword(expression: &Expression) -> Option<&str> {
    expression.as_variable().map(hcl_edit::Ident::as_str)
}

/// The elements of a list that is written out; `None` when the expression is anything else.
pub fn elements(expression: &Expression) -> Option<Vec<&Expression>> {
    expression.as_array().map(|array| array.iter().collect())
}

/// The items of an object that is written out, whose keys are names or constant texts; `None` for anything else.
pub fn items(expression: &Expression, file: FileId) -> Option<Vec<(Name, Span, &Expression)>> {
    let item = |(key, value): (&hcl_edit::expr::ObjectKey, _)| {
        let text = match key {
            hcl_edit::expr::ObjectKey::Ident(name) => name.as_str(),
            hcl_edit::expr::ObjectKey::Expression(key) => key.as_str()?,
        };
        let span = Span::new(file, key.span().unwrap_or(0..0));
        Some((
            Name::from(text),
            span,
            hcl_edit::expr::ObjectValue::expr(value),
        ))
    };
    expression.as_object()?.iter().map(item).collect()
}

fn step(operator: &TraversalOperator) -> Option<TraversalStep> {
    match operator {
        TraversalOperator::GetAttr(name) => Some(TraversalStep::Attribute(name.as_str().into())),
        TraversalOperator::LegacyIndex(index) => Some(TraversalStep::Index(**index)),
        TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => {
            Some(TraversalStep::Splat)
        }
        TraversalOperator::Index(key) => match (key.as_str(), key.as_number()) {
            (Some(text), _) => Some(TraversalStep::Key(text.into())),
            (None, Some(number)) => number.as_u64().map(TraversalStep::Index),
            (None, None) => None,
        },
    }
}
