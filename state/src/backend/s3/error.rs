//! Why a request to S3 failed, in the kinds that a person can do something about.

use std::error::Error as _;
use std::fmt;

use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::RequestId as _;
use thiserror::Error;

/// A request that failed, about one object or the whole bucket.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("cannot {action} {location}: {message}{}", Reference(code, request_id))]
pub struct S3Error {
    /// What was being done, as "read".
    pub action: &'static str,
    /// The object, as `s3://bucket/key`.
    pub location: String,
    /// Which kind of failure it is.
    pub cause: S3Cause,
    /// The service's code, as `AccessDenied`; empty when it said none.
    pub code: String,
    /// What the service or the client said.
    pub message: String,
    /// The service's name of the request; empty when it said none.
    pub request_id: String,
}

/// What stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum S3Cause {
    /// There is no such bucket.
    NoBucket,
    /// The bucket is in another region: this one, where the service told.
    OtherRegion(Option<String>),
    /// The caller may not do this.
    Denied,
    /// There are no credentials, or the service does not accept them any more.
    Credentials,
    /// The server does not write conditionally, so that nothing keeps two runs apart.
    NotConditional,
    /// Nobody answered.
    Unreachable,
    /// Anything else.
    Other,
}

impl S3Error {
    /// A server that took a conditional write for an unconditional one.
    pub(super) fn not_conditional(location: String) -> Self {
        Self {
            action: "lock",
            location,
            cause: S3Cause::NotConditional,
            code: String::new(),
            message: "the server overwrote an object although it was asked to do so only if there was none".to_owned(),
            request_id: String::new(),
        }
    }
}

/// The status of an answer; `None` when there was none.
pub(super) fn status<E>(error: &SdkError<E, HttpResponse>) -> Option<u16> {
    error
        .raw_response()
        .map(|response| response.status().as_u16())
}

/// Tells what a failed request means.
pub(super) fn failed<E>(
    action: &'static str,
    location: String,
    error: &SdkError<E, HttpResponse>,
) -> Box<S3Error>
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let metadata = error.as_service_error();
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let code = text(metadata.and_then(ProvideErrorMetadata::code));
    let said = text(metadata.and_then(ProvideErrorMetadata::message));
    let cause = match status(error) {
        Some(status) => answered(status, &code, &said, error.raw_response()),
        None if chain(error).contains("credential") => S3Cause::Credentials,
        None => S3Cause::Unreachable,
    };
    let message = match (said.is_empty(), status(error)) {
        (false, _) => said,
        (true, Some(status)) => format!("the server answered with status {status}"),
        (true, None) => chain(error),
    };
    Box::new(S3Error {
        action,
        location,
        cause,
        code,
        message,
        request_id: text(error.request_id()),
    })
}

/// What an answer means, after Amazon S3's list of error codes.
fn answered(status: u16, code: &str, said: &str, response: Option<&HttpResponse>) -> S3Cause {
    let elsewhere = || {
        let header = response.and_then(|response| response.headers().get("x-amz-bucket-region"));
        let named = said
            .rsplit_once("expecting '")
            .map(|(_, rest)| rest.trim_end_matches('\''));
        S3Cause::OtherRegion(header.or(named).map(str::to_owned))
    };
    match (status, code) {
        (_, "NoSuchBucket") => S3Cause::NoBucket,
        (301 | 307, _)
        | (
            _,
            "PermanentRedirect"
            | "AuthorizationHeaderMalformed"
            | "IllegalLocationConstraintException",
        ) => elsewhere(),
        (501, _) | (_, "NotImplemented") => S3Cause::NotConditional,
        (
            _,
            "ExpiredToken"
            | "ExpiredTokenException"
            | "InvalidAccessKeyId"
            | "InvalidToken"
            | "SignatureDoesNotMatch",
        ) => S3Cause::Credentials,
        (401 | 403, _) => S3Cause::Denied,
        _ => S3Cause::Other,
    }
}

/// The messages of an error and of all that caused it.
fn chain<E>(error: &SdkError<E, HttpResponse>) -> String
where
    E: std::error::Error + Send + Sync + 'static,
{
    let mut messages = vec![error.to_string()];
    let mut source = error.source();
    while let Some(cause) = source {
        let message = cause.to_string();
        if messages.last() != Some(&message) {
            messages.push(message);
        }
        source = cause.source();
    }
    messages.join(": ")
}

/// What support asks for.
struct Reference<'a>(&'a str, &'a str);

impl fmt::Display for Reference<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0, self.1) {
            ("", "") => Ok(()),
            (code, "") => write!(f, " ({code})"),
            ("", id) => write!(f, " (request {id})"),
            (code, id) => write!(f, " ({code}, request {id})"),
        }
    }
}
