//! What syntax becomes, and which problems are found without evaluating.

use super::with_room;
use crate::diagnostic::Diagnostics;
use crate::lang::{
    Expression, ExpressionKind, evaluate_constant, lower, lower_rendered, lower_template, parse,
};
use crate::source::{SourceMap, Span};
use crate::value::Value;

/// The expression, and the diagnostics' summaries when there are any.
pub(super) fn lowered(source: &str) -> Result<Expression, Vec<String>> {
    let text = format!("value = {source}\n");
    let file = SourceMap::default().add("main.tf", text.as_str());
    let (tree, problems) = parse(&text.as_str().into(), file);
    let summaries = |problems: &Diagnostics| -> Vec<String> {
        problems
            .iter()
            .map(|problem| problem.summary.clone())
            .collect()
    };
    if problems.has_errors() {
        return Err(summaries(&problems));
    }
    let value = tree.argument(tree.file(), "value").expect("an argument");
    lower(value, file).map_err(|problems| summaries(&problems))
}

fn literal(source: &str) -> String {
    match lowered(source).unwrap().kind.as_ref() {
        ExpressionKind::Literal(value) => value.as_str().expect("a text").to_owned(),
        other => panic!("{source} is {other:?}"),
    }
}

#[test]
fn texts_are_stripped_token_by_token() {
    let cases = [
        (
            r#""a $${x} $$${1} %%{x} $a $$ %%""#,
            "a ${x} $${1} %{x} $a $$ %%",
            true,
        ),
        ("<<EOT\nEOT", "", true),
        ("<<EOT\n a\\n\n  b\nEOT", " a\\n\n  b\n", true),
        (
            "<<-EOT\n    a\n\n   \n      b\n  EOT",
            "a\n\n   \n  b\n",
            true,
        ),
        ("<<-EOT\n  $${x} %%{ a\n    EOT", "${x} %{ a\n", true),
    ];
    for (source, text, _) in cases {
        assert_eq!(literal(source), text, "{source}");
    }
}

#[test]
fn wrong_references_are_found() {
    let cases = [
        ("var", "Invalid reference"),
        ("var[\"x\"]", "Invalid reference"),
        ("each.foo", "Invalid \"each\" attribute"),
        ("path.foo", "Invalid \"path\" attribute"),
        ("terraform.env", "Invalid \"terraform\" attribute"),
        ("data.foo", "Invalid reference"),
        ("foo", "Invalid reference"),
        ("foo[\"x\"]", "Invalid reference"),
        ("template.foo", "Reserved symbol name"),
        ("{ a.b = 1 }", "Ambiguous attribute key"),
        ("provider::foo(1)", "Unknown provider function"),
        ("foo::bar(1)", "Unknown provider function"),
        ("local.a.0.1", "Invalid legacy index syntax"),
        ("local.a.*.b.*.c", "Nested splat expression not allowed"),
        ("\"a\nb\"", "Invalid multi-line string"),
        ("1 +", "Invalid expression"),
    ];
    for (source, summary) in cases {
        assert_eq!(lowered(source).unwrap_err(), [summary], "{source}");
    }
}

#[test]
fn all_problems_of_an_expression_are_found() {
    assert_eq!(
        lowered("[foo, each.x, [for a in b : a + c]]")
            .unwrap_err()
            .len(),
        4
    );
}

#[test]
fn references_are_listed_in_order_with_their_places() {
    let source = "[for x in var.a : x.b[local.k] if data.t.n[0].z] ";
    let expression = lowered(source).unwrap();
    let found: Vec<(String, &str)> = expression
        .references()
        .iter()
        .map(|reference| {
            let range = reference.span.range();
            (
                reference.subject.to_string(),
                &source[range.start - 8..range.end - 8],
            )
        })
        .collect();
    let names = ["var.a", "local.k", "data.t.n"];
    assert_eq!(found, names.map(|name| (name.to_owned(), name)));
}

#[test]
fn nesting_too_deep_is_a_diagnostic() {
    with_room(|| {
        for depth in [900, 2_010, 100_000] {
            let directives = ["%{ if true }".repeat(depth), "%{ endif }".repeat(depth)];
            let template = format!("\"a{}\"", directives.concat());
            assert_eq!(lowered(&template).is_ok(), depth < 2_000, "{depth}");
        }
        for (open, close) in [("[", "]"), ("{ a = ", "}"), ("max([", "]...)")] {
            for depth in [50, 51, 100_000] {
                let source = format!("{}1{}", open.repeat(depth), close.repeat(depth));
                assert_eq!(lowered(&source).is_ok(), depth == 50, "{open} {depth}");
            }
        }
        for (open, close) in [
            ("(", ")"),
            ("!", ""),
            ("-", ""),
            ("local.a[", "]"),
            ("max(", ")"),
            ("true ? 1 : ", ""),
            ("\"a${", "}\""),
            ("[for a in [] : ", "]"),
        ] {
            for depth in [900, 2_010, 30_000] {
                let source = format!("{}1{}", open.repeat(depth), close.repeat(depth));
                match lowered(&source) {
                    Ok(_) => assert!(depth < 2_000, "{open} {depth}"),
                    Err(problems) => {
                        assert_eq!(problems, ["Expression nested too deeply"], "{open} {depth}");
                        assert!(depth > 2_000, "{open} {depth}");
                    }
                }
            }
        }
    });
}

#[test]
fn chains_of_operators_may_be_long() {
    let chain = |operator: &str| vec!["1"; 50_000].join(operator);
    let value = |source: &str| {
        let expression = lowered(source).unwrap();
        assert!(expression.references().is_empty());
        assert!(expression.is_constant());
        assert!(expression.to_hcl(0).len() > 50_000);
        evaluate_constant(&expression).unwrap()
    };
    assert_eq!(value(&chain(" + ")), Value::number(50_000_i64));
    assert_eq!(value(&chain(" - ")), Value::number(-49_998_i64));
    let mixed = vec!["2 * 3 - 1 == 5"; 20_000].join(" && ");
    assert_eq!(value(&mixed), Value::bool(true));
}

#[test]
fn every_broken_block_is_reported_and_the_others_are_kept() {
    let text = "\u{feff}locals {\n  a = 1\n}\nresource \"a\" \"b\" {\n  x = = 1\n}\nlocals {\n  b = <<E\nfoo {\nE\n}\n\
                output \"c\" {\n  value = [1\n}\nlocals {\n  c = 3\n}\n";
    let file = SourceMap::default().add("main.tf", text);
    let (tree, problems) = parse(&text.into(), file);
    assert_eq!(problems.iter().count(), 2, "{problems:?}");
    let lines: Vec<usize> = problems
        .iter()
        .map(|problem| {
            let start = problem.primary.as_ref().unwrap().span.start as usize;
            text[..start].matches('\n').count() + 1
        })
        .collect();
    assert_eq!(lines, [5, 14]);
    assert_eq!(tree.blocks().count(), 3);
}

#[test]
fn rendered_templates_tell_the_names_they_need() {
    let file = SourceMap::default().add("main.tf", "");
    let at = Span::new(file, 3..4);
    let text = "a ${var.x} %{ for z in y }${z}%{ endfor }";
    let (expression, names) = lower_rendered(text, at).unwrap();
    assert!(expression.references().is_empty());
    assert_eq!(
        names.iter().map(AsRef::as_ref).collect::<Vec<_>>(),
        ["var", "y"]
    );
    assert_eq!(
        lower_template("a ${var.x}", at, &[])
            .unwrap()
            .references()
            .len(),
        1
    );
    let problems = lower_template("a\n${", at, &[]).unwrap_err();
    assert!(
        problems
            .iter()
            .any(|problem| problem.detail.contains("line 2")),
        "{problems:?}"
    );
}
