//! Identity providers on the sandbox.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use super::rules::without_scheme;
use super::{DATA, KIND};
use crate::provider::ProviderErrorKind;
use crate::provider::aws::testing::{World, config_of};
use crate::sandbox::Fault;
use crate::value::{Known, Marks, Value, to_json};
use serde_json::{Value as Json, json};
use std::time::Duration;

const ISSUER: &str = "oidc.eks.us-east-1.amazonaws.com/id/ABC";
const ARN: &str = "arn:aws:iam::123456789012:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/ABC";
const FOUND: &str = "9e99a48a9960b14926bb7f3b02e22da2b0ab7280";

fn provider(more: Json) -> String {
    let mut config =
        json!({ "url": format!("https://{ISSUER}"), "client_id_list": ["sts.amazonaws.com"] });
    let Json::Object(more) = more else {
        unreachable!("arguments are an object");
    };
    for (name, value) in more {
        config[name.as_str()] = value;
    }
    config.to_string()
}

#[tokio::test]
async fn a_provider_is_made_imported_and_deleted() {
    let world = World::new().await;
    let made = world
        .create(KIND, &provider(json!({ "tags": { "team": "a" } })))
        .await;
    assert_eq!(
        to_json(&made),
        json!({
            "arn": ARN,
            "client_id_list": ["sts.amazonaws.com"],
            "id": ARN,
            "tags": { "team": "a" },
            "tags_all": { "team": "a" },
            "thumbprint_list": [FOUND],
            "url": ISSUER,
        })
    );
    assert_eq!(world.import(KIND, ARN).await, Some(made.clone()));
    world.delete(KIND, &made).await;
    assert_eq!(world.import(KIND, ARN).await, None);
}

#[tokio::test]
async fn the_arn_is_predicted_and_the_url_is_as_iam_keeps_it() {
    let world = World::new().await;
    let planned = world.plan(KIND, &provider(json!({})), None).await;
    let arn = Value::string(ARN).marked(Marks::PREDICTED);
    assert_eq!(planned.get("arn"), Some(&arn));
    assert_eq!(planned.get("url"), Some(&Value::string(ISSUER)));
    assert!(planned.get("thumbprint_list").unwrap().is_unknown());
    for (url, bare) in [
        ("https://OIDC.example.com/Id/A", "oidc.example.com/Id/A"),
        ("oidc.example.com", "oidc.example.com"),
    ] {
        assert_eq!(without_scheme(url), bare);
    }
}

#[tokio::test]
async fn client_ids_are_added_before_others_are_removed() {
    let world = World::new().await;
    let made = world
        .create(KIND, &provider(json!({ "client_id_list": ["a", "b"] })))
        .await;
    let before = world.sent().len();
    let config = provider(json!({ "client_id_list": ["b", "c", "d"] }));
    let changed = world.update(KIND, &made, &config).await;
    let mut sent = world.sent().split_off(before);
    sent.retain(|name| name != "GetOpenIDConnectProvider");
    assert_eq!(
        sent,
        [
            "AddClientIDToOpenIDConnectProvider",
            "AddClientIDToOpenIDConnectProvider",
            "RemoveClientIDFromOpenIDConnectProvider"
        ]
    );
    assert_eq!(to_json(&changed)["client_id_list"], json!(["b", "c", "d"]));
}

#[tokio::test]
async fn thumbprints_and_tags_change_in_place() {
    let world = World::new().await;
    let made = world.create(KIND, &provider(json!({}))).await;
    let (one, two) = ("a".repeat(40), "B".repeat(40));
    let config = provider(json!({ "thumbprint_list": [one, two], "tags": { "a": "1" } }));
    let changed = world.update(KIND, &made, &config).await;
    // Order and case of thumbprints mean nothing.
    let other = provider(
        json!({ "thumbprint_list": ["b".repeat(40), "A".repeat(40)], "tags": { "a": "1" } }),
    );
    let planned = world.plan(KIND, &other, Some(&changed)).await;
    assert_eq!(&planned, changed.value());
    // Thumbprints that are no longer written stay, tags go.
    let unset = world.update(KIND, &changed, &provider(json!({}))).await;
    assert_eq!(
        to_json(&unset)["thumbprint_list"],
        to_json(&changed)["thumbprint_list"]
    );
    assert_eq!(to_json(&unset)["tags_all"], json!({}));
}

#[tokio::test]
async fn a_record_with_the_scheme_is_no_other_provider() {
    let world = World::new().await;
    let made = world.create(KIND, &provider(json!({}))).await;
    let mut json = to_json(&made);
    json["url"] = json!(format!("https://{ISSUER}"));
    let recorded = Known::new(&config_of(KIND.schema(), &json.to_string())).unwrap();
    assert_eq!(world.read(KIND, &recorded).await, Some(recorded.clone()));
    let planned = world
        .plan(KIND, &provider(json!({})), Some(&recorded))
        .await;
    assert_eq!(&planned, recorded.value());
}

#[tokio::test]
async fn a_provider_that_shows_late_is_waited_for_and_a_half_made_one_recorded() {
    let world = World::new().await;
    world.sandbox.delay_visibility(Duration::from_secs(20));
    let made = world.create(KIND, &provider(json!({}))).await;
    world.delete(KIND, &made).await;
    world
        .sandbox
        .inject(Fault::deny("iam", "GetOpenIDConnectProvider"));
    let outcome = world.try_create(KIND, &provider(json!({}))).await;
    assert_eq!(outcome.error.unwrap().kind, ProviderErrorKind::Denied);
    let made = outcome.object.unwrap().object;
    assert_eq!(made.text("id"), Some(ARN));
    world.sandbox.clear_faults();
    world.delete(KIND, &made).await;
}

#[tokio::test]
async fn one_that_exists_is_an_error() {
    let world = World::new().await;
    world.create(KIND, &provider(json!({}))).await;
    let outcome = world.try_create(KIND, &provider(json!({}))).await;
    assert_eq!(
        outcome.error.unwrap().kind,
        ProviderErrorKind::AlreadyExists
    );
    assert!(outcome.object.is_none());
}

#[tokio::test]
async fn the_data_source_reads_by_arn_or_url() {
    let world = World::new().await;
    world.create(KIND, &provider(json!({}))).await;
    let url = format!("https://{ISSUER}");
    for config in [json!({ "arn": ARN }), json!({ "url": url })] {
        let read = world.read_data(DATA, &config.to_string()).await.unwrap();
        assert_eq!(read.text("id"), Some(ARN));
        assert_eq!(read.text("url"), Some(ISSUER));
        assert_eq!(
            to_json(&read)["client_id_list"],
            json!(["sts.amazonaws.com"])
        );
    }
    let none = world
        .read_data(DATA, r#"{"url":"https://none.example"}"#)
        .await;
    assert_eq!(none.unwrap_err().kind, ProviderErrorKind::NotFound);
    for (config, wrong) in [
        (json!({}), true),
        (json!({ "arn": ARN, "url": url }), true),
        (json!({ "url": url }), false),
    ] {
        let config = config_of(DATA.schema(), &config.to_string());
        assert_eq!(!DATA.rules().validate(&config).is_empty(), wrong);
    }
}

#[test]
fn arguments_are_checked() {
    for (change, expected) in [
        (
            json!({ "url": "http://a.example" }),
            "expected \"url\" to have a url with schema of: \"https\", got http://a.example",
        ),
        (
            json!({ "url": "a.example" }),
            "expected \"url\" to have a host, got a.example",
        ),
        (
            json!({ "url": "https://a.example/?x=1" }),
            "\"url\" cannot contain query parameters per the OIDC standard",
        ),
        (
            json!({ "client_id_list": [""] }),
            "expected length of client_id_list to be in the range (1 - 255), got ",
        ),
        (
            json!({ "thumbprint_list": ["abc"] }),
            "expected length of thumbprint_list to be in the range (40 - 40), got abc",
        ),
    ] {
        let config = config_of(KIND.schema(), &provider(change.clone()));
        let problems = KIND.rules().validate(&config);
        let summaries: Vec<&str> = problems.iter().map(|p| p.summary.as_str()).collect();
        assert_eq!(summaries, [expected], "{change}");
    }
}
