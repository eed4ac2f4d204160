//! `format` and `formatlist`: texts with verbs, as C's `printf` has them.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "every other value is written as JSON"
)]

use super::arguments::Arguments;
use super::json::{write_json, write_json_text};
use super::limits::{MAX_TEXT, TOO_LONG, room_for_text};
use super::signature::Parameter as P;
use super::{Accepts, Answer, CallError, Function, Returns, failed, wrong};
use crate::value::{Kind, Number, Type, Value, convert};
use unicode_segmentation::UnicodeSegmentation;

const FORMAT: &[P] = &[P::new("format", Accepts::String, "The text with verbs.")];

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new(
        "format",
        "Puts values in the places of the verbs of a text.",
        (r#"format("%s-%03d", "a", 7)"#, r#""a-007""#),
        Returns::By(|_| Ok(Type::String)),
        format,
    )
    .takes(FORMAT)
    .variadic(
        P::new("args", Accepts::Any, "The values.")
            .nullable()
            .unknown(),
    ),
    Function::new(
        "formatlist",
        "Formats once for each element of the lists among the values.",
        (
            r#"formatlist("%s-%s", ["a", "b"], "x")"#,
            r#"["a-x", "b-x"]"#,
        ),
        Returns::By(|_| Ok(Type::list(Type::String))),
        format_list,
    )
    .takes(FORMAT)
    .variadic(
        P::new("args", Accepts::Any, "The values and lists of values.")
            .nullable()
            .unknown(),
    ),
];

fn format(call: &Arguments<'_>) -> Answer {
    let (form, values) = (call.text(0)?, call.from(1));
    if values.iter().any(Value::is_untyped) {
        return Ok(Value::unknown(Type::Dynamic));
    }
    if !values.iter().all(Value::is_wholly_known) {
        return Ok(started(form));
    }
    let values: Vec<&Value> = values.iter().collect();
    formatted(form, &values)
        .map(Value::string)
        .map_err(|problem| problem.error(""))
}

/// An unknown text of which at least what stands before the first verb is known.
fn started(form: &str) -> Value {
    let literal = form.split('%').next().unwrap_or_default();
    // The last character may become another one together with what follows.
    let last = literal.graphemes(true).next_back().map_or(0, str::len);
    let prefix = literal.get(..literal.len() - last).unwrap_or_default();
    Value::unknown_text(prefix)
}

fn format_list(call: &Arguments<'_>) -> Answer {
    let (form, values) = (call.text(0)?, call.from(1));
    if values.iter().any(Value::is_untyped) {
        return Ok(Value::unknown(Type::Dynamic));
    }
    let unknown = || Ok(Value::unknown_not_null(Type::list(Type::String)));
    let Some(count) = iterations(values)? else {
        return unknown();
    };
    let (mut texts, mut length) = (Vec::new(), 0_usize);
    for round in 0..count {
        let row: Option<Vec<&Value>> = values
            .iter()
            .map(|value| match value.as_elements() {
                Some(elements) => elements.get(round),
                None => Some(value),
            })
            .collect();
        let row = row.unwrap_or_default();
        if row.iter().all(|value| value.is_wholly_known()) {
            let text = formatted(form, &row).map_err(|problem| {
                let (Problem::Call(message) | Problem::TooMany(_, message)) = problem;
                failed(format!("error on format iteration {round}: {message}"))
            })?;
            length = length.saturating_add(text.len());
            room_for_text(length)?;
            texts.push(Value::string(text));
        } else {
            texts.push(started(form));
        }
    }
    Ok(Value::list(Type::String, texts))
}

/// How often to format; `None` while a list is unknown.
fn iterations(values: &[Value]) -> Result<Option<usize>, CallError> {
    let mut chosen: Option<(usize, usize)> = None;
    for (index, value) in values.iter().enumerate() {
        let is_list = matches!(value.ty(), Type::List(_) | Type::Set(_) | Type::Tuple(_));
        if !is_list || value.is_null() {
            continue;
        }
        let unsettled = matches!(value.kind, Kind::Set(..)) && !value.is_wholly_known();
        let Some(elements) = value.as_elements().filter(|_| !unsettled) else {
            return Ok(None);
        };
        let length = elements.len();
        match chosen {
            Some((count, first)) if count != length => {
                return Err(wrong(
                    index + 1,
                    format!(
                        "argument {} has length {length}, which is inconsistent with argument {} of length {count}",
                        index + 1,
                        first + 1
                    ),
                ));
            }
            Some(_) => {}
            None => chosen = Some((length, index)),
        }
    }
    Ok(Some(chosen.map_or(1, |(count, _)| count)))
}

/// Why a text cannot be made.
enum Problem {
    Call(String),
    /// The first argument that is too many, and why.
    TooMany(usize, String),
}

impl Problem {
    fn error(self, before: &str) -> CallError {
        match self {
            Problem::Call(message) => failed(format!("{before}{message}")),
            Problem::TooMany(index, message) => wrong(index, message),
        }
    }
}

fn formatted(form: &str, values: &[&Value]) -> Result<String, Problem> {
    let mut text = String::new();
    let mut next = 0;
    let mut highest = 0;
    let mut rest = form;
    while let Some(at) = rest.find('%') {
        text.push_str(rest.get(..at).unwrap_or_default());
        let start = form.len() - rest.len() + at;
        let spec = Verb::parse(form, start).map_err(Problem::Call)?;
        rest = form.get(spec.end..).unwrap_or_default();
        if spec.letter == '%' {
            text.push('%');
            continue;
        }
        let index = spec.index.unwrap_or(next);
        next = index + 1;
        highest = highest.max(next);
        let raw = spec.raw(form);
        let value = values.get(index).ok_or_else(|| {
            let (wanted, count) = (index + 1, values.len());
            Problem::Call(format!(
                "not enough arguments for {raw:?} at {start}: need index {wanted} but have {count} total"
            ))
        })?;
        let part = spec.apply(value).map_err(|refusal| {
            Problem::Call(match refusal {
                Refusal::Verb => {
                    let letter = spec.letter;
                    format!("unsupported format verb '{letter}' in {raw:?} at offset {start}")
                }
                Refusal::Value(reason) => {
                    format!("unsupported value for {raw:?} at {start}: {reason}")
                }
            })
        })?;
        text.push_str(&part);
        if text.len() > MAX_TEXT {
            return Err(Problem::Call(TOO_LONG.into()));
        }
    }
    text.push_str(rest);
    if highest < values.len() {
        let message = if highest == 0 {
            "too many arguments; no verbs in format string".into()
        } else {
            format!("too many arguments; only {highest} used by format string")
        };
        return Err(Problem::TooMany(highest + 1, message));
    }
    Ok(text)
}

enum Refusal {
    Verb,
    Value(String),
}

/// A verb with its flags.
#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the flags of a verb are independent"
)]
struct Verb {
    start: usize,
    end: usize,
    sharp: bool,
    zero: bool,
    plus: bool,
    minus: bool,
    space: bool,
    width: usize,
    precision: Option<usize>,
    index: Option<usize>,
    letter: char,
}

impl Verb {
    /// Reads the verb that starts at a percent sign.
    fn parse(form: &str, start: usize) -> Result<Verb, String> {
        let mut verb = Verb {
            start,
            ..Verb::default()
        };
        let mut at = start + 1;
        let peek = |at: usize| form.get(at..).and_then(|rest| rest.chars().next());
        while let Some(flag) = peek(at) {
            match flag {
                '#' => verb.sharp = true,
                '0' => verb.zero = true,
                '+' => verb.plus = true,
                '-' => verb.minus = true,
                ' ' => verb.space = true,
                _ => break,
            }
            at += 1;
        }
        let digits = |at: &mut usize| {
            let from = *at;
            while peek(*at).is_some_and(|digit| digit.is_ascii_digit()) {
                *at += 1;
            }
            let digits = form.get(from..*at).unwrap_or_default();
            digits
                .parse::<usize>()
                .ok()
                .or((!digits.is_empty()).then_some(usize::MAX))
        };
        verb.width = digits(&mut at).unwrap_or(0);
        if peek(at) == Some('.') {
            at += 1;
            verb.precision = Some(digits(&mut at).unwrap_or(0));
        }
        if verb.width.max(verb.precision.unwrap_or(0)) > WIDTH_LIMIT {
            return Err(format!(
                "a width or precision of more than {WIDTH_LIMIT}, at offset {start}, is not supported"
            ));
        }
        let invalid = |at: usize| match peek(at) {
            Some(other) => format!("unrecognized format character {other:?} at offset {at}"),
            None => format!("invalid format string starting at offset {at}"),
        };
        if peek(at) == Some('[') {
            at += 1;
            let index = digits(&mut at).and_then(|index| index.checked_sub(1));
            verb.index = Some(index.ok_or_else(|| invalid(at))?);
            if peek(at) != Some(']') {
                return Err(invalid(at));
            }
            at += 1;
        }
        match peek(at) {
            Some(letter) if letter == '%' || letter.is_ascii_alphabetic() => {
                verb.letter = letter;
                verb.end = at + 1;
                Ok(verb)
            }
            _ => Err(invalid(at)),
        }
    }

    fn raw<'a>(&self, form: &'a str) -> &'a str {
        form.get(self.start..self.end).unwrap_or_default()
    }

    fn apply(&self, value: &Value) -> Result<String, Refusal> {
        let as_type = |ty: &Type| {
            if value.is_null() && self.letter != 'v' {
                return Err(Refusal::Value("null value cannot be formatted".into()));
            }
            convert(value, ty).map_err(|error| Refusal::Value(error.message))
        };
        match self.letter {
            'v' => self.any(value),
            't' => Ok(as_type(&Type::Bool)?
                .as_bool()
                .unwrap_or_default()
                .to_string()),
            's' | 'q' => {
                let text = as_type(&Type::String)?;
                Ok(self.text(text.as_str().unwrap_or_default()))
            }
            'b' | 'd' | 'o' | 'x' | 'X' => {
                let number = as_number(as_type(&Type::Number))?;
                self.integer(&number)
                    .ok_or_else(|| Refusal::Value("an integer is required".into()))
            }
            'e' | 'E' | 'f' | 'g' | 'G' => Ok(self.float(&as_number(as_type(&Type::Number))?)),
            _ => Err(Refusal::Verb),
        }
    }

    /// As `%v`: texts, numbers and truth values as they are, everything else as JSON; with `#` all as JSON.
    fn any(&self, value: &Value) -> Result<String, Refusal> {
        if !self.sharp {
            match &value.kind {
                Kind::String(text) => return Ok(self.text(text)),
                Kind::Number(number) => {
                    let plain = Verb {
                        letter: 'g',
                        plus: false,
                        ..*self
                    };
                    return Ok(plain.float(number));
                }
                Kind::Bool(truth) => return Ok(truth.to_string()),
                _ => {}
            }
        }
        let mut text = String::new();
        write_json(value, &mut text).map_err(|message| Refusal::Value(message.into()))?;
        Ok(self.padded(text))
    }

    fn text(&self, text: &str) -> String {
        let cut: String = match self.precision {
            Some(limit) => text.graphemes(true).take(limit).collect(),
            None => text.to_owned(),
        };
        if self.letter != 'q' {
            return self.padded(cut);
        }
        let mut quoted = String::new();
        write_json_text(&cut, &mut quoted);
        self.padded(quoted)
    }

    fn padded(&self, text: String) -> String {
        let missing = self.width.saturating_sub(text.graphemes(true).count());
        let fill = if self.zero { "0" } else { " " }.repeat(missing);
        if self.minus {
            text + &fill
        } else {
            fill + &text
        }
    }

    fn integer(&self, number: &Number) -> Option<String> {
        let (base, prefix) = match self.letter {
            'b' => (2, "0b"),
            'o' => (8, "0"),
            'x' => (16, "0x"),
            'X' => (16, "0X"),
            _ => (10, ""),
        };
        let mut digits = number.abs().to_radix(base)?;
        if self.letter == 'X' {
            digits.make_ascii_uppercase();
        }
        if let Some(least) = self.precision {
            digits = format!("{digits:0>least$}");
        }
        let prefix = if self.sharp { prefix } else { "" };
        let negative = number.is_negative() && !number.is_zero();
        Some(self.signed(negative, prefix, &digits, self.precision.is_none()))
    }

    fn float(&self, number: &Number) -> String {
        let size = number.abs();
        let digits = match self.letter {
            'f' => size.to_fixed(self.precision.unwrap_or(6)),
            'e' | 'E' => size.to_scientific(Some(self.precision.unwrap_or(6))),
            _ => size.to_general(self.precision),
        };
        let digits = digits.trim_start_matches('+');
        let digits = if matches!(self.letter, 'E' | 'G') {
            digits.to_ascii_uppercase()
        } else {
            digits.to_owned()
        };
        self.signed(number.is_negative(), "", &digits, true)
    }

    /// Sign, prefix and digits, as wide as asked for.
    fn signed(&self, negative: bool, prefix: &str, digits: &str, zeros: bool) -> String {
        let sign = match (negative, self.plus, self.space) {
            (true, ..) => "-",
            (false, true, _) => "+",
            (false, false, true) => " ",
            (false, false, false) => "",
        };
        let missing = self
            .width
            .saturating_sub(sign.len() + prefix.len() + digits.len());
        if self.minus {
            return format!("{sign}{prefix}{digits}{}", " ".repeat(missing));
        }
        if self.zero && zeros {
            return format!("{sign}{prefix}{}{digits}", "0".repeat(missing));
        }
        format!("{}{sign}{prefix}{digits}", " ".repeat(missing))
    }
}

/// Widths and precisions beyond this are refused: they would only fill memory.
const WIDTH_LIMIT: usize = 1_000_000;

fn as_number(value: Result<Value, Refusal>) -> Result<Number, Refusal> {
    let value = value?;
    value
        .as_number()
        .cloned()
        .ok_or_else(|| Refusal::Value("a number is required".into()))
}
