//! The sandbox's AWS half against the stand-ins: the same requests to all, and a table of what differs, with who is right.
//!
//! A case is a file `aws/NAME.json`: `about`, and `steps` that run in order. A step is an operation of a query API
//! (`operation` with `parameters`) or a request to EKS (`method`, `path`, `body`), with what AWS answers (`expect`: the
//! status, and `fields` by JSON pointer into the normalised answer), judged on the sandbox. `{account}` stands for the
//! server's own account.
//!
//! Answers in XML are compared as JSON. Texts of errors are left out: a server's words say nothing about another's.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use libtest_mimic::{Completion, Failed, Trial};
use serde::Deserialize;
use serde_json::{Map, Value as Json};
use trustform::sandbox::Sandbox;
use trustform_test_support::aws::Moto;
use trustform_test_support::https::Request;
use trustform_test_support::s3::{Ministack, own_ministack};
use trustform_test_support::{Missing, http};

use super::answer::{differences, normalised};
use super::folder;
use crate::common::without;

/// A file of requests.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// The file's name without its end.
    #[serde(skip)]
    name: String,
    /// What the case is about.
    about: String,
    /// The requests.
    steps: Vec<Step>,
}

/// One request and what is expected of its answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    /// What the step shows.
    name: String,
    /// `iam` when it is not given.
    service: Option<String>,
    /// The operation of a query API.
    operation: Option<String>,
    /// Its parameters; a document may stand as JSON.
    #[serde(default)]
    parameters: Map<String, Json>,
    /// The HTTP method, for EKS.
    method: Option<String>,
    /// The path, for EKS.
    path: Option<String>,
    /// The body, for EKS.
    body: Option<Json>,
    /// The only members that are compared, by JSON pointer; all when it is not given.
    only: Option<Vec<String>>,
    /// What is expected.
    expect: Expectation,
}

/// What is expected of an answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expectation {
    /// The HTTP status.
    status: u16,
    /// Values by JSON pointer into the normalised answer; `null` for a member that must not be there.
    #[serde(default)]
    fields: Map<String, Json>,
}

/// A difference between the sandbox and a stand-in that is known.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Difference {
    /// The stand-in.
    pub(crate) server: String,
    /// The case; `*` for all.
    pub(crate) case: String,
    /// The step; `*` for all.
    pub(crate) step: String,
    /// The pointer at or below which the answers differ; `http` stands for the HTTP status. A `*` stands for any index.
    pub(crate) at: String,
    /// `sandbox`, the stand-in's name, or `both` where AWS leaves it open.
    pub(crate) right: String,
    /// Why they differ, and what follows from it.
    pub(crate) why: String,
}

/// An answer, normalised.
#[derive(Debug, Clone)]
struct Exchange {
    step: String,
    status: u16,
    body: Json,
}

const STAND_INS: [&str; 2] = ["moto", "ministack"];

pub(super) fn trials() -> Vec<Trial> {
    let cases = load(&folder().join("aws"));
    let mut trials: Vec<Trial> = cases.iter().map(ours_is_as_expected).collect();
    for server in STAND_INS {
        let cases = cases.clone();
        let name = format!("conformance::aws::{server}");
        trials.push(Trial::ignorable_test(name, move || {
            match all(server, &cases) {
                Ok(findings) if findings.is_empty() => Ok(Completion::Completed),
                Ok(findings) => Err(Failed::from(findings.join("\n"))),
                Err(missing) => without(&missing),
            }
        }));
    }
    trials
}

/// The table.
pub(crate) fn table() -> Vec<Difference> {
    let text = std::fs::read(folder().join("aws-differences.json")).expect("the table");
    serde_json::from_slice(&text).expect("differences")
}

fn load(folder: &Path) -> Vec<Case> {
    let files = std::fs::read_dir(folder).expect("the cases").flatten();
    let mut paths: Vec<PathBuf> = files.map(|entry| entry.path()).collect();
    paths.sort();
    let read = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).expect("a case");
        let case: Result<Case, _> = serde_json::from_str(&text);
        let mut case = case.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let name = path.file_stem().unwrap_or_default();
        case.name = name.to_string_lossy().into_owned();
        case
    };
    paths.iter().map(read).collect()
}

/// The sandbox answers as AWS does, by what the case says of it.
fn ours_is_as_expected(case: &Case) -> Trial {
    let case = case.clone();
    let name = format!("conformance::aws::sandbox::{}", case.name);
    Trial::test(name, move || {
        let exchanges = ours(&case);
        let findings: Vec<String> = case
            .steps
            .iter()
            .zip(&exchanges)
            .flat_map(|(step, exchange)| missed(&case, step, exchange))
            .collect();
        if findings.is_empty() {
            Ok(())
        } else {
            Err(Failed::from(findings.join("\n")))
        }
    })
}

fn missed(case: &Case, step: &Step, exchange: &Exchange) -> Vec<String> {
    let place = format!("{} ({}): {}", case.name, case.about, step.name);
    let mut missed = Vec::new();
    if exchange.status != step.expect.status {
        missed.push(format!(
            "{place}: status {} and not {}: {}",
            exchange.status, step.expect.status, exchange.body
        ));
    }
    for (pointer, wanted) in &step.expect.fields {
        let found = exchange.body.pointer(pointer).unwrap_or(&Json::Null);
        if found != wanted {
            missed.push(format!(
                "{place}: {pointer} is {found} and not {wanted}: {}",
                exchange.body
            ));
        }
    }
    missed
}

/// Runs all cases on a stand-in and on a sandbox; what differs and is not in the table, and what is in it and is not so.
fn all(server: &str, cases: &[Case]) -> Result<Vec<String>, Missing> {
    let table: Vec<Difference> = table()
        .into_iter()
        .filter(|known| known.server == server)
        .collect();
    let mut used = vec![false; table.len()];
    let mut findings = Vec::new();
    let stand_in = StandIn::start(server)?;
    for case in cases {
        stand_in.forget();
        let theirs = theirs(case, stand_in.port(), stand_in.account());
        for ((step, ours), theirs) in case.steps.iter().zip(ours(case)).zip(&theirs) {
            for (at, here, there) in
                differences((ours.status, &ours.body), (theirs.status, &theirs.body))
            {
                if !step.compares(&at) {
                    continue;
                }
                let explains = |known: &Difference| known.explains(&case.name, &ours.step, &at);
                match table.iter().position(explains) {
                    Some(index) => used[index] = true,
                    None => findings.push(format!(
                        "{}: {}: {at}: sandbox {here}, {server} {there}",
                        case.name, ours.step
                    )),
                }
            }
        }
    }
    let idle = table.iter().zip(used).filter(|(_, used)| !used);
    findings.extend(idle.map(|(known, _)| {
        format!(
            "{}: {}: {}: {server} differs no longer ({} was right: {})",
            known.case, known.step, known.at, known.right, known.why
        )
    }));
    Ok(findings)
}

/// A stand-in that all cases share, one after the other.
enum StandIn {
    Moto(Moto),
    Ministack(Ministack),
}

impl StandIn {
    fn start(name: &str) -> Result<Self, Missing> {
        match name {
            "moto" => Moto::start().map(StandIn::Moto),
            _ => own_ministack().map(StandIn::Ministack),
        }
    }

    fn port(&self) -> u16 {
        match self {
            StandIn::Moto(server) => server.port,
            StandIn::Ministack(server) => server.port,
        }
    }

    fn account(&self) -> &'static str {
        match self {
            StandIn::Moto(_) => "123456789012",
            StandIn::Ministack(_) => "000000000000",
        }
    }

    /// Empties it, so that names are free.
    fn forget(&self) {
        let path = match self {
            StandIn::Moto(_) => "/moto-api/reset",
            StandIn::Ministack(_) => "/_ministack/reset",
        };
        let answer = http::send(self.port(), Request::post(path, "")).expect("an answer");
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
}

impl Difference {
    fn explains(&self, case: &str, step: &str, at: &str) -> bool {
        let covers = |pattern: &str, text: &str| pattern == "*" || pattern == text;
        covers(&self.case, case) && covers(&self.step, step) && self.is_at_or_above(at)
    }

    fn is_at_or_above(&self, at: &str) -> bool {
        if self.at.is_empty() {
            return at != "http";
        }
        let (mut above, mut parts) = (self.at.split('/'), at.split('/'));
        above.all(|part| {
            parts
                .next()
                .is_some_and(|other| part == other || (part == "*" && is_index(other)))
        })
    }
}

fn is_index(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())
}

fn ours(case: &Case) -> Vec<Exchange> {
    let sandbox = Sandbox::in_memory(None).expect("a sandbox");
    let account = "123456789012";
    let one = |step: &Step| {
        let (method, path, body) = step.request(account);
        let request = ::http::Request::builder()
            .method(method.as_str())
            .uri(path)
            .header("authorization", step.scope())
            .body(body.into())
            .expect("a request");
        let answer = sandbox.handle_aws(request);
        let kind = answer.headers().get("x-amzn-errortype");
        let kind = kind.and_then(|kind| kind.to_str().ok());
        let text = String::from_utf8_lossy(answer.body());
        exchange(step, answer.status().as_u16(), kind, &text, account)
    };
    case.steps.iter().map(one).collect()
}

fn theirs(case: &Case, port: u16, account: &str) -> Vec<Exchange> {
    let one = |step: &Step| {
        let (method, path, body) = step.request(account);
        let is_query = step.operation.is_some();
        let content_type = if is_query {
            "application/x-www-form-urlencoded"
        } else {
            "application/json"
        };
        let request = Request {
            method: &method,
            path: &path,
            content_type,
            body: &body,
        };
        let scope = step.scope();
        let answer = http::send_with(port, &[("Authorization", &scope)], request);
        let answer = answer.expect("an answer");
        let kind = answer
            .headers
            .iter()
            .find(|(name, _)| name == "x-amzn-errortype");
        let kind = kind.map(|(_, value)| value.as_str());
        exchange(step, answer.status, kind, &answer.body, account)
    };
    case.steps.iter().map(one).collect()
}

fn exchange(step: &Step, status: u16, kind: Option<&str>, text: &str, account: &str) -> Exchange {
    Exchange {
        step: step.name.clone(),
        status,
        body: normalised(text, status, kind, account),
    }
}

impl Step {
    fn service(&self) -> &str {
        match (&self.service, &self.operation) {
            (Some(service), _) => service,
            (None, Some(_)) => "iam",
            (None, None) => "eks",
        }
    }

    fn compares(&self, at: &str) -> bool {
        let only = self.only.as_ref();
        at == "http" || only.is_none_or(|only| only.iter().any(|pointer| pointer == at))
    }

    fn scope(&self) -> String {
        format!(
            "AWS4-HMAC-SHA256 Credential=AKIATEST/20260101/us-east-1/{}/aws4_request, \
             SignedHeaders=host, Signature=0",
            self.service()
        )
    }

    /// Method, path and body.
    fn request(&self, account: &str) -> (String, String, String) {
        let filled = |text: &str| text.replace("{account}", account);
        if let Some(operation) = &self.operation {
            let version = match self.service() {
                "sts" => "2011-06-15",
                _ => "2010-05-08",
            };
            let mut body = format!("Action={operation}&Version={version}");
            for (name, value) in &self.parameters {
                let text = value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned);
                write!(body, "&{name}={}", encoded(&filled(&text))).expect("a text grows");
            }
            return ("POST".to_owned(), "/".to_owned(), body);
        }
        let body = self.body.as_ref().map(Json::to_string).unwrap_or_default();
        (
            self.method.clone().expect("a method"),
            filled(self.path.as_deref().expect("a path")),
            filled(&body),
        )
    }
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
