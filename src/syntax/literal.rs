//! What literal text stands for.

/// The meaning of text within quotes: escapes, and doubled signs before braces.
pub fn of_quoted(text: &str) -> String {
    if !text.contains(['\\', '$', '%']) {
        return text.to_owned();
    }
    let mut meant = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
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
            '$' | '%' => {
                meant.push(character);
                let rest = characters.as_str();
                if rest
                    .strip_prefix(character)
                    .is_some_and(|rest| rest.starts_with('{'))
                {
                    meant.push('{');
                    characters.nth(1);
                }
            }
            _ => meant.push(character),
        }
    }
    meant
}

/// The meaning of text in a heredoc or a template file: only doubled signs before braces.
pub fn of_line(text: &str) -> String {
    text.replace("$${", "${").replace("%%{", "%{")
}

/// The character that so many hexadecimal digits name.
fn code_point(digits: &mut std::str::Chars, length: usize) -> char {
    let digits: String = digits.take(length).collect();
    let number = u32::from_str_radix(&digits, 16).ok();
    number
        .and_then(char::from_u32)
        .unwrap_or(char::REPLACEMENT_CHARACTER)
}
