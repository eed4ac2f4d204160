//! Attachments on the sandbox.
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
const POLICY: &str = "arn:aws:iam::aws:policy/PowerUserAccess";

async fn world_with_role() -> World {
    let world = World::new().await;
    let config = json!({ "name": "app", "assume_role_policy": TRUST }).to_string();
    world.create(role::KIND, &config).await;
    world
}

fn attachment() -> String {
    json!({ "role": "app", "policy_arn": POLICY }).to_string()
}

#[tokio::test]
async fn a_policy_is_attached_imported_and_detached() {
    let world = world_with_role().await;
    let made = world.create(KIND, &attachment()).await;
    let id = format!("app/{POLICY}");
    assert_eq!(
        to_json(&made),
        json!({ "id": id, "policy_arn": POLICY, "role": "app" })
    );
    assert_eq!(world.import(KIND, &id).await, Some(made.clone()));
    assert_eq!(
        world
            .import(KIND, "app/arn:aws:iam::aws:policy/Other")
            .await,
        None
    );
    assert_eq!(world.import(KIND, &format!("none/{POLICY}")).await, None);
    world.delete(KIND, &made).await;
}

#[tokio::test]
async fn the_id_that_older_providers_recorded_is_kept() {
    let world = world_with_role().await;
    let made = world.create(KIND, &attachment()).await;
    let mut json = to_json(&made);
    json["id"] = json!("app-20240101000000000000000001");
    let recorded = config_of(KIND.schema(), &json.to_string());
    let recorded = crate::value::Known::new(&recorded).unwrap();
    assert_eq!(world.read(KIND, &recorded).await, Some(recorded.clone()));
    let planned = world.plan(KIND, &attachment(), Some(&recorded)).await;
    assert_eq!(&planned, recorded.value());
}

#[tokio::test]
async fn another_policy_needs_another_attachment() {
    let world = world_with_role().await;
    let planned = world.plan(KIND, &attachment(), None).await;
    let id = Value::string(format!("app/{POLICY}")).marked(Marks::PREDICTED);
    assert_eq!(planned.get("id"), Some(&id));
    let attributes = ["role", "policy_arn"].map(|name| {
        let attribute = KIND.schema().block.attribute(name);
        attribute.unwrap().requires_replacement
    });
    assert_eq!(attributes, [true, true]);
}

#[tokio::test]
async fn what_goes_wrong_is_told() {
    let world = world_with_role().await;
    world
        .sandbox
        .inject(Fault::deny("iam", "ListAttachedRolePolicies"));
    let outcome = world.try_create(KIND, &attachment()).await;
    assert_eq!(outcome.error.unwrap().kind, ProviderErrorKind::Denied);
    assert!(outcome.object.is_some(), "it is attached");
    let malformed = Identity("app".to_owned());
    let error = KIND.find(&world.context, &malformed).await.unwrap_err();
    assert_eq!(error.kind, ProviderErrorKind::InvalidInput);
    for (config, summary) in [
        (
            json!({ "role": "app", "policy_arn": "x" }),
            "\"policy_arn\" (x) is an invalid ARN",
        ),
        (
            json!({ "role": "arn:aws:iam::123456789012:role/a", "policy_arn": POLICY }),
            "\"role\" must be the role's name not its ARN",
        ),
    ] {
        let config = config_of(KIND.schema(), &config.to_string());
        assert_eq!(KIND.rules().validate(&config)[0].summary, summary);
    }
}
