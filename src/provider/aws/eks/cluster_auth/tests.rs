//! What stands for a token.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use super::DATA;
use crate::plan::attributes_json;
use crate::provider::aws::testing::{World, config_of};
use crate::provider::kubernetes::Settings;
use crate::schema::Facts;
use crate::value::{Known, Marks, Value, to_json};
use std::collections::BTreeMap;

#[tokio::test]
async fn the_token_says_which_cluster_is_meant_and_is_not_recorded() {
    let world = World::new().await;
    let read = world.read_data(DATA, r#"{"name":"main"}"#).await.unwrap();
    assert_eq!(world.calls(), "1 STS", "only who the caller is, once");
    let json = to_json(&read);
    assert_eq!(json["id"], "main");
    assert_eq!(json["region"], "us-east-1");
    let recorded = attributes_json(&read, &DATA.schema().block);
    assert_eq!(recorded["token"], serde_json::Value::Null);
    assert_eq!(recorded["name"], "main");

    let block = crate::provider::kubernetes::provider_block();
    let settings = serde_json::json!({ "host": "https://x", "token": json["token"] });
    let schema = crate::schema::TypeSchema {
        version: 0,
        block: block.clone(),
        description: "",
    };
    let settings = Known::new(&config_of(&schema, &settings.to_string())).unwrap();
    let settings = Settings::read(&settings, &BTreeMap::new()).unwrap();
    let cluster = ("main".to_owned(), "us-east-1".to_owned());
    assert_eq!((settings.eks, settings.token), (Some(cluster), None));
}

#[test]
fn a_cluster_that_does_not_exist_yet_has_no_token_yet() {
    let facts = Facts {
        region: "eu-west-1".to_owned(),
        ..Facts::default()
    };
    let config = config_of(DATA.schema(), r#"{"name":"main"}"#);
    let with = |name: Value| {
        let mut entries = config.to_entries();
        entries.insert("name".into(), name);
        DATA.rules().compute(&Value::object(entries), &facts)
    };
    let predicted = with(Value::string("main").marked(Marks::PREDICTED));
    let token = predicted.unwrap().unwrap().get("token").unwrap().clone();
    assert!(token.marks.contains(Marks::PREDICTED) && token.marks.contains(Marks::SENSITIVE));
    assert!(with(Value::unknown(crate::value::Type::String)).is_none());
    let nowhere = DATA.rules().compute(&config, &Facts::default());
    assert!(nowhere.is_none());
}
