//! What keeps a state from being read, written or locked, told to a person.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use trustform_state::backend::BackendError;
use trustform_state::backend::s3::{S3Cause, S3Error};
use trustform_state::journal::JournalError;
use trustform_state::lock::LockError;
use trustform_state::recovery::RecoveryError;

/// Why a backend could not be used.
pub(super) fn backend_failed(error: &BackendError) -> Diagnostics {
    match error {
        BackendError::S3(error) => s3_failed(error),
        BackendError::Io { .. }
        | BackendError::Format { .. }
        | BackendError::Stale { .. }
        | BackendError::OtherLineage { .. }
        | BackendError::NotNewer { .. }
        | BackendError::Replaced { .. } => plain(error),
    }
    .into()
}

/// Why the state could not be read or brought up to date.
pub(in crate::engine) fn recovery_failed(error: &RecoveryError) -> Diagnostics {
    match error {
        RecoveryError::Backend(BackendError::S3(error))
        | RecoveryError::Journal(JournalError::S3(error)) => s3_failed(error),
        RecoveryError::Backend(_) | RecoveryError::Journal(_) | RecoveryError::Fold { .. } => {
            plain(error)
        }
    }
    .into()
}

/// Why the state could not be locked.
pub(in crate::engine) fn locking_failed(error: &LockError) -> Diagnostics {
    match error {
        LockError::S3(error) => s3_failed(error),
        LockError::Io { .. } => Diagnostic::error(Code::Locked, format!("{error}.")),
        LockError::Held { .. } | LockError::NotHeld { .. } | LockError::OtherId { .. } => {
            Diagnostic::error(Code::Locked, format!("{error}.")).hint(
                "Wait for the other run to end, or let this one wait for it: -lock-timeout=5m",
            )
        }
    }
    .into()
}

/// Why a lock could not be released by hand.
pub fn unlocking_failed(error: &LockError) -> Diagnostics {
    let refused = || {
        Diagnostic::error(Code::Locked, format!("{error}.")).with_summary("Failed to unlock state")
    };
    match error {
        LockError::S3(error) => s3_failed(error),
        LockError::OtherId { info, .. } => {
            refused().hint(format!("trustform force-unlock {}", info.id))
        }
        LockError::Held { .. } | LockError::NotHeld { .. } | LockError::Io { .. } => refused(),
    }
    .into()
}

fn plain(error: &dyn std::fmt::Display) -> Diagnostic {
    Diagnostic::error(Code::State, format!("{error}."))
}

/// Why S3 did not do what it was asked, and what to do about it.
fn s3_failed(error: &S3Error) -> Diagnostic {
    let detail = sentence(&error.to_string());
    let diagnostic =
        |code, summary: &str| Diagnostic::error(code, detail.clone()).with_summary(summary);
    match &error.cause {
        S3Cause::NoBucket => diagnostic(Code::State, "S3 bucket does not exist")
            .hint("The bucket of a backend is made before, by other means; check its name and the account."),
        S3Cause::OtherRegion(Some(region)) => {
            diagnostic(Code::State, "S3 bucket is in another region").hint(format!("Set: region = \"{region}\""))
        }
        S3Cause::OtherRegion(None) => diagnostic(Code::State, "S3 bucket is in another region")
            .hint("Set `region` to the one that `aws s3api get-bucket-location` names."),
        S3Cause::Denied => diagnostic(Code::State, "Access to the S3 bucket is denied").hint(
            "The backend needs s3:ListBucket on the bucket; s3:GetObject and s3:PutObject on the key of the state; and \
             s3:DeleteObject too on that key with `.tflock` and `.journal*` after it.",
        ),
        S3Cause::Credentials => diagnostic(Code::Credentials, Code::Credentials.summary()).hint(
            "Renew them (`aws sso login`, for a profile of IAM Identity Center), or name others: `profile`, AWS_PROFILE.",
        ),
        S3Cause::NotConditional => diagnostic(Code::State, "S3 server without conditional writes").hint(
            "Use a server that honours `If-None-Match` and `If-Match`: Amazon S3 does. Without them nothing keeps two runs \
             from overwriting each other.",
        ),
        S3Cause::Unreachable => diagnostic(Code::State, "S3 could not be reached")
            .hint("Check `region`, `endpoints` and the network."),
        S3Cause::Other => diagnostic(Code::State, "S3 request failed"),
    }
}

/// A message that ends as a sentence does, once.
fn sentence(message: &str) -> String {
    format!("{}.", message.trim_end_matches('.'))
}
