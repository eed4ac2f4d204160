//! What expressions look like as text, and that the text reads back as the same.

use super::lowering::lowered;

#[test]
fn expressions_are_printed_as_they_are_written() {
    let written = [
        "null",
        "-1.5",
        r#""a\"b\\\n$${x} %%{y} ${var.z}""#,
        "var.a[0].b[*].c",
        "module.role_x[each.key].arn",
        "aws_iam_role.a.*.arn",
        "data.aws_partition.current[0].partition",
        r#"format("%s", local.x["a b"])"#,
        "merge({}, var.maps...)",
        r#"split(":", module.cluster_main.arn)[3]"#,
        "(1 + 2) * -3",
        "!(a && (b || c))",
        "(var.a == null) ? 1 : 2",
        r#"{ a = 1, "b c" = 2, "null" = 3, (var.d) = 4, "x-${var.e}" = 5 }"#,
        "[for key, value in var.a : value if key != null]",
        "{for value in var.a : value.id => value...}",
        r#""%{ if var.a }x%{ else }y%{ endif }%{ for k, v in var.b }${v}%{ endfor }""#,
        "[]",
        "{}",
    ];
    for text in written {
        // A bare name is a reference to a resource, which needs two parts.
        let text = text.replace("(a && (b || c))", "(var.a && (var.b || var.c))");
        let printed = lowered(&text).expect("an expression").to_hcl(0);
        assert_eq!(printed, text);
    }
}

#[test]
fn long_expressions_are_broken_where_line_breaks_may_stand() {
    let name = "a".repeat(60);
    let text = format!("concat([{{ first = var.{name}, second = 2 }}], [for x in var.{name} : x])");
    let printed = lowered(&text).expect("an expression").to_hcl(2);
    let expected = format!(
        "concat(\n    [{{ first = var.{name}, second = 2 }}],\n    [for x in var.{name} : x],\n  )"
    );
    assert_eq!(printed, expected);
    let again = lowered(&printed).expect("an expression").to_hcl(2);
    assert_eq!(again, printed);
}
