//! The labels of a block, read and written again in the one way in which they are written.

use super::token::{Kind, Token};
use crate::lang::escaped;
use unicode_normalization::UnicodeNormalization as _;

/// A label between quotes, from its opening quote and text; nothing if Terraform does not take it for one.
///
/// That is so for a label with a dollar or percent sign among other text, which is lost, as it is in Terraform.
pub(super) fn quoted<'t>(label: Vec<Token<'t>>, closing: Token<'t>) -> Vec<Token<'t>> {
    let mut label = label.into_iter();
    match (label.next(), label.next(), label.next()) {
        (Some(opening), None, _) => vec![opening, closing],
        (Some(opening), Some(text), None) => {
            let meant: String = unescaped(&text.text).nfc().collect();
            let text = Token::new(Kind::Quoted, escaped(&meant), text.start);
            vec![opening, text, closing]
        }
        _ => Vec::new(),
    }
}

/// What a piece of literal text within quotes stands for.
fn unescaped(text: &str) -> String {
    let mut meant = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        let next = characters.as_str();
        match character {
            '\\' => match characters.next() {
                Some('n') => meant.push('\n'),
                Some('r') => meant.push('\r'),
                Some('t') => meant.push('\t'),
                Some('u') => meant.push(code_point(&mut characters, 4)),
                Some('U') => meant.push(code_point(&mut characters, 8)),
                Some(itself) => meant.push(itself),
                None => {}
            },
            '$' | '%' if next.starts_with(character) => {}
            _ => meant.push(character),
        }
    }
    meant
}

/// The character that so many hexadecimal digits name.
fn code_point(digits: &mut std::str::Chars, length: usize) -> char {
    let digits: String = digits.take(length).collect();
    let number = u32::from_str_radix(&digits, 16).ok();
    number
        .and_then(char::from_u32)
        .unwrap_or(char::REPLACEMENT_CHARACTER)
}
