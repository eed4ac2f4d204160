//! Inline policies on the sandbox.
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
use crate::schema::Identity;
use crate::value::{Marks, Value, to_json};
use serde_json::json;

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"eks.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

async fn world_with_role() -> World {
    let world = World::new().await;
    let config = json!({ "name": "app", "assume_role_policy": TRUST }).to_string();
    world.create(role::KIND, &config).await;
    world
}

fn document(action: &str) -> String {
    json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": action, "Resource": "*" }] }).to_string()
}

fn policy(action: &str) -> String {
    json!({ "role": "app", "name": "read", "policy": document(action) }).to_string()
}

#[tokio::test]
async fn a_policy_is_made_changed_imported_and_deleted() {
    let world = world_with_role().await;
    let made = world.create(KIND, &policy("s3:Get*")).await;
    assert_eq!(
        to_json(&made),
        json!({ "id": "app:read", "name": "read", "name_prefix": null, "policy": document("s3:Get*"), "role": "app" })
    );
    assert_eq!(world.import(KIND, "app:read").await, Some(made.clone()));
    assert_eq!(world.import(KIND, "app:other").await, None);
    let changed = world.update(KIND, &made, &policy("s3:List*")).await;
    assert_eq!(changed.text("policy"), Some(document("s3:List*").as_str()));
    world.delete(KIND, &changed).await;
}

#[tokio::test]
async fn a_policy_goes_with_its_role() {
    let world = world_with_role().await;
    let made = world.create(KIND, &policy("s3:Get*")).await;
    let all = world.sandbox.inspect("").unwrap();
    let (address, _) = all.iter().find(|(a, _)| a.contains("app")).unwrap();
    world.sandbox.remove(address).unwrap();
    assert!(world.read(KIND, &made).await.is_none());
    world.delete(KIND, &made).await;
}

#[tokio::test]
async fn a_policy_in_other_words_is_no_change() {
    let world = world_with_role().await;
    let made = world.create(KIND, &policy("s3:Get*")).await;
    let spelled = r#"{ "Statement": { "Resource": ["*"], "Action": ["s3:Get*"], "Effect": "Allow" }, "Version": "2012-10-17" }"#;
    let config = json!({ "role": "app", "name": "read", "policy": spelled }).to_string();
    assert_eq!(&world.plan(KIND, &config, Some(&made)).await, made.value());
}

#[tokio::test]
async fn the_id_is_predicted_and_a_prefix_is_completed() {
    let world = world_with_role().await;
    let planned = world.plan(KIND, &policy("s3:Get*"), None).await;
    let id = Value::string("app:read").marked(Marks::PREDICTED);
    assert_eq!(planned.get("id"), Some(&id));
    let config = json!({ "role": "app", "name_prefix": "p-", "policy": document("s3:Get*") });
    let made = world.create(KIND, &config.to_string()).await;
    assert!(made.text("id").unwrap().starts_with("app:p-"));
}

#[tokio::test]
async fn a_half_made_policy_is_recorded() {
    let world = world_with_role().await;
    world.sandbox.inject(Fault::deny("iam", "GetRolePolicy"));
    let outcome = world.try_create(KIND, &policy("s3:Get*")).await;
    assert_eq!(outcome.error.unwrap().kind, ProviderErrorKind::Denied);
    assert_eq!(outcome.object.unwrap().object.text("id"), Some("app:read"));
}

#[tokio::test]
async fn refusals_are_told() {
    let world = world_with_role().await;
    let bad = json!({ "role": "app", "name": "read", "policy": "{}" }).to_string();
    let error = world.try_create(KIND, &bad).await.error.unwrap();
    assert_eq!(error.code, "MalformedPolicyDocument");
    let identity = Identity("app".to_owned());
    let error = KIND.find(&world.context, &identity).await.unwrap_err();
    assert_eq!(error.kind, ProviderErrorKind::InvalidInput);
}

#[test]
fn arguments_are_checked() {
    let large = document(&"a".repeat(10_300));
    for (config, expected) in [
        (
            json!({ "role": "arn:aws:iam::123456789012:role/app", "policy": "{}" }),
            "\"role\" must be the role's name not its ARN",
        ),
        (
            json!({ "role": "app", "policy": "x" }),
            "\"policy\" contains an invalid JSON: expected value at line 1 column 1",
        ),
        (
            json!({ "role": "app", "policy": large }),
            "IAM policy size exceeds the limit of 10240 characters",
        ),
    ] {
        let config = config_of(KIND.schema(), &config.to_string());
        let problems = KIND.rules().validate(&config);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!(problems[0].summary, expected);
    }
}
