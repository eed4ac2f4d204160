//! `.tf.json`: the language in JSON.
//!
//! [`read()`] makes a tree with places of a text, [`structures()`] arguments and blocks of the tree. Texts are templates where
//! an expression is wanted, literal where only a constant is possible, and hold a reference where one is wanted.

mod mistake;
mod read;
mod shape;

pub(super) use read::read;
pub(super) use shape::structures;

use super::syntax::{Native, Syntax};
use crate::address::Name;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lang::{self, Expression, ExpressionKind, ObjectItem};
use crate::source::Span;
use crate::value::{Number, Type, Value};
use std::collections::BTreeMap;

/// A JSON value and its place.
#[derive(Clone, Debug)]
pub(super) struct Json {
    pub(super) span: Span,
    pub(super) kind: Kind,
}

/// What a JSON value is.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    Null,
    Bool(bool),
    /// The digits as written.
    Number(String),
    String(String),
    Array(Vec<Json>),
    /// Members in the order of the text, repeated ones included.
    Object(Vec<Member>),
}

/// A member of an object.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) name: String,
    /// The place of the name.
    pub(super) span: Span,
    pub(super) value: Json,
}

impl Member {
    /// The name as a value.
    pub(super) fn key(&self) -> Json {
        Json {
            span: self.span,
            kind: Kind::String(self.name.clone()),
        }
    }
}

impl Json {
    /// A text with its place.
    pub(super) fn of_text(text: &str, span: Span) -> Self {
        let kind = Kind::String(text.to_owned());
        Self { span, kind }
    }

    /// The text, if it is one.
    pub(super) fn as_text(&self) -> Option<&str> {
        match &self.kind {
            Kind::String(text) => Some(text),
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Array(_) | Kind::Object(_) => None,
        }
    }

    /// The elements, if it is an array.
    pub(super) fn as_array(&self) -> Option<&[Json]> {
        match &self.kind {
            Kind::Array(elements) => Some(elements),
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) | Kind::Object(_) => {
                None
            }
        }
    }

    /// The members, if it is an object.
    pub(super) fn as_object(&self) -> Option<&[Member]> {
        match &self.kind {
            Kind::Object(members) => Some(members),
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) | Kind::Array(_) => None,
        }
    }

    /// The expression that a text holds, where a reference, an address or a type is wanted; `None` when it holds none.
    pub(super) fn written(&self) -> Option<Syntax> {
        let text = self.as_text()?;
        Native::of_text(text, self.span).map(Syntax::Native)
    }

    /// The value, where texts are no templates.
    pub(super) fn constant(&self) -> Result<Value, Diagnostics> {
        let literal = |text: &str, span| Ok(Expression::literal(span, Value::string(text)));
        let expression = self.expression(&literal)?;
        Ok(expression
            .as_literal()
            .cloned()
            .unwrap_or_else(|| Value::null(Type::Dynamic)))
    }

    /// The expression, where texts are templates. `names` are bound by the surroundings.
    pub(super) fn lower(&self, names: &[Name]) -> Result<Expression, Diagnostics> {
        self.expression(&|text, span| {
            if text.contains("${") || text.contains("%{") {
                return lang::lower_template(text, span, names);
            }
            Ok(Expression::literal(span, Value::string(text)))
        })
    }

    fn expression(&self, text: TextReader<'_>) -> Result<Expression, Diagnostics> {
        let literal = |value| Ok(Expression::literal(self.span, value));
        match &self.kind {
            Kind::Null => literal(Value::null(Type::Dynamic)),
            Kind::Bool(truth) => literal(Value::bool(*truth)),
            Kind::Number(digits) => match Number::parse(digits) {
                Ok(number) => literal(Value::number(number)),
                Err(_) => {
                    let detail = format!("`{digits}` is not a number that can be represented.");
                    Err(Diagnostic::error(Code::Syntax, detail)
                        .with_summary("Invalid number literal")
                        .at(self.span)
                        .into())
                }
            },
            Kind::String(content) => text(content, self.span),
            Kind::Array(elements) => self.tuple(elements, text),
            Kind::Object(members) => self.object(members, text),
        }
    }

    fn tuple(&self, elements: &[Json], text: TextReader<'_>) -> Result<Expression, Diagnostics> {
        let elements = all(elements.iter().map(|element| element.expression(text)))?;
        let constants: Option<Vec<Value>> = elements
            .iter()
            .map(|element| element.as_literal().cloned())
            .collect();
        Ok(match constants {
            Some(values) => Expression::literal(self.span, Value::tuple(values)),
            None => Expression::new(self.span, ExpressionKind::Tuple(elements)),
        })
    }

    fn object(&self, members: &[Member], text: TextReader<'_>) -> Result<Expression, Diagnostics> {
        let item = |member: &Member| {
            let key = text(&member.name, member.span);
            let value = member.value.expression(text);
            both(key, value).map(|(key, value)| ObjectItem { key, value })
        };
        let mut items = all(members.iter().map(item));
        if let Some(twice) = repeated(members) {
            let mut problems = items.err().unwrap_or_default();
            problems.push(twice);
            items = Err(problems);
        }
        let items = items?;
        let constants: Option<BTreeMap<Name, Value>> = items
            .iter()
            .map(|item| {
                let key = item.key.as_literal()?;
                Some((Name::from(key.as_str()?), item.value.as_literal().cloned()?))
            })
            .collect();
        Ok(match constants {
            Some(attributes) => Expression::literal(self.span, Value::object(attributes)),
            None => Expression::new(self.span, ExpressionKind::Object(items)),
        })
    }
}

/// What a text at a place stands for.
type TextReader<'a> = &'a dyn Fn(&str, Span) -> Result<Expression, Diagnostics>;

/// All that there is, or all that is wrong.
fn all<T>(results: impl Iterator<Item = Result<T, Diagnostics>>) -> Result<Vec<T>, Diagnostics> {
    let mut problems = Diagnostics::new();
    let mut found = Vec::new();
    for result in results {
        match result {
            Ok(value) => found.push(value),
            Err(more) => problems.extend(more),
        }
    }
    problems.into_result(found).map(|(found, _)| found)
}

fn both<A, B>(
    one: Result<A, Diagnostics>,
    other: Result<B, Diagnostics>,
) -> Result<(A, B), Diagnostics> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok((one, other)),
        (Err(mut problems), Err(more)) => {
            problems.extend(more);
            Err(problems)
        }
        (Err(problems), Ok(_)) | (Ok(_), Err(problems)) => Err(problems),
    }
}

/// The problem of a member whose name stands already before it.
pub(super) fn repeated(members: &[Member]) -> Option<Diagnostic> {
    let mut seen = BTreeMap::new();
    members.iter().find_map(|member| {
        let first = seen.insert(member.name.as_str(), member.span)?;
        let detail = format!(
            "An attribute named \"{}\" was already defined.",
            member.name
        );
        Some(
            Diagnostic::error(Code::Duplicate, detail)
                .with_summary("Duplicate object attribute")
                .at(member.span)
                .also(first, "first defined here"),
        )
    })
}
