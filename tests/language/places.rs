//! Where Terraform places what it says of an argument.
//!
//! We point at the whole argument. Terraform points at where it begins, and what that is depends on its outermost form:
//! an index begins at its bracket, a splat at its star, a text after its quote. All other mistakes are placed alike.

use std::collections::BTreeMap;
use trustform::lang::{Expression, ExpressionKind, Step, TemplatePart};

/// The summaries that are placed at the beginning of an argument.
const OF_ARGUMENTS: [&str; 2] = ["Invalid function argument", "Too many function arguments"];

/// The beginnings of the arguments of an expression, by their places.
pub(super) struct Places(BTreeMap<(usize, usize), usize>);

impl Places {
    /// Those of an expression in a text.
    pub(super) fn of(expression: &Expression, text: &str) -> Places {
        let mut found = BTreeMap::new();
        collect(expression, text, &mut found);
        Places(found)
    }

    /// Where Terraform places a mistake that we place here, both in bytes of the text.
    pub(super) fn of_mistake(&self, start: usize, end: usize, summary: &str) -> usize {
        let beginning = self.0.get(&(start, end)).copied();
        beginning
            .filter(|_| OF_ARGUMENTS.contains(&summary))
            .unwrap_or(start)
    }
}

fn range(expression: &Expression) -> (usize, usize) {
    (expression.span.start as usize, expression.span.end as usize)
}

fn collect(expression: &Expression, text: &str, found: &mut BTreeMap<(usize, usize), usize>) {
    if let ExpressionKind::Call {
        arguments, expand, ..
    } = expression.kind.as_ref()
    {
        // What is expanded is placed as a whole.
        let written = arguments.len() - usize::from(*expand);
        for argument in &arguments[..written] {
            found.insert(range(argument), beginning(argument, text));
        }
    }
    expression.each_part(&mut |part| collect(part, text, found));
}

/// Where an expression begins for HCL.
fn beginning(expression: &Expression, text: &str) -> usize {
    let start = range(expression).0;
    match expression.kind.as_ref() {
        ExpressionKind::Literal(_) => of_literal(start, text),
        ExpressionKind::Template(parts) => match parts.first() {
            Some(TemplatePart::Interpolation(first)) => beginning(first, text),
            Some(TemplatePart::If { condition, .. }) => beginning(condition, text),
            Some(TemplatePart::Text(_) | TemplatePart::For { .. }) | None => {
                of_literal(start, text)
            }
        },
        ExpressionKind::Parentheses(inner) if text[start..].starts_with('(') => {
            beginning(inner, text)
        }
        ExpressionKind::Reference(_, steps)
        | ExpressionKind::Variable(_, steps)
        | ExpressionKind::Access(_, steps) => match steps.last() {
            Some(Step::Index(key, span)) if !is_constant(key, text) => span.start as usize,
            Some(Step::Splat(_, span) | Step::AttributeSplat(_, span)) => span.start as usize,
            Some(Step::Index(..) | Step::Attribute(..)) | None => start,
        },
        ExpressionKind::Binary(first, _) => beginning(first, text),
        ExpressionKind::Conditional(condition, ..) => beginning(condition, text),
        ExpressionKind::Parentheses(_)
        | ExpressionKind::Call { .. }
        | ExpressionKind::Unary(..)
        | ExpressionKind::Tuple(_)
        | ExpressionKind::Object(_)
        | ExpressionKind::For(_) => start,
    }
}

/// Whether HCL takes a key as a part of the name before it.
fn is_constant(key: &Expression, text: &str) -> bool {
    let written = &text[range(key).0..];
    key.as_literal().is_some() && !written.starts_with(['(', '-']) && !written.starts_with("\"${")
}

/// A literal begins after its quote or the line of its marker.
fn of_literal(start: usize, text: &str) -> usize {
    let rest = &text[start..];
    let inner = rest.trim_start_matches(|c: char| c == '(' || c.is_whitespace());
    let at = start + rest.len() - inner.len();
    if inner.starts_with("\"${") {
        at
    } else if inner.starts_with("\"\"") {
        // An empty text begins where it ends.
        at + 2
    } else if inner.starts_with('"') {
        at + 1
    } else if let Some(marker) = inner.strip_prefix("<<") {
        let (marker, content) = marker.split_once('\n').unwrap_or((marker, ""));
        let first = at + inner.len() - content.len();
        let marker = marker.trim_start_matches('-').trim();
        let line = content.lines().next().unwrap_or_default();
        if line.trim() == marker {
            first + line.len()
        } else {
            first
        }
    } else {
        at
    }
}
