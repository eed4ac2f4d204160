//! Roles on the sandbox: the whole life, each argument, and what goes wrong on the way.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

mod permissions;

use super::{DATA, KIND};
use crate::provider::ProviderErrorKind;
use crate::provider::aws::testing::{World, config_of, done};
use crate::sandbox::Fault;
use crate::schema::Facts;
use crate::value::{Marks, Value, to_json};
use serde_json::{Value as Json, json};
use std::time::Duration;

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"eks.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
const OTHER: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

/// A configuration of a role with these arguments besides name and trust policy.
fn role(more: Json) -> String {
    let mut config = json!({ "name": "app", "assume_role_policy": TRUST });
    let Json::Object(more) = more else {
        unreachable!("arguments are an object");
    };
    for (name, value) in more {
        config[name.as_str()] = value;
    }
    config.to_string()
}

#[tokio::test]
async fn a_role_is_made_read_imported_and_deleted() {
    let world = World::new().await;
    let made = world
        .create(
            KIND,
            &role(json!({ "path": "/irsa/", "tags": { "team": "a" } })),
        )
        .await;
    assert_eq!(
        to_json(&made),
        json!({
            "arn": "arn:aws:iam::123456789012:role/irsa/app",
            "assume_role_policy": TRUST,
            "create_date": "2026-01-01T00:00:00Z",
            "description": null,
            "force_detach_policies": false,
            "id": "app",
            "inline_policy": [],
            "managed_policy_arns": null,
            "max_session_duration": 3600,
            "name": "app",
            "name_prefix": null,
            "path": "/irsa/",
            "permissions_boundary": null,
            "tags": { "team": "a" },
            "tags_all": { "team": "a" },
            "unique_id": made.text("unique_id"),
        })
    );
    assert_eq!(world.import(KIND, "app").await, Some(made.clone()));
    assert_eq!(world.import(KIND, "other").await, None);
    world.delete(KIND, &made).await;
}

#[tokio::test]
async fn each_argument_changes_in_place_by_its_own_call() {
    let boundary = "arn:aws:iam::aws:policy/PowerUserAccess";
    for (change, calls) in [
        (
            json!({ "assume_role_policy": OTHER }),
            vec!["UpdateAssumeRolePolicy"],
        ),
        (json!({ "description": "of the app" }), vec!["UpdateRole"]),
        (json!({ "max_session_duration": 7200 }), vec!["UpdateRole"]),
        (
            json!({ "description": "of the app", "max_session_duration": 7200 }),
            vec!["UpdateRole"],
        ),
        (
            json!({ "permissions_boundary": boundary }),
            vec!["PutRolePermissionsBoundary"],
        ),
        (json!({ "tags": { "a": "1" } }), vec!["TagRole"]),
        (json!({ "force_detach_policies": true }), vec![]),
    ] {
        let world = World::new().await;
        let made = world.create(KIND, &role(json!({}))).await;
        let before = world.sent().len();
        let planned = role(change.clone());
        let changed = world.update(KIND, &made, &planned).await;
        let mut sent = world.sent().split_off(before);
        sent.retain(|name| name != "GetRole");
        assert_eq!(sent, calls, "{change}");
        for (name, value) in change.as_object().unwrap() {
            assert_eq!(&to_json(&changed)[name], value, "{change}");
        }
        world.update(KIND, &changed, &role(json!({}))).await;
    }
}

#[tokio::test]
async fn a_description_keeps_the_session_duration() {
    let world = World::new().await;
    let made = world
        .create(KIND, &role(json!({ "max_session_duration": 43200 })))
        .await;
    let config = role(json!({ "max_session_duration": 43200, "description": "new" }));
    let changed = world.update(KIND, &made, &config).await;
    assert_eq!(to_json(&changed)["max_session_duration"], 43200);
}

#[tokio::test]
async fn a_trust_policy_in_other_words_is_no_change() {
    let world = World::new().await;
    let made = world.create(KIND, &role(json!({}))).await;
    let spelled = json!({ "Statement": { "Action": ["sts:AssumeRole"], "Effect": "Allow",
        "Principal": { "Service": ["eks.amazonaws.com"] } }, "Version": "2012-10-17" });
    let spelled = serde_json::to_string_pretty(&spelled).unwrap();
    let config = role(json!({ "assume_role_policy": spelled }));
    let planned = world.plan(KIND, &config, Some(&made)).await;
    assert_eq!(&planned, made.value());
    // And a live one in other words is read in those of the record.
    let role = world.sandbox.inspect("").unwrap();
    let (address, _) = role.iter().find(|(a, _)| a.contains("app")).unwrap();
    let change = json!({ "AssumeRolePolicyDocument": spelled });
    world.sandbox.set(address, &change).unwrap();
    assert_eq!(world.read(KIND, &made).await, Some(made));
}

#[tokio::test]
async fn drift_is_read() {
    let world = World::new().await;
    let made = world.create(KIND, &role(json!({}))).await;
    let all = world.sandbox.inspect("").unwrap();
    let (address, _) = all.iter().find(|(a, _)| a.contains("app")).unwrap();
    let change = json!({ "AssumeRolePolicyDocument": OTHER, "Description": "changed" });
    world.sandbox.set(address, &change).unwrap();
    let read = world.read(KIND, &made).await.unwrap();
    assert_eq!(read.text("assume_role_policy"), Some(OTHER));
    assert_eq!(read.text("description"), Some("changed"));
    world.sandbox.remove(address).unwrap();
    assert!(world.read(KIND, &made).await.is_none());
}

#[tokio::test]
async fn default_tags_lie_under_the_roles_own() {
    let settings = r#"{"default_tags":[{"tags":{"team":"a","stage":"dev"}}]}"#;
    let world = World::with(settings, None).await;
    let made = world
        .create(KIND, &role(json!({ "tags": { "team": "b" } })))
        .await;
    let json = to_json(&made);
    assert_eq!(json["tags"], json!({ "team": "b" }));
    assert_eq!(json["tags_all"], json!({ "team": "b", "stage": "dev" }));
    let changed = world.update(KIND, &made, &role(json!({}))).await;
    assert_eq!(to_json(&changed)["tags"], json!(null));
    assert_eq!(
        to_json(&changed)["tags_all"],
        json!({ "team": "a", "stage": "dev" })
    );
}

#[tokio::test]
async fn ignored_tags_are_not_seen() {
    let settings = r#"{"ignore_tags":[{"keys":["cost"],"key_prefixes":["k8s/"]}]}"#;
    let world = World::with(settings, None).await;
    let made = world
        .create(KIND, &role(json!({ "tags": { "team": "b" } })))
        .await;
    let all = world.sandbox.inspect("").unwrap();
    let (address, _) = all.iter().find(|(a, _)| a.contains("app")).unwrap();
    let tags = json!({ "Tags": { "team": "b", "cost": "1", "k8s/x": "y" } });
    world.sandbox.set(address, &tags).unwrap();
    assert_eq!(world.read(KIND, &made).await, Some(made));
}

#[tokio::test]
async fn a_name_is_made_from_its_prefix() {
    let world = World::new().await;
    let config = json!({ "name_prefix": "app-", "assume_role_policy": TRUST }).to_string();
    let planned = world.plan(KIND, &config, None).await;
    assert!(planned.get("name").unwrap().is_unknown());
    assert!(planned.get("arn").unwrap().is_unknown());
    let made = world.create(KIND, &config).await;
    let name = made.text("name").unwrap();
    assert!(name.starts_with("app-") && name.len() == 30, "{name}");
    assert_eq!(made.text("name_prefix"), Some("app-"));
    let imported = world.import(KIND, name).await.unwrap();
    assert_eq!(imported.text("name_prefix"), Some("app-"));
    let config = json!({ "assume_role_policy": TRUST }).to_string();
    let made = world.create(KIND, &config).await;
    assert!(made.text("name").unwrap().starts_with("terraform-"));
}

#[tokio::test]
async fn what_is_a_function_of_names_is_predicted() {
    let world = World::new().await;
    let planned = world
        .plan(KIND, &role(json!({ "path": "/irsa/" })), None)
        .await;
    let arn = Value::string("arn:aws:iam::123456789012:role/irsa/app");
    assert_eq!(planned.get("arn"), Some(&arn.marked(Marks::PREDICTED)));
    assert!(planned.get("unique_id").unwrap().is_unknown());
    let config = config_of(KIND.schema(), &role(json!({})));
    let proposed = crate::plan::propose(&KIND.schema().block, &config, None);
    let unknown = KIND
        .rules()
        .plan(&config, None, proposed, &Facts::default());
    assert!(unknown.get("arn").unwrap().is_unknown());
    assert!(unknown.get("tags_all").unwrap().is_unknown());
}

#[tokio::test]
async fn a_role_that_shows_late_is_waited_for() {
    let world = World::new().await;
    world.sandbox.delay_visibility(Duration::from_secs(30));
    let made = world.create(KIND, &role(json!({}))).await;
    assert_eq!(made.text("name"), Some("app"));
    let told = world.told.lock().unwrap();
    assert!(
        told[0].starts_with("waiting for IAM Role (app) to become visible"),
        "{told:?}"
    );
}

#[tokio::test]
async fn a_half_made_role_is_recorded() {
    let world = World::new().await;
    world.sandbox.inject(Fault::deny("iam", "GetRole"));
    let outcome = world.try_create(KIND, &role(json!({}))).await;
    let error = outcome.error.unwrap();
    assert_eq!(error.kind, ProviderErrorKind::Denied);
    let made = outcome.object.unwrap().object;
    assert_eq!(made.text("id"), Some("app"));
    world.sandbox.clear_faults();
    world.delete(KIND, &made).await;
}

#[tokio::test]
async fn a_half_done_update_tells_what_is_there() {
    let world = World::new().await;
    let made = world.create(KIND, &role(json!({}))).await;
    world.sandbox.inject(Fault::deny("iam", "UpdateRole"));
    let config = role(json!({ "assume_role_policy": OTHER, "description": "new" }));
    let planned = world.plan(KIND, &config, Some(&made)).await;
    let outcome = KIND
        .update(&world.context, &made.clone().into(), &planned)
        .await;
    assert_eq!(outcome.error.unwrap().code, "AccessDenied");
    let object = outcome.object.unwrap().object;
    assert_eq!(object.text("assume_role_policy"), Some(OTHER));
    assert_eq!(object.text("description"), None);
}

#[tokio::test]
async fn passing_refusals_pass() {
    let world = World::new().await;
    for (operation, status, code, message) in [
        (
            "CreateRole",
            400,
            "MalformedPolicyDocument",
            "Invalid principal in policy: \"AWS\":\"arn:aws:iam::1:role/x\"",
        ),
        ("CreateRole", 409, "ConcurrentModification", "try again"),
        ("GetRole", 500, "ServiceFailure", "sorry"),
    ] {
        world.sandbox.clear_faults();
        let fault = Fault::fail_nth("iam", operation, 1, status, code, message);
        world.sandbox.inject(fault);
        let made = world.create(KIND, &role(json!({}))).await;
        world.delete(KIND, &made).await;
    }
    world
        .sandbox
        .inject(Fault::throttle("iam", "CreateRole", 3));
    world.create(KIND, &role(json!({}))).await;
}

#[tokio::test]
async fn lasting_refusals_are_told() {
    let world = World::new().await;
    let bad =
        role(json!({ "assume_role_policy": "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }));
    for (config, kind, code) in [
        (
            bad,
            ProviderErrorKind::InvalidInput,
            "MalformedPolicyDocument",
        ),
        (
            role(json!({})),
            ProviderErrorKind::AlreadyExists,
            "EntityAlreadyExists",
        ),
    ] {
        if code == "EntityAlreadyExists" {
            world.create(KIND, &role(json!({}))).await;
        }
        let outcome = world.try_create(KIND, &config).await;
        let error = outcome.error.unwrap();
        assert_eq!((error.kind, error.code.as_str()), (kind, code));
        assert_eq!(error.doing, "creating IAM Role (app)");
        assert!(!error.request_id.is_empty());
        assert!(outcome.object.is_none());
    }
}

#[tokio::test]
async fn attached_policies_hold_a_role_unless_forced() {
    let world = World::new().await;
    let attach = |world: &World| {
        let iam = crate::provider::aws::AwsClients::of(&world.context)
            .unwrap()
            .iam()
            .clone();
        async move {
            iam.attach_role_policy()
                .role_name("app")
                .policy_arn("arn:aws:iam::aws:policy/PowerUserAccess")
                .send()
                .await
                .unwrap();
            iam.put_role_policy()
                .role_name("app")
                .policy_name("inline")
                .policy_document(r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#)
                .send()
                .await
                .unwrap();
        }
    };
    let made = world.create(KIND, &role(json!({}))).await;
    attach(&world).await;
    let held = KIND.delete(&world.context, &made.clone().into()).await;
    let error = held.unwrap_err();
    assert_eq!(error.code, "DeleteConflict");
    assert!(
        error.message.contains("policy/PowerUserAccess, inline"),
        "{error}"
    );
    let forced = world
        .update(KIND, &made, &role(json!({ "force_detach_policies": true })))
        .await;
    world.delete(KIND, &forced).await;
}

#[tokio::test]
async fn the_data_source_reads_a_role() {
    let world = World::new().await;
    let made = world
        .create(KIND, &role(json!({ "tags": { "team": "a" } })))
        .await;
    let read = world.read_data(DATA, r#"{"name":"app"}"#).await.unwrap();
    for name in [
        "arn",
        "assume_role_policy",
        "unique_id",
        "path",
        "id",
        "create_date",
    ] {
        assert_eq!(read.text(name), made.text(name), "{name}");
    }
    assert_eq!(to_json(&read)["tags"], json!({ "team": "a" }));
    let missing = world.read_data(DATA, r#"{"name":"none"}"#).await;
    assert_eq!(missing.unwrap_err().kind, ProviderErrorKind::NotFound);
}

#[test]
fn arguments_are_checked_in_the_providers_words() {
    let long = "x".repeat(65);
    for (change, expected) in [
        (json!({ "name": long }), format!("expected length of name to be in the range (1 - 64), got {long}")),
        (json!({ "name": "a b" }), "invalid value for name (must match [\\w+=,.@-])".to_owned()),
        (json!({ "name_prefix": "x" }), "Conflicting configuration arguments".to_owned()),
        (json!({ "max_session_duration": 60 }), "expected max_session_duration to be in the range (3600 - 43200), got 60".to_owned()),
        (json!({ "assume_role_policy": "[" }), "\"assume_role_policy\" contains an invalid JSON: EOF while parsing a list at line 1 column 1".to_owned()),
        (json!({ "path": "irsa" }), "invalid value for path: irsa".to_owned()),
        (json!({ "permissions_boundary": "x" }), "\"permissions_boundary\" (x) is an invalid ARN".to_owned()),
        (json!({ "description": "日" }), "invalid value for description (must satisfy regular expression pattern: [\\t\\n\\r\\x20-\\x7E\\xA1-\\xFF]*)".to_owned()),
        (json!({ "inline_policy": [{ "name": "a" }] }), "Incomplete inline policy".to_owned()),
        (json!({ "inline_policy": [{ "name": "a", "policy": "[]" }] }), "\"policy\" contains an invalid JSON policy: not a JSON object".to_owned()),
        (json!({ "inline_policy": [{ "name": "a", "policy": "{}" }, { "name": "a", "policy": "{ }" }] }), "Duplicate inline policy".to_owned()),
        (json!({ "managed_policy_arns": ["a"] }), "\"managed_policy_arns\" (a) is an invalid ARN".to_owned()),
    ] {
        let config = config_of(KIND.schema(), &role(change.clone()));
        let problems = KIND.rules().validate(&config);
        let summaries: Vec<&str> = problems.iter().map(|p| p.summary.as_str()).collect();
        assert_eq!(summaries, [expected], "{change}");
    }
    let config = config_of(
        KIND.schema(),
        &role(json!({ "path": "/a/b/", "description": "a é" })),
    );
    assert_eq!(KIND.rules().validate(&config), []);
}

#[tokio::test]
async fn an_object_of_terraforms_provider_is_taken_over_without_a_change() {
    let world = World::new().await;
    let made = world.create(KIND, &role(json!({}))).await;
    let mut recorded = to_json(&made);
    for (name, value) in [
        ("description", json!("")),
        ("managed_policy_arns", json!([])),
        ("name_prefix", json!("")),
        ("permissions_boundary", json!("")),
        ("tags", json!({})),
        ("tags_all", json!({})),
    ] {
        recorded[name] = value;
    }
    let recorded = config_of(KIND.schema(), &recorded.to_string());
    let recorded = crate::value::Known::new(&recorded).unwrap();
    let read = world.read(KIND, &recorded).await.unwrap();
    assert_eq!(to_json(&read), to_json(&recorded));
    let planned = world.plan(KIND, &role(json!({})), Some(&read)).await;
    assert_eq!(crate::plan::differences(read.value(), &planned), []);
    let _ = done;
}
