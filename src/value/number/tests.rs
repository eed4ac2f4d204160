#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use super::Number;

fn number(text: &str) -> Number {
    Number::parse(text).unwrap()
}

#[test]
fn texts_are_those_of_terraform() {
    let third = "0.33333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333333335";
    for (left, operator, right, expected) in [
        ("1", "/", "3", third),
        (
            "2",
            "/",
            "3",
            "0.6666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666666667",
        ),
        (
            "1.1",
            "*",
            "1.1",
            "1.2100000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000001",
        ),
        (
            "1",
            "-",
            "0.9",
            "0.10000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000003",
        ),
        ("0.1", "+", "0", "0.1"),
        ("1.5e-7", "+", "0", "0.00000015"),
        ("1e30", "+", "1", "1000000000000000000000000000001"),
        ("5", "%", "0", "5"),
        ("5", "%", "3", "2"),
        ("-5", "%", "3", "-2"),
        ("5.5", "%", "2", "1.5"),
        ("1", "/", "0", "+Inf"),
        ("-1", "/", "0", "-Inf"),
        ("10", "/", "4", "2.5"),
        ("-0", "*", "1", "-0"),
        ("9223372036854775807", "+", "1", "9223372036854775808"),
        (
            "9223372036854775807",
            "*",
            "9223372036854775807",
            "85070591730234615847396907784232501249",
        ),
    ] {
        let (a, b) = (number(left), number(right));
        let result = match operator {
            "+" => a.add(&b),
            "-" => a.subtract(&b),
            "*" => a.multiply(&b),
            "/" => a.divide(&b),
            _ => a.remainder(&b),
        };
        assert_eq!(
            result.unwrap().to_string(),
            expected,
            "{left} {operator} {right}"
        );
    }
}

#[test]
fn equality_is_of_the_binary_value() {
    let square = number("1.1").multiply(&number("1.1")).unwrap();
    assert_ne!(square, number("1.21"));
    assert_eq!(number("-0"), number("0"));
    assert_eq!(number("1e3"), Number::from(1000));
    assert_ne!(number("0.1"), Number::from_f64(0.1).unwrap());
    assert!(number("-1.5") < number("-1.25"));
    assert!(number("1e100") < Number::infinity(false));
    assert!(number("-1e100") > Number::infinity(true));
}

#[test]
fn text_that_is_no_number_is_refused() {
    for text in [
        "",
        "-",
        "a",
        "1a",
        "1_000",
        "0x1",
        ".",
        "1e",
        "e1",
        "1e99999",
        "1e-1000000",
        "1 ",
    ] {
        assert!(Number::parse(text).is_err(), "{text}");
    }
}

#[test]
fn formats_are_those_of_go() {
    assert_eq!(number("2.5").to_fixed(0), "2");
    assert_eq!(number("3.14159").to_fixed(2), "3.14");
    assert_eq!(number("0.001").to_fixed(2), "0.00");
    assert_eq!(number("9.999").to_fixed(2), "10.00");
    assert_eq!(number("12345.678").to_scientific(Some(3)), "1.235e+04");
    assert_eq!(number("255").to_radix(16).unwrap(), "ff");
    assert_eq!(number("-255").to_radix(2).unwrap(), "-11111111");
    assert_eq!(number("1.5").to_f64().to_string(), "1.5");
    assert_eq!(number("-1.5").floor().to_string(), "-2");
    assert_eq!(number("-1.5").ceil().to_string(), "-1");
    assert_eq!(number("1.5").ceil().to_string(), "2");
}
