//! The life of a namespace.

use super::bench::{Bench, Subject, json_of};
use serde_json::json;

const TYPE: &str = "kubernetes_namespace";

#[tokio::test]
async fn lives_and_is_removed() {
    let bench = Bench::new();
    let namespace = Subject::new(&bench, TYPE);
    let config = json!({
        "metadata": [{ "name": "team", "labels": { "team": "a" } }],
        "wait_for_default_service_account": true,
    });
    let made = namespace.created(&config).await;
    assert_eq!(json_of(&made)["id"], "team");
    assert_eq!(
        bench.get("/api/v1/namespaces/team").await["metadata"]["labels"]["team"],
        "a"
    );
    assert_eq!(
        bench
            .get("/api/v1/namespaces/team/serviceaccounts/default")
            .await["kind"],
        "ServiceAccount"
    );
    let other = json!({
        "metadata": [{ "name": "team", "annotations": { "note": "b" } }],
        "wait_for_default_service_account": true,
    });
    let changed = namespace.updated(&other, &made).await;
    let live = bench.get("/api/v1/namespaces/team").await;
    assert_eq!(live["metadata"]["annotations"], json!({ "note": "b" }));
    assert_eq!(live["metadata"]["labels"].get("team"), None);

    assert_eq!(
        namespace
            .find("team")
            .await
            .unwrap()
            .unwrap()
            .object
            .text("id"),
        Some("team")
    );
    namespace.delete(&changed).await.unwrap();
    assert_eq!(namespace.read(&changed).await, None);
    namespace.delete(&changed).await.unwrap();
}

#[tokio::test]
async fn those_of_kubernetes_are_refused() {
    let bench = Bench::new();
    let namespace = Subject::new(&bench, TYPE);
    for name in ["default", "kube-system"] {
        let problems = namespace.problems(&json!({ "metadata": [{ "name": name }] }));
        assert_eq!(problems.len(), 1, "{problems:?}");
    }
    assert_eq!(
        namespace.problems(&json!({ "metadata": [{ "name": "team" }] })),
        Vec::<String>::new()
    );
}
