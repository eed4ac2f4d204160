#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    clippy::format_push_string,
    reason = "a test stops where it fails"
)]

use super::*;
use crate::address::Name;
use crate::lang::{
    BinaryOperator, Evaluated, Expression, ExpressionKind, Target, UnaryOperator, parse_line,
};
use crate::source::FileId;
use crate::value::{Bounds, Known, Lengths, Refinement, to_json, type_to_json};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Calls with their results, as Terraform 1.11 gives them: `call => type value` or `call => error: …`.
const TABLE: &str = include_str!("../../../tests/language/functions.txt");

struct Files;

impl Scope for Files {
    fn resolve(&self, _: &Target<'_>) -> Evaluated {
        Err(Halt::Blocked)
    }

    fn file(&self, path: &str) -> Result<Option<Arc<[u8]>>, Halt> {
        Ok(match path {
            "hello.txt" => Some(Arc::from(*b"hello\n")),
            "bin.dat" => Some(Arc::from([0xff, 0xfe])),
            _ => None,
        })
    }

    fn files(&self, _: &str, _: &str) -> Result<Vec<String>, Halt> {
        Ok(Vec::new())
    }

    fn timestamp(&self) -> Option<Arc<str>> {
        None
    }

    fn plan_timestamp(&self) -> Option<Arc<str>> {
        Some("2018-05-13T07:44:12Z".into())
    }
}

fn evaluate(expression: &Expression) -> Result<Value, String> {
    let all = |parts: &[Expression]| -> Result<Vec<Value>, String> {
        parts.iter().map(evaluate).collect()
    };
    match expression.kind.as_ref() {
        ExpressionKind::Literal(value) => Ok(value.clone()),
        ExpressionKind::Tuple(parts) => Ok(Value::tuple(all(parts)?)),
        ExpressionKind::Object(items) => {
            let members: Result<Vec<(Name, Value)>, String> = items
                .iter()
                .map(|item| {
                    let key = item.key.as_literal().and_then(Value::as_str).unwrap();
                    Ok((key.into(), evaluate(&item.value)?))
                })
                .collect();
            Ok(Value::object_of(members?))
        }
        ExpressionKind::Parentheses(inner) => evaluate(inner),
        ExpressionKind::Unary(UnaryOperator::Negate, operand) => {
            let value = evaluate(operand)?;
            Ok(Value::number(value.as_number().unwrap().negate()))
        }
        ExpressionKind::Binary(first, following) => {
            let [(BinaryOperator::Divide, second)] = following.as_slice() else {
                panic!("{following:?}");
            };
            let (left, right) = (evaluate(first)?, evaluate(second)?);
            let quotient = left.as_number().unwrap().divide(right.as_number().unwrap());
            Ok(Value::number(quotient.unwrap()))
        }
        ExpressionKind::Call {
            name, arguments, ..
        } => {
            let arguments = all(arguments)?;
            call(name, arguments, &Files).map_err(|error| described(name, error))
        }
        other => panic!("{other:?}"),
    }
}

/// An error in the words that Terraform uses, as the evaluator words it too.
fn described(name: &str, error: CallError) -> String {
    match error {
        CallError::Argument {
            index: Some(index),
            message,
        } => {
            let parameter = find(name).unwrap().parameter(index).unwrap().name;
            format!(
                "Invalid function argument: Invalid value for {parameter:?} parameter: {message}."
            )
        }
        CallError::Argument {
            index: None,
            message,
        } => {
            format!("Error in function call: Call to function {name:?} failed: {message}.")
        }
        CallError::TooFew {
            missing, needed, ..
        } => format!(
            "Not enough function arguments: Function {name:?} expects {needed} argument(s). Missing value for {missing:?}."
        ),
        CallError::TooMany { taken } => {
            format!(
                "Too many function arguments: Function {name:?} expects only {taken} argument(s)."
            )
        }
        other => format!("{other:?}"),
    }
}

fn shown(value: &Value) -> String {
    match Known::new(value) {
        Ok(known) => format!("{} {}", type_to_json(&value.ty()), to_json(&known)),
        Err(_) => "unknown".into(),
    }
}

#[test]
fn results_are_those_of_terraform() {
    let mut wrong = String::new();
    for line in TABLE
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let (text, expected) = line.split_once(" => ").unwrap();
        let parsed = parse_line(text, FileId::default());
        let got = match evaluate(&parsed.unwrap_or_else(|error| panic!("{text}: {error:?}"))) {
            Ok(value) => shown(&value),
            Err(message) => format!("error: {message}"),
        };
        let fits = got == expected || expected == "error" && got.starts_with("error: ");
        if !fits {
            wrong += &format!("{text}\n  expected {expected}\n  got      {got}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_name_stands_once() {
    let distinct: BTreeSet<&str> = names().collect();
    assert_eq!(names().count(), distinct.len());
    let of_providers = distinct.iter().filter(|name| name.contains("::"));
    assert_eq!((distinct.len(), of_providers.count()), (121, 3));
}

#[test]
fn unknown_arguments_give_typed_unknown_results() {
    let unknown = |ty: Type| Value::unknown(ty);
    let texts = Type::list(Type::String);
    let any_length = Refinement::Numbers(Bounds {
        lower: Some(0.into()),
        upper: Some(Lengths::ANY.most.into()),
    });
    for (name, arguments, expected) in [
        (
            "upper",
            vec![unknown(Type::String)],
            Value::unknown_not_null(Type::String),
        ),
        (
            "length",
            vec![unknown(texts.clone())],
            Value::unknown_refined(Type::Number, any_length),
        ),
        (
            "length",
            vec![unknown(Type::tuple(vec![Type::Bool]))],
            Value::number(1),
        ),
        (
            "keys",
            vec![unknown(Type::object([("a", Type::Bool)]))],
            Value::tuple(vec!["a".into()]),
        ),
        (
            "concat",
            vec![unknown(texts.clone()), Value::tuple(vec![])],
            Value::unknown(Type::Dynamic),
        ),
        (
            "concat",
            vec![unknown(texts.clone()), unknown(texts.clone())],
            Value::unknown_not_null(texts.clone()),
        ),
        (
            "merge",
            vec![
                Value::unknown(Type::map(Type::String)),
                Value::object_of::<&str>([]),
            ],
            Value::unknown(Type::Dynamic),
        ),
        (
            "toset",
            vec![unknown(texts)],
            Value::unknown(Type::set(Type::Dynamic)),
        ),
        ("timestamp", vec![], Value::unknown_not_null(Type::String)),
    ] {
        assert_eq!(call(name, arguments, &Files).unwrap(), expected, "{name}");
    }
}

#[test]
fn unknown_parts_stay_where_their_place_is_known() {
    let unknown = || Value::unknown_not_null(Type::String);
    let list = || Value::tuple(vec![unknown(), "b".into()]);
    let truths = |first: Value, second: Value| Value::list(Type::Bool, vec![first, second]);
    let open = || Value::unknown_not_null(Type::Bool);
    let text_list = || Type::list(Type::String);
    for (name, arguments, expected) in [
        (
            "reverse",
            vec![list()],
            Value::tuple(vec!["b".into(), unknown()]),
        ),
        (
            "sort",
            vec![list()],
            Value::list(Type::String, vec![Value::unknown(Type::String); 2]),
        ),
        (
            "compact",
            vec![list()],
            Value::unknown_not_null(text_list()),
        ),
        (
            "distinct",
            vec![list()],
            Value::unknown_not_null(text_list()),
        ),
        ("contains", vec![list(), "b".into()], Value::bool(true)),
        ("contains", vec![list(), "x".into()], open()),
        (
            "index",
            vec![list(), "b".into()],
            Value::unknown_not_null(Type::Number),
        ),
        ("alltrue", vec![truths(open(), Value::bool(false))], open()),
        (
            "anytrue",
            vec![truths(open(), Value::bool(true))],
            Value::bool(true),
        ),
        (
            "setunion",
            vec![list()],
            Value::set(Type::String, vec!["b".into(), unknown()]),
        ),
        (
            "setsubtract",
            vec![list(), list()],
            Value::unknown_not_null(Type::set(Type::String)),
        ),
        (
            "matchkeys",
            vec![
                list(),
                Value::tuple(vec!["x".into(), "y".into()]),
                Value::tuple(vec!["x".into()]),
            ],
            Value::unknown_not_null(text_list()),
        ),
        ("coalesce", vec!["x".into(), unknown()], "x".into()),
        (
            "coalescelist",
            vec![list(), Value::unknown(text_list())],
            list(),
        ),
        (
            "zipmap",
            vec![list(), list()],
            Value::unknown(Type::Dynamic),
        ),
    ] {
        assert_eq!(call(name, arguments, &Files).unwrap(), expected, "{name}");
    }
}

#[test]
fn what_is_known_of_unknown_texts_is_used() {
    let object = Value::object_of([("a", Value::unknown(Type::String))]);
    assert_eq!(
        call("jsonencode", vec![object], &Files).unwrap(),
        Value::unknown_text("{")
    );
    let arn = Value::unknown_text("arn:aws:");
    let starts =
        |prefix: &str| call("startswith", vec![arn.clone(), prefix.into()], &Files).unwrap();
    assert_eq!(starts("arn:"), Value::bool(true));
    assert_eq!(starts("x"), Value::bool(false));
    assert_eq!(starts("arn:aws:iam"), Value::unknown_not_null(Type::Bool));
}

#[test]
fn marks_go_from_arguments_to_results() {
    let secret = || Value::string("s").marked(Marks::SENSITIVE);
    let list = || Value::tuple(vec![secret(), "p".into()]);
    let marks = |name: &str, arguments: Vec<Value>| {
        let result = call(name, arguments, &Files).unwrap();
        let parts: Vec<bool> = result
            .parts()
            .map(|part| part.marks == Marks::SENSITIVE)
            .collect();
        (result.marks == Marks::SENSITIVE, parts)
    };
    assert_eq!(marks("upper", vec![secret()]), (true, vec![]));
    assert_eq!(marks("join", vec![",".into(), list()]), (true, vec![]));
    assert_eq!(marks("length", vec![list()]), (false, vec![]));
    assert_eq!(
        marks("concat", vec![list(), list()]),
        (false, vec![true, false, true, false])
    );
    assert_eq!(
        marks("element", vec![list(), Value::number(1)]),
        (false, vec![])
    );
    assert_eq!(
        marks(
            "merge",
            vec![Value::object_of([("a", secret()), ("b", "p".into())])]
        ),
        (false, vec![true, false])
    );
    assert_eq!(marks("toset", vec![list()]), (true, vec![false, false]));
    assert_eq!(marks("nonsensitive", vec![secret()]), (false, vec![]));
    assert_eq!(
        call("issensitive", vec![secret()], &Files).unwrap(),
        Value::bool(true)
    );
}

#[test]
fn what_would_fill_the_memory_is_refused() {
    let number = |number: i64| Value::number(number);
    let long = || Value::string("\n".repeat(100_000));
    let range = || call("range", vec![number(1024)], &Files).unwrap();
    let calls: [(&str, Vec<Value>); 8] = [
        ("format", vec!["%1000000000s".into(), "a".into()]),
        ("format", vec!["%.99999999999999999999f".into(), number(1)]),
        ("indent", vec![number(1_000_000_000), "\n".into()]),
        ("replace", vec![long(), "\n".into(), long()]),
        ("replace", vec![long(), "/\\n/".into(), long()]),
        ("join", vec![long(), Value::tuple(vec![long(); 1000])]),
        ("setproduct", vec![range(), range(), range()]),
        ("range", vec![number(0), number(1_000_000_000)]),
    ];
    for (name, arguments) in calls {
        match call(name, arguments, &Files) {
            Err(CallError::Argument { .. }) => {}
            other => panic!("{name} gives {other:?}"),
        }
    }
}

#[test]
fn aliases_do_not_multiply_without_end() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let below = vec![format!("*a{}", level - 1); 10].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{below}]\n"));
    }
    let refused = call("yamldecode", vec![Value::string(text)], &Files);
    assert!(matches!(refused, Err(CallError::Argument { .. })));
}

#[test]
fn what_is_wrong_with_a_file_of_variables_is_told_with_its_place() {
    for (text, expected) in [
        (
            "a = 1\n\nb = foo\n",
            "invalid expression for variable \"b\": <decode_tfvars argument>:3,5: ",
        ),
        (
            "a = 1\nb = \n",
            "invalid tfvars syntax: <decode_tfvars argument>:2,",
        ),
        (
            "a = 1\n  b {\n}\n",
            "invalid tfvars content: <decode_tfvars argument>:2,3: ",
        ),
        (
            "a = 1\na = 1\n",
            "invalid tfvars syntax: <decode_tfvars argument>:2,1: ",
        ),
    ] {
        let name = "provider::terraform::decode_tfvars";
        match call(name, vec![text.into()], &Files) {
            Err(CallError::Argument { message, .. }) => {
                assert!(message.starts_with(expected), "{text}\n{message}");
            }
            other => panic!("{text}\n{other:?}"),
        }
    }
}
