//! `verify` on a real server: pods that it stores and never runs, its admission, its tokens, and the sandbox's STS, which
//! knows the server by its keys.
//!
//! The webhook is one of the test: it answers what the real one was recorded to answer for such an account
//! (`tests/chain/webhook`).

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Value as Json, json};
use trustform_test_support::aws::{Front, FrontOptions, Seen};
use trustform_test_support::certificates::Certificates;
use trustform_test_support::https::{Request, Response};
use trustform_test_support::kubernetes::KubeApiServer;

use super::Test;
use super::server::{ARN, apply, make_account, make_namespace, namespace_path, nouns, send};
use crate::common::project::{Project, Ran, files};

pub(super) const TESTS: &[(&str, Test)] = &[("verify_looks_at_a_real_cluster", verified)];

const NAMESPACE: &str = "verify-real";
const WEBHOOKS: &str = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
/// How often a registration is looked for at work, every tenth of a second.
const LOOKS: u32 = 300;

fn verified(server: &Arc<KubeApiServer>) {
    make_namespace(server, NAMESPACE);
    make_account(server, NAMESPACE);
    make_pod(server, "old");
    let project = nouns(server, server, NAMESPACE, "existing = true");
    know_the_keys(&project, server);
    apply(&project);

    let ran = verify(&project, &[], 1);
    says(
        &ran,
        &[
            "PROVED",
            "no pod identity webhook is registered",
            "a new pod gets neither",
        ],
    );
    says(
        &ran,
        &["1 pod older than the annotation, to be restarted: Pod old [W01]"],
    );
    says(
        &ran,
        &["issued for sts.amazonaws.com", "3 problems, 0 not checked"],
    );

    let _webhook = register_webhook(server);
    make_pod(server, "new");
    let ran = verify(&project, &[], 1);
    says(&ran, &["registered for all pods", "were predicted"]);
    says(
        &ran,
        &[
            "1 pod as predicted: Pod new",
            "Pod old [W01]",
            "1 problem, 0 not checked",
        ],
    );

    delete(server, &format!("{}/pods/old", namespace_path(NAMESPACE)));
    let ran = verify(&project, &["-assume", "-json"], 0);
    let report: Json = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(report["verdict"], "ok");
    assert_eq!(
        outcomes(&report),
        CHECKS.map(|name| (name, "ok")),
        "{report:#}"
    );

    delete(server, &format!("{WEBHOOKS}/pod-identity-webhook"));
}

/// All checks of a service account, in order.
const CHECKS: [&str; 8] = [
    "cluster", "account", "trust", "webhook", "dry_run", "pods", "token", "session",
];

fn outcomes(report: &Json) -> Vec<(&str, &str)> {
    let checks = report["accounts"][0]["checks"].as_array();
    let checks = checks.into_iter().flatten();
    checks
        .map(|check| {
            let [name, outcome] = ["check", "outcome"].map(|member| &check[member]);
            (
                name.as_str().unwrap_or_default(),
                outcome.as_str().unwrap_or_default(),
            )
        })
        .collect()
}

/// Runs `verify`, which must tell no secret, neither here nor in a file.
fn verify(project: &Project, arguments: &[&str], code: i32) -> Ran {
    let ran = project.run(&[&["verify", "-sandbox"], arguments].concat());
    assert_eq!(ran.code, code, "{ran}");
    let texts = files(project.path()).into_iter().map(|file| {
        let text = std::fs::read(&file).expect("a file");
        String::from_utf8_lossy(&text).into_owned()
    });
    for text in texts.chain([ran.to_string()]) {
        // A token begins with an encoded brace, a key of a session with these letters.
        for secret in ["eyJhbGci", "ASIA"] {
            assert!(!text.contains(secret), "a secret is told");
        }
    }
    ran
}

fn says(ran: &Ran, words: &[&str]) {
    for word in words {
        assert!(ran.stdout.contains(word), "{word}\n{ran}");
    }
}

/// Lets the sandbox's STS know the server, at this very moment.
fn know_the_keys(project: &Project, server: &KubeApiServer) {
    let answer = server.send_anonymously(Request::get("/openid/v1/jwks"));
    let keys: Json = serde_json::from_str(&answer.expect("an answer").body).expect("keys");
    let mut seed: Json = serde_json::from_str(&project.read("sandbox.json")).expect("a seed");
    seed["issuers"] = json!([{ "url": server.issuer, "jwks": keys }]);
    seed["now"] = json!(Timestamp::now());
    project.write("sandbox.json", &seed.to_string());
}

fn pod(name: &str) -> Json {
    json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": { "name": name },
        "spec": { "serviceAccountName": "reader", "containers": [{ "name": "app", "image": "app" }] },
    })
}

fn make_pod(server: &KubeApiServer, name: &str) {
    let path = format!("{}/pods", namespace_path(NAMESPACE));
    send(server, "POST", &path, "application/json", &pod(name));
}

fn delete(server: &KubeApiServer, path: &str) {
    send(server, "DELETE", path, "application/json", &Json::Null);
}

/// Registers a webhook as EKS does, for the namespace of this test alone, and waits until it is asked.
fn register_webhook(server: &KubeApiServer) -> Front {
    let certificates = Certificates::generate().expect("certificates");
    let options = FrontOptions {
        answer: Some(Box::new(|seen| {
            Some(Response::json(200, reviewed(seen).to_string()))
        })),
        identity: Some(certificates.server),
        ..FrontOptions::default()
    };
    let front = Front::before(0, options).expect("a front");
    let client = json!({
        "url": format!("{}/mutate", front.endpoint),
        "caBundle": STANDARD.encode(&certificates.authority),
    });
    let absent =
        json!({ "key": "eks.amazonaws.com/skip-pod-identity-webhook", "operator": "DoesNotExist" });
    let body = json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration",
        "metadata": { "name": "pod-identity-webhook" },
        "webhooks": [{
            "name": "iam-for-pods.amazonaws.com", "clientConfig": client,
            "rules": [{
                "operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"],
            }],
            "failurePolicy": "Ignore", "timeoutSeconds": 30, "sideEffects": "None", "admissionReviewVersions": ["v1"],
            "namespaceSelector": { "matchLabels": { "kubernetes.io/metadata.name": NAMESPACE } },
            "objectSelector": { "matchExpressions": [absent] },
        }],
    });
    send(server, "POST", WEBHOOKS, "application/json", &body);
    let path = format!("{}/pods?dryRun=All", namespace_path(NAMESPACE));
    for _ in 0..LOOKS {
        send(server, "POST", &path, "application/json", &pod("try"));
        if !front.seen().is_empty() {
            return front;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("the webhook is not asked");
}

/// The webhook's answer to a review of a pod with one container.
fn reviewed(seen: &Seen) -> Json {
    let review: Json = serde_json::from_str(&seen.body).expect("a review");
    let folder = "/var/run/secrets/eks.amazonaws.com/serviceaccount";
    let variable = |name: &str, value: &str| json!({ "name": name, "value": value });
    let env = [
        variable("AWS_STS_REGIONAL_ENDPOINTS", "regional"),
        variable("AWS_DEFAULT_REGION", "eu-central-1"),
        variable("AWS_REGION", "eu-central-1"),
        variable("AWS_ROLE_ARN", ARN),
        variable("AWS_WEB_IDENTITY_TOKEN_FILE", &format!("{folder}/token")),
    ];
    let token =
        json!({ "audience": "sts.amazonaws.com", "expirationSeconds": 86400, "path": "token" });
    let sources = json!([{ "serviceAccountToken": token }]);
    let volume = json!({ "name": "aws-iam-token", "projected": { "sources": sources } });
    let mount = json!({ "name": "aws-iam-token", "readOnly": true, "mountPath": folder });
    let patch = json!([
        { "op": "add", "path": "/spec/volumes/0", "value": volume },
        { "op": "add", "path": "/spec/containers/0/env", "value": env },
        { "op": "add", "path": "/spec/containers/0/volumeMounts/-", "value": mount },
    ]);
    json!({
        "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
        "response": {
            "uid": review["request"]["uid"], "allowed": true,
            "patchType": "JSONPatch", "patch": STANDARD.encode(patch.to_string()),
        },
    })
}
