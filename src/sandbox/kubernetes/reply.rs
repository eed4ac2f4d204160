//! Replies, and how they become HTTP.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::Value;

use super::status::Refusal;

/// An answer that is not a refusal.
#[derive(Debug)]
pub(super) struct Reply {
    status: StatusCode,
    content_type: &'static str,
    body: String,
    warnings: Vec<String>,
}

impl Reply {
    /// 200 with a JSON document.
    pub(super) fn ok(body: &Value) -> Self {
        Self::json(StatusCode::OK, body)
    }

    /// 201 with a JSON document.
    pub(super) fn created(body: &Value) -> Self {
        Self::json(StatusCode::CREATED, body)
    }

    /// 200 with a JSON document of a media type of its own.
    pub(super) fn document(content_type: &'static str, body: &Value) -> Self {
        Self {
            content_type,
            ..Self::ok(body)
        }
    }

    /// Plain text.
    pub(super) fn text(status: StatusCode, body: &str) -> Self {
        let (content_type, body) = ("text/plain; charset=utf-8", body.to_owned());
        Self {
            status,
            content_type,
            body,
            warnings: Vec::new(),
        }
    }

    /// The same with warnings about members that were dropped.
    pub(super) fn with_warnings(self, warnings: Vec<String>) -> Self {
        Self { warnings, ..self }
    }

    fn json(status: StatusCode, body: &Value) -> Self {
        let body = format!("{body}\n");
        Self {
            status,
            content_type: "application/json",
            body,
            warnings: Vec::new(),
        }
    }
}

/// The HTTP response of an answer.
pub(super) fn response(answer: Result<Reply, Refusal>) -> Response<Bytes> {
    let reply = answer.unwrap_or_else(|refusal| {
        let status = StatusCode::from_u16(refusal.code);
        Reply::json(
            status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            &refusal.to_json(),
        )
    });
    let mut response = Response::new(Bytes::from(reply.body));
    *response.status_mut() = reply.status;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(reply.content_type),
    );
    for warning in reply.warnings {
        let text = warning.replace('\\', "\\\\").replace('"', "\\\"");
        if let Ok(value) = HeaderValue::from_str(&format!("299 - \"{text}\"")) {
            headers.append(header::WARNING, value);
        }
    }
    response
}
