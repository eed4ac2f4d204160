//! `verify` in the sandbox: what works, and what somebody broke behind the tool's back; nothing secret is printed.

use serde_json::{Value as Json, json};

use crate::common::project::{Project, Ran};
use crate::common::repository;

const ACCOUNT: &str = "service_account.aws_load_balancer_controller";
const ROLE: &str = "iam/role/aws-load-balancer-controller";
const LIVE: &str =
    "kubernetes/ssup2-eks-cluster/serviceaccounts/kube-system/aws-load-balancer-controller";
const PROVIDER: &str =
    "iam/oidc-provider/oidc.eks.ap-northeast-2.amazonaws.com/id/B0678ED568FC12BBC37256BBA2A4BB53";

/// What is not as it should be.
pub(super) fn problems() -> Vec<String> {
    let mut project = Project::new();
    project.set("AWS_EC2_METADATA_DISABLED", "true");
    let example = repository().join("examples/aws-load-balancer-controller");
    project.copy(&example, |_| false);
    let before = project.run(&["verify", "-sandbox"]);
    let blind = project.run(&["verify"]);
    project.succeeds(&["apply", "-sandbox", "-auto-approve"]);
    let mut problems = Vec::new();
    let mut expect = |what: &str, ran: &Ran, code: i32, words: &[&str]| {
        for word in words.iter().filter(|word| !ran.stdout.contains(*word)) {
            problems.push(format!("{what}: no `{word}` in {ran}"));
        }
        if ran.code != code {
            problems.push(format!("{what}: not exit code {code}: {ran}"));
        }
        // Tokens begin with an encoded brace, keys of sessions with these four letters.
        for secret in ["eyJ", "ASIA", "SessionToken"] {
            if ran.stdout.contains(secret) || ran.stderr.contains(secret) {
                problems.push(format!("{what}: a secret was printed"));
            }
        }
    };
    let verify = |arguments: &[&str]| project.run(&[&["verify", "-sandbox"], arguments].concat());
    expect(
        "before the first apply",
        &before,
        1,
        &[
            "PROBLEM",
            "it does not exist; `apply` makes it",
            "1 problem",
        ],
    );
    expect(
        "without credentials",
        &blind,
        1,
        &["PROBLEM", "could not be read", "0 service accounts"],
    );
    let all = [
        "PROVED",
        "registered for all pods",
        "were predicted",
        "issued for sts.amazonaws.com",
        "0 problems, 0 not checked",
    ];
    expect("a working account", &verify(&[]), 0, &all);
    expect(
        "with a session",
        &verify(&["-assume", ACCOUNT]),
        0,
        &["assumed-role/aws-load-balancer-controller/trustform-verify"],
    );
    let report = verify(&["-assume", "-json"]);
    expect("as JSON", &report, 0, &["\"session\""]);
    let report: Json = serde_json::from_str(&report.stdout).unwrap_or_default();
    expect_json(&report);
    expect(
        "nobody",
        &verify(&["service_account.nobody"]),
        1,
        &["is no service account with a role"],
    );
    let set = |address: &str, change: &Json| {
        project.succeeds(&["sandbox", "set", address, &change.to_string()])
    };
    set(
        ROLE,
        &json!({ "AssumeRolePolicyDocument": {
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Principal": { "Service": "ec2.amazonaws.com" }, "Action": "sts:AssumeRole" }],
    } }),
    );
    expect(
        "another trust policy",
        &verify(&["-assume"]),
        1,
        &["REFUTED", "STS refuses: AccessDenied"],
    );
    project.succeeds(&["apply", "-sandbox", "-auto-approve"]);
    set(LIVE, &json!({ "metadata": { "annotations": null } }));
    expect("no annotation", &verify(&[]), 1, &["[W13]"]);
    project.succeeds(&["apply", "-sandbox", "-auto-approve"]);
    project.succeeds(&["sandbox", "rm", PROVIDER]);
    expect(
        "no provider",
        &verify(&["-assume"]),
        1,
        &["No OpenIDConnect provider found", "[T08]"],
    );
    problems
}

fn expect_json(report: &Json) {
    assert_eq!(report["verdict"], "ok", "{report:#}");
    let checks = report["accounts"][0]["checks"].as_array().unwrap();
    assert!(
        checks.iter().all(|check| check["outcome"] != "problem"),
        "{report:#}"
    );
}

const EXISTING: &str = r#"
provider "aws" {
  region = "eu-central-1"
}

cluster "main" {
  name     = "main"
  existing = true
}

oidc_provider "main" {
  cluster = cluster.main
}

role "reader" {
  name = "reader"
}

service_account "reader" {
  cluster   = cluster.main
  namespace = "apps"
  name      = "reader"
  role      = role.reader
  existing  = true
}
"#;

/// Pods that were there before their account got its role: what is told of them, by the workload that owns them.
pub(super) fn of_running_pods() -> Vec<String> {
    let pod = |name: &str, metadata: Json| {
        let mut object = json!({
            "apiVersion": "v1", "kind": "Pod", "metadata": metadata,
            "spec": { "serviceAccountName": "reader", "containers": [{ "name": "app", "image": "app" }] },
        });
        object["metadata"]["name"] = json!(name);
        object["metadata"]["namespace"] = json!("apps");
        json!({ "object": object })
    };
    let of_deployment = json!({
        "labels": { "pod-template-hash": "5d5d" },
        "ownerReferences": [{
            "apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-5d5d", "uid": "1", "controller": true,
        }],
    });
    let skipping = json!({ "labels": { "eks.amazonaws.com/skip-pod-identity-webhook": "" } });
    let account = json!({ "object": {
        "apiVersion": "v1", "kind": "ServiceAccount", "metadata": { "name": "reader", "namespace": "apps" },
    } });
    let seed = json!({ "region": "eu-central-1", "clusters": [{
        "name": "main", "namespaces": ["apps"],
        "objects": [
            account, pod("web-5d5d-a", of_deployment.clone()), pod("web-5d5d-b", of_deployment),
            pod("alone", json!({})), pod("apart", skipping),
        ],
    }] });
    let project = Project::new();
    project.write("sandbox.json", &seed.to_string());
    project.write("main.trustform.hcl", EXISTING);
    project.succeeds(&["apply", "-sandbox", "-auto-approve"]);
    let ran = project.run(&["verify", "-sandbox", "apps/reader"]);
    let wanted = [
        "3 pods older than the annotation, to be restarted: Deployment web (2 pods), Pod alone [W01]",
        "1 pod passed over, as asked: Pod apart",
    ];
    let missing = wanted
        .into_iter()
        .filter(|words| !ran.stdout.contains(words));
    let mut problems: Vec<String> = missing
        .map(|words| format!("no `{words}` in {ran}"))
        .collect();
    if ran.code != 1 {
        problems.push(format!("not exit code 1: {ran}"));
    }
    problems
}
