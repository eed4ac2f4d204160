//! Templates: the texts of their parts, one after the other.
//!
//! As long as all parts are known the result is; an unknown part leaves what stands before it as the known beginning.

use super::conditional::Arm;
use super::{Context, converted, problem};
use crate::diagnostic::Code;
use crate::lang::TemplatePart;
use crate::source::Span;
use crate::value::{Kind, Marks, Type, Value};
use unicode_segmentation::UnicodeSegmentation;

/// The longest known beginning that is kept of an unknown text, in bytes, as in Terraform.
const MAX_PREFIX: usize = 128;

impl Context<'_> {
    /// The text of the parts together, never null.
    pub(super) fn template(self, parts: &[TemplatePart]) -> Value {
        let before = self.mistakes();
        let mut text = String::new();
        let mut marks = Marks::NONE;
        let mut all_known = true;
        for part in parts {
            let value = self.part(part);
            marks = marks | value.marks;
            match value.as_str() {
                Some(more) if all_known => text.push_str(more),
                Some(_) => {}
                None => all_known = all_known && !value.is_unknown(),
            }
        }
        let result = if all_known {
            Value::string(text)
        } else if self.mistakes() > before {
            Value::unknown_not_null(Type::String)
        } else {
            unknown_text(&text)
        };
        result.marked(marks)
    }

    /// The text of a part, an unknown value, or null where it is no text, which is told.
    fn part(self, part: &TemplatePart) -> Value {
        match part {
            TemplatePart::Text(text) => Value::new(Kind::String(text.clone())),
            TemplatePart::Interpolation(expression) => {
                self.text_of(self.evaluate(expression), expression.span)
            }
            TemplatePart::If {
                condition,
                then,
                otherwise,
            } => {
                let span = condition.span;
                let Some(inside) = self.deeper(span) else {
                    return Value::unknown(Type::String);
                };
                let arm = |parts: &[TemplatePart]| {
                    let (value, trouble) = inside.apart(|inside| inside.template(parts));
                    Arm {
                        value,
                        trouble,
                        span,
                    }
                };
                inside.choose(condition, arm(then), arm(otherwise))
            }
            TemplatePart::For {
                key,
                value,
                collection,
                body,
            } => {
                let inside = self.deeper(collection.span);
                let elements =
                    inside.and_then(|inside| Some((inside, inside.elements(collection)?)));
                let Some((inside, elements)) = elements else {
                    return Value::unknown(Type::String);
                };
                let Some(pairs) = elements.elements else {
                    return Value::unknown(Type::String);
                };
                let names = (key.as_ref(), value);
                let texts: Vec<Value> = pairs
                    .into_iter()
                    .take_while(|_| inside.affords_round(collection.span))
                    .map(|pair| {
                        inside.with_element(names, pair, |inside| {
                            inside.afforded(inside.template(body), collection.span)
                        })
                    })
                    .collect();
                join(&texts, elements.marks)
            }
        }
    }

    /// The text of a value; null where it has none, which is told.
    fn text_of(self, value: Value, span: Span) -> Value {
        const SUMMARY: &str = "Invalid template interpolation value";
        let none = Value::null(Type::String).marked(value.marks);
        if value.is_null() {
            let detail =
                "The expression result is null. Cannot include a null value in a string template.";
            self.wrong(problem(Code::InvalidValue, SUMMARY, detail, span));
            return Value::null(Type::String);
        }
        if value.is_unknown() {
            return value;
        }
        converted(&value, &Type::String).unwrap_or_else(|message| {
            let detail = format!("Cannot include the given value in a string template: {message}.");
            self.wrong(problem(Code::WrongType, SUMMARY, detail, span));
            none
        })
    }
}

/// All texts together, unknown when one of them is; then the marks are those of what the loop runs over.
fn join(texts: &[Value], marks: Marks) -> Value {
    let known: Option<Vec<&str>> = texts.iter().map(Value::as_str).collect();
    match known {
        Some(known) => {
            let all = texts.iter().fold(marks, |marks, text| marks | text.marks);
            Value::string(known.concat()).marked(all)
        }
        None => Value::unknown(Type::String).marked(marks),
    }
}

fn unknown_text(beginning: &str) -> Value {
    let mut end = beginning.len().min(MAX_PREFIX);
    while !beginning.is_char_boundary(end) {
        end -= 1;
    }
    let beginning = beginning.get(..end).unwrap_or_default();
    Value::unknown_text(certain_beginning(beginning))
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
