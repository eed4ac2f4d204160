//! Templates: text with escapes, interpolations, and directives that have to be balanced.

use super::{Expected, Parser};
use crate::syntax::Problem;
use crate::syntax::token::Kind;
use crate::syntax::tree::{Form, Heading, Part, PartForm, Place, Quoting, Run, Strip};

/// A template whose end has not come yet.
pub(super) struct Opened {
    open: Place,
    quoting: Quoting,
    /// What ends it; nothing if that is the end of the text.
    closing: Option<Kind>,
    /// The first token in it.
    first: Place,
    /// Its parts are those behind so many.
    parts: usize,
    /// The directives in it that have not ended yet.
    directives: Vec<Open>,
}

/// A directive that has not ended yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    If,
    Else,
    For,
}

/// What a directive says.
#[derive(Clone, Copy)]
pub(super) enum Directive {
    If,
    Else,
    EndIf,
    /// The names of key and element.
    For(Option<Place>, Place),
    EndFor,
}

const UNBALANCED: &str = "The directives of this template are not balanced.";

impl Parser<'_> {
    /// Begins a template behind what opens it.
    pub(super) fn begin_template(&mut self, open: Place, quoting: Quoting, closing: Option<Kind>) {
        self.expect([Expected::Template(Opened {
            open,
            quoting,
            closing,
            first: self.peek().place,
            parts: self.parts.len(),
            directives: Vec::new(),
        })]);
    }

    pub(super) fn template(&mut self, template: Opened) -> Result<(), Problem> {
        loop {
            let seen = self.read();
            match seen.kind {
                kind if kind == template.closing => {
                    if !template.directives.is_empty() {
                        let detail = "A directive of this template has no end.";
                        self.note(seen.problem("Unexpected end of template", detail));
                    }
                    self.end_of_template(&template);
                    return Ok(());
                }
                Some(Kind::Quoted) => {
                    self.escapes(seen.place);
                    self.text(&template, seen.place);
                }
                Some(Kind::HeredocText) => self.text(&template, seen.place),
                Some(Kind::Interpolation) => {
                    self.enter(false);
                    let open = seen.place;
                    let end = Expected::EndOfInterpolation { open, template };
                    self.expect([Expected::Expression, end]);
                    return Ok(());
                }
                Some(Kind::Directive) => return self.directive(seen.place, template),
                Some(_) | None => {
                    let detail = "No closing marker was found for the string.";
                    return Err(seen.problem("Unterminated template string", detail));
                }
            }
        }
    }

    fn end_of_template(&mut self, template: &Opened) {
        let from = template.parts.min(self.parts.len());
        let parts = Run::of(self.parts.drain(from..), &mut self.tree.parts);
        let place = template.open.to(self.last);
        self.made(place, Form::Template(template.quoting, parts));
        self.expect_accesses();
    }

    /// Adds text, to the one before it if there is no sequence between them.
    fn text(&mut self, template: &Opened, place: Place) {
        let own = self.parts.get_mut(template.parts..).unwrap_or_default();
        if let Some(Part {
            place: before,
            form: PartForm::Text,
        }) = own.last_mut()
        {
            before.end = place.end;
            return;
        }
        let form = PartForm::Text;
        self.parts.push(Part { place, form });
    }

    /// A directive behind the sign that opens it.
    fn directive(&mut self, open: Place, template: Opened) -> Result<(), Problem> {
        self.enter(false);
        let seen = self.peek();
        if !self.skip(Kind::Identifier) {
            let detail = "A directive begins with a word: if, for, else, endif or endfor.";
            return Err(seen.problem("Invalid template directive", detail));
        }
        let directive = match self.written(seen) {
            "if" => Directive::If,
            "else" => Directive::Else,
            "endif" => Directive::EndIf,
            "endfor" => Directive::EndFor,
            "for" => {
                let (key, value) = self.for_names("Invalid 'for' directive")?;
                Directive::For(key, value)
            }
            _ => {
                let detail = "A directive begins with if, for, else, endif or endfor.";
                return Err(seen.problem("Invalid template control keyword", detail));
            }
        };
        let has_expression = matches!(directive, Directive::If | Directive::For(..));
        self.expect([Expected::EndOfDirective {
            open,
            word: seen.place,
            directive,
            template,
        }]);
        if has_expression {
            self.expect([Expected::Expression]);
        }
        Ok(())
    }

    pub(super) fn end_of_interpolation(
        &mut self,
        open: Place,
        template: Opened,
    ) -> Result<(), Problem> {
        let seen = self.peek();
        if self.skip(Kind::SequenceEnd) {
            self.leave();
            let (place, strip) = self.sequence(open);
            let expression = self.operand_before();
            let form = PartForm::Interpolation(expression, strip);
            self.parts.push(Part { place, form });
            self.expect([Expected::Template(template)]);
            return Ok(());
        }
        let quotes = matches!(seen.kind, Some(Kind::OpenQuote | Kind::CloseQuote));
        if seen.kind.is_none() || (quotes && template.quoting == Quoting::Quotes) {
            let detail = "There is no closing brace for this interpolation.";
            return Err(Problem::new(
                "Unclosed template interpolation sequence",
                detail,
                template.first,
            ));
        }
        let detail = "The closing brace of the interpolation is expected here. Write $${ if the sequence is meant for another language.";
        Err(seen.problem("Extra characters after interpolation expression", detail))
    }

    pub(super) fn end_of_directive(
        &mut self,
        open: Place,
        word: Place,
        directive: Directive,
        mut template: Opened,
    ) -> Result<(), Problem> {
        if !self.skip(Kind::SequenceEnd) {
            let detail = "The closing brace of the directive is expected here.";
            let summary = format!("Extra characters in {} marker", word.text(self.text));
            return Err(Problem::new(summary, detail, self.peek().place));
        }
        self.leave();
        let (place, strip) = self.sequence(open);
        let form = match directive {
            Directive::If => PartForm::If(self.operand_before(), strip),
            Directive::Else => PartForm::Else(strip),
            Directive::EndIf => PartForm::EndIf(strip),
            Directive::EndFor => PartForm::EndFor(strip),
            Directive::For(key, value) => {
                let collection = self.operand_before();
                let heading = Heading {
                    key,
                    value,
                    collection,
                };
                PartForm::For(heading, strip)
            }
        };
        self.parts.push(Part { place, form });
        if !balance(&mut template.directives, directive) {
            let summary = format!("Unexpected {} directive", word.text(self.text));
            self.note(Problem::new(summary, UNBALANCED, place));
        }
        self.expect([Expected::Template(template)]);
        Ok(())
    }

    /// The place of a sequence whose end was read last, and which texts beside it are to be stripped.
    fn sequence(&self, open: Place) -> (Place, Strip) {
        let strip = Strip {
            before: open.text(self.text).ends_with('~'),
            after: self.last.text(self.text).starts_with('~'),
        };
        (open.to(self.last), strip)
    }

    /// Notes what follows a backslash and is no escape.
    pub(super) fn escapes(&mut self, literal: Place) {
        let mut rest = literal.text(self.text);
        let end = literal.range().end;
        while let Some(at) = rest.find('\\') {
            let start = end - rest.len() + at;
            let escape = rest.get(at + 1..).unwrap_or_default();
            let next = escape.chars().next().map_or(0, char::len_utf8);
            let length = escape_length(escape);
            if length.is_none() {
                let detail = "A backslash must be followed by n, r, t, \", \\, u with four or U with eight hexadecimal digits.";
                let place = Place::new(start, start + 1 + next);
                self.note(Problem::new("Invalid escape sequence", detail, place));
            }
            rest = escape.get(length.unwrap_or(next)..).unwrap_or_default();
        }
    }
}

/// Counts a directive; `false` if it does not fit those that are open.
fn balance(directives: &mut Vec<Open>, directive: Directive) -> bool {
    let opened = match directive {
        Directive::If => Some(Open::If),
        Directive::For(..) => Some(Open::For),
        Directive::Else | Directive::EndIf | Directive::EndFor => None,
    };
    if let Some(opened) = opened {
        directives.push(opened);
        return true;
    }
    match (directive, directives.pop()) {
        (Directive::Else, Some(Open::If)) => {
            directives.push(Open::Else);
            true
        }
        (Directive::EndIf, Some(Open::If | Open::Else)) | (Directive::EndFor, Some(Open::For)) => {
            true
        }
        _ => false,
    }
}

/// The length of an escape behind its backslash; `None` for what is none.
fn escape_length(escape: &str) -> Option<usize> {
    let digits = match escape.chars().next()? {
        'n' | 'r' | 't' | '"' | '\\' => return Some(1),
        'u' => 4,
        'U' => 8,
        _ => return None,
    };
    let written = escape.get(1..=digits)?;
    let number = u32::from_str_radix(written, 16).ok()?;
    let is_hexadecimal = written.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_hexadecimal && char::from_u32(number).is_some()).then_some(1 + digits)
}
