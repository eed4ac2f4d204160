//! Tokens that are handed out.
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use super::EPHEMERAL;
use crate::provider::aws::testing::{World, config_of};
use crate::value::Known;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

#[tokio::test]
async fn a_token_is_a_presigned_request_for_the_cluster() {
    let world = World::new().await;
    let open = async |config: &str| {
        let config = Known::new(&config_of(EPHEMERAL.schema(), config)).unwrap();
        EPHEMERAL.open(&world.context, &config).await.unwrap()
    };
    let opened = open(r#"{"name":"main"}"#).await;
    assert_eq!(opened.text("region"), Some("us-east-1"));
    let token = opened.text("token").unwrap();
    let url = token.strip_prefix("k8s-aws-v1.").unwrap();
    let url = String::from_utf8(URL_SAFE_NO_PAD.decode(url).unwrap()).unwrap();
    assert!(
        url.starts_with("https://sts.us-east-1.amazonaws.com/?Action=GetCallerIdentity"),
        "{url}"
    );
    assert!(url.contains("x-k8s-aws-id"), "{url}");
    assert_ne!(open(r#"{"name":"other"}"#).await.text("token"), Some(token));
    let elsewhere = open(r#"{"name":"main","region":"eu-west-1"}"#).await;
    assert_eq!(elsewhere.text("region"), Some("eu-west-1"));
    assert_eq!(world.calls(), "", "nobody is asked");
}

#[test]
fn a_token_is_a_secret_that_nobody_can_set() {
    let token = EPHEMERAL.schema().block.attribute("token").unwrap();
    assert!(token.sensitive && token.is_computed());
    let problems = |config: &str| {
        let config = config_of(EPHEMERAL.schema(), config);
        EPHEMERAL.rules().validate(&config).len()
    };
    assert_eq!(
        (problems(r#"{"name":""}"#), problems(r#"{"name":"main"}"#)),
        (1, 0)
    );
}
