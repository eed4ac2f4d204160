//! Single annotations and labels of what others made.

use super::bench::{Bench, Subject, json_of};
use crate::provider::ProviderErrorKind;
use serde_json::{Value as Json, json};

const PATH: &str = "/api/v1/namespaces/shop/serviceaccounts/default";

fn written(map: &str, entries: &Json) -> Json {
    json!({
        "api_version": "v1", "kind": "ServiceAccount",
        "metadata": [{ "name": "default", "namespace": "shop" }], map: entries,
    })
}

async fn made_by_others(bench: &Bench) {
    if bench.get(PATH).await["kind"] == "Status" {
        let object = json!({ "apiVersion": "v1", "kind": "ServiceAccount", "metadata": { "name": "default" } });
        let path = "/api/v1/namespaces/shop/serviceaccounts";
        assert_eq!(
            bench
                .send("POST", path, "application/json", &object)
                .await
                .0,
            201
        );
    }
}

#[tokio::test]
async fn annotations_and_labels_of_one_object_live_side_by_side() {
    let bench = Bench::new();
    made_by_others(&bench).await;
    let (annotations, labels) = (
        Subject::new(&bench, "kubernetes_annotations"),
        Subject::new(&bench, "kubernetes_labels"),
    );
    let made = annotations
        .created(&written("annotations", &json!({ "a": "1", "b": "2" })))
        .await;
    assert_eq!(
        json_of(&made)["id"],
        "apiVersion=v1,kind=ServiceAccount,name=default,namespace=shop"
    );
    assert_eq!(json_of(&made)["field_manager"], "trustform-fields");
    let labelled = labels
        .created(&written("labels", &json!({ "app": "x" })))
        .await;
    let changed = annotations
        .updated(&written("annotations", &json!({ "b": "3" })), &made)
        .await;
    let live = bench.get(PATH).await;
    assert_eq!(live["metadata"]["annotations"], json!({ "b": "3" }));
    assert_eq!(live["metadata"]["labels"], json!({ "app": "x" }));
    let found = annotations
        .find("apiVersion=v1,kind=ServiceAccount,name=default,namespace=shop")
        .await;
    assert_eq!(
        json_of(&found.unwrap().unwrap())["annotations"],
        json!({ "b": "3" })
    );

    annotations.delete(&changed).await.unwrap();
    assert_eq!(
        bench.get(PATH).await["metadata"]["labels"],
        json!({ "app": "x" })
    );
    labels.delete(&labelled).await.unwrap();
    let live = bench.get(PATH).await;
    assert_eq!(live["kind"], "ServiceAccount", "the object itself stays");
    assert_eq!(
        (
            live["metadata"].get("labels"),
            live["metadata"].get("annotations")
        ),
        (None, None)
    );
}

#[tokio::test]
async fn an_object_that_is_missing_is_not_made() {
    let bench = Bench::new();
    let annotations = Subject::new(&bench, "kubernetes_annotations");
    let config = json!({
        "api_version": "v1", "kind": "ConfigMap", "metadata": [{ "name": "none" }], "annotations": { "a": "1" },
    });
    let error = annotations.create(&config).await.error.unwrap();
    assert_eq!(error.kind, ProviderErrorKind::NotFound);
    assert_eq!(
        bench
            .get("/api/v1/namespaces/default/configmaps/none")
            .await["code"],
        404
    );
}

#[tokio::test]
async fn drift_is_seen_and_conflicts_are_told_unless_forced() {
    let bench = Bench::new();
    made_by_others(&bench).await;
    let annotations = Subject::new(&bench, "kubernetes_annotations");
    let config = written("annotations", &json!({ "a": "1" }));
    bench
        .edit(
            PATH,
            "kubectl-annotate",
            &json!({ "metadata": { "annotations": { "a": "0" } } }),
        )
        .await;
    let error = annotations.create(&config).await.error.unwrap();
    assert_eq!(error.kind, ProviderErrorKind::Conflict, "{error}");
    // Edits of an object that nobody owned a field of are not told apart until somebody applies.
    assert!(error.message.contains("\"before-first-apply\""), "{error}");
    let mut forced = config.clone();
    forced["force"] = json!(true);
    let made = annotations.created(&forced).await;
    bench
        .edit(
            PATH,
            "kubectl-edit",
            &json!({ "metadata": { "annotations": { "a": "2", "other": "x" } } }),
        )
        .await;
    let read = annotations.read(&made).await.unwrap();
    assert_eq!(json_of(&read)["annotations"], json!({ "a": "2" }));
    annotations.updated(&config, &read).await;
    assert_eq!(
        bench.get(PATH).await["metadata"]["annotations"],
        json!({ "a": "1", "other": "x" })
    );
}

#[tokio::test]
async fn a_recorded_manager_stays_until_another_is_given() {
    let bench = Bench::new();
    made_by_others(&bench).await;
    let annotations = Subject::new(&bench, "kubernetes_annotations");
    let mut config = written("annotations", &json!({ "a": "1" }));
    config["field_manager"] = json!("Terraform");
    let made = annotations.created(&config).await;
    assert!(annotations.is_unchanged(&written("annotations", &json!({ "a": "1" })), &made));
    config["field_manager"] = json!("another");
    annotations.updated(&config, &made).await;
    let live = bench.get(PATH).await;
    assert_eq!(live["metadata"]["annotations"], json!({ "a": "1" }));
    let managers = live["metadata"]["managedFields"].as_array().unwrap().iter();
    assert!(
        !managers
            .clone()
            .any(|entry| entry["manager"] == "Terraform")
    );
    assert!(managers.clone().any(|entry| entry["manager"] == "another"));
}

#[tokio::test]
async fn an_object_that_disappears_takes_its_fields_along() {
    let bench = Bench::new();
    let object =
        json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "settings" } });
    bench
        .send(
            "POST",
            "/api/v1/namespaces/shop/configmaps",
            "application/json",
            &object,
        )
        .await;
    let labels = Subject::new(&bench, "kubernetes_labels");
    let config = json!({
        "api_version": "v1", "kind": "ConfigMap",
        "metadata": [{ "name": "settings", "namespace": "shop" }], "labels": { "a": "1" },
    });
    let made = labels.created(&config).await;
    bench
        .send(
            "DELETE",
            "/api/v1/namespaces/shop/configmaps/settings",
            "application/json",
            &json!({}),
        )
        .await;
    assert_eq!(labels.read(&made).await, None);
    labels.delete(&made).await.unwrap();
}
