//! A binary floating point number: an integer times a power of two, rounded to a precision.

use dashu_int::ops::{BitTest, DivRem};
use dashu_int::{IBig, UBig};
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

/// `± mantissa · 2^exponent`. The mantissa is odd or zero, so that equal numbers have equal parts.
#[derive(Clone)]
pub(super) struct Float {
    negative: bool,
    mantissa: UBig,
    exponent: i64,
    precision: u32,
}

impl Float {
    /// Zero of a sign.
    pub(super) fn zero(negative: bool, precision: u32) -> Self {
        Float {
            negative,
            mantissa: UBig::ZERO,
            exponent: 0,
            precision,
        }
    }

    /// The number nearest to the integer times a power of two.
    pub(super) fn new(negative: bool, mantissa: UBig, exponent: i64, precision: u32) -> Self {
        round(negative, mantissa, exponent, false, precision)
    }

    pub(super) fn from_i64(value: i64, precision: u32) -> Self {
        Float::new(value < 0, UBig::from(value.unsigned_abs()), 0, precision)
    }

    pub(super) fn from_u64(value: u64, precision: u32) -> Self {
        Float::new(false, UBig::from(value), 0, precision)
    }

    /// The number of a finite `f64`.
    pub(super) fn from_f64(value: f64, precision: u32) -> Self {
        let bits = value.to_bits();
        let fraction = bits & ((1 << 52) - 1);
        let biased = i64::try_from((bits >> 52) & 0x7ff).unwrap_or(0);
        let (mantissa, exponent) = if biased == 0 {
            (fraction, -1074)
        } else {
            (fraction | (1 << 52), biased - 1075)
        };
        Float::new(
            value.is_sign_negative(),
            UBig::from(mantissa),
            exponent,
            precision,
        )
    }

    pub(super) fn precision(&self) -> u32 {
        self.precision
    }

    pub(super) fn is_zero(&self) -> bool {
        self.mantissa.is_zero()
    }

    pub(super) fn is_negative(&self) -> bool {
        self.negative
    }

    pub(super) fn is_integer(&self) -> bool {
        self.exponent >= 0
    }

    /// The mantissa: odd, or zero.
    pub(super) fn mantissa(&self) -> &UBig {
        &self.mantissa
    }

    /// The power of two that the mantissa is multiplied by.
    pub(super) fn exponent(&self) -> i64 {
        self.exponent
    }

    /// The least precision that holds the number exactly.
    pub(super) fn least_precision(&self) -> u32 {
        u32::try_from(self.mantissa.bit_len()).unwrap_or(u32::MAX)
    }

    pub(super) fn rounded(&self, precision: u32) -> Self {
        round(
            self.negative,
            self.mantissa.clone(),
            self.exponent,
            false,
            precision,
        )
    }

    pub(super) fn negated(&self) -> Self {
        Float {
            negative: !self.negative,
            ..self.clone()
        }
    }

    /// The number without its fraction.
    pub(super) fn truncated(&self) -> Self {
        if self.exponent >= 0 && !self.is_zero() {
            return self.clone();
        }
        let whole = &self.mantissa >> distance(self.exponent);
        let negative = self.negative && !whole.is_zero();
        Float::new(negative, whole, 0, self.precision)
    }

    pub(super) fn sum(a: &Float, b: &Float, precision: u32) -> Self {
        if a.is_zero() && b.is_zero() {
            return Float::zero(a.negative && b.negative, precision);
        }
        let exponent = a.exponent.min(b.exponent);
        let total = a.scaled(exponent) + b.scaled(exponent);
        let (sign, mantissa) = total.into_parts();
        let negative = sign == dashu_int::Sign::Negative && !mantissa.is_zero();
        Float::new(negative, mantissa, exponent, precision)
    }

    pub(super) fn product(a: &Float, b: &Float, precision: u32) -> Self {
        let negative = a.negative != b.negative;
        let mantissa = &a.mantissa * &b.mantissa;
        Float::new(negative, mantissa, a.exponent + b.exponent, precision)
    }

    /// The quotient; the divisor is not zero.
    pub(super) fn quotient(a: &Float, b: &Float, precision: u32) -> Self {
        let negative = a.negative != b.negative;
        // Two bits more than asked for, and whether anything is left, decide every rounding.
        let wanted = usize::try_from(precision).unwrap_or(usize::MAX) + 2 + b.mantissa.bit_len();
        let shift = wanted.saturating_sub(a.mantissa.bit_len());
        let (mantissa, rest) = (&a.mantissa << shift).div_rem(&b.mantissa);
        let exponent = a.exponent - b.exponent - i64::try_from(shift).unwrap_or(i64::MAX);
        round(negative, mantissa, exponent, !rest.is_zero(), precision)
    }

    pub(super) fn compare(&self, other: &Float) -> Ordering {
        let sign = |float: &Float| match (float.is_zero(), float.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        };
        sign(self).cmp(&sign(other)).then_with(|| {
            let size = self.compare_size(other);
            if self.negative { size.reverse() } else { size }
        })
    }

    fn compare_size(&self, other: &Float) -> Ordering {
        self.magnitude().cmp(&other.magnitude()).then_with(|| {
            let exponent = self.exponent.min(other.exponent);
            self.scaled_size(exponent).cmp(&other.scaled_size(exponent))
        })
    }

    /// The position of the highest bit.
    fn magnitude(&self) -> i64 {
        if self.is_zero() {
            return i64::MIN;
        }
        i64::from(self.least_precision()) + self.exponent
    }

    pub(super) fn to_u64(&self) -> Option<u64> {
        let fits =
            self.exponent >= 0 && self.magnitude() <= 64 && (!self.negative || self.is_zero());
        if !fits {
            return None;
        }
        u64::try_from(&self.scaled_size(0)).ok()
    }

    pub(super) fn to_i64(&self) -> Option<i64> {
        let fits = self.exponent >= 0 && self.magnitude() <= 64;
        if !fits {
            return None;
        }
        i64::try_from(&self.scaled(0)).ok()
    }

    /// The digits of an integer.
    pub(super) fn to_radix(&self, base: u32) -> Option<String> {
        let base = u8::try_from(base)
            .ok()
            .filter(|base| (2..=36).contains(base))?;
        (self.exponent >= 0).then(|| self.scaled(0).in_radix(base).to_string())
    }

    pub(super) fn hash_value<H: Hasher>(&self, state: &mut H) {
        (self.negative && !self.is_zero()).hash(state);
        self.mantissa.hash(state);
        self.exponent.hash(state);
    }

    /// The number divided by the power of two, which is not above its own.
    fn scaled(&self, exponent: i64) -> IBig {
        let size = IBig::from(self.scaled_size(exponent));
        if self.negative { -size } else { size }
    }

    fn scaled_size(&self, exponent: i64) -> UBig {
        if self.is_zero() {
            return UBig::ZERO;
        }
        &self.mantissa << distance(self.exponent - exponent)
    }
}

/// The nearest number of the precision, the even one of two; `more` tells that a part below the last bit was cut off.
fn round(negative: bool, mantissa: UBig, exponent: i64, more: bool, precision: u32) -> Float {
    let precision_bits = usize::try_from(precision).unwrap_or(usize::MAX);
    let excess = mantissa.bit_len().saturating_sub(precision_bits);
    let (kept, exponent) = if excess == 0 {
        (mantissa, exponent)
    } else {
        let half = mantissa.bit(excess - 1);
        let below = more
            || mantissa
                .trailing_zeros()
                .is_some_and(|zeros| zeros < excess - 1);
        let kept = mantissa >> excess;
        let up = half && (below || kept.bit(0));
        let kept = if up { kept + UBig::ONE } else { kept };
        (kept, exponent + i64::try_from(excess).unwrap_or(i64::MAX))
    };
    let Some(zeros) = kept.trailing_zeros() else {
        return Float::zero(negative, precision);
    };
    Float {
        negative,
        mantissa: kept >> zeros,
        exponent: exponent + i64::try_from(zeros).unwrap_or(i64::MAX),
        precision,
    }
}

fn distance(bits: i64) -> usize {
    usize::try_from(bits.unsigned_abs()).unwrap_or(usize::MAX)
}
