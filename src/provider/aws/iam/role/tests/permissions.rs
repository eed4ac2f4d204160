//! The deprecated `inline_policy` and `managed_policy_arns`: exclusive where they are written, silent where they are not.

use super::role;
use crate::provider::ProviderErrorKind;
use crate::provider::aws::iam::role::KIND;
use crate::provider::aws::testing::{World, config_of};
use crate::sandbox::Fault;
use crate::value::{Known, to_json};
use serde_json::{Value as Json, json};

const READ: &str = "arn:aws:iam::aws:policy/ReadOnlyAccess";
const POWER: &str = "arn:aws:iam::aws:policy/PowerUserAccess";

fn document(action: &str) -> String {
    json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": action, "Resource": "*" }] }).to_string()
}

fn inline(policies: &[(&str, &str)]) -> Json {
    let blocks = policies.iter();
    let blocks = blocks.map(|(name, action)| json!({ "name": name, "policy": document(action) }));
    blocks.collect()
}

fn member(world: &World, name: &str) -> Json {
    world.sandbox.inspect("iam/role/app").unwrap()[0].1[name].clone()
}

fn by_hand(world: &World, change: &Json) {
    world.sandbox.set("iam/role/app", change).unwrap();
}

fn since(world: &World, before: usize) -> Vec<String> {
    let mut sent = world.sent().split_off(before);
    sent.retain(|name| name.starts_with("Put") || name.contains("tach") || name.starts_with("Del"));
    sent.retain(|name| !name.starts_with("List"));
    sent
}

#[tokio::test]
async fn what_is_written_is_made_changed_and_taken_away_with_the_role() {
    let world = World::new().await;
    let first = role(json!({
        "inline_policy": inline(&[("a", "s3:Get*"), ("b", "s3:Get*")]), "managed_policy_arns": [READ],
    }));
    let made = world.create(KIND, &first).await;
    assert_eq!(to_json(&made)["managed_policy_arns"], json!([READ]));
    assert_eq!(member(&world, "RolePolicies")["a"], document("s3:Get*"));
    assert_eq!(world.import(KIND, "app").await, Some(made.clone()));
    let before = world.sent().len();
    let second = role(json!({
        "inline_policy": inline(&[("b", "s3:Put*"), ("c", "s3:Get*")]), "managed_policy_arns": [POWER],
    }));
    let changed = world.update(KIND, &made, &second).await;
    // What comes before what goes.
    assert_eq!(
        since(&world, before),
        [
            "PutRolePolicy",
            "PutRolePolicy",
            "DeleteRolePolicy",
            "AttachRolePolicy",
            "DetachRolePolicy"
        ]
    );
    world.delete(KIND, &changed).await;
}

#[tokio::test]
async fn what_others_add_is_removed_where_the_role_says_what_it_has() {
    let world = World::new().await;
    let config = role(json!({
        "inline_policy": inline(&[("a", "s3:Get*")]), "managed_policy_arns": [READ],
    }));
    let made = world.create(KIND, &config).await;
    by_hand(
        &world,
        &json!({ "RolePolicies": { "x": document("s3:*") }, "AttachedPolicies": [READ, POWER] }),
    );
    let read = world.read(KIND, &made).await.unwrap();
    assert_eq!(to_json(&read)["managed_policy_arns"], json!([POWER, READ]));
    let before = world.sent().len();
    assert_eq!(world.update(KIND, &read, &config).await, made);
    assert_eq!(
        since(&world, before),
        ["DeleteRolePolicy", "DetachRolePolicy"]
    );
}

#[tokio::test]
async fn one_empty_block_and_an_empty_set_say_that_there_are_none() {
    let world = World::new().await;
    let config = role(json!({ "inline_policy": [{}], "managed_policy_arns": [] }));
    let made = world.create(KIND, &config).await;
    assert_eq!(to_json(&made)["managed_policy_arns"], json!([]));
    by_hand(
        &world,
        &json!({ "RolePolicies": { "x": document("s3:*") }, "AttachedPolicies": [POWER] }),
    );
    let read = world.read(KIND, &made).await.unwrap();
    assert_eq!(to_json(&read)["inline_policy"], inline(&[("x", "s3:*")]));
    world.update(KIND, &read, &config).await;
    assert_eq!(member(&world, "RolePolicies"), json!({}));
    assert_eq!(member(&world, "AttachedPolicies"), json!([]));
}

#[tokio::test]
async fn what_is_not_written_is_left_alone_and_not_asked_for() {
    let world = World::new().await;
    let made = world.create(KIND, &role(json!({}))).await;
    by_hand(
        &world,
        &json!({ "RolePolicies": { "x": document("s3:*") }, "AttachedPolicies": [POWER] }),
    );
    let before = world.sent().len();
    assert_eq!(world.read(KIND, &made).await, Some(made.clone()));
    assert_eq!(world.sent().split_off(before), ["GetRole"]);
    let config = role(json!({ "description": "new" }));
    world.update(KIND, &made, &config).await;
    assert_eq!(member(&world, "AttachedPolicies"), json!([POWER]));
}

#[tokio::test]
async fn writing_that_there_are_none_takes_away_what_there_is() {
    let world = World::new().await;
    let made = world.create(KIND, &role(json!({}))).await;
    by_hand(
        &world,
        &json!({ "RolePolicies": { "x": document("s3:*") }, "AttachedPolicies": [POWER] }),
    );
    let config = role(json!({ "inline_policy": [{}], "managed_policy_arns": [] }));
    let changed = world.update(KIND, &made, &config).await;
    assert_eq!(member(&world, "RolePolicies"), json!({}));
    assert_eq!(member(&world, "AttachedPolicies"), json!([]));
    // And writing nothing again ends the management, without a change.
    let planned = world.plan(KIND, &role(json!({})), Some(&changed)).await;
    assert_eq!(&planned, changed.value());
}

/// Terraform's provider records what a role has whether or not the role's block says so.
#[tokio::test]
async fn a_record_of_terraforms_provider_plans_empty() {
    let world = World::new().await;
    let made = world.create(KIND, &role(json!({}))).await;
    by_hand(
        &world,
        &json!({ "RolePolicies": { "x": document("s3:*") }, "AttachedPolicies": [POWER] }),
    );
    let record = |name: &str, policy: &str, arns: Json| {
        let mut record = to_json(&made);
        record["inline_policy"] = json!([{ "name": name, "policy": policy }]);
        record["managed_policy_arns"] = arns;
        Known::new(&config_of(KIND.schema(), &record.to_string())).unwrap()
    };
    let spelled = r#"{"Statement":[{"Action":["s3:*"],"Effect":"Allow","Resource":"*"}],"Version":"2012-10-17"}"#;
    let recorded = record("x", spelled, json!([POWER]));
    let read = world.read(KIND, &recorded).await.unwrap();
    assert_eq!(to_json(&read), to_json(&recorded));
    for config in [
        json!({}),
        json!({ "inline_policy": inline(&[("x", "s3:*")]), "managed_policy_arns": [POWER] }),
    ] {
        let planned = world.plan(KIND, &role(config.clone()), Some(&read)).await;
        assert_eq!(&planned, read.value(), "{config}");
    }
    by_hand(
        &world,
        &json!({ "RolePolicies": { "x": null }, "AttachedPolicies": [] }),
    );
    let recorded = record("", "", json!([]));
    let read = world.read(KIND, &recorded).await.unwrap();
    assert_eq!(to_json(&read), to_json(&recorded));
    let config = role(json!({ "inline_policy": [{}], "managed_policy_arns": [] }));
    let planned = world.plan(KIND, &config, Some(&read)).await;
    assert_eq!(to_json(&Known::new(&planned).unwrap()), to_json(&read));
}

#[tokio::test]
async fn a_role_that_was_made_without_all_its_policies_is_recorded_and_finished() {
    let world = World::new().await;
    world.sandbox.inject(Fault::deny("iam", "AttachRolePolicy"));
    let config = role(json!({
        "inline_policy": inline(&[("a", "s3:Get*")]), "managed_policy_arns": [READ],
    }));
    let outcome = world.try_create(KIND, &config).await;
    assert_eq!(outcome.error.unwrap().kind, ProviderErrorKind::Denied);
    let object = outcome.object.unwrap().object;
    assert_eq!(to_json(&object)["managed_policy_arns"], json!([]));
    assert_eq!(
        to_json(&object)["inline_policy"],
        inline(&[("a", "s3:Get*")])
    );
    world.sandbox.clear_faults();
    let before = world.sent().len();
    world.update(KIND, &object, &config).await;
    assert_eq!(since(&world, before), ["AttachRolePolicy"]);
}
