//! Addresses of what a person may change behind everybody's back, and contents that do not fit them.

use crate::sandbox::{Sandbox, Seed};
use serde_json::{Value, json};

const WEBHOOK: &str = "kubernetes/main/mutatingwebhookconfigurations/pod-identity-webhook";

fn sandbox() -> Sandbox {
    let account = json!({ "object": {
        "apiVersion": "v1", "kind": "ServiceAccount", "metadata": { "name": "app", "namespace": "apps" },
    } });
    let cluster = json!({ "name": "main", "namespaces": ["apps"], "objects": [account] });
    let seed = json!({ "clusters": [cluster] }).to_string();
    Sandbox::in_memory(Some(Seed::parse(&seed).unwrap())).unwrap()
}

fn refused(sandbox: &Sandbox, address: &str, change: &Value) -> String {
    sandbox.set(address, change).unwrap_err().to_string()
}

#[test]
fn an_issuer_is_registered_by_its_keys() {
    let sandbox = sandbox();
    let keys = json!({ "jwks": { "keys": [{ "kty": "RSA" }] } });
    sandbox.set("sts/issuer/issuer.example/a", &keys).unwrap();
    sandbox
        .set("sts/issuer/https://issuer.example/b", &keys)
        .unwrap();
    let all = sandbox.inspect("sts").unwrap();
    let all: Vec<&str> = all.iter().map(|(address, _)| address.as_str()).collect();
    assert_eq!(
        all,
        ["sts/issuer/issuer.example/a", "sts/issuer/issuer.example/b"]
    );
    sandbox.remove("sts/issuer/issuer.example/a").unwrap();
    assert_eq!(sandbox.inspect("sts").unwrap().len(), 1);
    for (change, said) in [
        (
            json!({ "jwks": { "keys": [1] }, "url": "x" }),
            "no member `url`",
        ),
        (json!({ "jwks": { "keys": [] } }), "no JWK set"),
        (json!({ "jwks": null }), "no JWK set"),
    ] {
        let text = refused(&sandbox, "sts/issuer/issuer.example/b", &change);
        assert!(text.contains(said), "{text}");
    }
}

#[test]
fn a_pod_is_admitted_and_its_unknown_members_are_named() {
    let sandbox = sandbox();
    let spec =
        json!({ "serviceAccountName": "app", "containers": [{ "name": "app", "image": "app" }] });
    let pod = sandbox.set("kubernetes/main/pods/apps/web", &json!({ "spec": spec }));
    let mounts = &pod.unwrap()["spec"]["containers"][0]["volumeMounts"];
    assert_eq!(mounts.as_array().unwrap().len(), 1);
    let text = refused(
        &sandbox,
        "kubernetes/main/pods/apps/web",
        &json!({ "metadata": { "label": {} } }),
    );
    assert!(text.contains("unknown field \"metadata.label\""), "{text}");
    let stranger = json!({ "spec": { "serviceAccountName": "nobody", "containers": [] } });
    let text = refused(&sandbox, "kubernetes/main/pods/apps/other", &stranger);
    assert!(
        text.contains("error looking up service account apps/nobody"),
        "{text}"
    );
    sandbox.remove("kubernetes/main/pods/apps/web").unwrap();
    assert!(sandbox.inspect("kubernetes/main/pods").unwrap().is_empty());
}

#[test]
fn a_webhook_is_taken_away_broken_and_made_again() {
    let sandbox = sandbox();
    let installed = sandbox.remove(WEBHOOK).unwrap();
    assert!(sandbox.inspect(WEBHOOK).unwrap().is_empty());
    assert!(sandbox.remove(WEBHOOK).is_err());
    sandbox.set(WEBHOOK, &installed).unwrap();
    let text = refused(&sandbox, WEBHOOK, &json!({ "hooks": [] }));
    assert!(text.contains("unknown field \"hooks\""), "{text}");
    let hook = json!({ "webhooks": [{ "name": "iam-for-pods.amazonaws.com", "objectSelector": {
        "matchExpressions": [{ "key": "a", "operator": "Is" }],
    } }] });
    let text = refused(&sandbox, WEBHOOK, &hook);
    assert!(text.contains("unknown variant `Is`"), "{text}");
    let other = "kubernetes/main/mutatingwebhookconfigurations/other";
    let text = refused(&sandbox, other, &json!({}));
    assert!(text.contains("no webhook but"), "{text}");
}
