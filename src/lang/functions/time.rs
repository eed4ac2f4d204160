//! Functions over points in time, which are texts in the form of RFC 3339.

use super::arguments::Arguments;
use super::signature::Parameter as P;
use super::{Accepts, Answer, CallError, Function, Returns, failed, wrong};
use crate::value::{Type, Value};
use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime, Time};
use std::fmt::Write as _;

const TEXT: Returns = Returns::Always(Accepts::String);

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new(
        "formatdate",
        "Writes a point in time in another form.",
        (
            r#"formatdate("DD MMM YYYY hh:mm ZZZ", "2018-01-02T23:12:01Z")"#,
            r#""02 Jan 2018 23:12 UTC""#,
        ),
        TEXT,
        format_date,
    )
    .takes(&[
        P::new(
            "format",
            Accepts::String,
            "The form: letters stand for parts, text in single quotes for itself.",
        ),
        P::new("time", Accepts::String, "The point in time."),
    ]),
    Function::new(
        "plantimestamp",
        "Gives the time of the plan.",
        ("plantimestamp()", r#""2018-05-13T07:44:12Z""#),
        TEXT,
        |call| Ok(now(call.scope().plan_timestamp().as_deref())),
    ),
    Function::new(
        "timeadd",
        "Adds a duration, as `1h30m`, to a point in time.",
        (
            r#"timeadd("2017-11-22T00:00:00Z", "10m")"#,
            r#""2017-11-22T00:10:00Z""#,
        ),
        TEXT,
        time_add,
    )
    .takes(&[
        P::new("timestamp", Accepts::String, "The point in time."),
        P::new(
            "duration",
            Accepts::String,
            "Numbers with the units h, m, s, ms, us and ns.",
        ),
    ]),
    Function::new(
        "timecmp",
        "Compares two points in time: -1, 0 or 1.",
        (
            r#"timecmp("2017-11-22T00:00:00Z", "2017-11-22T01:00:00Z")"#,
            "-1",
        ),
        Returns::Always(Accepts::Number),
        |call| {
            let moment = |index: usize| {
                let moment = parse(call.text(index)?).map_err(|message| wrong(index, message))?;
                let behind = (-moment.ahead).minutes();
                moment
                    .local
                    .checked_add(behind)
                    .map_err(|_| failed("the time is out of range"))
            };
            Ok(Value::number(moment(0)?.cmp(&moment(1)?) as i32))
        },
    )
    .takes(&[
        P::new("timestamp_a", Accepts::String, "The first point in time."),
        P::new("timestamp_b", Accepts::String, "The second point in time."),
    ]),
    Function::new(
        "timestamp",
        "Gives the time of the apply.",
        ("timestamp()", r#""2018-05-13T07:44:12Z""#),
        TEXT,
        |call| Ok(now(call.scope().timestamp().as_deref())),
    ),
];

fn now(instant: Option<&str>) -> Value {
    instant.map_or_else(|| Value::unknown_not_null(Type::String), Value::string)
}

/// A point in time where its clock shows it, and how far that clock is ahead of UTC, in minutes.
struct Moment {
    local: DateTime,
    ahead: i32,
}

fn parse(text: &str) -> Result<Moment, String> {
    read(text).map_err(|reason| format!("not a valid RFC3339 timestamp: {reason}"))
}

fn read(text: &str) -> Result<Moment, String> {
    let (date, rest) = text
        .split_once('T')
        .ok_or("missing required time introducer 'T'")?;
    let date = read_date(date).ok_or_else(|| format!("cannot use {date:?} as a date"))?;
    let at = rest
        .find(['Z', '+', '-'])
        .ok_or("end of string before UTC offset")?;
    let (clock, zone) = rest.split_at(at);
    let time = read_time(clock).ok_or_else(|| format!("cannot use {clock:?} as a time"))?;
    let ahead = read_zone(zone).ok_or_else(|| format!("cannot use {zone:?} as UTC offset"))?;
    Ok(Moment {
        local: date.to_datetime(time),
        ahead,
    })
}

fn number<T: std::str::FromStr>(text: Option<&str>, digits: usize) -> Option<T> {
    let text = text?;
    let plain = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok())?
}

fn read_date(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let year = number(parts.next(), 4)?;
    let month = number(parts.next(), 2)?;
    let day = number(parts.next(), 2)?;
    parts
        .next()
        .is_none()
        .then(|| Date::new(year, month, day).ok())?
}

fn read_time(text: &str) -> Option<Time> {
    let (clock, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let mut parts = clock.split(':');
    let hour = number(parts.next(), 2)?;
    let minute = number(parts.next(), 2)?;
    let second = number(parts.next(), 2)?;
    let digits = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    if parts.next().is_some() || !digits {
        return None;
    }
    let nanosecond = format!("{fraction:0<9}").get(..9)?.parse().ok()?;
    Time::new(hour, minute, second, nanosecond).ok()
}

fn read_zone(text: &str) -> Option<i32> {
    if text == "Z" {
        return Some(0);
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    let hours: i32 = number(Some(hours), 2)?;
    let minutes: i32 = number(Some(minutes), 2)?;
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

fn zone(ahead: i32, separator: &str) -> String {
    let sign = if ahead < 0 { '-' } else { '+' };
    format!(
        "{sign}{:02}{separator}{:02}",
        ahead.abs() / 60,
        ahead.abs() % 60
    )
}

fn time_add(call: &Arguments<'_>) -> Answer {
    let moment = parse(call.text(0)?).map_err(failed)?;
    let duration = go_duration(call.text(1)?).map_err(failed)?;
    let sum = moment
        .local
        .checked_add(duration.nanoseconds())
        .map_err(|_| failed("the result is out of range"))?;
    let clock = sum.strftime("%Y-%m-%dT%H:%M:%S");
    let zone = if moment.ahead == 0 {
        "Z".into()
    } else {
        zone(moment.ahead, ":")
    };
    Ok(Value::string(format!("{clock}{zone}")))
}

/// A duration as Go writes it, in nanoseconds.
fn go_duration(text: &str) -> Result<i64, String> {
    let invalid = || format!("time: invalid duration {text:?}");
    let (sign, mut rest) = match text.as_bytes().first() {
        Some(b'-') => (-1, text.get(1..).unwrap_or_default()),
        Some(b'+') => (1, text.get(1..).unwrap_or_default()),
        _ => (1, text),
    };
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut total: i128 = 0;
    while !rest.is_empty() {
        let end = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        let (amount, after) = rest.split_at(end);
        let end = after
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        rest = after;
        let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
        let digits = format!("{whole}{fraction}");
        if digits.is_empty() || fraction.contains('.') {
            return Err(invalid());
        }
        let unit = match unit {
            "" => return Err(format!("time: missing unit in duration {text:?}")),
            unit => unit_of(unit)
                .ok_or_else(|| format!("time: unknown unit {unit:?} in duration {text:?}"))?,
        };
        let value: i128 = digits.parse().map_err(|_| invalid())?;
        let places = u32::try_from(fraction.len()).map_err(|_| invalid())?;
        let scale = 10_i128.checked_pow(places).ok_or_else(invalid)?;
        let part = value.checked_mul(unit).ok_or_else(invalid)? / scale;
        total = total.checked_add(part).ok_or_else(invalid)?;
    }
    i64::try_from(sign * total).map_err(|_| invalid())
}

fn unit_of(unit: &str) -> Option<i128> {
    Some(match unit {
        "ns" => 1,
        "us" | "µs" | "μs" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => return None,
    })
}

fn format_date(call: &Arguments<'_>) -> Answer {
    let form = call.text(0)?;
    let moment = parse(call.text(1)?).map_err(|message| wrong(1, message))?;
    let mut text = String::new();
    let mut rest = form;
    while let Some(first) = rest.chars().next() {
        if first == '\'' {
            rest = literal(rest.get(1..).unwrap_or_default(), &mut text)?;
        } else if first.is_ascii_alphabetic() {
            let end = rest.find(|c: char| c != first).unwrap_or(rest.len());
            let (verb, after) = rest.split_at(end);
            rest = after;
            write_verb(verb, &moment, &mut text).map_err(|message| {
                wrong(0, format!("invalid date format verb {verb:?}{message}"))
            })?;
        } else {
            text.push(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
        }
    }
    Ok(Value::string(text))
}

/// Copies quoted text up to its end; a doubled quote stands for one. Gives what follows.
fn literal<'a>(mut rest: &'a str, text: &mut String) -> Result<&'a str, CallError> {
    loop {
        let (part, after) = rest
            .split_once('\'')
            .ok_or_else(|| wrong(0, "unterminated literal '"))?;
        text.push_str(part);
        match after.strip_prefix('\'') {
            Some(more) => {
                text.push('\'');
                rest = more;
            }
            None => return Ok(after),
        }
    }
}

fn write_verb(verb: &str, moment: &Moment, text: &mut String) -> Result<(), &'static str> {
    let time = moment.local;
    let half = if time.hour() % 12 == 0 {
        12
    } else {
        time.hour() % 12
    };
    let noon = time.hour() < 12;
    let name = |form: &str| time.strftime(form).to_string();
    let part = match verb {
        "YYYY" => format!("{:04}", time.year()),
        "YY" => format!("{:02}", time.year() % 100),
        "MMMM" => name("%B"),
        "MMM" => name("%b"),
        "MM" => format!("{:02}", time.month()),
        "M" => time.month().to_string(),
        "DD" => format!("{:02}", time.day()),
        "D" => time.day().to_string(),
        "EEEE" => name("%A"),
        "EEE" => name("%a"),
        "hh" => format!("{:02}", time.hour()),
        "h" => time.hour().to_string(),
        "HH" => format!("{half:02}"),
        "H" => half.to_string(),
        "AA" => (if noon { "AM" } else { "PM" }).into(),
        "aa" => (if noon { "am" } else { "pm" }).into(),
        "mm" => format!("{:02}", time.minute()),
        "m" => time.minute().to_string(),
        "ss" => format!("{:02}", time.second()),
        "s" => time.second().to_string(),
        "Z" if moment.ahead == 0 => "Z".into(),
        "ZZZ" if moment.ahead == 0 => "UTC".into(),
        "ZZZZ" | "ZZZ" => zone(moment.ahead, ""),
        "ZZZZZ" | "Z" => zone(moment.ahead, ":"),
        _ => return Err(advice(verb)),
    };
    // Writing to a text cannot fail.
    _ = write!(text, "{part}");
    Ok(())
}

fn advice(verb: &str) -> &'static str {
    match verb.as_bytes().first() {
        Some(b'Y') => ": year must either be \"YY\" or \"YYYY\"",
        Some(b'M') => ": month must be \"M\", \"MM\", \"MMM\", or \"MMMM\"",
        Some(b'D') => ": day of month must either be \"D\" or \"DD\"",
        Some(b'E') => ": day of week must either be \"EEE\" or \"EEEE\"",
        Some(b'h') => ": 24-hour must either be \"h\" or \"hh\"",
        Some(b'H') => ": 12-hour must either be \"H\" or \"HH\"",
        Some(b'A' | b'a') => ": must be \"AA\" or \"aa\"",
        Some(b'm') => ": minute must either be \"m\" or \"mm\"",
        Some(b's') => ": second must either be \"s\" or \"ss\"",
        Some(b'Z') => ": timezone must be Z, ZZZ, ZZZZ, or ZZZZZ",
        _ => "",
    }
}
