//! Add-ons on the sandbox.
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
use crate::value::to_json;
use serde_json::{Value as Json, json};
use std::time::Duration;

fn addon(more: Json) -> String {
    let mut config = json!({ "cluster_name": "main", "addon_name": "coredns" });
    let Json::Object(more) = more else {
        unreachable!("arguments are an object");
    };
    for (name, value) in more {
        config[name.as_str()] = value;
    }
    config.to_string()
}

/// The calls since a point, but for those that only look.
fn changes(world: &crate::provider::aws::testing::World, since: usize) -> Vec<String> {
    let mut sent = calls(world).split_off(since);
    sent.retain(|name| !name.starts_with("Describe"));
    sent
}

#[tokio::test]
async fn an_addon_is_made_imported_and_deleted() {
    let world = with_cluster(json!({})).await;
    let made = world
        .create(KIND, &addon(json!({ "tags": { "a": "1" } })))
        .await;
    assert_eq!(changes(&world, 0), ["CreateAddon"]);
    let json = to_json(&made);
    for (name, value) in [
        ("id", json!("main:coredns")),
        ("addon_version", json!("v1.12.4-eksbuild.1")),
        ("namespace_config", json!([{ "namespace": "kube-system" }])),
        ("pod_identity_association", json!([])),
        ("preserve", json!(null)),
        ("tags_all", json!({ "a": "1" })),
    ] {
        assert_eq!(json[name], value, "{name}");
    }
    let told = world.told.lock().unwrap().join("\n");
    assert!(
        told.contains("waiting for EKS Add-On (main:coredns) create: CREATING"),
        "{told}"
    );
    let imported = world.import(KIND, "main:coredns").await.unwrap();
    assert_eq!(to_json(&imported)["arn"], json["arn"]);
    assert!(world.import(KIND, "main:vpc-cni").await.is_none());
    assert!(world.import(KIND, "none:coredns").await.is_none());
    world.delete(KIND, &made).await;
}

#[tokio::test]
async fn each_argument_changes_in_place() {
    for (change, sent) in [
        (
            json!({ "addon_version": "v1.12.3-eksbuild.1" }),
            vec!["UpdateAddon"],
        ),
        (
            json!({ "configuration_values": "{\"replicaCount\":4}" }),
            vec!["UpdateAddon"],
        ),
        (
            json!({ "service_account_role_arn": ROLE }),
            vec!["UpdateAddon"],
        ),
        (
            json!({ "pod_identity_association": [{ "role_arn": ROLE, "service_account": "coredns" }] }),
            vec!["UpdateAddon"],
        ),
        (json!({ "tags": { "a": "1" } }), vec!["TagResource"]),
        (json!({ "preserve": true }), vec![]),
        (json!({ "resolve_conflicts_on_update": "PRESERVE" }), vec![]),
    ] {
        let world = with_cluster(json!({})).await;
        let made = world.create(KIND, &addon(json!({}))).await;
        world.sandbox.sleep(Duration::from_mins(1)).unwrap();
        let before = calls(&world).len();
        let changed = world.update(KIND, &made, &addon(change.clone())).await;
        assert_eq!(changes(&world, before), sent, "{change}");
        assert_ne!(to_json(&changed), to_json(&made), "{change}");
    }
}

#[tokio::test]
async fn associations_of_an_addon_come_and_go_with_it() {
    let world = with_cluster(json!({})).await;
    let with = |roles: &[&str]| {
        let blocks: Vec<Json> = roles
            .iter()
            .map(|role| json!({ "role_arn": role, "service_account": "coredns" }))
            .collect();
        addon(json!({ "pod_identity_association": blocks }))
    };
    let made = world.create(KIND, &with(&[ROLE])).await;
    let changed = world.update(KIND, &made, &with(&[OTHER])).await;
    assert_eq!(
        to_json(&changed)["pod_identity_association"][0]["role_arn"],
        json!(OTHER)
    );
    let without = world.update(KIND, &changed, &with(&[])).await;
    assert_eq!(to_json(&without)["pod_identity_association"], json!([]));
    let left = world
        .sandbox
        .inspect("eks/pod-identity-association")
        .unwrap();
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test]
async fn what_stays_is_asked_for_when_deleting() {
    let world = with_cluster(json!({})).await;
    let made = world
        .create(KIND, &addon(json!({ "preserve": true })))
        .await;
    world.delete(KIND, &made).await;
    let block = &KIND.schema().block;
    for name in ["addon_name", "cluster_name"] {
        assert!(
            block.attribute(name).unwrap().requires_replacement,
            "{name}"
        );
    }
    let namespace = block.nested("namespace_config").unwrap();
    assert!(
        namespace
            .block
            .attribute("namespace")
            .unwrap()
            .requires_replacement
    );
}

#[tokio::test]
async fn a_conflict_stops_the_installation_and_the_next_run_installs_again() {
    let health = json!({ "coredns": [{ "code": "ConfigurationConflict", "message": "Conflicts found when trying to apply" }] });
    let world = with_cluster(json!({ "addon_health": health })).await;
    let outcome = world.try_create(KIND, &addon(json!({}))).await;
    let error = outcome.error.unwrap();
    assert_eq!(
        error.message,
        "unexpected state 'CREATE_FAILED': ConfigurationConflict: Conflicts found when trying to apply. \
         Consider setting resolve_conflicts_on_create to \"OVERWRITE\""
    );
    let half = outcome.object.unwrap().object;
    assert_eq!(to_json(&half)["addon_version"], json!(null));
    let read = world.read(KIND, &half).await.unwrap();
    let planned = world.plan(KIND, &addon(json!({})), Some(&read)).await;
    let left = crate::plan::differences(read.value(), &planned);
    let left: Vec<String> = left.iter().map(ToString::to_string).collect();
    assert_eq!(left, ["addon_version", "modified_at"]);
    let before = calls(&world).len();
    let config = addon(json!({ "resolve_conflicts_on_create": "OVERWRITE" }));
    let whole = world.update(KIND, &read, &config).await;
    assert_eq!(changes(&world, before), ["UpdateAddon"]);
    assert_eq!(whole.text("addon_version"), Some("v1.12.4-eksbuild.1"));
}

#[tokio::test]
async fn a_degraded_addon_is_waited_for_and_its_health_told() {
    let issue = json!({ "code": "InsufficientNumberOfReplicas", "message": "no nodes" });
    let world = with_cluster(json!({ "addon_health": { "coredns": [issue] } })).await;
    let outcome = world.try_create(KIND, &addon(json!({}))).await;
    let error = outcome.error.unwrap();
    assert_eq!(error.kind, ProviderErrorKind::Timeout);
    assert_eq!(
        error.message,
        "timeout after 20 minutes (state 'DEGRADED'): InsufficientNumberOfReplicas: no nodes"
    );
    let object = outcome.object.unwrap().object;
    assert_eq!(object.text("addon_version"), Some("v1.12.4-eksbuild.1"));
}

#[tokio::test]
async fn a_failed_update_tells_what_to_set() {
    let world = with_cluster(json!({})).await;
    let made = world.create(KIND, &addon(json!({}))).await;
    let health = json!({ "addonHealth": { "coredns": [{ "code": "ConfigurationConflict", "message": "x" }] } });
    world.sandbox.set("eks/cluster/main", &health).unwrap();
    let config = addon(json!({ "configuration_values": "{}" }));
    let planned = world.plan(KIND, &config, Some(&made)).await;
    let outcome = KIND.update(&world.context, &made.into(), &planned).await;
    let error = outcome.error.unwrap();
    assert!(
        error
            .message
            .starts_with("unexpected state 'Failed': ConfigurationConflict"),
        "{error}"
    );
    assert!(
        error
            .message
            .ends_with("resolve_conflicts_on_update to \"OVERWRITE\""),
        "{error}"
    );
    assert_eq!(
        to_json(&outcome.object.unwrap().object)["configuration_values"],
        json!("")
    );
}

#[tokio::test]
async fn refusals_are_told() {
    let world = with_cluster(json!({})).await;
    world.create(KIND, &addon(json!({}))).await;
    let twice = world.try_create(KIND, &addon(json!({}))).await;
    assert_eq!(twice.error.unwrap().kind, ProviderErrorKind::AlreadyExists);
    for (change, words) in [
        (json!({ "addon_name": "none" }), "is not supported"),
        (
            json!({ "addon_name": "vpc-cni", "addon_version": "v9.9.9-eksbuild.1" }),
            "Addon version specified is not supported",
        ),
        (
            json!({ "addon_name": "vpc-cni", "configuration_values": "{" }),
            "ConfigurationValue",
        ),
    ] {
        let error = world.try_create(KIND, &addon(change)).await.error.unwrap();
        assert_eq!(error.kind, ProviderErrorKind::InvalidInput);
        assert!(error.message.contains(words), "{error}");
    }
}

#[test]
fn arguments_are_checked() {
    let check = |more: Json| {
        KIND.rules()
            .validate(&config_of(KIND.schema(), &addon(more)))
    };
    for (more, expected) in [
        (
            json!({ "addon_version": "latest" }),
            "invalid value for addon_version",
        ),
        (
            json!({ "addon_version": "v01.2.3" }),
            "invalid value for addon_version",
        ),
        (
            json!({ "resolve_conflicts_on_create": "PRESERVE" }),
            "expected resolve_conflicts_on_create to be one of",
        ),
        (
            json!({ "service_account_role_arn": "x" }),
            "\"service_account_role_arn\" (x)",
        ),
        (
            json!({ "timeouts": { "update": "soon" } }),
            "parsing timeout update",
        ),
    ] {
        let problems = check(more);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].summary.starts_with(expected), "{problems:?}");
    }
    assert_eq!(check(json!({ "addon_version": "v1.12.4-eksbuild.1" })), []);
    assert_eq!(
        check(json!({ "resolve_conflicts_on_update": "PRESERVE" })),
        []
    );
}
