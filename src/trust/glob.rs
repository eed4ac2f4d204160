//! Globs: `*` is any sequence of characters, also none, and `?` exactly one; both run across `:` and `/`.
//!
//! Source: IAM User Guide, "IAM JSON policy elements: Condition operators" (`StringLike`) and "Action". There is no escape but the variables `${*}`, `${?}` and `${$}`.

/// One element of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Token {
    /// This character.
    Exactly(char),
    /// `?`: any one character.
    AnyOne,
    /// `*`: any sequence.
    AnySequence,
}

impl Token {
    /// The token that a character of a policy stands for.
    pub fn read(character: char) -> Self {
        match character {
            '*' => Self::AnySequence,
            '?' => Self::AnyOne,
            other => Self::Exactly(other),
        }
    }

    /// The character the token is written as.
    pub fn as_char(self) -> char {
        match self {
            Self::Exactly(character) => character,
            Self::AnyOne => '?',
            Self::AnySequence => '*',
        }
    }
}

/// A text that may hold wildcards. Whether they act is the operator's affair.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Glob(Vec<Token>);

impl Glob {
    /// Reads every `*` and `?` as a wildcard.
    pub fn new(text: &str) -> Self {
        text.chars().map(Token::read).collect()
    }

    /// Reads `*` and `?` as ordinary characters.
    pub fn literal(text: &str) -> Self {
        text.chars().map(Token::Exactly).collect()
    }

    /// Whether the whole of `text` matches.
    pub fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        matches(&self.0, &text)
    }

    /// Whether `text` is this text, wildcards taken as ordinary characters.
    pub fn is_text(&self, text: &str) -> bool {
        self.0.iter().map(|token| token.as_char()).eq(text.chars())
    }

    /// The text, wildcards as they are written.
    pub fn text(&self) -> String {
        self.0.iter().map(|token| token.as_char()).collect()
    }

    /// Whether there is a wildcard in it.
    pub fn has_wildcard(&self) -> bool {
        self.0
            .iter()
            .any(|token| !matches!(token, Token::Exactly(_)))
    }

    /// The tokens in order.
    pub fn tokens(&self) -> &[Token] {
        &self.0
    }
}

impl FromIterator<Token> for Glob {
    fn from_iter<I: IntoIterator<Item = Token>>(tokens: I) -> Self {
        Self(tokens.into_iter().collect())
    }
}

/// Matches greedily and, on a mismatch, lets the last `*` take one character more: linear memory, no recursion.
fn matches(pattern: &[Token], text: &[char]) -> bool {
    let (mut at, mut position) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while let Some(&character) = text.get(position) {
        match pattern.get(at) {
            Some(Token::AnySequence) => {
                retry = Some((at, position));
                at += 1;
                continue;
            }
            Some(Token::AnyOne) => {
                at += 1;
                position += 1;
                continue;
            }
            Some(Token::Exactly(expected)) if *expected == character => {
                at += 1;
                position += 1;
                continue;
            }
            Some(Token::Exactly(_)) | None => {}
        }
        let Some((star, taken)) = retry else {
            return false;
        };
        retry = Some((star, taken + 1));
        at = star + 1;
        position = taken + 1;
    }
    pattern
        .iter()
        .skip(at)
        .all(|token| *token == Token::AnySequence)
}
