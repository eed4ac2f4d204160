//! Addresses: what is written is read back as it was.

#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use super::*;

#[track_caller]
fn round_trip<T: std::str::FromStr<Err = AddressError> + std::fmt::Display>(text: &str) {
    let parsed: T = text.parse().unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(parsed.to_string(), text);
}

#[test]
fn instances_print_as_they_were_written() {
    for text in [
        "aws_iam_role.a",
        "aws_iam_role.a[0]",
        "data.aws_iam_role.a[\"x.y/z\"]",
        "module.a.aws_iam_role.b[\"quote \\\" and $${x}\"]",
        "module.a[0].module.b[\"k\"].data.tls_certificate.c",
    ] {
        round_trip::<InstanceAddress>(text);
    }
}

#[test]
fn provider_configurations_print_as_they_were_written() {
    for text in [
        "provider[\"registry.terraform.io/hashicorp/aws\"]",
        "provider[\"registry.terraform.io/hashicorp/kubernetes\"].cluster_main",
        "module.a.module.b.provider[\"terraform.io/builtin/terraform\"]",
    ] {
        round_trip::<ProviderConfigAddress>(text);
    }
}

#[test]
fn what_is_no_address_is_refused() {
    for text in [
        "", "a", "a.b.c", "a.b[", "a.b[x]", "a.b[\"x]", "module.a", "1a.b", "a.b[0]x",
    ] {
        assert!(
            text.parse::<InstanceAddress>().is_err(),
            "{text} was accepted"
        );
    }
}

#[test]
fn paths_print_as_references() {
    let path = AttributePath::attribute("metadata")
        .then(PathStep::Index(0))
        .then(PathStep::Attribute("annotations".into()))
        .then(PathStep::Key("a/b".into()));
    assert_eq!(path.to_string(), "metadata[0].annotations[\"a/b\"]");
    assert!(AttributePath::attribute("metadata").contains(&path));
}
