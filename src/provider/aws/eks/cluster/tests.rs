//! Clusters on the sandbox: the whole life, each argument, and what goes wrong on the way.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use super::{DATA, KIND};
use crate::provider::ProviderErrorKind;
use crate::provider::aws::iam::{role, role_policy_attachment};
use crate::provider::aws::testing::{World, config_of, done};
use crate::sandbox::Fault;
use crate::value::{Known, Marks, Value, to_json};
use serde_json::{Value as Json, json};
use std::time::Duration;

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"eks.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
const ROLE: &str = "arn:aws:iam::123456789012:role/cluster";

async fn world_with_role() -> World {
    let world = World::new().await;
    let role = json!({ "name": "cluster", "assume_role_policy": TRUST }).to_string();
    world.create(role::KIND, &role).await;
    let policy = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy";
    let attachment = json!({ "role": "cluster", "policy_arn": policy }).to_string();
    world
        .create(role_policy_attachment::KIND, &attachment)
        .await;
    world
}

fn cluster(more: Json) -> String {
    let mut config = json!({
        "name": "main",
        "role_arn": ROLE,
        "version": "1.34",
        "vpc_config": [{ "subnet_ids": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"] }],
    });
    let Json::Object(more) = more else {
        unreachable!("arguments are an object");
    };
    for (name, value) in more {
        config[name.as_str()] = value;
    }
    config.to_string()
}

fn vpc(more: Json) -> Json {
    let mut vpc = json!({ "subnet_ids": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"] });
    let Json::Object(more) = more else {
        unreachable!("arguments are an object");
    };
    for (name, value) in more {
        vpc[name.as_str()] = value;
    }
    json!([vpc])
}

#[tokio::test]
async fn a_cluster_is_made_imported_and_deleted() {
    let world = world_with_role().await;
    let made = world
        .create(KIND, &cluster(json!({ "tags": { "team": "a" } })))
        .await;
    let json = to_json(&made);
    for (name, value) in [
        (
            "arn",
            json!("arn:aws:eks:us-east-1:123456789012:cluster/main"),
        ),
        ("id", json!("main")),
        ("status", json!("ACTIVE")),
        ("region", json!("us-east-1")),
        ("version", json!("1.34")),
        ("bootstrap_self_managed_addons", json!(true)),
        ("deletion_protection", json!(false)),
        ("tags_all", json!({ "team": "a" })),
        ("timeouts", json!(null)),
    ] {
        assert_eq!(json[name], value, "{name}");
    }
    let issuer = json["identity"][0]["oidc"][0]["issuer"].as_str().unwrap();
    let prefix = "https://oidc.eks.us-east-1.amazonaws.com/id/";
    assert_eq!(issuer.strip_prefix(prefix).unwrap().len(), 32);
    assert!(json["certificate_authority"][0]["data"].is_string());
    assert!(json["vpc_config"][0]["vpc_id"].is_string());
    let told = world.told.lock().unwrap().clone();
    assert!(
        told.iter()
            .any(|text| text == "waiting for EKS Cluster (main) create: CREATING")
    );
    // An import has no words to keep: nothing is written as an empty list.
    let imported = world.import(KIND, "main").await.unwrap();
    let config = cluster(json!({ "tags": { "team": "a" } }));
    let planned = world.plan(KIND, &config, Some(&imported)).await;
    assert_eq!(crate::plan::differences(imported.value(), &planned), []);
    assert!(world.import(KIND, "main@eu-west-1").await.is_none());
    world.delete(KIND, &made).await;
}

#[tokio::test]
async fn what_follows_from_names_is_predicted_and_the_issuer_has_a_place() {
    let world = world_with_role().await;
    let planned = world.plan(KIND, &cluster(json!({})), None).await;
    let arn = Value::string("arn:aws:eks:us-east-1:123456789012:cluster/main");
    assert_eq!(planned.get("arn"), Some(&arn.marked(Marks::PREDICTED)));
    for name in [
        "endpoint",
        "platform_version",
        "access_config",
        "kubernetes_network_config",
    ] {
        assert!(planned.get(name).unwrap().is_unknown(), "{name}");
    }
    let identity = planned.get("identity").unwrap().as_elements().unwrap();
    let oidc = identity[0].get("oidc").unwrap().as_elements().unwrap();
    assert!(oidc[0].get("issuer").unwrap().is_unknown());
}

/// The three blocks of EKS Auto Mode.
fn auto_mode(on: bool) -> Json {
    json!({
        "compute_config": [{ "enabled": on, "node_pools": ["general-purpose"], "node_role_arn": ROLE }],
        "kubernetes_network_config": [{ "elastic_load_balancing": [{ "enabled": on }] }],
        "storage_config": [{ "block_storage": [{ "enabled": on }] }],
    })
}

#[tokio::test]
async fn what_was_added_can_be_taken_away() {
    let world = world_with_role().await;
    let with = json!({
        "remote_network_config": [{ "remote_node_networks": [{ "cidrs": ["10.1.0.0/16"] }], "remote_pod_networks": [{ "cidrs": ["10.2.0.0/16"] }] }],
        "zonal_shift_config": [{ "enabled": true }],
        "enabled_cluster_log_types": ["api"],
        "tags": { "a": "1" },
    });
    let made = world.create(KIND, &cluster(with)).await;
    let changed = to_json(&world.update(KIND, &made, &cluster(json!({}))).await);
    assert_eq!(changed["remote_network_config"], json!([]));
    assert_eq!(changed["enabled_cluster_log_types"], json!(null));
    assert_eq!(changed["tags_all"], json!({}));
}

#[tokio::test]
async fn auto_mode_is_switched_off_by_name() {
    let world = world_with_role().await;
    let made = world.create(KIND, &cluster(auto_mode(true))).await;
    let off = world.update(KIND, &made, &cluster(auto_mode(false))).await;
    assert_eq!(to_json(&off)["compute_config"][0]["enabled"], json!(false));
}

#[tokio::test]
async fn ways_that_eks_does_not_go_are_told_while_planning() {
    for (before, after, expected) in [
        (
            json!({ "version": "1.34" }),
            json!({ "version": "1.33" }),
            "Clusters are not downgraded",
        ),
        (
            json!({ "version": "1.33" }),
            json!({ "version": "1.35" }),
            "Clusters are upgraded by one minor version at a time",
        ),
        (
            json!({ "access_config": [{ "authentication_mode": "API" }] }),
            json!({ "access_config": [{ "authentication_mode": "API_AND_CONFIG_MAP" }] }),
            "The authentication mode goes one way",
        ),
        (
            json!({ "access_config": [{ "authentication_mode": "CONFIG_MAP" }] }),
            json!({ "access_config": [{ "authentication_mode": "API" }] }),
            "The authentication mode changes by one step at a time",
        ),
        (
            auto_mode(true),
            json!({}),
            "EKS Auto Mode is switched off by name",
        ),
        (
            json!({ "vpc_config": vpc(json!({ "control_plane_egress_mode": "CUSTOMER_ROUTED" })) }),
            json!({ "vpc_config": vpc(json!({ "control_plane_egress_mode": "AWS_MANAGED" })) }),
            "The control plane's egress goes one way",
        ),
    ] {
        let world = world_with_role().await;
        let made = world.create(KIND, &cluster(before)).await;
        let planned = world.plan(KIND, &cluster(after), Some(&made)).await;
        let problems = KIND.rules().refusals(made.value(), &planned);
        let summaries: Vec<&str> = problems.iter().map(|p| p.summary.as_str()).collect();
        assert_eq!(summaries, [expected]);
        let unchanged = KIND.rules().refusals(made.value(), made.value());
        assert_eq!(unchanged, []);
    }
}

#[tokio::test]
async fn each_argument_changes_in_place() {
    for (change, update) in [
        (json!({ "version": "1.35" }), "UpdateClusterVersion"),
        (
            json!({ "access_config": [{ "authentication_mode": "API_AND_CONFIG_MAP" }] }),
            "UpdateClusterConfig",
        ),
        (
            json!({ "enabled_cluster_log_types": ["api", "audit"] }),
            "UpdateClusterConfig",
        ),
        (
            json!({ "deletion_protection": true }),
            "UpdateClusterConfig",
        ),
        (
            json!({ "vpc_config": vpc(json!({ "endpoint_private_access": true })) }),
            "UpdateClusterConfig",
        ),
        (
            json!({ "vpc_config": vpc(json!({ "public_access_cidrs": ["192.0.2.0/24"] })) }),
            "UpdateClusterConfig",
        ),
        (
            json!({ "vpc_config": vpc(json!({ "security_group_ids": ["sg-0123456789abcdef0"] })) }),
            "UpdateClusterConfig",
        ),
        (
            json!({ "vpc_config": [{ "subnet_ids": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef2"] }] }),
            "UpdateClusterConfig",
        ),
        (
            json!({ "upgrade_policy": [{ "support_type": "STANDARD" }] }),
            "UpdateClusterConfig",
        ),
        (
            json!({ "zonal_shift_config": [{ "enabled": true }] }),
            "UpdateClusterConfig",
        ),
        (
            json!({ "vpc_config": vpc(json!({ "control_plane_egress_mode": "CUSTOMER_ROUTED" })) }),
            "UpdateClusterConfig",
        ),
        (json!(auto_mode(true)), "UpdateClusterConfig"),
        (
            json!({ "remote_network_config": [{ "remote_node_networks": [{ "cidrs": ["10.1.0.0/16"] }] }] }),
            "UpdateClusterConfig",
        ),
        (
            json!({ "control_plane_scaling_config": [{ "tier": "tier-xl" }] }),
            "UpdateClusterConfig",
        ),
        (
            json!({ "kube_api_server_config": [{ "event_ttl": "2h0m0s" }], "kube_scheduler_config": [{
                "node_resources_fit": [{ "scoring_strategy": [{ "type": "MostAllocated", "resource": [{ "name": "cpu", "weight": 3 }] }] }],
            }] }),
            "UpdateClusterConfig",
        ),
        (json!({ "tags": { "a": "1" } }), "TagResource"),
        (json!({ "force_update_version": true }), ""),
    ] {
        let world = world_with_role().await;
        let base = json!({ "access_config": [{ "authentication_mode": "CONFIG_MAP" }] });
        let made = world.create(KIND, &cluster(base.clone())).await;
        let before = world.sent().len();
        let mut config = base;
        for (name, value) in change.as_object().unwrap() {
            config[name] = value.clone();
        }
        let changed = world.update(KIND, &made, &cluster(config)).await;
        let mut sent = world.sent().split_off(before);
        sent.retain(|name| !name.starts_with("Describe"));
        let expected: Vec<&str> = Some(update).filter(|u| !u.is_empty()).into_iter().collect();
        assert_eq!(sent, expected, "{change}");
        assert_ne!(to_json(&changed), to_json(&made), "{change}");
    }
}

#[tokio::test]
async fn several_changes_follow_one_another() {
    let world = world_with_role().await;
    let made = world.create(KIND, &cluster(json!({}))).await;
    let config = cluster(json!({
        "version": "1.35",
        "enabled_cluster_log_types": ["api"],
        "vpc_config": vpc(json!({ "endpoint_private_access": true })),
        "tags": { "a": "1" },
    }));
    let changed = world.update(KIND, &made, &config).await;
    assert_eq!(changed.text("version"), Some("1.35"));
    let again = world
        .update(KIND, &changed, &cluster(json!({ "version": "1.35" })))
        .await;
    assert_eq!(to_json(&again)["enabled_cluster_log_types"], json!(null));
}

#[tokio::test]
async fn encryption_is_added_in_place_and_changed_by_replacement() {
    let world = world_with_role().await;
    let key = |id: &str| json!({ "encryption_config": [{ "provider": [{ "key_arn": format!("arn:aws:kms:us-east-1:123456789012:key/{id}") }], "resources": ["secrets"] }] });
    let made = world.create(KIND, &cluster(json!({}))).await;
    let changed = world.update(KIND, &made, &cluster(key("a"))).await;
    for config in [cluster(key("b")), cluster(json!({}))] {
        let planned = world.plan(KIND, &config, Some(&changed)).await;
        let paths = KIND.rules().replacements(changed.value(), &planned);
        assert_eq!(paths.len(), 1, "{config}");
    }
}

#[tokio::test]
async fn what_eks_cannot_do_is_refused_before_anything_changes() {
    let world = world_with_role().await;
    let made = world.create(KIND, &cluster(json!({}))).await;
    let before = world.sent().len();
    let config = cluster(json!({ "version": "1.33", "enabled_cluster_log_types": ["api"] }));
    let planned = world.plan(KIND, &config, Some(&made)).await;
    let outcome = KIND
        .update(&world.context, &made.clone().into(), &planned)
        .await;
    let error = outcome.error.unwrap();
    assert_eq!(error.kind, ProviderErrorKind::InvalidInput);
    assert!(
        error.message.contains("does not go back to 1.33"),
        "{error}"
    );
    assert_eq!(world.sent().split_off(before), ["DescribeCluster"]);
    assert_eq!(outcome.object.unwrap().object, made);
}

#[tokio::test]
async fn a_half_done_update_tells_what_is_there() {
    let world = world_with_role().await;
    let made = world.create(KIND, &cluster(json!({}))).await;
    world
        .sandbox
        .inject(Fault::deny("eks", "UpdateClusterConfig"));
    let config = cluster(json!({ "version": "1.35", "enabled_cluster_log_types": ["api"] }));
    let planned = world.plan(KIND, &config, Some(&made)).await;
    let outcome = KIND.update(&world.context, &made.into(), &planned).await;
    assert_eq!(outcome.error.unwrap().kind, ProviderErrorKind::Denied);
    let object = outcome.object.unwrap().object;
    assert_eq!(object.text("version"), Some("1.35"));
    assert_eq!(to_json(&object)["enabled_cluster_log_types"], json!(null));
}

#[tokio::test]
async fn a_role_that_eks_does_not_see_yet_is_waited_for() {
    let world = World::new().await;
    world.sandbox.delay_visibility(Duration::from_mins(1));
    let role = json!({ "name": "cluster", "assume_role_policy": TRUST }).to_string();
    let planned = world.plan(role::KIND, &role, None).await;
    // The role is made and not waited for, as another process would.
    let made = role::KIND.create(&world.context, &planned).await;
    done(made);
    let policy = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy";
    let refusal = Fault::fail_nth(
        "eks",
        "CreateCluster",
        1,
        400,
        "InvalidParameterException",
        "Role with arn: x, could not be assumed because it does not exist or the trusted entity is not correct",
    );
    world.sandbox.inject(refusal);
    let attachment = json!({ "role": "cluster", "policy_arn": policy }).to_string();
    world
        .create(role_policy_attachment::KIND, &attachment)
        .await;
    let made = world.create(KIND, &cluster(json!({}))).await;
    assert_eq!(made.text("status"), Some("ACTIVE"));
}

#[tokio::test]
async fn a_cluster_that_takes_too_long_is_recorded() {
    let world = world_with_role().await;
    let config = cluster(json!({ "timeouts": { "create": "2m" } }));
    let outcome = world.try_create(KIND, &config).await;
    let error = outcome.error.unwrap();
    assert_eq!(error.kind, ProviderErrorKind::Timeout);
    assert_eq!(error.message, "timeout after 2 minutes (state 'CREATING')");
    let object = outcome.object.unwrap().object;
    assert_eq!(object.text("status"), Some("CREATING"));
    assert_eq!(to_json(&object)["timeouts"]["create"], "2m");
    assert_eq!(to_json(&object)["identity"], json!([]));
    // The next run, with more patience, finishes it.
    let config = cluster(json!({ "timeouts": { "create": "30m" } }));
    let planned = world.plan(KIND, &config, Some(&object)).await;
    assert!(planned.get("status").unwrap().is_unknown());
    let finished = world.update(KIND, &object, &config).await;
    assert_eq!(finished.text("status"), Some("ACTIVE"));
    let issuer = to_json(&finished)["identity"][0]["oidc"][0]["issuer"].clone();
    assert!(issuer.is_string());
}

#[tokio::test]
async fn a_cluster_that_failed_is_made_again() {
    let world = world_with_role().await;
    let made = world.create(KIND, &cluster(json!({}))).await;
    let failed = json!({ "status": "FAILED" });
    world.sandbox.set("eks/cluster/main", &failed).unwrap();
    let read = world.read(KIND, &made).await.unwrap();
    let planned = world.plan(KIND, &cluster(json!({})), Some(&read)).await;
    let paths = KIND.rules().replacements(read.value(), &planned);
    let paths: Vec<String> = paths.iter().map(ToString::to_string).collect();
    assert_eq!(paths, ["status"]);
}

#[tokio::test]
async fn refusals_are_told() {
    let world = world_with_role().await;
    for (change, code) in [
        (
            json!({ "role_arn": "arn:aws:iam::999999999999:role/x" }),
            "AccessDeniedException",
        ),
        (json!({ "version": "1.10" }), "InvalidParameterException"),
        (
            json!({ "vpc_config": [{ "subnet_ids": ["subnet-0123456789abcdef0"] }] }),
            "InvalidParameterException",
        ),
    ] {
        let outcome = world.try_create(KIND, &cluster(change)).await;
        let error = outcome.error.unwrap();
        assert_eq!(error.code, code);
        assert_eq!(error.doing, "creating EKS Cluster (main)");
        assert!(outcome.object.is_none());
    }
    let made = world
        .create(KIND, &cluster(json!({ "deletion_protection": true })))
        .await;
    let exists = world
        .try_create(KIND, &cluster(json!({})))
        .await
        .error
        .unwrap();
    assert_eq!(exists.kind, ProviderErrorKind::AlreadyExists);
    let held = KIND.delete(&world.context, &made.into()).await.unwrap_err();
    assert!(held.message.contains("deletion protection"), "{held}");
}

#[tokio::test]
async fn the_data_source_reads_a_cluster() {
    let world = world_with_role().await;
    let made = world
        .create(KIND, &cluster(json!({ "tags": { "a": "1" } })))
        .await;
    let read = world.read_data(DATA, r#"{"name":"main"}"#).await.unwrap();
    let (read, made) = (to_json(&read), to_json(&made));
    for name in [
        "arn",
        "endpoint",
        "certificate_authority",
        "identity",
        "tags",
        "status",
        "version",
        "region",
    ] {
        assert_eq!(read[name], made[name], "{name}");
    }
    assert_eq!(
        read["vpc_config"][0]["vpc_id"],
        made["vpc_config"][0]["vpc_id"]
    );
    let none = world.read_data(DATA, r#"{"name":"none"}"#).await;
    assert_eq!(none.unwrap_err().kind, ProviderErrorKind::NotFound);
}

#[tokio::test]
async fn an_object_of_terraforms_provider_is_taken_over_without_a_change() {
    let world = world_with_role().await;
    let made = world.create(KIND, &cluster(json!({}))).await;
    let mut recorded = to_json(&made);
    for (name, value) in [
        ("region", json!(null)),
        ("cluster_id", json!("")),
        ("force_update_version", json!(null)),
        ("tags", json!({})),
        ("tags_all", json!({})),
        (
            "compute_config",
            json!([{ "enabled": false, "node_pools": [], "node_role_arn": "" }]),
        ),
    ] {
        recorded[name] = value;
    }
    let recorded = Known::new(&config_of(KIND.schema(), &recorded.to_string())).unwrap();
    let read = world.read(KIND, &recorded).await.unwrap();
    let planned = world.plan(KIND, &cluster(json!({})), Some(&read)).await;
    let left = crate::plan::differences(read.value(), &planned);
    assert_eq!(left, [], "{left:?}");
    let old = KIND.rules().upgrade(0, json!({ "name": "main" }));
    assert_eq!(old["bootstrap_self_managed_addons"], true);
}

#[test]
fn arguments_are_checked() {
    for (change, expected) in [
        (
            json!({ "name": "-a" }),
            "invalid value for name (must begin",
        ),
        (
            json!({ "role_arn": "x" }),
            "\"role_arn\" (x) is an invalid ARN",
        ),
        (
            json!({ "access_config": [{ "authentication_mode": "X" }] }),
            "expected authentication_mode to be one of",
        ),
        (
            json!({ "enabled_cluster_log_types": ["x"] }),
            "expected enabled_cluster_log_types to be one of",
        ),
        (
            json!({ "vpc_config": vpc(json!({ "endpoint_public_access": false })) }),
            "Private and public endpoint access cannot be false",
        ),
        (
            json!({ "compute_config": [{ "enabled": true }] }),
            "compute_config.enabled, kubernetes_networking_config",
        ),
        (
            json!({ "vpc_config": vpc(json!({ "security_group_ids": ["sg-1", "sg-2", "sg-3", "sg-4", "sg-5", "sg-6"] })) }),
            "Too many list items: attribute security_group_ids",
        ),
        (
            json!({ "vpc_config": vpc(json!({ "public_access_cidrs": ["192.0.2.0"] })) }),
            "\"192.0.2.0\" is not a valid CIDR block",
        ),
        (
            json!({ "kubernetes_network_config": [{ "service_ipv4_cidr": "8.8.0.0/16" }] }),
            "expected service_ipv4_cidr to be a private block",
        ),
        (
            json!({ "access_config": [{ "authentication_mode": "CONFIG_MAP", "bootstrap_cluster_creator_admin_permissions": false }] }),
            "Conflicting configuration arguments",
        ),
        (
            json!({ "timeouts": { "create": "soon" } }),
            "parsing timeout create: time: invalid duration \"soon\"",
        ),
    ] {
        let config = config_of(KIND.schema(), &cluster(change.clone()));
        let problems = KIND.rules().validate(&config);
        assert_eq!(problems.len(), 1, "{change}: {problems:?}");
        assert!(problems[0].summary.starts_with(expected), "{problems:?}");
    }
    let config = config_of(KIND.schema(), &cluster(json!({})));
    assert_eq!(KIND.rules().validate(&config), []);
}
