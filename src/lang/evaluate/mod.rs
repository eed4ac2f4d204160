//! Evaluation: what an expression is worth in its surroundings.
//!
//! Each form has its place: [`operators`], [`conditional`] (how two arms become one type), [`collections`] (tuples,
//! objects, `for`), [`access`] (references, attributes, indexes), [`splat`], [`template`] and [`call`]. They share three
//! rules. Nothing is short-circuited: all parts are evaluated, and all their problems are reported together. What is
//! unknown spreads with the type it is known to have. Marks of what was looked at are on the result.

mod access;
mod call;
mod collections;
mod conditional;
mod equality;
mod operators;
mod splat;
mod template;

pub use call::unknown_calls;
pub use equality::equals;

use super::{Evaluated, Expression, ExpressionKind, Halt, Scope};
use crate::address::Name;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::Span;
use crate::value::{Type, Value, convert};

/// How deep expressions and the templates they call may be nested.
const MAX_DEPTH: u32 = 5_000;

/// The value of an expression.
///
/// Fails with all problems of the expression; a blocked part blocks it, unless another part is wrong. An expression that
/// is nested too deeply, as by a template file that renders itself, is an error.
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
    let context = Context {
        scope,
        frame: Some(&frame),
        depth: 0,
    };
    context.evaluate(expression)
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
}

impl<'a> Context<'a> {
    fn evaluate(self, expression: &Expression) -> Evaluated {
        let span = expression.span;
        let inside = self.deeper(span)?;
        match expression.kind.as_ref() {
            ExpressionKind::Literal(value) => Ok(value.clone()),
            ExpressionKind::Template(parts) => inside.template(parts),
            ExpressionKind::Reference(reference, steps) => inside.reference(reference, steps, span),
            ExpressionKind::Variable(name, steps) => inside.variable(name, steps, span),
            ExpressionKind::Access(root, steps) => inside.access(root, steps),
            ExpressionKind::Call {
                name,
                name_span,
                arguments,
                expand,
            } => inside.call(name, *name_span, arguments, *expand, span),
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

    fn deeper(self, span: Span) -> Result<Context<'a>, Halt> {
        if self.depth >= MAX_DEPTH {
            let detail = "The expression, together with the templates it renders, is nested too deeply. A template that \
                          renders itself never ends.";
            let diagnostic = Diagnostic::error(Code::InvalidExpression, detail)
                .with_summary("Expression nested too deeply")
                .at(span);
            return Err(diagnostic.into());
        }
        Ok(Context {
            depth: self.depth + 1,
            ..self
        })
    }

    fn within<'b>(self, frame: &'b Frame<'b>) -> Context<'b>
    where
        'a: 'b,
    {
        Context {
            scope: self.scope,
            frame: Some(frame),
            depth: self.depth,
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

/// Collects the problems of several evaluations, so that all are reported.
#[derive(Default)]
struct Gather {
    problems: Diagnostics,
    blocked: bool,
}

impl Gather {
    /// The value, if there is one; why not is remembered otherwise.
    fn take<T>(&mut self, evaluated: Result<T, Halt>) -> Option<T> {
        match evaluated {
            Ok(value) => Some(value),
            Err(Halt::Blocked) => {
                self.blocked = true;
                None
            }
            Err(Halt::Failed(problems)) => {
                self.problems.extend(*problems);
                None
            }
        }
    }

    fn problem(&mut self, diagnostic: Diagnostic) {
        self.problems.push(diagnostic);
    }

    /// Why there is no value, if there is none: what is wrong comes before what is missing.
    fn check(self) -> Result<(), Halt> {
        if !self.problems.is_empty() {
            Err(Halt::Failed(Box::new(self.problems)))
        } else if self.blocked {
            Err(Halt::Blocked)
        } else {
            Ok(())
        }
    }
}

/// A problem with a place.
fn problem(code: Code, summary: &str, detail: impl Into<String>, span: Span) -> Diagnostic {
    Diagnostic::error(code, detail)
        .with_summary(summary)
        .at(span)
}

/// An unknown value of no known type, with the marks of what it was made of.
fn unknown(marks: crate::value::Marks) -> Value {
    Value::unknown(Type::Dynamic).marked(marks)
}

/// The value as a type, or what is wrong with it in a few words.
fn converted(value: &Value, wanted: &Type) -> Result<Value, String> {
    convert(value, wanted).map_err(|error| error.message)
}
