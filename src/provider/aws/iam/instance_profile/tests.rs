//! Instance profiles on the sandbox.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use super::KIND;
use crate::provider::ProviderErrorKind;
use crate::provider::aws::iam::role;
use crate::provider::aws::testing::{World, config_of};
use crate::sandbox::Fault;
use crate::value::{Marks, Value, to_json};
use serde_json::{Value as Json, json};
use std::time::Duration;

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

async fn world_with_roles() -> World {
    let world = World::new().await;
    for name in ["blue", "green"] {
        let config = json!({ "name": name, "assume_role_policy": TRUST }).to_string();
        world.create(role::KIND, &config).await;
    }
    world
}

fn profile(role: &Json) -> String {
    json!({ "name": "node", "role": role }).to_string()
}

fn since(world: &World, before: usize) -> Vec<String> {
    let mut sent = world.sent().split_off(before);
    sent.retain(|name| name != "GetInstanceProfile");
    sent
}

#[tokio::test]
async fn a_profile_is_made_with_its_role_imported_and_deleted() {
    let world = world_with_roles().await;
    let config = json!({ "name": "node", "path": "/nodes/", "role": "blue", "tags": { "a": "1" } });
    let planned = world.plan(KIND, &config.to_string(), None).await;
    let arn = "arn:aws:iam::123456789012:instance-profile/nodes/node";
    let predicted = Value::string(arn).marked(Marks::PREDICTED);
    assert_eq!(planned.get("arn"), Some(&predicted));
    let before = world.sent().len();
    let made = world.create(KIND, &config.to_string()).await;
    assert_eq!(
        since(&world, before),
        ["CreateInstanceProfile", "AddRoleToInstanceProfile"]
    );
    assert_eq!(
        to_json(&made),
        json!({
            "arn": arn,
            "create_date": "2026-01-01T00:00:00Z",
            "id": "node",
            "name": "node",
            "name_prefix": null,
            "path": "/nodes/",
            "role": "blue",
            "tags": { "a": "1" },
            "tags_all": { "a": "1" },
            "unique_id": made.text("unique_id"),
        })
    );
    assert_eq!(world.import(KIND, "node").await, Some(made.clone()));
    assert_eq!(world.import(KIND, "other").await, None);
    let before = world.sent().len();
    world.delete(KIND, &made).await;
    assert_eq!(
        since(&world, before)[..2],
        ["RemoveRoleFromInstanceProfile", "DeleteInstanceProfile"]
    );
}

#[tokio::test]
async fn the_role_changes_in_place() {
    let world = world_with_roles().await;
    let none = world.create(KIND, &profile(&Json::Null)).await;
    let (add, remove) = ("AddRoleToInstanceProfile", "RemoveRoleFromInstanceProfile");
    let mut last = none;
    for (role, calls) in [
        (json!("blue"), vec![add]),
        (json!("green"), vec![remove, add]),
        (Json::Null, vec![remove]),
    ] {
        let before = world.sent().len();
        last = world.update(KIND, &last, &profile(&role)).await;
        assert_eq!(since(&world, before), calls, "{role}");
        assert_eq!(to_json(&last)["role"], role);
    }
}

#[tokio::test]
async fn tags_change_in_place() {
    let world = world_with_roles().await;
    let tagged = |tags: Json| json!({ "name": "node", "tags": tags }).to_string();
    let made = world
        .create(KIND, &tagged(json!({ "a": "1", "b": "2" })))
        .await;
    let before = world.sent().len();
    let config = tagged(json!({ "a": "2" }));
    world.update(KIND, &made, &config).await;
    assert_eq!(
        since(&world, before),
        ["UntagInstanceProfile", "TagInstanceProfile"]
    );
}

#[tokio::test]
async fn a_role_that_was_changed_by_others_is_read() {
    let world = world_with_roles().await;
    let made = world.create(KIND, &profile(&json!("blue"))).await;
    let change = json!({ "Roles": ["green"] });
    world
        .sandbox
        .set("iam/instance-profile/node", &change)
        .unwrap();
    let read = world.read(KIND, &made).await.unwrap();
    assert_eq!(read.text("role"), Some("green"));
    let planned = world
        .plan(KIND, &profile(&json!("blue")), Some(&read))
        .await;
    assert_eq!(planned.get("role"), Some(&Value::string("blue")));
    // A profile loses its role when that is deleted.
    world.sandbox.remove("iam/role/green").unwrap();
    assert_eq!(world.read(KIND, &made).await.unwrap().text("role"), None);
    world.sandbox.remove("iam/instance-profile/node").unwrap();
    assert_eq!(world.read(KIND, &made).await, None);
}

#[tokio::test]
async fn role_and_profile_that_are_not_visible_yet_are_waited_for() {
    let world = World::new().await;
    world.sandbox.delay_visibility(Duration::from_secs(9));
    let config = json!({ "name": "blue", "assume_role_policy": TRUST }).to_string();
    let planned = world.plan(role::KIND, &config, None).await;
    role::KIND.create(&world.context, &planned).await;
    let made = world.create(KIND, &profile(&json!("blue"))).await;
    assert_eq!(made.text("role"), Some("blue"));
}

#[tokio::test]
async fn a_half_made_profile_is_recorded_and_finished() {
    let world = world_with_roles().await;
    let fault = Fault::deny("iam", "AddRoleToInstanceProfile");
    world.sandbox.inject(fault);
    let outcome = world.try_create(KIND, &profile(&json!("blue"))).await;
    assert_eq!(outcome.error.unwrap().kind, ProviderErrorKind::Denied);
    let object = outcome.object.unwrap().object;
    assert_eq!(
        (object.text("id"), object.text("role")),
        (Some("node"), None)
    );
    world.sandbox.clear_faults();
    let finished = world.update(KIND, &object, &profile(&json!("blue"))).await;
    assert_eq!(finished.text("role"), Some("blue"));
}

#[test]
fn arguments_are_checked() {
    for (config, expected) in [
        (
            json!({ "role": "arn:aws:iam::123456789012:role/a" }),
            "\"role\" must be the role's name not its ARN",
        ),
        (json!({ "path": "nodes" }), "invalid value for path: nodes"),
        (
            json!({ "name": "a b" }),
            "invalid value for name (must match [\\w+=,.@-])",
        ),
    ] {
        let config = config_of(KIND.schema(), &config.to_string());
        let problems = KIND.rules().validate(&config);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!(problems[0].summary, expected);
    }
}
