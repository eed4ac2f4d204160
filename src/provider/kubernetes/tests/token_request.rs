//! Tokens of service accounts.

use super::bench::Bench;
use crate::provider::kubernetes::token_request::EPHEMERAL;
use crate::provider::{ProviderError, ProviderErrorKind};
use crate::value::{Known, Type, from_json, to_json};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value as Json, json};

async fn open(bench: &Bench, name: &str, spec: &Json) -> Result<Json, ProviderError> {
    let block = &EPHEMERAL.schema().block;
    let written = json!({ "metadata": { "name": name, "namespace": "shop" }, "spec": spec });
    let config = Known::new(&from_json(&written, &block.ty()).unwrap()).unwrap();
    let opened = EPHEMERAL.open(&bench.ctx, &config).await?;
    assert_eq!(
        opened.value().ty(),
        block.ty(),
        "it has the shape of its type"
    );
    Ok(to_json(&opened))
}

fn claims(opened: &Json) -> Json {
    let token = opened["token"].as_str().unwrap();
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

async fn account(bench: &Bench) {
    let object =
        json!({ "apiVersion": "v1", "kind": "ServiceAccount", "metadata": { "name": "web" } });
    let path = "/api/v1/namespaces/shop/serviceaccounts/web";
    bench.declare(path, "kubectl", &object).await;
}

#[tokio::test]
async fn a_token_is_for_whom_it_was_asked() {
    let bench = Bench::new();
    account(&bench).await;
    let spec = json!({ "audiences": ["sts.amazonaws.com"], "expiration_seconds": 900 });
    let opened = open(&bench, "web", &spec).await.unwrap();
    let told = claims(&opened);
    assert_eq!(told["aud"], json!(["sts.amazonaws.com"]));
    assert_eq!(told["sub"], "system:serviceaccount:shop:web");
    let life = told["exp"].as_i64().unwrap() - told["iat"].as_i64().unwrap();
    assert_eq!(life, 900);
    assert_eq!(opened["spec"]["expiration_seconds"], 900);
    assert!(opened["expiration_timestamp"].is_string());
}

#[tokio::test]
async fn without_a_specification_it_is_for_the_api_server() {
    let bench = Bench::new();
    account(&bench).await;
    let opened = open(&bench, "web", &Json::Null).await.unwrap();
    assert_eq!(opened["spec"], Json::Null);
    let told = claims(&opened);
    assert_eq!(told["aud"], json!([told["iss"]]));
    let opened = open(&bench, "web", &json!({})).await.unwrap();
    assert_eq!(opened["spec"]["audiences"], json!([told["iss"]]));
}

#[tokio::test]
async fn what_is_refused_is_told() {
    let bench = Bench::new();
    account(&bench).await;
    let missing = open(&bench, "other", &Json::Null).await.unwrap_err();
    assert_eq!(missing.kind, ProviderErrorKind::NotFound);
    assert_eq!(
        missing.doing,
        "requesting a token for ServiceAccount (shop/other)"
    );
    let spec = json!({ "expiration_seconds": 5 });
    let short = open(&bench, "web", &spec).await.unwrap_err();
    assert!(short.message.contains("10 minutes"), "{}", short.message);
    let bound =
        json!({ "bound_object_ref": { "kind": "Pod", "api_version": "v1", "name": "gone" } });
    assert!(open(&bench, "web", &bound).await.is_err());
    let token = EPHEMERAL.schema().block.attribute("token").unwrap();
    assert!(token.sensitive && token.ty == Type::String);
}
