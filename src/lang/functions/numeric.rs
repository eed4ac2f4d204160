//! Functions over numbers.

use super::arguments::Arguments;
use super::power::{logarithm, power};
use super::signature::Parameter as P;
use super::{Accepts, Answer, CallError, Function, Returns, about, failed, wrong};
use crate::value::{Number, Type, Value, convert};

const NUMBER: Returns = Returns::Always(Accepts::Number);
const NUM: P = P::new("num", Accepts::Number, "The number.");
const NUMBERS: P = P::new("numbers", Accepts::Number, "The numbers.");
/// The longest list that `range` makes, as in Terraform.
const RANGE_LIMIT: usize = 1024;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new(
        "abs",
        "Takes the sign off a number.",
        ("abs(-1)", "1"),
        NUMBER,
        |call| Ok(Value::number(call.number(0)?.abs()).marked(call.get(0)?.marks)),
    )
    .takes(&[NUM.marked()]),
    Function::new(
        "ceil",
        "Rounds up to a whole number.",
        ("ceil(1.2)", "2"),
        NUMBER,
        |call| Ok(Value::number(call.number(0)?.ceil())),
    )
    .takes(&[NUM]),
    Function::new(
        "floor",
        "Rounds down to a whole number.",
        ("floor(1.8)", "1"),
        NUMBER,
        |call| Ok(Value::number(call.number(0)?.floor())),
    )
    .takes(&[NUM]),
    Function::new(
        "log",
        "Gives the logarithm of a number to a base, at the precision of an `f64`.",
        ("log(8, 2)", "3"),
        NUMBER,
        |call| {
            let (number, base) = (call.number(0)?.to_f64(), call.number(1)?.to_f64());
            inexact(logarithm(number) / logarithm(base))
        },
    )
    .takes(&[NUM, P::new("base", Accepts::Number, "The base.")]),
    Function::new(
        "max",
        "Takes the largest number.",
        ("max(1, 3, 2)", "3"),
        NUMBER,
        |call| extreme(call, |candidate, best| candidate > best),
    )
    .variadic(NUMBERS),
    Function::new(
        "min",
        "Takes the smallest number.",
        ("min(2, 1, 3)", "1"),
        NUMBER,
        |call| extreme(call, |candidate, best| candidate < best),
    )
    .variadic(NUMBERS),
    Function::new(
        "parseint",
        "Reads a whole number that is written in a base from 2 to 62.",
        (r#"parseint("ff", 16)"#, "255"),
        NUMBER,
        parse_int,
    )
    .declares(Accepts::Any)
    .takes(&[
        P::new("number", Accepts::Any, "The digits."),
        P::new("base", Accepts::Number, "The base."),
    ]),
    Function::new(
        "pow",
        "Raises a number to a power, at the precision of an `f64`.",
        ("pow(2, 10)", "1024"),
        NUMBER,
        |call| inexact(power(call.number(0)?.to_f64(), call.number(1)?.to_f64())),
    )
    .takes(&[NUM, P::new("power", Accepts::Number, "The power.")]),
    Function::new(
        "range",
        "Lists numbers from a start (0) up to, and without, a limit, by a step (1).",
        ("range(1, 4)", "[1, 2, 3]"),
        Returns::By(|_| Ok(Type::list(Type::Number))),
        range,
    )
    .declares(Accepts::ListOfNumber)
    .variadic(P::new(
        "params",
        Accepts::Number,
        "The limit; or start and limit; or with a step.",
    )),
    Function::new(
        "signum",
        "Gives the sign of a whole number: -1, 0 or 1.",
        ("signum(-13)", "-1"),
        NUMBER,
        |call| Ok(Value::number(call.integer(0)?.signum())),
    )
    .takes(&[NUM]),
    Function::new("sum", "Adds up numbers.", ("sum([1, 2])", "3"), NUMBER, sum)
        .declares(Accepts::Any)
        .takes(&[P::new("list", Accepts::Any, "The numbers.")]),
];

fn inexact(value: f64) -> Answer {
    Number::from_f64(value)
        .map(Value::number)
        .ok_or_else(|| failed("the result is no number"))
}

fn extreme(call: &Arguments<'_>, better: fn(&Number, &Number) -> bool) -> Answer {
    let mut best: Option<&Number> = None;
    for index in 0..call.all().len() {
        let candidate = call.number(index)?;
        if best.is_none_or(|best| better(candidate, best)) {
            best = Some(candidate);
        }
    }
    best.map(|best| Value::number(best.clone()))
        .ok_or_else(|| failed("must pass at least one number"))
}

fn parse_int(call: &Arguments<'_>) -> Answer {
    let digits = call.text(0).map_err(|_| {
        wrong(
            0,
            format!(
                "first argument must be a string, not {}",
                call.ty(0).friendly()
            ),
        )
    })?;
    let base = u32::try_from(call.integer(1).map_err(|error| about(1, error))?)
        .ok()
        .filter(|base| (2..=62).contains(base));
    let base =
        base.ok_or_else(|| wrong(1, "base must be a whole number between 2 and 62 inclusive"))?;
    let number = if base <= 36 {
        Number::from_digits(digits, base)
    } else {
        from_large_base(digits, base)
    };
    number.map(Value::number).ok_or_else(|| {
        wrong(
            0,
            format!("cannot parse {digits:?} as a base {base} integer"),
        )
    })
}

/// Above 36, small letters come before capitals as digits.
fn from_large_base(digits: &str, base: u32) -> Option<Number> {
    let (negative, unsigned) = match digits.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, digits),
    };
    if unsigned.is_empty() {
        return None;
    }
    let mut number = Number::zero();
    for digit in unsigned.chars() {
        let value = match digit {
            '0'..='9' => u32::from(digit) - u32::from('0'),
            'a'..='z' => u32::from(digit) - u32::from('a') + 10,
            'A'..='Z' => u32::from(digit) - u32::from('A') + 36,
            _ => return None,
        };
        if value >= base {
            return None;
        }
        number = number
            .multiply(&Number::from(base))?
            .add(&Number::from(value))?;
    }
    Some(if negative { number.negate() } else { number })
}

fn range(call: &Arguments<'_>) -> Answer {
    let (start, end, step) = bounds(call)?;
    let down = start > end;
    if down && (step.is_zero() || !step.is_negative()) {
        return Err(wrong(
            1,
            "end must be greater than start when step is positive",
        ));
    }
    if start < end && step.is_negative() {
        return Err(wrong(
            1,
            "end must be less than start when step is negative",
        ));
    }
    let mut numbers = Vec::new();
    let mut number = start;
    while if down { number > end } else { number < end } {
        if numbers.len() >= RANGE_LIMIT {
            return Err(failed(format!(
                "more than {RANGE_LIMIT} values were generated; either decrease the difference between start and end or use a smaller step"
            )));
        }
        let next = number.add(&step);
        numbers.push(Value::number(number));
        number = next.ok_or_else(|| failed("the numbers have no end"))?;
    }
    Ok(Value::list(Type::Number, numbers))
}

fn bounds(call: &Arguments<'_>) -> Result<(Number, Number, Number), CallError> {
    let given = |index: usize| call.number(index).cloned();
    let one = |up: bool| Number::from(if up { 1 } else { -1 });
    match call.all().len() {
        1 => {
            let end = given(0)?;
            let step = one(!end.is_negative());
            Ok((Number::zero(), end, step))
        }
        2 => {
            let (start, end) = (given(0)?, given(1)?);
            let step = one(start <= end);
            Ok((start, end, step))
        }
        3 => Ok((given(0)?, given(1)?, given(2)?)),
        _ => Err(failed("must have one, two, or three arguments")),
    }
}

fn sum(call: &Arguments<'_>) -> Answer {
    let list = call.get(0)?;
    let elements = list
        .as_elements()
        .ok_or_else(|| wrong(0, "cannot sum noniterable"))?;
    if elements.is_empty() {
        return Err(wrong(0, "cannot sum an empty list"));
    }
    if !list.is_wholly_known() {
        return Ok(Value::unknown_not_null(Type::Number));
    }
    let message = "argument must be list, set, or tuple of number values";
    let mut total = Number::zero();
    for (index, element) in elements.iter().enumerate() {
        if element.is_null() {
            return Err(wrong(0, message));
        }
        let number = convert(element, &Type::Number).map_err(|_| wrong(0, message))?;
        match number.as_number() {
            None => return Err(wrong(0, message)),
            Some(number) if index == 0 => total = number.clone(),
            Some(number) => {
                let opposite = "can't compute sum of opposing infinities";
                total = total.add(number).ok_or_else(|| failed(opposite))?;
            }
        }
    }
    Ok(Value::number(total))
}
