//! Roles of services on the sandbox.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use super::KIND;
use crate::provider::aws::testing::{World, config_of};
use crate::provider::{ProviderErrorKind, Recorded};
use crate::sandbox::{Fault, Seed};
use crate::schema::Identity;
use crate::value::{Known, Marks, Value, to_json};
use serde_json::{Value as Json, json};

const ARN: &str =
    "arn:aws:iam::123456789012:role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot";

fn spot(more: Json) -> String {
    let mut config = json!({ "aws_service_name": "spot.amazonaws.com" });
    let Json::Object(more) = more else {
        unreachable!("arguments are an object");
    };
    for (name, value) in more {
        config[name.as_str()] = value;
    }
    config.to_string()
}

fn since(world: &World, before: usize) -> Vec<String> {
    let mut sent = world.sent().split_off(before);
    sent.retain(|name| name != "GetRole");
    sent
}

#[tokio::test]
async fn a_role_is_made_imported_and_deleted_when_the_service_has_done_so() {
    let world = World::new().await;
    let config = spot(json!({ "description": "spot", "tags": { "a": "1" } }));
    let planned = world.plan(KIND, &config, None).await;
    assert!(
        planned.get("arn").unwrap().is_unknown(),
        "the service names it"
    );
    let path = Value::string("/aws-service-role/spot.amazonaws.com/").marked(Marks::PREDICTED);
    assert_eq!(planned.get("path"), Some(&path));
    let before = world.sent().len();
    let made = world.create(KIND, &config).await;
    assert_eq!(
        since(&world, before),
        ["CreateServiceLinkedRole", "TagRole"]
    );
    assert_eq!(
        to_json(&made),
        json!({
            "arn": ARN,
            "aws_service_name": "spot.amazonaws.com",
            "create_date": "2026-01-01T00:00:00Z",
            "custom_suffix": null,
            "description": "spot",
            "id": ARN,
            "name": "AWSServiceRoleForEC2Spot",
            "path": "/aws-service-role/spot.amazonaws.com/",
            "tags": { "a": "1" },
            "tags_all": { "a": "1" },
            "unique_id": made.text("unique_id"),
        })
    );
    assert_eq!(world.import(KIND, ARN).await, Some(made.clone()));
    let (before, start) = (world.sent().len(), world.sandbox.now());
    let recorded = Recorded::from(made.clone());
    KIND.delete(&world.context, &recorded).await.unwrap();
    let status = "GetServiceLinkedRoleDeletionStatus";
    assert_eq!(
        since(&world, before),
        ["DeleteServiceLinkedRole", status, status, status]
    );
    assert_eq!((world.sandbox.now() - start).as_secs(), 10);
    world.delete(KIND, &made).await;
}

#[tokio::test]
async fn description_and_tags_change_in_place() {
    let world = World::new().await;
    let made = world.create(KIND, &spot(json!({}))).await;
    let before = world.sent().len();
    let config = spot(json!({ "description": "new", "tags": { "a": "1" } }));
    let changed = world.update(KIND, &made, &config).await;
    assert_eq!(since(&world, before), ["UpdateRole", "TagRole"]);
    let before = world.sent().len();
    world.update(KIND, &changed, &spot(json!({}))).await;
    assert_eq!(since(&world, before), ["UpdateRole", "UntagRole"]);
}

#[tokio::test]
async fn a_suffix_is_read_from_the_name() {
    let world = World::new().await;
    let config =
        json!({ "aws_service_name": "autoscaling.amazonaws.com", "custom_suffix": "blue" });
    let made = world.create(KIND, &config.to_string()).await;
    assert_eq!(made.text("name"), Some("AWSServiceRoleForAutoScaling_blue"));
    assert_eq!(made.text("custom_suffix"), Some("blue"));
    for name in ["aws_service_name", "custom_suffix"] {
        let attribute = KIND.schema().block.attribute(name).unwrap();
        assert!(attribute.requires_replacement, "{name}");
    }
}

#[tokio::test]
async fn a_suffix_that_the_service_gives_is_no_change() {
    let world = World::new().await;
    let service = "dynamodb.application-autoscaling.amazonaws.com";
    let name = "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable";
    let json = json!({
        "aws_service_name": service, "custom_suffix": "DynamoDBTable", "name": name, "tags_all": {},
        "path": format!("/aws-service-role/{service}/"),
    });
    let prior = Known::new(&config_of(KIND.schema(), &json.to_string())).unwrap();
    let config = json!({ "aws_service_name": service }).to_string();
    assert_eq!(
        &world.plan(KIND, &config, Some(&prior)).await,
        prior.value()
    );
}

#[tokio::test]
async fn a_role_that_is_there_is_imported_not_taken() {
    let world = World::new().await;
    world.create(KIND, &spot(json!({}))).await;
    let error = world
        .try_create(KIND, &spot(json!({})))
        .await
        .error
        .unwrap();
    assert_eq!(error.kind, ProviderErrorKind::AlreadyExists);
    assert!(error.message.contains("import it by its ARN"), "{error}");
    for id in [
        "AWSServiceRoleForEC2Spot",
        "arn:aws:iam::123456789012:role/app",
    ] {
        let identity = Identity(id.to_owned());
        let error = KIND.find(&world.context, &identity).await.unwrap_err();
        assert_eq!(error.kind, ProviderErrorKind::InvalidInput, "{id}");
    }
}

#[tokio::test]
async fn a_role_that_the_service_needs_is_not_deleted_and_why_is_told() {
    let seed = Seed::parse(r#"{ "clusters": [{ "name": "main" }] }"#).unwrap();
    let world = World::with("{}", Some(seed)).await;
    let config = json!({ "aws_service_name": "eks.amazonaws.com" }).to_string();
    let made = world.create(KIND, &config).await;
    let recorded = Recorded::from(made.clone());
    let error = KIND.delete(&world.context, &recorded).await.unwrap_err();
    assert_eq!(error.kind, ProviderErrorKind::Conflict);
    assert!(
        error.message.contains("cluster/main in us-east-1"),
        "{error}"
    );
    assert_eq!(world.read(KIND, &made).await, Some(made));
}

#[tokio::test]
async fn a_half_made_role_is_recorded_and_finished() {
    let world = World::new().await;
    world.sandbox.inject(Fault::deny("iam", "TagRole"));
    let config = spot(json!({ "tags": { "a": "1" } }));
    let outcome = world.try_create(KIND, &config).await;
    assert_eq!(outcome.error.unwrap().kind, ProviderErrorKind::Denied);
    let object = outcome.object.unwrap().object;
    assert_eq!(object.text("id"), Some(ARN));
    world.sandbox.clear_faults();
    let finished = world.update(KIND, &object, &config).await;
    assert_eq!(to_json(&finished)["tags_all"], json!({ "a": "1" }));
}

#[test]
fn arguments_are_checked() {
    let config = config_of(KIND.schema(), r#"{ "aws_service_name": "spot" }"#);
    let problems = KIND.rules().validate(&config);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(
        problems[0]
            .summary
            .contains("must be a full service hostname")
    );
}
