//! Pod identity associations on the sandbox.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use super::KIND;
use crate::provider::ProviderErrorKind;
use crate::provider::aws::eks::testing::{OTHER, ROLE, calls, with_cluster};
use crate::provider::aws::testing::config_of;
use crate::sandbox::Fault;
use crate::schema::Identity;
use crate::value::to_json;
use serde_json::{Value as Json, json};

const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#;

fn association(more: Json) -> String {
    let mut config = json!({
        "cluster_name": "main", "namespace": "default", "service_account": "app", "role_arn": ROLE,
    });
    let Json::Object(more) = more else {
        unreachable!("arguments are an object");
    };
    for (name, value) in more {
        config[name.as_str()] = value;
    }
    config.to_string()
}

#[tokio::test]
async fn an_association_is_made_imported_and_deleted() {
    let world = with_cluster(json!({})).await;
    let made = world
        .create(KIND, &association(json!({ "tags": { "a": "1" } })))
        .await;
    assert_eq!(
        calls(&world),
        [
            "CreatePodIdentityAssociation",
            "DescribePodIdentityAssociation"
        ]
    );
    let json = to_json(&made);
    let id = json["association_id"].as_str().unwrap().to_owned();
    assert!(id.starts_with("a-"), "{id}");
    let arn = format!("arn:aws:eks:us-east-1:123456789012:podidentityassociation/main/{id}");
    for (name, value) in [
        ("id", json!(id)),
        ("association_arn", json!(arn)),
        ("disable_session_tags", json!(false)),
        ("external_id", json!(null)),
        ("tags_all", json!({ "a": "1" })),
    ] {
        assert_eq!(json[name], value, "{name}");
    }
    for import in [format!("main,{id}"), "main,default/app".to_owned()] {
        let imported = world.import(KIND, &import).await.unwrap();
        assert_eq!(to_json(&imported)["id"], json!(id), "{import}");
    }
    assert!(world.import(KIND, "main,default/none").await.is_none());
    assert!(world.import(KIND, "main,a-none").await.is_none());
    let wrong = KIND
        .find(&world.context, &Identity("main".into()))
        .await
        .unwrap_err();
    assert_eq!(wrong.kind, ProviderErrorKind::InvalidInput);
    world.delete(KIND, &made).await;
}

#[tokio::test]
async fn the_identity_is_the_service_account() {
    let world = with_cluster(json!({})).await;
    let planned = world.plan(KIND, &association(json!({})), None).await;
    let facts = crate::schema::Facts {
        region: "us-east-1".into(),
        ..Default::default()
    };
    let identity = KIND.rules().identity(&planned, &facts);
    assert_eq!(identity, Some(Identity("main,default/app".into())));
    let elsewhere = crate::schema::Facts {
        region: "eu-west-1".into(),
        ..Default::default()
    };
    let identity = KIND.rules().identity(&planned, &elsewhere);
    assert_eq!(
        identity,
        Some(Identity("main,default/app@us-east-1".into()))
    );
}

#[tokio::test]
async fn roles_tags_and_policy_change_in_place() {
    for (change, sent) in [
        (json!({ "role_arn": OTHER }), "UpdatePodIdentityAssociation"),
        (
            json!({ "target_role_arn": "arn:aws:iam::999999999999:role/there" }),
            "UpdatePodIdentityAssociation",
        ),
        (
            json!({ "disable_session_tags": true, "policy": POLICY }),
            "UpdatePodIdentityAssociation",
        ),
        (json!({ "tags": { "a": "1" } }), "TagResource"),
    ] {
        let world = with_cluster(json!({})).await;
        let made = world.create(KIND, &association(json!({}))).await;
        let before = calls(&world).len();
        let changed = world
            .update(KIND, &made, &association(change.clone()))
            .await;
        let mut after = calls(&world).split_off(before);
        after.retain(|name| !name.starts_with("Describe"));
        assert_eq!(after, [sent], "{change}");
        let changed = to_json(&changed);
        assert_ne!(changed, to_json(&made), "{change}");
        let target = change.get("target_role_arn").is_some();
        assert_eq!(changed["external_id"].is_string(), target, "{change}");
    }
}

#[tokio::test]
async fn what_cannot_be_taken_away_needs_another_association() {
    let world = with_cluster(json!({})).await;
    let target = "arn:aws:iam::999999999999:role/there";
    let with = json!({ "target_role_arn": target, "disable_session_tags": true, "policy": POLICY });
    let made = world.create(KIND, &association(with)).await;
    let planned = world.plan(KIND, &association(json!({})), Some(&made)).await;
    let paths = KIND.rules().replacements(made.value(), &planned);
    let paths: Vec<String> = paths.iter().map(ToString::to_string).collect();
    assert_eq!(paths, ["policy", "target_role_arn"]);
    let block = &KIND.schema().block;
    for name in ["cluster_name", "namespace", "service_account"] {
        assert!(
            block.attribute(name).unwrap().requires_replacement,
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_policy_spelled_another_way_is_the_same() {
    let world = with_cluster(json!({})).await;
    let with =
        |policy: &str| association(json!({ "disable_session_tags": true, "policy": policy }));
    let made = world.create(KIND, &with(POLICY)).await;
    let spelled = POLICY.replace("\"s3:GetObject\"", "[\"s3:GetObject\"]");
    let planned = world.plan(KIND, &with(&spelled), Some(&made)).await;
    assert_eq!(crate::plan::differences(made.value(), &planned), []);
}

#[tokio::test]
async fn a_role_that_eks_does_not_see_yet_is_waited_for() {
    let world = with_cluster(json!({})).await;
    world.sandbox.inject(Fault::fail_nth(
        "eks",
        "CreatePodIdentityAssociation",
        1,
        400,
        "InvalidParameterException",
        "Role provided in the request does not exist.",
    ));
    world.create(KIND, &association(json!({}))).await;
}

#[tokio::test]
async fn refusals_are_told() {
    let world = with_cluster(json!({})).await;
    world.create(KIND, &association(json!({}))).await;
    let twice = world
        .try_create(KIND, &association(json!({ "role_arn": OTHER })))
        .await;
    assert_eq!(twice.error.unwrap().kind, ProviderErrorKind::AlreadyExists);
    let foreign = json!({ "service_account": "b", "role_arn": "arn:aws:iam::999999999999:role/x" });
    let foreign = world.try_create(KIND, &association(foreign)).await;
    assert_eq!(foreign.error.unwrap().kind, ProviderErrorKind::Denied);
}

#[test]
fn arguments_are_checked() {
    for (more, expected) in [
        (
            json!({ "role_arn": "x" }),
            "\"role_arn\" (x) is an invalid ARN",
        ),
        (json!({ "policy": POLICY }), "Missing required argument"),
        (
            json!({ "policy": "[]", "disable_session_tags": true }),
            "\"policy\" contains an invalid JSON policy",
        ),
    ] {
        let config = config_of(KIND.schema(), &association(more));
        let problems = KIND.rules().validate(&config);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].summary.starts_with(expected), "{problems:?}");
    }
}
