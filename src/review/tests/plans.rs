//! Whole plans: headers, order, sections, the last lines.

use super::{REPLACE, change, kind::Kinds, plan_of, shown, snapshot, text};
use crate::diagnostic::Style;
use crate::plan::{
    Action, ActionReason, DataChange, Drift, Mode, NotRead, OutputChange, Plan, ReadFailure,
    ReplaceOrder,
};
use crate::review::{Review, counts, human};
use crate::schema::Identity;
use crate::value::{Marks, Type, Value};
use serde_json::json;
use std::collections::BTreeMap;

#[test]
fn an_empty_plan_says_so() {
    assert_eq!(
        shown(&Plan::default()),
        "No changes. Your infrastructure matches the configuration.\n"
    );
}

#[test]
fn each_action_has_its_sentence_and_its_reason() {
    let cases = [
        (
            Action::Create,
            ActionReason::None,
            "aws_iam_thing.x",
            "will be created",
            "",
        ),
        (
            Action::Update,
            ActionReason::None,
            "aws_iam_thing.x",
            "will be updated in-place",
            "",
        ),
        (
            REPLACE,
            ActionReason::CannotUpdate,
            "aws_iam_thing.x",
            "must be replaced",
            "",
        ),
        (
            REPLACE,
            ActionReason::Tainted,
            "aws_iam_thing.x",
            "is tainted, so must be replaced",
            "",
        ),
        (
            Action::Delete,
            ActionReason::Destroy,
            "aws_iam_thing.x",
            "will be destroyed",
            "",
        ),
        (
            Action::Delete,
            ActionReason::NoConfiguration,
            "aws_iam_thing.x[0]",
            "will be destroyed",
            "because aws_iam_thing.x is not in configuration",
        ),
        (
            Action::Delete,
            ActionReason::NoInstance,
            "aws_iam_thing.x[3]",
            "will be destroyed",
            "because index [3] is out of range for count",
        ),
        (
            Action::Delete,
            ActionReason::NoInstance,
            "aws_iam_thing.x[\"a\"]",
            "will be destroyed",
            "because key [\"a\"] is not in for_each map",
        ),
        (
            Action::Delete,
            ActionReason::NoModule,
            "module.m[\"k\"].aws_iam_thing.x",
            "will be destroyed",
            "because module.m[\"k\"] is not in configuration",
        ),
        (
            Action::Forget,
            ActionReason::None,
            "aws_iam_thing.x",
            "will no longer be managed by Trustform, but will not be destroyed",
            "",
        ),
    ];
    for (action, reason, address, sentence, why) in cases {
        let mut change = change(action, json!({"name": "a"}), json!({"name": "b"}));
        change.reason = reason;
        change.address = address.parse().unwrap();
        let text = shown(&plan_of(vec![change]));
        assert!(
            text.contains(&format!("  # {address} {sentence}\n")),
            "{text}"
        );
        assert_eq!(text.contains("  # (because"), !why.is_empty(), "{text}");
        assert!(text.contains(why), "{text}");
    }
}

#[test]
fn the_legend_has_the_signs_that_occur() {
    let first = change(Action::Create, json!(null), json!({"name": "a"}));
    let mut second = change(
        Action::Replace(ReplaceOrder::CreateThenDelete),
        json!({"name": "a"}),
        json!({"name": "b"}),
    );
    second.address = "aws_iam_thing.y".parse().unwrap();
    let text = shown(&plan_of(vec![first, second]));
    let legend = "Resource actions are indicated with the following symbols:\n  + create\n+/- create replacement and then destroy\n\n";
    assert!(text.starts_with(legend), "{text}");
    assert!(
        text.contains("\n+/- resource \"aws_iam_thing\" \"y\" {\n"),
        "{text}"
    );
    assert!(
        text.ends_with("\nPlan: 2 to add, 0 to change, 1 to destroy.\n"),
        "{text}"
    );
}

#[test]
fn destroys_come_first_then_access_and_nouns_stay_together() {
    let at = |address: &str, action| {
        let mut change = change(action, json!({"name": "a"}), json!({"name": "b"}));
        change.address = address.parse().unwrap();
        change
    };
    let text = shown(&plan_of(vec![
        at("aws_thing.a", Action::Update),
        at("aws_iam_thing.b", Action::Update),
        at("aws_thing.z[10]", Action::Delete),
        at("aws_thing.z[9]", Action::Delete),
        at("module.role_r[\"k\"].aws_thing.one", Action::Update),
        at("module.role_r[\"k\"].aws_iam_thing.two", Action::Delete),
        at("module.role_r[\"k\"].aws_iam_role.this[0]", Action::Update),
        at("module.roles.aws_thing.c", Action::Update),
    ]));
    let headers: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("  # ") || line.starts_with("role."))
        .map(|line| {
            line.trim_start_matches(['#', ' '])
                .split(" will")
                .next()
                .unwrap()
        })
        .collect();
    assert_eq!(
        headers,
        [
            "aws_thing.z[9]",
            "aws_thing.z[10]",
            "role.r[\"k\"]",
            "role.r[\"k\"].aws_iam_thing.two",
            "role.r[\"k\"]",
            "role.r[\"k\"].aws_thing.one",
            "aws_iam_thing.b",
            "aws_thing.a",
            "module.roles.aws_thing.c",
        ]
    );
}

#[test]
fn imports_are_counted_and_named() {
    let mut adopted = change(Action::NoOp, json!({"id": "i"}), json!({"id": "i"}));
    adopted.importing = Some(Identity("i".to_owned()));
    let plan = plan_of(vec![adopted]);
    assert_eq!(
        counts(&plan).line(),
        "1 to import, 0 to add, 0 to change, 0 to destroy."
    );
    let text = shown(&plan);
    assert!(
        text.contains("  # aws_iam_thing.x will be imported\n    resource"),
        "{text}"
    );
}

#[test]
fn a_deposed_object_is_told_from_the_current_one() {
    let mut left = change(Action::Delete, json!({"name": "a"}), json!(null));
    left.deposed = Some("1a2b3c4d".parse().unwrap());
    let text = shown(&plan_of(vec![left]));
    let header = "  # aws_iam_thing.x (deposed object 1a2b3c4d) will be destroyed\n  \
                  # (left over from a partially-failed replacement of this instance)\n";
    assert!(text.contains(header), "{text}");
}

#[test]
fn drift_reads_that_wait_and_what_was_not_read_have_sections() {
    let value = |name: &str| Value::object_of([("name", text(name))]);
    let plan = Plan {
        drift: vec![Drift {
            moved_from: None,
            address: "aws_iam_thing.x".parse().unwrap(),
            recorded: value("a"),
            live: Some(value("b")),
        }],
        deferred: vec![DataChange {
            address: "data.aws_iam_thing.d".parse().unwrap(),
            provider: super::provider(),
            reason: ActionReason::ConfigUnknown,
            dependencies: std::sync::Arc::default(),
            value: Value::object_of([("id", Value::unknown(Type::String))]),
        }],
        not_read: vec![NotRead {
            address: "aws_iam_thing.y".parse().unwrap(),
            failure: ReadFailure {
                malformed: false,
                credentials: false,
                settings: false,
                message: "AccessDenied: no".to_owned(),
            },
        }],
        ..Plan::default()
    };
    let shown = shown(&plan);
    for part in [
        "Note: Objects have changed outside of Trustform\n",
        "  # aws_iam_thing.x has changed\n  ~ resource \"aws_iam_thing\" \"x\" {\n      ~ name = \"a\" -> \"b\"\n    }\n",
        "  # data.aws_iam_thing.d will be read during apply\n  # (config refers to values not yet known)\n <= data \"aws_iam_thing\" \"d\" {\n      + id = (known after apply)\n    }\n",
        "Note: Objects could not be read\n\n  # aws_iam_thing.y\n    AccessDenied: no\n",
    ] {
        assert!(shown.contains(part), "{part}\nis not in\n{shown}");
    }
}

#[test]
fn an_object_that_only_moved_is_told_of_a_plan_that_only_looks() {
    let value = Value::object_of([("name", text("a"))]);
    let mut plan = Plan {
        drift: vec![Drift {
            moved_from: Some("aws_iam_thing.w".parse().unwrap()),
            address: "aws_iam_thing.x".parse().unwrap(),
            recorded: value.clone(),
            live: Some(value),
        }],
        ..Plan::default()
    };
    plan.options.mode = Mode::RefreshOnly;
    assert!(!plan.has_changes());
    let shown = shown(&plan);
    assert!(
        shown.contains("  # aws_iam_thing.w has moved to aws_iam_thing.x\n"),
        "{shown}"
    );
}

#[test]
fn outputs_are_shown_as_values_and_secret_ones_are_not() {
    let output = |action, before: Option<Value>, after: Option<Value>, sensitive| OutputChange {
        action,
        before,
        after,
        sensitive,
    };
    let outputs = [
        (
            "changed",
            output(Action::Update, Some(text("a")), Some(text("b")), false),
        ),
        ("gone", output(Action::Delete, Some(text("a")), None, false)),
        (
            "new",
            output(
                Action::Create,
                None,
                Some(Value::unknown(Type::String)),
                false,
            ),
        ),
        (
            "same",
            output(Action::NoOp, Some(text("a")), Some(text("a")), false),
        ),
        (
            "secret",
            output(
                Action::Create,
                None,
                Some(text("hush").marked(Marks::SENSITIVE)),
                true,
            ),
        ),
    ];
    let plan = Plan {
        outputs: outputs
            .into_iter()
            .map(|(name, output)| (name.into(), output))
            .collect(),
        ..Plan::default()
    };
    let expected = "Changes to Outputs:\n  ~ changed = \"a\" -> \"b\"\n  - gone    = \"a\" -> null\n  \
                    + new     = (known after apply)\n  + secret  = (sensitive value)\n\nYou can apply this plan";
    let shown = shown(&plan);
    assert!(shown.starts_with(expected), "{shown}");
}

/// Terraform shows what it reads from JSON there, in which a map is an object.
#[test]
fn maps_in_outputs_are_shown_as_objects() {
    let map = |of| Value::map(Type::String, BTreeMap::from([("a".into(), text(of))]));
    let output = OutputChange {
        action: Action::Update,
        before: Some(Value::list(Type::map(Type::String), vec![map("b")])),
        after: Some(Value::list(Type::map(Type::String), vec![map("c")])),
        sensitive: false,
    };
    let plan = Plan {
        outputs: BTreeMap::from([("o".into(), output)]),
        ..Plan::default()
    };
    let shown = shown(&plan);
    assert!(
        shown.contains("          ~ a = \"b\" -> \"c\"\n"),
        "{shown}"
    );
}

#[test]
fn the_last_line_counts_the_calls() {
    let calls = BTreeMap::from([("EKS", 3), ("IAM", 9), ("Kubernetes", 2), ("STS", 1)]);
    let snapshot = snapshot();
    let review = Review {
        plan: &Plan::default(),
        schemas: &Kinds,
        snapshot: &snapshot,
        calls: &calls,
    };
    let shown = human(review, Style::Plain);
    assert!(
        shown.ends_with("\nrefresh: 9 IAM, 3 EKS, 1 STS, 2 Kubernetes calls\n"),
        "{shown}"
    );
}

#[test]
fn colours_are_only_added() {
    let plan = plan_of(vec![change(
        REPLACE,
        json!({"name": "a"}),
        json!({"name": "b"}),
    )]);
    let coloured = super::shown_from(&plan, &snapshot(), Style::Coloured);
    assert!(
        coloured.contains("\u{1b}[31m-\u{1b}[0m/\u{1b}[32m+\u{1b}[0m resource"),
        "{coloured}"
    );
    let mut uncoloured = String::new();
    let mut rest = coloured.as_str();
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        uncoloured.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    uncoloured.push_str(rest);
    assert_eq!(uncoloured, shown(&plan));
}
