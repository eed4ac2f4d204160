//! Zones, as the sandbox tells of them.

use super::{DATA, Zone, zones};
use crate::provider::ProviderErrorKind;
use crate::provider::aws::testing::{World, config_of};
use crate::sandbox::Fault;
use crate::value::to_json;
use serde_json::{Value as Json, json};

async fn read(world: &World, config: &str) -> Json {
    to_json(&world.read_data(DATA, config).await.unwrap())
}

#[tokio::test]
async fn the_zones_of_the_region_are_sorted() {
    let world = World::new().await;
    let all = read(&world, r#"{ "region": "eu-west-1" }"#).await;
    assert_eq!(
        all["names"],
        json!(["eu-west-1a", "eu-west-1b", "eu-west-1c"])
    );
    assert_eq!(all["zone_ids"], json!(["euw1-az1", "euw1-az2", "euw1-az3"]));
    assert_eq!(all["group_names"], json!(["eu-west-1"]));
    assert_eq!(
        (&all["id"], &all["region"]),
        (&json!("eu-west-1"), &json!("eu-west-1"))
    );
    let own = read(&world, "{}").await;
    assert_eq!(own["names"][0], json!("us-east-1a"));
    assert_eq!(world.calls(), "2 EC2");
}

#[tokio::test]
async fn filters_and_exclusions_hold() {
    let world = World::new().await;
    let some = r#"{
        "region": "eu-west-1", "state": "available",
        "exclude_names": ["eu-west-1a"],
        "filter": [{ "name": "zone-id", "values": ["euw1-az1", "euw1-az3"] }]
    }"#;
    let some = read(&world, some).await;
    assert_eq!(some["names"], json!(["eu-west-1c"]));
    assert_eq!(some["exclude_names"], json!(["eu-west-1a"]));
    let none = read(&world, r#"{ "state": "impaired" }"#).await;
    assert_eq!(none["names"], json!([]));
    let by_id = read(
        &world,
        r#"{ "region": "eu-west-1", "exclude_zone_ids": ["euw1-az2"] }"#,
    )
    .await;
    assert_eq!(by_id["zone_ids"], json!(["euw1-az1", "euw1-az3"]));
}

#[tokio::test]
async fn refusals_are_told_in_the_words_of_the_service() {
    let world = World::new().await;
    let wrong = r#"{ "filter": [{ "name": "colour", "values": ["red"] }] }"#;
    let error = world.read_data(DATA, wrong).await.unwrap_err();
    assert_eq!(error.code, "InvalidParameterValue");
    assert_eq!(error.message, "The filter 'colour' is invalid");
    assert!(!error.request_id.is_empty());
    world
        .sandbox
        .inject(Fault::deny("ec2", "DescribeAvailabilityZones"));
    let error = world.read_data(DATA, "{}").await.unwrap_err();
    assert_eq!(error.kind, ProviderErrorKind::Denied);
    assert_eq!(error.doing, "reading EC2 Availability Zones (us-east-1)");
}

#[tokio::test]
async fn throttling_is_waited_out() {
    let world = World::new().await;
    world
        .sandbox
        .inject(Fault::throttle("ec2", "DescribeAvailabilityZones", 2));
    read(&world, "{}").await;
    assert_eq!(world.calls(), "3 EC2");
}

#[test]
fn a_state_is_one_of_a_few() {
    let problems = |config: &str| DATA.rules().validate(&config_of(DATA.schema(), config));
    assert!(problems(r#"{ "state": "available" }"#).is_empty());
    assert_eq!(problems(r#"{ "state": "sleepy" }"#).len(), 1);
}

/// An answer of the service itself, shortened.
#[test]
fn answers_may_hold_more_than_is_read() {
    let answer = r#"<?xml version="1.0" encoding="UTF-8"?>
        <DescribeAvailabilityZonesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
            <requestId>1</requestId>
            <availabilityZoneInfo>
                <item>
                    <optInStatus>opt-in-not-required</optInStatus>
                    <messageSet><item><message>m</message></item></messageSet>
                    <zoneName>us-east-1b</zoneName>
                    <zoneId>use1-az6</zoneId>
                    <groupName>us-east-1-zg-1</groupName>
                </item>
            </availabilityZoneInfo>
        </DescribeAvailabilityZonesResponse>"#;
    let zone = Zone {
        name: "us-east-1b".to_owned(),
        id: "use1-az6".to_owned(),
        group: "us-east-1-zg-1".to_owned(),
    };
    assert_eq!(zones(answer).unwrap(), [zone]);
    assert!(zones("no answer at all").is_err());
}
