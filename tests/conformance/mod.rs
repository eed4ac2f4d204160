//! The sandbox against servers that somebody else wrote: its Kubernetes API against a real kube-apiserver, its AWS half
//! against stand-ins; the same requests to all, and a document of what differs.

mod answer;
mod aws;
mod kubernetes;
mod table;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, header};
use jiff::{SignedDuration, Timestamp};
use libtest_mimic::{Completion, Failed, Trial};
use trustform::sandbox::{self, Store};
use trustform_test_support::https;
use trustform_test_support::kubernetes::{KubeApiServer, cluster};

use self::kubernetes::{Case, Difference, Server, Transcript, compare, load, missed, run};
use crate::common::{finds_nothing, repository, without};

/// The real server of all cases; each keeps to a namespace of its own.
const CLUSTER: &str = "conformance";

/// How long to wait for a controller of the real server before it is asked again.
const PAUSE: Duration = Duration::from_millis(200);

pub fn trials() -> Vec<Trial> {
    let cases = load(&folder().join("kubernetes")).expect("the cases");
    let mut trials: Vec<Trial> = cases.into_iter().map(trial).collect();
    trials.extend(aws::trials());
    trials.push(finds_nothing(
        "conformance::the_document_is_the_table",
        table::is_up_to_date,
    ));
    trials
}

fn folder() -> PathBuf {
    repository().join("tests/conformance")
}

/// The differences that are known.
fn differences() -> Vec<Difference> {
    let text = std::fs::read(folder().join("kubernetes-differences.json")).expect("the table");
    serde_json::from_slice(&text).expect("differences")
}

fn trial(case: Case) -> Trial {
    let name = format!("conformance::kubernetes::{}", case.name);
    Trial::ignorable_test(name, move || match cluster(CLUSTER) {
        Ok(server) => judge(&case, &server),
        Err(missing) => without(&missing),
    })
}

fn judge(case: &Case, server: &Arc<KubeApiServer>) -> Result<Completion, Failed> {
    let (theirs, ours) = (real(case, server), ours(case));
    let table = differences();
    let mut findings = missed(&theirs, &[]);
    findings.extend(missed(&ours, &table));
    findings.extend(compare(&ours, &theirs, &table));
    if findings.is_empty() {
        Ok(Completion::Completed)
    } else {
        Err(Failed::from(findings.join("\n")))
    }
}

fn namespace(case: &Case) -> String {
    format!("ns-{}", case.name)
}

fn real(case: &Case, server: &KubeApiServer) -> Transcript {
    let mut send = |request: Request<Bytes>| exchange(server, &request);
    let mut wait = || std::thread::sleep(PAUSE);
    let server = &mut Server {
        send: &mut send,
        wait: &mut wait,
    };
    run(case, &namespace(case), server)
}

fn ours(case: &Case) -> Transcript {
    let mut store = Store::in_memory();
    let now =
        std::cell::Cell::new(Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * 365 * 56));
    let mut send =
        |request: Request<Bytes>| sandbox::kubernetes::handle(&mut store, now.get(), "c", &request);
    let mut wait = || now.set(now.get() + SignedDuration::from_secs(1));
    let server = &mut Server {
        send: &mut send,
        wait: &mut wait,
    };
    run(case, &namespace(case), server)
}

/// Carries a request of a case to the real server.
fn exchange(server: &KubeApiServer, request: &Request<Bytes>) -> Response<Bytes> {
    let text = |name: header::HeaderName| {
        let value = request.headers().get(name);
        value.map_or("", |value| value.to_str().expect("a header of a case"))
    };
    let content_type = match text(header::CONTENT_TYPE) {
        "" => "application/json",
        given => given,
    };
    let headers = [
        ("Accept", text(header::ACCEPT)),
        ("User-Agent", text(header::USER_AGENT)),
    ];
    let sent = https::Request {
        method: request.method().as_str(),
        path: &request.uri().to_string(),
        content_type,
        body: std::str::from_utf8(request.body()).expect("a body of a case"),
    };
    let answer = server.send_with(&headers, sent).expect("an answer");
    let mut response = Response::builder().status(answer.status);
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    response.body(answer.body.into()).expect("a response")
}
