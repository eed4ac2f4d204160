//! Access entries on the sandbox.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use super::KIND;
use crate::provider::ProviderErrorKind;
use crate::provider::aws::eks::testing::{ROLE, calls, with_cluster};
use crate::provider::aws::testing::config_of;
use crate::sandbox::Fault;
use crate::schema::Identity;
use crate::value::to_json;
use serde_json::{Value as Json, json};
use std::time::Duration;

fn entry(more: Json) -> String {
    let mut config = json!({ "cluster_name": "main", "principal_arn": ROLE });
    let Json::Object(more) = more else {
        unreachable!("arguments are an object");
    };
    for (name, value) in more {
        config[name.as_str()] = value;
    }
    config.to_string()
}

#[tokio::test]
async fn an_entry_is_made_imported_and_deleted() {
    let world = with_cluster(json!({})).await;
    let made = world
        .create(
            KIND,
            &entry(json!({ "kubernetes_groups": ["team"], "tags": { "a": "1" } })),
        )
        .await;
    assert_eq!(
        calls(&world),
        ["CreateAccessEntry", "DescribeAccessEntry"],
        "one to make it, one to read it back"
    );
    let json = to_json(&made);
    for (name, value) in [
        ("id", json!(format!("main:{ROLE}"))),
        ("type", json!("STANDARD")),
        ("region", json!("us-east-1")),
        ("kubernetes_groups", json!(["team"])),
        ("tags_all", json!({ "a": "1" })),
        (
            "user_name",
            json!("arn:aws:sts::123456789012:assumed-role/app/{{SessionName}}"),
        ),
        ("timeouts", json!(null)),
    ] {
        assert_eq!(json[name], value, "{name}");
    }
    let arn = json["access_entry_arn"].as_str().unwrap();
    let start = "arn:aws:eks:us-east-1:123456789012:access-entry/main/role/123456789012/app/";
    assert!(arn.starts_with(start), "{arn}");
    for id in [format!("main:{ROLE}"), format!("main:{ROLE}@us-east-1")] {
        let imported = world.import(KIND, &id).await.unwrap();
        assert_eq!(to_json(&imported)["id"], json["id"]);
    }
    assert!(
        world
            .import(KIND, "main:arn:aws:iam::123456789012:role/no")
            .await
            .is_none()
    );
    assert!(world.import(KIND, &format!("none:{ROLE}")).await.is_none());
    world.delete(KIND, &made).await;
}

#[tokio::test]
async fn an_import_id_of_another_form_is_refused() {
    let world = with_cluster(json!({})).await;
    for id in ["main", "main:", ":arn"] {
        let found = KIND.find(&world.context, &Identity(id.to_owned())).await;
        let error = found.unwrap_err();
        assert_eq!(error.kind, ProviderErrorKind::InvalidInput);
        assert!(
            error
                .message
                .ends_with("expected cluster-name:principal-arn"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn groups_name_and_tags_change_in_place() {
    for (change, sent) in [
        (
            json!({ "kubernetes_groups": ["a"] }),
            vec!["UpdateAccessEntry"],
        ),
        (
            json!({ "user_name": "team:{{SessionName}}", "tags": { "a": "1" } }),
            vec!["UpdateAccessEntry", "TagResource"],
        ),
        (json!({ "tags": { "a": "2" } }), vec!["TagResource"]),
        (json!({ "timeouts": { "create": "1m" } }), vec![]),
    ] {
        let world = with_cluster(json!({})).await;
        let made = world.create(KIND, &entry(json!({}))).await;
        world.sandbox.sleep(Duration::from_mins(1)).unwrap();
        let before = calls(&world).len();
        let changed = world.update(KIND, &made, &entry(change.clone())).await;
        let mut after = calls(&world).split_off(before);
        after.retain(|name| !name.starts_with("Describe"));
        assert_eq!(after, sent, "{change}");
        assert_ne!(to_json(&changed), to_json(&made), "{change}");
    }
}

#[tokio::test]
async fn principal_cluster_and_type_need_another_entry() {
    let block = &KIND.schema().block;
    for name in ["cluster_name", "principal_arn", "type"] {
        assert!(
            block.attribute(name).unwrap().requires_replacement,
            "{name}"
        );
    }
    let ties = KIND.rules().ties();
    assert!(ties.iter().any(|tie| tie.resource_type == "aws_iam_role"));
}

#[tokio::test]
async fn a_principal_that_eks_does_not_see_yet_is_waited_for() {
    let world = with_cluster(json!({})).await;
    world.sandbox.inject(Fault::fail_nth(
        "eks",
        "CreateAccessEntry",
        1,
        400,
        "InvalidParameterException",
        "The specified principalArn is invalid: invalid principal.",
    ));
    world.create(KIND, &entry(json!({}))).await;
    assert_eq!(
        calls(&world)[..2],
        ["CreateAccessEntry", "CreateAccessEntry"]
    );
    let told = world.told.lock().unwrap().join("\n");
    assert!(told.contains("to become visible to EKS"), "{told}");
}

#[tokio::test]
async fn a_lost_reply_makes_no_second_entry() {
    let world = with_cluster(json!({})).await;
    world.sandbox.inject(Fault {
        times: Some(1),
        ..Fault::lose_reply("eks", "CreateAccessEntry")
    });
    world.create(KIND, &entry(json!({}))).await;
}

#[tokio::test]
async fn a_cluster_that_knows_its_config_map_only_has_no_entries() {
    let world = with_cluster(json!({ "authentication_mode": "CONFIG_MAP" })).await;
    assert!(world.import(KIND, &format!("main:{ROLE}")).await.is_none());
    let error = world
        .try_create(KIND, &entry(json!({})))
        .await
        .error
        .unwrap();
    assert_eq!(error.kind, ProviderErrorKind::InvalidInput);
    assert!(error.message.contains("API_AND_CONFIG_MAP"), "{error}");
}

#[tokio::test]
async fn refusals_are_told() {
    let world = with_cluster(json!({})).await;
    let made = world.create(KIND, &entry(json!({}))).await;
    let twice = world.try_create(KIND, &entry(json!({}))).await;
    assert_eq!(twice.error.unwrap().kind, ProviderErrorKind::AlreadyExists);
    let linked = "arn:aws:iam::123456789012:role/aws-service-role/eks.amazonaws.com/AWSServiceRoleForAmazonEKS";
    let config = entry(json!({ "principal_arn": linked }));
    let error = world.try_create(KIND, &config).await.error.unwrap();
    assert!(error.message.contains("Service Linked Role"), "{error}");
    world.sandbox.inject(Fault::deny("eks", "TagResource"));
    let config = entry(json!({ "kubernetes_groups": ["a"], "tags": { "a": "1" } }));
    let planned = world.plan(KIND, &config, Some(&made)).await;
    let outcome = KIND.update(&world.context, &made.into(), &planned).await;
    assert_eq!(outcome.error.unwrap().kind, ProviderErrorKind::Denied);
    let half = to_json(&outcome.object.unwrap().object);
    assert_eq!(half["kubernetes_groups"], json!(["a"]));
    assert_eq!(half["tags_all"], json!({}));
}

#[test]
fn arguments_are_checked() {
    let check = |more: Json| {
        let config = config_of(KIND.schema(), &entry(more));
        KIND.rules().validate(&config)
    };
    for (more, expected) in [
        (
            json!({ "principal_arn": "x" }),
            "\"principal_arn\" (x) is an invalid ARN",
        ),
        (
            json!({ "principal_arn": "arn:aws:sts::123456789012:assumed-role/app/me" }),
            "\"principal_arn\" (arn:aws:sts::123456789012:assumed-role/app/me) is not the ARN of an IAM role or user",
        ),
        (json!({ "type": "X" }), "expected type to be one of"),
        (
            json!({ "type": "EC2_LINUX", "kubernetes_groups": ["a"] }),
            "Conflicting configuration arguments",
        ),
        (
            json!({ "kubernetes_groups": ["system:masters"] }),
            "invalid value for kubernetes_groups (must not begin with system:)",
        ),
        (
            json!({ "user_name": "aws:x" }),
            "invalid value for user_name (must not begin with aws:)",
        ),
        (
            json!({ "user_name": "{{SessionName}}" }),
            "invalid value for user_name ({{SessionName}} needs a colon before it)",
        ),
        (
            json!({ "timeouts": { "create": "soon" } }),
            "parsing timeout create",
        ),
    ] {
        let problems = check(more.clone());
        assert_eq!(problems.len(), 1, "{more}: {problems:?}");
        assert!(problems[0].summary.starts_with(expected), "{problems:?}");
    }
    assert_eq!(check(json!({ "user_name": "team:{{SessionName}}" })), []);
}
