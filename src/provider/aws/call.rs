//! What happens to every call: it is counted, and what goes wrong becomes a [`ProviderError`] here and nowhere else.

use crate::provider::{CallCounts, ProviderError, ProviderErrorKind};
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_iam::operation::RequestId;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeTransmitInterceptorContextMut, BeforeTransmitInterceptorContextRef,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use std::error::Error;
use std::fmt;

/// Counts the requests of one service, each attempt of a retried call for itself.
#[derive(Clone)]
pub(super) struct CallCounter {
    calls: CallCounts,
    service: &'static str,
}

impl CallCounter {
    /// Counts for a service, as `IAM`.
    pub(super) fn new(calls: &CallCounts, service: &'static str) -> Self {
        CallCounter {
            calls: calls.clone(),
            service,
        }
    }
}

impl fmt::Debug for CallCounter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CallCounter({})", self.service)
    }
}

#[dyn_dispatch_hint]
impl Intercept for CallCounter {
    fn name(&self) -> &'static str {
        "CallCounter"
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.calls.count(self.service);
        Ok(())
    }
}

/// Adds products to the `User-Agent` header, which is not signed.
#[derive(Clone, Debug)]
pub(super) struct Products(String);

impl Products {
    /// These products, as `name/version (comment)` each.
    pub(super) fn new(products: &[String]) -> Self {
        Products(products.join(" "))
    }
}

#[dyn_dispatch_hint]
impl Intercept for Products {
    fn name(&self) -> &'static str {
        "Products"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if self.0.is_empty() {
            return Ok(());
        }
        let headers = context.request_mut().headers_mut();
        let agent = headers.get("user-agent").unwrap_or_default();
        let agent = format!("{agent} {}", self.0).trim_start().to_owned();
        headers.try_insert("user-agent", agent)?;
        Ok(())
    }
}

/// What went wrong with a call, with what was being done, as `creating IAM Role (app)`.
#[expect(
    clippy::needless_pass_by_value,
    reason = "it stands behind `map_err`, which gives the error away"
)]
pub(super) fn failure<E>(
    doing: impl Into<String>,
    error: SdkError<E, HttpResponse>,
) -> ProviderError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    let request_id = error.request_id().unwrap_or_default().to_owned();
    let doing = doing.into();
    if let SdkError::ServiceError(answer) = &error {
        let code = answer.err().code().unwrap_or_default();
        let message = answer.err().message().unwrap_or_default();
        return ProviderError {
            kind: kind_of(code, message, answer.raw().status().as_u16()),
            doing,
            code: code.to_owned(),
            message: message.to_owned(),
            request_id,
        };
    }
    let (kind, message) = unanswered(&error);
    ProviderError {
        kind,
        doing,
        code: String::new(),
        message,
        request_id,
    }
}

/// The kind of a refusal, by the service's code and words.
///
/// Codes are those of the API references of IAM, STS and EKS ("Common errors" and the operations' own).
fn kind_of(code: &str, message: &str, status: u16) -> ProviderErrorKind {
    match code {
        "NoSuchEntity"
        | "NoSuchEntityException"
        | "ResourceNotFoundException"
        | "NotFoundException" => ProviderErrorKind::NotFound,
        // EKS now and then answers so instead of with its own code.
        "ClientException" if message.starts_with("No cluster found for name") => {
            ProviderErrorKind::NotFound
        }
        "EntityAlreadyExists" | "EntityAlreadyExistsException" => ProviderErrorKind::AlreadyExists,
        "ResourceInUseException"
            if message.contains("already exists") || message.contains("already in use") =>
        {
            ProviderErrorKind::AlreadyExists
        }
        // IAM of the role of a service that is there already.
        "InvalidInput" if message.contains("has been taken in this account") => {
            ProviderErrorKind::AlreadyExists
        }
        "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" | "OptInRequired" => {
            ProviderErrorKind::Denied
        }
        "ExpiredToken"
        | "ExpiredTokenException"
        | "RequestExpired"
        | "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "SignatureDoesNotMatch"
        | "InvalidSignatureException"
        | "IncompleteSignature"
        | "MissingAuthenticationToken"
        | "AuthFailure" => ProviderErrorKind::Credentials,
        "MalformedPolicyDocument"
        | "InvalidInput"
        | "ValidationError"
        | "ValidationException"
        | "InvalidParameterException"
        | "InvalidRequestException"
        | "BadRequestException" => ProviderErrorKind::InvalidInput,
        _ if status == 403 => ProviderErrorKind::Denied,
        _ => ProviderErrorKind::Service,
    }
}

/// Why a service gave no answer that could be understood.
fn unanswered<E>(error: &SdkError<E, HttpResponse>) -> (ProviderErrorKind, String)
where
    E: Error + Send + Sync + 'static,
{
    if let Some(explained) = cause::<ProviderError>(error) {
        let kind = if explained.kind == ProviderErrorKind::Unreachable {
            ProviderErrorKind::Unreachable
        } else {
            ProviderErrorKind::Credentials
        };
        return (kind, explained.to_string());
    }
    if let Some(credentials) = cause::<CredentialsError>(error) {
        let message = format!(
            "no valid credential sources found: {}",
            in_words(credentials)
        );
        return (ProviderErrorKind::Credentials, message);
    }
    let unreachable = matches!(
        error,
        SdkError::TimeoutError(_) | SdkError::DispatchFailure(_)
    );
    let kind = if unreachable {
        ProviderErrorKind::Unreachable
    } else {
        ProviderErrorKind::Service
    };
    (kind, in_words(error))
}

/// The first error of a type in the chain of causes.
fn cause<'e, E: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

/// An error and its causes in one line, without what an outer layer repeats of an inner one.
fn in_words(error: &(dyn Error + 'static)) -> String {
    let mut words = vec![error.to_string()];
    let mut next = error.source();
    while let Some(cause) = next {
        let text = cause.to_string();
        if !words.iter().any(|earlier| earlier.contains(&text)) {
            words.push(text);
        }
        next = cause.source();
    }
    words.join(": ")
}
