//! Powers and logarithms of `f64` numbers, rounded in the same steps as by Go's `math` package, so that the last digit
//! is Terraform's.

/// `base` to the power of `exponent`.
pub(super) fn power(base: f64, exponent: f64) -> f64 {
    let usual = base.is_finite() && exponent.is_finite() && base != 0.0;
    if !usual || exponent.abs() >= 9e18 {
        return base.powf(exponent);
    }
    if exponent.abs().total_cmp(&0.5).is_eq() {
        let root = base.sqrt();
        return if exponent < 0.0 { 1.0 / root } else { root };
    }
    let (mut whole, mut fraction) = (exponent.abs().trunc(), exponent.abs().fract());
    if fraction > 0.0 && base < 0.0 {
        return f64::NAN;
    }
    let mut answer = 1.0;
    if fraction > 0.0 {
        if fraction > 0.5 {
            fraction -= 1.0;
            whole += 1.0;
        }
        answer = (fraction * logarithm(base)).exp();
    }
    let (factor, scale) = whole_power(base, whole);
    answer *= factor;
    if exponent < 0.0 {
        scaled(1.0 / answer, -scale)
    } else {
        scaled(answer, scale)
    }
}

/// The natural logarithm, by the series that most C libraries have used since the 1990s.
pub(super) fn logarithm(value: f64) -> f64 {
    const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;
    const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    const EVEN: [f64; 3] = [
        3.999_999_999_940_942e-1,
        2.222_219_843_214_978_4e-1,
        1.531_383_769_920_937_3e-1,
    ];
    const ODD: [f64; 4] = [
        6.666_666_666_666_735e-1,
        2.857_142_874_366_239e-1,
        1.818_357_216_161_805e-1,
        1.479_819_860_511_658_6e-1,
    ];
    if !value.is_finite() || value <= 0.0 {
        return value.ln();
    }
    let (mut part, mut scale) = split(value);
    if part < std::f64::consts::FRAC_1_SQRT_2 {
        part *= 2.0;
        scale -= 1;
    }
    let fraction = part - 1.0;
    let scale = f64::from(i32::try_from(scale).unwrap_or(0));
    let step = fraction / (2.0 + fraction);
    let square = step * step;
    let fourth = square * square;
    let series = |terms: &[f64]| {
        terms
            .iter()
            .rev()
            .fold(0.0, |sum, term| term + fourth * sum)
    };
    let rest = square * series(&ODD) + fourth * series(&EVEN);
    let half = 0.5 * fraction * fraction;
    scale * LN2_HIGH - ((half - (step * (half + rest) + scale * LN2_LOW)) - fraction)
}

/// A power by a whole number, as a fraction and a power of two, by repeated squaring.
fn whole_power(base: f64, exponent: f64) -> (f64, i64) {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the caller has excluded what does not fit"
    )]
    let mut rest = exponent as u64;
    let (mut square, mut square_scale) = split(base);
    let (mut answer, mut scale) = (1.0, 0_i64);
    while rest > 0 {
        if square_scale.abs() > 1 << 12 {
            // The result is infinite or zero, whatever else is multiplied.
            return (answer, scale + square_scale);
        }
        if rest & 1 == 1 {
            answer *= square;
            scale += square_scale;
        }
        square *= square;
        square_scale *= 2;
        if square < 0.5 {
            square += square;
            square_scale -= 1;
        }
        rest >>= 1;
    }
    (answer, scale)
}

/// A number as a fraction from a half up to one and a power of two.
fn split(value: f64) -> (f64, i64) {
    const FRACTION: u64 = (1 << 52) - 1;
    let lift = if value.abs() < f64::MIN_POSITIVE {
        64
    } else {
        0
    };
    let normal = scaled(value, lift);
    let bits = normal.to_bits();
    let exponent = i64::try_from((bits >> 52) & 0x7ff).unwrap_or(0) - 1022;
    let sign = bits & (1 << 63);
    (
        f64::from_bits(sign | 1022 << 52 | bits & FRACTION),
        exponent - lift,
    )
}

/// A number times a power of two.
fn scaled(value: f64, exponent: i64) -> f64 {
    let mut value = value;
    let mut rest = exponent.clamp(-4400, 4400);
    while rest != 0 {
        let step = rest.clamp(-1000, 1000);
        value *= 2_f64.powi(i32::try_from(step).unwrap_or(0));
        rest -= step;
    }
    value
}
