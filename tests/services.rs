//! The services themselves: they start, they are what tests take them for, and they end with the run.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpStream;
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use libtest_mimic::{Completion, Failed, Trial};
use trustform_test_support::https::Request;
use trustform_test_support::kubernetes::{self, KubeApiServer};
use trustform_test_support::s3;
use trustform_test_support::terraform::terraform;

use crate::common::{on_cluster, without};

/// The variable that makes this program start a cluster and wait to be killed, instead of running tests.
const HOLD: &str = "TRUSTFORM_TEST_HOLDS_A_CLUSTER";

/// How long servers may take to end after their run was killed.
const END: Duration = Duration::from_mins(1);

pub fn trials() -> Vec<Trial> {
    vec![
        on_cluster(
            "services::kube_apiserver_applies_fields",
            "main",
            applies_fields,
        ),
        on_cluster(
            "services::kube_apiserver_publishes_its_issuer",
            "main",
            publishes_its_issuer,
        ),
        on_cluster("services::clusters_are_apart", "main", clusters_are_apart),
        on_cluster(
            "services::servers_end_with_a_killed_run",
            "main",
            servers_end_with_a_killed_run,
        ),
        Trial::ignorable_test("services::object_stores_start", object_stores_start),
        Trial::ignorable_test(
            "services::terraform_tells_its_version",
            terraform_tells_its_version,
        ),
    ]
}

fn object_stores_start() -> Result<Completion, Failed> {
    let (seaweedfs, ministack) = match (s3::seaweedfs(), s3::ministack()) {
        (Ok(seaweedfs), Ok(ministack)) => (seaweedfs, ministack),
        (Err(missing), _) | (_, Err(missing)) => return without(&missing),
    };
    for _again in 0..2 {
        seaweedfs.create_bucket("services")?;
        ministack.create_bucket("services")?;
    }
    assert_ne!(seaweedfs.endpoint, ministack.endpoint);
    Ok(Completion::Completed)
}

fn applies_fields(server: &Arc<KubeApiServer>) {
    let account = |manager: &str, value: &str| {
        let path =
            format!("/api/v1/namespaces/default/serviceaccounts/fields?fieldManager={manager}");
        let body = format!(
            r#"{{"apiVersion":"v1","kind":"ServiceAccount","metadata":{{"name":"fields","annotations":{{"a":"{value}"}}}}}}"#
        );
        let answer = server.send(Request {
            method: "PATCH",
            path: &path,
            content_type: "application/apply-patch+yaml",
            body: &body,
        });
        answer.unwrap()
    };
    assert_eq!(account("one", "first").status, 201);
    assert_eq!(account("one", "second").status, 200);
    let refused = account("two", "third");
    assert_eq!(refused.status, 409, "{}", refused.body);
    assert!(
        refused.body.contains(r#"conflict with \"one\""#),
        "{}",
        refused.body
    );
}

fn publishes_its_issuer(server: &Arc<KubeApiServer>) {
    let answer = server
        .send_anonymously(Request::get("/.well-known/openid-configuration"))
        .unwrap();
    assert_eq!(answer.status, 200, "{}", answer.body);
    let document: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(document["issuer"], server.issuer.as_str());
    let keys = server
        .send_anonymously(Request::get("/openid/v1/jwks"))
        .unwrap();
    assert_eq!(keys.status, 200, "{}", keys.body);
}

fn clusters_are_apart(server: &Arc<KubeApiServer>) {
    let other = kubernetes::cluster("other").unwrap();
    assert_ne!(server.issuer, other.issuer);
    let namespace = r#"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"only-in-one"}}"#;
    assert_eq!(
        server
            .send(Request::post("/api/v1/namespaces", namespace))
            .unwrap()
            .status,
        201
    );
    let path = "/api/v1/namespaces/only-in-one";
    assert_eq!(server.send(Request::get(path)).unwrap().status, 200);
    assert_eq!(other.send(Request::get(path)).unwrap().status, 404);
}

/// Starts this program once more, as a run that holds a cluster, and kills it.
fn servers_end_with_a_killed_run(_: &Arc<KubeApiServer>) {
    let mut run = Command::new(std::env::current_exe().unwrap())
        .env(HOLD, "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut host = String::new();
    BufReader::new(run.stdout.take().unwrap())
        .read_line(&mut host)
        .unwrap();
    let address = host.trim().trim_start_matches("https://");
    assert!(TcpStream::connect(address).is_ok(), "{address}");
    run.kill().unwrap();
    run.wait().unwrap();
    let killed = Instant::now();
    while TcpStream::connect(address).is_ok() {
        assert!(killed.elapsed() < END, "{address} still answers");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn terraform_tells_its_version() -> Result<Completion, Failed> {
    match terraform() {
        Ok(found) => {
            assert!(found.version.starts_with("1."), "{}", found.version);
            Ok(Completion::Completed)
        }
        Err(missing) => without(&missing),
    }
}

/// Whether this process is the run that [`servers_end_with_a_killed_run`] kills.
pub fn is_asked_to_hold() -> bool {
    std::env::var_os(HOLD).is_some()
}

/// Starts a cluster, says where it is, and waits.
#[expect(clippy::print_stdout, reason = "another process reads it")]
pub fn hold() -> ExitCode {
    match kubernetes::cluster("held") {
        Ok(server) => println!("{}", server.host),
        Err(missing) => println!("{missing}"),
    }
    std::io::stdin().read_to_end(&mut Vec::new()).ok();
    trustform_test_support::shut_down();
    ExitCode::SUCCESS
}
