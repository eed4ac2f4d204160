//! The labels of a block, read and written again in the one way in which they are written.

use super::token::{Kind, Token};
use crate::syntax::escaped;
use crate::syntax::of_quoted;
use unicode_normalization::UnicodeNormalization as _;

/// A label between quotes, from its opening quote and text; nothing if Terraform does not take it for one.
///
/// That is so for a label with a dollar or percent sign among other text, which is lost, as it is in Terraform.
pub(super) fn quoted<'t>(label: Vec<Token<'t>>, closing: Token<'t>) -> Vec<Token<'t>> {
    let mut label = label.into_iter();
    match (label.next(), label.next(), label.next()) {
        (Some(opening), None, _) => vec![opening, closing],
        (Some(opening), Some(text), None) => {
            let meant: String = of_quoted(&text.text).nfc().collect();
            let text = Token::new(Kind::Quoted, escaped(&meant), text.start);
            vec![opening, text, closing]
        }
        _ => Vec::new(),
    }
}
