//! Numbers as decimal digits: exactly, or as few as identify the number at its precision.

use super::float::Float;
use dashu_int::UBig;
use dashu_int::ops::BitTest;
use std::fmt;

/// `± 0.d₁d₂d₃… · 10^point`, without zeros at the end; no digits for zero.
pub(super) struct Decimal {
    negative: bool,
    digits: Vec<u8>,
    point: i64,
}

impl Decimal {
    /// All digits of the number.
    pub(super) fn exact(float: &Float) -> Self {
        let mut decimal = Decimal::of(float.mantissa(), float.exponent());
        decimal.negative = float.is_negative();
        decimal
    }

    /// The fewest digits that lie nearer to the number than to its neighbours at its precision.
    ///
    /// The digits are those that Go's `big.Float.Text` finds, which compares digit by digit with the middles to the
    /// two neighbours.
    pub(super) fn shortest(float: &Float) -> Self {
        let mut decimal = Decimal::exact(float);
        if decimal.digits.is_empty() {
            return decimal;
        }
        let wanted = usize::try_from(float.precision())
            .unwrap_or(usize::MAX)
            .saturating_add(1);
        let shift = wanted.saturating_sub(float.mantissa().bit_len());
        let mantissa = float.mantissa() << shift;
        let exponent = float.exponent() - i64::try_from(shift).unwrap_or(0);
        let lower = Decimal::of(&(&mantissa - UBig::ONE), exponent);
        let upper = Decimal::of(&(&mantissa + UBig::ONE), exponent);
        // A tie goes to the even mantissa, so the middles themselves read back as this number only if it is even.
        let inclusive = !mantissa.bit(1);
        decimal.shorten(&lower, &upper, inclusive);
        decimal
    }

    fn of(mantissa: &UBig, exponent: i64) -> Self {
        let places = usize::try_from(exponent.unsigned_abs()).unwrap_or(usize::MAX);
        let (whole, fraction) = if exponent >= 0 {
            (mantissa << places, 0)
        } else {
            // m · 2^-n = m · 5^n · 10^-n
            (mantissa * UBig::from(5_u8).pow(places), places)
        };
        if whole.is_zero() {
            return Decimal {
                negative: false,
                digits: Vec::new(),
                point: 0,
            };
        }
        let mut digits = whole.to_string().into_bytes();
        let point = signed(digits.len()) - signed(fraction);
        trim_zeros(&mut digits);
        Decimal {
            negative: false,
            digits,
            point,
        }
    }

    fn digit(&self, index: usize) -> u8 {
        self.digits.get(index).copied().unwrap_or(b'0')
    }

    fn shorten(&mut self, lower: &Decimal, upper: &Decimal, inclusive: bool) {
        for index in 0..self.digits.len() {
            let (low, digit, high) = (lower.digit(index), self.digit(index), upper.digit(index));
            let down = low != digit || inclusive && index + 1 == lower.digits.len();
            let up =
                digit != high && (inclusive || digit + 1 < high || index + 1 < upper.digits.len());
            match (down, up) {
                (true, true) => return self.round(index + 1),
                (true, false) => return self.cut(index + 1),
                (false, true) => return self.round_up(index + 1),
                (false, false) => {}
            }
        }
    }

    /// Keeps the first digits, rounding to the nearest and a tie to the even one.
    fn round(&mut self, count: usize) {
        if count >= self.digits.len() {
            return;
        }
        let tie = self.digit(count) == b'5' && count + 1 == self.digits.len();
        let up = if tie {
            count > 0 && (self.digit(count - 1) - b'0') % 2 == 1
        } else {
            self.digit(count) >= b'5'
        };
        if up {
            self.round_up(count);
        } else {
            self.cut(count);
        }
    }

    fn cut(&mut self, count: usize) {
        self.digits.truncate(count);
        trim_zeros(&mut self.digits);
        if self.digits.is_empty() {
            self.point = 0;
        }
    }

    fn round_up(&mut self, count: usize) {
        self.digits.truncate(count);
        while self.digits.last() == Some(&b'9') {
            self.digits.pop();
        }
        if let Some(last) = self.digits.last_mut() {
            *last += 1;
        } else {
            self.digits.push(b'1');
            self.point += 1;
        }
    }

    /// Keeps so many digits counted from before the point; a count below zero leaves nothing.
    fn round_at(&mut self, count: i64) {
        match usize::try_from(count) {
            Ok(count) => self.round(count),
            Err(_) => self.cut(0),
        }
    }

    /// With so many digits after the point.
    pub(super) fn fixed(mut self, places: usize) -> String {
        self.round_at(self.point + signed(places));
        let mut text = self.to_string();
        let fraction = text.find('.').map_or(0, |point| text.len() - point - 1);
        if places > 0 && fraction == 0 {
            text.push('.');
        }
        text.extend(std::iter::repeat_n('0', places.saturating_sub(fraction)));
        text
    }

    /// With an exponent and so many digits after the first.
    pub(super) fn scientific(mut self, places: usize) -> String {
        self.round(places + 1);
        self.write_scientific(places)
    }

    /// With an exponent and all digits.
    pub(super) fn scientific_whole(self) -> String {
        let places = self.digits.len().saturating_sub(1);
        self.write_scientific(places)
    }

    fn write_scientific(&self, places: usize) -> String {
        let exponent = if self.digits.is_empty() {
            0
        } else {
            self.point - 1
        };
        let mut text = String::from(if self.negative { "-" } else { "" });
        text.push(char::from(self.digit(0)));
        if places > 0 {
            text.push('.');
            text.extend((1..=places).map(|index| char::from(self.digit(index))));
        }
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{text}e{sign}{:02}", exponent.abs())
    }

    /// With an exponent where it is below −4 or not below the count of digits, which is 6 for that purpose when all
    /// digits are wanted, or 21 where there are no more digits than before the point.
    pub(super) fn general(mut self, digits: Option<usize>) -> String {
        let shortest = digits.is_none();
        let mut limit = match digits {
            None => 6,
            Some(0) => 1,
            Some(count) => count,
        };
        if !shortest {
            self.round(limit);
        }
        if limit > self.digits.len() && signed(self.digits.len()) >= self.point {
            limit = self.digits.len();
        }
        if shortest {
            limit = 6;
        }
        let exponent = self.point - 1;
        if !self.digits.is_empty() && (exponent < -4 || exponent >= signed(limit)) {
            return self.scientific_whole();
        }
        self.to_string()
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::from(if self.negative { "-" } else { "" });
        let point = usize::try_from(self.point).unwrap_or(0);
        if self.point <= 0 {
            text.push('0');
        } else {
            text.extend((0..point).map(|index| char::from(self.digit(index))));
        }
        if signed(self.digits.len()) > self.point {
            text.push('.');
            let zeros = usize::try_from(-self.point).unwrap_or(0);
            text.extend(std::iter::repeat_n('0', zeros));
            text.extend((point..self.digits.len()).map(|index| char::from(self.digit(index))));
        }
        f.write_str(&text)
    }
}

fn trim_zeros(digits: &mut Vec<u8>) {
    while digits.last() == Some(&b'0') {
        digits.pop();
    }
}

fn signed(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
