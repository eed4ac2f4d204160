//! What the files of `tests/format` do not show: depth, places of errors, and where Terraform is not followed.

use super::laid_out;

fn check(text: &str, expected: &str) {
    assert_eq!(laid_out(text).as_deref(), Ok(expected));
}

/// The summary of the first error, and the text it is about.
fn refused(text: &str, summary: &str, about: &str) {
    let problems = laid_out(text).expect_err(text);
    let place = problems[0].place.text(text);
    assert_eq!(
        (problems[0].summary.as_ref(), place),
        (summary, about),
        "{text}"
    );
}

#[test]
fn nesting_has_no_limit() {
    let depth = 100_000;
    let brackets =
        |open: &str, close: &str| format!("a = {}1{}\n", open.repeat(depth), close.repeat(depth));
    for (open, close) in [
        ("[", "]"),
        ("(", ")"),
        ("f(", ")"),
        ("\"x ${", "}\""),
        ("-", ""),
    ] {
        let text = brackets(open, close);
        check(&text, &text);
    }
    let blocks = format!("{}{}", "a {\n".repeat(300), "}\n".repeat(300));
    assert!(laid_out(&blocks).is_ok());
    let open = format!("a = {}", "[".repeat(depth));
    refused(&open, "Missing expression", "");
}

#[test]
fn chains_have_no_limit() {
    let text = format!("a = 1{}\n", " + 1".repeat(100_000));
    check(&text, &text);
}

#[test]
fn an_index_that_is_a_literal_stays() {
    check("a=b[true]\nc=d[null]\n", "a = b[true]\nc = d[null]\n");
}

#[test]
fn errors_have_places() {
    for (text, summary, about) in [
        ("a = 1 +\n", "Invalid expression", "\n"),
        ("a = 1 +", "Missing expression", ""),
        ("a\n", "Argument or block definition required", "a"),
        ("}\n", "Argument or block definition required", "}"),
        ("\"a\" = 1\n", "Invalid argument name", "\""),
        ("a {\n", "Unclosed configuration block", "{"),
        ("a = 1\na = 2\n", "Attribute redefined", "a"),
        ("a = 1, b = 2\n", "Unexpected comma after argument", ","),
        ("a = 1 2\n", "Missing newline after argument", "2"),
        ("a {} b {}\n", "Missing newline after block definition", "b"),
        (
            "a { b = 1\n}\n",
            "Invalid single-argument block definition",
            "\n",
        ),
        ("a { b {} }\n", "Argument definition required", "b"),
        ("a = {}\nb = \"x\n", "Invalid multi-line string", "\n"),
        ("a = \"x", "Unterminated template string", ""),
        ("a = <<EOT\nx\nEOT", "Unterminated template string", ""),
        ("a = \"\\x\"\n", "Invalid escape sequence", "\\x"),
        ("a = \"\\u12g4\"\n", "Invalid escape sequence", "\\u"),
        (
            "a = \"${b\"\n",
            "Unclosed template interpolation sequence",
            "${",
        ),
        (
            "a = \"${b c}\"\n",
            "Extra characters after interpolation expression",
            "c",
        ),
        ("a = \"%{if b}\"\n", "Unexpected end of template", "\""),
        (
            "a = \"%{endif}\"\n",
            "Unexpected endif directive",
            "%{endif}",
        ),
        (
            "a = \"%{if b c}%{endif}\"\n",
            "Extra characters in if marker",
            "c",
        ),
        (
            "a = b ? c\n",
            "Missing false expression in conditional",
            "\n",
        ),
        ("a = (b\nc)\n", "Unbalanced parentheses", "c"),
        ("a = f(b c)\n", "Missing argument separator", "c"),
        ("a = f(b..., c)\n", "Missing closing parenthesis", "..."),
        ("a = [b c]\n", "Missing item separator", "c"),
        ("a = {b}\n", "Missing key/value separator", "}"),
        ("a = {b = 1 c = 2}\n", "Missing attribute separator", "c"),
        ("a = b.0.1\n", "Invalid legacy index syntax", "0.1"),
        ("a = b.\n", "Invalid attribute name", "\n"),
        ("a = b.*.c.*\n", "Nested splat expression not allowed", "*"),
        ("a = [for x y: z]\n", "Invalid 'for' expression", "y"),
        ("a = {for x in y: z}\n", "Invalid 'for' expression", "z"),
        ("a = 1.2.3\n", "Invalid number literal", "1.2.3"),
        ("a = b & c\n", "Unsupported operator", "&"),
        ("a = 'b'\n", "Invalid character", "'"),
    ] {
        refused(text, summary, about);
    }
}
