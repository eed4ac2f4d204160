//! What making clients refuses, and what it makes of settings, without anybody being asked.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test stops where it fails, and writes the files it needs"
)]

use super::http::client;
use super::profiles::is_a_region;
use super::{Transport, connect, retries};
use crate::provider::aws::{NetworkSettings, Settings};
use crate::provider::{CallCounts, ProviderErrorKind};

#[test]
fn regions_have_a_form() {
    for region in [
        "eu-west-1",
        "us-gov-east-1",
        "ap-southeast-12",
        "us-isob-east-1",
        "mx-central-1",
    ] {
        assert!(is_a_region(region), "{region}");
    }
    for other in [
        "",
        "eu-west",
        "eu-west-1a",
        "euwest1",
        "EU-west-1",
        "eu--1",
        "local",
        "eu-west-",
    ] {
        assert!(!is_a_region(other), "{other}");
    }
}

#[tokio::test]
async fn a_region_of_another_form_is_refused_unless_it_is_asked_for() {
    let settings = Settings {
        region: Some("moon".to_owned()),
        keys: Some(("a".to_owned(), "b".to_owned())),
        ..Settings::default()
    };
    let calls = CallCounts::default();
    let refused = connect(&settings, &Transport::Network, &calls).await;
    let error = refused.err().unwrap();
    assert_eq!(error.kind, ProviderErrorKind::InvalidInput);
    assert!(error.message.contains("`moon`"), "{error}");
    let settings = Settings {
        skip_region_validation: true,
        ..settings
    };
    let clients = connect(&settings, &Transport::Network, &calls).await;
    assert_eq!(clients.unwrap().region(), "moon");
}

#[tokio::test]
async fn a_file_without_certificates_is_refused_and_nothing_panics() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bundle.pem");
    let network = NetworkSettings {
        authorities: Some(path.display().to_string()),
        ..NetworkSettings::default()
    };
    let said = async || client(&network).await.unwrap_err().to_string();
    assert!(said().await.contains("No such file"), "{}", said().await);
    for text in [
        "",
        "no certificate",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\n%%%%\n-----END CERTIFICATE-----\n",
    ] {
        std::fs::write(&path, text).unwrap();
        let error = said().await;
        assert!(error.contains("`custom_ca_bundle`"), "{text}: {error}");
    }
}

#[tokio::test]
async fn a_proxy_that_is_no_url_is_refused() {
    let network = NetworkSettings {
        https_proxy: Some("http://a b".to_owned()),
        ..NetworkSettings::default()
    };
    let error = client(&network).await.unwrap_err();
    assert!(error.message.starts_with("`https_proxy`"), "{error}");
}

#[test]
fn the_block_decides_on_retries_before_the_environment() {
    let of = |retries: Option<u32>| Settings {
        max_retries: retries,
        ..Settings::default()
    };
    for (own, shared, expected) in [
        (None, None, 25),
        (None, Some(7), 7),
        (Some(0), Some(7), 1),
        (Some(4), None, 5),
    ] {
        let config = retries(&of(own), shared, None);
        assert_eq!(config.max_attempts(), expected, "{own:?} {shared:?}");
    }
    let mode =
        |settings: &Settings, shared| format!("{:?}", retries(settings, None, shared).mode());
    assert_eq!(mode(&of(None), None), "Standard");
    assert_eq!(mode(&of(None), Some("adaptive")), "Adaptive");
    let own = Settings {
        adaptive_retries: Some(false),
        ..Settings::default()
    };
    assert_eq!(mode(&own, Some("adaptive")), "Standard");
}
