//! Regular expressions with the meaning that Go's `regexp` gives them.
//!
//! The syntax is nearly that of the `regex` crate. What means something else there is rewritten: `\d`, `\s`, `\w` and
//! `\b` know ASCII only, a brace that starts no repetition stands for itself, and so do brackets and doubled signs in a
//! class. Without a counterpart are octal escapes and the limit of 1,000 repetitions.

use super::arguments::Arguments;
use super::signature::Parameter as P;
use super::{Accepts, Answer, CallError, Function, Returns, failed, wrong};
use crate::value::{Type, Value};
use regex::{Captures, Regex};

const PARAMETERS: &[P] = &[
    P::new("pattern", Accepts::String, "The regular expression."),
    P::new("string", Accepts::String, "The text to look in."),
];

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new(
        "regex",
        "Finds the first match of a regular expression: the text, or its groups as a tuple or object.",
        (r#"regex("[a-z]+", "12ab")"#, r#""ab""#),
        Returns::By(|call| {
            let pattern = call.get(0)?;
            match pattern.as_str() {
                Some(pattern) => match_type(&compiled(pattern)?),
                None => Ok(Type::Dynamic),
            }
        }),
        regex,
    )
    .takes(PARAMETERS),
    Function::new(
        "regexall",
        "Finds all matches of a regular expression, each as `regex` gives it.",
        (r#"regexall("[a-z]", "1a2b")"#, r#"["a", "b"]"#),
        Returns::By(|call| {
            let pattern = call.get(0)?;
            match pattern.as_str() {
                Some(pattern) => match_type(&compiled(pattern)?).map(Type::list),
                None => Ok(Type::list(Type::Dynamic)),
            }
        }),
        regexall,
    )
    .declares(Accepts::ListOfAny)
    .takes(PARAMETERS),
];

fn regex(call: &Arguments<'_>) -> Answer {
    let expression = compiled(call.text(0)?)?;
    match_type(&expression)?;
    let found = expression
        .captures(call.text(1)?)
        .ok_or_else(|| failed("pattern did not match any part of the given string"))?;
    Ok(matched(&expression, &found))
}

fn regexall(call: &Arguments<'_>) -> Answer {
    let expression = compiled(call.text(0)?)?;
    let ty = match_type(&expression)?;
    let found = expression.captures_iter(call.text(1)?);
    let found = found.map(|captures| matched(&expression, &captures));
    Ok(Value::list(ty, found.collect()))
}

fn compiled(pattern: &str) -> Result<Regex, CallError> {
    compile(pattern).map_err(|message| wrong(0, message))
}

/// Compiles a pattern of Go's syntax.
pub(super) fn compile(pattern: &str) -> Result<Regex, String> {
    if repeats_a_repetition(pattern) {
        return Err(format!(
            "invalid regexp pattern: invalid nested repetition operator in {pattern}"
        ));
    }
    Regex::new(&translate(pattern)).map_err(|error| {
        let text = error.to_string();
        let reason = text.lines().last().unwrap_or_default();
        let reason = reason.trim_start_matches("error: ");
        format!("invalid regexp pattern: {reason} in {pattern}")
    })
}

/// The type of a match: a text, a tuple of groups or an object of named groups.
fn match_type(expression: &Regex) -> Result<Type, CallError> {
    let names: Vec<Option<&str>> = expression.capture_names().skip(1).collect();
    let given: Vec<&str> = names.iter().flatten().copied().collect();
    if names.is_empty() {
        return Ok(Type::String);
    }
    if given.is_empty() {
        return Ok(Type::tuple(vec![Type::String; names.len()]));
    }
    if given.len() < names.len() {
        let message = "invalid regexp pattern: cannot mix both named and unnamed capture groups";
        return Err(wrong(0, message));
    }
    Ok(Type::object(
        given.into_iter().map(|name| (name, Type::String)),
    ))
}

fn matched(expression: &Regex, captures: &Captures<'_>) -> Value {
    let text = |index: usize| {
        let group = captures.get(index);
        group.map_or_else(
            || Value::null(Type::String),
            |group| Value::string(group.as_str()),
        )
    };
    let count = expression.captures_len();
    if count == 1 {
        return text(0);
    }
    let groups: Vec<(&str, Value)> = expression
        .capture_names()
        .enumerate()
        .filter_map(|(index, name)| Some((name?, text(index))))
        .collect();
    if groups.is_empty() {
        return Value::tuple((1..count).map(text).collect());
    }
    Value::object_of(groups)
}

/// Whether a sign of repetition follows another, as in `a**`, which Go refuses; `a*?` is a lazy one.
fn repeats_a_repetition(pattern: &str) -> bool {
    let mut rest = pattern.chars();
    let (mut in_class, mut repeated, mut lazy) = (false, false, false);
    while let Some(character) = rest.next() {
        match character {
            '\\' => {
                if rest.next() == Some('Q') {
                    let literal = rest.as_str();
                    let end = literal.find("\\E").map_or(literal.len(), |end| end + 2);
                    rest = literal.get(end..).unwrap_or_default().chars();
                }
                (repeated, lazy) = (false, false);
            }
            '[' => in_class = true,
            ']' => (in_class, repeated, lazy) = (false, false, false),
            _ if in_class => {}
            '?' if repeated && !lazy => lazy = true,
            '*' | '+' | '?' if repeated => return true,
            '*' | '+' | '?' => repeated = true,
            _ => (repeated, lazy) = (false, false),
        }
    }
    false
}

/// The pattern with the same meaning in the syntax of the `regex` crate.
fn translate(pattern: &str) -> String {
    let mut result = String::with_capacity(pattern.len());
    let mut rest = pattern;
    let mut class = Class::Outside;
    while let Some(character) = rest.chars().next() {
        let after = rest.get(character.len_utf8()..).unwrap_or_default();
        rest = match character {
            '\\' => escape(after, &mut result, class != Class::Outside),
            '{' if class == Class::Outside && !is_repetition(after) => {
                result.push_str("\\{");
                after
            }
            '[' if class == Class::Outside => {
                result.push('[');
                class = Class::Start;
                match after.strip_prefix('^') {
                    Some(after) => {
                        result.push('^');
                        after
                    }
                    None => after,
                }
            }
            '[' if after.starts_with(':') && after.contains(":]") => {
                let end = after.find(":]").map_or(after.len(), |at| at + 2);
                result.push('[');
                result.push_str(after.get(..end).unwrap_or_default());
                class = Class::Inside;
                after.get(end..).unwrap_or_default()
            }
            ']' if class == Class::Inside => {
                result.push(']');
                class = Class::Outside;
                after
            }
            '[' | ']' | '&' | '~' if class != Class::Outside => {
                result.push('\\');
                result.push(character);
                class = Class::Inside;
                after
            }
            other => {
                result.push(other);
                if class == Class::Start {
                    class = Class::Inside;
                }
                after
            }
        };
        if class == Class::Start && character != '[' {
            class = Class::Inside;
        }
    }
    result
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Outside,
    /// Nothing of the class has been read, so that a bracket stands for itself.
    Start,
    Inside,
}

/// Writes an escape sequence, after whose backslash the text starts; gives what follows it.
fn escape<'a>(text: &'a str, result: &mut String, in_class: bool) -> &'a str {
    let Some(character) = text.chars().next() else {
        result.push('\\');
        return text;
    };
    let after = text.get(character.len_utf8()..).unwrap_or_default();
    match character {
        'd' if in_class => result.push_str("0-9"),
        's' if in_class => result.push_str("\\t\\n\\x0c\\r "),
        'w' if in_class => result.push_str("0-9A-Za-z_"),
        'd' => result.push_str("[0-9]"),
        's' => result.push_str("[\\t\\n\\x0c\\r ]"),
        'w' => result.push_str("[0-9A-Za-z_]"),
        'D' => result.push_str("[^0-9]"),
        'S' => result.push_str("[^\\t\\n\\x0c\\r ]"),
        'W' => result.push_str("[^0-9A-Za-z_]"),
        'b' if !in_class => result.push_str("(?-u:\\b)"),
        '<' | '>' => result.push(character),
        'Q' => {
            let (literal, after) = after.split_once("\\E").unwrap_or((after, ""));
            result.push_str(&regex::escape(literal));
            return after;
        }
        // What is in the braces names a class or a character.
        'p' | 'P' | 'x' if after.starts_with('{') && after.contains('}') => {
            let end = after.find('}').map_or(after.len(), |at| at + 1);
            result.push('\\');
            result.push(character);
            result.push_str(after.get(..end).unwrap_or_default());
            return after.get(end..).unwrap_or_default();
        }
        other => {
            result.push('\\');
            result.push(other);
        }
    }
    after
}

/// Whether what follows an opening brace makes it a repetition.
fn is_repetition(after: &str) -> bool {
    let Some((inside, _)) = after.split_once('}') else {
        return false;
    };
    let (least, most) = inside.split_once(',').unwrap_or((inside, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    !least.is_empty() && digits(least) && digits(most)
}
