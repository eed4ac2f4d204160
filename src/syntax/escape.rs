//! Texts as they stand between quotation marks, written in the one way in which Terraform writes them.

/// The text with everything escaped that would end it, be taken for a template, or cannot be seen.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            '"' | '\\' => escaped.extend(['\\', character]),
            '$' | '%' if characters.as_str().starts_with('{') => {
                escaped.extend([character, character]);
            }
            _ if is_printable(character) => escaped.push(character),
            _ if u32::from(character) < 0x1_0000 => {
                escaped.extend(format!("\\u{:04x}", u32::from(character)).chars());
            }
            _ => escaped.extend(format!("\\U{:08x}", u32::from(character)).chars()),
        }
    }
    escaped
}

/// Whether a character is a letter, mark, number, sign or the blank. The standard library escapes all others in texts,
/// and a mark at their very beginning only.
fn is_printable(character: char) -> bool {
    character == ' '
        || character.is_ascii_graphic()
        || format!("a{character}").escape_debug().nth(1) == Some(character)
}
