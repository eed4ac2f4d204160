//! Old spellings of values and types, which are replaced by today's.

use super::token::{Kind, Token};

/// The value of an argument: a template that is nothing but one interpolation becomes what is interpolated.
///
/// In parentheses if it goes over several lines and is not in parentheses already.
pub(super) fn value(mut tokens: Vec<Token<'_>>) -> Vec<Token<'_>> {
    if !is_one_interpolation(&tokens) {
        return tokens;
    }
    tokens.truncate(tokens.len() - 2);
    let is_newline = |token: &Token| token.kind == Kind::Newline;
    let first = tokens.iter().skip(2).position(|token| !is_newline(token));
    let mut inside = tokens.split_off(2 + first.unwrap_or_default());
    while inside.last().is_some_and(is_newline) {
        inside.pop();
    }
    let kind = |token: Option<&Token>| token.map(|token| token.kind);
    let in_parentheses = kind(inside.first()) == Some(Kind::OpenParen)
        && kind(inside.last()) == Some(Kind::CloseParen);
    if inside.iter().any(is_newline) && !in_parentheses {
        let start = inside.first().map_or(0, |token| token.start);
        inside.insert(0, Token::new(Kind::OpenParen, "(", start));
        inside.push(Token::new(Kind::CloseParen, ")", start));
    }
    inside
}

/// Whether quotes hold a single interpolation and nothing else. Templates within it may be anything.
fn is_one_interpolation(tokens: &[Token]) -> bool {
    let [opening, begin, inside @ .., end, closing] = tokens else {
        return false;
    };
    let ends = [opening.kind, begin.kind, end.kind, closing.kind];
    let expected = [
        Kind::OpenQuote,
        Kind::Interpolation,
        Kind::SequenceEnd,
        Kind::CloseQuote,
    ];
    if inside.is_empty() || ends != expected {
        return false;
    }
    let mut quotes = 0_usize;
    for token in inside {
        match token.kind {
            Kind::OpenQuote => quotes += 1,
            Kind::CloseQuote | Kind::Interpolation | Kind::SequenceEnd | Kind::Quoted
                if quotes == 0 =>
            {
                return false;
            }
            Kind::CloseQuote => quotes -= 1,
            _ => {}
        }
    }
    true
}

/// The type of a variable: `list` alone becomes `list(any)`, and what was written in quotes is written without.
pub(super) fn type_expression(tokens: Vec<Token<'_>>) -> Vec<Token<'_>> {
    let replacement = match tokens.as_slice() {
        [name] if name.kind == Kind::Identifier => collection(&name.text, "any", name.start),
        [opening, name, _] if opening.kind == Kind::OpenQuote && name.kind == Kind::Quoted => {
            match &*name.text {
                "string" => Some(vec![Token::new(Kind::Identifier, "string", name.start)]),
                "set" => None,
                text => collection(text, "string", name.start),
            }
        }
        _ => None,
    };
    replacement.unwrap_or(tokens)
}

/// `list(any)` for `list`; nothing for what is no collection.
fn collection<'t>(name: &str, element: &'static str, start: usize) -> Option<Vec<Token<'t>>> {
    let name = ["list", "map", "set"]
        .into_iter()
        .find(|known| *known == name)?;
    let tokens = [
        (Kind::Identifier, name),
        (Kind::OpenParen, "("),
        (Kind::Identifier, element),
        (Kind::CloseParen, ")"),
    ];
    let token = |(kind, text)| Token::new(kind, text, start);
    Some(tokens.into_iter().map(token).collect())
}
