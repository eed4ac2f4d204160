//! Syntax errors as people see them.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::{FileId, Span};
use crate::syntax::{self, Parsed, Problem};
use std::sync::Arc;

/// A syntax error of a file.
pub fn syntax_error(problem: Problem, file: FileId) -> Diagnostic {
    let span = Span::new(file, problem.place.range());
    problem_at(problem, span)
}

/// A syntax error, told of a place.
pub(super) fn problem_at(problem: Problem, span: Span) -> Diagnostic {
    Diagnostic::error(Code::Syntax, problem.detail)
        .with_summary(problem.summary)
        .at(span)
}

/// The text of a file in canonical layout, or its syntax errors.
pub fn formatted(text: &str, file: FileId) -> Result<String, Diagnostics> {
    crate::format::laid_out(text).map_err(|problems| {
        let problems = problems.into_iter();
        problems
            .map(|problem| syntax_error(problem, file))
            .collect()
    })
}

/// Reads a text as a file: the tree as far as it could be read, and the syntax errors.
pub fn parse(text: &Arc<str>, file: FileId) -> (syntax::Tree, Diagnostics) {
    let Parsed { tree, problems, .. } = syntax::parse(text);
    let told = problems.into_iter();
    (
        tree,
        told.map(|problem| syntax_error(problem, file)).collect(),
    )
}
