//! Templates: quoted texts, heredocs and template files, with their markers for white space.
//!
//! White space is a matter of *tokens*, as in HCL itself: a quoted text is one token between two `${…}`, the text of a
//! heredoc or file is one token per line. A `~` strips the token beside it and no further, and the indentation that
//! `<<-` removes is counted after that.

use super::Lowering;
use crate::address::Name;
use crate::lang::{Expression, ExpressionKind, TemplatePart};
use crate::source::Span;
use crate::syntax::{Heading, Part, PartForm, Quoting, Run, Strip, of_line, of_quoted};
use crate::value::Value;
use unicode_segmentation::UnicodeSegmentation;

/// A template as a row of tokens, without its nesting.
enum Token {
    Text(String),
    Control(Strip),
}

/// The parts of a template that were not read yet, and the texts in them.
struct Rest<'t> {
    parts: std::slice::Iter<'t, Part>,
    texts: std::vec::IntoIter<String>,
}

impl<'t> Lowering<'t> {
    pub(super) fn template(
        &mut self,
        span: Span,
        quoting: Quoting,
        parts: Run<Part>,
    ) -> Expression {
        let parts = self.root.tree().parts(parts);
        if let [only] = parts
            && let PartForm::Interpolation(inner, _) = only.form
        {
            // The value itself, not its text.
            let inner = self.part(inner);
            return super::parenthesised(span, inner);
        }
        let mut rest = Rest {
            parts: parts.iter(),
            texts: self.texts(quoting, parts).into_iter(),
        };
        let (parts, _) = self.parts(&mut rest);
        match parts.as_slice() {
            [] => Expression::literal(span, Value::string("")),
            [TemplatePart::Text(text)] => Expression::literal(span, Value::string(text)),
            _ => Expression::new(span, ExpressionKind::Template(parts)),
        }
    }

    /// What is left of each literal text when white space was taken as the markers and the form of the template say.
    fn texts(&self, quoting: Quoting, parts: &[Part]) -> Vec<String> {
        let (mut tokens, mut lengths) = (Vec::new(), Vec::new());
        for part in parts {
            if matches!(part.form, PartForm::Text) {
                let before = tokens.len();
                tokenise(quoting, self.written(part.place), &mut tokens);
                lengths.push(tokens.len() - before);
            } else {
                tokens.push(Token::Control(strip_of(&part.form)));
            }
        }
        strip(&mut tokens);
        if quoting == Quoting::Flush {
            dedent(&mut tokens);
        }
        let mut texts = tokens.into_iter().filter_map(|token| match token {
            Token::Text(text) => Some(text),
            Token::Control(_) => None,
        });
        let text = |length| texts.by_ref().take(length).collect();
        lengths.into_iter().map(text).collect()
    }

    /// The parts up to the next `else` or end of a directive, which is returned too.
    fn parts(&mut self, rest: &mut Rest<'t>) -> (Vec<TemplatePart>, Option<PartForm>) {
        let mut parts = Vec::new();
        while let Some(part) = rest.parts.next() {
            match part.form {
                PartForm::Text => {
                    let text = rest.texts.next().filter(|text| !text.is_empty());
                    parts.extend(text.map(|text| TemplatePart::Text(text.into())));
                }
                PartForm::Interpolation(inner, _) => {
                    parts.push(TemplatePart::Interpolation(self.part(inner)));
                }
                PartForm::If(condition, _) => {
                    let condition = self.part(condition);
                    parts.push(self.conditional_part(condition, rest));
                }
                PartForm::For(heading, _) => {
                    parts.push(self.repeated_part(heading, rest));
                }
                PartForm::Else(_) | PartForm::EndIf(_) | PartForm::EndFor(_) => {
                    return (parts, Some(part.form));
                }
            }
        }
        (parts, None)
    }

    fn conditional_part(&mut self, condition: Expression, rest: &mut Rest<'t>) -> TemplatePart {
        let (then, end) = self.nested(rest);
        let otherwise = match end {
            Some(PartForm::Else(_)) => self.nested(rest).0,
            _ => Vec::new(),
        };
        TemplatePart::If {
            condition,
            then,
            otherwise,
        }
    }

    fn repeated_part(&mut self, heading: Heading, rest: &mut Rest<'t>) -> TemplatePart {
        let collection = self.part(heading.collection);
        let key = heading.key.map(|key| Name::from(self.written(key)));
        let value = Name::from(self.written(heading.value));
        let names: Vec<&Name> = key.iter().chain([&value]).collect();
        let (body, _) = self.binding(&names, |inside| inside.nested(rest));
        TemplatePart::For {
            key,
            value,
            collection,
            body,
        }
    }

    /// The parts within a directive, which count as one level of nesting.
    fn nested(&mut self, rest: &mut Rest<'t>) -> (Vec<TemplatePart>, Option<PartForm>) {
        self.depth += 1;
        let parts = if self.depth < super::DEEPEST {
            self.parts(rest)
        } else {
            let here = rest
                .parts
                .next()
                .map_or(self.root.place(), |part| part.place);
            rest.parts = [].iter();
            let span = self.span(here);
            self.too_deep(span);
            (Vec::new(), None)
        };
        self.depth -= 1;
        parts
    }
}

/// Adds the tokens of a literal text, with their meaning.
fn tokenise(quoting: Quoting, text: &str, tokens: &mut Vec<Token>) {
    match quoting {
        Quoting::Quotes => tokens.push(Token::Text(of_quoted(text))),
        Quoting::Heredoc | Quoting::Flush | Quoting::Bare => {
            let lines = text.split_inclusive('\n').map(of_line);
            tokens.extend(lines.map(Token::Text));
        }
    }
}

fn strip_of(form: &PartForm) -> Strip {
    match form {
        PartForm::Text => Strip::default(),
        PartForm::Interpolation(_, strip)
        | PartForm::If(_, strip)
        | PartForm::For(_, strip)
        | PartForm::Else(strip)
        | PartForm::EndIf(strip)
        | PartForm::EndFor(strip) => *strip,
    }
}

/// Does what the `~` ask for, each to the one token beside it.
fn strip(tokens: &mut [Token]) {
    let mut strip_next = false;
    let mut previous: Option<&mut String> = None;
    for token in tokens {
        match token {
            Token::Text(text) => {
                if strip_next {
                    *text = text.trim_start().to_owned();
                }
                strip_next = false;
                previous = Some(text);
            }
            Token::Control(strip) => {
                if let Some(text) = previous.take().filter(|_| strip.before) {
                    text.truncate(text.trim_end().len());
                }
                strip_next = strip.after;
            }
        }
    }
}

/// Takes the common indentation from every line. A blank line has none and keeps what it has; a line that begins with a
/// `${` or lost its text to a `~` is indented by nothing.
fn dedent(tokens: &mut [Token]) {
    let mut smallest = usize::MAX;
    let mut line_starts: Vec<&mut String> = Vec::new();
    let mut at_line_start = true;
    for token in tokens {
        match token {
            Token::Control(_) => {
                if at_line_start {
                    smallest = 0;
                }
                at_line_start = false;
            }
            Token::Text(text) => {
                let ends_line = text.ends_with('\n');
                let is_blank = ends_line && text.trim_start().is_empty();
                if at_line_start && !is_blank {
                    smallest = smallest.min(indentation(text));
                    line_starts.push(text);
                }
                at_line_start = ends_line;
            }
        }
    }
    for text in line_starts {
        let removed: usize = text.graphemes(true).take(smallest).map(str::len).sum();
        text.drain(..removed);
    }
}

/// The number of white space characters that a text begins with.
fn indentation(text: &str) -> usize {
    let space = text.len() - text.trim_start().len();
    text.get(..space)
        .unwrap_or_default()
        .graphemes(true)
        .count()
}
