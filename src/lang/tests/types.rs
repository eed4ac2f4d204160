//! Type constraints: what they read as, what they refuse, and their defaults.

use crate::lang::{
    EmptyScope, TypeConstraint, evaluate, lower, parse, type_constraint, type_constraint_of_text,
};
use crate::source::{SourceMap, Span};
use crate::value::{Known, Value, to_json};

fn constraint(source: &str) -> Result<TypeConstraint, Vec<String>> {
    let text = format!("type = {source}\n");
    let file = SourceMap::default().add("main.tf", text.as_str());
    let (tree, problems) = parse(&text.as_str().into(), file);
    assert!(problems.is_empty(), "{source}: {problems:?}");
    let read = type_constraint(tree.argument(tree.file(), "type").unwrap(), file);
    read.map_err(|problems| {
        problems
            .iter()
            .map(|problem| problem.detail.clone())
            .collect()
    })
}

fn value(source: &str) -> Value {
    let text = format!("value = {source}\n");
    let file = SourceMap::default().add("main.tf", text.as_str());
    let (tree, _) = parse(&text.as_str().into(), file);
    let expression = lower(tree.argument(tree.file(), "value").unwrap(), file).unwrap();
    evaluate(&expression, &EmptyScope).unwrap()
}

#[test]
fn constraints_are_read() {
    let cases = [
        ("string", "string"),
        ("any", "any"),
        ("list", "list(any)"),
        ("map", "map(any)"),
        ("list(string)", "list(string)"),
        ("map(set(number))", "map(set(number))"),
        ("tuple([string, bool])", "tuple([string, bool])"),
        ("object({})", "object({})"),
        (
            "object({ a = string, b = any })",
            "object({a=string, b=any})",
        ),
    ];
    for (source, ty) in cases {
        assert_eq!(constraint(source).unwrap().ty.to_string(), ty, "{source}");
    }
}

#[test]
fn wrong_constraints_are_explained() {
    let cases = [
        (
            "strin",
            "The keyword \"strin\" is not a valid type specification.",
        ),
        (
            "set",
            "The set type constructor requires one argument specifying the element type.",
        ),
        (
            "object",
            "The object type constructor requires one argument specifying the attribute types and values as a map.",
        ),
        (
            "list(string, string)",
            "The list type constructor requires one argument specifying the element type.",
        ),
        (
            "string(1)",
            "Primitive type keyword \"string\" does not expect arguments.",
        ),
        (
            "foo(string)",
            "Keyword \"foo\" is not a valid type constructor.",
        ),
        (
            "optional(string)",
            "Keyword \"optional\" is valid only as a modifier for object type attributes.",
        ),
        (
            "tuple(string)",
            "Tuple type constructor requires a list of element types.",
        ),
        (
            "object([])",
            "Object type constructor requires a map whose keys are attribute names and whose values are the corresponding attribute types.",
        ),
        (
            "object({ a = optional(number, \"x\") })",
            "This default value is not compatible with the attribute's type constraint: a number is required.",
        ),
        (
            "object({ a = optional(string, var.x) })",
            "Variables may not be used here.",
        ),
    ];
    for (source, detail) in cases {
        assert_eq!(constraint(source).unwrap_err(), [detail], "{source}");
    }
    let names = "object({ a = foo, \"b\" = any, a = bar, (c) = any, 1 = any })";
    assert_eq!(constraint(names).unwrap_err().len(), 5);
    assert_eq!(
        constraint("object({ a = foo, b = bar })")
            .unwrap_err()
            .len(),
        2
    );
    assert!(constraint("\"string\"").is_err());
    let file = SourceMap::default().add("main.tf.json", "");
    let at = Span::new(file, 0..1);
    assert_eq!(
        type_constraint_of_text("list(string)", at)
            .unwrap()
            .ty
            .to_string(),
        "list(string)"
    );
    let problems = type_constraint_of_text("list(", at).unwrap_err();
    assert_eq!(
        problems
            .iter()
            .next()
            .unwrap()
            .primary
            .as_ref()
            .unwrap()
            .span,
        at
    );
}

#[test]
fn defaults_stand_in_however_deep() {
    let cases = [
        (
            "object({ a = optional(string, \"x\") })",
            "{}",
            r#"{"a":"x"}"#,
        ),
        (
            "object({ a = optional(string, \"x\") })",
            "{ a = null }",
            r#"{"a":"x"}"#,
        ),
        ("object({ a = optional(string) })", "{}", r#"{"a":null}"#),
        (
            "object({ a = optional(string, \"x\") })",
            "{ a = 1, b = 2 }",
            r#"{"a":"1"}"#,
        ),
        ("object({ a = optional(string, \"x\") })", "null", "null"),
        (
            "map(object({ a = optional(number, 1), b = string }))",
            "{ p = { b = \"x\" }, q = { a = 2, b = true } }",
            r#"{"p":{"a":1,"b":"x"},"q":{"a":2,"b":"true"}}"#,
        ),
        (
            "list(object({ a = optional(number, 1) }))",
            "[{}, { a = 3 }]",
            r#"[{"a":1},{"a":3}]"#,
        ),
        (
            "tuple([object({ a = optional(number, 1) }), string])",
            "[{}, 2]",
            r#"[{"a":1},"2"]"#,
        ),
        (
            "object({ o = optional(object({ a = optional(number, 1) }), {}) })",
            "{}",
            r#"{"o":{"a":1}}"#,
        ),
        (
            "object({ o = optional(object({ a = optional(number, 1) })) })",
            "{}",
            r#"{"o":null}"#,
        ),
        (
            "set(object({ a = optional(number, 1) }))",
            "[{}, { a = 1 }]",
            r#"[{"a":1}]"#,
        ),
        (
            "map(list(object({ a = optional(number, 1) })))",
            "{ k = [{}] }",
            r#"{"k":[{"a":1}]}"#,
        ),
    ];
    for (source, given, expected) in cases {
        let converted = constraint(source).unwrap().convert(&value(given)).unwrap();
        let json = to_json(&Known::new(&converted).unwrap()).to_string();
        assert_eq!(json, expected, "{source} of {given}");
    }
}
