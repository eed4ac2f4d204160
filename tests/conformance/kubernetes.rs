//! The same requests to two Kubernetes API servers: cases from files, transcripts with what must differ taken out, and a
//! table of the differences that are known, with who is right.
//!
//! A case is a file `kubernetes/NAME.json`: `about`, and `steps` that run in order against a namespace of the case's own
//! (`{ns}` in paths, queries and bodies). A step is a request (`method`, `path`, `query`, `contentType`, `body` as JSON or
//! `text` as it is) with what is expected (`expect`: `status`, and `fields` by JSON pointer into the normalised answer).
//! `save` keeps members of the raw answer as further `{names}`; `same` and `changed` compare members of the raw answer with
//! kept ones; `until` repeats the step, waiting in between, until what is expected comes.

#![allow(clippy::expect_used, reason = "a test stops where it fails")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use bytes::Bytes;
use http::{Request, Response, header};
use serde::Deserialize;
use serde_json::{Map, Value};

/// How often a step with `until` is tried.
const ATTEMPTS: usize = 60;
/// The client's name, and so the manager of writes that name none.
const CLIENT: &str = "conformance/1";

/// How the volume of the token for the API server is called, before drawn characters.
const API_TOKEN: &str = "kube-api-access-";

/// A server, and how one waits for it.
pub(crate) struct Server<'s> {
    /// Carries out a request. The URI of the request has no host.
    pub(crate) send: &'s mut dyn FnMut(Request<Bytes>) -> Response<Bytes>,
    /// Lets the server's time pass between two attempts.
    pub(crate) wait: &'s mut dyn FnMut(),
}

/// A file of requests.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Case {
    /// The file's name without its end.
    #[serde(skip)]
    pub(crate) name: String,
    /// What the case is about.
    pub(crate) about: String,
    /// The requests.
    pub(crate) steps: Vec<Step>,
}

/// One request and what is expected of its answer.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Step {
    /// What the step shows.
    pub(crate) name: String,
    /// The HTTP method.
    pub(crate) method: String,
    /// The path, with `{names}`.
    pub(crate) path: String,
    /// The query without `?`, with `{names}`, encoded.
    #[serde(default)]
    pub(crate) query: String,
    /// The media type of the body; JSON when it is not given.
    pub(crate) content_type: Option<String>,
    /// The media type asked for; JSON when it is not given.
    pub(crate) accept: Option<String>,
    /// The body as JSON, with `{names}` in its texts.
    pub(crate) body: Option<Value>,
    /// The body as it is, for bodies that are not JSON.
    pub(crate) text: Option<String>,
    /// Names for members of the answer, by pointer.
    #[serde(default)]
    pub(crate) save: BTreeMap<String, String>,
    /// Pointers whose values are those of kept names.
    #[serde(default)]
    pub(crate) same: BTreeMap<String, String>,
    /// Pointers whose values are not those of kept names.
    #[serde(default)]
    pub(crate) changed: BTreeMap<String, String>,
    /// Whether the step is repeated until what is expected comes.
    #[serde(default)]
    pub(crate) until: bool,
    /// What is expected.
    pub(crate) expect: Expectation,
}

/// What is expected of an answer.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expectation {
    /// The HTTP status.
    pub(crate) status: u16,
    /// Values by JSON pointer into the normalised answer; `null` for a member that must not be there.
    #[serde(default)]
    pub(crate) fields: BTreeMap<String, Value>,
}

/// What was said in a case.
#[derive(Debug, PartialEq)]
pub(crate) struct Transcript {
    /// The case's name.
    pub(crate) case: String,
    /// What the case is about.
    pub(crate) about: String,
    /// One for each step.
    pub(crate) exchanges: Vec<Exchange>,
}

/// What a server answered to a step, normalised, and which expectations it missed.
#[derive(Debug, PartialEq)]
pub(crate) struct Exchange {
    /// The step's name.
    pub(crate) step: String,
    /// The HTTP status.
    pub(crate) status: u16,
    /// The answer's warnings.
    pub(crate) warnings: Vec<String>,
    /// The answer's body.
    pub(crate) body: Value,
    /// What was not as expected, in words.
    pub(crate) missed: Vec<String>,
}

/// A difference between the two servers that is known.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Difference {
    /// The case.
    pub(crate) case: String,
    /// The step.
    pub(crate) step: String,
    /// The pointer at or below which the bodies differ; `http` stands for the HTTP status, `warnings` for warnings.
    pub(crate) at: String,
    /// `kube-apiserver`, `sandbox`, or `both` where the answer is left open.
    pub(crate) right: String,
    /// Why they differ, and what follows from it.
    pub(crate) why: String,
}

/// Reads all cases of a folder, by name.
///
/// # Errors
/// A file cannot be read or is not a case; the text names it.
pub(crate) fn load(folder: &Path) -> Result<Vec<Case>, String> {
    let entries =
        std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut cases = Vec::new();
    for entry in entries.flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|end| end != "json") {
            continue;
        }
        let text = std::fs::read_to_string(&path)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        let case: Result<Case, _> = serde_json::from_str(&text);
        let mut case = case.map_err(|error| format!("{}: {error}", path.display()))?;
        case.name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        cases.push(case);
    }
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(cases)
}

/// Runs a case in a namespace that does not exist yet.
pub(crate) fn run(case: &Case, namespace: &str, server: &mut Server<'_>) -> Transcript {
    let mut names = BTreeMap::from([("ns".to_owned(), namespace.to_owned())]);
    let exchanges = case
        .steps
        .iter()
        .map(|step| exchange(step, &mut names, server));
    Transcript {
        case: case.name.clone(),
        about: case.about.clone(),
        exchanges: exchanges.collect(),
    }
}

/// What a transcript missed, in words that name case and step. Steps of the table are left out: their expectations are
/// those of the real server, so for that one the table is empty.
pub(crate) fn missed(transcript: &Transcript, table: &[Difference]) -> Vec<String> {
    let is_known = |exchange: &&Exchange| {
        table
            .iter()
            .any(|known| known.case == transcript.case && known.step == exchange.step)
    };
    let of_one = |exchange: &Exchange| {
        let place = format!(
            "{} ({}) {}",
            transcript.case, transcript.about, exchange.step
        );
        exchange
            .missed
            .iter()
            .map(|missed| format!("{place}: {missed}"))
            .collect::<Vec<_>>()
    };
    transcript
        .exchanges
        .iter()
        .filter(|exchange| !is_known(exchange))
        .flat_map(of_one)
        .collect()
}

/// The differences between two transcripts of one case that the table does not explain, and the explanations of the
/// table that explain nothing.
pub(crate) fn compare(
    sandbox: &Transcript,
    real: &Transcript,
    table: &[Difference],
) -> Vec<String> {
    let mut unexplained = Vec::new();
    let mut used = BTreeSet::new();
    for (ours, theirs) in sandbox.exchanges.iter().zip(&real.exchanges) {
        for (at, ours_there, theirs_there) in differences(ours, theirs) {
            let explains = |known: &Difference| {
                known.case == sandbox.case && known.step == ours.step && covers(&known.at, &at)
            };
            match table.iter().position(explains) {
                Some(index) => {
                    used.insert(index);
                }
                None => unexplained.push(format!(
                    "{}: {}: {at}: sandbox {ours_there}, kube-apiserver {theirs_there}",
                    sandbox.case, ours.step
                )),
            }
        }
    }
    let of_this_case = table
        .iter()
        .enumerate()
        .filter(|(_, known)| known.case == sandbox.case);
    for (_, idle) in of_this_case.filter(|(index, _)| !used.contains(index)) {
        unexplained.push(format!(
            "{}: {}: {}: no such difference any more ({} was right: {})",
            idle.case, idle.step, idle.at, idle.right, idle.why
        ));
    }
    unexplained
}

fn exchange(
    step: &Step,
    names: &mut BTreeMap<String, String>,
    server: &mut Server<'_>,
) -> Exchange {
    let namespace = names.get("ns").cloned().unwrap_or_default();
    let mut response = (server.send)(request(step, names));
    for _ in 1..ATTEMPTS {
        let so_far = normalised(body(&response), &namespace);
        if !step.until || missed_of(step, response.status().as_u16(), &so_far).is_empty() {
            break;
        }
        (server.wait)();
        response = (server.send)(request(step, names));
    }
    let raw = body(&response);
    let member = |pointer: &String| raw.pointer(pointer).map(text_of);
    let mut missed = Vec::new();
    for (pointer, name) in &step.same {
        if member(pointer) != names.get(name).cloned() {
            missed.push(format!(
                "{pointer} is {:?} and not {name}, {:?}",
                member(pointer),
                names.get(name)
            ));
        }
    }
    for (pointer, name) in &step.changed {
        if member(pointer).is_none() || member(pointer) == names.get(name).cloned() {
            missed.push(format!("{pointer} is still {name}, {:?}", member(pointer)));
        }
    }
    for (name, pointer) in &step.save {
        names.insert(name.clone(), member(pointer).unwrap_or_default());
    }
    let body = normalised(raw, &namespace);
    let status = response.status().as_u16();
    missed.extend(missed_of(step, status, &body));
    let warnings = response.headers().get_all(header::WARNING);
    let warnings = warnings
        .iter()
        .filter_map(|value| value.to_str().ok().map(str::to_owned));
    Exchange {
        step: step.name.clone(),
        status,
        warnings: warnings.collect(),
        body,
        missed,
    }
}

fn request(step: &Step, names: &BTreeMap<String, String>) -> Request<Bytes> {
    let path = filled(&step.path, names);
    let query = filled(&step.query, names);
    let uri = if query.is_empty() {
        path
    } else {
        format!("{path}?{query}")
    };
    let body = match (&step.text, &step.body) {
        (Some(text), _) => text.clone(),
        (None, Some(body)) => filled(&body.to_string(), names),
        (None, None) => String::new(),
    };
    let json = "application/json";
    let mut request = Request::builder()
        .method(step.method.as_str())
        .uri(uri)
        .header(header::USER_AGENT, CLIENT)
        .header(header::ACCEPT, step.accept.as_deref().unwrap_or(json));
    if !body.is_empty() {
        request = request.header(
            header::CONTENT_TYPE,
            step.content_type.as_deref().unwrap_or(json),
        );
    }
    request
        .body(Bytes::from(body))
        .expect("a case names a method and a path")
}

fn filled(text: &str, names: &BTreeMap<String, String>) -> String {
    let fill = |text: String, (name, value): (&String, &String)| {
        text.replace(&format!("{{{name}}}"), value)
    };
    names.iter().fold(text.to_owned(), fill)
}

fn body(response: &Response<Bytes>) -> Value {
    let text = || Value::from(String::from_utf8_lossy(response.body()).into_owned());
    serde_json::from_slice(response.body()).unwrap_or_else(|_| text())
}

fn text_of(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn missed_of(step: &Step, status: u16, body: &Value) -> Vec<String> {
    let mut missed = Vec::new();
    if status != step.expect.status {
        missed.push(format!(
            "status {status} and not {}: {body}",
            step.expect.status
        ));
    }
    for (pointer, wanted) in &step.expect.fields {
        let found = body.pointer(pointer).unwrap_or(&Value::Null);
        if found != wanted {
            missed.push(format!("{pointer} is {found} and not {wanted}"));
        }
    }
    missed
}

/// Takes out of an answer what no two servers have in common: unique ids, times, revisions, generated names, the
/// namespace, the order of managers that wrote at different times, the order of causes that come from a map.
fn normalised(value: Value, namespace: &str) -> Value {
    match value {
        Value::String(text) => Value::from(normalised_text(&text, namespace)),
        Value::Array(items) => items
            .into_iter()
            .map(|item| normalised(item, namespace))
            .collect(),
        Value::Object(members) => Value::Object(normalised_members(members, namespace)),
        Value::Null | Value::Bool(_) | Value::Number(_) => value,
    }
}

fn normalised_members(members: Map<String, Value>, namespace: &str) -> Map<String, Value> {
    let generated = members
        .get("generateName")
        .and_then(Value::as_str)
        .map(str::to_owned);
    let mut out = Map::new();
    for (name, value) in members {
        let value = match (name.as_str(), value) {
            (
                "uid" | "resourceVersion" | "time" | "lastTransitionTime" | "continue",
                Value::String(_),
            ) => Value::from(format!("<{name}>")),
            ("creationTimestamp" | "deletionTimestamp", Value::String(_)) => Value::from("<time>"),
            ("token", Value::String(_)) => Value::from("<token>"),
            ("name", Value::String(text)) if text.starts_with(API_TOKEN) => {
                Value::from(format!("{API_TOKEN}<generated>"))
            }
            ("name", Value::String(text))
                if generated
                    .as_ref()
                    .is_some_and(|prefix| text.starts_with(prefix)) =>
            {
                Value::from(format!(
                    "{}<generated>",
                    generated.as_deref().unwrap_or_default()
                ))
            }
            ("managedFields" | "causes", Value::Array(entries)) => {
                sorted(normalised(Value::Array(entries), namespace))
            }
            (_, value) => normalised(value, namespace),
        };
        out.insert(normalised_text(&name, namespace), value);
    }
    out
}

fn sorted(entries: Value) -> Value {
    let Value::Array(mut entries) = entries else {
        return entries;
    };
    let key = |entry: &Value| {
        let text = |member: &str| entry.get(member).map(text_of).unwrap_or_default();
        [
            "operation",
            "manager",
            "subresource",
            "apiVersion",
            "field",
            "message",
        ]
        .map(text)
    };
    entries.sort_by_key(key);
    Value::Array(entries)
}

fn normalised_text(text: &str, namespace: &str) -> String {
    let text = if namespace.is_empty() {
        text.to_owned()
    } else {
        text.replace(namespace, "NS")
    };
    let without_ids = with_runs_replaced(&text, 36, is_uid_at, "<uid>");
    with_runs_replaced(&without_ids, 20, is_time_at, "<time>")
}

/// Replaces every run of `length` bytes for which the test holds.
fn with_runs_replaced(text: &str, length: usize, holds: fn(&[u8]) -> bool, by: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let run = rest.as_bytes().get(..length).filter(|run| holds(run));
        if run.is_some() {
            out.push_str(by);
            rest = rest.get(length..).unwrap_or_default();
        } else {
            out.push(letter);
            rest = rest.get(letter.len_utf8()..).unwrap_or_default();
        }
    }
    out
}

fn is_uid_at(run: &[u8]) -> bool {
    run.iter().enumerate().all(|(at, byte)| {
        if [8, 13, 18, 23].contains(&at) {
            *byte == b'-'
        } else {
            byte.is_ascii_hexdigit()
        }
    })
}

fn is_time_at(run: &[u8]) -> bool {
    let form = b"0000-00-00T00:00:00Z";
    run.iter().zip(form).all(|(byte, form)| {
        if *form == b'0' {
            byte.is_ascii_digit()
        } else {
            byte == form
        }
    })
}

fn differences(ours: &Exchange, theirs: &Exchange) -> Vec<(String, Value, Value)> {
    let mut found = Vec::new();
    if ours.status != theirs.status {
        found.push(("http".to_owned(), ours.status.into(), theirs.status.into()));
    }
    if ours.warnings != theirs.warnings {
        let (ours, theirs) = (ours.warnings.clone(), theirs.warnings.clone());
        found.push(("warnings".to_owned(), ours.into(), theirs.into()));
    }
    differ(String::new(), &ours.body, &theirs.body, &mut found);
    found
}

fn differ(at: String, ours: &Value, theirs: &Value, found: &mut Vec<(String, Value, Value)>) {
    match (ours, theirs) {
        (Value::Object(our_members), Value::Object(their_members)) => {
            let names: BTreeSet<&String> = our_members.keys().chain(their_members.keys()).collect();
            for name in names {
                let member = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
                let there =
                    |members: &Map<String, Value>| members.get(name).cloned().unwrap_or_default();
                differ(member, &there(our_members), &there(their_members), found);
            }
        }
        (Value::Array(our_items), Value::Array(their_items))
            if our_items.len() == their_items.len() =>
        {
            for (index, (ours, theirs)) in our_items.iter().zip(their_items).enumerate() {
                differ(format!("{at}/{index}"), ours, theirs, found);
            }
        }
        _ if ours == theirs => {}
        _ => found.push((at, ours.clone(), theirs.clone())),
    }
}

/// Whether a pointer is at or above another.
fn covers(above: &str, at: &str) -> bool {
    at.strip_prefix(above)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
