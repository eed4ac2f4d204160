//! Sessions and what else an ARN may name.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use super::{DATA, session_of};
use crate::provider::aws::iam::role;
use crate::provider::aws::testing::World;
use crate::value::to_json;
use serde_json::json;

#[tokio::test]
async fn a_session_leads_to_its_role() {
    let world = World::new().await;
    let trust = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Principal": { "Service": "eks.amazonaws.com" }, "Action": "sts:AssumeRole" },
    ] });
    let config =
        json!({ "name": "app", "path": "/irsa/", "assume_role_policy": trust.to_string() });
    let role = world.create(role::KIND, &config.to_string()).await;
    let before = world.sent().len();
    let arn = "arn:aws:sts::123456789012:assumed-role/app/session";
    let config = json!({ "arn": arn }).to_string();
    let read = world.read_data(DATA, &config).await.unwrap();
    assert_eq!(
        to_json(&read),
        json!({
            "arn": arn, "id": arn, "issuer_arn": "arn:aws:iam::123456789012:role/irsa/app",
            "issuer_id": role.text("unique_id"), "issuer_name": "app", "session_name": "session",
        })
    );
    assert_eq!(world.sent().split_off(before), ["GetRole"]);
    let config = json!({ "arn": "arn:aws:sts::123456789012:assumed-role/none/session" });
    let error = world
        .read_data(DATA, &config.to_string())
        .await
        .unwrap_err();
    assert!(
        error.message.contains("no role of the name none"),
        "{error}"
    );
}

#[tokio::test]
async fn what_is_no_session_is_its_own_issuer_and_nobody_is_asked() {
    let world = World::new().await;
    let arn = "arn:aws:iam::123456789012:user/sandbox";
    let config = json!({ "arn": arn }).to_string();
    let read = world.read_data(DATA, &config).await.unwrap();
    assert_eq!(
        to_json(&read),
        json!({
            "arn": arn, "id": arn, "issuer_arn": arn, "issuer_id": "", "issuer_name": "", "session_name": "",
        })
    );
    assert_eq!(world.calls(), "");
}

#[test]
fn sessions_are_told_from_the_rest() {
    for (arn, expected) in [
        (
            "arn:aws:sts::123456789012:assumed-role/app/s1",
            Some(("app", "s1")),
        ),
        (
            "arn:aws-cn:sts::123456789012:assumed-role/a/b/s1",
            Some(("b", "s1")),
        ),
        ("arn:aws:sts::123456789012:assumed-role/app/s", None),
        ("arn:aws:sts::123456789012:assumed-role/app", None),
        ("arn:aws:iam::123456789012:assumed-role/app/s1", None),
        ("arn:aws:iam::123456789012:role/app", None),
        ("arn:aws:sts::123456789012:federated-user/bob", None),
        ("app", None),
    ] {
        assert_eq!(session_of(arn), expected, "{arn}");
    }
}
