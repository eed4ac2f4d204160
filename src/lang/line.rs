//! One expression that somebody typed, outside of any file of the configuration.

use super::syntax::syntax_error;
use super::{Expression, lower};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::{FileId, Span};

/// The expression that the whole text of a file is.
pub fn parse_line(text: &str, file: FileId) -> Result<Expression, Diagnostics> {
    match hcl_edit::parser::parse_expr(text) {
        Ok(syntax) => lower(&syntax, file, text),
        Err(error) => {
            let at = |range: std::ops::Range<usize>| Span::new(file, range);
            Err(syntax_error(&error, text, at).into())
        }
    }
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
    let Ok(syntax) = hcl_edit::parser::parse_expr(text) else {
        return Ok(None);
    };
    if let Some(call) = syntax.as_func_call()
        && is_type(call)
    {
        let argument = call.args.iter().next().filter(|_| call.args.len() == 1);
        let span = argument.and_then(hcl_edit::Span::span);
        return span
            .and_then(|span| text.get(span))
            .map(Some)
            .ok_or_else(misused);
    }
    let mut finder = Finder(false);
    hcl_edit::visit::Visit::visit_expr(&mut finder, &syntax);
    if finder.0 { Err(misused()) } else { Ok(None) }
}

fn is_type(call: &hcl_edit::expr::FuncCall) -> bool {
    call.name.namespace.is_empty() && call.name.name.as_str() == "type"
}

/// Looks for a call of `type`.
struct Finder(bool);

impl hcl_edit::visit::Visit for Finder {
    fn visit_func_call(&mut self, call: &hcl_edit::expr::FuncCall) {
        self.0 |= is_type(call);
        hcl_edit::visit::visit_func_call(self, call);
    }
}
