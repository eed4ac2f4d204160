#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::snapshot::*;

fn goldens() -> Vec<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/v4");
    let mut paths: Vec<PathBuf> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    assert!(paths.len() >= 4, "the golden states are missing");
    paths
}

#[test]
fn golden_states_round_trip_byte_for_byte() {
    for path in goldens() {
        let bytes = fs::read(&path).unwrap();
        let snapshot = parse(&bytes).unwrap().unwrap();
        let written = String::from_utf8(write(&snapshot).unwrap()).unwrap();
        assert_eq!(
            written,
            String::from_utf8(bytes).unwrap(),
            "{}",
            path.display()
        );
    }
}

#[test]
fn every_golden_state_cut_anywhere_is_refused() {
    for path in goldens() {
        let bytes = fs::read(&path).unwrap();
        let whole = bytes.len() - 1; // the final line break may go
        for end in (1..whole).step_by(1 + whole / 500) {
            let error = parse(&bytes[..end]).unwrap_err();
            assert!(
                matches!(error, FormatError::Truncated { .. }),
                "{} cut at {end}: {error}",
                path.display()
            );
        }
    }
}

/// A state whose one resource has these instances.
fn state_with(instances: &str) -> String {
    format!(
        "{{\"version\":4,\"serial\":1,\"lineage\":\"l\",\"resources\":[{{\"mode\":\"managed\",\
         \"type\":\"t\",\"name\":\"n\",\"provider\":\"p\",\"instances\":{instances}}}]}}"
    )
}

#[test]
fn what_cannot_be_read_is_told_apart() {
    let check = |text: &str, expected: &str| {
        let error = parse(text.as_bytes()).unwrap_err().to_string();
        assert!(
            error.contains(expected),
            "{text}\n  gives {error}\n  not {expected}"
        );
    };
    check("{", "cut off: it ends at line 1, column 1");
    check("<xml>", "not JSON: expected value at line 1, column 1");
    check(
        "{\n  \"version\": 4,\n  oops\n}",
        "not JSON: key must be a string at line 3, column 3",
    );
    check(
        "{\"version\":4,\"lineage\":\"\"} x",
        "not JSON: trailing characters",
    );
    check("[]", "not as expected");
    check("{}", "missing field `version`");
    check("{\"version\":\"4\"}", "not as expected");
    check("{\"version\":0}", "`version` is 0, which is not a version");
    check(
        "{\"version\":4.5}",
        "`version` is 4.5, which is not a version",
    );
    check("{\"version\":-1}", "`version` is -1");
    check(
        "{\"version\":3,\"modules\":[]}",
        "format version 3, of Terraform before 0.12",
    );
    check(
        "{\"version\":1}",
        "upgrade it with `terraform apply -refresh-only`",
    );
    check(
        "{\"version\":5,\"terraform_version\":\"2.0.0\"}",
        "format version 5, written by Terraform 2.0.0",
    );
    check("{\"version\":4,\"serial\":-1}", "at line 1, column 24");
    check("{\"version\":4,\"serial\":1.5}", "not as expected");
    check(
        "{\"version\":4,\"lineage\":\"a\\nb\"}",
        "no control characters",
    );
    check(
        "{\"version\":4,\"terraform_version\":\"x\"}",
        "`x` is not a version of Terraform",
    );
    check("{\"version\":4,\"resources\":{}}", "expected a sequence");
    check(
        "{\"version\":4,\n\"resources\":[{\"mode\":\"magic\"}]}",
        "unknown variant `magic`, expected `data` or `managed` at line 2",
    );
    check(
        &state_with("[{\"index_key\":true}]"),
        "an `index_key` is a whole number",
    );
    check(
        &state_with("[{\"index_key\":1.5}]"),
        "an `index_key` is a whole number",
    );
    check(
        &state_with("[{\"deposed\":\"12\"}]"),
        "`12` is not a deposed key",
    );
    check(
        &state_with("[{\"status\":\"odd\"}]"),
        "unknown variant `odd`",
    );
    check(
        &state_with("[{\"sensitive_attributes\":[[{\"type\":\"x\",\"value\":1}]]}]"),
        "unknown variant `x`",
    );
    check(
        &state_with("[{\"index_key\":0},{\"index_key\":0}]"),
        "the state has t.n[0] twice",
    );
}

#[test]
fn an_empty_file_is_no_state() {
    assert_eq!(parse(b""), Ok(None));
}

/// Parses `instances`, writes, and gives back the instances as JSON.
fn rewritten(instances: &Value) -> Value {
    let snapshot = parse(state_with(&instances.to_string()).as_bytes())
        .unwrap()
        .unwrap();
    let written: Value = serde_json::from_slice(&write(&snapshot).unwrap()).unwrap();
    written["resources"][0]["instances"].clone()
}

#[test]
fn instances_are_sorted_and_completed_as_terraform_does() {
    let written = rewritten(&json!([
        { "index_key": "b" },
        { "index_key": 10, "attributes_flat": { "b": "2", "a": "1" }, "dependencies": null },
        { "index_key": 9, "status": "", "deposed": "", "create_before_destroy": false },
        { "index_key": 9, "deposed": "00000002" },
        { "index_key": 9, "deposed": "00000001", "status": "tainted" },
        { "index_key": "a" },
    ]));
    assert_eq!(
        written.to_string(),
        json!([
            { "index_key": 9, "schema_version": 0, "attributes": {}, "sensitive_attributes": [] },
            { "index_key": 9, "status": "tainted", "deposed": "00000001", "schema_version": 0,
              "attributes": {}, "sensitive_attributes": [] },
            { "index_key": 9, "deposed": "00000002", "schema_version": 0, "attributes": {},
              "sensitive_attributes": [] },
            { "index_key": 10, "schema_version": 0, "attributes_flat": { "a": "1", "b": "2" },
              "sensitive_attributes": [] },
            { "index_key": "a", "schema_version": 0, "attributes": {}, "sensitive_attributes": [] },
            { "index_key": "b", "schema_version": 0, "attributes": {}, "sensitive_attributes": [] },
        ])
        .to_string()
    );
}

#[test]
fn unknown_members_pass_through_at_every_level() {
    let text = r#"{"version":4,"terraform_version":"9.9.9","serial":1,"lineage":"l","future":{"n":1.50},
      "outputs":{"o":{"value":1E400,"type":"number","ephemeral":true}},
      "resources":[{"mode":"data","type":"t","name":"n","provider":"p","lock":[2.0],
        "instances":[{"schema_version":3,"attributes":{"a":123456789012345678901234567890.10},
          "identity_schema_version":1,"identity":{"arn":"x"},"private":"e30=","novelty":0.10}]}]}"#;
    let written = write(&parse(text.as_bytes()).unwrap().unwrap()).unwrap();
    let text = String::from_utf8(written.clone()).unwrap();
    for kept in [
        "\"future\": {\n    \"n\": 1.50\n  }",
        "\"ephemeral\": true",
        "\"value\": 1e+400",
        "\"lock\": [\n        2.0\n      ]",
        "123456789012345678901234567890.10",
        "\"novelty\": 0.10",
        "\"terraform_version\": \"9.9.9\"",
        "\"identity_schema_version\": 1,\n          \"identity\": {",
    ] {
        assert!(text.contains(kept), "{kept} is not in\n{text}");
    }
    assert_eq!(write(&parse(&written).unwrap().unwrap()).unwrap(), written);
}

#[test]
fn texts_are_escaped_as_go_does() {
    let text = "<a href='x'>&\u{2028}\u{2029}\u{8}\u{c}\n\r\t\u{1}\u{7f}\"\\/é🦀";
    let snapshot = state_with(&json!([{ "attributes": { "a": text } }]).to_string());
    let written = write(&parse(snapshot.as_bytes()).unwrap().unwrap()).unwrap();
    let written = String::from_utf8(written).unwrap();
    let expected = "\"a\": \"\\u003ca href='x'\\u003e\\u0026\\u2028\\u2029\\b\\f\\n\\r\\t\\u0001\u{7f}\\\"\\\\/é🦀\"";
    assert!(written.contains(expected), "{written}");
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::from),
        "-?(0|[1-9][0-9]{0,40})(\\.[0-9]{1,20})?"
            .prop_map(|text| text.parse::<Number>().unwrap().into()),
        any::<String>().prop_map(Value::String),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec((any::<String>(), inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn instance() -> impl Strategy<Value = InstanceState> {
    let index_key = prop::option::of(prop_oneof![
        any::<i64>().prop_map(IndexKey::Int),
        any::<String>().prop_map(IndexKey::Text),
    ]);
    let deposed = prop::option::of("[0-9a-f]{8}".prop_map(|text| text.parse().unwrap()));
    (
        index_key,
        deposed,
        any::<(bool, bool, u64)>(),
        prop::collection::vec((any::<String>(), json_value()), 0..4),
        prop::collection::vec(any::<String>(), 0..3),
    )
        .prop_map(
            |(index_key, deposed, (tainted, before, version), attributes, depends)| {
                let attributes = Value::Object(attributes.into_iter().collect());
                let mut state = InstanceState::new(index_key, version, attributes);
                state.deposed = deposed;
                state.create_before_destroy = before;
                state.dependencies = depends;
                if tainted {
                    state.status = ObjectStatus::Tainted;
                }
                state
            },
        )
}

fn snapshot() -> impl Strategy<Value = Snapshot> {
    let resource = (
        prop::option::of("module\\.[a-c]"),
        any::<bool>(),
        "[a-c]",
        prop::collection::vec(instance(), 0..4),
    );
    (
        any::<u64>(),
        prop::collection::btree_map("[a-z]{1,4}", json_value(), 0..3),
        prop::collection::vec(resource, 0..4),
        json_value(),
    )
        .prop_map(|(serial, outputs, resources, checks)| {
            let mut snapshot = Snapshot::empty(Lineage::random());
            snapshot.serial = Serial::new(serial);
            snapshot.check_results = checks;
            for (name, value) in outputs {
                let ty = json!("dynamic");
                let output = OutputValue {
                    value,
                    ty,
                    sensitive: true,
                    extra: Map::new(),
                };
                snapshot.outputs.insert(name, output);
            }
            for (number, (module, data, name, mut instances)) in resources.into_iter().enumerate() {
                instances.sort_by_key(InstanceState::key);
                instances.dedup_by_key(|instance| instance.key());
                let mode = if data {
                    ResourceMode::Data
                } else {
                    ResourceMode::Managed
                };
                let key = ResourceKey {
                    module,
                    mode,
                    ty: format!("t{number}"),
                    name,
                };
                let mut resource = ResourceState::new(key, "provider[\"p\"]");
                resource.instances = instances;
                snapshot.resources.push(resource);
            }
            snapshot
                .resources
                .sort_by(|left, right| left.key.cmp(&right.key));
            snapshot
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_back(snapshot in snapshot()) {
        let written = write(&snapshot).unwrap();
        let read = parse(&written).unwrap().unwrap();
        prop_assert_eq!(&read, &snapshot);
        prop_assert_eq!(write(&read).unwrap(), written);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let _outcome = parse(&bytes);
    }
}
