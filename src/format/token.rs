//! Tokens, and what goes wrong when a text is cut into them.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Span};
use std::borrow::Cow;
use std::ops::Range;

/// What a token is. Only as fine as the rules of the layout need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name or a keyword; a hyphen may be part of it.
    Identifier,
    /// A number as it is written.
    Number,
    /// A line break outside of templates.
    Newline,
    /// A comment; one that begins with `#` or `//` has the line break at its end.
    Comment,
    /// The quote that begins a template.
    OpenQuote,
    /// The quote that ends a template.
    CloseQuote,
    /// Literal text within quotes.
    Quoted,
    /// `<<EOT` or `<<-EOT`, with its line break.
    OpenHeredoc,
    /// The line that ends a heredoc, without its line break.
    CloseHeredoc,
    /// Literal text within a heredoc.
    HeredocText,
    /// `${`
    Interpolation,
    /// `%{`
    Directive,
    /// The brace that ends an interpolation or a directive.
    SequenceEnd,
    /// `{`
    OpenBrace,
    /// `}`
    CloseBrace,
    /// `[`
    OpenBracket,
    /// `]`
    CloseBracket,
    /// `(`
    OpenParen,
    /// `)`
    CloseParen,
    /// `,`
    Comma,
    /// `.`
    Dot,
    /// `:`
    Colon,
    /// `::`
    DoubleColon,
    /// `...`
    Ellipsis,
    /// `=`
    Equal,
    /// `=>`
    Arrow,
    /// `?`
    Question,
    /// `-`
    Minus,
    /// `!`
    Bang,
    /// An operator between two operands that is not a minus.
    Operator,
    /// What has no meaning; a text with it is refused.
    Invalid,
}

/// A token with the blanks before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token<'t> {
    /// What it is.
    pub(super) kind: Kind,
    /// What is written.
    pub(super) text: Cow<'t, str>,
    /// How many blanks stand before it, on its line.
    pub(super) before: usize,
    /// Where it begins in the text that was scanned.
    pub(super) start: usize,
}

impl<'t> Token<'t> {
    /// A token that takes the place of one at `start`.
    pub(super) fn new(kind: Kind, text: impl Into<Cow<'t, str>>, start: usize) -> Self {
        Token {
            kind,
            text: text.into(),
            before: 0,
            start,
        }
    }

    /// How many more brackets are open after it: 1, 0 or -1.
    pub(super) fn opens(&self) -> isize {
        match self.kind {
            Kind::OpenBrace
            | Kind::OpenBracket
            | Kind::OpenParen
            | Kind::Interpolation
            | Kind::Directive => 1,
            Kind::CloseBrace | Kind::CloseBracket | Kind::CloseParen | Kind::SequenceEnd => -1,
            Kind::Identifier
            | Kind::Number
            | Kind::Newline
            | Kind::Comment
            | Kind::OpenQuote
            | Kind::CloseQuote
            | Kind::Quoted
            | Kind::OpenHeredoc
            | Kind::CloseHeredoc
            | Kind::HeredocText
            | Kind::Comma
            | Kind::Dot
            | Kind::Colon
            | Kind::DoubleColon
            | Kind::Ellipsis
            | Kind::Equal
            | Kind::Arrow
            | Kind::Question
            | Kind::Minus
            | Kind::Bang
            | Kind::Operator
            | Kind::Invalid => 0,
        }
    }

    /// Whether the next token stands on another line.
    pub(super) fn ends_line(&self) -> bool {
        self.kind == Kind::Newline || (self.kind == Kind::Comment && self.text.ends_with('\n'))
    }

    /// Where it stands.
    pub(super) fn place(&self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }
}

/// Why a text cannot be formatted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    /// Terraform's summary.
    pub(super) summary: String,
    /// A sentence.
    pub(super) detail: &'static str,
    /// The place in the text.
    pub(super) place: Range<usize>,
}

impl Problem {
    /// A problem at a place.
    pub(super) fn new(summary: &str, detail: &'static str, place: Range<usize>) -> Self {
        Problem {
            summary: summary.to_owned(),
            detail,
            place,
        }
    }
}

impl Diagnostic {
    /// The problem as people see it.
    pub(super) fn from_problem(problem: Problem, file: FileId) -> Self {
        Diagnostic::error(Code::Syntax, problem.detail)
            .with_summary(problem.summary)
            .at(Span::new(file, problem.place))
    }
}
