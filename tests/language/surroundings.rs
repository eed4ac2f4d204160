//! What expressions may refer to, for Terraform and for us.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The local values, each with its expression; `terraform_data.u` is a resource that is made only later.
pub(super) const LOCALS: [(&str, &str); 32] = [
    ("us", "terraform_data.u.id"),
    ("greeting", r#""Hello, $${name}!""#),
    ("ud", "try(terraform_data.u.id, 1)"),
    ("ub", r#"terraform_data.u.id == "x""#),
    ("un", "length(terraform_data.u.id)"),
    ("s", r#"sensitive("s")"#),
    ("nl", "null"),
    ("one", r#"[{ a = 1, b = "x" }]"#),
    ("ns", "tostring(null)"),
    ("nn", "tonumber(null)"),
    ("nlist", "tolist(null)"),
    ("sn", "sensitive(7)"),
    ("up", r#""arn:${terraform_data.u.id}""#),
    ("ul", r#"split(",", terraform_data.u.id)"#),
    ("um", r#"tomap({ (terraform_data.u.id) = "v" })"#),
    ("pl", r#"tolist(["a", terraform_data.u.id])"#),
    ("pm", r#"tomap({ a = "x", b = terraform_data.u.id })"#),
    ("l", r#"tolist(["b", "a", "c"])"#),
    ("m", r#"tomap({ a = "1", b = "2" })"#),
    ("st", r#"toset(["x", "y", "z"])"#),
    (
        "o",
        r#"{ name = "n", size = 3, on = true, tags = { k = "v" }, list = ["p", 1] }"#,
    ),
    ("so", r#"{ a = sensitive("x"), b = [1, sensitive(2)] }"#),
    ("tmpl", r#""%%{ for k in x ~}$${k},%%{ endfor ~}""#),
    ("emoji", r#""👨‍👩‍👧‍👦é\u0301👍🏽""#),
    (
        "uo",
        r#"local.ub ? { a = "x", b = 1 } : { a = "y", b = 2 }"#,
    ),
    ("ut", r#"local.ub ? ["a", 1] : ["b", 2]"#),
    ("uset", r"toset(local.ul)"),
    ("ps", r#"toset(["a", terraform_data.u.id])"#),
    ("sm", r#"tomap({ a = sensitive("x"), b = "y" })"#),
    ("sl", r#"tolist([sensitive("a"), "b"])"#),
    (
        "deep",
        r#"{ x = { y = [{ z = sensitive("q"), w = terraform_data.u.id }] } }"#,
    ),
    (
        "objects",
        r#"tolist([{ a = "x", n = 1 }, { a = "y", n = 2 }])"#,
    ),
];

const BEGINNING: &str = r#"terraform {
  required_providers {
    terraform = { source = "terraform.io/builtin/terraform" }
  }
}
resource "terraform_data" "u" {
  input = "x"
}
locals {
"#;

/// The configuration that declares them.
pub(super) fn configuration() -> String {
    let mut text = String::from(BEGINNING);
    for (name, expression) in LOCALS {
        writeln!(text, "  {name} = {expression}").expect("a text takes all");
    }
    text + "}\n"
}

/// The template files that expressions may render.
pub(super) fn templates() -> BTreeMap<&'static str, &'static str> {
    BTreeMap::from([
        ("plain.tpl", "a ${x}\n"),
        ("single.tpl", "${x}"),
        (
            "loop.tpl",
            "%{ for k, v in x ~}\n  ${k} = ${v}\n%{ endfor ~}\nend\n",
        ),
        (
            "cond.tpl",
            "%{ if x ~}\n  yes ${join(\",\", y)}\n%{ else ~}\n  no\n%{ endif ~}\n",
        ),
        (
            "nested.tpl",
            "%{ if n > 0 }${templatefile(\"plain.tpl\", { x = n })}%{ endif }",
        ),
        ("itself.tpl", "${templatefile(\"itself.tpl\", {})}"),
        ("broken.tpl", "a ${\n"),
        ("empty", ""),
        ("hello.tftpl", "Hello, ${name}!"),
        ("policy.json", "{}"),
        ("policies/a.json", "{}"),
        ("policies/b.json", "{}"),
    ])
}
