//! Evaluation: what an expression is worth in its surroundings.
//!
//! Each form has its place: [`operators`], [`conditional`] (how two arms become one type), [`collections`] (tuples,
//! objects, `for`), [`access`] (references, attributes, indexes), [`splat`], [`template`], [`call`] and [`rendering`]. They share four
//! rules. Nothing is short-circuited: all parts are evaluated, and all their problems are reported together. After a
//! mistake the evaluation goes on with an unknown value in its place, as HCL does, so that what is made of it is judged
//! too ([`Trouble`] remembers the mistakes). What is unknown spreads with the type it is known to have. Marks of what was
//! looked at are on the result.

mod access;
mod budget;
mod call;
mod collections;
mod conditional;
mod equality;
mod operators;
mod rendering;
mod splat;
mod template;
mod trouble;

pub use call::unknown_calls;
pub use equality::equals;

use super::{Evaluated, Expression, ExpressionKind, Scope};
use crate::address::Name;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::value::{Room, TooLarge, Type, Value, convert};
use budget::Budget;
use trouble::Trouble;

/// How deep expressions and the templates they call may be nested.
const MAX_DEPTH: u32 = 5_000;

/// The value of an expression.
///
/// Fails with all problems of the expression; a blocked part blocks it, unless another part is wrong. An expression that
/// is nested too deeply, as by a template file that renders itself, is an error; so is a value that is too large (see
/// [`Room`]).
pub fn evaluate(expression: &Expression, scope: &dyn Scope) -> Evaluated {
    evaluate_with_names(expression, scope, &[])
}

/// As [`evaluate`], where these names have these values, for expressions of [`super::lower_with_names`].
pub fn evaluate_with_names(
    expression: &Expression,
    scope: &dyn Scope,
    names: &[(&Name, Value)],
) -> Evaluated {
    let frame = Frame { outer: None, names };
    let (trouble, budget) = (Trouble::default(), Budget::default());
    let context = Context {
        scope,
        budget: &budget,
        frame: Some(&frame),
        depth: 0,
        in_template: false,
        blocked: 0,
        trouble: &trouble,
    };
    let value = context.evaluate(expression);
    let value = trouble.into_result(value)?;
    // What is only named was made elsewhere, and measured there: to measure it again wherever it is named would go through
    // all of it each time.
    if matches!(expression.kind.as_ref(), ExpressionKind::Reference(..)) {
        return Ok(value);
    }
    match Room::default().take(&value, 0) {
        Ok(()) => Ok(value),
        Err(limit) => Err(unworkable(limit, expression.span).into()),
    }
}

fn unworkable(limit: TooLarge, span: Span) -> Diagnostic {
    let detail = format!("What this expression comes to is more than can be worked with: {limit}.");
    problem(Code::InvalidExpression, "Value too large", detail, span)
}

/// The names that a `for` binds, and those around it.
struct Frame<'a> {
    outer: Option<&'a Frame<'a>>,
    names: &'a [(&'a Name, Value)],
}

/// Where an evaluation is.
#[derive(Clone, Copy)]
struct Context<'a> {
    scope: &'a dyn Scope,
    frame: Option<&'a Frame<'a>>,
    depth: u32,
    /// Whether a template is being rendered, which may render no other.
    in_template: bool,
    /// How many facts were missing when the evaluation of the expression around began.
    blocked: usize,
    trouble: &'a Trouble,
    budget: &'a Budget,
}

impl<'a> Context<'a> {
    /// The value of an expression; after a mistake in it, what can be said of the value all the same.
    fn evaluate(self, expression: &Expression) -> Value {
        let span = expression.span;
        let Some(inside) = self.deeper(span) else {
            return Value::unknown(Type::Dynamic);
        };
        match expression.kind.as_ref() {
            ExpressionKind::Literal(value) => value.clone(),
            ExpressionKind::Template(parts) => inside.afforded(inside.template(parts), span),
            ExpressionKind::Reference(reference, steps) => inside.reference(reference, steps, span),
            ExpressionKind::Variable(name, steps) => inside.variable(name, steps, span),
            ExpressionKind::Access(root, steps) => inside.access(root, steps),
            ExpressionKind::Call {
                name,
                name_span,
                arguments,
                expand,
            } => {
                let value = inside.call(name, *name_span, (arguments, *expand), span);
                inside.afforded(value, span)
            }
            ExpressionKind::Unary(operator, operand) => inside.unary(*operator, operand, span),
            ExpressionKind::Binary(first, following) => inside.binary(first, following),
            ExpressionKind::Conditional(condition, then, otherwise) => {
                inside.conditional(condition, then, otherwise)
            }
            ExpressionKind::Tuple(elements) => inside.tuple(elements),
            ExpressionKind::Object(items) => inside.object(items),
            ExpressionKind::For(for_expression) => inside.for_expression(for_expression),
            ExpressionKind::Parentheses(inner) => inside.evaluate(inner),
        }
    }

    /// One level further in; `None` where that is too deep, which is told.
    fn deeper(self, span: Span) -> Option<Context<'a>> {
        if self.depth >= MAX_DEPTH {
            let detail = "The expression, together with the templates it renders, is nested too deeply. A template that \
                          renders itself never ends.";
            let diagnostic = Diagnostic::error(Code::InvalidExpression, detail)
                .with_summary("Expression nested too deeply")
                .at(span);
            self.wrong(diagnostic);
            return None;
        }
        Some(Context {
            depth: self.depth + 1,
            blocked: self.trouble.blocked(),
            ..self
        })
    }

    /// A value that was made, unless all that is made becomes too much.
    fn afforded(self, value: Value, span: Span) -> Value {
        let afforded = self.budget.text(value.as_str().map_or(0, str::len));
        self.checked(
            afforded
                .map_err(|detail| too_large(detail, span))
                .map(|()| value),
        )
    }

    /// Whether one more round of a `for` can be afforded; that it cannot is told.
    fn affords_round(self, span: Span) -> bool {
        let round = self.budget.round();
        round
            .map_err(|detail| self.wrong(too_large(detail, span)))
            .is_ok()
    }

    /// Remembers a mistake; the value that stands in its place. What is said of a part of which a fact is missing may
    /// turn out right once that is known, and is forgotten.
    fn wrong(self, diagnostic: Diagnostic) -> Value {
        if self.trouble.blocked() == self.blocked {
            self.trouble.push(diagnostic);
        }
        Value::unknown(Type::Dynamic)
    }

    /// The value, or what stands in its place when there is none.
    fn settled(self, evaluated: Evaluated) -> Value {
        evaluated.unwrap_or_else(|halt| {
            self.trouble.halt(halt);
            Value::unknown(Type::Dynamic)
        })
    }

    /// The same for a value that at most one thing is wrong with.
    fn checked(self, value: Result<Value, Diagnostic>) -> Value {
        value.unwrap_or_else(|diagnostic| self.wrong(diagnostic))
    }

    /// How many mistakes were made so far.
    fn mistakes(self) -> usize {
        self.trouble.count()
    }

    /// Evaluates something whose mistakes are looked at before they count.
    fn apart<T>(self, inside: impl FnOnce(Context<'_>) -> T) -> (T, Trouble) {
        let trouble = Trouble::default();
        let result = inside(Context {
            scope: self.scope,
            frame: self.frame,
            depth: self.depth,
            in_template: self.in_template,
            blocked: 0,
            trouble: &trouble,
            budget: self.budget,
        });
        (result, trouble)
    }

    fn within<'b>(self, frame: &'b Frame<'b>) -> Context<'b>
    where
        'a: 'b,
    {
        Context {
            scope: self.scope,
            frame: Some(frame),
            depth: self.depth,
            in_template: self.in_template,
            blocked: self.blocked,
            trouble: self.trouble,
            budget: self.budget,
        }
    }

    /// The value of a name that a `for` or a template binds.
    fn lookup(self, name: &Name) -> Option<&'a Value> {
        let mut frame = self.frame;
        while let Some(current) = frame {
            let found = current.names.iter().find(|(bound, _)| *bound == name);
            if let Some((_, value)) = found {
                return Some(value);
            }
            frame = current.outer;
        }
        None
    }
}

/// A problem with a place.
fn problem(code: Code, summary: &str, detail: impl Into<String>, span: Span) -> Diagnostic {
    Diagnostic::error(code, detail)
        .with_summary(summary)
        .at(span)
}

fn too_large(detail: String, span: Span) -> Diagnostic {
    let summary = "Expression too large";
    problem(Code::InvalidExpression, summary, detail, span)
}

/// An unknown value of no known type, with the marks of what it was made of.
fn unknown(marks: crate::value::Marks) -> Value {
    Value::unknown(Type::Dynamic).marked(marks)
}

/// The value as a type, or what is wrong with it in a few words.
fn converted(value: &Value, wanted: &Type) -> Result<Value, String> {
    convert(value, wanted).map_err(|error| error.message)
}
