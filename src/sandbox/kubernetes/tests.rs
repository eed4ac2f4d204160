//! The API server alone: the conformance cases against the answers that a real kube-apiserver gave, and what only the
//! sandbox promises.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

#[path = "../../../tests/conformance/kubernetes.rs"]
mod conformance;

use std::cell::Cell;
use std::path::PathBuf;

use bytes::Bytes;
use http::Request;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use self::conformance::{Case, Difference, Server, Transcript};
use super::fieldset::{FieldSet, Step, print_path};
use super::kinds::SERVICE_ACCOUNT;
use super::merge::merge;
use super::{describe, handle};
use crate::sandbox::store::Store;

/// A cluster at a time, with a client.
struct Client {
    store: Store,
    now: Timestamp,
}

impl Client {
    fn new() -> Self {
        Self {
            store: Store::in_memory(),
            now: "2026-01-01T00:00:00Z".parse().unwrap(),
        }
    }

    /// The status and body that a request gets. A patch is an apply by `m`.
    fn send(&mut self, request: &str, body: &Value) -> (u16, Value) {
        let (method, uri) = request.split_once(' ').unwrap();
        let patch = if method == "PATCH" {
            "application/apply-patch+yaml"
        } else {
            "application/json"
        };
        let text = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let request = Request::builder()
            .method(method)
            .uri(uri)
            .header("content-type", patch)
            .body(Bytes::from(text))
            .unwrap();
        let response = handle(&mut self.store, self.now, "c", &request);
        let body = serde_json::from_slice(response.body()).unwrap_or_default();
        (response.status().as_u16(), body)
    }

    fn get(&mut self, path: &str) -> (u16, Value) {
        self.send(&format!("GET {path}"), &Value::Null)
    }

    fn names(&mut self, path: &str) -> Vec<String> {
        let (_, list) = self.get(path);
        let name = |item: &Value| item["metadata"]["name"].as_str().unwrap().to_owned();
        list["items"].as_array().unwrap().iter().map(name).collect()
    }

    /// Everything in the store.
    fn content(&self) -> Vec<(String, String, Value)> {
        let collections = [
            "_meta",
            "_pending",
            "configmaps",
            "namespaces",
            "pods",
            "serviceaccounts",
        ];
        let mut content = Vec::new();
        for collection in collections.map(|name| format!("kubernetes/c/{name}")) {
            let documents = self.store.list(&collection);
            content.extend(
                documents.map(|(key, value)| (collection.clone(), key.clone(), value.clone())),
            );
        }
        content
    }
}

fn conformance_folder() -> PathBuf {
    PathBuf::from(file!())
        .parent()
        .unwrap()
        .join("../../../tests/conformance")
}

fn cases() -> Vec<Case> {
    conformance::load(&conformance_folder().join("kubernetes")).unwrap()
}

fn differences() -> Vec<Difference> {
    let text = std::fs::read(conformance_folder().join("kubernetes-differences.json")).unwrap();
    serde_json::from_slice(&text).unwrap()
}

fn transcript(case: &Case, client: &mut Client) -> Transcript {
    let Client { store, now } = client;
    let time = Cell::new(*now);
    let mut send = |request: Request<Bytes>| handle(store, time.get(), "c", &request);
    let mut wait = || time.set(time.get() + SignedDuration::from_secs(1));
    let transcript = conformance::run(
        case,
        &format!("ns-{}", case.name),
        &mut Server {
            send: &mut send,
            wait: &mut wait,
        },
    );
    *now = time.get();
    transcript
}

#[test]
fn answers_are_those_of_a_real_server() {
    let (cases, table) = (cases(), differences());
    assert!(cases.len() >= 15, "only {} cases were found", cases.len());
    let mut client = Client::new();
    let missed: Vec<String> = cases
        .iter()
        .flat_map(|case| conformance::missed(&transcript(case, &mut client), &table))
        .collect();
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn the_same_requests_get_the_same_answers() {
    let cases = cases();
    for case in &cases {
        let (first, second) = (
            transcript(case, &mut Client::new()),
            transcript(case, &mut Client::new()),
        );
        assert_eq!(first, second, "{}: {}", case.name, case.about);
        assert_eq!(
            conformance::compare(&first, &second, &[]),
            Vec::<String>::new()
        );
    }
}

#[test]
fn every_known_difference_is_about_a_step_and_says_who_is_right() {
    let cases = cases();
    for known in differences() {
        let case = cases.iter().find(|case| case.name == known.case);
        let case = case.unwrap_or_else(|| panic!("no case `{}`", known.case));
        assert!(
            case.steps.iter().any(|step| step.name == known.step),
            "no step `{}`",
            known.step
        );
        assert!(
            ["kube-apiserver", "sandbox", "both"].contains(&known.right.as_str()),
            "{}",
            known.right
        );
        assert!(
            known.why.len() > 20 && !known.at.ends_with('/'),
            "{known:?}"
        );
    }
}

#[test]
fn a_comparison_finds_what_differs_and_what_is_no_longer_different() {
    let case = cases()
        .into_iter()
        .find(|case| case.name == "discovery")
        .unwrap();
    let ours = transcript(&case, &mut Client::new());
    let mut theirs = transcript(&case, &mut Client::new());
    theirs.exchanges[0].body["major"] = json!("2");
    let found = conformance::compare(&ours, &theirs, &[]);
    assert_eq!(
        found,
        [r#"discovery: version: /major: sandbox "1", kube-apiserver "2""#]
    );
    let explained = |at: &str| Difference {
        case: "discovery".to_owned(),
        step: "version".to_owned(),
        at: at.to_owned(),
        right: "both".to_owned(),
        why: "so".to_owned(),
    };
    assert_eq!(
        conformance::compare(&ours, &theirs, &[explained("/major")]),
        Vec::<String>::new()
    );
    let stale = conformance::compare(&ours, &theirs, &[explained("/major"), explained("/minor")]);
    assert_eq!(
        stale,
        ["discovery: version: /minor: no such difference any more (both was right: so)"]
    );
}

#[test]
fn a_new_cluster_has_its_namespaces_and_accounts() {
    let mut client = Client::new();
    let first = ["default", "kube-node-lease", "kube-public", "kube-system"];
    assert_eq!(client.names("/api/v1/namespaces"), first);
    assert_eq!(client.names("/api/v1/serviceaccounts"), ["default"; 4]);
    assert_eq!(
        client.names("/api/v1/namespaces/kube-system/configmaps"),
        ["kube-root-ca.crt"]
    );
    let (_, account) = client.get("/api/v1/namespaces/kube-system/serviceaccounts/default");
    assert_eq!(
        account.pointer("/metadata/managedFields"),
        None,
        "nobody tracks a default account"
    );
}

#[test]
fn two_clusters_know_nothing_of_each_other() {
    let mut client = Client::new();
    client.send(
        "POST /api/v1/namespaces",
        &json!({ "metadata": { "name": "mine" } }),
    );
    let request = Request::get("/api/v1/namespaces/mine")
        .body(Bytes::new())
        .unwrap();
    assert_eq!(
        handle(&mut client.store, client.now, "other", &request).status(),
        404
    );
}

#[test]
fn a_request_is_described() {
    let cases = [
        ("GET /api/v1/namespaces", "list namespaces  "),
        ("GET /api/v1/namespaces/a", "get namespaces  a"),
        (
            "GET /api/v1/serviceaccounts?limit=5",
            "list serviceaccounts  ",
        ),
        (
            "GET /api/v1/namespaces/a/serviceaccounts?watch=true",
            "watch serviceaccounts a ",
        ),
        (
            "POST /api/v1/namespaces/a/serviceaccounts",
            "create serviceaccounts a ",
        ),
        (
            "PUT /api/v1/namespaces/a/serviceaccounts/b",
            "update serviceaccounts a b",
        ),
        (
            "PATCH /api/v1/namespaces/a/serviceaccounts/b?fieldManager=x",
            "patch serviceaccounts a b",
        ),
        (
            "DELETE /api/v1/namespaces/a/configmaps/b",
            "delete configmaps a b",
        ),
        (
            "DELETE /api/v1/namespaces/a/configmaps",
            "deletecollection configmaps a ",
        ),
        (
            "POST /api/v1/namespaces/a/serviceaccounts/b/token",
            "create serviceaccounts/token a b",
        ),
        ("GET /version", "-"),
        ("GET /api/v1/nonsense", "-"),
        ("GET /apis/apps/v1/deployments", "-"),
    ];
    for (request, expected) in cases {
        let (method, uri) = request.split_once(' ').unwrap();
        let request = Request::builder()
            .method(method)
            .uri(uri)
            .body(Bytes::new())
            .unwrap();
        let described = describe(&request);
        let described = described.map_or_else(
            || "-".to_owned(),
            |(verb, resource, namespace, name)| format!("{verb} {resource} {namespace} {name}"),
        );
        assert_eq!(described, expected, "{method} {uri}");
    }
}

#[test]
fn the_issuer_is_that_of_the_cluster() {
    let path = "/.well-known/openid-configuration";
    let mut client = Client::new();
    assert_eq!(client.get(path).0, 404, "a cluster without an issuer");
    client.store.put(
        "cluster",
        "c",
        json!({ "issuer": "https://other.example.com" }),
    );
    assert_eq!(client.get(path).1["issuer"], "https://other.example.com");
    client.store.put(
        "kubernetes/c/_meta",
        "cluster",
        json!({ "issuer": "https://issuer.example.com/id/1" }),
    );
    let (status, configuration) = client.get(path);
    assert_eq!(status, 200);
    assert_eq!(configuration["issuer"], "https://issuer.example.com/id/1");
    assert_eq!(
        configuration["jwks_uri"],
        "https://issuer.example.com/id/1/openid/v1/jwks"
    );
    let (status, keys) = client.get("/openid/v1/jwks");
    assert_eq!((status, &keys["keys"][0]["alg"]), (200, &json!("RS256")));
    assert_eq!(client.get("/openid/v1/jwks").1, keys);
}

#[test]
fn a_namespace_ends_after_a_while_or_when_somebody_keeps_looking() {
    for patient in [false, true] {
        let mut client = Client::new();
        client.send(
            "POST /api/v1/namespaces",
            &json!({ "metadata": { "name": "a" } }),
        );
        let (status, namespace) = client.send("DELETE /api/v1/namespaces/a", &Value::Null);
        assert_eq!(
            (status, &namespace["status"]["phase"]),
            (200, &json!("Terminating"))
        );
        assert_eq!(
            client.get("/api/v1/namespaces/a").0,
            200,
            "it does not go at once"
        );
        if patient {
            client.now += SignedDuration::from_secs(5);
        } else {
            assert_eq!(client.get("/api/v1/namespaces/a").0, 200);
        }
        assert_eq!(client.get("/api/v1/namespaces/a").0, 404);
        assert_eq!(
            client.names("/api/v1/namespaces/a/serviceaccounts"),
            Vec::<String>::new()
        );
        assert!(
            client
                .content()
                .iter()
                .all(|(collection, ..)| !collection.ends_with("_pending"))
        );
    }
}

#[test]
fn dry_runs_and_refusals_leave_no_trace() {
    let mut client = Client::new();
    client.send(
        "POST /api/v1/namespaces",
        &json!({ "metadata": { "name": "a" } }),
    );
    let accounts = "/api/v1/namespaces/a/serviceaccounts";
    let account =
        json!({ "apiVersion": "v1", "kind": "ServiceAccount", "metadata": { "name": "s" } });
    let before = client.content();
    let requests = [
        (format!("POST {accounts}?dryRun=All"), account.clone(), 201),
        (
            format!("PATCH {accounts}/s?dryRun=All&fieldManager=m"),
            account.clone(),
            201,
        ),
        (
            format!("DELETE {accounts}/default?dryRun=All"),
            Value::Null,
            200,
        ),
        (
            "DELETE /api/v1/namespaces/a?dryRun=All".to_owned(),
            Value::Null,
            200,
        ),
        (
            format!("PATCH {accounts}/other?fieldManager=m"),
            account,
            400,
        ),
        (format!("GET {accounts}"), Value::Null, 200),
    ];
    for (request, body, status) in requests {
        assert_eq!(client.send(&request, &body).0, status, "{request}");
        assert_eq!(client.content(), before, "{request}");
    }
}

#[test]
fn annotations_have_a_size() {
    let mut client = Client::new();
    let with = |size: usize| json!({ "metadata": { "name": "a", "annotations": { "k": "x".repeat(size) } } });
    let path = "POST /api/v1/namespaces/default/serviceaccounts?dryRun=All";
    assert_eq!(client.send(path, &with(262_143)).0, 201);
    let (status, refusal) = client.send(path, &with(262_144));
    assert_eq!(status, 422);
    let expected = "ServiceAccount \"a\" is invalid: metadata.annotations: Too long: may not be more than 262144 bytes";
    assert_eq!(refusal["message"], expected);
}

#[test]
fn pages_cover_everything_once() {
    let mut client = Client::new();
    for number in 0..25 {
        let account = json!({ "metadata": { "name": format!("a{number:02}") } });
        client.send(
            "POST /api/v1/namespaces/kube-public/serviceaccounts",
            &account,
        );
    }
    let all = client.names("/api/v1/serviceaccounts");
    let (mut seen, mut token, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let path = format!("/api/v1/serviceaccounts?limit=10&continue={token}");
        seen.extend(client.names(&path));
        pages += 1;
        token = client.get(&path).1["metadata"]["continue"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        if token.is_empty() {
            break;
        }
    }
    assert_eq!((seen, pages), (all, 3));
}

#[test]
fn field_sets_survive_their_json_form() {
    let forms = [
        json!({}),
        json!({ "f:metadata": { "f:annotations": { ".": {}, "f:example.com/a": {} } } }),
        json!({ "f:secrets": { "k:{\"name\":\"a\"}": { ".": {}, "f:x": {} } } }),
        json!({ "f:metadata": { "f:finalizers": { "v:\"example.com/a\"": {} } } }),
        json!({ "f:ports": { "k:{\"port\":1,\"protocol\":\"TCP\"}": {}, "i:3": {} } }),
    ];
    for form in forms {
        assert_eq!(FieldSet::from_json(&form).unwrap().to_json(), form);
    }
    assert_eq!(FieldSet::from_json(&json!({ "f:a": 1 })), None);
    let field = |name: &str| Step::Field(name.to_owned());
    let path = vec![
        field("secrets"),
        Step::Key("name".to_owned(), "a".to_owned()),
    ];
    assert_eq!(print_path(&path), ".secrets[name=\"a\"]");
    let path = vec![
        field("metadata"),
        field("finalizers"),
        Step::Item("example.com/a".to_owned()),
    ];
    assert_eq!(
        print_path(&path),
        ".metadata.finalizers[=\"example.com/a\"]"
    );
}

#[test]
fn keyed_lists_merge_in_an_order_both_sides_accept() {
    let cases = [
        ("a b", "c", "a b c"),
        ("a b c", "c a", "b c a"),
        ("a b c", "x b y", "a x b c y"),
        ("", "a b", "a b"),
        ("a b", "b a", "b a"),
    ];
    let account = |names: &str| {
        let secrets: Vec<Value> = names
            .split_whitespace()
            .map(|name| json!({ "name": name }))
            .collect();
        json!({ "secrets": secrets })
    };
    for (live, intent, expected) in cases {
        let merged = merge(&SERVICE_ACCOUNT.shape, &account(live), &account(intent));
        assert_eq!(merged, account(expected), "{live} + {intent}");
    }
}
