//! Texts that somebody else chose, made safe for Markdown: they stand in code spans, in fences or, in HTML, escaped, so
//! that nothing in them is markup, a link or a mention.

use std::fmt::Write as _;

/// Longer names are shortened in their middle.
const LONGEST: usize = 240;

/// A text on one line in a code span. The longest ones lose their middle.
pub(super) fn code(text: &str) -> String {
    let text = shortened(&visible(
        &text.split_whitespace().collect::<Vec<_>>().join(" "),
    ));
    let ticks = "`".repeat(longest_run(&text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') || text.is_empty() {
        " "
    } else {
        ""
    };
    format!("{ticks}{pad}{text}{pad}{ticks}")
}

/// How many backticks must fence a text: more than stand together anywhere in it.
pub(super) fn fence_width(text: &str) -> usize {
    longest_run(text).max(2) + 1
}

/// A text in a fence of that many backticks, coloured as a difference.
pub(super) fn fenced(text: &str, width: usize) -> String {
    let ticks = "`".repeat(width);
    format!("{ticks}diff\n{text}{ticks}\n")
}

/// The text with characters written out that are invisible or change the direction of what follows them.
pub(super) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        let harmless = matches!(character, '\n' | '\t');
        if is_invisible(character) || (character.is_control() && !harmless) {
            // Writing to a string cannot fail.
            _ = write!(shown, "\\u{{{:x}}}", u32::from(character));
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Marks of direction and of width zero (Unicode Standard Annex #9).
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
    )
}

fn longest_run(text: &str) -> usize {
    let runs = text.split(|character| character != '`');
    runs.map(str::len).max().unwrap_or_default()
}

fn shortened(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    if characters.len() <= LONGEST {
        return text.to_owned();
    }
    let half = LONGEST / 2;
    let head: String = characters.iter().take(half).collect();
    let tail: String = characters.iter().skip(characters.len() - half).collect();
    format!("{head}…{tail}")
}
