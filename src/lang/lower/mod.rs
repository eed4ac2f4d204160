//! Lowering: from parsed syntax to the compact tree that is kept and evaluated.
//!
//! Everything that can be said without values is said here: what a name refers to, which names a `for` binds, what a
//! template's markers strip, which parts are constant. All problems of an expression are reported together.

mod forms;
mod template;
mod traversal;

use super::syntax::problem_at;
use super::{Expression, ExpressionKind};
use crate::address::Name;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::{FileId, Span};
use crate::syntax::{self, Expr, ExpressionId, Form, Parsed, Place};
use crate::value::{Number, Type, Value};
use std::collections::BTreeSet;
use std::sync::Arc;

/// How deep the parts of an expression may be nested. What evaluates, prints or walks one goes as deep; the chain
/// `a + b + c …` is one level.
const DEEPEST: usize = 2_000;

/// The expression that syntax stands for.
pub fn lower(expression: Expr<'_>, file: FileId) -> Result<Expression, Diagnostics> {
    lower_with_names(expression, file, &[])
}

/// As [`lower`], where these names are variables of the surroundings, as those of a `for` expression.
pub fn lower_with_names(
    expression: Expr<'_>,
    file: FileId,
    names: &[Name],
) -> Result<Expression, Diagnostics> {
    Lowering::new(Anchor::File(file), expression, names).run()
}

/// As [`lower_with_names`], for syntax of a text that is not a source file itself: all spans are `at`.
pub fn lower_within(
    expression: Expr<'_>,
    at: Span,
    names: &[Name],
) -> Result<Expression, Diagnostics> {
    Lowering::new(Anchor::Fixed(at), expression, names).run()
}

/// The expression that a text stands for when it is read as a template, as the texts of `.tf.json` are. The names are
/// variables of the surroundings.
///
/// The text is not HCL of a source file, so that all spans are `at`; problems name line and column of the text.
pub fn lower_template(text: &str, at: Span, names: &[Name]) -> Result<Expression, Diagnostics> {
    let template = template_syntax(text, at)?;
    let root = template.tree.expression(template.root);
    Lowering::new(Anchor::Fixed(at), root, names).run()
}

/// As [`lower_template`], for a text that is rendered with variables of its own, as the file of a `templatefile`: all
/// names in it are variables. The names that must be given are returned too, sorted.
pub(super) fn lower_rendered(text: &str, at: Span) -> Result<(Expression, Vec<Name>), Diagnostics> {
    let template = template_syntax(text, at)?;
    let root = template.tree.expression(template.root);
    let mut lowering = Lowering::new(Anchor::Fixed(at), root, &[]);
    lowering.given = Some(BTreeSet::new());
    let lowered = lowering.expression(root);
    let names = lowering.given.take().into_iter().flatten().collect();
    Ok((lowering.finish(lowered)?, names))
}

fn template_syntax(text: &str, at: Span) -> Result<Parsed<ExpressionId>, Diagnostics> {
    let parsed = syntax::parse_template(&Arc::from(text));
    if parsed.problems.is_empty() {
        return Ok(parsed);
    }
    let told = parsed.problems.into_iter().map(|problem| {
        let before = text.get(..problem.place.range().start).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let last = before.rsplit('\n').next().unwrap_or_default();
        let column = last.chars().count() + 1;
        let mut diagnostic = problem_at(problem, at);
        diagnostic.detail = format!(
            "In line {line}, column {column} of the template: {}",
            diagnostic.detail
        );
        diagnostic
    });
    Err(told.collect())
}

/// How deep constructors of tuples and objects may be nested in each other: states and plans hold their values and types
/// as JSON, two levels for each of theirs, and JSON is read 127 levels deep.
const DEEPEST_VALUE: usize = 50;

/// Where the syntax stands.
#[derive(Clone, Copy)]
enum Anchor {
    /// In a file, at the offsets that the syntax gives.
    File(FileId),
    /// In a text of its own, for which this place is reported.
    Fixed(Span),
}

/// One run of lowering.
struct Lowering<'t> {
    anchor: Anchor,
    /// The expression that is lowered.
    root: Expr<'t>,
    /// Names bound around the current place, innermost last.
    names: Vec<Name>,
    /// In a template that is rendered with variables of its own: the names that it needs.
    given: Option<BTreeSet<Name>>,
    problems: Diagnostics,
    /// How many expressions are around the current place.
    depth: usize,
    /// How many constructors are around the current place.
    constructors: usize,
    /// Whether something was nested too deeply.
    cut_off: bool,
}

impl<'t> Lowering<'t> {
    fn new(anchor: Anchor, root: Expr<'t>, names: &[Name]) -> Self {
        Lowering {
            anchor,
            root,
            names: names.to_vec(),
            given: None,
            problems: Diagnostics::new(),
            depth: 0,
            constructors: 0,
            cut_off: false,
        }
    }

    fn run(mut self) -> Result<Expression, Diagnostics> {
        let lowered = self.expression(self.root);
        self.finish(lowered)
    }

    fn finish(self, lowered: Expression) -> Result<Expression, Diagnostics> {
        self.problems
            .into_result(lowered)
            .map(|(lowered, _)| lowered)
    }

    fn span(&self, place: Place) -> Span {
        match self.anchor {
            Anchor::Fixed(span) => span,
            Anchor::File(file) => Span::new(file, place.range()),
        }
    }

    /// What is written at a place.
    fn written(&self, place: Place) -> &'t str {
        place.text(self.root.tree().text())
    }

    /// Another expression of the tree, lowered.
    fn part(&mut self, id: ExpressionId) -> Expression {
        self.expression(self.root.other(id))
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

    fn expression(&mut self, expression: Expr<'t>) -> Expression {
        let span = self.span(expression.place());
        let constructs = matches!(expression.form(), Form::Tuple(_) | Form::Object(_));
        let constructors = self.constructors + usize::from(constructs);
        if self.depth >= DEEPEST || constructors > DEEPEST_VALUE {
            return self.too_deep(span);
        }
        self.depth += 1;
        let outside = std::mem::replace(&mut self.constructors, constructors);
        let lowered = self.form(expression, span);
        self.constructors = outside;
        self.depth -= 1;
        lowered
    }

    /// Notes, once, that nothing deeper is read.
    fn too_deep(&mut self, span: Span) -> Expression {
        if std::mem::replace(&mut self.cut_off, true) {
            return Expression::literal(span, Value::null(Type::Dynamic));
        }
        let detail = format!(
            "Expressions may be nested {DEEPEST} levels deep, tuples and objects {DEEPEST_VALUE} levels."
        );
        let diagnostic = Diagnostic::error(Code::InvalidExpression, detail);
        self.problem(
            span,
            diagnostic.with_summary("Expression nested too deeply"),
        )
    }

    fn form(&mut self, expression: Expr<'t>, span: Span) -> Expression {
        match expression.form() {
            Form::Number => self.number(span, expression.text()),
            Form::Name => self.name(span, expression),
            Form::Tuple(elements) => self.tuple(span, *elements),
            Form::Object(members) => self.object(span, *members),
            Form::Template(quoting, parts) => self.template(span, *quoting, *parts),
            Form::Parentheses(inner) => {
                let inner = self.part(*inner);
                parenthesised(span, inner)
            }
            Form::Access(root, steps) => self.access(span, *root, *steps),
            Form::Conditional(condition, then, otherwise) => {
                let parts = [condition, then, otherwise].map(|part| self.part(*part));
                let [condition, then, otherwise] = parts;
                let kind = ExpressionKind::Conditional(condition, then, otherwise);
                Expression::new(span, kind)
            }
            Form::Call(_) => self.call(span, expression),
            Form::Unary(operator, operand) => self.unary(span, *operator, *operand),
            Form::Binary(..) => self.operation(span, expression),
            Form::For(id) => self.for_expression(span, *id),
            // Whoever asks for an expression with syntax errors has told them.
            Form::Wrong => Expression::literal(span, Value::null(Type::Dynamic)),
        }
    }

    /// A keyword, or a reference that is a single name.
    fn name(&mut self, span: Span, expression: Expr<'t>) -> Expression {
        let value = match expression.text() {
            "true" => Value::bool(true),
            "false" => Value::bool(false),
            "null" => Value::null(Type::Dynamic),
            name => return self.reference(span, name, span, &[]),
        };
        Expression::literal(span, value)
    }

    fn number(&mut self, span: Span, digits: &str) -> Expression {
        if let Ok(number) = Number::parse(digits) {
            return Expression::literal(span, Value::number(number));
        }
        let detail = format!("`{digits}` is not a number that can be represented.");
        let diagnostic = Diagnostic::error(Code::Syntax, detail);
        self.problem(span, diagnostic.with_summary("Invalid number literal"))
    }
}

/// The expression in parentheses, which constants do not need.
fn parenthesised(span: Span, inner: Expression) -> Expression {
    match inner.as_literal() {
        Some(value) => Expression::literal(span, value.clone()),
        None => Expression::new(span, ExpressionKind::Parentheses(inner)),
    }
}
