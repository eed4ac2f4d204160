//! Rules that need no cluster: names, planning, ownership.

use super::bench::{Bench, Subject};
use crate::provider::Recorded;
use crate::provider::kubernetes::{names, ownership};
use crate::value::{Known, from_json};
use serde_json::json;

#[test]
fn names_follow_the_api_server() {
    let long = "a".repeat(64);
    for (text, label, subdomain, key) in [
        ("web", true, true, true),
        ("a.b", false, true, true),
        ("Web", false, false, true),
        ("-web", false, false, false),
        ("web-", false, false, false),
        ("", false, false, false),
        ("a_b", false, false, true),
        (long.as_str(), false, true, false),
    ] {
        assert_eq!(names::dns_label(text).is_none(), label, "label {text}");
        assert_eq!(
            names::dns_subdomain(text).is_none(),
            subdomain,
            "subdomain {text}"
        );
        assert_eq!(names::qualified(text).is_none(), key, "key {text}");
    }
    assert!(names::qualified("eks.amazonaws.com/role-arn").is_none());
    assert!(names::qualified("Eks/role").is_some());
    assert!(names::qualified("a/b/c").is_some());
    assert!(names::label_value("").is_none() && names::label_value("a b").is_some());
}

#[tokio::test]
async fn bad_metadata_is_told_in_the_words_of_the_api_server() {
    let bench = Bench::new();
    let account = Subject::new(&bench, "kubernetes_service_account_v1");
    for (metadata, expected) in [
        (
            json!({ "name": "Web" }),
            "metadata.name: Invalid value: \"Web\": a lowercase RFC 1123 subdomain",
        ),
        (json!({}), "name or generate_name is required"),
        (
            json!({ "name": "a", "generate_name": "b" }),
            "conflicts with",
        ),
        (
            json!({ "name": "a", "namespace": "a.b" }),
            "metadata.namespace: Invalid value: \"a.b\"",
        ),
        (
            json!({ "name": "a", "labels": { "x": "a b" } }),
            "metadata.labels: Invalid value: \"a b\"",
        ),
        (
            json!({ "name": "a", "annotations": { "x y": "" } }),
            "metadata.annotations: Invalid value: \"x y\"",
        ),
        (json!({ "name": "default" }), "`default` in every namespace"),
    ] {
        let problems = account.problems(&json!({ "metadata": [metadata] }));
        assert!(
            problems.len() == 1 && problems[0].contains(expected),
            "{metadata}: {problems:?}"
        );
    }
}

#[tokio::test]
async fn a_state_of_terraform_plans_as_unchanged() {
    let bench = Bench::new();
    let account = Subject::new(&bench, "kubernetes_service_account");
    let recorded = json!({
        "id": "shop/web", "automount_service_account_token": true, "default_secret_name": "",
        "image_pull_secret": [], "secret": [], "timeouts": null,
        "metadata": [{ "annotations": {}, "generate_name": "", "generation": 0, "labels": {}, "name": "web",
            "namespace": "shop", "resource_version": "17", "uid": "u" }],
    });
    let value = from_json(&recorded, &account.kind.schema().block.ty()).unwrap();
    let prior = Recorded::from(Known::new(&value).unwrap());
    assert!(account.is_unchanged(
        &json!({ "metadata": [{ "name": "web", "namespace": "shop" }] }),
        &prior
    ));
    let changed = account.plan(
        &json!({ "metadata": [{ "name": "web", "namespace": "shop", "labels": { "a": "b" } }] }),
        Some(&prior),
    );
    let metadata = &changed.get("metadata").unwrap().as_elements().unwrap()[0];
    assert!(metadata.get("resource_version").unwrap().is_unknown());
    assert_eq!(metadata.get("uid").unwrap().as_str(), Some("u"));
}

#[test]
fn what_a_manager_applied_can_be_told_apart() {
    let object = json!({
        "metadata": {
            "resourceVersion": "5", "annotations": { "a": "1", "b": "2" },
            "managedFields": [
                { "manager": "trustform", "operation": "Apply", "apiVersion": "v1", "fieldsV1": {
                    "f:metadata": { "f:annotations": { "f:a": {} } }, "f:imagePullSecrets": {},
                    "f:secrets": { "k:{\"name\":\"x\"}": { ".": {}, "f:name": {} } },
                    "f:finalizers": { "v:\"one\"": {} } } },
                { "manager": "kubectl", "operation": "Update", "apiVersion": "v1", "fieldsV1": {
                    "f:metadata": { "f:annotations": { "f:b": {} } } } },
            ],
        },
        "imagePullSecrets": [{ "name": "p" }], "secrets": [{ "name": "x" }, { "name": "y" }],
        "finalizers": ["one", "two"],
    });
    assert_eq!(
        ownership::applied(&object, "trustform"),
        json!({
            "metadata": { "annotations": { "a": "1" } }, "imagePullSecrets": [{ "name": "p" }],
            "secrets": [{ "name": "x" }], "finalizers": ["one"],
        })
    );
    assert!(ownership::was_edited(
        &object,
        "trustform",
        &["metadata", "annotations", "b"]
    ));
    assert!(!ownership::was_edited(
        &object,
        "trustform",
        &["metadata", "annotations", "a"]
    ));
    assert_eq!(ownership::takeover(&object, "trustform"), None);
}
