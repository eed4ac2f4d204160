//! Policy variables: `${key}` in a value stands for the value of that key in the request.
//!
//! Source: IAM User Guide, "IAM policy elements: Variables and tags". They exist in version 2012-10-17 only; in an older document, or one without a version, `${…}` is plain text.
//! A variable of an absent key makes its value match nothing, unless it has a default, `${key, 'text'}`; `${*}`, `${?}` and `${$}` are those characters.

use super::context::Knowledge;
use super::glob::{Glob, Token};
use super::statement::Call;
use super::unknown::Unknown;
use crate::policy::{ConditionKey, Version};
use std::borrow::Cow;

/// A value of a condition, ready to be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyValue {
    text: String,
    form: Form,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Form {
    Plain(Glob),
    Template(Vec<Part>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Token(Token),
    Variable {
        key: ConditionKey,
        default: Option<String>,
    },
    Malformed,
}

/// What a value means for one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolved<'a> {
    /// This text, perhaps with wildcards.
    Text(Cow<'a, Glob>),
    /// It matches nothing.
    Nothing,
    /// It depends on this.
    Unknown(Unknown),
}

impl PolicyValue {
    /// Reads a value as the given version of the language does.
    pub fn new(text: &str, version: Option<Version>) -> Self {
        let has_variables = version == Some(Version::V2012) && text.contains("${");
        let form = if has_variables {
            Form::Template(parts(text))
        } else {
            Form::Plain(Glob::new(text))
        };
        Self {
            text: text.to_owned(),
            form,
        }
    }

    /// The value as it is written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The value as a pattern, if no variable stands in it.
    pub fn plain(&self) -> Option<&Glob> {
        match &self.form {
            Form::Plain(glob) => Some(glob),
            Form::Template(_) => None,
        }
    }

    /// Puts the request's values in place of the variables; what they contain is never a wildcard.
    pub fn resolve(&self, call: &impl Call) -> Resolved<'_> {
        let parts = match &self.form {
            Form::Plain(glob) => return Resolved::Text(Cow::Borrowed(glob)),
            Form::Template(parts) => parts,
        };
        let mut tokens = Vec::new();
        let mut unknown = None;
        for part in parts {
            match part {
                Part::Token(token) => tokens.push(*token),
                Part::Malformed => {
                    unknown.get_or_insert(Unknown::MalformedVariable(self.text.clone()));
                }
                Part::Variable { key, default } => match call.variable(key) {
                    Knowledge::Value(value) => tokens.extend(value.chars().map(Token::Exactly)),
                    Knowledge::Absent => match default {
                        Some(text) => tokens.extend(text.chars().map(Token::Exactly)),
                        None => return Resolved::Nothing,
                    },
                    Knowledge::Values(_) | Knowledge::Present | Knowledge::Unknown => {
                        unknown.get_or_insert(Unknown::Variable(key.clone()));
                    }
                },
            }
        }
        match unknown {
            Some(reason) => Resolved::Unknown(reason),
            None => Resolved::Text(Cow::Owned(tokens.into_iter().collect())),
        }
    }
}

fn parts(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        parts.extend(
            before
                .chars()
                .map(|character| Part::Token(Token::read(character))),
        );
        let Some((inside, after)) = after.split_once('}') else {
            parts.push(Part::Malformed);
            return parts;
        };
        parts.push(variable(inside));
        rest = after;
    }
    parts.extend(
        rest.chars()
            .map(|character| Part::Token(Token::read(character))),
    );
    parts
}

/// What stands between the braces: a character to take literally, or a key and perhaps a default in single quotes.
fn variable(inside: &str) -> Part {
    match inside {
        "*" => return Part::Token(Token::Exactly('*')),
        "?" => return Part::Token(Token::Exactly('?')),
        "$" => return Part::Token(Token::Exactly('$')),
        _ => {}
    }
    let (key, default) = match inside.split_once(',') {
        None => (inside, None),
        Some((key, rest)) => {
            let quoted = rest
                .trim()
                .strip_prefix('\'')
                .and_then(|rest| rest.strip_suffix('\''));
            match quoted {
                Some(text) => (key, Some(text.to_owned())),
                None => return Part::Malformed,
            }
        }
    };
    let key = key.trim();
    if key.is_empty() || key.contains(['$', '{']) {
        return Part::Malformed;
    }
    Part::Variable {
        key: ConditionKey::new(key),
        default,
    }
}
