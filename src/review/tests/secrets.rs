//! No secret is ever part of a plan for people.

use super::{REPLACE, change, plan_of, shown, shown_from, snapshot};
use crate::diagnostic::Style;
use crate::plan::{Action, Change, Drift, OutputChange};
use crate::review::recorded_text;
use crate::review::tests::kind::Kinds;
use crate::value::{Kind, Marks, Value};
use serde_json::json;
use trustform_state::snapshot::{
    InstanceState, PathStep, ResourceKey, ResourceMode, ResourceState, Snapshot,
};

const SECRETS: [&str; 2] = ["hush-old", "hush-new"];

/// An object in which every text is a secret.
fn full(secret: &str) -> serde_json::Value {
    json!({
        "id": secret, "name": secret, "password": secret, "tags": {"k": secret},
        "policy": json!({"Statement": [{"Sid": secret}]}).to_string(),
        "list": [secret, "x"], "set": [secret],
        "rule": [{"key": secret, "hidden": secret}], "port": [{"key": secret, "hidden": secret}],
    })
}

/// The value with each text marked where it stands; in a set, the set.
fn every_text_marked(value: &Value) -> Value {
    if matches!(value.kind, Kind::String(_) | Kind::Set(..)) {
        value.clone().marked(Marks::SENSITIVE)
    } else {
        value.map_parts(&mut every_text_marked)
    }
}

/// A state that records each attribute as sensitive.
fn recorded_as_sensitive() -> Snapshot {
    let mut snapshot = snapshot();
    let key = ResourceKey {
        module: None,
        mode: ResourceMode::Managed,
        ty: "aws_iam_thing".to_owned(),
        name: "x".to_owned(),
    };
    let mut instance = InstanceState::new(None, 1, full("hush-old"));
    let names = [
        "id", "name", "policy", "tags", "list", "set", "rule", "port",
    ];
    let path = |name: &str| vec![PathStep::Attribute(name.to_owned())];
    instance.sensitive_attributes = names.iter().map(|name| path(name)).collect();
    let mut resource = ResourceState::new(key, "provider[\"registry.terraform.io/hashicorp/aws\"]");
    resource.instances.push(instance);
    snapshot.resources.push(resource);
    snapshot
}

fn marked(action: Action) -> Change {
    let mut change = change(action, full("hush-old"), full("hush-new"));
    change.after = change.after.as_ref().map(every_text_marked);
    change
}

#[test]
fn a_plan_of_nothing_but_secrets_prints_none() {
    let actions = [
        Action::Create,
        Action::Update,
        REPLACE,
        Action::Delete,
        Action::Forget,
    ];
    for action in actions {
        let mut plan = plan_of(vec![marked(action)]);
        let before = plan.changes[0].before.clone().unwrap().object.into_value();
        plan.drift.push(Drift {
            address: plan.changes[0].address.clone(),
            moved_from: None,
            recorded: before.clone(),
            live: Some(before),
        });
        let output = OutputChange {
            action: Action::Update,
            before: Some(Value::string("hush-old")),
            after: Some(Value::string("hush-new")),
            sensitive: true,
        };
        plan.outputs.insert("o".into(), output);
        let text = shown_from(&plan, &recorded_as_sensitive(), Style::Plain);
        for secret in SECRETS {
            assert!(
                !text.contains(secret),
                "{action:?} prints {secret}:\n{text}"
            );
        }
        assert!(text.contains("(sensitive value)"), "{text}");
    }
}

#[test]
fn the_schema_hides_what_the_state_does_not_record_as_sensitive() {
    let before = json!({"password": "hush-old", "rule": [{"hidden": "hush-old"}], "port": [{"hidden": "hush-old"}]});
    let text = shown(&plan_of(vec![change(Action::Delete, before, json!(null))]));
    assert!(!text.contains("hush-old"), "{text}");
    assert!(
        text.contains("- password = (sensitive value) -> null"),
        "{text}"
    );
}

#[test]
fn a_mark_that_comes_or_goes_is_told() {
    let cases = [
        (true, "is marked as sensitive from now on"),
        (false, "is no longer marked as sensitive"),
    ];
    for (comes, told) in cases {
        let mut change = change(Action::Update, json!({"name": "n"}), json!({"name": "n"}));
        let mut state = recorded_as_sensitive();
        if comes {
            change.after = change.after.as_ref().map(every_text_marked);
            state = snapshot();
        }
        let text = shown_from(&plan_of(vec![change]), &state, Style::Plain);
        assert!(text.contains(told), "{text}");
    }
}

#[test]
fn a_mark_that_comes_to_an_element_is_told() {
    let list = json!({"list": ["a", "b"]});
    let mut change = change(Action::Update, list.clone(), list);
    change.after = change.after.as_ref().map(every_text_marked);
    let text = shown_from(&plan_of(vec![change]), &snapshot(), Style::Plain);
    let told = text.matches("is marked as sensitive from now on").count();
    assert_eq!(told, 2, "{text}");
}

#[test]
fn a_recorded_object_is_shown_without_its_secrets() {
    let state = recorded_as_sensitive();
    let address = "aws_iam_thing.x".parse().unwrap();
    let text = recorded_text(
        &address,
        &state.resources[0].instances[0],
        &Kinds,
        Style::Plain,
    );
    assert!(!text.contains("hush"), "{text}");
    assert!(
        text.starts_with("# aws_iam_thing.x:\nresource \"aws_iam_thing\" \"x\" {\n"),
        "{text}"
    );
    assert!(
        text.contains("    password = (sensitive value)\n"),
        "{text}"
    );
}
