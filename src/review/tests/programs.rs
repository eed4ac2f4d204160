//! JSON forms.

use super::{REPLACE, change, kind::Kinds, plan_of, snapshot};
use crate::config::Configuration;
use crate::plan::{Action, ActionReason, Change, Plan};
use crate::review::json::{Surroundings, plan, state};
use crate::review::{Review, output_text};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use trustform_state::snapshot::OutputValue;

fn written(plan_: &Plan) -> Json {
    let (snapshot, calls) = (snapshot(), BTreeMap::new());
    let review = Review {
        plan: plan_,
        schemas: &Kinds,
        snapshot: &snapshot,
        calls: &calls,
    };
    let surroundings = Surroundings {
        terraform_version: "1.11.4",
        configuration: &Configuration::default(),
        variables: &BTreeMap::new(),
        timestamp: "2026-01-02T03:04:05Z",
    };
    plan(review, surroundings)
}

fn first(change: Change) -> Json {
    written(&plan_of(vec![change]))["resource_changes"][0].clone()
}

#[test]
fn a_change_has_the_members_of_the_format() {
    let mut replaced = change(
        REPLACE,
        json!({"id": "i", "name": "a", "list": ["x"]}),
        json!({"id": "UNKNOWN", "name": "b", "list": ["UNKNOWN"]}),
    );
    replaced.reason = ActionReason::CannotUpdate;
    replaced.address = "module.m[0].aws_iam_thing.x[\"k\"]".parse().unwrap();
    replaced.replace_paths = vec![crate::address::AttributePath::attribute("name")];
    let nulls = json!({"number": null, "password": null, "policy": null, "tags": null, "set": null, "rule": [], "port": []});
    let with = |members: Json| {
        let mut all = nulls.as_object().unwrap().clone();
        all.extend(members.as_object().unwrap().clone());
        Json::Object(all)
    };
    assert_eq!(
        first(replaced),
        json!({
            "address": "module.m[0].aws_iam_thing.x[\"k\"]",
            "module_address": "module.m[0]",
            "mode": "managed",
            "type": "aws_iam_thing",
            "name": "x",
            "index": "k",
            "provider_name": "registry.terraform.io/hashicorp/aws",
            "change": {
                "actions": ["delete", "create"],
                "before": with(json!({"id": "i", "name": "a", "list": ["x"]})),
                "after": with(json!({"name": "b", "list": [null]})),
                "after_unknown": {"id": true, "list": [true], "rule": [], "port": []},
                "before_sensitive": {"password": true, "list": [false], "rule": [], "port": []},
                "after_sensitive": {"password": true, "list": [false], "rule": [], "port": []},
                "replace_paths": [["name"]],
            },
            "action_reason": "replace_because_cannot_update",
        })
    );
}

#[test]
fn objects_that_come_and_go_have_null_on_the_other_side() {
    let made = first(change(Action::Create, json!(null), json!({"name": "a"})));
    assert_eq!(made["change"]["before"], json!(null));
    assert_eq!(made["change"]["before_sensitive"], json!(false));
    let mut gone = change(Action::Delete, json!({"name": "a"}), json!(null));
    gone.reason = ActionReason::NoInstance;
    gone.address = "aws_iam_thing.x[1]".parse().unwrap();
    let gone = first(gone);
    assert_eq!(gone["change"]["after"], json!(null));
    assert_eq!(gone["change"]["after_unknown"], json!({}));
    assert_eq!(gone["change"]["after_sensitive"], json!(false));
    assert_eq!(gone["action_reason"], json!("delete_because_count_index"));
}

#[test]
fn an_empty_plan_and_an_empty_state_have_their_frames() {
    assert_eq!(
        written(&Plan::default()),
        json!({
            "format_version": "1.2",
            "terraform_version": "1.11.4",
            "planned_values": {"root_module": {}},
            "configuration": {"root_module": {}},
            "timestamp": "2026-01-02T03:04:05Z",
            "applyable": false,
            "complete": true,
            "errored": false,
        })
    );
    assert_eq!(
        state(&snapshot(), &Kinds, "1.11.4"),
        json!({"format_version": "1.0"})
    );
}

#[test]
fn modules_nest() {
    let mut deep = change(Action::Create, json!(null), json!({"name": "a"}));
    deep.address = "module.a[\"x\"].module.b.aws_iam_thing.x".parse().unwrap();
    let planned = written(&plan_of(vec![deep]))["planned_values"]["root_module"].clone();
    let outer = &planned["child_modules"][0];
    assert_eq!(outer["address"], json!("module.a[\"x\"]"));
    assert_eq!(
        outer["child_modules"][0]["address"],
        json!("module.a[\"x\"].module.b")
    );
    let resource = &outer["child_modules"][0]["resources"][0];
    assert_eq!(resource["schema_version"], json!(1));
}

#[test]
fn outputs_are_expressions() {
    let cases = [
        (json!("a \"b\""), json!("string"), r#""a \"b\"""#),
        (json!("a\nb\n"), json!("string"), "<<EOT\na\nb\n\nEOT"),
        (json!(1.5), json!("number"), "1.5"),
        (
            json!(["a"]),
            json!(["list", "string"]),
            "tolist([\n  \"a\",\n])",
        ),
        (json!([]), json!(["tuple", []]), "[]"),
        (json!({}), json!(["map", "string"]), "tomap({})"),
        (
            json!([null]),
            json!(["list", "string"]),
            "tolist([\n  tostring(null),\n])",
        ),
        (
            json!({"a": {"b c": "x\ny"}}),
            json!(["object", {"a": ["object", {"b c": "string"}]}]),
            "{\n  \"a\" = {\n    \"b c\" = <<-EOT\n    x\n    y\n    EOT\n  }\n}",
        ),
    ];
    for (value, ty, expected) in cases {
        let output = |sensitive| OutputValue {
            value: value.clone(),
            ty: ty.clone(),
            sensitive,
            extra: serde_json::Map::new(),
        };
        assert_eq!(output_text(&output(false)), expected);
        assert_eq!(output_text(&output(true)), "<sensitive>");
    }
}
