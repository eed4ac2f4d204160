//! What evaluation asks of its scope, how it halts, and what needs more than one line to write.
//!
//! The values of expressions in general are compared with Terraform's in `tests/language/`.

use super::with_room;
use crate::address::InstanceKey;
use crate::diagnostic::{Code, Diagnostic};
use crate::lang::{
    EmptyScope, Evaluated, Expression, Halt, Scope, Subject, Target, evaluate, evaluate_with_names,
    lower, lower_with_names, parse,
};
use crate::source::SourceMap;
use crate::value::{Marks, Type, Value};
use std::cell::RefCell;
use std::sync::Arc;

/// Answers every reference in the same way, and remembers what was asked.
#[derive(Default)]
struct Recorder {
    asked: RefCell<Vec<String>>,
}

impl Scope for Recorder {
    fn resolve(&self, target: &Target<'_>) -> Evaluated {
        let key = target.key.as_ref().map(InstanceKey::to_string);
        let output = target.output.map(|output| format!(" output {output}"));
        let asked = format!(
            "{}{}{}",
            target.subject,
            key.unwrap_or_default(),
            output.unwrap_or_default()
        );
        self.asked.borrow_mut().push(asked);
        match target.subject {
            Subject::Variable(name) if name.as_ref() == "blocked" => Err(Halt::Blocked),
            Subject::Variable(name) if name.as_ref() == "wrong" => {
                Err(Diagnostic::error(Code::InvalidValue, "wrong")
                    .at(target.span)
                    .into())
            }
            Subject::Variable(name) if name.as_ref() == "predicted" => {
                Ok(Value::string("p").marked(Marks::PREDICTED))
            }
            Subject::Each(_) => Ok(Value::string("k")),
            Subject::CountIndex => Ok(Value::number(2_i64)),
            _ => Ok(Value::unknown(Type::Dynamic)),
        }
    }

    fn file(&self, path: &str) -> Result<Option<Arc<[u8]>>, Halt> {
        match path {
            "itself" => Ok(Some(b"${templatefile(\"itself\", {})}"[..].into())),
            "deep" => Ok(Some(
                b"${max([for x in [1] : x == 1 ? length(templatefile(\"deep\", {})) : 0]...)}"[..]
                    .into(),
            )),
            "blocked" => Err(Halt::Blocked),
            _ => Ok(None),
        }
    }

    fn files(&self, _directory: &str, _pattern: &str) -> Result<Vec<String>, Halt> {
        Ok(Vec::new())
    }

    fn timestamp(&self) -> Option<Arc<str>> {
        None
    }

    fn plan_timestamp(&self) -> Option<Arc<str>> {
        None
    }
}

fn lowered(source: &str) -> Expression {
    let text = format!("value = {source}\n");
    let file = SourceMap::default().add("main.tf", text.as_str());
    let (tree, problems) = parse(&text.as_str().into(), file);
    assert!(problems.is_empty(), "{source}: {problems:?}");
    lower(tree.argument(tree.file(), "value").unwrap(), file).unwrap()
}

fn value(source: &str) -> Evaluated {
    evaluate(&lowered(source), &Recorder::default())
}

fn summaries(source: &str) -> Vec<String> {
    match value(source) {
        Err(Halt::Failed(problems)) => problems
            .iter()
            .map(|problem| problem.summary.clone())
            .collect(),
        other => panic!("{source} gives {other:?}"),
    }
}

#[test]
fn no_more_is_asked_than_is_needed() {
    let cases = [
        ("aws_role.a.arn", "aws_role.a"),
        ("aws_role.a[\"k\"].arn", "aws_role.a[\"k\"]"),
        ("aws_role.a[0]", "aws_role.a[0]"),
        ("aws_role.a.0.arn", "aws_role.a[0]"),
        ("aws_role.a[each.key].arn", "each.key, aws_role.a[\"k\"]"),
        ("aws_role.a[count.index + 1]", "count.index, aws_role.a[3]"),
        ("aws_role.a[0.5]", "aws_role.a"),
        ("aws_role.a[*].arn", "aws_role.a"),
        ("data.t.n[1].x", "data.t.n[1]"),
        ("module.m.out", "module.m output out"),
        ("module.m.out[0]", "module.m output out"),
        ("module.m[\"k\"].out.x", "module.m[\"k\"] output out"),
        ("module.m[0]", "module.m[0]"),
        ("module.m", "module.m"),
        ("module.m[*].out", "module.m"),
        ("var.x[0]", "var.x"),
    ];
    for (source, asked) in cases {
        let recorder = Recorder::default();
        drop(evaluate(&lowered(source), &recorder));
        assert_eq!(recorder.asked.borrow().join(", "), asked, "{source}");
    }
}

#[test]
fn what_is_blocked_is_neither_value_nor_error() {
    let blocked = [
        "var.blocked",
        "[1, var.blocked]",
        "try(var.blocked, 1)",
        "try(var.wrong, var.blocked, 1)",
        "can(var.blocked)",
        "true ? 1 : var.blocked",
        "[for x in [1] : var.blocked]",
        "\"a${var.blocked}\"",
        "upper(var.blocked)",
        "templatefile(\"blocked\", {})",
        "{ a = var.blocked }.b",
        "aws_role.a[var.blocked]",
    ];
    for source in blocked {
        assert_eq!(value(source), Err(Halt::Blocked), "{source}");
    }
    assert_eq!(summaries("[var.blocked, var.wrong]"), ["Invalid value"]);
    assert_eq!(value("try(1, var.blocked)"), Ok(Value::number(1_i64)));
}

#[test]
fn problems_are_reported_together() {
    assert_eq!(summaries("{ a = [][0], b = {}.c, d = nope(1) }").len(), 3);
    assert_eq!(
        summaries("[for x in [1, 2] : x + \"a\"] == \"${null}a\"").len(),
        2
    );
    assert_eq!(summaries("\"x\" + []").len(), 2);
}

#[test]
fn predictions_go_where_their_values_go() {
    let cases = [
        ("\"a-${var.predicted}\"", true),
        ("[var.predicted][0]", true),
        ("{ a = var.predicted }.a", true),
        ("upper(var.predicted)", true),
        ("var.predicted == \"p\"", true),
        ("jsonencode({ a = var.predicted })", true),
        ("true ? \"x\" : var.predicted", false),
        ("true ? var.predicted : \"x\"", true),
        ("try(var.predicted, 1)", true),
    ];
    for (source, predicted) in cases {
        let marks = value(source).unwrap().deep_marks();
        assert_eq!(marks.contains(Marks::PREDICTED), predicted, "{source}");
    }
}

#[test]
fn heredocs_are_as_terraform_renders_them() {
    let cases = [
        (
            "<<EOT\na\n  %{ for x in [\"p\", \"q\"] ~}\n   b ${x}\n  %{ endfor ~}\n  c\nEOT",
            "a\n     b p\n     b q\n    c\n",
        ),
        (
            "<<-EOT\n    a\n\n      %{ for x in [\"p\", \"q\"] ~}\n     b ${x}\n   \n      %{ endfor ~}\n    c\n  EOT",
            "a\n\n       b p\n   \n       b q\n   \n      c\n",
        ),
        (
            "<<-EOT\n    a  \n\n    ${~ \"x\" ~}  \n\n      c\n    EOT",
            "    a  \n\nx\n      c\n",
        ),
        ("<<EOT\n${1 ~}\nEOT", "1"),
        (
            "<<-EOT\n    ${1}\n      a\n  $${x} %%{ a $$${1} \\n $${ $a %b %% $$\nEOT",
            "  1\n    a\n${x} %{ a $${1} \\n ${ $a %b %% $$\n",
        ),
        ("\"a\\n  ${~ 1 ~}\\n  b\"", "a1b"),
        ("\"%{ if true }${1}%{ endif }\"", "1"),
        ("\"%{ if false }a%{ endif }\"", ""),
    ];
    for (source, text) in cases {
        assert_eq!(value(source), Ok(Value::string(text)), "{source}");
    }
}

#[test]
fn depth_is_limited_by_a_diagnostic() {
    with_room(|| {
        for template in ["itself", "deep"] {
            let source = format!("templatefile({template:?}, {{}})");
            assert_eq!(summaries(&source), ["Error in function call"]);
        }
        for (open, close) in [
            ("(1 + ", ")"),
            ("[for x in [1] : ", "][0]"),
            ("max(", ")"),
            ("true ? ", " : 2"),
            ("\"${", "}a\""),
        ] {
            let source = format!("{}1{}", open.repeat(500), close.repeat(500));
            let expression = lowered(&source);
            let result = evaluate(&expression, &Recorder::default());
            assert!(result.is_ok(), "{open}");
        }
    });
}

#[test]
fn constants_are_evaluated_without_names() {
    let constant = |source: &str| evaluate(&lowered(source), &EmptyScope);
    assert_eq!(
        constant("{ a = [1, \"x\"], (\"b\") = -1 }[\"b\"]"),
        Ok(Value::number(-1_i64))
    );
    for (source, summary) in [
        ("[var.a]", "Variables not allowed"),
        ("upper(\"a\")", "Function calls not allowed"),
    ] {
        match constant(source) {
            Err(Halt::Failed(problems)) => {
                assert_eq!(problems.iter().next().unwrap().summary, summary);
            }
            other => panic!("{source} gives {other:?}"),
        }
    }
}

#[test]
fn surroundings_can_bind_names() {
    let text = "value = setting.value + 1";
    let file = SourceMap::default().add("main.tf", text);
    let (tree, _) = parse(&text.into(), file);
    let name = Arc::from("setting");
    let syntax = tree.argument(tree.file(), "value").unwrap();
    let expression = lower_with_names(syntax, file, &[Arc::clone(&name)]).unwrap();
    let setting = Value::object_of([("value", Value::number(1_i64))]);
    let result = evaluate_with_names(&expression, &EmptyScope, &[(&name, setting)]);
    assert_eq!(result, Ok(Value::number(2_i64)));
}
