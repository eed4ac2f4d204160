//! The labels of a block, read and written again in the one way in which they are written.

use super::token::{Kind, Token};
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

/// The text as it is written within quotes.
fn escaped(meant: &str) -> String {
    let mut text = String::with_capacity(meant.len());
    let mut characters = meant.chars();
    while let Some(character) = characters.next() {
        match character {
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '"' | '\\' => text.extend(['\\', character]),
            '$' | '%' if characters.as_str().starts_with('{') => {
                text.extend([character, character]);
            }
            _ if is_printable(character) => text.push(character),
            _ if u32::from(character) < 0x1_0000 => {
                text.extend(format!("\\u{:04x}", u32::from(character)).chars());
            }
            _ => text.extend(format!("\\U{:08x}", u32::from(character)).chars()),
        }
    }
    text
}

/// Whether a character is a letter, mark, number, sign or the blank. The standard library escapes all others in texts,
/// and a mark at their very beginning only.
fn is_printable(character: char) -> bool {
    character == ' '
        || character.is_ascii_graphic()
        || format!("a{character}").escape_debug().nth(1) == Some(character)
}
