#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    clippy::format_push_string,
    reason = "a test stops where it fails"
)]

use super::*;
use serde_json::json;

fn of(json: serde_json::Value) -> Value {
    from_json(&json, &Type::Dynamic).unwrap()
}

fn ty(json: serde_json::Value) -> Type {
    type_from_json(&json).unwrap()
}

fn shown(value: &Value) -> String {
    format!(
        "{} {}",
        type_to_json(&value.ty()),
        to_json(&Known::new(value).unwrap())
    )
}

#[test]
fn conversions_are_those_of_terraform() {
    for (value, wanted, expected) in [
        (json!(1), json!("string"), r#""string" "1""#),
        (json!(true), json!("string"), r#""string" "true""#),
        (json!("1"), json!("bool"), r#""bool" true"#),
        (json!("0.5"), json!("number"), r#""number" 0.5"#),
        (
            json!([1, "a"]),
            json!(["list", "string"]),
            r#"["list","string"] ["1","a"]"#,
        ),
        (
            json!(["b", "a", "b"]),
            json!(["set", "string"]),
            r#"["set","string"] ["a","b"]"#,
        ),
        (
            json!([1, "a"]),
            json!(["list", "dynamic"]),
            r#"["list","string"] ["1","a"]"#,
        ),
        (
            json!({"a": 1, "b": "x"}),
            json!(["map", "dynamic"]),
            r#"["map","string"] {"a":"1","b":"x"}"#,
        ),
        (
            json!([]),
            json!(["list", "dynamic"]),
            r#"["list","dynamic"] []"#,
        ),
        (
            json!({"a": 1, "c": 2}),
            json!(["object", {"a": "string", "b": "number"}, ["b"]]),
            r#"["object",{"a":"string","b":"number"}] {"a":"1","b":null}"#,
        ),
        (
            json!([{"a": 1}, {"a": 2, "b": 3}]),
            json!(["list", ["object", {"a": "string", "b": "number"}, ["b"]]]),
            r#"["list",["object",{"a":"string","b":"number"}]] [{"a":"1","b":null},{"a":"2","b":3}]"#,
        ),
        (
            json!([{"a": 1}, {"b": "x"}]),
            json!(["list", "dynamic"]),
            r#"["list",["map","string"]] [{"a":"1"},{"b":"x"}]"#,
        ),
        (
            json!([{"a": 1, "b": []}, {"a": "x", "b": ["y"]}]),
            json!(["list", "dynamic"]),
            r#"["list",["object",{"a":"string","b":["list","string"]}]] [{"a":"1","b":[]},{"a":"x","b":["y"]}]"#,
        ),
    ] {
        let converted = convert(&of(value.clone()), &ty(wanted.clone()));
        let converted = converted.unwrap_or_else(|error| panic!("{value} to {wanted}: {error}"));
        assert_eq!(shown(&converted), expected, "{value} to {wanted}");
    }
}

#[test]
fn refusals_are_worded_as_terraforms() {
    for (value, wanted, path, message) in [
        (json!("x"), json!("number"), "", "a number is required"),
        (
            json!("True"),
            json!("bool"),
            "",
            "a bool is required; to convert from string, use lowercase \"true\"",
        ),
        (json!({}), json!("string"), "", "string required"),
        (
            json!("x"),
            json!(["list", "string"]),
            "",
            "list of string required",
        ),
        (
            json!("x"),
            json!(["list", "dynamic"]),
            "",
            "list of any single type required",
        ),
        (
            json!(["1", "x"]),
            json!(["list", "number"]),
            "[1]",
            "a number is required",
        ),
        (
            json!([[], "x"]),
            json!(["list", "number"]),
            "",
            "element 0: number required",
        ),
        (
            json!({"a": "x"}),
            json!(["object", {"a": "number", "b": "number"}]),
            "",
            "attribute \"b\" is required",
        ),
        (
            json!({}),
            json!(["object", {"a": "number", "b": "number"}]),
            "",
            "attributes \"a\" and \"b\" are required",
        ),
        (
            json!({}),
            json!(["object", {"a": "number", "b": "number", "c": "bool"}]),
            "",
            "attributes \"a\", \"b\", and \"c\" are required",
        ),
        (
            json!({"a": {"b": "x"}}),
            json!(["object", {"a": ["map", "bool"]}]),
            "a[\"b\"]",
            "a bool is required",
        ),
        (
            json!({"a": []}),
            json!(["object", {"a": "number"}]),
            "",
            "attribute \"a\": number required",
        ),
        (
            json!([[], {}]),
            json!(["list", "dynamic"]),
            "",
            "all list elements must have the same type",
        ),
    ] {
        let error = convert(&of(value.clone()), &ty(wanted.clone())).unwrap_err();
        assert_eq!(
            (error.path.to_string().as_str(), error.message.as_str()),
            (path, message),
            "{value} to {wanted}"
        );
    }
}

#[test]
fn unification_finds_the_common_type() {
    let object = |attributes| json!(["object", attributes]);
    for (types, expected) in [
        (
            vec![json!("number"), json!("string")],
            Some(json!("string")),
        ),
        (vec![json!("number"), json!("bool")], None),
        (
            vec![object(json!({"a": "number"})), object(json!({}))],
            Some(json!(["map", "number"])),
        ),
        (
            vec![
                object(json!({"a": "number"})),
                object(json!({"a": "string"})),
            ],
            Some(object(json!({"a": "string"}))),
        ),
        (
            vec![json!(["tuple", []]), json!(["tuple", ["number"]])],
            Some(json!(["list", "number"])),
        ),
        (
            vec![json!(["list", "string"]), json!(["tuple", []])],
            Some(json!(["list", "string"])),
        ),
        (
            vec![json!(["map", "string"]), object(json!({"a": "number"}))],
            Some(json!(["map", "string"])),
        ),
        (
            vec![json!(["list", "string"]), json!(["set", "string"])],
            Some(json!(["list", "string"])),
        ),
        (vec![object(json!({})), json!(["tuple", []])], None),
        (
            vec![json!("dynamic"), json!("number")],
            Some(json!("number")),
        ),
        (
            vec![json!("dynamic"), object(json!({}))],
            Some(json!("dynamic")),
        ),
    ] {
        let types: Vec<Type> = types.into_iter().map(ty).collect();
        assert_eq!(unify(&types), expected.map(ty), "{types:?}");
    }
}

#[test]
fn absent_values_and_marks_survive_conversion() {
    let unknown = Value::unknown_not_null(Type::Number).marked(Marks::SENSITIVE);
    let converted = convert(&unknown, &Type::String).unwrap();
    assert_eq!(
        converted,
        Value::unknown_not_null(Type::String).marked(Marks::SENSITIVE)
    );
    let null = convert(&Value::null(Type::Dynamic), &ty(json!(["list", "string"]))).unwrap();
    assert_eq!(null, Value::null(ty(json!(["list", "string"]))));
    let list = convert(
        &Value::tuple(vec![
            Value::number(1).marked(Marks::SENSITIVE),
            Value::number(2),
        ]),
        &ty(json!(["list", "string"])),
    );
    assert_eq!(
        list.unwrap().as_elements().unwrap()[0].marks,
        Marks::SENSITIVE
    );
}

#[test]
fn what_is_known_of_a_value_takes_no_room_in_others() {
    let list = size_of::<(Type, std::sync::Arc<[Value]>)>();
    assert_eq!(size_of::<Unknown>(), list);
}

#[test]
fn an_unknown_value_that_can_be_only_one_is_known() {
    let number = |lower: i64, upper: i64| {
        let (lower, upper) = (Some(lower.into()), Some(upper.into()));
        Refinement::Numbers(Bounds { lower, upper })
    };
    let refined = Value::unknown_refined;
    assert_eq!(refined(Type::Number, number(2, 2)), Value::number(2));
    assert!(refined(Type::Number, number(2, 3)).is_unknown());
    let lengths = |length: usize| Refinement::Lengths(length.into());
    let of = |ty: fn(Type) -> Type, length| refined(ty(Type::Bool), lengths(length));
    let unknown = || vec![Value::unknown(Type::Bool)];
    assert_eq!(of(Type::list, 1), Value::list(Type::Bool, unknown()));
    assert_eq!(of(Type::set, 1), Value::set(Type::Bool, unknown()));
    assert_eq!(of(Type::map, 0), Value::map(Type::Bool, [].into()));
    assert!(of(Type::set, 2).is_unknown() && of(Type::map, 1).is_unknown());
    let or_null = Unknown::of(Type::Number).refined(number(2, 2));
    assert!(or_null.into_value().is_unknown());
}

#[test]
fn encoding_loses_nothing() {
    let third = Value::number(Number::from(1).divide(&Number::from(3)).unwrap());
    let prefixed = Value::unknown_text("arn:");
    let between = Refinement::Numbers(Bounds {
        lower: Some(1.into()),
        upper: Some(Number::parse("2.5").unwrap()),
    });
    let lengths = Refinement::Lengths(Lengths { least: 1, most: 3 });
    let value = Value::object_of([
        ("third", third.clone()),
        (
            "list",
            Value::list(Type::Number, vec![third.marked(Marks::SENSITIVE)]),
        ),
        (
            "unknown",
            prefixed.marked(Marks::PREDICTED | Marks::EPHEMERAL),
        ),
        ("number", Value::unknown_refined(Type::Number, between)),
        (
            "map",
            Value::new(Kind::Unknown(
                Unknown::of(Type::map(Type::Bool)).refined(lengths),
            )),
        ),
        ("null", Value::null(Type::set(Type::Bool))),
        (
            "set",
            Value::set(Type::String, vec!["b".into(), "a".into()]),
        ),
        (
            "entries",
            Value::map(Type::String, [("k".into(), "v".into())].into()),
        ),
    ]);
    let text = encode(&value).to_string();
    assert_eq!(
        decode(&serde_json::from_str(&text).unwrap()).unwrap(),
        value,
        "{text}"
    );
}

#[test]
fn typed_json_wraps_what_the_type_leaves_open() {
    let schema = ty(json!(["object", {"a": "dynamic", "b": "string"}]));
    let value = Value::object_of([("a", of(json!([1]))), ("b", "x".into())]);
    let json = to_typed_json(&Known::new(&value).unwrap(), &schema);
    assert_eq!(
        json,
        json!({"a": {"value": [1], "type": ["tuple", ["number"]]}, "b": "x"})
    );
    assert_eq!(from_typed_json(&json, &schema).unwrap(), value);
}

#[test]
fn numbers_keep_their_digits_in_json() {
    let json: serde_json::Value =
        serde_json::from_str("[123456789012345678901234567890.5, -0, 1e3]").unwrap();
    let text = to_json(&Known::new(&of(json)).unwrap()).to_string();
    assert_eq!(text, "[123456789012345678901234567890.5,-0,1000]");
}

#[test]
fn sets_of_objects_are_ordered_as_terraform_orders_them() {
    let set = convert(
        &of(json!([{"a": 10, "b": "x"}, {"a": 9, "b": "x"}, {"a": 100, "b": "w"}])),
        &ty(json!(["set", ["object", {"a": "number", "b": "string"}]])),
    );
    let order: Vec<String> = set
        .unwrap()
        .parts()
        .map(|part| part.get("a").unwrap().as_number().unwrap().to_string())
        .collect();
    assert_eq!(order, ["100", "10", "9"]);
}

/// Conversions as Terraform does them: `type value => type value`, or `=> error: message`.
const TABLE: &str = include_str!("../../tests/language/conversions.txt");

#[test]
fn conversions_of_the_table_are_those_of_terraform() {
    let mut wrong = String::new();
    for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
        let (given, expected) = line.split_once(" => ").unwrap();
        let mut parts = serde_json::Deserializer::from_str(given)
            .into_iter()
            .map(Result::unwrap);
        let (wanted, value) = (ty(parts.next().unwrap()), of(parts.next().unwrap()));
        let got = match convert(&value, &wanted) {
            Ok(value) => shown(&value),
            Err(error) => format!("error: {error}"),
        };
        if got != expected {
            wrong.push_str(&format!(
                "{given}\n  expected {expected}\n  got      {got}\n"
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
