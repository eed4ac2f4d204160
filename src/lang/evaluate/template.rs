//! Templates: the texts of their parts, one after the other.
//!
//! As long as all parts are known the result is; an unknown part leaves what stands before it as the known beginning.

use super::conditional::{Arm, choose};
use super::{Context, Gather, converted, problem};
use crate::diagnostic::Code;
use crate::lang::{Evaluated, Halt, TemplatePart};
use crate::source::Span;
use crate::value::{Kind, Marks, Type, Unknown, Value};
use unicode_segmentation::UnicodeSegmentation;

/// The longest known beginning that is kept of an unknown text, in bytes, as in Terraform.
const MAX_PREFIX: usize = 128;

impl Context<'_> {
    /// The text of the parts together, never null.
    pub(super) fn template(self, parts: &[TemplatePart]) -> Evaluated {
        let mut gather = Gather::default();
        let mut text = String::new();
        let mut marks = Marks::NONE;
        let mut all_known = true;
        for part in parts {
            let Some(value) = gather.take(self.part(part)) else {
                continue;
            };
            marks = marks | value.marks;
            match &value.kind {
                Kind::String(more) if all_known => text.push_str(more),
                Kind::Unknown(_) => all_known = false,
                Kind::String(_)
                | Kind::Null(_)
                | Kind::Bool(_)
                | Kind::Number(_)
                | Kind::List(..)
                | Kind::Set(..)
                | Kind::Map(..)
                | Kind::Tuple(_)
                | Kind::Object(_) => {}
            }
        }
        gather.check()?;
        let result = if all_known {
            Value::string(text)
        } else {
            unknown_text(&text)
        };
        Ok(result.marked(marks))
    }

    /// The text of a part, or an unknown value.
    fn part(self, part: &TemplatePart) -> Evaluated {
        match part {
            TemplatePart::Text(text) => Ok(Value::new(Kind::String(text.clone()))),
            TemplatePart::Interpolation(expression) => {
                text_of(self.evaluate(expression)?, expression.span)
            }
            TemplatePart::If {
                condition,
                then,
                otherwise,
            } => {
                let span = condition.span;
                let inside = self.deeper(span)?;
                let arm = |parts: &[TemplatePart]| Arm {
                    evaluated: inside.template(parts),
                    span,
                };
                choose(inside.evaluate(condition), span, arm(then), arm(otherwise))
            }
            TemplatePart::For {
                key,
                value,
                collection,
                body,
            } => {
                let inside = self.deeper(collection.span)?;
                let elements = inside.elements(collection)?;
                let Some(pairs) = elements.elements else {
                    return Ok(Value::unknown_not_null(Type::String).marked(elements.marks));
                };
                let names = (key.as_ref(), value);
                let texts = pairs
                    .into_iter()
                    .map(|pair| inside.with_element(names, pair, |inside| inside.template(body)));
                join(texts, elements.marks)
            }
        }
    }
}

/// All texts together, unknown when one of them is.
fn join(texts: impl Iterator<Item = Evaluated>, mut marks: Marks) -> Evaluated {
    let mut gather = Gather::default();
    let mut joined = Some(String::new());
    for text in texts {
        let Some(text) = gather.take(text) else {
            continue;
        };
        marks = marks | text.marks;
        joined = joined
            .zip(text.as_str())
            .map(|(joined, text)| joined + text);
    }
    gather.check()?;
    let result = joined.map_or_else(|| Value::unknown_not_null(Type::String), Value::string);
    Ok(result.marked(marks))
}

fn text_of(value: Value, span: Span) -> Evaluated {
    const SUMMARY: &str = "Invalid template interpolation value";
    if value.is_null() {
        let detail =
            "The expression result is null. Cannot include a null value in a string template.";
        return Err(problem(Code::InvalidValue, SUMMARY, detail, span).into());
    }
    if value.is_unknown() {
        return Ok(value);
    }
    converted(&value, &Type::String).map_err(|message| -> Halt {
        let detail = format!("Cannot include the given value in a string template: {message}.");
        problem(Code::WrongType, SUMMARY, detail, span).into()
    })
}

fn unknown_text(beginning: &str) -> Value {
    let mut end = beginning.len().min(MAX_PREFIX);
    while !beginning.is_char_boundary(end) {
        end -= 1;
    }
    let beginning = beginning.get(..end).unwrap_or_default();
    Value::new(Kind::Unknown(Unknown {
        ty: Type::String,
        not_null: true,
        prefix: certain_beginning(beginning).into(),
    }))
}

/// What a text certainly begins with when more follows `beginning`: what follows may begin with a combining mark, which
/// would change the last character, but for those that nothing combines with.
fn certain_beginning(beginning: &str) -> &str {
    let Some((start, last)) = beginning.grapheme_indices(true).next_back() else {
        return "";
    };
    let combines = |character: char| {
        !(character.is_ascii_punctuation() || " \t".contains(character))
            || "=<>`".contains(character)
    };
    if last.chars().any(combines) {
        beginning.get(..start).unwrap_or_default()
    } else {
        beginning
    }
}
