//! Tokens and sessions over the wire: requests as a pod's SDK sends them, and answers in one line.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::Request;
use serde_json::{Value as Json, json};
use trustform::sandbox::Sandbox;

/// What came of asking STS for a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// A session.
    Granted,
    /// None: the code and the text.
    Refused(String, String),
}

impl Answer {
    pub(super) fn code(&self) -> &str {
        match self {
            Self::Granted => "granted",
            Self::Refused(code, _) => code,
        }
    }
}

/// Asks the sandbox's STS for a session of a role, without credentials, as a pod does.
pub(super) fn assume(sandbox: &Sandbox, role: &str, token: &str, seconds: Option<u32>) -> Answer {
    let duration =
        seconds.map_or_else(String::new, |seconds| format!("&DurationSeconds={seconds}"));
    let body = format!(
        "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn={role}&RoleSessionName=chain&WebIdentityToken={token}{duration}"
    );
    let request = Request::builder()
        .method("POST")
        .uri("https://sts.eu-central-1.amazonaws.com/")
        .body(Bytes::from(body))
        .unwrap();
    let response = sandbox.handle_aws(request);
    let text = String::from_utf8(response.body().to_vec()).unwrap();
    if response.status() == 200 {
        assert!(text.contains("<SessionToken>"), "{text}");
        return Answer::Granted;
    }
    Answer::Refused(inner(&text, "Code"), inner(&text, "Message"))
}

fn inner(text: &str, tag: &str) -> String {
    let rest = text.split_once(&format!("<{tag}>")).map(|(_, rest)| rest);
    let inner = rest.and_then(|rest| rest.split_once(&format!("</{tag}>")));
    inner
        .map(|(inner, _)| inner.replace("&apos;", "'"))
        .unwrap_or_default()
}

/// Asks a cluster of the sandbox for a token.
pub(super) fn token(
    sandbox: &Sandbox,
    cluster: &str,
    (namespace, name): (&str, &str),
    audience: &str,
) -> String {
    let path = format!("/api/v1/namespaces/{namespace}/serviceaccounts/{name}/token");
    let spec = json!({ "spec": { "audiences": [audience], "expirationSeconds": 3600 } });
    let request = Request::builder()
        .method("POST")
        .uri(path)
        .header("content-type", "application/json")
        .body(Bytes::from(spec.to_string()))
        .unwrap();
    let response = sandbox.handle_kubernetes(cluster, request);
    let answer: Json = serde_json::from_slice(response.body()).unwrap();
    answer["status"]["token"]
        .as_str()
        .unwrap_or_else(|| panic!("no token: {answer}"))
        .to_owned()
}

/// A part of a token as JSON.
pub(super) fn part(token: &str, index: usize) -> Json {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// A part of a token from JSON.
pub(super) fn encoded(part: &Json) -> String {
    URL_SAFE_NO_PAD.encode(part.to_string())
}
