//! States with a few objects, edited.

use super::*;
use crate::address::Target;
use serde_json::json;

fn state(objects: &[(&str, &[&str])]) -> Snapshot {
    let resources: Vec<_> = objects
        .iter()
        .map(|(address, dependencies)| {
            let address: crate::address::InstanceAddress = address.parse().unwrap();
            let (key, index) = objects::place_of(&address);
            json!({
                "module": key.module,
                "mode": "managed",
                "type": key.ty,
                "name": key.name,
                "provider": "provider[\"registry.terraform.io/hashicorp/aws\"].other",
                "instances": [{
                    "index_key": index,
                    "schema_version": 0,
                    "attributes": { "id": address.to_string() },
                    "dependencies": dependencies,
                }],
            })
        })
        .collect();
    let text = json!({
        "version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "l", "outputs": {}, "resources": resources,
    });
    let parsed = trustform_state::format::parse(text.to_string().as_bytes());
    parsed.unwrap().unwrap()
}

fn addresses(snapshot: &Snapshot) -> String {
    let all: Vec<String> = listed(snapshot)
        .map(|(address, _)| address.to_string())
        .collect();
    all.join(" ")
}

fn target(text: &str) -> Target {
    text.parse().unwrap()
}

#[test]
fn what_moves_and_what_does_not() {
    let before = state(&[
        ("t.a", &[]),
        ("t.b", &["t.a"]),
        ("module.m[0].t.in", &["t.a", "t.b"]),
        ("module.m[0].module.n.t.in", &[]),
    ]);
    for (from, to, expected) in [
        (
            "t.a",
            "t.z",
            "t.b t.z module.m[0].t.in module.m[0].module.n.t.in",
        ),
        (
            "t.a",
            "t.a[\"k\"]",
            "t.a[\"k\"] t.b module.m[0].t.in module.m[0].module.n.t.in",
        ),
        (
            "t.a",
            "module.q.t.a",
            "t.b module.m[0].t.in module.m[0].module.n.t.in module.q.t.a",
        ),
        (
            "module.m[0]",
            "module.q",
            "t.a t.b module.q.t.in module.q.module.n.t.in",
        ),
        ("t.a", "t.b", "there is already a resource at that address"),
        ("t.a[0]", "t.z", "does not match anything"),
        ("module.m", "module.q", "does not match anything"),
        ("module.m[0]", "t.z", "must also be a module"),
        ("t.a", "module.q", "must also be a resource instance"),
        ("t.a", "u.a", "resource types don't match"),
    ] {
        let came = match move_object(&before, &target(from), &target(to)) {
            Ok(next) => addresses(&next),
            Err(problem) => problem.detail,
        };
        assert!(came.contains(expected), "{from} to {to}: {came}");
    }
}

#[test]
fn dependencies_follow_what_moves() {
    let before = state(&[("t.a", &[]), ("t.b", &["t.a"])]);
    let next = move_object(&before, &target("t.a"), &target("module.q[0].t.z")).unwrap();
    let dependencies = |snapshot: &Snapshot| {
        let found = listed(snapshot).find(|(address, _)| address.to_string() == "t.b");
        found.unwrap().1.dependencies.clone()
    };
    assert_eq!(dependencies(&next), ["module.q.t.z"]);
    assert_eq!(dependencies(&before), ["t.a"]);
}

#[test]
fn what_is_removed_is_named_in_order() {
    let before = state(&[
        ("t.a", &[]),
        ("module.m[0].t.in", &[]),
        ("module.m[1].t.in", &[]),
    ]);
    let (next, gone) = remove_objects(&before, &[target("module.m"), target("t.a"), target("t.a")]);
    assert_eq!(addresses(&next), "");
    let gone: Vec<String> = gone.iter().map(ToString::to_string).collect();
    assert_eq!(gone, ["module.m[0].t.in", "module.m[1].t.in", "t.a"]);
    assert!(next.resources.is_empty());
}

#[test]
fn a_provider_keeps_its_alias() {
    let before = state(&[("t.a", &[])]);
    let source = |text| crate::address::ProviderAddress::parse_source(text).unwrap();
    let (next, changed) = replace_provider(&before, &source("aws"), &source("example.com/own/aws"));
    assert_eq!(changed, ["t.a"]);
    let provider = &next.resources.first().unwrap().provider;
    assert_eq!(provider, "provider[\"example.com/own/aws\"].other");
    assert!(
        replace_provider(&before, &source("google"), &source("aws"))
            .1
            .is_empty()
    );
}

#[test]
fn marks_are_put_and_taken() {
    let before = state(&[("t.a", &[])]);
    let address = "t.a".parse().unwrap();
    assert!(untaint(&before, &address).unwrap().is_err());
    let tainted = taint(&before, &address).unwrap();
    assert_ne!(tainted, before);
    assert_eq!(untaint(&tainted, &address).unwrap().unwrap(), before);
    assert!(taint(&before, &"t.b".parse().unwrap()).is_none());
}

#[test]
fn only_a_later_state_of_the_same_history_is_pushed() {
    let stored = state(&[("t.a", &[])]);
    let mut later = state(&[("t.b", &[])]);
    assert!(pushable(&stored, &stored).is_ok());
    assert!(
        pushable(&stored, &later)
            .unwrap_err()
            .detail
            .contains("the same serial")
    );
    later.serial = later.serial.next();
    assert!(pushable(&stored, &later).is_ok());
    assert!(
        pushable(&later, &stored)
            .unwrap_err()
            .detail
            .contains("over newer state")
    );
    later.lineage = "other".parse().unwrap();
    assert!(
        pushable(&stored, &later)
            .unwrap_err()
            .detail
            .contains("unrelated state")
    );
}
