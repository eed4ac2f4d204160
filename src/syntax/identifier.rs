//! Names, as Unicode Annex 31 has them, with the underscore at the beginning and the hyphen within.

/// Whether a character may begin a name.
pub(super) fn begins(character: char) -> bool {
    character == '_' || unicode_ident::is_xid_start(character)
}

/// Whether a character may stand within a name.
pub(super) fn continues(character: char) -> bool {
    character == '-' || unicode_ident::is_xid_continue(character)
}

/// Whether a text is a name.
pub fn is_identifier(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(begins) && characters.all(continues)
}

/// The length of the name that a text begins with, in bytes; 0 if it begins with none.
pub(super) fn length(text: &str) -> usize {
    if !text.starts_with(begins) {
        return 0;
    }
    let ascii = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let quick = text.bytes().take_while(|byte| ascii(byte)).count();
    match text.as_bytes().get(quick) {
        Some(byte) if !byte.is_ascii() => {
            let rest = text.get(quick..).unwrap_or_default();
            quick + rest.find(|c| !continues(c)).unwrap_or(rest.len())
        }
        Some(_) | None => quick,
    }
}
