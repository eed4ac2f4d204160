//! Calls: of functions, and of those that look at their arguments unevaluated or render templates.

use super::{Context, Frame, Gather, converted, problem, unknown};
use crate::address::Name;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lang::functions::{self, CallError};
use crate::lang::{Evaluated, Expression, ExpressionKind, Halt, lower_rendered};
use crate::source::Span;
use crate::value::{Kind, Marks, Type, Value};

impl Context<'_> {
    pub(super) fn call(
        self,
        name: &Name,
        name_span: Span,
        arguments: &[Expression],
        expand: bool,
        span: Span,
    ) -> Evaluated {
        if !self.scope.allows_calls() {
            let detail = "Functions may not be called here.";
            let summary = "Function calls not allowed";
            return Err(problem(Code::InvalidExpression, summary, detail, span).into());
        }
        match (name.as_ref(), arguments, expand) {
            ("try", arguments, false) => self.try_each(arguments, span),
            ("can", [argument], false) => self.can(argument),
            ("templatefile", [path, variables], false) => self.template_file(path, variables, span),
            ("templatestring", [template, variables], false) => {
                self.template_string(template, variables, span)
            }
            _ => self.call_function(name, name_span, arguments, expand, span),
        }
    }

    fn call_function(
        self,
        name: &Name,
        name_span: Span,
        arguments: &[Expression],
        expand: bool,
        span: Span,
    ) -> Evaluated {
        if functions::find(name).is_none() || functions::SPECIAL.contains(&name.as_ref()) {
            return Err(no_function(name, name_span));
        }
        let Some(arguments) = self.arguments(arguments, expand)? else {
            return Ok(unknown(Marks::NONE));
        };
        let (values, spans): (Vec<Value>, Vec<Span>) = arguments.into_iter().unzip();
        functions::call(name, values, self.scope)
            .map_err(|error| refused(name, error, &spans, span))
    }

    /// The arguments with their places; `None` when an unknown one is to be expanded.
    fn arguments(
        self,
        arguments: &[Expression],
        expand: bool,
    ) -> Result<Option<Vec<(Value, Span)>>, Halt> {
        let mut gather = Gather::default();
        let mut values = Vec::with_capacity(arguments.len());
        for argument in arguments {
            values.extend(
                gather
                    .take(self.evaluate(argument))
                    .map(|value| (value, argument.span)),
            );
        }
        gather.check()?;
        if !expand {
            return Ok(Some(values));
        }
        let Some((last, span)) = values.pop() else {
            return Ok(Some(values));
        };
        let elements = match &last.kind {
            Kind::List(_, elements) | Kind::Set(_, elements) | Kind::Tuple(elements) => elements,
            Kind::Unknown(unknown) if is_expandable(&unknown.ty) => return Ok(None),
            Kind::Null(_) => return Err(not_expandable("must not be null", span)),
            Kind::Unknown(_)
            | Kind::Bool(_)
            | Kind::Number(_)
            | Kind::String(_)
            | Kind::Map(..)
            | Kind::Object(_) => {
                return Err(not_expandable(
                    "must be of a tuple, list, or set type",
                    span,
                ));
            }
        };
        values.extend(
            elements
                .iter()
                .map(|element| (element.clone().marked(last.marks), span)),
        );
        Ok(Some(values))
    }

    /// The first argument that is no error. As long as one is not wholly known it may yet turn out wrong, so that not
    /// even the type of the result is known.
    fn try_each(self, arguments: &[Expression], span: Span) -> Evaluated {
        let mut tried = String::new();
        for argument in arguments {
            match self.evaluate(argument) {
                Ok(value) if value.is_wholly_known() => return Ok(value),
                Ok(_) => return Ok(unknown(Marks::NONE)),
                Err(Halt::Blocked) => return Err(Halt::Blocked),
                Err(Halt::Failed(problems)) => {
                    let told = |problem: Diagnostic| {
                        format!("\n- {}\n  {}", problem.summary, problem.detail)
                    };
                    tried.extend(problems.into_iter().map(told));
                }
            }
        }
        let detail = if arguments.is_empty() {
            "Call to function \"try\" failed: at least one argument is required.".to_owned()
        } else {
            format!(
                "Call to function \"try\" failed: no expression succeeded:{tried}\n\nAt least one expression must \
                 produce a successful result."
            )
        };
        Err(failed_call(detail, span).into())
    }

    fn can(self, argument: &Expression) -> Evaluated {
        match self.evaluate(argument) {
            Ok(value) if value.is_wholly_known() => Ok(Value::bool(true)),
            Ok(_) => Ok(Value::unknown(Type::Bool)),
            Err(Halt::Blocked) => Err(Halt::Blocked),
            Err(Halt::Failed(_)) => Ok(Value::bool(false)),
        }
    }

    fn template_file(self, path: &Expression, variables: &Expression, span: Span) -> Evaluated {
        let mut gather = Gather::default();
        let name = gather.take(self.text_argument("path", path));
        let given = gather.take(self.variables_argument(variables));
        gather.check()?;
        let (Some(name), Some(given)) = (name, given) else {
            return Ok(unknown(Marks::NONE));
        };
        let Some(file) = name.as_str().filter(|_| !given.is_unknown()) else {
            return Ok(unknown(name.marks | given.deep_marks()));
        };
        let content = self.scope.file(file)?.ok_or_else(|| {
            let detail = format!(
                "no file exists at \"{file}\"; this function works only with files that are part of the configuration, \
                 not with those that a resource in it creates"
            );
            invalid_argument("path", &detail, path.span)
        })?;
        let text = std::str::from_utf8(&content).map_err(|_| {
            let detail = format!("contents of \"{file}\" are not valid UTF-8");
            invalid_argument("path", &detail, path.span)
        })?;
        let rendered = self.render("templatefile", text, &given, (variables.span, span))?;
        Ok(rendered.marked(name.marks))
    }

    fn template_string(
        self,
        template: &Expression,
        variables: &Expression,
        span: Span,
    ) -> Evaluated {
        if !is_named(template) {
            let detail = "invalid template expression: must be a direct reference to a string, such as a local value or \
                          an attribute of an object";
            return Err(invalid_argument("template", detail, template.span).into());
        }
        let mut gather = Gather::default();
        let text = gather.take(self.text_argument("template", template));
        let given = gather.take(self.variables_argument(variables));
        gather.check()?;
        let (Some(text), Some(given)) = (text, given) else {
            return Ok(unknown(Marks::NONE));
        };
        let Some(source) = text.as_str().filter(|_| !given.is_unknown()) else {
            return Ok(unknown(text.marks | given.deep_marks()));
        };
        let rendered = self.render("templatestring", source, &given, (variables.span, span))?;
        Ok(rendered.marked(text.marks))
    }

    fn text_argument(self, parameter: &str, argument: &Expression) -> Evaluated {
        let value = self.evaluate(argument)?;
        let text = converted(&value, &Type::String)
            .map_err(|message| invalid_argument(parameter, &message, argument.span))?;
        if text.is_null() {
            return Err(
                invalid_argument(parameter, "argument must not be null", argument.span).into(),
            );
        }
        Ok(text)
    }

    fn variables_argument(self, argument: &Expression) -> Evaluated {
        let value = self.evaluate(argument)?;
        if value.is_null() {
            let detail = "argument must not be null";
            return Err(invalid_argument("vars", detail, argument.span).into());
        }
        Ok(value)
    }

    /// The value of a template in which only the given names are known.
    fn render(
        self,
        function: &str,
        text: &str,
        given: &Value,
        (given_span, span): (Span, Span),
    ) -> Evaluated {
        let marks = given.deep_marks();
        let given = given.without_marks();
        let entries = match &given.kind {
            Kind::Map(_, entries) | Kind::Object(entries) => entries,
            Kind::Null(_)
            | Kind::Unknown(_)
            | Kind::Bool(_)
            | Kind::Number(_)
            | Kind::String(_)
            | Kind::List(..)
            | Kind::Set(..)
            | Kind::Tuple(_) => {
                return Err(invalid_argument(
                    "vars",
                    "invalid vars value: must be a map",
                    given_span,
                )
                .into());
            }
        };
        if let Some(wrong) = entries.keys().find(|name| !is_variable_name(name)) {
            let detail = format!(
                "invalid template variable name \"{wrong}\": must start with a letter, followed by letters, digits, \
                 underscores and hyphens"
            );
            return Err(invalid_argument("vars", &detail, given_span).into());
        }
        let (expression, names) =
            lower_rendered(text, span).map_err(|problems| within_call(function, problems, span))?;
        if let Some(missing) = names.iter().find(|name| !entries.contains_key(*name)) {
            let detail = format!(
                "vars map does not contain key \"{missing}\", which the template refers to"
            );
            return Err(invalid_argument("vars", &detail, given_span).into());
        }
        let names: Vec<(&Name, Value)> = entries
            .iter()
            .map(|(name, value)| (name, value.clone()))
            .collect();
        let frame = Frame {
            outer: None,
            names: &names,
        };
        let rendered = self
            .within(&frame)
            .evaluate(&expression)
            .map_err(|halt| match halt {
                Halt::Blocked => Halt::Blocked,
                Halt::Failed(problems) => within_call(function, *problems, span),
            })?;
        if rendered.is_null() {
            let detail = format!(
                "Call to function \"{function}\" failed: the result of the template is null."
            );
            return Err(failed_call(detail, span).into());
        }
        Ok(rendered.marked(marks))
    }
}

/// The calls of functions that do not exist, in the order they stand. What `try` and `can` are there to catch is left to them.
pub fn unknown_calls(expression: &Expression) -> Diagnostics {
    let mut found = Diagnostics::new();
    collect_unknown_calls(expression, &mut found);
    found
}

fn collect_unknown_calls(expression: &Expression, found: &mut Diagnostics) {
    if let ExpressionKind::Call {
        name, name_span, ..
    } = expression.kind.as_ref()
    {
        match name.as_ref() {
            "try" | "can" => return,
            name if functions::find(name).is_some() => {}
            name => {
                if let Halt::Failed(problems) = no_function(name, *name_span) {
                    found.extend(*problems);
                }
            }
        }
    }
    expression.each_part(&mut |part| collect_unknown_calls(part, found));
}

/// A name that cannot be called, and why.
fn no_function(name: &str, span: Span) -> Halt {
    if functions::SPECIAL.contains(&name) {
        let takes = match name {
            "can" => "exactly one argument",
            "try" => "its arguments one by one, without `...`",
            _ => "exactly two arguments",
        };
        return failed_call(format!("Function \"{name}\" expects {takes}."), span).into();
    }
    let detail = format!("There is no function named \"{name}\".");
    problem(
        Code::UnknownFunction,
        "Call to unknown function",
        detail,
        span,
    )
    .suggest(name, functions::names())
    .into()
}

/// What a function said of its arguments, as a diagnostic at the argument or the call.
fn refused(name: &str, error: CallError, arguments: &[Span], span: Span) -> Halt {
    match error {
        CallError::Blocked => Halt::Blocked,
        CallError::Failed(halt) => halt,
        CallError::Unknown | CallError::Special => no_function(name, span),
        CallError::TooFew {
            missing,
            needed,
            variadic,
        } => {
            let least = if variadic { " at least" } else { "" };
            let detail = format!(
                "Function \"{name}\" expects{least} {needed} argument(s). Missing value for \"{missing}\"."
            );
            problem(
                Code::FunctionCall,
                "Not enough function arguments",
                detail,
                span,
            )
            .into()
        }
        CallError::TooMany { taken } => {
            let detail = format!("Function \"{name}\" expects only {taken} argument(s).");
            let at = arguments.get(taken).copied().unwrap_or(span);
            problem(
                Code::FunctionCall,
                "Too many function arguments",
                detail,
                at,
            )
            .into()
        }
        CallError::Argument {
            index: Some(index),
            message,
        } => {
            let parameter = functions::find(name).and_then(|function| function.parameter(index));
            let parameter = parameter.map_or("", |parameter| parameter.name);
            let at = arguments.get(index).copied().unwrap_or(span);
            invalid_argument(parameter, &message, at).into()
        }
        CallError::Argument {
            index: None,
            message,
        } => failed_call(
            format!("Call to function \"{name}\" failed: {message}."),
            span,
        )
        .into(),
    }
}

fn is_expandable(ty: &Type) -> bool {
    matches!(
        ty,
        Type::Dynamic | Type::List(_) | Type::Set(_) | Type::Tuple(_)
    )
}

fn is_variable_name(name: &str) -> bool {
    crate::syntax::is_identifier(name)
}

/// Whether an expression names something, which then holds the template.
fn is_named(expression: &Expression) -> bool {
    matches!(
        expression.kind.as_ref(),
        ExpressionKind::Reference(..) | ExpressionKind::Variable(..)
    )
}

fn not_expandable(why: &str, span: Span) -> Halt {
    let detail = format!("The expanding argument (indicated by ...) {why}.");
    problem(
        Code::FunctionCall,
        "Invalid expanding argument value",
        detail,
        span,
    )
    .into()
}

fn invalid_argument(parameter: &str, message: &str, span: Span) -> Diagnostic {
    let detail = format!("Invalid value for \"{parameter}\" parameter: {message}.");
    problem(
        Code::FunctionCall,
        "Invalid function argument",
        detail,
        span,
    )
}

fn failed_call(detail: String, span: Span) -> Diagnostic {
    problem(Code::FunctionCall, "Error in function call", detail, span)
}

/// The problems of a template as problems of the call that renders it.
fn within_call(function: &str, problems: Diagnostics, span: Span) -> Halt {
    let told = problems.into_iter().map(|problem| {
        let summary = problem.summary;
        failed_call(
            format!(
                "Call to function \"{function}\" failed: {summary}; {}",
                problem.detail
            ),
            span,
        )
    });
    Halt::Failed(Box::new(told.collect()))
}
