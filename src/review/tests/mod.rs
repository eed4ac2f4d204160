//! Plans of a made-up kind with an attribute of every sort, and what becomes of them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

mod access;
mod attributes;
mod comments;
mod documents;
mod kind;
mod plans;
mod programs;
mod secrets;

use super::{Review, human};
use crate::diagnostic::Style;
use crate::plan::{Action, ActionReason, Change, LiveObject, Plan, ReplaceOrder};
use crate::value::{Known, Value, from_json};
use kind::{Kinds, block, provider};
use serde_json::json;
use std::collections::BTreeMap;
use trustform_state::snapshot::{Lineage, Snapshot};

const REPLACE: Action = Action::Replace(ReplaceOrder::DeleteThenCreate);

/// A change of `aws_iam_thing.x`, whose attributes are given as JSON; text that says `UNKNOWN` is unknown.
fn change(action: Action, before: serde_json::Value, after: serde_json::Value) -> Change {
    let object = |json: serde_json::Value| {
        (!json.is_null())
            .then(|| kind::unknowns(&from_json(&complete(&json), &block().ty()).unwrap()))
    };
    Change {
        address: "aws_iam_thing.x".parse().unwrap(),
        deposed: None,
        action,
        reason: ActionReason::None,
        provider: provider(),
        before: object(before).map(|value| LiveObject::from(Known::new(&value).unwrap())),
        after: object(after),
        replace_paths: Vec::new(),
        dependencies: [].into(),
        create_before_destroy: false,
        moved_from: None,
        importing: None,
    }
}

/// The object with everything it lacks as null, and without blocks it lacks.
fn complete(json: &serde_json::Value) -> serde_json::Value {
    let mut members = json.as_object().unwrap().clone();
    for attribute in &block().attributes {
        members.entry(attribute.name).or_insert(json!(null));
    }
    for nested in &block().blocks {
        members.entry(nested.name).or_insert(json!([]));
    }
    members.into()
}

fn snapshot() -> Snapshot {
    Snapshot::empty(
        "5b7d1d4e-7d52-4f2c-9d49-4e3a4c6f8f10"
            .parse::<Lineage>()
            .unwrap(),
    )
}

fn shown(plan: &Plan) -> String {
    shown_from(plan, &snapshot(), Style::Plain)
}

fn shown_from(plan: &Plan, snapshot: &Snapshot, style: Style) -> String {
    let review = Review {
        plan,
        schemas: &Kinds,
        snapshot,
        calls: &BTreeMap::new(),
    };
    human(review, style)
}

fn plan_of(changes: Vec<Change>) -> Plan {
    Plan {
        changes,
        ..Plan::default()
    }
}

/// Checks what stands between the braces of a change.
fn check(action: Action, before: serde_json::Value, after: serde_json::Value, expected: &str) {
    check_change(change(action, before, after), expected);
}

fn check_change(change: Change, expected: &str) {
    let text = shown(&plan_of(vec![change]));
    let start = text.find("{\n").unwrap() + 2;
    let end = text.rfind("\n    }\n").map_or(start, |end| end + 1);
    let lines: Vec<&str> = text[start..end]
        .lines()
        .map(|line| line.get(4..).unwrap_or(""))
        .collect();
    let expected: Vec<&str> = expected
        .trim_matches('\n')
        .lines()
        .map(|line| line.get(8..).unwrap_or(""))
        .collect();
    assert_eq!(lines.join("\n"), expected.join("\n"), "\nin full:\n{text}");
}

fn text(value: &str) -> Value {
    Value::string(value)
}
