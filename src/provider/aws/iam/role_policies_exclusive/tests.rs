//! Exclusive inline policies on the sandbox.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use super::KIND;
use crate::provider::aws::iam::{role, role_policy};
use crate::provider::aws::testing::{World, config_of};
use crate::provider::{ProviderErrorKind, Recorded};
use crate::value::to_json;
use serde_json::json;

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"eks.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
const GRANT: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#;

/// A role with the inline policies `a`, `b` and `c`.
async fn world() -> World {
    let world = World::new().await;
    let config = json!({ "name": "app", "assume_role_policy": TRUST }).to_string();
    world.create(role::KIND, &config).await;
    for name in ["a", "b", "c"] {
        let config = json!({ "role": "app", "name": name, "policy": GRANT }).to_string();
        world.create(role_policy::KIND, &config).await;
    }
    world
}

fn only(names: &[&str]) -> String {
    json!({ "role_name": "app", "policy_names": names }).to_string()
}

#[tokio::test]
async fn others_are_deleted_and_the_role_keeps_the_rest() {
    let world = world().await;
    let before = world.sent().len();
    let made = world.create(KIND, &only(&["a", "b"])).await;
    let mut sent = world.sent().split_off(before);
    sent.truncate(2);
    assert_eq!(sent, ["ListRolePolicies", "DeleteRolePolicy"]);
    assert_eq!(
        to_json(&made),
        json!({ "role_name": "app", "policy_names": ["a", "b"] })
    );
    assert_eq!(world.import(KIND, "app").await, Some(made.clone()));
    assert_eq!(world.import(KIND, "none").await, None);
    let changed = world.update(KIND, &made, &only(&["b"])).await;
    let none = world.update(KIND, &changed, &only(&[])).await;
    assert_eq!(to_json(&none)["policy_names"], json!([]));
    let before = world.sent().len();
    let recorded = Recorded::from(none);
    KIND.delete(&world.context, &recorded).await.unwrap();
    assert_eq!(world.sent().len(), before, "nothing is asked or changed");
}

#[tokio::test]
async fn what_others_add_is_read_and_planned_away() {
    let world = world().await;
    let made = world.create(KIND, &only(&["a"])).await;
    let change = json!({ "RolePolicies": { "x": GRANT } });
    world.sandbox.set("iam/role/app", &change).unwrap();
    let read = world.read(KIND, &made).await.unwrap();
    assert_eq!(to_json(&read)["policy_names"], json!(["a", "x"]));
    let settled = world.update(KIND, &read, &only(&["a"])).await;
    assert_eq!(settled, made);
    world.sandbox.remove("iam/role/app").unwrap();
    assert_eq!(world.read(KIND, &made).await, None);
}

#[tokio::test]
async fn a_policy_that_nobody_writes_is_an_error_and_nothing_is_deleted() {
    let world = world().await;
    let error = world.try_create(KIND, &only(&["a", "z"])).await.error;
    let error = error.unwrap();
    assert_eq!(error.kind, ProviderErrorKind::NotFound);
    assert!(error.message.contains("no inline policy z"), "{error}");
    assert!(!world.sent().contains(&"DeleteRolePolicy".to_owned()));
}

#[test]
fn arguments_are_checked() {
    let config = json!({ "role_name": "arn:aws:iam::123456789012:role/a", "policy_names": [null] });
    let config = config_of(KIND.schema(), &config.to_string());
    let problems = KIND.rules().validate(&config);
    assert_eq!(problems.len(), 2, "{problems:?}");
}
