//! Calls: of functions, and of those that look at their arguments unevaluated or render templates.

use super::{Context, problem, unknown};
use crate::address::Name;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lang::functions::{self, CallError, Function};
use crate::lang::{Expression, ExpressionKind};
use crate::source::Span;
use crate::value::{Kind, Marks, Type, Value};

/// An argument, which a function may look at before it is evaluated.
#[derive(Clone)]
pub(super) enum Argument<'e> {
    /// One that is written.
    Written(&'e Expression),
    /// An element of what is expanded, which stands at a place.
    Expanded(Value, Span),
}

impl Argument<'_> {
    pub(super) fn span(&self) -> Span {
        match self {
            Argument::Written(expression) => expression.span,
            Argument::Expanded(_, span) => *span,
        }
    }
}

impl Context<'_> {
    pub(super) fn call(
        self,
        name: &Name,
        name_span: Span,
        (arguments, expand): (&[Expression], bool),
        span: Span,
    ) -> Value {
        if !self.scope.allows_calls() {
            let detail = "Functions may not be called here.";
            let summary = "Function calls not allowed";
            return self.wrong(problem(Code::InvalidExpression, summary, detail, span));
        }
        let is_builtin = |provider: &str| self.scope.is_builtin(provider);
        let Some(function) = functions::find_for(name, &is_builtin) else {
            return self.wrong(no_function(name, name_span, span, &is_builtin));
        };
        let Some(arguments) = self.arguments(arguments, expand) else {
            return Value::unknown(Type::Dynamic);
        };
        if let Err(error) = functions::check_count(function, arguments.len()) {
            return self.refused(function, error, &arguments, span);
        }
        match (function.name, arguments.as_slice()) {
            ("try", arguments) => self.try_each(arguments, span),
            ("can", [argument]) => self.can(argument),
            ("templatefile", [_, _]) => self.template_file(function, &arguments, span),
            ("templatestring", [template, _]) => {
                let is_named =
                    matches!(template, Argument::Written(template) if is_named(template));
                self.template_string(function, &arguments, is_named, span)
            }
            _ => self.call_with_values(function, &arguments, span),
        }
    }

    fn call_with_values(
        self,
        function: &'static Function,
        arguments: &[Argument<'_>],
        span: Span,
    ) -> Value {
        let Some(values) = self.values(function, arguments, span) else {
            return Value::unknown(Type::Dynamic);
        };
        functions::apply(function, values, self.scope)
            .unwrap_or_else(|error| self.refused(function, error, arguments, span))
    }

    /// The arguments, the last one expanded where that is wanted; `None` when that is unknown or wrong, which is told.
    fn arguments(self, arguments: &[Expression], expand: bool) -> Option<Vec<Argument<'_>>> {
        let (last, before) = match arguments.split_last() {
            Some((last, before)) if expand => (last, before),
            _ => return Some(arguments.iter().map(Argument::Written).collect()),
        };
        let span = last.span;
        let mistakes = self.mistakes();
        let value = self.evaluate(last);
        if self.mistakes() > mistakes {
            return None;
        }
        let elements = match &value.kind {
            Kind::List(_, elements) | Kind::Set(_, elements) | Kind::Tuple(elements) => elements,
            Kind::Unknown(unknown) if is_expandable(&unknown.ty) => return None,
            Kind::Null(ty) if is_expandable(ty) => {
                self.wrong(not_expandable("must not be null", span));
                return None;
            }
            Kind::Unknown(_)
            | Kind::Null(_)
            | Kind::Bool(_)
            | Kind::Number(_)
            | Kind::String(_)
            | Kind::Map(..)
            | Kind::Object(_) => {
                self.wrong(not_expandable(
                    "must be of a tuple, list, or set type",
                    span,
                ));
                return None;
            }
        };
        let elements = elements
            .iter()
            .map(|element| Argument::Expanded(element.clone().marked(value.marks), span));
        Some(
            before
                .iter()
                .map(Argument::Written)
                .chain(elements)
                .collect(),
        )
    }

    /// The values of the arguments, each as its parameter wants it; `None` when something is wrong with one, which is
    /// told.
    pub(super) fn values(
        self,
        function: &'static Function,
        arguments: &[Argument<'_>],
        span: Span,
    ) -> Option<Vec<Value>> {
        let mistakes = self.mistakes();
        let mut values = Vec::with_capacity(arguments.len());
        for (index, argument) in arguments.iter().enumerate() {
            let value = self.value_of(argument);
            match functions::argument(function, index, value) {
                Ok(value) => values.push(value),
                Err(error) => drop(self.refused(function, error, arguments, span)),
            }
        }
        (self.mistakes() == mistakes).then_some(values)
    }

    pub(super) fn value_of(self, argument: &Argument<'_>) -> Value {
        match argument {
            Argument::Written(expression) => self.evaluate(expression),
            Argument::Expanded(value, _) => value.clone(),
        }
    }

    /// The first argument that is no error. As long as one is not wholly known it may yet turn out wrong, so that not
    /// even the type of the result is known.
    fn try_each(self, arguments: &[Argument<'_>], span: Span) -> Value {
        let mut tried = String::new();
        for argument in arguments {
            let (value, trouble) = self.apart(|inside| inside.value_of(argument));
            if trouble.count() == 0 {
                self.trouble.absorb_blocked(&trouble);
                return if value.is_wholly_known() {
                    value
                } else {
                    unknown(Marks::NONE)
                };
            }
            let told =
                |problem: Diagnostic| format!("\n- {}\n  {}", problem.summary, problem.detail);
            tried.extend(trouble.into_problems().into_iter().map(told));
        }
        let detail = if arguments.is_empty() {
            "Call to function \"try\" failed: at least one argument is required.".to_owned()
        } else {
            format!(
                "Call to function \"try\" failed: no expression succeeded:{tried}\n\nAt least one expression must \
                 produce a successful result."
            )
        };
        self.wrong(failed_call(detail, span))
    }

    fn can(self, argument: &Argument<'_>) -> Value {
        let (value, trouble) = self.apart(|inside| inside.value_of(argument));
        if trouble.count() > 0 {
            return Value::bool(false);
        }
        self.trouble.absorb_blocked(&trouble);
        if value.is_wholly_known() {
            Value::bool(true)
        } else {
            Value::unknown(Type::Bool)
        }
    }

    /// Tells what a function said of its arguments, at the argument or the call.
    pub(super) fn refused(
        self,
        function: &Function,
        error: CallError,
        arguments: &[Argument<'_>],
        span: Span,
    ) -> Value {
        let at = |index: usize| arguments.get(index).map_or(span, Argument::span);
        let name = function.name;
        let diagnostic = match error {
            CallError::Blocked => return self.settled(Err(crate::lang::Halt::Blocked)),
            CallError::Failed(halt) => return self.settled(Err(halt)),
            CallError::Unknown | CallError::Special => no_function(name, span, span, &|provider| {
                self.scope.is_builtin(provider)
            }),
            CallError::TooFew {
                missing,
                needed,
                variadic,
            } => {
                let least = if variadic { " at least" } else { "" };
                let detail = format!(
                    "Function \"{name}\" expects{least} {needed} argument(s). Missing value for \"{missing}\"."
                );
                let summary = "Not enough function arguments";
                problem(Code::FunctionCall, summary, detail, closing(span))
            }
            CallError::TooMany { taken } => {
                let detail = format!("Function \"{name}\" expects only {taken} argument(s).");
                let summary = "Too many function arguments";
                problem(Code::FunctionCall, summary, detail, at(taken))
            }
            CallError::Argument {
                index: Some(index),
                message,
            } => {
                let parameter = function.parameter(index);
                let parameter = parameter.map_or("", |parameter| parameter.name);
                invalid_argument(parameter, &message, at(index))
            }
            CallError::Argument {
                index: None,
                message,
            } => failed_call(
                format!("Call to function \"{name}\" failed: {message}."),
                span,
            ),
        };
        self.wrong(diagnostic)
    }
}

/// The parenthesis that ends a call.
fn closing(span: Span) -> Span {
    Span {
        start: span.end.saturating_sub(1),
        ..span
    }
}

/// The calls of functions that do not exist, in the order they stand, where `is_builtin` says whether a provider's name is
/// that of the built-in one. What `try` and `can` are there to catch is left to them.
pub fn unknown_calls(expression: &Expression, is_builtin: &dyn Fn(&str) -> bool) -> Diagnostics {
    let mut found = Diagnostics::new();
    collect_unknown_calls(expression, is_builtin, &mut found);
    found
}

fn collect_unknown_calls(
    expression: &Expression,
    is_builtin: &dyn Fn(&str) -> bool,
    found: &mut Diagnostics,
) {
    if let ExpressionKind::Call {
        name, name_span, ..
    } = expression.kind.as_ref()
    {
        match name.as_ref() {
            "try" | "can" => return,
            name if functions::find_for(name, is_builtin).is_some() => {}
            name => {
                found.push(no_function(name, *name_span, expression.span, is_builtin));
            }
        }
    }
    expression.each_part(&mut |part| collect_unknown_calls(part, is_builtin, found));
}

/// Functions of Terraform 0.11 that Terraform knows by name only, and what is written instead.
const GONE: [(&str, &str); 2] = [("list", "tolist([…])"), ("map", "tomap({…})")];

/// A name that cannot be called; one that stands behind `core::` is told as one of a provider is.
fn no_function(
    name: &str,
    span: Span,
    call: Span,
    is_builtin: &dyn Fn(&str) -> bool,
) -> Diagnostic {
    if let Some((provider, function)) = functions::of_provider(name) {
        let summary = "Unknown provider function";
        if is_builtin(provider) {
            let detail = format!(
                "The function \"{function}\" is not available from the provider \"{provider}\"."
            );
            let names = functions::names().filter_map(functions::of_provider);
            return problem(Code::UnknownFunction, summary, detail, call)
                .suggest(function, names.map(|(_, name)| name));
        }
        let detail = format!(
            "There is no function named \"{name}\": no provider with the name \"{provider}\" and a function \"{function}\" is \
             declared in the module's required_providers."
        );
        return problem(Code::UnknownFunction, summary, detail, call)
            .hint("Only the provider with the source `terraform.io/builtin/terraform` has functions here.");
    }
    if span.start > call.start {
        let detail = format!("There is no function named \"{name}\" in namespace core::.");
        let summary = "Unknown provider function";
        return problem(Code::UnknownFunction, summary, detail, call)
            .suggest(name, functions::names());
    }
    if let Some((_, instead)) = GONE.iter().find(|(gone, _)| *gone == name) {
        let detail = format!(
            "Call to function \"{name}\" failed: Terraform 0.12 made it needless, and it is gone. Write `{instead}`."
        );
        return failed_call(detail, span);
    }
    let detail = format!("There is no function named \"{name}\".");
    let summary = "Call to unknown function";
    problem(Code::UnknownFunction, summary, detail, span).suggest(name, functions::names())
}

fn is_expandable(ty: &Type) -> bool {
    matches!(
        ty,
        Type::Dynamic | Type::List(_) | Type::Set(_) | Type::Tuple(_)
    )
}

/// Whether an expression names something, which then holds the template.
fn is_named(expression: &Expression) -> bool {
    matches!(
        expression.kind.as_ref(),
        ExpressionKind::Reference(..) | ExpressionKind::Variable(..)
    )
}

fn not_expandable(why: &str, span: Span) -> Diagnostic {
    let detail = format!("The expanding argument (indicated by ...) {why}.");
    let summary = "Invalid expanding argument value";
    problem(Code::FunctionCall, summary, detail, span)
}

pub(super) fn invalid_argument(parameter: &str, message: &str, span: Span) -> Diagnostic {
    let detail = format!("Invalid value for \"{parameter}\" parameter: {message}.");
    problem(
        Code::FunctionCall,
        "Invalid function argument",
        detail,
        span,
    )
}

pub(super) fn failed_call(detail: String, span: Span) -> Diagnostic {
    problem(Code::FunctionCall, "Error in function call", detail, span)
}
