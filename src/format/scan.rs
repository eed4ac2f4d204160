//! From text to tokens, without losing a byte but for blanks, which are counted.
//!
//! Code and templates contain each other: a stack says in what the scanner is. Whether names and numbers are well formed
//! is left to the parser.

use super::token::{Kind, Problem, Token};

/// What stands for itself, longest first.
const PUNCTUATION: [(&str, Kind); 25] = [
    ("...", Kind::Ellipsis),
    ("::", Kind::DoubleColon),
    ("=>", Kind::Arrow),
    ("==", Kind::Operator),
    ("!=", Kind::Operator),
    (">=", Kind::Operator),
    ("<=", Kind::Operator),
    ("&&", Kind::Operator),
    ("||", Kind::Operator),
    ("[", Kind::OpenBracket),
    ("]", Kind::CloseBracket),
    ("(", Kind::OpenParen),
    (")", Kind::CloseParen),
    (".", Kind::Dot),
    (",", Kind::Comma),
    ("*", Kind::Operator),
    ("/", Kind::Operator),
    ("%", Kind::Operator),
    ("+", Kind::Operator),
    ("-", Kind::Minus),
    ("=", Kind::Equal),
    ("<", Kind::Operator),
    (">", Kind::Operator),
    ("!", Kind::Bang),
    ("?", Kind::Question),
];

/// What a text consists of.
pub(super) struct Scanned<'t> {
    /// Its tokens, in order.
    pub(super) tokens: Vec<Token<'t>>,
    /// How many blanks stand at its very end.
    pub(super) tail: usize,
    /// The first thing that has no meaning.
    pub(super) problem: Option<Problem>,
}

/// The tokens of a text. A byte-order mark is passed over.
pub(super) fn scan(text: &str) -> Scanned<'_> {
    let mut scanner = Scanner {
        text,
        position: 0,
        before: 0,
        tokens: Vec::with_capacity(text.len() / 4),
        within: vec![Within::Code { braces: 0 }],
        problem: None,
        unclosed_comment: false,
    };
    if text.starts_with('\u{feff}') {
        scanner.position = '\u{feff}'.len_utf8();
        scanner.before = scanner.position;
    }
    scanner.run();
    Scanned {
        tokens: scanner.tokens,
        tail: scanner.before,
        problem: scanner.problem,
    }
}

/// What the scanner is in the middle of.
enum Within<'t> {
    /// Expressions and blocks, with so many braces open; the outermost is the file itself.
    Code { braces: usize },
    /// A quoted template.
    Quotes,
    /// A heredoc, at the beginning of one of its lines or not.
    Heredoc { marker: &'t str, fresh: bool },
}

struct Scanner<'t> {
    text: &'t str,
    position: usize,
    /// Blanks since the last token.
    before: usize,
    tokens: Vec<Token<'t>>,
    within: Vec<Within<'t>>,
    problem: Option<Problem>,
    /// Whether a comment was begun that nothing closes.
    unclosed_comment: bool,
}

impl<'t> Scanner<'t> {
    fn run(&mut self) {
        while self.position < self.text.len() {
            match self.within.last() {
                Some(Within::Code { .. }) | None => self.code(),
                Some(Within::Quotes) => self.quoted(),
                Some(Within::Heredoc { marker, fresh }) => {
                    let (marker, fresh) = (*marker, *fresh);
                    if !(fresh && self.end_of_heredoc(marker)) {
                        self.heredoc_text();
                    }
                }
            }
        }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.position..).unwrap_or_default()
    }

    /// Takes so many bytes as a token.
    fn take(&mut self, kind: Kind, length: usize) {
        let text = self.rest().get(..length).unwrap_or_default();
        self.tokens.push(Token {
            kind,
            text: text.into(),
            before: std::mem::take(&mut self.before),
            start: self.position,
        });
        self.position += length;
    }

    fn code(&mut self) {
        let rest = self.rest();
        let first = rest.chars().next().unwrap_or_default();
        match first {
            ' ' | '\t' => {
                self.before += 1;
                self.position += 1;
            }
            '\n' => self.take(Kind::Newline, 1),
            '\r' if rest.starts_with("\r\n") => self.take(Kind::Newline, 2),
            '#' => self.take(Kind::Comment, through_newline(rest)),
            '/' if rest.starts_with("//") => self.take(Kind::Comment, through_newline(rest)),
            '/' if rest.starts_with("/*") => match self.end_of_comment(rest) {
                Some(length) => self.take(Kind::Comment, length),
                None => self.take(Kind::Operator, 1),
            },
            '"' => self.enter(Kind::OpenQuote, 1, Within::Quotes),
            '{' => {
                if let Some(Within::Code { braces, .. }) = self.within.last_mut() {
                    *braces += 1;
                }
                self.take(Kind::OpenBrace, 1);
            }
            '}' => self.closing_brace(1),
            '~' if rest.starts_with("~}") => self.closing_brace(2),
            '0'..='9' => self.take(Kind::Number, number(rest.as_bytes())),
            _ if first == '_' || first.is_alphabetic() => {
                self.take(Kind::Identifier, identifier(rest));
            }
            _ => self.punctuation(rest),
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

    fn punctuation(&mut self, rest: &'t str) {
        if let Some((marker, length)) = heredoc_introducer(rest) {
            self.enter(
                Kind::OpenHeredoc,
                length,
                Within::Heredoc {
                    marker,
                    fresh: true,
                },
            );
            return;
        }
        if rest.starts_with(':') && !rest.starts_with("::") {
            self.take(Kind::Colon, 1);
            return;
        }
        let known = PUNCTUATION.iter().find(|(text, _)| rest.starts_with(text));
        let Some((text, kind)) = known else {
            return self.invalid(rest.chars().next().map_or(0, char::len_utf8));
        };
        self.take(*kind, text.len());
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
                self.refuse(run.count(), "Invalid multi-line string", "Quoted strings may not be split over several lines. Write \\n for a line break, or use a heredoc.");
            }
            Some(b'$' | b'%') => self.sequence_or_sign(rest, Kind::Quoted),
            Some(_) | None => match quoted_run(rest) {
                Some(length) => self.take(Kind::Quoted, length),
                None => self.invalid(1),
            },
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
        let special = rest.find(['$', '%', '\n']).unwrap_or(rest.len());
        let length = match rest.as_bytes().get(special) {
            Some(b'\n') => special + 1,
            Some(_) | None => special,
        };
        let ends_line = length > special;
        if let Some(Within::Heredoc { fresh, .. }) = self.within.last_mut() {
            *fresh = ends_line;
        }
        if length == 0 {
            self.sequence_or_sign(rest, Kind::HeredocText);
        } else {
            self.take(Kind::HeredocText, length);
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

    fn refuse(&mut self, length: usize, summary: &str, detail: &'static str) {
        let place = self.position..self.position + length;
        self.take(Kind::Invalid, length);
        self.problem
            .get_or_insert_with(|| Problem::new(summary, detail, place));
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

/// The length of a name. What is not ASCII is taken to be part of it: the parser knows better, and came first.
fn identifier(rest: &str) -> usize {
    let belongs = |c: char| {
        c == '_' || c == '-' || c.is_alphanumeric() || (!c.is_ascii() && !c.is_whitespace())
    };
    rest.find(|c| !belongs(c)).unwrap_or(rest.len())
}

/// The marker of a heredoc that begins here, and the length of its first line.
fn heredoc_introducer(rest: &str) -> Option<(&str, usize)> {
    let after = rest.strip_prefix("<<")?;
    let after = after.strip_prefix('-').unwrap_or(after);
    if !after.starts_with(|c: char| c == '_' || c.is_alphabetic()) {
        return None;
    }
    let (marker, end) = after.split_at(identifier(after));
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
