//! Numbers as Terraform computes them: binary floating point of arbitrary precision, rounded to nearest even.
//!
//! Terraform's numbers are Go's `big.Float`: each carries its own precision in bits. Literals and texts are read at 512
//! bits, integers that functions make have 64, results of `pow` and `log` 53, and an operation takes the larger
//! precision of its operands. Small integers are kept without any allocation.

mod decimal;
mod float;
mod parse;
#[cfg(test)]
mod tests;

use float::Float;
pub use parse::NumberError;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// The precision at which literals and texts are read, in bits.
const LITERAL_PRECISION: u32 = 512;
/// The precision of integers that functions make, in bits.
const INTEGER_PRECISION: u32 = 64;
/// The precision of numbers that are made from an `f64`, in bits.
const F64_PRECISION: u32 = 53;

/// A number; compared by its value alone, whatever the precision.
#[derive(Clone)]
pub struct Number(Repr);

#[derive(Clone)]
enum Repr {
    /// An integer; the precision is at least 64 bits, so that every `i64` is exact. Never a negative zero.
    Small {
        value: i64,
        precision: u32,
    },
    Float(Arc<Float>),
    Infinite {
        negative: bool,
    },
}

impl Number {
    /// Reads a decimal number at 512 bits: digits, a fraction, an exponent.
    ///
    /// Exponents beyond ±20,000 are refused: Terraform accepts them and then computes for minutes.
    pub fn parse(text: &str) -> Result<Number, NumberError> {
        parse::parse(text)
    }

    /// A number without end; `1 / 0` is one. It cannot be stored.
    pub fn infinity(negative: bool) -> Number {
        Number(Repr::Infinite { negative })
    }

    /// Zero.
    pub fn zero() -> Number {
        Number::from(0_i64)
    }

    /// The number of an `f64` at 53 bits; `None` for not-a-number.
    pub fn from_f64(value: f64) -> Option<Number> {
        if value.is_nan() {
            return None;
        }
        if value.is_infinite() {
            return Some(Number::infinity(value.is_sign_negative()));
        }
        Some(Float::from_f64(value, F64_PRECISION).into())
    }

    /// An integer written in a base from 2 to 36, without a prefix; at 512 bits or as many as it takes.
    pub fn from_digits(digits: &str, base: u32) -> Option<Number> {
        parse::integer(digits, base)
    }

    /// Whether it is without end.
    pub fn is_infinite(&self) -> bool {
        matches!(self.0, Repr::Infinite { .. })
    }

    /// Whether it is zero, of either sign.
    pub fn is_zero(&self) -> bool {
        match &self.0 {
            Repr::Small { value, .. } => *value == 0,
            Repr::Float(float) => float.is_zero(),
            Repr::Infinite { .. } => false,
        }
    }

    /// Whether its sign is minus, which zero may have too.
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Repr::Small { value, .. } => *value < 0,
            Repr::Float(float) => float.is_negative(),
            Repr::Infinite { negative } => *negative,
        }
    }

    /// Whether it has no fraction.
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Repr::Small { .. } => true,
            Repr::Float(float) => float.is_integer(),
            Repr::Infinite { .. } => false,
        }
    }

    /// The number as an `i64`, if it is exactly one.
    pub fn as_i64(&self) -> Option<i64> {
        match &self.0 {
            Repr::Small { value, .. } => Some(*value),
            Repr::Float(float) => float.to_i64(),
            Repr::Infinite { .. } => None,
        }
    }

    /// The number as a `u64`, if it is exactly one.
    pub fn as_u64(&self) -> Option<u64> {
        match &self.0 {
            Repr::Small { value, .. } => u64::try_from(*value).ok(),
            Repr::Float(float) => float.to_u64(),
            Repr::Infinite { .. } => None,
        }
    }

    /// The number as a `usize`, if it is exactly one.
    pub fn as_usize(&self) -> Option<usize> {
        usize::try_from(self.as_u64()?).ok()
    }

    /// The nearest `f64`.
    pub fn to_f64(&self) -> f64 {
        match &self.0 {
            Repr::Infinite { negative: true } => f64::NEG_INFINITY,
            Repr::Infinite { negative: false } => f64::INFINITY,
            Repr::Small { .. } | Repr::Float(_) => {
                self.exact().to_string().parse().unwrap_or(f64::NAN)
            }
        }
    }

    /// The sum; `None` for infinities of opposite sign.
    pub fn add(&self, other: &Number) -> Option<Number> {
        match (&self.0, &other.0) {
            (
                Repr::Small {
                    value: a,
                    precision: p,
                },
                Repr::Small {
                    value: b,
                    precision: q,
                },
            ) if a.checked_add(*b).is_some() => Some(small(a + b, *p.max(q))),
            (Repr::Infinite { negative: a }, Repr::Infinite { negative: b }) => {
                (a == b).then(|| self.clone())
            }
            (Repr::Infinite { .. }, _) => Some(self.clone()),
            (_, Repr::Infinite { .. }) => Some(other.clone()),
            _ => {
                let precision = self.precision().max(other.precision());
                Some(Float::sum(&self.float(), &other.float(), precision).into())
            }
        }
    }

    /// The difference; `None` for infinities of equal sign.
    pub fn subtract(&self, other: &Number) -> Option<Number> {
        match (&self.0, &other.0) {
            (
                Repr::Small {
                    value: a,
                    precision: p,
                },
                Repr::Small {
                    value: b,
                    precision: q,
                },
            ) if a.checked_sub(*b).is_some() => Some(small(a - b, *p.max(q))),
            _ => self.add(&other.negate()),
        }
    }

    /// The product; `None` for zero times infinity.
    ///
    /// It is as precise as the more precise operand, and more where that makes it exact, up to 512 bits.
    pub fn multiply(&self, other: &Number) -> Option<Number> {
        if self.is_infinite() || other.is_infinite() {
            let zero = self.is_zero() || other.is_zero();
            return (!zero).then(|| Number::infinity(self.is_negative() != other.is_negative()));
        }
        let precision = self.precision().max(other.precision());
        if let (Repr::Small { value: a, .. }, Repr::Small { value: b, .. }) = (&self.0, &other.0)
            && let Some(product) = a.checked_mul(*b)
            && (product != 0 || (*a >= 0 && *b >= 0))
        {
            return Some(small(product, precision));
        }
        let wide = Float::product(
            &self.float(),
            &other.float(),
            precision.max(LITERAL_PRECISION),
        );
        let enough = precision.max(wide.least_precision());
        Some(wide.rounded(enough).into())
    }

    /// The quotient; `None` for zero by zero and infinity by infinity, infinite when only the divisor is zero.
    pub fn divide(&self, other: &Number) -> Option<Number> {
        let negative = self.is_negative() != other.is_negative();
        match (self.is_infinite(), other.is_infinite()) {
            (true, true) => return None,
            (true, false) => return Some(Number::infinity(negative)),
            (false, true) => return Some(Float::zero(negative, self.precision()).into()),
            (false, false) => {}
        }
        if other.is_zero() {
            return (!self.is_zero()).then(|| Number::infinity(negative));
        }
        let precision = self.precision().max(other.precision());
        Some(Float::quotient(&self.float(), &other.float(), precision).into())
    }

    /// The remainder of a division towards zero; the number itself when the divisor is zero.
    ///
    /// With an infinite operand it is the product, as in Terraform.
    pub fn remainder(&self, other: &Number) -> Option<Number> {
        if self.is_infinite() || other.is_infinite() {
            return self.multiply(other);
        }
        if other.is_zero() {
            return Some(self.clone());
        }
        if let (Some(a), Some(b)) = (self.as_i64(), other.as_i64())
            && let Repr::Small { precision, .. } = self.0
            && let Some(rest) = a.checked_rem(b)
        {
            return Some(small(rest, precision));
        }
        let precision = self.precision();
        let whole = self.divide(other)?.truncate().float().rounded(precision);
        let part = Float::product(&other.float(), &whole, precision);
        Some(Float::sum(&self.float(), &part.negated(), precision).into())
    }

    /// The number with the other sign.
    #[must_use]
    pub fn negate(&self) -> Number {
        match &self.0 {
            Repr::Small { value, precision } if *value != 0 && *value != i64::MIN => {
                small(-value, *precision)
            }
            Repr::Infinite { negative } => Number::infinity(!negative),
            Repr::Small { .. } | Repr::Float(_) => self.float().negated().into(),
        }
    }

    /// The number without its sign.
    #[must_use]
    pub fn abs(&self) -> Number {
        if self.is_negative() {
            self.negate()
        } else {
            self.clone()
        }
    }

    /// The number without its fraction; never a negative zero.
    #[must_use]
    pub fn truncate(&self) -> Number {
        match &self.0 {
            Repr::Float(float) if !float.is_integer() || float.is_zero() => {
                float.truncated().into()
            }
            Repr::Small { .. } | Repr::Float(_) | Repr::Infinite { .. } => self.clone(),
        }
    }

    /// The greatest integer that is not greater.
    #[must_use]
    pub fn floor(&self) -> Number {
        let whole = self.truncate();
        if self.is_negative() && whole != *self {
            return whole.subtract(&Number::from(1)).unwrap_or(whole);
        }
        whole
    }

    /// The least integer that is not less.
    #[must_use]
    pub fn ceil(&self) -> Number {
        let whole = self.truncate();
        if !self.is_negative() && whole != *self {
            return whole.add(&Number::from(1)).unwrap_or(whole);
        }
        whole
    }

    /// The number with so many digits after the point, as `%.3f` prints it.
    pub fn to_fixed(&self, places: usize) -> String {
        match &self.0 {
            Repr::Infinite { .. } => self.to_string(),
            Repr::Small { .. } | Repr::Float(_) => self.exact().fixed(places),
        }
    }

    /// The number with so many digits after the first, as `%.3e` prints it; without a count, as many as it takes.
    pub fn to_scientific(&self, places: Option<usize>) -> String {
        match (&self.0, places) {
            (Repr::Infinite { .. }, _) => self.to_string(),
            (_, Some(places)) => self.exact().scientific(places),
            (_, None) => self.shortest().scientific_whole(),
        }
    }

    /// The number as `%g` prints it: scientific for exponents below −4 and from the precision on.
    pub fn to_general(&self, digits: Option<usize>) -> String {
        match (&self.0, digits) {
            (Repr::Infinite { .. }, _) => self.to_string(),
            (_, Some(digits)) => self.exact().general(Some(digits)),
            (_, None) => self.shortest().general(None),
        }
    }

    /// An integer in a base from 2 to 36, in small letters; `None` when there is a fraction.
    pub fn to_radix(&self, base: u32) -> Option<String> {
        match &self.0 {
            Repr::Infinite { .. } => None,
            Repr::Small { .. } | Repr::Float(_) => self.float().to_radix(base),
        }
    }

    /// The number at another precision, as one was written that [`Number::precision`] tells.
    #[must_use]
    pub fn at_precision(&self, precision: u32) -> Number {
        match &self.0 {
            Repr::Infinite { .. } => self.clone(),
            Repr::Small { .. } | Repr::Float(_) => self.float().rounded(precision).into(),
        }
    }

    /// How many bits it is rounded to; zero when it is infinite.
    pub fn precision(&self) -> u32 {
        match &self.0 {
            Repr::Small { precision, .. } => *precision,
            Repr::Float(float) => float.precision(),
            Repr::Infinite { .. } => 0,
        }
    }

    /// The number as a float; an infinity, which callers exclude, as zero.
    fn float(&self) -> Float {
        match &self.0 {
            Repr::Small { value, precision } => Float::from_i64(*value, *precision),
            Repr::Float(float) => float.as_ref().clone(),
            Repr::Infinite { negative } => Float::zero(*negative, INTEGER_PRECISION),
        }
    }

    fn exact(&self) -> decimal::Decimal {
        decimal::Decimal::exact(&self.float())
    }

    fn shortest(&self) -> decimal::Decimal {
        decimal::Decimal::shortest(&self.float())
    }
}

fn small(value: i64, precision: u32) -> Number {
    Number(Repr::Small { value, precision })
}

impl From<Float> for Number {
    fn from(float: Float) -> Self {
        let negative_zero = float.is_zero() && float.is_negative();
        match float.to_i64() {
            Some(value) if float.precision() >= INTEGER_PRECISION && !negative_zero => {
                small(value, float.precision())
            }
            _ => Number(Repr::Float(Arc::new(float))),
        }
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        small(value, INTEGER_PRECISION)
    }
}

impl From<i32> for Number {
    fn from(value: i32) -> Self {
        small(value.into(), INTEGER_PRECISION)
    }
}

impl From<u32> for Number {
    fn from(value: u32) -> Self {
        small(value.into(), INTEGER_PRECISION)
    }
}

impl From<u64> for Number {
    fn from(value: u64) -> Self {
        match i64::try_from(value) {
            Ok(value) => small(value, INTEGER_PRECISION),
            Err(_) => Float::from_u64(value, INTEGER_PRECISION).into(),
        }
    }
}

impl From<usize> for Number {
    fn from(value: usize) -> Self {
        // A usize has at most 64 bits on every supported target.
        Number::from(u64::try_from(value).unwrap_or(u64::MAX))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Repr::Small { value: a, .. }, Repr::Small { value: b, .. }) => a.cmp(b),
            (Repr::Infinite { negative: a }, Repr::Infinite { negative: b }) => b.cmp(a),
            (Repr::Infinite { negative }, _) => sign_order(*negative),
            (_, Repr::Infinite { negative }) => sign_order(*negative).reverse(),
            _ => self.float().compare(&other.float()),
        }
    }
}

/// How a number of that sign, larger than any other, compares.
fn sign_order(negative: bool) -> Ordering {
    if negative {
        Ordering::Less
    } else {
        Ordering::Greater
    }
}

impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match &self.0 {
            Repr::Infinite { negative } => (true, negative).hash(state),
            Repr::Small { .. } | Repr::Float(_) => self.float().hash_value(state),
        }
    }
}

impl fmt::Display for Number {
    /// All its digits without an exponent: the shortest text that reads back as the same number at its precision.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Small { value, .. } => write!(f, "{value}"),
            Repr::Float(float) => write!(f, "{}", decimal::Decimal::shortest(float)),
            Repr::Infinite { negative: true } => f.write_str("-Inf"),
            Repr::Infinite { negative: false } => f.write_str("+Inf"),
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
