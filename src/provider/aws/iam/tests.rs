//! What holds for all kinds of IAM: any reply may be lost.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use super::{
    instance_profile, openid_connect_provider, policy, role, role_policies_exclusive, role_policy,
    role_policy_attachment, role_policy_attachments_exclusive, service_linked_role,
};
use crate::provider::aws::testing::{World, done};
use crate::provider::{ProviderErrorKind, ResourceKind};
use crate::sandbox::{Effect, Fault};
use crate::value::{Known, to_json};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
const BOUNDARY: &str = "arn:aws:iam::aws:policy/PowerUserAccess";

fn document(action: &str) -> String {
    json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": action, "Resource": "*" }] }).to_string()
}

/// Every kind with what it is made as, and what it is changed to; in the order in which they need each other.
fn lives() -> Vec<(&'static dyn ResourceKind, Json, Json)> {
    let policy_arn = "arn:aws:iam::123456789012:policy/read";
    let tags = |value: &str| json!({ "team": value, value: "yes" });
    vec![
        (
            policy::KIND,
            json!({ "name": "read", "policy": document("s3:Get*"), "tags": tags("a") }),
            json!({ "name": "read", "policy": document("s3:List*"), "tags": tags("b") }),
        ),
        (
            role::KIND,
            json!({ "name": "app", "assume_role_policy": TRUST, "permissions_boundary": BOUNDARY, "tags": tags("a") }),
            json!({ "name": "app", "assume_role_policy": TRUST, "description": "new", "tags": tags("b") }),
        ),
        (
            role::KIND,
            json!({ "name": "old", "assume_role_policy": TRUST, "managed_policy_arns": [BOUNDARY],
                "inline_policy": [{ "name": "one", "policy": document("s3:Get*") }] }),
            json!({ "name": "old", "assume_role_policy": TRUST, "managed_policy_arns": [policy_arn],
                "inline_policy": [{ "name": "two", "policy": document("s3:Get*") }] }),
        ),
        (
            role_policy::KIND,
            json!({ "role": "app", "name": "inline", "policy": document("s3:Get*") }),
            json!({ "role": "app", "name": "inline", "policy": document("s3:List*") }),
        ),
        (
            role_policies_exclusive::KIND,
            json!({ "role_name": "app", "policy_names": ["inline"] }),
            json!({ "role_name": "app", "policy_names": ["inline"] }),
        ),
        (
            role_policy_attachment::KIND,
            json!({ "role": "app", "policy_arn": policy_arn }),
            json!({ "role": "app", "policy_arn": policy_arn }),
        ),
        (
            role_policy_attachments_exclusive::KIND,
            json!({ "role_name": "app", "policy_arns": [policy_arn, BOUNDARY] }),
            json!({ "role_name": "app", "policy_arns": [policy_arn] }),
        ),
        (
            instance_profile::KIND,
            json!({ "name": "node", "role": "app", "tags": tags("a") }),
            json!({ "name": "node", "role": "old", "tags": tags("b") }),
        ),
        (
            service_linked_role::KIND,
            json!({ "aws_service_name": "spot.amazonaws.com", "description": "a", "tags": tags("a") }),
            json!({ "aws_service_name": "spot.amazonaws.com", "description": "b", "tags": tags("b") }),
        ),
        (
            openid_connect_provider::KIND,
            json!({ "url": "https://issuer.example", "client_id_list": ["a"], "tags": tags("a") }),
            json!({ "url": "https://issuer.example", "client_id_list": ["b"], "thumbprint_list": ["a".repeat(40)], "tags": tags("b") }),
        ),
    ]
}

/// Makes, changes and deletes one of each kind, and returns the objects as they were changed to.
async fn live(world: &World) -> Vec<Json> {
    let mut objects: Vec<(&dyn ResourceKind, Known)> = Vec::new();
    for (kind, first, _) in lives() {
        objects.push((kind, world.create(kind, &first.to_string()).await));
    }
    for ((kind, object), (_, _, second)) in objects.iter_mut().zip(lives()) {
        if kind.name() != role_policy_attachment::KIND.name() {
            let read = world.read(*kind, object).await.unwrap();
            *object = world.update(*kind, &read, &second.to_string()).await;
        }
    }
    for (kind, object) in objects.iter().rev() {
        let recorded = object.clone().into();
        kind.delete(&world.context, &recorded).await.unwrap();
    }
    objects.iter().map(|(_, object)| to_json(object)).collect()
}

#[tokio::test]
async fn the_reply_to_any_call_may_be_lost() {
    let quiet = World::new().await;
    let expected = live(&quiet).await;
    let mut calls: BTreeMap<String, u32> = BTreeMap::new();
    for name in quiet.sent() {
        *calls.entry(name).or_default() += 1;
    }
    assert!(calls.len() > 40, "the life is a full one: {calls:?}");
    for (name, count) in calls {
        let reads = name.starts_with("Get") || name.starts_with("List");
        for after in 0..if reads { 1 } else { count } {
            let world = World::new().await;
            world.sandbox.inject(Fault {
                service: "iam".to_owned(),
                operation: Some(name.clone()),
                after,
                times: Some(1),
                effect: Effect::LoseReply,
            });
            let got = live(&world).await;
            for (expected, got) in expected.iter().zip(&got) {
                assert_eq!(timeless(expected), timeless(got), "{name} {after}");
            }
            let left = world.sandbox.inspect("iam").unwrap();
            assert!(left.is_empty(), "{name} {after} leaves {left:?}");
        }
    }
}

/// Dates move with the waits between attempts, and numbers of ids with them.
fn timeless(object: &Json) -> Json {
    let mut object = object.clone();
    for name in ["create_date", "unique_id", "policy_id"] {
        if object.get(name).is_some() {
            object[name] = Json::Null;
        }
    }
    object
}

#[tokio::test]
async fn what_was_there_before_the_first_attempt_is_not_taken() {
    let theirs = json!({ "name": "app", "assume_role_policy": TRUST, "description": "theirs" });
    let ours = json!({ "name": "app", "assume_role_policy": TRUST }).to_string();
    // The same name, and the reply of a create that was refused is lost: it is not what was to be made.
    let world = World::new().await;
    world.create(role::KIND, &theirs.to_string()).await;
    world.sandbox.inject(Fault::lose_reply("iam", "CreateRole"));
    let error = world.try_create(role::KIND, &ours).await.error.unwrap();
    assert_eq!(error.kind, ProviderErrorKind::AlreadyExists);
    // Without a lost reply even an equal one is somebody else's.
    let world = World::new().await;
    world.create(role::KIND, &ours).await;
    let error = world.try_create(role::KIND, &ours).await.error.unwrap();
    assert_eq!(error.kind, ProviderErrorKind::AlreadyExists);
}

#[tokio::test]
async fn a_policy_of_the_same_name_elsewhere_is_not_taken() {
    let world = World::new().await;
    let theirs = json!({ "name": "read", "path": "/theirs/", "policy": document("s3:Get*") });
    world.create(policy::KIND, &theirs.to_string()).await;
    let fault = Fault::lose_reply("iam", "CreatePolicy");
    world.sandbox.inject(fault);
    let ours = json!({ "name": "read", "policy": document("s3:Get*") }).to_string();
    let error = world.try_create(policy::KIND, &ours).await.error.unwrap();
    assert_eq!(error.kind, ProviderErrorKind::AlreadyExists);
}

#[tokio::test]
async fn a_version_whose_reply_is_lost_takes_the_last_room_once() {
    let world = World::new().await;
    let config = |number: u32| {
        json!({ "name": "read", "policy": document(&format!("s3:Get{number}")) }).to_string()
    };
    let mut made = world.create(policy::KIND, &config(1)).await;
    for number in 2..=4 {
        made = world.update(policy::KIND, &made, &config(number)).await;
    }
    let fault = Fault::lose_reply("iam", "CreatePolicyVersion");
    world.sandbox.inject(fault);
    let planned = world.plan(policy::KIND, &config(5), Some(&made)).await;
    let outcome = policy::KIND
        .update(&world.context, &made.into(), &planned)
        .await;
    assert_eq!(
        done(outcome).text("policy"),
        Some(document("s3:Get5").as_str())
    );
}
