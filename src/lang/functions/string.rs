//! Functions over texts.

use super::arguments::Arguments;
use super::limits::{MAX_TEXT, room_for_elements, room_for_text};
use super::signature::Parameter as P;
use super::{Accepts, Answer, CallError, Function, Returns, failed, go_regex, wrong};
use crate::value::{Kind, Number, Type, Value};
use unicode_segmentation::UnicodeSegmentation;

const TEXT: Returns = Returns::Always(Accepts::String);
const TRUTH: Returns = Returns::Always(Accepts::Bool);
const STR: P = P::new("str", Accepts::String, "The text.");

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new(
        "chomp",
        "Removes the line ends at the end of a text.",
        (r#"chomp("a\n")"#, r#""a""#),
        TEXT,
        |call| text(call.text(0)?.trim_end_matches(['\n', '\r'])),
    )
    .takes(&[STR]),
    Function::new(
        "endswith",
        "Tells whether a text ends with another.",
        (r#"endswith("abc", "bc")"#, "true"),
        TRUTH,
        |call| truth(call.text(0)?.ends_with(call.text(1)?)),
    )
    .takes(&[
        STR,
        P::new("suffix", Accepts::String, "What it may end with."),
    ]),
    Function::new(
        "indent",
        "Puts spaces before every line but the first.",
        (r#"indent(2, "a\nb")"#, r#""a\n  b""#),
        TEXT,
        indent,
    )
    .takes(&[P::new("spaces", Accepts::Number, "How many spaces."), STR]),
    Function::new(
        "join",
        "Joins the texts of one or more lists, with a separator between them.",
        (r#"join("-", ["a", "b"])"#, r#""a-b""#),
        TEXT,
        join,
    )
    .takes(&[P::new(
        "separator",
        Accepts::String,
        "What stands between two texts.",
    )])
    .variadic(P::new("lists", Accepts::ListOfString, "The texts.").unknown()),
    Function::new(
        "lower",
        "Turns all letters into small ones.",
        (r#"lower("ABC")"#, r#""abc""#),
        TEXT,
        |call| text(&go_lower(call.text(0)?)),
    )
    .takes(&[STR]),
    Function::new(
        "replace",
        "Replaces a text, or the matches of a regular expression between slashes, everywhere.",
        (r#"replace("a.b", ".", "-")"#, r#""a-b""#),
        TEXT,
        replace,
    )
    .takes(&[
        STR,
        P::new(
            "substr",
            Accepts::String,
            "What is replaced; `/…/` is a regular expression.",
        ),
        P::new(
            "replace",
            Accepts::String,
            "What takes its place; `$1` is a group.",
        ),
    ]),
    Function::new(
        "split",
        "Cuts a text at every separator.",
        (r#"split(",", "a,b")"#, r#"["a", "b"]"#),
        Returns::Always(Accepts::ListOfString),
        split,
    )
    .takes(&[P::new("separator", Accepts::String, "Where to cut."), STR]),
    Function::new(
        "startswith",
        "Tells whether a text starts with another.",
        (r#"startswith("abc", "ab")"#, "true"),
        TRUTH,
        starts_with,
    )
    .takes(&[
        STR.unknown(),
        P::new("prefix", Accepts::String, "What it may start with."),
    ]),
    Function::new(
        "strcontains",
        "Tells whether a text contains another.",
        (r#"strcontains("abc", "b")"#, "true"),
        TRUTH,
        |call| truth(call.text(0)?.contains(call.text(1)?)),
    )
    .takes(&[
        STR,
        P::new("substr", Accepts::String, "What it may contain."),
    ]),
    Function::new(
        "strrev",
        "Reverses the characters of a text.",
        (r#"strrev("abc")"#, r#""cba""#),
        TEXT,
        |call| text(&call.text(0)?.graphemes(true).rev().collect::<String>()),
    )
    .takes(&[STR]),
    Function::new(
        "substr",
        "Takes a part of a text, counted in characters; a negative offset counts from the end.",
        (r#"substr("hello", 1, 3)"#, r#""ell""#),
        TEXT,
        substr,
    )
    .takes(&[
        STR,
        P::new(
            "offset",
            Accepts::Number,
            "How many characters are left out before the part.",
        ),
        P::new(
            "length",
            Accepts::Number,
            "How many characters it has; -1 for all the rest.",
        ),
    ]),
    Function::new(
        "title",
        "Turns the first letter of every word into a capital.",
        (r#"title("hello world")"#, r#""Hello World""#),
        TEXT,
        |call| text(&title(call.text(0)?)),
    )
    .takes(&[STR]),
    Function::new(
        "trim",
        "Removes all of the given characters from both ends.",
        (r#"trim("?!hello?!", "!?")"#, r#""hello""#),
        TEXT,
        trim,
    )
    .takes(&[
        STR,
        P::new("cutset", Accepts::String, "The characters to remove."),
    ]),
    Function::new(
        "trimprefix",
        "Removes a text from the start, if it stands there.",
        (r#"trimprefix("helloworld", "hello")"#, r#""world""#),
        TEXT,
        |call| {
            let whole = call.text(0)?;
            text(whole.strip_prefix(call.text(1)?).unwrap_or(whole))
        },
    )
    .takes(&[
        STR,
        P::new("prefix", Accepts::String, "The text to remove."),
    ]),
    Function::new(
        "trimspace",
        "Removes white space from both ends.",
        (r#"trimspace(" a ")"#, r#""a""#),
        TEXT,
        |call| text(call.text(0)?.trim()),
    )
    .takes(&[STR]),
    Function::new(
        "trimsuffix",
        "Removes a text from the end, if it stands there.",
        (r#"trimsuffix("helloworld", "world")"#, r#""hello""#),
        TEXT,
        |call| {
            let whole = call.text(0)?;
            text(whole.strip_suffix(call.text(1)?).unwrap_or(whole))
        },
    )
    .takes(&[
        STR,
        P::new("suffix", Accepts::String, "The text to remove."),
    ]),
    Function::new(
        "upper",
        "Turns all letters into capitals.",
        (r#"upper("abc")"#, r#""ABC""#),
        TEXT,
        |call| text(&go_upper(call.text(0)?)),
    )
    .takes(&[STR]),
];

#[expect(clippy::unnecessary_wraps, reason = "the answer of a function")]
fn text(text: &str) -> Answer {
    Ok(Value::string(text))
}

#[expect(clippy::unnecessary_wraps, reason = "the answer of a function")]
fn truth(truth: bool) -> Answer {
    Ok(Value::bool(truth))
}

/// Capitals letter by letter, as Go does it: a letter that would become several stays.
fn go_upper(text: &str) -> String {
    text.chars().map(capital).collect()
}

fn go_lower(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            // Its small letter is one of its own with a dot, but Go has the plain one.
            'İ' => 'i',
            letter => single(letter, letter.to_lowercase()),
        })
        .collect()
}

fn single(letter: char, mut mapped: impl Iterator<Item = char>) -> char {
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        _ => letter,
    }
}

/// A letter starts a word unless a letter, a digit, an underscore or a mark of those kinds stands before it.
fn title(text: &str) -> String {
    let mut before = ' ';
    text.chars()
        .map(|letter| {
            let starts = is_separator(before);
            before = letter;
            if starts { initial(letter) } else { letter }
        })
        .collect()
}

/// The capital that is one letter, as Go has it: of Greek letters with an iota below, too, which the standard library writes
/// as two.
fn capital(letter: char) -> char {
    let far = match letter {
        '\u{1f80}'..='\u{1f87}' | '\u{1f90}'..='\u{1f97}' | '\u{1fa0}'..='\u{1fa7}' => 8,
        '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => 9,
        _ => return single(letter, letter.to_uppercase()),
    };
    char::from_u32(u32::from(letter) + far).unwrap_or(letter)
}

/// The letter that begins a word of which the others are small: of letters that stand for two the first is a capital, and
/// Georgian has none there.
fn initial(letter: char) -> char {
    match letter {
        '\u{1c4}'..='\u{1c6}' => '\u{1c5}',
        '\u{1c7}'..='\u{1c9}' => '\u{1c8}',
        '\u{1ca}'..='\u{1cc}' => '\u{1cb}',
        '\u{1f1}'..='\u{1f3}' => '\u{1f2}',
        '\u{10d0}'..='\u{10ff}' => letter,
        _ => capital(letter),
    }
}

fn is_separator(letter: char) -> bool {
    if letter.is_ascii() {
        return !(letter.is_ascii_alphanumeric() || letter == '_');
    }
    !letter.is_alphanumeric() && letter.is_whitespace()
}

fn indent(call: &Arguments<'_>) -> Answer {
    let spaces = usize::try_from(call.integer(0)?)
        .map_err(|_| failed("the number of spaces must not be negative"))?;
    let lines = call.text(1)?;
    let breaks = lines.matches('\n').count();
    room_for_text(breaks.saturating_mul(spaces).saturating_add(lines.len()))?;
    if breaks == 0 {
        return text(lines);
    }
    let pad = format!("\n{}", " ".repeat(spaces));
    text(&lines.replace('\n', &pad))
}

fn join(call: &Arguments<'_>) -> Answer {
    let separator = call.text(0)?;
    let lists = call.from(1);
    if lists.is_empty() {
        return Err(failed("at least one list is required"));
    }
    if !lists.iter().all(Value::is_wholly_known) {
        return Ok(Value::unknown_not_null(Type::String));
    }
    let mut parts: Vec<&str> = Vec::new();
    for (argument, list) in lists.iter().enumerate() {
        for (index, element) in list.parts().enumerate() {
            parts.push(
                element
                    .as_str()
                    .ok_or_else(|| null_element(argument, index, lists.len()))?,
            );
        }
    }
    let between = separator.len().saturating_mul(parts.len());
    let length = parts.iter().map(|part| part.len());
    room_for_text(length.fold(between, usize::saturating_add))?;
    text(&parts.join(separator))
}

fn null_element(argument: usize, index: usize, lists: usize) -> CallError {
    let message = if lists == 1 {
        format!("element {index} is null; cannot concatenate null values")
    } else {
        format!("element {index} of list {argument} is null; cannot concatenate null values")
    };
    wrong(argument + 1, message)
}

fn replace(call: &Arguments<'_>) -> Answer {
    let (whole, pattern, replacement) = (call.text(0)?, call.text(1)?, call.text(2)?);
    let expression = pattern
        .strip_prefix('/')
        .and_then(|rest| rest.strip_suffix('/'));
    let Some(expression) = expression else {
        let more = whole.matches(pattern).count();
        room_for_text(
            more.saturating_mul(replacement.len())
                .saturating_add(whole.len()),
        )?;
        return text(&whole.replace(pattern, replacement));
    };
    let expression = go_regex::compile(expression).map_err(failed)?;
    let groups = replacement.matches('$').count();
    let mut length = whole.len();
    let replaced = expression.replace_all(whole, |found: &regex::Captures<'_>| {
        let own = found.get(0).map_or(0, |found| found.len());
        length = groups
            .saturating_mul(own)
            .saturating_add(replacement.len())
            .saturating_add(length);
        let mut made = String::new();
        if length <= MAX_TEXT {
            found.expand(replacement, &mut made);
        }
        made
    });
    room_for_text(length)?;
    text(&replaced)
}

fn split(call: &Arguments<'_>) -> Answer {
    let (separator, whole) = (call.text(0)?, call.text(1)?);
    let parts: Vec<Value> = if separator.is_empty() {
        room_for_elements(whole.len())?;
        whole
            .chars()
            .map(|character| Value::string(character.to_string()))
            .collect()
    } else {
        room_for_elements(whole.matches(separator).count())?;
        whole.split(separator).map(Value::string).collect()
    };
    Ok(Value::list(Type::String, parts))
}

/// An unknown text may still be known to start with the prefix, or not to.
fn starts_with(call: &Arguments<'_>) -> Answer {
    let prefix = call.text(1)?;
    if let Kind::Unknown(unknown) = &call.get(0)?.kind {
        let known = unknown.beginning();
        if known.starts_with(prefix) {
            return truth(true);
        }
        if !prefix.starts_with(known) {
            return truth(false);
        }
        return Ok(Value::unknown_not_null(Type::Bool));
    }
    truth(call.text(0)?.starts_with(prefix))
}

fn substr(call: &Arguments<'_>) -> Answer {
    let whole = call.text(0)?;
    let (offset, length) = (call.integer(1)?, call.integer(2)?);
    let characters = whole.graphemes(true);
    let start = if offset < 0 {
        let count = characters.clone().count();
        let back = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
        count.saturating_sub(back)
    } else {
        usize::try_from(offset).unwrap_or(usize::MAX)
    };
    let rest = characters.skip(start);
    match usize::try_from(length) {
        // From the end, no length is all the rest, as in Terraform.
        Ok(length) if length > 0 || offset >= 0 => text(&rest.take(length).collect::<String>()),
        Ok(_) | Err(_) => text(&rest.collect::<String>()),
    }
}

fn trim(call: &Arguments<'_>) -> Answer {
    let cutset: Vec<char> = call.text(1)?.chars().collect();
    text(call.text(0)?.trim_matches(cutset.as_slice()))
}

/// How many characters a text has, as people count them.
pub(super) fn length(text: &str) -> Number {
    let count = if text.is_ascii() && !text.contains('\r') {
        text.len()
    } else {
        text.graphemes(true).count()
    };
    Number::from(count)
}
