//! Templates: quoted texts, heredocs and template files, with their markers for white space.
//!
//! White space is a matter of *tokens*, as in HCL itself: a quoted text is one token between two `${…}`, the text of a
//! heredoc or file is one token per line. A `~` strips the token beside it and no further, and the indentation that
//! `<<-` removes is counted after that.

use super::Lowering;
use crate::address::Name;
use crate::lang::{Expression, ExpressionKind, TemplatePart};
use crate::source::Span;
use crate::value::Value;
use hcl_edit::Span as _;
use hcl_edit::template::{Directive, Element, HeredocTemplate, Strip, Template};
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

/// A template as a row of tokens, without its nesting.
enum Token {
    Text(String),
    Control(Strip),
}

/// How texts are cut into tokens.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Quoted,
    Lines,
}

impl Lowering<'_> {
    pub(super) fn quoted(&mut self, template: &Template, span: Span) -> Expression {
        for literal in template.iter().filter(|element| element.is_literal()) {
            self.refuse_line_breaks(literal.span());
        }
        self.template(template, span, Form::Quoted, false)
    }

    pub(super) fn heredoc(
        &mut self,
        heredoc: &HeredocTemplate,
        range: Option<Range<usize>>,
        span: Span,
    ) -> Expression {
        let indented = self.source(range).starts_with("<<-");
        self.template(&heredoc.template, span, Form::Lines, indented)
    }

    /// A template that is a text of its own.
    pub(super) fn bare_template(&mut self, template: &Template, span: Span) -> Expression {
        self.template(template, span, Form::Lines, false)
    }

    fn template(
        &mut self,
        template: &Template,
        span: Span,
        form: Form,
        indented: bool,
    ) -> Expression {
        if let Some(Element::Interpolation(only)) = template.as_single_element() {
            // The value itself, not its text.
            let inner = self.expression(&only.expr);
            return super::parenthesised(span, inner);
        }
        let mut tokens = Vec::new();
        self.tokens(template, form, &mut tokens);
        strip(&mut tokens);
        if indented {
            dedent(&mut tokens);
        }
        let texts = tokens.into_iter().filter_map(|token| match token {
            Token::Text(text) => Some(text),
            Token::Control(_) => None,
        });
        let mut texts = texts.collect::<Vec<_>>().into_iter();
        let parts = self.parts(template, form, &mut texts);
        match parts.as_slice() {
            [] => Expression::literal(span, Value::string("")),
            [TemplatePart::Text(text)] => Expression::literal(span, Value::string(text)),
            _ => Expression::new(span, ExpressionKind::Template(parts)),
        }
    }

    fn tokens(&self, template: &Template, form: Form, tokens: &mut Vec<Token>) {
        for element in template {
            match element {
                Element::Literal(text) => {
                    tokens.extend(
                        self.texts(text, element.span(), form)
                            .into_iter()
                            .map(Token::Text),
                    );
                }
                Element::Interpolation(interpolation) => {
                    tokens.push(Token::Control(interpolation.strip));
                }
                Element::Directive(directive) => match directive.as_ref() {
                    Directive::If(form_if) => {
                        tokens.push(Token::Control(form_if.if_expr.strip));
                        self.tokens(&form_if.if_expr.template, form, tokens);
                        if let Some(otherwise) = &form_if.else_expr {
                            tokens.push(Token::Control(otherwise.strip));
                            self.tokens(&otherwise.template, form, tokens);
                        }
                        tokens.push(Token::Control(form_if.endif_expr.strip));
                    }
                    Directive::For(form_for) => {
                        tokens.push(Token::Control(form_for.for_expr.strip));
                        self.tokens(&form_for.for_expr.template, form, tokens);
                        tokens.push(Token::Control(form_for.endfor_expr.strip));
                    }
                },
            }
        }
    }

    /// The tokens of a literal text. Lines are read from the source, since the parser changes line ends and indentation.
    fn texts(&self, text: &str, range: Option<Range<usize>>, form: Form) -> Vec<String> {
        match form {
            Form::Quoted => vec![text.to_owned()],
            Form::Lines => {
                let lines = self.source(range).split_inclusive('\n');
                lines
                    .map(|line| line.replace("$${", "${").replace("%%{", "%{"))
                    .collect()
            }
        }
    }

    /// The parts of a template, with the stripped texts in their places.
    fn parts(
        &mut self,
        template: &Template,
        form: Form,
        texts: &mut std::vec::IntoIter<String>,
    ) -> Vec<TemplatePart> {
        let mut parts = Vec::new();
        let mut text = String::new();
        for element in template {
            let part = match element {
                Element::Literal(literal) => {
                    let count = self.texts(literal, element.span(), form).len();
                    text.extend(texts.by_ref().take(count));
                    continue;
                }
                Element::Interpolation(interpolation) => {
                    TemplatePart::Interpolation(self.expression(&interpolation.expr))
                }
                Element::Directive(directive) => self.directive(directive, form, texts),
            };
            push_text(&mut parts, &mut text);
            parts.push(part);
        }
        push_text(&mut parts, &mut text);
        parts
    }

    fn directive(
        &mut self,
        directive: &Directive,
        form: Form,
        texts: &mut std::vec::IntoIter<String>,
    ) -> TemplatePart {
        match directive {
            Directive::If(form_if) => {
                let condition = self.expression(&form_if.if_expr.cond_expr);
                let then = self.parts(&form_if.if_expr.template, form, texts);
                let otherwise = match &form_if.else_expr {
                    Some(otherwise) => self.parts(&otherwise.template, form, texts),
                    None => Vec::new(),
                };
                TemplatePart::If {
                    condition,
                    then,
                    otherwise,
                }
            }
            Directive::For(form_for) => {
                let intro = &form_for.for_expr;
                let collection = self.expression(&intro.collection_expr);
                let key = intro.key_var.as_ref().map(|key| Name::from(key.as_str()));
                let value = Name::from(intro.value_var.as_str());
                let names: Vec<&Name> = key.iter().chain([&value]).collect();
                let body =
                    self.binding(&names, |inside| inside.parts(&intro.template, form, texts));
                TemplatePart::For {
                    key,
                    value,
                    collection,
                    body,
                }
            }
        }
    }
}

fn push_text(parts: &mut Vec<TemplatePart>, text: &mut String) {
    if !text.is_empty() {
        parts.push(TemplatePart::Text(text.as_str().into()));
        text.clear();
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
                if let Some(text) = previous.take().filter(|_| strip.strip_start()) {
                    text.truncate(text.trim_end().len());
                }
                strip_next = strip.strip_end();
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
