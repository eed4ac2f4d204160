//! What can go wrong when talking to a service.

use std::fmt;

/// An error of a call, with what an operator needs to follow it up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderError {
    /// What kind of failure it is.
    pub kind: ProviderErrorKind,
    /// What was being done, as `creating IAM Role (app)`.
    pub doing: String,
    /// The service's code, as `NoSuchEntity`; empty when it did not answer.
    pub code: String,
    /// The service's own words, or the cause in the machinery.
    pub message: String,
    /// The service's id of the request; empty when there is none.
    pub request_id: String,
}

/// Kinds of failures, as far as they matter to what happens next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderErrorKind {
    /// The object is not there.
    NotFound,
    /// An object of that identity is there already.
    AlreadyExists,
    /// The caller may not do this.
    Denied,
    /// There are no usable credentials.
    Credentials,
    /// The service could not be reached.
    Unreachable,
    /// Another manager owns a field (Kubernetes server-side apply).
    Conflict,
    /// The request is wrong.
    InvalidInput,
    /// The connection leads to something else than what was meant.
    WrongTarget,
    /// Waiting took longer than allowed.
    Timeout,
    /// Anything else that the service answered.
    Service,
}

impl ProviderError {
    /// A contradiction in this tool itself.
    pub fn internal(doing: &str, message: &str) -> Self {
        ProviderError {
            kind: ProviderErrorKind::Service,
            doing: doing.to_owned(),
            code: String::new(),
            message: message.to_owned(),
            request_id: String::new(),
        }
    }
}

impl fmt::Display for ProviderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.doing)?;
        if !self.code.is_empty() {
            write!(f, "{}: ", self.code)?;
        }
        f.write_str(&self.message)?;
        if !self.request_id.is_empty() {
            write!(f, " (request {})", self.request_id)?;
        }
        Ok(())
    }
}

impl std::error::Error for ProviderError {}
