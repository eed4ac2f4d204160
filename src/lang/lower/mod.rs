//! Lowering: from parsed syntax to the compact tree that is kept and evaluated.
//!
//! Everything that can be said without values is said here: what a name refers to, which names a `for` binds, what a
//! template's markers strip, which parts are constant. All problems of an expression are reported together.

mod forms;
mod template;
mod traversal;

use super::syntax::syntax_error;
use super::{Expression, ExpressionKind};
use crate::address::Name;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::{FileId, Span};
use crate::value::{Number, Type, Value};
use hcl_edit::Span as _;
use hcl_edit::expr as syntax;
use std::collections::BTreeSet;
use std::ops::Range;

/// The expression that syntax stands for. `text` is the whole text of the file, in which the syntax has its spans.
pub fn lower(
    expression: &syntax::Expression,
    file: FileId,
    text: &str,
) -> Result<Expression, Diagnostics> {
    lower_with_names(expression, file, text, &[])
}

/// As [`lower`], where these names are variables of the surroundings, as those of a `for` expression.
pub fn lower_with_names(
    expression: &syntax::Expression,
    file: FileId,
    text: &str,
    names: &[Name],
) -> Result<Expression, Diagnostics> {
    let mut lowering = Lowering::new(Place::File(file), text);
    lowering.names = names.to_vec();
    let lowered = lowering.expression(expression);
    lowering.finish(lowered)
}

/// As [`lower_with_names`], for syntax of a text that is not a source file itself: all spans are `at`.
pub fn lower_within(
    expression: &syntax::Expression,
    at: Span,
    text: &str,
    names: &[Name],
) -> Result<Expression, Diagnostics> {
    let mut lowering = Lowering::new(Place::Fixed(at), text);
    lowering.names = names.to_vec();
    let lowered = lowering.expression(expression);
    lowering.finish(lowered)
}

/// The expression that a text stands for when it is read as a template, as the texts of `.tf.json` are. The names are
/// variables of the surroundings.
///
/// The text is not HCL of a source file, so that all spans are `at`; problems name line and column of the text.
pub fn lower_template(text: &str, at: Span, names: &[Name]) -> Result<Expression, Diagnostics> {
    let template = template_syntax(text, at)?;
    let mut lowering = Lowering::new(Place::Fixed(at), text);
    lowering.names = names.to_vec();
    let lowered = lowering.bare_template(&template, at);
    lowering.finish(lowered)
}

/// As [`lower_template`], for a text that is rendered with variables of its own, as the file of a `templatefile`: all
/// names in it are variables. The names that must be given are returned too, sorted.
pub(super) fn lower_rendered(text: &str, at: Span) -> Result<(Expression, Vec<Name>), Diagnostics> {
    let template = template_syntax(text, at)?;
    let mut lowering = Lowering::new(Place::Fixed(at), text);
    lowering.given = Some(BTreeSet::new());
    let lowered = lowering.bare_template(&template, at);
    let names = lowering.given.take().into_iter().flatten().collect();
    Ok((lowering.finish(lowered)?, names))
}

fn template_syntax(text: &str, at: Span) -> Result<hcl_edit::template::Template, Diagnostics> {
    hcl_edit::parser::parse_template(text).map_err(|error| {
        let mut diagnostic = syntax_error(&error, text, |_| at);
        let location = error.location();
        let (line, column) = (location.line(), location.column());
        diagnostic.detail = format!(
            "In line {line}, column {column} of the template: {}",
            diagnostic.detail
        );
        diagnostic.into()
    })
}

/// Where the syntax stands.
#[derive(Clone, Copy)]
enum Place {
    /// In a file, at the offsets that the syntax gives.
    File(FileId),
    /// In a text of its own, for which this place is reported.
    Fixed(Span),
}

/// One run of lowering.
struct Lowering<'a> {
    place: Place,
    text: &'a str,
    /// Names bound around the current place, innermost last.
    names: Vec<Name>,
    /// In a template that is rendered with variables of its own: the names that it needs.
    given: Option<BTreeSet<Name>>,
    problems: Diagnostics,
}

impl<'a> Lowering<'a> {
    fn new(place: Place, text: &'a str) -> Self {
        Lowering {
            place,
            text,
            names: Vec::new(),
            given: None,
            problems: Diagnostics::new(),
        }
    }

    fn finish(self, lowered: Expression) -> Result<Expression, Diagnostics> {
        self.problems
            .into_result(lowered)
            .map(|(lowered, _)| lowered)
    }

    fn span(&self, range: Option<Range<usize>>) -> Span {
        match self.place {
            Place::Fixed(span) => span,
            Place::File(file) => Span::new(file, range.unwrap_or(0..0)),
        }
    }

    fn source(&self, range: Option<Range<usize>>) -> &'a str {
        range
            .and_then(|range| self.text.get(range))
            .unwrap_or_default()
    }

    /// Whether a name is a variable. One that only the template's variables can explain is noted as needed.
    fn is_bound(&mut self, name: &str) -> bool {
        if self.names.iter().any(|bound| bound.as_ref() == name) {
            return true;
        }
        match &mut self.given {
            Some(needed) => {
                needed.insert(name.into());
                true
            }
            None => false,
        }
    }

    /// Runs `inside` while the names are bound.
    fn binding<T>(&mut self, names: &[&Name], inside: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.names.len();
        self.names
            .extend(names.iter().map(|name| Name::clone(name)));
        let result = inside(self);
        self.names.truncate(before);
        result
    }

    /// Notes a problem, and gives an expression to go on with, which nobody will see.
    fn problem(&mut self, span: Span, diagnostic: Diagnostic) -> Expression {
        self.problems.push(diagnostic.at(span));
        Expression::literal(span, Value::null(Type::Dynamic))
    }

    fn expression(&mut self, expression: &syntax::Expression) -> Expression {
        let span = self.span(expression.span());
        match expression {
            syntax::Expression::Null(_) => Expression::literal(span, Value::null(Type::Dynamic)),
            syntax::Expression::Bool(value) => Expression::literal(span, Value::bool(**value)),
            syntax::Expression::Number(_) => self.number(span, expression.span()),
            syntax::Expression::String(text) => {
                self.refuse_line_breaks(expression.span());
                Expression::literal(span, Value::string(text.as_str()))
            }
            syntax::Expression::Array(array) => self.tuple(span, array),
            syntax::Expression::Object(object) => self.object(span, object),
            syntax::Expression::StringTemplate(template) => self.quoted(template, span),
            syntax::Expression::HeredocTemplate(heredoc) => {
                self.heredoc(heredoc, expression.span(), span)
            }
            syntax::Expression::Parenthesis(inner) => {
                let inner = self.expression(inner.inner());
                parenthesised(span, inner)
            }
            syntax::Expression::Variable(name) => self.reference(span, name.as_str(), span, &[]),
            syntax::Expression::Traversal(traversal) => self.traversal(span, traversal),
            syntax::Expression::Conditional(conditional) => self.conditional(span, conditional),
            syntax::Expression::FuncCall(call) => self.call(span, call),
            syntax::Expression::UnaryOp(operation) => self.unary(span, operation),
            syntax::Expression::BinaryOp(operation) => self.binary(span, operation),
            syntax::Expression::ForExpr(for_expression) => {
                self.for_expression(span, for_expression)
            }
        }
    }

    /// A number, read from the text, since the parser keeps only a machine number.
    fn number(&mut self, span: Span, range: Option<Range<usize>>) -> Expression {
        let digits: String = self
            .source(range)
            .chars()
            .filter(|character| character.is_ascii_alphanumeric() || "+-.".contains(*character))
            .collect();
        if let Ok(number) = Number::parse(&digits) {
            return Expression::literal(span, Value::number(number));
        }
        let detail = format!("`{digits}` is not a number that can be represented.");
        let diagnostic = Diagnostic::error(Code::Syntax, detail);
        self.problem(span, diagnostic.with_summary("Invalid number literal"))
    }

    fn refuse_line_breaks(&mut self, range: Option<Range<usize>>) {
        if self.source(range.clone()).contains('\n') {
            let detail = "Quoted strings may not be split over multiple lines. Write the line break as \\n, or use \
                          a heredoc.";
            let diagnostic =
                Diagnostic::error(Code::Syntax, detail).with_summary("Invalid multi-line string");
            let span = self.span(range);
            self.problem(span, diagnostic);
        }
    }
}

/// The expression in parentheses, which constants do not need.
fn parenthesised(span: Span, inner: Expression) -> Expression {
    match inner.as_literal() {
        Some(value) => Expression::literal(span, value.clone()),
        None => Expression::new(span, ExpressionKind::Parentheses(inner)),
    }
}
