//! Tokens: what a text is cut into.

use super::Place;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
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
    /// Literal text within a heredoc, or of a template that is a text of its own; it does not go beyond a line.
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
    /// What has no meaning; the scanner tells why.
    Invalid,
}

impl Kind {
    /// How many more brackets are open after it: 1, 0 or -1. Quotes and heredocs are no brackets.
    pub fn opens(self) -> isize {
        match self {
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
}

/// A token: what it is, and where. Blanks stand between tokens, and belong to none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Where it stands.
    pub place: Place,
}
