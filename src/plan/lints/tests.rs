//! What no configuration of the sandbox can show: certificates are read over a real connection.
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use super::providers::{ForeignThumbprint, foreign_thumbprint};
use crate::value::{Type, Value, from_json};
use serde_json::json;

const ROOT: &str = "9e99a48a9960b14926bb7f3b02e22da2b0ab7280";
const OTHER: &str = "06b25927c42a721631c1efd9431e648fa62e1e39";

fn value(json: &serde_json::Value) -> Value {
    from_json(json, &Type::Dynamic).unwrap()
}

fn provider(thumbprint: &str) -> Value {
    value(&json!({ "url": "https://oidc.example.com/id/A", "thumbprint_list": [thumbprint] }))
}

fn certificate(url: &str) -> Value {
    value(&json!({ "url": url, "certificates": [{ "sha1_fingerprint": ROOT }] }))
}

#[test]
fn a_thumbprint_of_another_certificate_is_foreign() {
    let (provider, certificate) = (
        provider(OTHER),
        certificate("https://oidc.example.com/id/A"),
    );
    let foreign = ForeignThumbprint {
        given: OTHER,
        url: "https://oidc.example.com/id/A",
        seen: vec![ROOT],
    };
    assert_eq!(foreign_thumbprint(&provider, &certificate), Some(foreign));
}

#[test]
fn the_right_thumbprint_and_certificates_of_elsewhere_are_nothing_to_tell() {
    let here = certificate("https://oidc.example.com/id/A");
    assert_eq!(
        foreign_thumbprint(&provider(&ROOT.to_uppercase()), &here),
        None
    );
    let elsewhere = certificate("https://oidc.example.com/id/B");
    assert_eq!(foreign_thumbprint(&provider(OTHER), &elsewhere), None);
}
