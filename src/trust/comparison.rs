//! Comparing values that are more than text: numbers, dates, addresses, bytes, ARNs.
//!
//! Source: IAM User Guide, "IAM JSON policy elements: Condition operators": numbers are integers or decimals, dates ISO 8601 or epoch seconds, addresses CIDR ranges or single ones, binary values base64, and the six parts of an ARN are matched one by one.
//! What cannot be read so is returned as the error: AWS does not document what follows, so that the condition stays undecided.

use super::glob::{Glob, Token};
use crate::policy::{BaseOperator, OperatorKind};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ipnet::IpNet;
use std::cmp::Ordering;
use std::net::IpAddr;

/// Whether a value matches, or the text that could not be read.
pub(super) type Outcome = Result<bool, String>;

/// Whether the request's number stands in the relation to the policy's.
pub(super) fn number(value: &str, policy: &str, relation: fn(Ordering) -> bool) -> Outcome {
    let (value, policy) = (read(value, Decimal::read)?, read(policy, Decimal::read)?);
    Ok(relation(value.cmp(&policy)))
}

/// Whether the request's instant stands in the relation to the policy's.
pub(super) fn date(value: &str, policy: &str, relation: fn(Ordering) -> bool) -> Outcome {
    let (value, policy) = (read(value, instant)?, read(policy, instant)?);
    Ok(relation(value.cmp(&policy)))
}

/// Whether the request's address lies in the policy's range.
pub(super) fn address(value: &str, policy: &str) -> Outcome {
    let value = read(value, |text| text.parse::<IpAddr>().ok())?;
    let range = read(policy, range)?;
    Ok(range.contains(&value))
}

/// Whether both are the same boolean, letter case apart; another text equals none.
pub(super) fn boolean(value: &str, policy: &str) -> bool {
    value.eq_ignore_ascii_case(policy)
        && ["true", "false"]
            .iter()
            .any(|known| known.eq_ignore_ascii_case(value))
}

/// Whether the request's bytes are those the policy gives in base64.
///
/// Whether the request's text is itself base64 is not documented for claims: the two readings must agree.
pub(super) fn binary(value: &str, policy: &str) -> Outcome {
    let bytes = read(policy, |text| STANDARD.decode(text).ok())?;
    let (as_bytes, as_base64) = (bytes == value.as_bytes(), policy == value);
    if as_bytes == as_base64 {
        Ok(as_bytes)
    } else {
        Err(value.to_owned())
    }
}

/// Whether the six parts match one by one; nothing if the value or the pattern has not six.
pub(super) fn arn(pattern: &Glob, value: &str) -> Option<bool> {
    let colon = |token: &Token| *token == Token::Exactly(':');
    let patterns: Vec<&[Token]> = pattern.tokens().splitn(6, colon).collect();
    let parts: Vec<&str> = value.splitn(6, ':').collect();
    if patterns.len() != 6 || parts.len() != 6 || parts.first() != Some(&"arn") {
        return None;
    }
    Some(
        patterns
            .iter()
            .zip(parts)
            .all(|(pattern, part)| pattern.iter().copied().collect::<Glob>().matches(part)),
    )
}

/// Whether a value of a policy can be read as what its operator compares.
pub(super) fn is_readable(operator: BaseOperator, text: &str) -> bool {
    match operator.kind() {
        OperatorKind::String | OperatorKind::Arn => true,
        OperatorKind::Numeric => read(text, Decimal::read).is_ok(),
        OperatorKind::Date => read(text, instant).is_ok(),
        OperatorKind::Bool | OperatorKind::Null => {
            text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")
        }
        OperatorKind::Binary => read(text, |text| STANDARD.decode(text).ok()).is_ok(),
        OperatorKind::Address => read(text, range).is_ok(),
    }
}

fn range(text: &str) -> Option<IpNet> {
    let whole = text.parse::<IpNet>().ok();
    whole.or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

fn read<T>(text: &str, reader: impl FnOnce(&str) -> Option<T>) -> Result<T, String> {
    reader(text.trim()).ok_or_else(|| text.to_owned())
}

/// Seconds since the epoch, or an ISO 8601 instant, or a day (its beginning in UTC).
fn instant(text: &str) -> Option<jiff::Timestamp> {
    if let Ok(seconds) = text.parse::<i64>() {
        return jiff::Timestamp::from_second(seconds).ok();
    }
    text.parse()
        .ok()
        .or_else(|| format!("{text}T00:00:00Z").parse().ok())
}

/// A decimal number of any length, without rounding.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Decimal {
    negative: bool,
    /// Digits before the point, without leading zeros.
    whole: String,
    /// Digits after the point, without trailing zeros.
    fraction: String,
}

impl Decimal {
    fn read(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty()) || !is_digits(whole) || !is_digits(fraction) {
            return None;
        }
        let whole = whole.trim_start_matches('0').to_owned();
        let fraction = fraction.trim_end_matches('0').to_owned();
        let zero = whole.is_empty() && fraction.is_empty();
        Some(Self {
            negative: negative && !zero,
            whole,
            fraction,
        })
    }

    fn cmp(&self, other: &Self) -> Ordering {
        let magnitude = (self.whole.len(), &self.whole, &self.fraction).cmp(&(
            other.whole.len(),
            &other.whole,
            &other.fraction,
        ));
        match (self.negative, other.negative) {
            (false, false) => magnitude,
            (true, true) => magnitude.reverse(),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}
