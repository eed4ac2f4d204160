//! The life of a service account, and what others do to it meanwhile.

use super::bench::{Bench, Subject, json_of};
use crate::provider::ProviderErrorKind;
use crate::sandbox::Fault;
use serde_json::{Value as Json, json};

const TYPE: &str = "kubernetes_service_account_v1";
const PATH: &str = "/api/v1/namespaces/shop/serviceaccounts/web";
const ROLE: &str = "eks.amazonaws.com/role-arn";
const ARN: &str = "arn:aws:iam::123456789012:role/web";

fn written(annotations: &Json) -> Json {
    json!({ "metadata": [{ "name": "web", "namespace": "shop", "annotations": annotations }] })
}

fn annotations(recorded: &crate::provider::Recorded) -> Json {
    json_of(recorded)["metadata"][0]["annotations"].clone()
}

#[tokio::test]
async fn lives_and_is_removed() {
    let bench = Bench::new();
    let account = Subject::new(&bench, TYPE);
    let made = account.created(&written(&json!({ ROLE: ARN }))).await;
    let object = json_of(&made);
    assert_eq!(object["id"], "shop/web");
    assert_eq!(object["automount_service_account_token"], true);
    assert_eq!(object["default_secret_name"], "");
    let live = bench.get(PATH).await;
    assert_eq!(live["metadata"]["annotations"], json!({ ROLE: ARN }));
    assert_eq!(live["metadata"]["managedFields"][0]["manager"], "trustform");
    assert_eq!(live["metadata"]["managedFields"][0]["operation"], "Apply");

    let found = account.find("shop/web").await.unwrap().unwrap();
    assert_eq!(found, made);
    assert_eq!(account.find("shop/other").await.unwrap(), None);
    assert_eq!(
        account.find("web").await.unwrap_err().kind,
        ProviderErrorKind::InvalidInput
    );

    account.delete(&made).await.unwrap();
    assert_eq!(account.read(&made).await, None);
    account.delete(&made).await.unwrap();
}

#[tokio::test]
async fn changes_in_place() {
    let bench = Bench::new();
    let account = Subject::new(&bench, TYPE);
    let made = account
        .created(&written(&json!({ ROLE: ARN, "team": "shop" })))
        .await;
    let uid = bench.get(PATH).await["metadata"]["uid"].clone();
    let less = json!({
        "metadata": [{ "name": "web", "namespace": "shop", "annotations": { ROLE: "arn:aws:iam::123456789012:role/new" },
            "labels": { "app": "web" } }],
        "automount_service_account_token": false,
        "image_pull_secret": [{ "name": "registry" }],
    });
    let changed = account.updated(&less, &made).await;
    let live = bench.get(PATH).await;
    assert_eq!(live["metadata"]["uid"], uid);
    assert_eq!(
        live["metadata"]["annotations"],
        json!({ ROLE: "arn:aws:iam::123456789012:role/new" })
    );
    assert_eq!(live["metadata"]["labels"], json!({ "app": "web" }));
    assert_eq!(live["automountServiceAccountToken"], false);
    assert_eq!(live["imagePullSecrets"], json!([{ "name": "registry" }]));

    let bare = json!({ "metadata": [{ "name": "web", "namespace": "shop" }] });
    account.updated(&bare, &changed).await;
    let live = bench.get(PATH).await;
    assert_eq!(live["metadata"].get("annotations"), None);
    assert_eq!(live.get("imagePullSecrets"), None);
}

#[tokio::test]
async fn what_others_add_is_theirs() {
    let bench = Bench::new();
    let account = Subject::new(&bench, TYPE);
    let config = written(&json!({ ROLE: ARN }));
    let made = account.created(&config).await;
    bench
        .edit(
            PATH,
            "kubectl-annotate",
            &json!({ "metadata": { "annotations": { "note": "hello" }, "labels": { "x": "y" } } }),
        )
        .await;
    bench
        .edit(
            PATH,
            "kubectl-patch",
            &json!({ "secrets": [{ "name": "token" }] }),
        )
        .await;
    let read = account.read(&made).await.unwrap();
    assert_eq!(read, made, "additions of others are drift");

    let more = written(&json!({ ROLE: ARN, "team": "shop" }));
    account.updated(&more, &read).await;
    let live = bench.get(PATH).await;
    assert_eq!(
        live["metadata"]["annotations"],
        json!({ ROLE: ARN, "note": "hello", "team": "shop" })
    );
    assert_eq!(live["secrets"], json!([{ "name": "token" }]));
}

#[tokio::test]
async fn an_edited_annotation_is_drift_and_is_repaired() {
    for (edit, left) in [
        (json!("other"), json!({ ROLE: "other" })),
        (Json::Null, json!({})),
    ] {
        let bench = Bench::new();
        let account = Subject::new(&bench, TYPE);
        let config = written(&json!({ ROLE: ARN }));
        let made = account.created(&config).await;
        bench
            .edit(
                PATH,
                "kubectl-edit",
                &json!({ "metadata": { "annotations": { ROLE: edit } } }),
            )
            .await;
        let read = account.read(&made).await.unwrap();
        assert_eq!(annotations(&read), left);
        assert!(!account.is_unchanged(&config, &read));
        account.updated(&config, &made).await;
        assert_eq!(
            bench.get(PATH).await["metadata"]["annotations"],
            json!({ ROLE: ARN })
        );
    }
}

#[tokio::test]
async fn what_another_party_declares_is_a_conflict() {
    let bench = Bench::new();
    let account = Subject::new(&bench, TYPE);
    let made = account.created(&written(&json!({ ROLE: ARN }))).await;
    let theirs = json!({ "apiVersion": "v1", "kind": "ServiceAccount",
        "metadata": { "name": "web", "namespace": "shop", "annotations": { ROLE: "theirs", "team": "theirs" } } });
    bench.declare(PATH, "helm", &theirs).await;
    let read = account.read(&made).await.unwrap();
    for declared in [json!({ ROLE: ARN }), json!({ "team": "ours" })] {
        let outcome = account.update(&written(&declared), &read).await;
        let error = outcome.error.unwrap();
        assert_eq!(error.kind, ProviderErrorKind::Conflict, "{error}");
        assert!(error.message.contains("\"helm\""), "{error}");
        assert!(error.message.contains(".metadata.annotations."), "{error}");
        assert!(outcome.object.is_some(), "the object is still there");
    }
    assert_eq!(
        bench.get(PATH).await["metadata"]["annotations"][ROLE],
        "theirs"
    );
}

#[tokio::test]
async fn what_was_never_ours_is_a_conflict_even_when_edited() {
    let bench = Bench::new();
    let account = Subject::new(&bench, TYPE);
    let made = account.created(&written(&json!({}))).await;
    bench
        .edit(
            PATH,
            "kubectl-annotate",
            &json!({ "metadata": { "annotations": { "team": "them" } } }),
        )
        .await;
    let outcome = account
        .update(&written(&json!({ "team": "us" })), &made)
        .await;
    let error = outcome.error.unwrap();
    assert_eq!(error.kind, ProviderErrorKind::Conflict, "{error}");
    assert!(error.message.contains("kubectl-annotate"), "{error}");
}

#[tokio::test]
async fn takes_over_what_terraform_wrote() {
    let bench = Bench::new();
    let theirs = json!({ "apiVersion": "v1", "kind": "ServiceAccount", "automountServiceAccountToken": true,
        "metadata": { "name": "web", "namespace": "shop", "annotations": { ROLE: ARN, "old": "yes" } } });
    let path = "/api/v1/namespaces/shop/serviceaccounts?fieldManager=HashiCorp";
    assert_eq!(
        bench
            .send("POST", path, "application/json", &theirs)
            .await
            .0,
        201
    );
    let account = Subject::new(&bench, TYPE);
    let found = account.find("shop/web").await.unwrap().unwrap();
    assert_eq!(annotations(&found), json!({ ROLE: ARN, "old": "yes" }));
    assert!(account.is_unchanged(&written(&json!({ ROLE: ARN, "old": "yes" })), &found));
    account
        .updated(&written(&json!({ ROLE: ARN })), &found)
        .await;
    let live = bench.get(PATH).await;
    assert_eq!(live["metadata"]["annotations"], json!({ ROLE: ARN }));
    let managers = live["metadata"]["managedFields"].as_array().unwrap();
    assert!(
        managers.iter().all(|entry| entry["manager"] == "trustform"),
        "{managers:?}"
    );
}

#[tokio::test]
async fn does_not_touch_what_exists_already() {
    let bench = Bench::new();
    let theirs =
        json!({ "apiVersion": "v1", "kind": "ServiceAccount", "metadata": { "name": "web" } });
    let path = "/api/v1/namespaces/shop/serviceaccounts";
    assert_eq!(
        bench
            .send("POST", path, "application/json", &theirs)
            .await
            .0,
        201
    );
    let before = bench.get(PATH).await;
    let outcome = Subject::new(&bench, TYPE)
        .create(&written(&json!({ ROLE: ARN })))
        .await;
    assert_eq!(
        outcome.error.unwrap().kind,
        ProviderErrorKind::AlreadyExists
    );
    assert_eq!(outcome.object, None);
    assert_eq!(bench.get(PATH).await, before);
}

#[tokio::test]
async fn makes_a_name_of_a_prefix() {
    let bench = Bench::new();
    let account = Subject::new(&bench, TYPE);
    let config = json!({ "metadata": [{ "generate_name": "web-" }] });
    let made = account.created(&config).await;
    let id = json_of(&made)["id"].as_str().unwrap().to_owned();
    assert!(
        id.starts_with("default/web-") && id.len() == "default/web-".len() + 5,
        "{id}"
    );
}

#[tokio::test]
async fn is_not_removed_for_one_that_took_its_place() {
    let bench = Bench::new();
    let account = Subject::new(&bench, TYPE);
    let made = account.created(&written(&json!({}))).await;
    assert_eq!(
        bench
            .send("DELETE", PATH, "application/json", &json!({}))
            .await
            .0,
        200
    );
    let other =
        json!({ "apiVersion": "v1", "kind": "ServiceAccount", "metadata": { "name": "web" } });
    bench
        .send(
            "POST",
            "/api/v1/namespaces/shop/serviceaccounts",
            "application/json",
            &other,
        )
        .await;
    assert_eq!(
        account.delete(&made).await.unwrap_err().kind,
        ProviderErrorKind::Conflict
    );
}

#[tokio::test]
async fn disappears_behind_our_back() {
    let bench = Bench::new();
    let account = Subject::new(&bench, TYPE);
    let made = account.created(&written(&json!({}))).await;
    bench
        .send("DELETE", PATH, "application/json", &json!({}))
        .await;
    assert_eq!(account.read(&made).await, None);
    let outcome = account.update(&written(&json!({ "a": "b" })), &made).await;
    assert_eq!(outcome.error.unwrap().kind, ProviderErrorKind::NotFound);
    assert_eq!(outcome.object, None);
}

#[tokio::test]
async fn outlasts_what_passes() {
    let bench = Bench::new();
    let account = Subject::new(&bench, TYPE);
    bench.inject(Fault::throttle("kubernetes", "GET", 2));
    bench.inject(Fault::lose_reply("kubernetes", "PATCH"));
    account.created(&written(&json!({ ROLE: ARN }))).await;
    assert!(bench.ctx.calls.snapshot()["Kubernetes"] >= 5);
}

#[tokio::test]
async fn a_missing_namespace_is_told() {
    let bench = Bench::new();
    let config = json!({ "metadata": [{ "name": "web", "namespace": "nowhere" }] });
    let error = Subject::new(&bench, TYPE)
        .create(&config)
        .await
        .error
        .unwrap();
    assert_eq!(error.kind, ProviderErrorKind::NotFound);
    assert!(error.message.contains("\"nowhere\" not found"), "{error}");
}
