//! What an API server's refusals and broken connections mean, and which of them are worth another try.

use crate::provider::{ProviderError, ProviderErrorKind, RetryClass};
use serde_json::Value as Json;
use std::error::Error;
use std::time::Duration;

/// The code of a connection that could not be made or broke.
pub(super) const CONNECTION: &str = "";

/// The code of a conflict over fields, apart from one over the version of an object.
pub(super) const FIELD_CONFLICT: &str = "FieldManagerConflict";

/// Whether a request changes something: what changes is worth more patience than what only looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effort {
    /// A read: a plan should not hang on a cluster that is down.
    Look,
    /// A write.
    Change,
    /// A write to a cluster whose endpoint may be minutes old, so that its name may not resolve everywhere yet.
    ChangeFresh,
}

/// The retry classes of the Kubernetes API.
///
/// Too many requests, server errors and broken connections pass; creating in a namespace that is being terminated
/// passes when the namespace is soon gone. See "HTTP status codes" in the Kubernetes API conventions.
pub(super) fn classify(effort: Effort, error: &ProviderError) -> RetryClass {
    let seconds = match (error.kind, error.code.as_str()) {
        (ProviderErrorKind::Unreachable, _) => match effort {
            Effort::Look => 3,
            Effort::Change => 30,
            Effort::ChangeFresh => 300,
        },
        (
            ProviderErrorKind::Service | ProviderErrorKind::Timeout,
            "TooManyRequests" | "InternalError" | "ServiceUnavailable" | "ServerTimeout"
            | "Timeout" | "429" | "500" | "502" | "503" | "504",
        )
        | (ProviderErrorKind::Denied, "NamespaceTerminating") => 60,
        (ProviderErrorKind::Denied, "Unauthorized") if effort == Effort::ChangeFresh => 60,
        _ => return RetryClass::Final,
    };
    RetryClass::Until(Duration::from_secs(seconds))
}

/// The error that a `Status` answer means. `http` is the status code of the response.
pub(super) fn refused(doing: &str, http: u16, body: &[u8]) -> ProviderError {
    let status: Json = serde_json::from_slice(body).unwrap_or(Json::Null);
    let text = |name: &str| status.get(name).and_then(Json::as_str).unwrap_or_default();
    let (mut code, mut message) = (text("reason").to_owned(), text("message").to_owned());
    if message.is_empty() {
        message = String::from_utf8_lossy(body)
            .trim()
            .chars()
            .take(400)
            .collect();
    }
    if code.is_empty() {
        code = http.to_string();
    }
    let kind = match (http, code.as_str()) {
        (401 | 403, _) => ProviderErrorKind::Denied,
        (404, _) => ProviderErrorKind::NotFound,
        (409, "AlreadyExists") => ProviderErrorKind::AlreadyExists,
        (409, _) => ProviderErrorKind::Conflict,
        (400 | 405 | 406 | 413 | 415 | 422, _) => ProviderErrorKind::InvalidInput,
        (504, _) => ProviderErrorKind::Timeout,
        _ => ProviderErrorKind::Service,
    };
    if kind == ProviderErrorKind::Denied && causes(&status).any(|c| c.0 == "NamespaceTerminating") {
        "NamespaceTerminating".clone_into(&mut code);
    }
    if kind == ProviderErrorKind::Conflict {
        let conflicts = conflicts(&status);
        if !conflicts.is_empty() {
            FIELD_CONFLICT.clone_into(&mut code);
            message = conflict_message(&conflicts);
        }
    }
    ProviderError {
        kind,
        doing: doing.to_owned(),
        code,
        message,
        request_id: String::new(),
    }
}

/// The fields that others own, with the API server's words on who: pairs of field path and message.
pub(super) fn conflicts(status: &Json) -> Vec<(String, String)> {
    causes(status)
        .filter(|cause| cause.0 == "FieldManagerConflict")
        .map(|(_, field, message)| (field.to_owned(), message.to_owned()))
        .collect()
}

fn conflict_message(conflicts: &[(String, String)]) -> String {
    let each: Vec<_> = conflicts
        .iter()
        .map(|(field, who)| format!("`{field}`: {who}"))
        .collect();
    format!(
        "another field manager owns what is declared here: {}",
        each.join("; ")
    )
}

/// Reason, field and message of each cause.
fn causes(status: &Json) -> impl Iterator<Item = (&str, &str, &str)> {
    let causes = status.pointer("/details/causes").and_then(Json::as_array);
    causes.into_iter().flatten().map(|cause| {
        let text = |name: &str| cause.get(name).and_then(Json::as_str).unwrap_or_default();
        (text("reason"), text("field"), text("message"))
    })
}

/// The error of a connection that could not be made, or broke before the answer was complete.
pub(super) fn disconnected(doing: &str, error: &kube::Error) -> ProviderError {
    let mut words = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(next) = cause {
        let text = next.to_string();
        if !words.iter().any(|said| said.contains(&text)) {
            words.push(text);
        }
        cause = next.source();
    }
    let unauthenticated = matches!(error, kube::Error::Auth(_))
        || words
            .iter()
            .any(|said| said.contains(super::token::NO_CREDENTIALS));
    let kind = if unauthenticated {
        ProviderErrorKind::Credentials
    } else {
        ProviderErrorKind::Unreachable
    };
    ProviderError {
        kind,
        doing: doing.to_owned(),
        code: CONNECTION.to_owned(),
        message: words.join(": "),
        request_id: String::new(),
    }
}
