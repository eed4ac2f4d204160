//! Managed policies on the sandbox: the whole life, versions, and what goes wrong on the way.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use super::{DATA, KIND};
use crate::provider::aws::iam::{role, role_policy_attachment};
use crate::provider::aws::testing::{World, config_of, done};
use crate::provider::{ProviderErrorKind, Recorded};
use crate::sandbox::Fault;
use crate::schema::Identity;
use crate::value::{Known, Marks, Value, to_json};
use serde_json::{Value as Json, json};
use std::time::Duration;

const ARN: &str = "arn:aws:iam::123456789012:policy/read";
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"eks.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

fn document(action: &str) -> String {
    json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": action, "Resource": "*" }] }).to_string()
}

/// A configuration of a policy with these arguments besides name and document.
fn policy(more: Json) -> String {
    let mut config = json!({ "name": "read", "policy": document("s3:Get*") });
    let Json::Object(more) = more else {
        unreachable!("arguments are an object");
    };
    for (name, value) in more {
        config[name.as_str()] = value;
    }
    config.to_string()
}

async fn attached(world: &World) -> Known {
    let config = json!({ "name": "app", "assume_role_policy": TRUST }).to_string();
    world.create(role::KIND, &config).await;
    let config = json!({ "role": "app", "policy_arn": ARN }).to_string();
    world.create(role_policy_attachment::KIND, &config).await
}

/// The operations sent since, without reads of what was to be shown.
fn since(world: &World, before: usize) -> Vec<String> {
    let mut sent = world.sent().split_off(before);
    sent.retain(|name| !matches!(name.as_str(), "GetPolicy" | "GetPolicyVersion"));
    sent
}

#[tokio::test]
async fn a_policy_is_made_read_imported_and_deleted() {
    let world = World::new().await;
    let config =
        policy(json!({ "path": "/irsa/", "description": "reads", "tags": { "team": "a" } }));
    let planned = world.plan(KIND, &config, None).await;
    let arn = "arn:aws:iam::123456789012:policy/irsa/read";
    let predicted = Value::string(arn).marked(Marks::PREDICTED);
    assert_eq!(planned.get("arn"), Some(&predicted));
    assert_eq!(planned.get("id"), Some(&predicted));
    let made = world.create(KIND, &config).await;
    assert_eq!(
        to_json(&made),
        json!({
            "arn": arn,
            "attachment_count": 0,
            "delay_after_policy_creation_in_ms": null,
            "description": "reads",
            "id": arn,
            "name": "read",
            "name_prefix": null,
            "path": "/irsa/",
            "policy": document("s3:Get*"),
            "policy_id": made.text("policy_id"),
            "tags": { "team": "a" },
            "tags_all": { "team": "a" },
        })
    );
    assert_eq!(world.import(KIND, arn).await, Some(made.clone()));
    assert_eq!(world.import(KIND, ARN).await, None);
    let before = world.sent().len();
    world.delete(KIND, &made).await;
    assert_eq!(
        since(&world, before),
        ["ListPolicyVersions", "DeletePolicy", "ListPolicyVersions"]
    );
}

#[tokio::test]
async fn a_prefix_is_completed() {
    let world = World::new().await;
    let config = json!({ "name_prefix": "read-", "policy": document("s3:Get*") }).to_string();
    let made = world.create(KIND, &config).await;
    assert!(made.text("name").unwrap().starts_with("read-"));
    assert_eq!(made.text("name_prefix"), Some("read-"));
}

#[tokio::test]
async fn each_document_is_a_version_and_the_oldest_of_five_makes_room() {
    let world = World::new().await;
    let mut made = world.create(KIND, &policy(json!({}))).await;
    for number in 2..=7 {
        let before = world.sent().len();
        let config = policy(json!({ "policy": document(&format!("s3:Get{number}")) }));
        made = world.update(KIND, &made, &config).await;
        let mut expected = vec!["ListPolicyVersions"];
        if number > 5 {
            expected.push("DeletePolicyVersion");
        }
        expected.push("CreatePolicyVersion");
        assert_eq!(since(&world, before), expected, "version {number}");
    }
    let live = world.sandbox.inspect(&format!("iam/policy/{ARN}")).unwrap();
    let kept: Vec<&String> = live[0].1["Versions"].as_object().unwrap().keys().collect();
    assert_eq!(kept, ["3", "4", "5", "6", "7"]);
    assert_eq!(live[0].1["DefaultVersionId"], "v7");
    let before = world.sent().len();
    world.delete(KIND, &made).await;
    let mut expected = vec!["ListPolicyVersions"];
    expected.extend(["DeletePolicyVersion"; 4]);
    expected.extend(["DeletePolicy", "ListPolicyVersions"]);
    assert_eq!(since(&world, before), expected);
}

#[tokio::test]
async fn the_default_is_not_the_one_that_makes_room() {
    let world = World::new().await;
    let mut made = world.create(KIND, &policy(json!({}))).await;
    for number in 2..=5 {
        let config = policy(json!({ "policy": document(&format!("s3:Get{number}")) }));
        made = world.update(KIND, &made, &config).await;
    }
    let address = format!("iam/policy/{ARN}");
    let back = json!({ "DefaultVersionId": "v1" });
    world.sandbox.set(&address, &back).unwrap();
    let read = world.read(KIND, &made).await.unwrap();
    assert_eq!(read.text("policy"), Some(document("s3:Get*").as_str()));
    let config = policy(json!({ "policy": document("s3:Put*") }));
    world.update(KIND, &read, &config).await;
    let live = world.sandbox.inspect(&address).unwrap();
    let kept: Vec<&String> = live[0].1["Versions"].as_object().unwrap().keys().collect();
    assert_eq!(kept, ["1", "3", "4", "5", "6"]);
}

#[tokio::test]
async fn a_delay_stands_between_a_version_and_its_becoming_the_default() {
    let world = World::new().await;
    let delayed = json!({ "delay_after_policy_creation_in_ms": 4000 });
    let made = world.create(KIND, &policy(delayed)).await;
    let (before, start) = (world.sent().len(), world.sandbox.now());
    let config =
        policy(json!({ "delay_after_policy_creation_in_ms": 4000, "policy": document("s3:Put*") }));
    let changed = world.update(KIND, &made, &config).await;
    assert_eq!(
        since(&world, before),
        [
            "ListPolicyVersions",
            "CreatePolicyVersion",
            "SetDefaultPolicyVersion"
        ]
    );
    assert_eq!((world.sandbox.now() - start).as_millis(), 4000);
    // The delay alone makes no call.
    let before = world.sent().len();
    let config = policy(json!({ "policy": document("s3:Put*") }));
    world.update(KIND, &changed, &config).await;
    assert_eq!(since(&world, before), Vec::<String>::new());
}

#[tokio::test]
async fn tags_change_in_place() {
    let world = World::new().await;
    let made = world
        .create(KIND, &policy(json!({ "tags": { "a": "1", "b": "2" } })))
        .await;
    let before = world.sent().len();
    let config = policy(json!({ "tags": { "a": "2" } }));
    let changed = world.update(KIND, &made, &config).await;
    assert_eq!(since(&world, before), ["UntagPolicy", "TagPolicy"]);
    assert_eq!(to_json(&changed)["tags_all"], json!({ "a": "2" }));
}

#[test]
fn what_cannot_be_changed_needs_another_policy() {
    for name in ["name", "name_prefix", "path", "description"] {
        let attribute = KIND.schema().block.attribute(name).unwrap();
        assert!(attribute.requires_replacement, "{name}");
    }
    for name in ["policy", "tags", "delay_after_policy_creation_in_ms"] {
        let attribute = KIND.schema().block.attribute(name).unwrap();
        assert!(!attribute.requires_replacement, "{name}");
    }
}

#[tokio::test]
async fn a_document_in_other_words_is_no_change() {
    let world = World::new().await;
    let made = world.create(KIND, &policy(json!({}))).await;
    let spelled = r#"{ "Statement": { "Resource": ["*"], "Action": ["s3:Get*"], "Effect": "Allow" }, "Version": "2012-10-17" }"#;
    let config = policy(json!({ "policy": spelled }));
    assert_eq!(&world.plan(KIND, &config, Some(&made)).await, made.value());
    let change = json!({ "Versions": { "1": { "Document": spelled } } });
    world
        .sandbox
        .set(&format!("iam/policy/{ARN}"), &change)
        .unwrap();
    assert_eq!(world.read(KIND, &made).await, Some(made));
}

#[tokio::test]
async fn attachments_beside_an_update_are_no_contradiction() {
    let world = World::new().await;
    let made = world.create(KIND, &policy(json!({}))).await;
    let config = policy(json!({ "policy": document("s3:Put*") }));
    let planned = world.plan(KIND, &config, Some(&made)).await;
    attached(&world).await;
    let outcome = KIND.update(&world.context, &made.into(), &planned).await;
    let changed = done(outcome);
    assert_eq!(to_json(&changed)["attachment_count"], 0, "as planned");
    let read = world.read(KIND, &changed).await.unwrap();
    assert_eq!(to_json(&read)["attachment_count"], 1, "as it is");
    assert_eq!(KIND.rules().incidental(), ["attachment_count"]);
}

#[tokio::test]
async fn a_policy_that_is_held_is_waited_for_and_then_who_holds_it_is_told() {
    let world = World::new().await;
    let made = world.create(KIND, &policy(json!({}))).await;
    let attachment = attached(&world).await;
    let start = world.sandbox.now();
    let recorded = Recorded::from(made.clone());
    let error = KIND.delete(&world.context, &recorded).await.unwrap_err();
    assert_eq!(error.kind, ProviderErrorKind::Conflict);
    assert!(error.message.contains("role app"), "{error}");
    let waited = (world.sandbox.now() - start).as_secs();
    assert!((120..200).contains(&waited), "{waited} s");
    // Detached, it goes.
    world
        .delete(role_policy_attachment::KIND, &attachment)
        .await;
    world.delete(KIND, &made).await;
}

#[tokio::test]
async fn a_conflict_that_passes_is_waited_out() {
    let world = World::new().await;
    let made = world.create(KIND, &policy(json!({}))).await;
    let fault = Fault::fail_nth("iam", "DeletePolicy", 1, 409, "DeleteConflict", "attached");
    world.sandbox.inject(fault);
    world.delete(KIND, &made).await;
    let told = world.told.lock().unwrap().join("\n");
    assert!(told.contains("deleting IAM Policy"), "{told}");
}

#[tokio::test]
async fn a_new_policy_is_waited_for() {
    let world = World::new().await;
    world.sandbox.delay_visibility(Duration::from_secs(9));
    let made = world.create(KIND, &policy(json!({}))).await;
    assert_eq!(made.text("arn"), Some(ARN));
}

#[tokio::test]
async fn a_half_made_policy_is_recorded() {
    let world = World::new().await;
    world.sandbox.inject(Fault::deny("iam", "GetPolicyVersion"));
    let outcome = world.try_create(KIND, &policy(json!({}))).await;
    assert_eq!(outcome.error.unwrap().kind, ProviderErrorKind::Denied);
    let object = outcome.object.unwrap().object;
    assert_eq!(object.text("id"), Some(ARN));
    assert_eq!(object.text("policy"), Some(document("s3:Get*").as_str()));
}

#[tokio::test]
async fn an_update_that_breaks_off_says_what_is_there() {
    let world = World::new().await;
    let made = world.create(KIND, &policy(json!({}))).await;
    world.sandbox.inject(Fault::deny("iam", "TagPolicy"));
    let config = policy(json!({ "policy": document("s3:Put*"), "tags": { "a": "1" } }));
    let planned = world.plan(KIND, &config, Some(&made)).await;
    let outcome = KIND.update(&world.context, &made.into(), &planned).await;
    assert_eq!(outcome.error.unwrap().kind, ProviderErrorKind::Denied);
    let object = to_json(&outcome.object.unwrap().object);
    assert_eq!(object["policy"], document("s3:Put*"));
    assert_eq!(object["tags"], Json::Null);
}

#[tokio::test]
async fn a_policy_that_is_there_is_found_before_it_is_made() {
    let world = World::new().await;
    world.create(KIND, &policy(json!({}))).await;
    let planned = world.plan(KIND, &policy(json!({})), None).await;
    let facts = crate::provider::aws::AwsClients::of(&world.context).unwrap();
    let facts = facts.facts().await.unwrap();
    let identity = KIND.rules().identity(&planned, &facts);
    assert_eq!(identity, Some(Identity(ARN.to_owned())));
    let error = world.try_create(KIND, &policy(json!({}))).await.error;
    assert_eq!(error.unwrap().kind, ProviderErrorKind::AlreadyExists);
    let malformed = Identity("read".to_owned());
    let error = KIND.find(&world.context, &malformed).await.unwrap_err();
    assert_eq!(error.kind, ProviderErrorKind::InvalidInput);
}

#[tokio::test]
async fn the_data_source_finds_by_arn_or_by_name_and_path() {
    let world = World::new().await;
    let made = world
        .create(
            KIND,
            &policy(json!({ "path": "/irsa/", "tags": { "a": "1" } })),
        )
        .await;
    let arn = made.text("arn").unwrap();
    let by_arn = world
        .read_data(DATA, &json!({ "arn": arn }).to_string())
        .await
        .unwrap();
    assert_eq!(
        to_json(&by_arn),
        json!({
            "arn": arn, "attachment_count": 0, "description": null, "id": arn, "name": "read",
            "path": "/irsa/", "path_prefix": null, "policy": document("s3:Get*"),
            "policy_id": made.text("policy_id"), "tags": { "a": "1" },
        })
    );
    let config = json!({ "name": "read", "path_prefix": "/ir" }).to_string();
    let named = to_json(&world.read_data(DATA, &config).await.unwrap());
    assert_eq!(named["arn"], arn);
    assert_eq!(named["path_prefix"], "/ir");
    let of_aws = json!({ "name": "PowerUserAccess" }).to_string();
    let of_aws = world.read_data(DATA, &of_aws).await.unwrap();
    assert_eq!(
        of_aws.text("arn"),
        Some("arn:aws:iam::aws:policy/PowerUserAccess")
    );
    for (config, words) in [
        (
            json!({ "name": "none" }),
            "there is no policy of the name none",
        ),
        (json!({ "arn": ARN }), "there is no policy of the ARN"),
        (
            json!({ "path_prefix": "/job-function/" }),
            "6 policies match",
        ),
    ] {
        let refused = world.read_data(DATA, &config.to_string()).await;
        let error = refused.unwrap_err();
        assert!(error.message.contains(words), "{error}");
    }
}

#[test]
fn arguments_are_checked() {
    let large = document(&"a".repeat(6_200));
    for (config, expected) in [
        (
            json!({ "name": "a/b" }),
            "invalid value for name (must match [\\w+=,.@-])",
        ),
        (json!({ "path": "irsa" }), "invalid value for path: irsa"),
        (
            json!({ "policy": "[]" }),
            "\"policy\" contains an invalid JSON policy: not a JSON object",
        ),
        (
            json!({ "policy": large }),
            "IAM policy size exceeds the limit of 6144 characters",
        ),
        (
            json!({ "delay_after_policy_creation_in_ms": -1 }),
            "expected delay_after_policy_creation_in_ms to be in the range (0 - 2147483647), got -1",
        ),
    ] {
        let config = config_of(KIND.schema(), &policy(config));
        let problems = KIND.rules().validate(&config);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!(problems[0].summary, expected);
    }
    let both = json!({ "arn": ARN, "name": "read" }).to_string();
    let problems = DATA.rules().validate(&config_of(DATA.schema(), &both));
    assert_eq!(problems[0].summary, "Conflicting configuration arguments");
}
