//! Exclusive attachments on the sandbox.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use super::KIND;
use crate::provider::Recorded;
use crate::provider::aws::iam::role;
use crate::provider::aws::testing::{World, config_of};
use crate::value::to_json;
use serde_json::json;

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"eks.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
const READ: &str = "arn:aws:iam::aws:policy/ReadOnlyAccess";
const POWER: &str = "arn:aws:iam::aws:policy/PowerUserAccess";
const AUDIT: &str = "arn:aws:iam::aws:policy/SecurityAudit";

async fn world() -> World {
    let world = World::new().await;
    let config = json!({ "name": "app", "assume_role_policy": TRUST }).to_string();
    world.create(role::KIND, &config).await;
    world
}

fn only(arns: &[&str]) -> String {
    json!({ "role_name": "app", "policy_arns": arns }).to_string()
}

#[tokio::test]
async fn what_is_missing_is_attached_before_what_is_not_wanted_is_detached() {
    let world = world().await;
    let others = json!({ "AttachedPolicies": [READ] });
    world.sandbox.set("iam/role/app", &others).unwrap();
    let before = world.sent().len();
    let made = world.create(KIND, &only(&[POWER, AUDIT])).await;
    let mut sent = world.sent().split_off(before);
    sent.truncate(4);
    assert_eq!(
        sent,
        [
            "ListAttachedRolePolicies",
            "AttachRolePolicy",
            "AttachRolePolicy",
            "DetachRolePolicy"
        ]
    );
    assert_eq!(
        to_json(&made),
        json!({ "role_name": "app", "policy_arns": [POWER, AUDIT] })
    );
    assert_eq!(world.import(KIND, "app").await, Some(made.clone()));
    assert_eq!(world.import(KIND, "none").await, None);
    let none = world.update(KIND, &made, &only(&[])).await;
    let before = world.sent().len();
    let recorded = Recorded::from(none);
    KIND.delete(&world.context, &recorded).await.unwrap();
    assert_eq!(world.sent().len(), before, "nothing is asked or changed");
}

#[tokio::test]
async fn where_the_quota_has_no_room_for_both_one_goes_for_each_that_comes() {
    let world = world().await;
    let full: Vec<String> = (0..10)
        .map(|number| format!("arn:aws:iam::aws:policy/AWSFull{number}"))
        .collect();
    let change = json!({ "AttachedPolicies": full });
    world.sandbox.set("iam/role/app", &change).unwrap();
    let mut wanted: Vec<&str> = full.iter().skip(2).map(String::as_str).collect();
    wanted.extend([READ, POWER]);
    let before = world.sent().len();
    world.create(KIND, &only(&wanted)).await;
    let mut sent = world.sent().split_off(before);
    sent.truncate(7);
    let (attach, detach) = ("AttachRolePolicy", "DetachRolePolicy");
    assert_eq!(
        sent,
        [
            "ListAttachedRolePolicies",
            attach,
            detach,
            attach,
            attach,
            detach,
            attach
        ]
    );
}

#[tokio::test]
async fn what_others_attach_is_read_and_planned_away() {
    let world = world().await;
    let made = world.create(KIND, &only(&[READ])).await;
    let change = json!({ "AttachedPolicies": [READ, POWER] });
    world.sandbox.set("iam/role/app", &change).unwrap();
    let read = world.read(KIND, &made).await.unwrap();
    let settled = world.update(KIND, &read, &only(&[READ])).await;
    assert_eq!(settled, made);
    world.sandbox.remove("iam/role/app").unwrap();
    assert_eq!(world.read(KIND, &made).await, None);
}

#[test]
fn arguments_are_checked() {
    let config = json!({ "role_name": "app", "policy_arns": ["read"] });
    let config = config_of(KIND.schema(), &config.to_string());
    let problems = KIND.rules().validate(&config);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(
        problems[0].summary,
        "\"policy_arns\" (read) is an invalid ARN"
    );
}
