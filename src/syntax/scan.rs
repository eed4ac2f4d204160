//! From text to tokens, of which each has its place, so that no byte is lost but for blanks.
//!
//! Code and templates contain each other: a stack says in what the scanner is. Whether numbers are well formed is left
//! to the parser.

use super::identifier;
use super::token::{Kind, Token};
use super::{Place, Problem};
use std::collections::BTreeSet;

/// What a text consists of.
pub struct Scanned {
    /// Its tokens, in order.
    pub tokens: Vec<Token>,
    /// What has no meaning: a problem for each such token, but the same character is told of once.
    pub problems: Vec<Problem>,
}

/// How many lines are looked at for the quote that ends a text which goes over several.
const LINES_AHEAD: usize = 100;

/// The tokens of a file, or of an expression. A byte-order mark is passed over.
pub fn scan(text: &str) -> Scanned {
    Scanner::new(text, Within::Code { braces: 0 }).run()
}

/// The tokens of a text that is a template.
pub(super) fn scan_template(text: &str) -> Scanned {
    Scanner::new(text, Within::Template).run()
}

/// What the scanner is in the middle of.
#[derive(Clone, Copy)]
enum Within<'t> {
    /// Expressions and blocks, with so many braces open; the outermost is the file itself.
    Code { braces: usize },
    /// A quoted template, which may have a line break already.
    Quotes { broken: bool },
    /// A heredoc, at the beginning of one of its lines or not.
    Heredoc { marker: &'t str, fresh: bool },
    /// A text that is a template as a whole.
    Template,
}

struct Scanner<'t> {
    text: &'t str,
    position: usize,
    tokens: Vec<Token>,
    within: Vec<Within<'t>>,
    problems: Vec<Problem>,
    /// The characters without meaning that were told of.
    told: BTreeSet<&'t str>,
    /// Whether a comment was begun that nothing closes.
    unclosed_comment: bool,
}

impl<'t> Scanner<'t> {
    fn new(text: &'t str, outermost: Within<'t>) -> Self {
        Scanner {
            text,
            position: 0,
            tokens: Vec::with_capacity(text.len() / 4),
            within: vec![outermost],
            problems: Vec::new(),
            told: BTreeSet::new(),
            unclosed_comment: false,
        }
    }

    fn run(mut self) -> Scanned {
        if self.text.starts_with('\u{feff}') {
            self.position = '\u{feff}'.len_utf8();
        }
        while self.position < self.text.len() {
            match self.within.last().copied() {
                Some(Within::Code { .. }) | None => self.code(),
                Some(Within::Quotes { .. }) => self.quoted(),
                Some(Within::Template) => self.template_text(),
                Some(Within::Heredoc { marker, fresh }) => {
                    if !(fresh && self.end_of_heredoc(marker)) {
                        self.heredoc_text();
                    }
                }
            }
        }
        Scanned {
            tokens: self.tokens,
            problems: self.problems,
        }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.position..).unwrap_or_default()
    }

    /// Takes so many bytes as a token.
    fn take(&mut self, kind: Kind, length: usize) {
        let end = (self.position + length).min(self.text.len());
        let place = Place::new(self.position, end);
        self.tokens.push(Token { kind, place });
        self.position = end;
    }

    fn code(&mut self) {
        let rest = self.rest();
        let bytes = rest.as_bytes();
        let second = bytes.get(1).copied().unwrap_or_default();
        match (bytes.first().copied().unwrap_or_default(), second) {
            (b' ' | b'\t', _) => self.position += 1,
            (b'\n', _) => self.take(Kind::Newline, 1),
            (b'\r', b'\n') => self.take(Kind::Newline, 2),
            (b'#', _) | (b'/', b'/') => self.take(Kind::Comment, through_newline(rest)),
            (b'/', b'*') => match self.end_of_comment(rest) {
                Some(length) => self.take(Kind::Comment, length),
                None => self.take(Kind::Operator, 1),
            },
            (b'"', _) => self.enter(Kind::OpenQuote, 1, Within::Quotes { broken: false }),
            (b'{', _) => {
                if let Some(Within::Code { braces }) = self.within.last_mut() {
                    *braces += 1;
                }
                self.take(Kind::OpenBrace, 1);
            }
            (b'}', _) => self.closing_brace(1),
            (b'~', b'}') => self.closing_brace(2),
            (b'0'..=b'9', _) => self.take(Kind::Number, number(bytes)),
            (b'<', b'<') => self.heredoc_or_less(rest),
            (first, _) if first == b'_' || first.is_ascii_alphabetic() || !first.is_ascii() => {
                match identifier::length(rest) {
                    0 => self.invalid(rest.chars().next().map_or(0, char::len_utf8)),
                    length => self.take(Kind::Identifier, length),
                }
            }
            _ => self.punctuation(bytes),
        }
    }

    /// The length of a comment that begins here; `None`, for good, once one was not closed.
    fn end_of_comment(&mut self, rest: &str) -> Option<usize> {
        if self.unclosed_comment {
            return None;
        }
        let inside = rest.get(2..).and_then(|rest| rest.find("*/"));
        self.unclosed_comment = inside.is_none();
        inside.map(|inside| inside + 4)
    }

    fn heredoc_or_less(&mut self, rest: &'t str) {
        match heredoc_introducer(rest) {
            Some((marker, length)) => {
                let fresh = true;
                self.enter(Kind::OpenHeredoc, length, Within::Heredoc { marker, fresh });
            }
            None => self.take(Kind::Operator, 1),
        }
    }

    /// What stands for itself, the longest that fits.
    fn punctuation(&mut self, bytes: &[u8]) {
        let (kind, length) = match bytes {
            [b'.', b'.', b'.', ..] => (Kind::Ellipsis, 3),
            [b':', b':', ..] => (Kind::DoubleColon, 2),
            [b'=', b'>', ..] => (Kind::Arrow, 2),
            [b'=' | b'!' | b'>' | b'<', b'=', ..] | [b'&', b'&', ..] | [b'|', b'|', ..] => {
                (Kind::Operator, 2)
            }
            [b'[', ..] => (Kind::OpenBracket, 1),
            [b']', ..] => (Kind::CloseBracket, 1),
            [b'(', ..] => (Kind::OpenParen, 1),
            [b')', ..] => (Kind::CloseParen, 1),
            [b'.', ..] => (Kind::Dot, 1),
            [b',', ..] => (Kind::Comma, 1),
            [b':', ..] => (Kind::Colon, 1),
            [b'*' | b'/' | b'%' | b'+' | b'<' | b'>', ..] => (Kind::Operator, 1),
            [b'-', ..] => (Kind::Minus, 1),
            [b'=', ..] => (Kind::Equal, 1),
            [b'!', ..] => (Kind::Bang, 1),
            [b'?', ..] => (Kind::Question, 1),
            _ => return self.invalid(1),
        };
        self.take(kind, length);
    }

    fn enter(&mut self, kind: Kind, length: usize, within: Within<'t>) {
        self.within.push(within);
        self.take(kind, length);
    }

    /// A brace that closes a block, an object, or the code within a template; only the last may be written `~}`.
    fn closing_brace(&mut self, length: usize) {
        let nested = self.within.len() > 1;
        match self.within.last_mut() {
            Some(Within::Code { braces: 0 }) if nested => {
                self.within.pop();
                self.take(Kind::SequenceEnd, length);
            }
            Some(Within::Code { braces }) if length == 1 => {
                *braces = braces.saturating_sub(1);
                self.take(Kind::CloseBrace, length);
            }
            _ => self.take(Kind::SequenceEnd, length),
        }
    }

    /// A piece of a quoted template: its end, a sequence, or literal text up to one of these.
    fn quoted(&mut self) {
        let rest = self.rest();
        match rest.bytes().next() {
            Some(b'"') => {
                self.within.pop();
                self.take(Kind::CloseQuote, 1);
            }
            Some(b'\n' | b'\r') => {
                let run = rest.bytes().take_while(|byte| b"\r\n".contains(byte));
                self.line_break_in_quotes(run.count());
            }
            Some(b'$' | b'%') => self.sequence_or_sign(rest, Kind::Quoted),
            Some(_) | None => match quoted_run(rest) {
                Some(length) => self.take(Kind::Quoted, length),
                None => self.invalid(1),
            },
        }
    }

    /// Refuses a line break within quotes, once for each. Where a quote seems to be missing, the break counts as it.
    fn line_break_in_quotes(&mut self, length: usize) {
        let start = self.position;
        self.take(Kind::Invalid, length);
        let place = Place::new(start, self.position);
        let told = self.within.pop();
        if !matches!(told, Some(Within::Quotes { broken: true })) {
            let detail = "Quoted strings may not be split over several lines. Write \\n for a line break, or use a heredoc.";
            let problem = Problem::new("Invalid multi-line string", detail, place);
            self.problems.push(problem);
        }
        let lines = self.rest().lines().take(LINES_AHEAD);
        let mut lines = lines.map(|line| line.matches('"').count());
        let quotes = lines.find(|quotes| *quotes > 0);
        if quotes.is_some_and(|quotes| quotes % 2 == 1) {
            self.within.push(Within::Quotes { broken: true });
        } else {
            self.position = start;
        }
    }

    /// What begins with a dollar or percent sign: a sequence, an escaped sequence, or the sign alone.
    fn sequence_or_sign(&mut self, rest: &'t str, literal: Kind) {
        let sign = rest.get(..1).unwrap_or_default();
        let after = rest.get(1..).unwrap_or_default();
        if let Some(inside) = after.strip_prefix('{') {
            let kind = match sign {
                "$" => Kind::Interpolation,
                _ => Kind::Directive,
            };
            let length = 2 + usize::from(inside.starts_with('~'));
            self.enter(kind, length, Within::Code { braces: 0 });
        } else if let Some(inside) = after
            .strip_prefix(sign)
            .and_then(|rest| rest.strip_prefix('{'))
        {
            self.take(literal, 3 + usize::from(inside.starts_with('~')));
        } else {
            self.take(literal, 1);
        }
    }

    /// Takes the line as the end of a heredoc if it holds nothing but the marker.
    fn end_of_heredoc(&mut self, marker: &str) -> bool {
        let rest = self.rest();
        let Some(newline) = rest.find('\n') else {
            return false;
        };
        let line = rest.get(..newline).unwrap_or_default();
        if line.trim() != marker {
            return false;
        }
        let text = line.strip_suffix('\r').unwrap_or(line);
        self.within.pop();
        self.take(Kind::CloseHeredoc, text.len());
        self.take(Kind::Newline, newline + 1 - text.len());
        true
    }

    /// A piece of a heredoc: a sequence, or literal text up to one or through the end of the line.
    fn heredoc_text(&mut self) {
        let rest = self.rest();
        let length = text_on_line(rest);
        let ends_line = rest.get(..length).is_some_and(|text| text.ends_with('\n'));
        if let Some(Within::Heredoc { fresh, .. }) = self.within.last_mut() {
            *fresh = ends_line;
        }
        if length == 0 {
            self.sequence_or_sign(rest, Kind::HeredocText);
        } else {
            self.take(Kind::HeredocText, length);
        }
    }

    /// A piece of a template that is a text of its own.
    fn template_text(&mut self) {
        let rest = self.rest();
        match text_on_line(rest) {
            0 => self.sequence_or_sign(rest, Kind::HeredocText),
            length => self.take(Kind::HeredocText, length),
        }
    }

    /// Takes what has no meaning.
    fn invalid(&mut self, length: usize) {
        let first = self.rest().chars().next();
        if matches!(first, Some('&' | '|' | '^' | '~')) {
            let detail = "There are no operators on bits. Logical ones are &&, || and !.";
            self.refuse(length, "Unsupported operator", detail);
        } else {
            let detail = "This has no meaning in the language, or nothing ends it.";
            self.refuse(length, "Invalid character", detail);
        }
    }

    fn refuse(&mut self, length: usize, summary: &'static str, detail: &'static str) {
        let start = self.position;
        self.take(Kind::Invalid, length);
        let place = Place::new(start, self.position);
        if self.told.insert(place.text(self.text)) {
            self.problems.push(Problem::new(summary, detail, place));
        }
    }
}

/// The length of a line with its line break.
fn through_newline(rest: &str) -> usize {
    rest.find('\n').map_or(rest.len(), |newline| newline + 1)
}

/// The length of a number: it goes as far as digits, points and exponents go, and does not end with a point.
fn number(rest: &[u8]) -> usize {
    let digit = |at: usize| rest.get(at).is_some_and(u8::is_ascii_digit);
    let (mut at, mut end) = (0, 0);
    loop {
        match rest.get(at) {
            Some(b'0'..=b'9') => {
                at += 1;
                end = at;
            }
            Some(b'.') => at += 1,
            Some(b'e' | b'E') => {
                let signed = matches!(rest.get(at + 1), Some(b'+' | b'-'));
                let first = at + 1 + usize::from(signed);
                if !digit(first) {
                    return end;
                }
                at = first + 1;
                end = at;
            }
            Some(_) | None => return end,
        }
    }
}

/// The length of the text up to a dollar or percent sign, or through the end of the line.
fn text_on_line(rest: &str) -> usize {
    let special = rest
        .bytes()
        .position(|byte| matches!(byte, b'$' | b'%' | b'\n'));
    match special {
        Some(at) => at + usize::from(rest.as_bytes().get(at) == Some(&b'\n')),
        None => rest.len(),
    }
}

/// The marker of a heredoc that begins here, and the length of its first line.
fn heredoc_introducer(rest: &str) -> Option<(&str, usize)> {
    let after = rest.strip_prefix("<<")?;
    let after = after.strip_prefix('-').unwrap_or(after);
    let (marker, end) = after.split_at(identifier::length(after));
    if marker.is_empty() {
        return None;
    }
    let newline = if end.starts_with("\r\n") {
        2
    } else {
        usize::from(end.starts_with('\n'))
    };
    (newline > 0).then(|| (marker, rest.len() - end.len() + newline))
}

/// The length of literal text within quotes, escapes included; `None` for a backslash before nothing.
fn quoted_run(rest: &str) -> Option<usize> {
    let mut length = 0;
    let mut characters = rest.chars();
    while let Some(character) = characters.next() {
        match character {
            '$' | '%' | '"' | '\n' | '\r' => break,
            '\\' => match characters.next() {
                Some(escaped) if escaped != '\n' && escaped != '\r' => {
                    length += 1 + escaped.len_utf8();
                }
                Some(_) | None => break,
            },
            _ => length += character.len_utf8(),
        }
    }
    (length > 0).then_some(length)
}
