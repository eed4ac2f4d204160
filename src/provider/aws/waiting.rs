//! Waiting for AWS: which failures pass by themselves, and for how long that is believed.
//!
//! IAM is eventually consistent and gives no bound (IAM User Guide, "Changes that I make are not always immediately
//! visible"); usually it takes seconds, at times a minute. Throttling, 5xx and broken connections are tried again by
//! the SDK itself.

use crate::provider::{ProviderContext, ProviderError, ProviderErrorKind, RetryClass, retry};
use std::future::Future;
use std::time::Duration;

/// What is under way, which decides what a refusal means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Situation {
    /// An object is made or changed.
    Write,
    /// An object that was just made, or that needs one which was, is read or used.
    New,
    /// An object is removed that others were just detached from.
    Removal,
}

/// So long a change is believed to be on its way.
pub(super) const PROPAGATION: Duration = Duration::from_mins(2);

struct Passing {
    code: &'static str,
    words: &'static str,
    when: &'static [Situation],
}

use Situation::{New, Removal, Write};

/// The refusals that pass by themselves. An empty text stands for any words.
static PASSING: &[Passing] = &[
    Passing {
        code: "ConcurrentModification",
        words: "",
        when: &[Write, New, Removal],
    },
    Passing {
        code: "ServiceFailure",
        words: "",
        when: &[Write, New, Removal],
    },
    Passing {
        code: "MalformedPolicyDocument",
        words: "Invalid principal in policy",
        when: &[Write, New],
    },
    Passing {
        code: "NoSuchEntity",
        words: "",
        when: &[New],
    },
    Passing {
        code: "OpenIdIdpCommunicationError",
        words: "",
        when: &[Write],
    },
    Passing {
        code: "DeleteConflict",
        words: "",
        when: &[Removal],
    },
    // EKS says these while the cluster's role, or what it may do, is not visible to it yet.
    Passing {
        code: "InvalidParameterException",
        words: "does not exist",
        when: &[New],
    },
    Passing {
        code: "InvalidParameterException",
        words: "Error in role params",
        when: &[New],
    },
    Passing {
        code: "InvalidParameterException",
        words: "Role could not be assumed because the trusted entity is not correct",
        when: &[New],
    },
    Passing {
        code: "InvalidParameterException",
        words: "The provided role doesn't have the Amazon EKS Managed Policies associated with it",
        when: &[New],
    },
    Passing {
        code: "InvalidParameterException",
        words: "IAM role's policy must include",
        when: &[New],
    },
    // EKS does not see a principal yet, or not the access entry that was just made for it.
    Passing {
        code: "InvalidParameterException",
        words: "The specified principalArn is invalid: invalid principal",
        when: &[New],
    },
    Passing {
        code: "ResourceNotFoundException",
        words: "The specified principalArn could not be found",
        when: &[New],
    },
    // An add-on is still being installed.
    Passing {
        code: "ResourceInUseException",
        words: "cannot be updated as it is currently in",
        when: &[New],
    },
    Passing {
        code: "ResourcePropagationDelayException",
        words: "",
        when: &[Write, New],
    },
];

/// Tries until it succeeds, fails for good, or has been on its way for too long. Says what it waits for.
pub(super) async fn patiently<T, F, Fut>(
    context: &ProviderContext,
    situation: Situation,
    waiting: &str,
    attempt: F,
) -> Result<T, ProviderError>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<T, ProviderError>>,
{
    let classify = |error: &ProviderError| {
        let class = class(situation, error);
        if class != RetryClass::Final {
            (context.progress)(&format!("{waiting}: {}", error.message));
        }
        class
    };
    retry(context.clock.as_ref(), classify, attempt).await
}

/// What a failure means for trying again.
pub(super) fn class(situation: Situation, error: &ProviderError) -> RetryClass {
    // What others hold on to is not let go by waiting.
    if error.kind == ProviderErrorKind::Conflict {
        return RetryClass::Final;
    }
    let passes = PASSING.iter().any(|passing| {
        passing.code == error.code
            && error.message.contains(passing.words)
            && passing.when.contains(&situation)
    });
    // An object that a listing does not show yet has no code.
    let unseen =
        situation == New && error.kind == ProviderErrorKind::NotFound && error.code.is_empty();
    if passes || unseen {
        RetryClass::Until(PROPAGATION)
    } else {
        RetryClass::Final
    }
}

/// The error for an object that should be there and was not seen.
pub(super) fn unseen(doing: &str) -> ProviderError {
    ProviderError {
        kind: ProviderErrorKind::NotFound,
        doing: doing.to_owned(),
        code: String::new(),
        message: "it is not visible".to_owned(),
        request_id: String::new(),
    }
}
