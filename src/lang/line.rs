//! One expression that somebody typed, outside of any file of the configuration.

use super::syntax::syntax_error;
use super::{Expression, lower};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::{FileId, Span};
use crate::syntax::{Expr, parse_expression};
use std::sync::Arc;

/// The expression that the whole text of a file is.
pub fn parse_line(text: &str, file: FileId) -> Result<Expression, Diagnostics> {
    let parsed = parse_expression(&Arc::from(text));
    if parsed.problems.is_empty() {
        return lower(parsed.tree.expression(parsed.root), file);
    }
    let problems = parsed.problems.into_iter();
    Err(problems
        .map(|problem| syntax_error(problem, file))
        .collect())
}

/// The argument of `type(…)`, which only the console knows, when the text is a call of it and nothing else.
///
/// An error when the call is part of something larger.
pub fn argument_of_type(text: &str, file: FileId) -> Result<Option<&str>, Diagnostic> {
    let misused = || {
        let detail = "`type` shows the type of a whole expression; it cannot be part of one.";
        Diagnostic::error(Code::FunctionCall, detail)
            .with_summary("Invalid use of type function")
            .at(Span::new(file, 0..text.len()))
    };
    let parsed = parse_expression(&Arc::from(text));
    if !parsed.problems.is_empty() {
        return Ok(None);
    }
    let root = parsed.tree.expression(parsed.root);
    if let Some((_, call)) = root.function().filter(|_| is_type(root)) {
        let mut arguments = parsed.tree.list(call.arguments);
        let only = arguments.next().filter(|_| arguments.next().is_none());
        let written = only.and_then(|argument| text.get(argument.place().range()));
        return written.map(Some).ok_or_else(misused);
    }
    if parsed.tree.all().any(is_type) {
        Err(misused())
    } else {
        Ok(None)
    }
}

fn is_type(call: Expr<'_>) -> bool {
    let name = call.function().map(|(name, _)| name);
    name.is_some_and(|name| name.text(call.tree().text()) == "type")
}
