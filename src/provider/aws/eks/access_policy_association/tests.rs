//! Associations of access policies on the sandbox.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use super::KIND;
use crate::provider::ProviderErrorKind;
use crate::provider::aws::eks::testing::{ROLE, calls, with_cluster};
use crate::provider::aws::testing::{World, config_of};
use crate::sandbox::Fault;
use crate::schema::Identity;
use crate::value::to_json;
use serde_json::{Value as Json, json};
use std::time::Duration;

const VIEW: &str = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy";

async fn with_entry() -> World {
    with_cluster(json!({ "access_entries": [{ "principalArn": ROLE }] })).await
}

fn association(scope: Json) -> String {
    let mut config = json!({ "cluster_name": "main", "principal_arn": ROLE, "policy_arn": VIEW });
    config["access_scope"] = Json::from(vec![scope]);
    config.to_string()
}

#[tokio::test]
async fn a_policy_is_associated_imported_and_taken_away() {
    let world = with_entry().await;
    let made = world
        .create(KIND, &association(json!({ "type": "cluster" })))
        .await;
    assert_eq!(
        calls(&world),
        ["AssociateAccessPolicy", "ListAssociatedAccessPolicies"]
    );
    let json = to_json(&made);
    let id = format!("main#{ROLE}#{VIEW}");
    assert_eq!(json["id"], json!(id));
    let since = json["associated_at"].as_str().unwrap();
    assert!(since.ends_with(" +0000 UTC"), "{since}");
    let imported = world.import(KIND, &id).await.unwrap();
    assert_eq!(to_json(&imported)["access_scope"][0]["type"], "cluster");
    let other = format!("main#{ROLE}#arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy");
    assert!(world.import(KIND, &other).await.is_none());
    assert!(
        world
            .import(KIND, &format!("none#{ROLE}#{VIEW}"))
            .await
            .is_none()
    );
    let wrong = KIND
        .find(&world.context, &Identity(format!("main#{ROLE}")))
        .await;
    let wrong = wrong.unwrap_err();
    assert_eq!(wrong.kind, ProviderErrorKind::InvalidInput);
    assert!(
        wrong
            .message
            .ends_with("expected cluster-name#principal-arn#policy-arn"),
        "{wrong}"
    );
    world.delete(KIND, &made).await;
}

#[tokio::test]
async fn the_scope_changes_in_place_and_everything_else_needs_another() {
    let world = with_entry().await;
    let made = world
        .create(KIND, &association(json!({ "type": "cluster" })))
        .await;
    world.sandbox.sleep(Duration::from_mins(1)).unwrap();
    let before = calls(&world).len();
    let scope = json!({ "type": "namespace", "namespaces": ["a", "b"] });
    let changed = world.update(KIND, &made, &association(scope)).await;
    assert_eq!(calls(&world)[before], "AssociateAccessPolicy");
    let (made, changed) = (to_json(&made), to_json(&changed));
    assert_eq!(changed["access_scope"][0]["namespaces"], json!(["a", "b"]));
    assert_eq!(changed["associated_at"], made["associated_at"]);
    assert_ne!(changed["modified_at"], made["modified_at"]);
    let block = &KIND.schema().block;
    for name in ["cluster_name", "policy_arn", "principal_arn"] {
        assert!(
            block.attribute(name).unwrap().requires_replacement,
            "{name}"
        );
    }
}

#[tokio::test]
async fn an_entry_that_eks_does_not_see_yet_is_waited_for() {
    let world = with_entry().await;
    world.sandbox.inject(Fault::fail_nth(
        "eks",
        "AssociateAccessPolicy",
        1,
        404,
        "ResourceNotFoundException",
        "The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'.",
    ));
    world
        .create(KIND, &association(json!({ "type": "cluster" })))
        .await;
}

#[tokio::test]
async fn refusals_are_told() {
    let world =
        with_cluster(json!({ "access_entries": [{ "principalArn": ROLE, "type": "EC2_LINUX" }] }))
            .await;
    let outcome = world
        .try_create(KIND, &association(json!({ "type": "cluster" })))
        .await;
    let error = outcome.error.unwrap();
    assert_eq!(
        error.doing,
        format!("creating EKS Access Policy Association (main#{ROLE}#{VIEW})")
    );
    assert!(error.message.contains("of type EC2_LINUX"), "{error}");
    assert!(outcome.object.is_none());
}

#[test]
fn arguments_are_checked() {
    for (scope, expected) in [
        (json!({ "type": "all" }), "expected type to be one of"),
        (
            json!({ "type": "cluster", "namespaces": ["a"] }),
            "Conflicting configuration arguments",
        ),
        (json!({ "type": "namespace" }), "Missing required argument"),
    ] {
        let config = config_of(KIND.schema(), &association(scope));
        let problems = KIND.rules().validate(&config);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].summary.starts_with(expected), "{problems:?}");
    }
    let mut iam: Json = serde_json::from_str(&association(json!({ "type": "cluster" }))).unwrap();
    iam["policy_arn"] = json!("arn:aws:iam::aws:policy/AmazonEKSViewPolicy");
    let problems = KIND
        .rules()
        .validate(&config_of(KIND.schema(), &iam.to_string()));
    assert_eq!(problems.len(), 1, "{problems:?}");
}
