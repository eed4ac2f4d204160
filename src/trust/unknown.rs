//! Why a question stays undecided: what is not known before apply, or what AWS does not document.

use crate::policy::{AccountId, ConditionKey, ConditionOperator};
use std::fmt;

/// One thing a verdict depends on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unknown {
    /// The value, or the presence, of a condition key at the time of the call.
    ConditionKey(ConditionKey),
    /// The value of a policy variable at the time of the call.
    Variable(ConditionKey),
    /// A `${` that begins no well-formed variable; what IAM makes of it is not documented.
    MalformedVariable(String),
    /// An Allow for everyone; what it means for a web identity is not documented.
    UniversalPrincipal,
    /// A session, or a unique id as IAM keeps it for a principal that is gone: perhaps the caller, perhaps not.
    Principal(String),
    /// An ARN operator on a value that is no ARN; the outcome is not documented.
    ArnOperator {
        /// The operator.
        operator: ConditionOperator,
        /// The key whose value is no ARN.
        key: ConditionKey,
    },
    /// A text that the operator cannot read as number, date, address, base64 or boolean.
    Unreadable {
        /// The operator.
        operator: ConditionOperator,
        /// The text, of the policy or of the token.
        text: String,
    },
    /// An input that was not read or is not known before apply.
    Input(Input),
    /// Two made-up values for what a service will invent led to different verdicts.
    WitnessesDisagree,
}

/// The inputs of the question that may be missing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Input {
    /// The issuer of the cluster.
    Issuer,
    /// The `eks.amazonaws.com/role-arn` annotation.
    RoleAnnotation,
    /// The audience of the token.
    Audience,
    /// The role of a pod identity association.
    AssociationRole,
    /// Whether a pod identity association exists for the service account.
    PodIdentityAssociation,
    /// Whether the role exists.
    RoleExistence,
    /// The role's trust policy.
    TrustPolicy,
    /// The role's maximum session duration.
    MaxSessionDuration,
    /// The OIDC providers of the account.
    Providers(AccountId),
    /// The client ids of the cluster's provider in the account.
    ClientIds(AccountId),
}

impl Unknown {
    /// The condition key whose value is unknown, if that is the reason.
    pub fn key(&self) -> Option<&ConditionKey> {
        match self {
            Self::ConditionKey(key) | Self::Variable(key) | Self::ArnOperator { key, .. } => {
                Some(key)
            }
            Self::MalformedVariable(_)
            | Self::UniversalPrincipal
            | Self::Principal(_)
            | Self::Unreadable { .. }
            | Self::Input(_)
            | Self::WitnessesDisagree => None,
        }
    }
}

impl fmt::Display for Unknown {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ConditionKey(key) => {
                write!(
                    formatter,
                    "the value of condition key `{key}` is only known during the call"
                )
            }
            Self::Variable(key) => {
                write!(
                    formatter,
                    "the policy variable `{key}` is only known during the call"
                )
            }
            Self::MalformedVariable(text) => {
                write!(
                    formatter,
                    "`{text}` holds a `${{` that begins no policy variable"
                )
            }
            Self::UniversalPrincipal => formatter.write_str(
                "AWS does not document what an Allow for everyone means to a web identity",
            ),
            Self::Principal(principal) => {
                write!(
                    formatter,
                    "whether `{principal}` is the caller is only known during the call"
                )
            }
            Self::ArnOperator { operator, key } => {
                write!(
                    formatter,
                    "`{operator}` compares ARNs, and the value of `{key}` is none"
                )
            }
            Self::Unreadable { operator, text } => {
                write!(formatter, "`{operator}` cannot read \"{text}\"")
            }
            Self::Input(input) => write!(formatter, "{input} not known"),
            Self::WitnessesDisagree => formatter.write_str(
                "the verdict depends on a value that a service only invents on creation",
            ),
        }
    }
}

impl fmt::Display for Input {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Issuer => formatter.write_str("the cluster's issuer is"),
            Self::RoleAnnotation => {
                formatter.write_str("the annotation `eks.amazonaws.com/role-arn` is")
            }
            Self::Audience => formatter.write_str("the token's audience is"),
            Self::PodIdentityAssociation => {
                formatter.write_str("the pod identity associations of the service account are")
            }
            Self::AssociationRole => {
                formatter.write_str("the role of the pod identity association is")
            }
            Self::RoleExistence => formatter.write_str("the existence of the role is"),
            Self::TrustPolicy => formatter.write_str("the role's trust policy is"),
            Self::MaxSessionDuration => {
                formatter.write_str("the role's maximum session duration is")
            }
            Self::Providers(account) => {
                write!(formatter, "the OIDC providers of account {account} are")
            }
            Self::ClientIds(account) => {
                write!(
                    formatter,
                    "the client ids of the provider in account {account} are"
                )
            }
        }
    }
}
