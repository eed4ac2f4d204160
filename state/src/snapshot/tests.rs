#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use serde_json::json;

use super::*;

#[test]
fn serial_is_a_whole_number_and_does_not_wrap() {
    for (text, accepted) in [
        ("0", true),
        ("18446744073709551615", true),
        ("18446744073709551616", false),
        ("-1", false),
        ("1.0", false),
        ("", false),
    ] {
        assert_eq!(text.parse::<Serial>().is_ok(), accepted, "{text:?}");
    }
    assert_eq!(Serial::new(u64::MAX).next().get(), u64::MAX);
}

#[test]
fn lineage_has_a_length_and_no_control_characters() {
    for (text, accepted) in [
        (String::new(), true),
        ("821a1c11-12de-9119-5b37-d1cd5922bdd1".to_owned(), true),
        ("x".repeat(255), true),
        ("x".repeat(256), false),
        ("a\nb".to_owned(), false),
    ] {
        assert_eq!(text.parse::<Lineage>().is_ok(), accepted, "{text:?}");
    }
    assert_ne!(Lineage::random(), Lineage::random());
}

#[test]
fn deposed_key_is_eight_hexadecimal_digits() {
    for (text, accepted) in [
        ("00000000", true),
        ("beefCAFE", true),
        ("beefcaf", false),
        ("beefcafe0", false),
        ("beefcafg", false),
        ("éeefca", false),
    ] {
        assert_eq!(text.parse::<DeposedKey>().is_ok(), accepted, "{text:?}");
    }
    let random = DeposedKey::random();
    assert_eq!(random.as_str().parse(), Ok(random.clone()));
}

#[test]
fn versions_are_ordered_by_precedence() {
    let ascending = [
        "0.12.31",
        "1.11.0-alpha20250101",
        "1.11.0-alpha20250201",
        "1.11.0-beta1",
        "1.11.0-rc1",
        "1.11.0",
        "1.11.4",
        "1.12.0-beta1",
        "1.12.0",
        "2",
    ];
    for (left, right) in ascending.iter().zip(&ascending[1..]) {
        let left: TerraformVersion = left.parse().unwrap();
        let right: TerraformVersion = right.parse().unwrap();
        assert!(right.is_newer_than(&left), "{left} < {right}");
        assert!(!left.is_newer_than(&right), "{left} < {right}");
    }
    let same = |left: &str, right: &str| {
        let (left, right): (TerraformVersion, TerraformVersion) =
            (left.parse().unwrap(), right.parse().unwrap());
        !left.is_newer_than(&right) && !right.is_newer_than(&left)
    };
    assert!(same("1.11", "1.11.0"));
    assert!(same("1.11.0+a", "1.11.0+b"));
    for text in ["", "one", "1..2", "v1.2", "1.2é"] {
        assert!(text.parse::<TerraformVersion>().is_err(), "{text:?}");
    }
}

#[test]
fn a_newer_writer_stays_recorded() {
    let ours: TerraformVersion = "1.11.4".parse().unwrap();
    for (recorded, expected) in [
        (None, "1.11.4"),
        (Some("1.9.0"), "1.11.4"),
        (Some("1.11.4"), "1.11.4"),
        (Some("1.13.0"), "1.13.0"),
    ] {
        let mut snapshot = Snapshot::empty(Lineage::random());
        snapshot.terraform_version = recorded.map(|text| text.parse().unwrap());
        snapshot.record_version(&ours);
        assert_eq!(snapshot.terraform_version.unwrap().as_str(), expected);
    }
}

#[test]
fn addresses_read_as_terraform_writes_them() {
    let key = |module: Option<&str>, mode, index_key, deposed: Option<&str>| {
        let resource = ResourceKey {
            module: module.map(str::to_owned),
            mode,
            ty: "t".to_owned(),
            name: "n".to_owned(),
        };
        let object = ObjectKey {
            index_key,
            deposed: deposed.map(|text| text.parse().unwrap()),
        };
        format!("{resource}{object}")
    };
    let text = |text: &str| Some(IndexKey::Text(text.to_owned()));
    assert_eq!(key(None, ResourceMode::Managed, None, None), "t.n");
    assert_eq!(
        key(
            Some("module.m[\"a\"]"),
            ResourceMode::Data,
            Some(IndexKey::Int(3)),
            None
        ),
        "module.m[\"a\"].data.t.n[3]"
    );
    assert_eq!(
        key(
            None,
            ResourceMode::Managed,
            text("a\"b${c}"),
            Some("deadbeef")
        ),
        "t.n[\"a\\\"b$${c}\"] (deposed object deadbeef)"
    );
}

#[test]
fn same_content_ignores_what_every_write_changes() {
    let mut one = Snapshot::empty(Lineage::random());
    let mut two = Snapshot::empty(Lineage::random());
    two.serial = two.serial.next();
    two.record_version(&"1.11.4".parse().unwrap());
    assert!(one.same_content(&two));
    one.outputs.insert(
        "a".to_owned(),
        OutputValue {
            value: json!(1),
            ty: json!("number"),
            sensitive: false,
            extra: Map::new(),
        },
    );
    assert!(!one.same_content(&two));
}

#[test]
fn attributes_keep_their_words_and_drop_white_space() {
    let read = |text: &str| serde_json::from_str::<Attributes>(text);
    for (text, kept) in [
        ("null", "null"),
        ("{ }", "{}"),
        (
            "{\n  \"a b\": [ 1.50, \"x \\\" { y\", true ],\n  \"z\": {\t\"n\": null }\r\n}",
            "{\"a b\":[1.50,\"x \\\" { y\",true],\"z\":{\"n\":null}}",
        ),
        ("\"\\\\\"", "\"\\\\\""),
    ] {
        let attributes = read(text).unwrap();
        assert_eq!(attributes.text(), kept);
        assert_eq!(
            attributes.json(),
            serde_json::from_str::<serde_json::Value>(text).unwrap()
        );
        assert_eq!(Attributes::from(attributes.json()), attributes);
    }
    assert_eq!(
        read("{\"a\":1,\"b\":2}").unwrap(),
        read("{\"b\":2, \"a\":1}").unwrap()
    );
    assert_ne!(read("{\"a\":1}").unwrap(), read("{\"a\":2}").unwrap());
}

#[test]
fn attributes_that_are_no_tree_are_refused() {
    let deep = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    for (text, accepted) in [
        (deep(100), true),
        (deep(200), false),
        ("\"\\ud83e\\udd80\"".to_owned(), true),
        ("\"\\ud83e\"".to_owned(), false),
    ] {
        let read = serde_json::from_str::<Attributes>(&text);
        assert_eq!(read.is_ok(), accepted, "{text}");
    }
}
