//! How many calls a refresh takes, as the tool says and as the servers see, on servers that somebody else wrote.
//!
//! `cargo bench --bench calls` prints a Markdown table. A stand-in for AWS (moto) is joined with a real kube-apiserver; the
//! bindings (a role with its service account each, written as nouns) are made, and a plan that finds nothing to do is
//! counted: by its last line, by a front before the stand-in, and by the API server's own metrics.
//!
//! | argument | meaning |
//! |---|---|
//! | `--sizes 1,100,1000` | how many bindings |
//! | `--program PATH` | another build of this tool |
#![allow(
    unreachable_pub,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a program for people at a terminal: it stops where it fails, and works with files and processes"
)]

#[path = "../scale/generator.rs"]
#[expect(dead_code, reason = "this program measures one of its modes")]
mod generator;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;
use trustform_test_support::aws::{Joined, Moto};
use trustform_test_support::http;
use trustform_test_support::https::Request;
use trustform_test_support::kubernetes::KubeApiServer;

/// The services that are counted, as the tool names them.
const SERVICES: [&str; 4] = ["IAM", "EKS", "STS", "Kubernetes"];

/// Counts by service.
type Counts = BTreeMap<String, u64>;

fn main() {
    let (sizes, program) = arguments();
    println!("| bindings | counted by | IAM | EKS | STS | Kubernetes |");
    println!("|--:|---|--:|--:|--:|--:|");
    for size in sizes {
        eprintln!("{size} bindings");
        let (said, seen) = measured(&program, size);
        for (who, counts) in [("the tool", said), ("the servers", seen)] {
            let cells = SERVICES.map(|service| counts.get(service).copied().unwrap_or(0));
            let [iam, eks, sts, kubernetes] = cells;
            println!("| {size} | {who} | {iam} | {eks} | {sts} | {kubernetes} |");
        }
    }
    trustform_test_support::shut_down();
}

fn arguments() -> (Vec<usize>, PathBuf) {
    let mut sizes = vec![1, 100, 1_000];
    let mut program = PathBuf::from(env!("CARGO_BIN_EXE_trustform"));
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().expect("the argument has a value");
        match argument.as_str() {
            "--sizes" => {
                let listed = value();
                let numbers = listed
                    .split(',')
                    .map(|size| size.parse().expect("a number"));
                sizes = numbers.collect();
            }
            "--program" => program = PathBuf::from(value()),
            // Cargo says so to every benchmark.
            "--bench" => {}
            other => panic!("no argument is called {other}"),
        }
    }
    (sizes, program)
}

/// The calls of an empty plan: as the tool says, and as the servers saw.
fn measured(program: &Path, size: usize) -> (Counts, Counts) {
    let moto = Moto::start().expect("moto");
    let joined = Joined::new(moto.port, "main").expect("servers");
    make_cluster(moto.port);
    make_namespace(&joined.api_server);
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("main.tf"), generator::NOUNS).expect("main.tf");
    generator::write_accounts(folder.path(), size);
    let run = |arguments: &[&str]| run(program, folder.path(), &joined.front.endpoint, arguments);
    run(&["apply", "-auto-approve", "-no-color"]);
    joined.front.forget();
    let before = requests(&joined.api_server);
    let plan = run(&["plan", "-no-color", "-detailed-exitcode"]);
    let mut seen = Counts::new();
    for request in joined.front.seen() {
        *seen.entry(request.service().to_uppercase()).or_default() += 1;
    }
    let after = requests(&joined.api_server);
    seen.insert("Kubernetes".to_owned(), after - before);
    (said(&plan), seen)
}

fn run(program: &Path, folder: &Path, endpoint: &str, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        .env("AWS_ENDPOINT_URL", endpoint)
        .env("AWS_ACCESS_KEY_ID", "AKIATEST")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .output()
        .expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let talk = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}\n{text}{talk}");
    text
}

/// The counts of the line `refresh: 3 IAM, 1 STS calls`.
fn said(text: &str) -> Counts {
    let line = text.lines().find_map(|line| line.strip_prefix("refresh: "));
    let line = line.expect("a line of calls").trim_end_matches('s');
    let parts = line.trim_end_matches(" call").split(", ");
    parts
        .filter_map(|part| part.split_once(' '))
        .map(|(count, service)| (service.to_owned(), count.parse().expect("a count")))
        .collect()
}

/// The requests that the API server has answered for what a plan reads: accounts, namespaces, and who it is.
fn requests(server: &KubeApiServer) -> u64 {
    let answer = server.send(Request::get("/metrics")).expect("metrics");
    let lines = answer.body.lines();
    let counted = lines.filter(|line| {
        line.starts_with("apiserver_request_total{")
            && line.contains("verb=\"GET\"")
            && ["serviceaccounts", "namespaces"]
                .iter()
                .any(|resource| line.contains(&format!("resource=\"{resource}\"")))
    });
    counted
        .filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok())
        .map(|count| format!("{count:.0}").parse::<u64>().expect("a count"))
        .sum()
}

fn make_cluster(port: u16) {
    let cluster = json!({
        "name": "main", "roleArn": "arn:aws:iam::123456789012:role/cluster",
        "resourcesVpcConfig": { "subnetIds": ["subnet-a", "subnet-b"] },
    });
    let body = cluster.to_string();
    let scope = "AWS4-HMAC-SHA256 Credential=AKIATEST/20260101/eu-west-1/eks/aws4_request, \
                 SignedHeaders=host, Signature=0";
    let request = Request::post("/clusters", &body);
    let answer = http::send_with(port, &[("Authorization", scope)], request).expect("an answer");
    assert_eq!(answer.status, 200, "{}", answer.body);
}

fn make_namespace(server: &KubeApiServer) {
    let body = r#"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"ns"}}"#;
    let answer = server.send(Request::post("/api/v1/namespaces", body));
    let answer = answer.expect("an answer");
    assert_eq!(answer.status, 201, "{}", answer.body);
}
