//! Values without any reference or call: defaults, settings, values given on the command line.

use super::{EmptyScope, Expression, Halt, evaluate, parse_line};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::SourceMap;
use crate::value::Value;

/// The value of an expression that may not refer to anything.
pub fn evaluate_constant(expression: &Expression) -> Result<Value, Diagnostics> {
    evaluate(expression, &EmptyScope).map_err(|halt| match halt {
        Halt::Failed(diagnostics) => *diagnostics,
        Halt::Blocked => {
            let detail = "Only values that stand here in full are allowed.";
            Diagnostic::error(Code::InvalidExpression, detail)
                .at(expression.span)
                .into()
        }
    })
}

/// The value of an expression given as a text, outside any file: its diagnostics have no place.
pub fn evaluate_text(text: &str) -> Result<Value, Diagnostics> {
    let file = SourceMap::default().add("<value>", text);
    parse_line(text, file)
        .and_then(|expression| evaluate_constant(&expression))
        .map_err(|diagnostics| {
            diagnostics
                .into_iter()
                .map(|diagnostic| Diagnostic {
                    primary: None,
                    ..diagnostic
                })
                .collect()
        })
}
