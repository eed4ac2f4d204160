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
fn targets_contain_what_lies_in_them() {
    for (target, address, expected) in [
        ("module.a", "module.a[0].t.x", true),
        ("module.a", "module.a.module.b[\"k\"].t.x[1]", true),
        ("module.a[1]", "module.a[0].t.x", false),
        ("module.a.t.x", "module.a[0].t.x", false),
        ("module.a[0].t.x", "module.a[0].t.x[\"k\"]", true),
        ("t.x", "t.x[3]", true),
        ("resource.t.x", "t.x", true),
        ("t.x[3]", "t.x[4]", false),
        ("t.x", "data.t.x", false),
        ("data.t.x", "data.t.x", true),
    ] {
        let target: Target = target.parse().unwrap();
        let address: InstanceAddress = address.parse().unwrap();
        assert_eq!(target.contains(&address), expected, "{target} {address}");
    }
    for text in ["", "var.x", "module", "t", "t.x.y", "module.a.b"] {
        assert!(text.parse::<Target>().is_err(), "{text} was accepted");
    }
    round_trip::<Target>("module.a[0].t.x[\"k\"]");
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
