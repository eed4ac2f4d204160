//! What the parser makes of texts: structure, precedence, places, and all errors of a file.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "a test stops where it fails"
)]

use super::*;
use std::sync::Arc;

/// An expression, every operation and access in parentheses.
fn shape(source: &str) -> String {
    let parsed = parse_expression(&Arc::from(source));
    assert!(
        parsed.problems.is_empty(),
        "{source}: {:?}",
        parsed.problems
    );
    shown(parsed.tree.expression(parsed.root))
}

fn shown(expression: Expr<'_>) -> String {
    let tree = expression.tree();
    let other = |id: &ExpressionId| shown(expression.other(*id));
    let list = |run: &Run<ExpressionId>| tree.list(*run).map(shown).collect::<Vec<_>>().join(", ");
    match expression.form() {
        Form::Number | Form::Name => expression.text().to_owned(),
        Form::Template(quoting, parts) => {
            let part = |part: &Part| match part.form {
                PartForm::Text => format!("{:?}", part.place.text(tree.text())),
                PartForm::Interpolation(inner, strip) => format!("{} {strip:?}", other(&inner)),
                _ => part.place.text(tree.text()).to_owned(),
            };
            let parts: Vec<String> = tree.parts(*parts).iter().map(part).collect();
            format!("{quoting:?}<{}>", parts.join(" "))
        }
        Form::Parentheses(inner) => other(inner),
        Form::Access(root, steps) => {
            let step = |step: &Step| match step.form {
                StepForm::Index(key) => format!("[{}]", other(&key)),
                _ => step.place.text(tree.text()).to_owned(),
            };
            let steps: String = tree.steps(*steps).iter().map(step).collect();
            format!("({}{steps})", other(root))
        }
        Form::Call(call) => {
            let (name, _) = expression.function().unwrap();
            let dots = if call.expand { "..." } else { "" };
            let arguments = list(&call.arguments);
            format!("{}<{arguments}{dots}>", name.text(tree.text()))
        }
        Form::Unary(operator, operand) => format!("({operator:?} {})", other(operand)),
        Form::Binary(operator, left, right) => {
            format!("({} {operator:?} {})", other(left), other(right))
        }
        Form::Conditional(condition, then, otherwise) => {
            let parts = [condition, then, otherwise].map(other);
            format!("({})", parts.join(" ? "))
        }
        Form::Tuple(elements) => format!("[{}]", list(elements)),
        Form::Object(members) => format!("{{{}}}", list(members)),
        Form::For(id) => {
            let form = tree.for_expression(*id).unwrap();
            let key = form.key.as_ref().map(other);
            let condition = form.condition.as_ref().map(other);
            let collection = other(&form.heading.collection);
            format!(
                "for {collection}: {key:?} {} {condition:?}",
                other(&form.value)
            )
        }
        Form::Wrong => "?".to_owned(),
    }
}

#[test]
fn operators_bind_as_they_should() {
    for (source, expected) in [
        ("a + b * c - d", "((a Add (b Multiply c)) Subtract d)"),
        ("a || b && c == d", "(a Or (b And (c Equal d)))"),
        ("a < b == c >= d", "((a Less b) Equal (c GreaterOrEqual d))"),
        ("a - b - c", "((a Subtract b) Subtract c)"),
        ("(a - b) * -c.d", "((a Subtract b) Multiply (Negate (c.d)))"),
        ("!a[0].b", "(Not (a[0].b))"),
        ("a ? b : c ? d : e", "(a ? b ? (c ? d ? e))"),
        ("a || b ? c + 1 : d", "((a Or b) ? (c Add 1) ? d)"),
        ("a.b[*].c.0", "(a.b[*].c.0)"),
        ("f(a, g(b)...).c", "(f<a, g<b>...>.c)"),
        ("x::y (\n)", "x::y<>"),
        ("[a, b\n,]", "[a, b]"),
        ("{a = 1, b : 2\n\n c = 3}", "{a, 1, b, 2, c, 3}"),
        (
            "{for k, v in m : k => v... if v}",
            "for m: Some(\"k\") v Some(\"v\")",
        ),
        ("[for v in m : v]", "for m: None v None"),
    ] {
        assert_eq!(shape(source), expected, "{source}");
    }
}

#[test]
fn templates_are_rows_of_parts() {
    for (source, expected) in [
        ("\"\"", "Quotes<>"),
        ("\"a$b%c $${d}\"", "Quotes<\"a$b%c $${d}\">"),
        (
            "\"a ${~ b } c\"",
            "Quotes<\"a \" b Strip { before: true, after: false } \" c\">",
        ),
        (
            "\"%{ if a ~}b%{ else }%{ endif }\"",
            "Quotes<%{ if a ~} \"b\" %{ else } %{ endif }>",
        ),
        ("<<-E\n a\n  b$\n  E\n", "Flush<\" a\\n  b$\\n\">"),
    ] {
        assert_eq!(shape(source), expected, "{source}");
    }
}

#[test]
fn literal_text_has_a_meaning() {
    assert_eq!(
        of_quoted(r#"\n\t\"\\ \u00e9\U0001F600 $${a} %%{b} $$ $$$${"#),
        "\n\t\"\\ \u{e9}\u{1f600} ${a} %{b} $$ $$${"
    );
    assert_eq!(of_line(r"\n $${a} %%{b} $$"), r"\n ${a} %{b} $$");
}

#[test]
fn blocks_have_labels_and_places() {
    let text = "\u{feff}a = 1 # c\r\nb \"x y\" z {\r\n  c = <<E\nt\nE\n  d {}\n}\n";
    let parsed = parse(&Arc::from(text));
    assert_eq!(parsed.problems, []);
    let tree = &parsed.tree;
    let [Item::Argument(a), Item::Block(b)] = tree.file() else {
        panic!("{:?}", tree.file());
    };
    assert_eq!(a.name.text(text), "a");
    assert_eq!(
        &text[b.place.range()],
        "b \"x y\" z {\r\n  c = <<E\nt\nE\n  d {}\n}"
    );
    let labels = tree.labels(b.labels).iter().map(|label| label.text(tree));
    assert_eq!(labels.collect::<Vec<_>>(), ["x y", "z"]);
    assert_eq!(tree.items(b.body).len(), 2);
}

/// The summaries of all errors of a file and what they are about, and the names of what was read all the same.
fn errors(text: &str) -> (Vec<(String, String)>, String) {
    let parsed = parse(&Arc::from(text));
    let told = parsed.problems.into_iter().map(|problem| {
        let about = problem.place.text(text).to_owned();
        (problem.summary.into_owned(), about)
    });
    let name = |item: &Item| match item {
        Item::Argument(argument) => argument.name.text(text),
        Item::Block(block) => block.name.text(text),
    };
    let names: Vec<&str> = parsed.tree.file().iter().map(name).collect();
    (told.collect(), names.join(" "))
}

#[test]
fn all_errors_of_a_file_are_told() {
    for (text, expected, sound) in [
        (
            "a = 1 +\nb = 2\nc = [1 2]\nd = 3\n",
            vec![
                ("Invalid expression", "\n"),
                ("Missing item separator", "2"),
            ],
            "b d",
        ),
        (
            "a {\n  b = = 1\n  c = 1\n  d {\n    e = (1\n  }\n  f = )\n}\ng {}\n",
            vec![
                ("Invalid expression", "="),
                ("Unbalanced parentheses", "}"),
                ("Invalid expression", ")"),
            ],
            "g",
        ),
        // A bracket that is not closed ends with its block.
        (
            "a {\n  b = [1,\n}\nc = 1\nd e\n",
            vec![
                ("Invalid expression", "}"),
                ("Invalid block definition", "\n"),
            ],
            "c",
        ),
        // What follows from the first error is not told.
        (
            "a {\n  b = {\n}\n",
            vec![("Unclosed configuration block", "{")],
            "",
        ),
        ("a = [\nb {\n", vec![("Missing item separator", "{")], ""),
        // A missing quote is not the beginning of everything else.
        (
            "a = \"x\nb = \"y\"\nc = 'z'\n",
            vec![
                ("Invalid multi-line string", "\n"),
                ("Invalid character", "'"),
            ],
            "b",
        ),
        (
            "a = \"x\ny\nz\"\nb = 1\n",
            vec![("Invalid multi-line string", "\n")],
            "b",
        ),
        (
            "a = 1\na = 2\nb = \"\\q\\z\"\nc = x.0.1\n",
            vec![
                ("Attribute redefined", "a"),
                ("Invalid escape sequence", "\\q"),
                ("Invalid escape sequence", "\\z"),
                ("Invalid legacy index syntax", "0.1"),
            ],
            "a",
        ),
        (
            "a {\n  b = 1\n  b = 2\n}\nc {\n  d = 1 +\n  d = 2\n}\n",
            vec![
                ("Attribute redefined", "b"),
                ("Invalid expression", "\n"),
                ("Attribute redefined", "d"),
            ],
            "a",
        ),
        (
            "a {} }\nb {}\n",
            vec![("Missing newline after block definition", "}")],
            "b",
        ),
        (
            "a {\n  b {} }\nc {}\n",
            vec![("Missing newline after block definition", "}")],
            "c",
        ),
    ] {
        let expected: Vec<(String, String)> = expected
            .into_iter()
            .map(|(summary, about)| (summary.to_owned(), about.to_owned()))
            .collect();
        assert_eq!(errors(text), (expected, sound.to_owned()), "{text}");
    }
}

#[test]
fn nothing_is_nested_too_deeply_for_the_parser() {
    let depth = 30_000;
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{a = ", "}"),
        ("f(", ")"),
        ("x[", "]"),
        ("!", ""),
        ("a ? b : ", ""),
        ("a ? ", " : c"),
        ("\"${", "}\""),
        ("[for v in ", " : v]"),
    ] {
        let text = format!("{}1{}", open.repeat(depth), close.repeat(depth));
        assert_eq!(
            parse_expression(&text.as_str().into()).problems,
            [],
            "{open}"
        );
        let unclosed = format!("a = {}", open.repeat(depth));
        assert_eq!(parse(&unclosed.as_str().into()).problems.len(), 1, "{open}");
    }
    let chain = vec!["1"; depth].join("*");
    assert_eq!(parse_expression(&chain.as_str().into()).problems, []);
    let blocks = |depth| format!("{}{}", "a {\n".repeat(depth), "}\n".repeat(depth));
    assert_eq!(errors(&blocks(1_000)), (vec![], "a".to_owned()));
    let (told, _) = errors(&blocks(depth));
    assert_eq!(told[0].0, "Block nested too deeply");
    assert_eq!(told.len(), 1);
}

#[test]
fn names_are_those_of_unicode() {
    for name in ["a", "_", "é1", "e\u{301}", "a-b", "名前", "𝒳"] {
        assert!(is_identifier(name), "{name}");
        assert_eq!(shape(name), name);
    }
    for text in ["", "1a", "-a", "a b", "a.b", "\u{301}a", "😀"] {
        assert!(!is_identifier(text), "{text}");
    }
}

#[test]
fn brackets_comments_and_heredocs_go_on_in_the_next_line() {
    for open in [
        "[\n",
        "{ a = (1\n",
        "\"${upper(\n",
        "\"${\"]\"",
        "/* a\n",
        "1 + /* [\n",
        "<<EOT\n",
        "<<EOT\nx\n",
        "<<-EOT\n  x\n",
        "upper(<<EOT\nx\nEOT\n",
        "[ # ]\n",
    ] {
        assert!(goes_on(open), "{open:?}");
    }
    for whole in [
        "1\n",
        "[1]\n",
        "\"[\"\n",
        "\"\\\"(\"\n",
        "\"$${\"\n",
        "\"${upper(\"a\")}\"\n",
        "\"abc\n",
        "# [\n",
        "// (\n",
        "/* ( */ 1\n",
        "<<EOT\n(\nEOT\n",
        "<<-EOT\n  (\n  EOT\n",
        "upper(<<EOT\nx\nEOT\n)\n",
        "]\n",
        "1 < 2\n",
    ] {
        assert!(!goes_on(whole), "{whole:?}");
    }
}

#[test]
fn comments_and_blanks_are_nothing() {
    for nothing in ["", " \n\t", "# a", "// a\n # b", "/* a\n b */"] {
        assert!(is_blank(nothing), "{nothing:?}");
    }
    for something in ["1", "1 # a", "/* a", "\"\""] {
        assert!(!is_blank(something), "{something:?}");
    }
}
