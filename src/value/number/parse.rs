//! Numbers from text, read as Go's `big.ParseFloat` reads them.

use super::float::Float;
use super::{LITERAL_PRECISION, Number};
use dashu_int::UBig;
use dashu_int::ops::BitTest;

/// The largest decimal exponent that is accepted, either way.
const EXPONENT_LIMIT: i64 = 20_000;

/// A text that is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// It does not have the form of a number.
    #[error("a number is required")]
    Malformed,
    /// Its exponent is too large to compute with.
    #[error("the exponent of a number must lie between -20000 and 20000")]
    Exponent,
}

pub(super) fn parse(text: &str) -> Result<Number, NumberError> {
    let (negative, unsigned) = match text.as_bytes().first() {
        Some(b'-') => (true, text.get(1..).unwrap_or_default()),
        Some(b'+') => (false, text.get(1..).unwrap_or_default()),
        _ => (false, text),
    };
    if matches!(unsigned, "Inf" | "inf") {
        return Ok(Number::infinity(negative));
    }
    let (digits, places, exponent) = split(unsigned)?;
    let exponent = exponent.saturating_sub(places);
    if exponent.abs() > EXPONENT_LIMIT {
        return Err(NumberError::Exponent);
    }
    let mantissa = UBig::from_str_radix(&digits, 10).map_err(|_| NumberError::Malformed)?;
    Ok(scale(negative, mantissa, exponent).into())
}

pub(super) fn integer(digits: &str, base: u32) -> Option<Number> {
    let (negative, unsigned) = match digits.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, digits.strip_prefix('+').unwrap_or(digits)),
    };
    let plain = !unsigned.is_empty() && unsigned.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let mantissa = plain.then(|| UBig::from_str_radix(unsigned, base).ok())??;
    let negative = negative && !mantissa.is_zero();
    let bits = u32::try_from(mantissa.bit_len()).ok()?;
    Some(Float::new(negative, mantissa, 0, bits.max(64)).into())
}

/// The digits without the point, how many of them stand after it, and the exponent.
fn split(text: &str) -> Result<(String, i64, i64), NumberError> {
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (
            text.get(..at).unwrap_or_default(),
            exponent(text.get(at + 1..).unwrap_or_default())?,
        ),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NumberError::Malformed);
    }
    let places = i64::try_from(fraction.len()).map_err(|_| NumberError::Exponent)?;
    Ok((digits, places, exponent))
}

fn exponent(text: &str) -> Result<i64, NumberError> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NumberError::Malformed);
    }
    text.parse().map_err(|_| NumberError::Exponent)
}

/// `± mantissa · 10^exponent` at the precision of literals.
fn scale(negative: bool, mantissa: UBig, exponent: i64) -> Float {
    if exponent == 0 || mantissa.is_zero() {
        return Float::new(negative, mantissa, 0, LITERAL_PRECISION);
    }
    let power = power_of_five(exponent.unsigned_abs());
    // The integer is kept whole here, whatever its length: only the result is rounded.
    let wide = u32::try_from(mantissa.bit_len()).unwrap_or(u32::MAX);
    let whole = Float::new(negative, mantissa, exponent, wide.max(1));
    if exponent < 0 {
        Float::quotient(&whole, &power, LITERAL_PRECISION)
    } else {
        Float::product(&whole, &power, LITERAL_PRECISION)
    }
}

/// 5^n, exact as long as it fits 576 bits, then rounded in the same steps as Go's, so that the last bit is the same.
fn power_of_five(n: u64) -> Float {
    const EXACT: u64 = 27;
    const PRECISION: u32 = LITERAL_PRECISION + 64;
    let first = UBig::from(5_u8).pow(usize::try_from(n.min(EXACT)).unwrap_or(0));
    let mut power = Float::new(false, first, 0, PRECISION);
    let mut square = Float::from_u64(5, PRECISION + 64);
    let mut rest = n.saturating_sub(EXACT);
    while rest > 0 {
        if rest & 1 == 1 {
            power = Float::product(&power, &square, PRECISION);
        }
        square = Float::product(&square, &square, PRECISION + 64);
        rest >>= 1;
    }
    power
}
