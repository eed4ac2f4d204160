//! `templatefile` and `templatestring`: texts that are templates, rendered where only the given names are known.

use super::call::{Argument, failed_call, invalid_argument};
use super::{Context, Frame, unknown};
use crate::address::Name;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::lang::functions::{self, Function};
use crate::lang::lower_rendered;
use crate::source::Span;
use crate::syntax::is_identifier;
use crate::value::{Entries, Kind, Marks, Type, Value};

impl Context<'_> {
    pub(super) fn template_file(
        self,
        function: &'static Function,
        arguments: &[Argument<'_>],
        span: Span,
    ) -> Value {
        let values = self.values(function, arguments, span);
        let (Some([path, given]), [path_argument, given_argument]) = (values.as_deref(), arguments)
        else {
            return unknown(Marks::NONE);
        };
        let path_span = path_argument.span();
        for (value, name, span) in [
            (path, "path", path_span),
            (given, "vars", given_argument.span()),
        ] {
            if value.is_null() {
                return self.wrong(invalid_argument(name, NULL, span));
            }
        }
        if self.in_template {
            return self.wrong(nested(function, span));
        }
        let Some(file) = path.as_str().filter(|_| !given.is_unknown()) else {
            return unknown(path.marks | given.deep_marks());
        };
        let content = match self.scope.file(file) {
            Ok(content) => content,
            Err(halt) => return self.settled(Err(halt)),
        };
        let Some(content) = content else {
            let detail = format!(
                "no file exists at \"{file}\"; this function works only with files that are part of the configuration, \
                 not with those that a resource in it creates"
            );
            return self.wrong(invalid_argument("path", &detail, path_span));
        };
        let Ok(text) = std::str::from_utf8(&content) else {
            let detail = format!("contents of \"{file}\" are not valid UTF-8");
            return self.wrong(invalid_argument("path", &detail, path_span));
        };
        let spans = (given_argument.span(), span);
        self.render(function, text, given, spans).marked(path.marks)
    }

    /// The template has to be named by what the call says.
    pub(super) fn template_string(
        self,
        function: &'static Function,
        arguments: &[Argument<'_>],
        is_named: bool,
        span: Span,
    ) -> Value {
        let at = |index: usize| arguments.get(index).map_or(span, Argument::span);
        let mistakes = self.mistakes();
        let [template, given] = arguments else {
            return unknown(Marks::NONE);
        };
        let given = self.value_of(given);
        if self.mistakes() > mistakes {
            return unknown(Marks::NONE);
        }
        if given.is_null() {
            return self.wrong(invalid_argument("vars", NULL, at(1)));
        }
        if given.is_unknown() {
            let ty = if given.is_untyped() {
                Type::Dynamic
            } else {
                Type::String
            };
            return Value::unknown(ty).marked(given.deep_marks());
        }
        if !is_named {
            let detail = "invalid template expression: must be a direct reference to a string, such as a local value or \
                          an attribute of an object";
            return self.wrong(invalid_argument("template", detail, at(0)));
        }
        if self.in_template {
            return self.wrong(nested(function, span));
        }
        let text = functions::argument(function, 0, self.value_of(template));
        let text = match text {
            Ok(text) => text,
            Err(error) => return self.refused(function, error, arguments, span),
        };
        if self.mistakes() > mistakes {
            return unknown(Marks::NONE);
        }
        if text.is_null() {
            return self.wrong(invalid_argument("template", NULL, at(0)));
        }
        let Some(source) = text.as_str() else {
            return Value::unknown(Type::String).marked(text.marks | given.deep_marks());
        };
        self.render(function, source, &given, (at(1), span))
            .marked(text.marks)
    }

    /// The value of a template in which only the given names are known.
    fn render(
        self,
        function: &Function,
        text: &str,
        given: &Value,
        (given_span, span): (Span, Span),
    ) -> Value {
        let marks = given.deep_marks();
        let given = given.without_marks();
        let entries = match variables(&given) {
            Ok(entries) => entries,
            Err(detail) => return self.wrong(invalid_argument("vars", &detail, given_span)),
        };
        let (expression, names) = match lower_rendered(text, span) {
            Ok(lowered) => lowered,
            Err(problems) => return self.within_call(function, problems, span),
        };
        if let Some(missing) = names.iter().find(|name| !entries.contains_key(name)) {
            let detail = format!(
                "vars map does not contain key \"{missing}\", which the template refers to"
            );
            return self.wrong(invalid_argument("vars", &detail, given_span));
        }
        let names: Vec<(&Name, Value)> = entries
            .iter()
            .map(|(name, value)| (name, value.clone()))
            .collect();
        let frame = Frame {
            outer: None,
            names: &names,
        };
        let (rendered, trouble) = self.apart(|inside| {
            let inside = inside.within(&frame);
            let inside = Context {
                in_template: true,
                ..inside
            };
            inside.evaluate(&expression)
        });
        self.trouble.absorb_blocked(&trouble);
        if trouble.count() > 0 {
            return self.within_call(function, trouble.into_problems(), span);
        }
        if rendered.is_null() {
            let detail = format!(
                "Call to function \"{}\" failed: the result of the template is null.",
                function.name
            );
            return self.wrong(failed_call(detail, span));
        }
        rendered.marked(marks)
    }

    /// Tells the problems of a template as problems of the call that renders it.
    fn within_call(self, function: &Function, problems: Diagnostics, span: Span) -> Value {
        for Diagnostic {
            summary, detail, ..
        } in problems
        {
            let name = function.name;
            let detail = format!("Call to function \"{name}\" failed: {summary}; {detail}");
            self.wrong(failed_call(detail, span));
        }
        unknown(Marks::NONE)
    }
}

const NULL: &str = "argument must not be null";

/// A template that is to render another.
fn nested(function: &Function, span: Span) -> Diagnostic {
    let name = function.name;
    let detail = format!(
        "Call to function \"{name}\" failed: cannot recursively call {name} from inside another template function."
    );
    failed_call(detail, span)
}

/// The names that a template may refer to, or why these are none.
fn variables(given: &Value) -> Result<&Entries, String> {
    let entries = match &given.kind {
        Kind::Map(_, entries) | Kind::Object(entries) => entries,
        Kind::Null(_)
        | Kind::Unknown(_)
        | Kind::Bool(_)
        | Kind::Number(_)
        | Kind::String(_)
        | Kind::List(..)
        | Kind::Set(..)
        | Kind::Tuple(_) => return Err("invalid vars value: must be a map".to_owned()),
    };
    match entries.keys().find(|name| !is_identifier(name)) {
        Some(wrong) => Err(format!(
            "invalid template variable name \"{wrong}\": must start with a letter, followed by letters, digits, \
             underscores and hyphens"
        )),
        None => Ok(entries),
    }
}
