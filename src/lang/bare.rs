//! Arguments that are not evaluated: where a bare name, a reference or a list of them is wanted.
//!
//! `depends_on`, `provider`, `providers`, `ignore_changes`, `replace_triggered_by` and type constraints are read from the
//! syntax, since a name such as `string` or `all` would be a wrong reference in an expression.

use crate::address::Name;
use crate::source::{FileId, Span};
use crate::syntax::{Expr, Form, Place, Step, StepForm};
use crate::value::Number;

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
pub fn traversal(expression: Expr<'_>, file: FileId) -> Option<Traversal> {
    let span = Span::new(file, expression.place().range());
    if let Some(name) = keyword(expression) {
        return Some(Traversal {
            root: name.into(),
            steps: Vec::new(),
            span,
        });
    }
    let Form::Access(root, steps) = expression.form() else {
        return None;
    };
    let steps = expression.tree().steps(*steps).iter();
    let steps: Option<Vec<TraversalStep>> = steps.map(|found| step(found, expression)).collect();
    Some(Traversal {
        root: keyword(expression.other(*root))?.into(),
        steps: steps?,
        span,
    })
}

/// The single name that an expression is, as `all` or `string`; not `true`, `false` or `null`.
pub fn keyword(expression: Expr<'_>) -> Option<&str> {
    let is_value = |name: &&str| matches!(*name, "true" | "false" | "null");
    expression.name().filter(|name| !is_value(name))
}

/// The elements of a list that is written out; `None` when the expression is anything else.
pub fn elements(expression: Expr<'_>) -> Option<Vec<Expr<'_>>> {
    let Form::Tuple(elements) = expression.form() else {
        return None;
    };
    Some(expression.tree().list(*elements).collect())
}

/// The keys and values of an object that is written out; `None` when the expression is anything else.
pub fn members(expression: Expr<'_>) -> Option<Vec<(Expr<'_>, Expr<'_>)>> {
    let Form::Object(members) = expression.form() else {
        return None;
    };
    Some(expression.tree().members(*members).collect())
}

/// The items of an object that is written out, whose keys are names or constant texts; `None` for anything else.
pub fn items(expression: Expr<'_>) -> Option<Vec<(Name, Place, Expr<'_>)>> {
    let items = members(expression)?.into_iter();
    items
        .map(|(key, value)| Some((key_text(key)?, key.place(), value)))
        .collect()
}

/// The text of an object's key that is a name or a constant text.
pub fn key_text(key: Expr<'_>) -> Option<Name> {
    match key.name() {
        Some(name) => Some(name.into()),
        None => key.constant_text().map(Name::from),
    }
}

fn step(step: &Step, expression: Expr<'_>) -> Option<TraversalStep> {
    let text = expression.tree().text();
    let index = |digits: &str| Number::parse(digits).ok()?.as_u64();
    match step.form {
        StepForm::Attribute(name) => Some(TraversalStep::Attribute(name.text(text).into())),
        StepForm::LegacyIndex(digits) => index(digits.text(text)).map(TraversalStep::Index),
        StepForm::AttributeSplat | StepForm::Splat => Some(TraversalStep::Splat),
        StepForm::Index(key) => {
            let key = expression.other(key);
            if let Some(text) = key.constant_text() {
                return Some(TraversalStep::Key(text.into()));
            }
            let is_number = matches!(key.form(), Form::Number);
            is_number
                .then(|| index(key.text()).map(TraversalStep::Index))
                .flatten()
        }
    }
}
