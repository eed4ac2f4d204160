//! Plans as comments: what stands in them whatever happens, what never does, and how long they get.

use super::{REPLACE, change, kind::Kinds, plan_of, snapshot};
use crate::address::{InstanceAddress, InstanceKey};
use crate::plan::{
    Action, ActionReason, Binding, Change, Finding, NotRead, OutputChange, Plan, ReadFailure, Way,
};
use crate::review::{COMMENT_LIMIT, Review, markdown};
use crate::value::{Marks, Value};
use serde_json::json;
use std::collections::BTreeMap;

fn comment(plan: &Plan) -> String {
    comment_named(plan, None)
}

fn comment_named(plan: &Plan, name: Option<&str>) -> String {
    let review = Review {
        plan,
        schemas: &Kinds,
        snapshot: &snapshot(),
        calls: &BTreeMap::new(),
    };
    let text = markdown(review, name);
    assert!(text.len() < COMMENT_LIMIT, "{} bytes", text.len());
    text
}

/// A change of an instance of its own.
fn numbered(action: Action, name: &str, key: &str, value: &str) -> Change {
    let mut changed = change(
        action,
        json!({"id": "i", "name": value}),
        json!({"id": "i", "name": format!("{value}x")}),
    );
    changed.address = InstanceAddress {
        key: InstanceKey::string(key),
        ..format!("aws_iam_thing.{name}").parse().unwrap()
    };
    changed
}

/// Numbers that look like chance and are the same in every run (Knuth, TAOCP 3.3.4).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

#[test]
fn a_comment_in_full() {
    let mut replaced = numbered(REPLACE, "a", "k", "old");
    replaced.reason = ActionReason::CannotUpdate;
    replaced.replace_paths = vec![crate::address::AttributePath::attribute("name")];
    let plan = plan_of(vec![
        numbered(Action::Update, "u", "k", "text"),
        replaced,
        numbered(Action::Create, "c", "k", "new"),
    ]);
    let text = comment_named(&plan, Some("prod/eu-1"));
    let start = "<!-- trustform plan prod/eu-1 -->\n\
                 ### Plan of `prod/eu-1`: 2 to add, 1 to change, 1 to destroy\n\n\
                 **Destroyed, replaced or forgotten (1):**\n\n\
                 - **replace** `aws_iam_thing.a[\"k\"]`, because of `name`\n\n\
                 <details><summary>Destroyed, replaced or forgotten (1)</summary>\n\n\
                 ```diff\n  # aws_iam_thing.a[\"k\"] must be replaced\n\
                 -/+ resource \"aws_iam_thing\" \"a\" {\n";
    assert!(text.starts_with(start), "{text}");
    assert!(
        text.contains("\n!       name = \"text\" -> \"textx\"\n"),
        "{text}"
    );
    assert!(text.contains("\n+       name = \"newx\"\n"), "{text}");
}

#[test]
fn a_plan_without_changes_keeps_its_marker() {
    assert_eq!(
        comment(&Plan::default()),
        "<!-- trustform plan -->\n### Plan: no changes\n\nThe infrastructure matches the configuration.\n"
    );
}

#[test]
fn names_and_values_are_no_markup() {
    let nasty = "``` </details> <!-- --> @team | * _x_ [a](b) \u{202e}evil ````";
    let mut plan = plan_of(vec![
        numbered(Action::Delete, "d", nasty, nasty),
        numbered(Action::Update, "u", nasty, nasty),
        numbered(
            Action::Create,
            "c",
            "k",
            "line\n````\n- not a sign\n<script>\n",
        ),
    ]);
    plan.not_read.push(NotRead {
        address: plan.changes[0].address.clone(),
        failure: ReadFailure {
            settings: false,
            credentials: false,
            malformed: false,
            message: format!("{nasty}\nsecond line"),
        },
    });
    plan.bindings.push(Binding {
        account: plan.changes[0].address.clone(),
        way: Way::Token,
        subject: nasty.to_owned(),
        role: None,
        role_arn: nasty.to_owned(),
        issuer: nasty.to_owned(),
        audience: nasty.to_owned(),
        finding: Finding::NotDecided(nasty.to_owned()),
    });
    let text = comment_named(&plan, Some("a --> b"));
    assert!(text.starts_with("<!-- trustform plan a-b -->\n"), "{text}");
    assert!(!text.contains('\u{202e}'), "{text}");
    let outside = outside_of_code(&text);
    for markup in [
        "@team",
        "</details> <!--",
        "<script>",
        "[a](b)",
        "a -->",
        "not a sign",
    ] {
        assert!(!outside.contains(markup), "{markup} in\n{outside}");
    }
    // An unchanged line of a text that begins with a sign is not taken for a change.
    assert!(!text.contains("\n- not a sign"), "{text}");
}

/// The text without code spans and fences, as their delimiters say.
fn outside_of_code(text: &str) -> String {
    let mut outside = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let ticks: String = line.chars().take_while(|c| *c == '`').collect();
        if ticks.len() >= 3 && line.ends_with("diff") {
            let closed = lines.by_ref().any(|line| line == ticks);
            assert!(closed, "the fence is closed");
            continue;
        }
        let mut rest = line;
        while let Some(at) = rest.find('`') {
            outside.push_str(&rest[..at]);
            let run: String = rest[at..].chars().take_while(|c| *c == '`').collect();
            let behind = &rest[at + run.len()..];
            let end = closing(behind, run.len()).expect("the span is closed");
            rest = &behind[end + run.len()..];
        }
        outside.push_str(rest);
        outside.push('\n');
    }
    outside
}

/// Where a run of exactly so many backticks begins.
fn closing(text: &str, width: usize) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = text[at..].find('`') {
        let run = text[at + found..].chars().take_while(|c| *c == '`').count();
        if run == width {
            return Some(at + found);
        }
        at += found + run;
    }
    None
}

#[test]
fn secrets_are_no_part_of_it() {
    let mut secret = change(
        Action::Update,
        json!({"id": "i", "password": "hush-old", "name": "hush-old"}),
        json!({"id": "i", "password": "hush-new", "name": "n"}),
    );
    let marked = |value: &Value| match value.as_str() {
        Some("n") => Value::string("hush-new").marked(Marks::SENSITIVE),
        _ => value.clone(),
    };
    secret.after = secret
        .after
        .map(|after| after.map_parts(&mut |part| marked(part)));
    secret.before = None;
    let mut deleted = change(Action::Delete, json!({"password": "hush-old"}), json!(null));
    deleted.address = "aws_iam_thing.y".parse().unwrap();
    let mut plan = plan_of(vec![secret, deleted]);
    let output = OutputChange {
        action: Action::Update,
        before: Some(Value::string("hush-old")),
        after: Some(Value::string("hush-new")),
        sensitive: true,
    };
    plan.outputs.insert("o".into(), output);
    let text = comment(&plan);
    assert!(!text.contains("hush"), "{text}");
    assert!(text.contains("(sensitive value)"), "{text}");
}

#[test]
fn no_loss_is_ever_cut() {
    let mut chance = Chance(7);
    for size in [1, 10, 100, 1_000, 4_000, 10_000] {
        let rounds = if size > 1_000 { 1 } else { 3 };
        for _ in 0..rounds {
            let share = chance.below(101);
            let long = chance.below(200);
            let blocks = 1 + chance.below(size);
            let changes: Vec<Change> = (0..size)
                .map(|index| {
                    let action = match chance.below(100) {
                        roll if roll < share / 2 => Action::Delete,
                        roll if roll < share => REPLACE,
                        roll if roll % 2 == 0 => Action::Create,
                        _ => Action::Update,
                    };
                    let value = "v`".repeat(usize::try_from(long).unwrap());
                    numbered(
                        action,
                        &format!("b{}", index % blocks),
                        &format!("key{index}"),
                        &value,
                    )
                })
                .collect();
            let plan = plan_of(changes);
            let text = comment(&plan);
            every_loss_is_told(&plan, &text);
            every_difference_is_counted(&plan, &text);
        }
    }
}

/// By name, or in the number of its block or type.
fn every_loss_is_told(plan: &Plan, text: &str) {
    let gone: Vec<&Change> = plan
        .changes
        .iter()
        .filter(|c| c.action.destroys())
        .collect();
    if gone.is_empty() {
        return;
    }
    assert!(
        text.contains(&format!(
            "**Destroyed, replaced or forgotten ({}):**",
            gone.len()
        )),
        "{text}"
    );
    let list = text.split("**Destroyed").nth(1).unwrap();
    let list = list.split("<details>").next().unwrap();
    let told: usize = list
        .lines()
        .filter(|line| line.starts_with("- **"))
        .map(told_by)
        .sum();
    assert_eq!(told, gone.len(), "{list}");
}

/// How many objects a line of the list stands for.
fn told_by(line: &str) -> usize {
    let what = line.split("** ").nth(1).unwrap();
    if let Some((count, _)) = what.split_once(" × ") {
        return count.parse().unwrap();
    }
    what.split("`[\"").skip(1).count().max(1)
}

fn every_difference_is_counted(plan: &Plan, text: &str) {
    let shown = text
        .lines()
        .filter(|line| line.starts_with("  # aws_iam_thing."))
        .count();
    let cut: usize = text
        .lines()
        .filter_map(|line| line.strip_prefix("Not shown in full, for want of room: "))
        .flat_map(|line| line.split(" of “"))
        .filter_map(|part| part.rsplit(' ').next()?.parse::<usize>().ok())
        .sum();
    assert_eq!(shown + cut, plan.changes.len());
}

#[test]
fn a_name_that_fills_the_comment_does_not() {
    let huge = "`x".repeat(100_000);
    let plan = plan_of(vec![
        numbered(Action::Delete, "d", &huge, &huge),
        numbered(Action::Create, "c", &huge, &huge),
    ]);
    let text = comment_named(&plan, Some(&huge));
    assert!(text.contains("**destroy**"), "{text}");
    assert!(text.contains("Not shown in full"), "{text}");
}
