//! Identity provider configs on the sandbox.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use super::KIND;
use crate::provider::ProviderErrorKind;
use crate::provider::aws::eks::testing::{calls, with_cluster};
use crate::provider::aws::testing::config_of;
use crate::value::to_json;
use serde_json::{Value as Json, json};

/// An object with members of another over its own.
fn over(mut object: Json, more: Json) -> Json {
    let Json::Object(more) = more else {
        unreachable!("arguments are an object");
    };
    for (name, value) in more {
        object[name.as_str()] = value;
    }
    object
}

fn config(more: Json, oidc: Json) -> String {
    let block = json!({
        "identity_provider_config_name": "people",
        "client_id": "kubernetes",
        "issuer_url": "https://login.example.com",
    });
    let block = Json::from(vec![over(block, oidc)]);
    over(json!({ "cluster_name": "main", "oidc": block }), more).to_string()
}

#[tokio::test]
async fn a_config_is_associated_imported_and_taken_away() {
    let world = with_cluster(json!({})).await;
    let claims = json!({ "groups_claim": "groups", "required_claims": { "hd": "example.com" } });
    let made = world
        .create(KIND, &config(json!({ "tags": { "a": "1" } }), claims))
        .await;
    assert_eq!(calls(&world)[0], "AssociateIdentityProviderConfig");
    let json = to_json(&made);
    for (name, value) in [
        ("id", json!("main:people")),
        ("status", json!("ACTIVE")),
        ("tags_all", json!({ "a": "1" })),
    ] {
        assert_eq!(json[name], value, "{name}");
    }
    assert_eq!(
        json["oidc"][0]["required_claims"],
        json!({ "hd": "example.com" })
    );
    let imported = world.import(KIND, "main:people").await.unwrap();
    assert_eq!(to_json(&imported)["arn"], json["arn"]);
    assert!(world.import(KIND, "main:none").await.is_none());
    world.delete(KIND, &made).await;
}

#[tokio::test]
async fn tags_change_in_place_and_the_provider_needs_another() {
    let world = with_cluster(json!({})).await;
    let made = world.create(KIND, &config(json!({}), json!({}))).await;
    let before = calls(&world).len();
    world
        .update(
            KIND,
            &made,
            &config(json!({ "tags": { "a": "1" } }), json!({})),
        )
        .await;
    let mut sent = calls(&world).split_off(before);
    sent.retain(|name| !name.starts_with("Describe"));
    assert_eq!(sent, ["TagResource"]);
    let oidc = KIND.schema().block.nested("oidc").unwrap();
    assert!(
        oidc.block
            .attributes
            .iter()
            .all(|attribute| attribute.requires_replacement)
    );
}

#[tokio::test]
async fn another_change_of_the_cluster_is_waited_for() {
    let world = with_cluster(json!({})).await;
    let made = world.create(KIND, &config(json!({}), json!({}))).await;
    // Somebody else changes the cluster.
    let clients = crate::provider::aws::AwsClients::of(&world.context).unwrap();
    let call = clients.eks(None).update_cluster_config().name("main");
    call.deletion_protection(true).send().await.unwrap();
    world.delete(KIND, &made).await;
    let told = world.told.lock().unwrap().join("\n");
    assert!(told.contains("currently has update"), "{told}");
}

#[tokio::test]
async fn one_that_takes_too_long_is_recorded() {
    let world = with_cluster(json!({})).await;
    let timeouts = json!({ "timeouts": { "create": "5m" } });
    let outcome = world.try_create(KIND, &config(timeouts, json!({}))).await;
    let error = outcome.error.unwrap();
    assert_eq!(error.kind, ProviderErrorKind::Timeout);
    assert_eq!(error.message, "timeout after 5 minutes (state 'CREATING')");
    let half = outcome.object.unwrap().object;
    assert_eq!(half.text("status"), Some("CREATING"));
    let whole = world
        .update(KIND, &half, &config(json!({}), json!({})))
        .await;
    assert_eq!(whole.text("status"), Some("ACTIVE"));
}

#[tokio::test]
async fn refusals_are_told() {
    let world = with_cluster(json!({ "issuer_id": "A".repeat(32) })).await;
    let own = format!(
        "https://oidc.eks.us-east-1.amazonaws.com/id/{}",
        "A".repeat(32)
    );
    let own = world
        .try_create(KIND, &config(json!({}), json!({ "issuer_url": own })))
        .await;
    let error = own.error.unwrap();
    assert!(
        error
            .message
            .contains("must differ from the issuer of the cluster"),
        "{error}"
    );
    world.create(KIND, &config(json!({}), json!({}))).await;
    let second = json!({ "identity_provider_config_name": "more" });
    let second = world.try_create(KIND, &config(json!({}), second)).await;
    assert_eq!(second.error.unwrap().code, "ResourceLimitExceededException");
}

#[test]
fn arguments_are_checked() {
    for (oidc, expected) in [
        (
            json!({ "client_id": "" }),
            "\"oidc.0.client_id\" must not be empty",
        ),
        (
            json!({ "issuer_url": "http://x" }),
            "expected \"oidc.0.issuer_url\"",
        ),
        (
            json!({ "required_claims": { "a": "" } }),
            "invalid claim \"a\"",
        ),
    ] {
        let config = config_of(KIND.schema(), &config(json!({}), oidc));
        let problems = KIND.rules().validate(&config);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].summary.starts_with(expected), "{problems:?}");
    }
}
