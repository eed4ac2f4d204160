//! What a pod's SDK asks of STS, and what STS will answer.
//!
//! Source: STS API Reference, `AssumeRoleWithWebIdentity` (an unsigned call; errors and the members of the answer); AWS SDKs and Tools Reference Guide, "AWS STS Regional endpoints".
//! AWS does not document the order of its checks: of several reasons to refuse, the one of the first gate is told.

use super::decision::Verdict;
use super::explanation::{Cause, Refutation};
use super::gate::Gate;
use super::statement::WEB_IDENTITY_ACTION;
use super::token::Token;
use crate::policy::{Partition, RoleArn};

/// The version of STS's API, as every request names it.
pub const VERSION: &str = "2011-06-15";

/// The life of a session unless another is asked for, in seconds.
pub const USUAL_SESSION: u32 = 3_600;

/// What stands for the session name, which the SDK chooses.
pub const SESSION: &str = "<session>";

/// A request to STS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StsRequest {
    /// Where it goes, where that is known.
    pub endpoint: Endpoint,
    /// Its parameters in order; what is known only during the call stands in angle brackets.
    pub parameters: Vec<(&'static str, String)>,
}

/// An endpoint of STS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoint {
    /// That of the region.
    Regional(String),
    /// That of the region, or the global one: the SDK's own default decides.
    Either {
        /// The region's.
        regional: String,
        /// The one in us-east-1.
        global: String,
    },
    /// The region is not known.
    Unknown,
}

/// What STS answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StsAnswer {
    /// Credentials.
    Granted(Granted),
    /// An error.
    Refused(StsError),
    /// It depends on what is not known before the call.
    Depends,
    /// It is not asked, or not for this role.
    NotAsked(NotAsked),
}

/// The members of an answer that are no secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// The token's `sub`.
    pub subject: String,
    /// The ARN of the session.
    pub assumed_role: String,
    /// The provider that vouched for the token: its ARN.
    pub provider: String,
    /// The token's audience.
    pub audience: String,
    /// How long the credentials live, in seconds.
    pub seconds: u32,
}

/// An error of STS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StsError {
    /// Its code.
    pub code: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// Its message.
    pub message: String,
}

/// Why STS is not asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAsked {
    /// The webhook leaves the pod as it is, so its SDK uses what comes next in its chain.
    NoCredentials,
    /// The SDK asks for the role that the annotation names, which is another one.
    OtherRole,
    /// The SDK asks the agent of Pod Identity.
    PodIdentity,
    /// IAM never stores such a trust policy.
    NoSuchPolicy,
}

impl StsRequest {
    /// The request of a pod in a region; `regional` when the webhook tells it to use the region's endpoint.
    pub fn new(role: &str, region: Option<&str>, regional: bool) -> Self {
        let session = "<chosen by the SDK>".to_owned();
        Self {
            endpoint: endpoint(region, regional),
            parameters: vec![
                ("Action", action().to_owned()),
                ("Version", VERSION.to_owned()),
                ("RoleArn", role.to_owned()),
                ("RoleSessionName", session),
                ("WebIdentityToken", "<the token>".to_owned()),
            ],
        }
    }
}

/// The action without its service, as a request names it.
fn action() -> &'static str {
    WEB_IDENTITY_ACTION.strip_prefix("sts:").unwrap_or_default()
}

/// The global endpoint is there in the partition `aws` only.
fn endpoint(region: Option<&str>, regional: bool) -> Endpoint {
    let Some(region) = region else {
        return Endpoint::Unknown;
    };
    let partition = Partition::of_region(region);
    let own = format!("https://sts.{region}.{}/", partition.dns_suffix());
    match regional || partition != Partition::aws() {
        true => Endpoint::Regional(own),
        false => Endpoint::Either {
            regional: own,
            global: "https://sts.amazonaws.com/".to_owned(),
        },
    }
}

impl StsAnswer {
    /// What STS answers to the call that a verdict is about.
    pub fn predicted(verdict: &Verdict, role: &RoleArn, token: &Token, provider: &str) -> Self {
        match verdict {
            Verdict::Proved => Self::Granted(Granted {
                subject: token.subject.to_string(),
                assumed_role: assumed(role),
                provider: provider.to_owned(),
                audience: token.audience.clone(),
                seconds: USUAL_SESSION,
            }),
            Verdict::Undecided(_) => Self::Depends,
            Verdict::Invalid(_) => Self::NotAsked(NotAsked::NoSuchPolicy),
            Verdict::Refuted(refutation) => refused(refutation, &token.issuer),
        }
    }
}

fn assumed(role: &RoleArn) -> String {
    format!(
        "arn:{}:sts::{}:assumed-role/{}/{SESSION}",
        role.partition(),
        role.account(),
        role.name()
    )
}

fn refused(refutation: &Refutation, issuer: &str) -> StsAnswer {
    let error = |code, status, message: String| {
        StsAnswer::Refused(StsError {
            code,
            status,
            message,
        })
    };
    match refutation.gate {
        Gate::Annotation => misdirected(&refutation.cause),
        Gate::Provider => error(
            "InvalidIdentityToken",
            400,
            format!("No OpenIDConnect provider found in your account for {issuer}"),
        ),
        Gate::Audience => error(
            "InvalidIdentityToken",
            400,
            "Incorrect token audience".to_owned(),
        ),
        Gate::Role | Gate::Trust => error(
            "AccessDenied",
            403,
            format!("Not authorized to perform {WEB_IDENTITY_ACTION}"),
        ),
        Gate::Duration => error(
            "ValidationError",
            400,
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
                .to_owned(),
        ),
    }
}

/// What becomes of a call whose annotation is at fault.
fn misdirected(cause: &Cause) -> StsAnswer {
    if matches!(cause, Cause::NoAnnotation) {
        return StsAnswer::NotAsked(NotAsked::NoCredentials);
    }
    if matches!(cause, Cause::AnnotationElsewhere { .. }) {
        return StsAnswer::NotAsked(NotAsked::OtherRole);
    }
    if matches!(
        cause,
        Cause::AnnotationNotARole(_) | Cause::CrossPartition { .. }
    ) {
        return StsAnswer::Refused(StsError {
            code: "ValidationError",
            status: 400,
            message: "Request ARN is invalid".to_owned(),
        });
    }
    StsAnswer::NotAsked(NotAsked::PodIdentity)
}
