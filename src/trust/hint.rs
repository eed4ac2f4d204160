//! What a person most likely meant: the differences between what a statement says and what the token says, most telling first.

use super::binding::{SUBJECT_PREFIX, Subject};
use super::context::Claim;
use super::gate::Code;
use super::glob::Glob;
use super::operator::Condition;
use super::statement::WebIdentity;
use crate::policy::{BaseOperator, ConditionKey, Issuer};
use std::collections::BTreeSet;
use std::fmt;

/// A likely mistake. The order of the variants is the order in which they are told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hint {
    /// The part of the key before the claim is not the issuer.
    KeyPrefix(PrefixFault),
    /// The issuer is right, the claim is not `aud` or `sub`.
    KeyClaim {
        /// The claim as written.
        claim: String,
    },
    /// `:aud` holds a subject, or `:sub` an audience.
    Swapped,
    /// The value is no subject of a service account.
    SubjectForm(SubjectFault),
    /// A wildcard under an operator for which it is an ordinary character.
    LiteralWildcard {
        /// The operator that would read it as a wildcard.
        instead: BaseOperator,
    },
    /// The value differs only in letter case.
    LetterCase,
    /// The value differs only in white space around it.
    WhiteSpace,
    /// Nobody has the subject, and an account is called nearly so.
    NearAccount {
        /// The subject as written.
        written: Subject,
        /// The account that comes nearest.
        account: Subject,
    },
    /// Nobody has the subject, and there are accounts of that name in other namespaces.
    OtherNamespace {
        /// The subject as written.
        written: Subject,
        /// Where an account of that name is.
        namespaces: BTreeSet<String>,
    },
}

/// How the prefix of a condition key differs from the issuer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PrefixFault {
    /// It is an ARN; keys take the bare URL.
    Arn,
    /// It has a scheme; keys take the bare URL.
    Scheme,
    /// It is EKS's dual-stack alias, which never stands in a token.
    DualStackAlias,
    /// It is written `oidc.<region>.eks…` for `oidc.eks.<region>…`.
    HostOrder,
    /// It is an issuer of EKS, but of another cluster.
    OtherCluster,
    /// It is something else.
    Other,
}

/// How a value fails to be `system:serviceaccount:<namespace>:<name>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SubjectFault {
    /// `system:serviceaccount:` is missing.
    Prefix,
    /// A `/` stands between namespace and name.
    Slash,
    /// Namespace and name are swapped.
    NamespaceAndName,
}

impl Hint {
    /// The hints for a condition that certainly fails, in order.
    pub fn for_condition(condition: &Condition, call: &WebIdentity<'_>) -> Vec<Self> {
        let mut hints = Vec::new();
        match Claim::of_key(&condition.key, call.token.issuer) {
            None => hints.extend(key_hint(&condition.key, call.token.issuer)),
            Some(_) if !compares_text(condition.operator.base) => {}
            Some(claim) => {
                for value in &condition.values {
                    hints.extend(value_hints(claim, value.text(), condition, call));
                }
            }
        }
        hints.sort();
        hints.dedup();
        hints
    }

    /// The code of the mistake.
    pub fn code(&self) -> Code {
        match self {
            Self::KeyPrefix(fault) => fault.code(),
            Self::KeyClaim { .. } | Self::Swapped => Code::SwappedOrMisspeltKey,
            Self::SubjectForm(_) | Self::NearAccount { .. } | Self::OtherNamespace { .. } => {
                Code::Subject
            }
            Self::LiteralWildcard { .. } => Code::LiteralWildcard,
            Self::LetterCase | Self::WhiteSpace => Code::LetterCase,
        }
    }
}

impl PrefixFault {
    /// Compares a text with the issuer it should be; nothing if it is the issuer.
    pub fn between(found: &str, issuer: &Issuer) -> Option<Self> {
        if found.eq_ignore_ascii_case(issuer.as_str()) {
            return None;
        }
        let folded = found.to_ascii_lowercase();
        let host = folded.split('/').next().unwrap_or_default();
        let fault = match folded.as_str() {
            text if text.starts_with("arn:") => Self::Arn,
            text if text.contains("://") => Self::Scheme,
            _ if host.starts_with("oidc-eks.") => Self::DualStackAlias,
            _ if host.starts_with("oidc.eks.") => Self::OtherCluster,
            _ if host.starts_with("oidc.") && host.contains(".eks.") => Self::HostOrder,
            _ if host == issuer.host() => Self::OtherCluster,
            _ => Self::Other,
        };
        Some(fault)
    }

    /// The code of the fault.
    pub fn code(self) -> Code {
        match self {
            Self::Arn | Self::Scheme => Code::ArnOrSchemeInKey,
            Self::DualStackAlias => Code::DualStackAlias,
            Self::HostOrder => Code::IssuerHost,
            Self::OtherCluster => Code::StaleIssuer,
            Self::Other => Code::ConditionNeverHolds,
        }
    }
}

/// A key that is meant for an identity provider and is not one of this issuer's two.
fn key_hint(key: &ConditionKey, issuer: &Issuer) -> Option<Hint> {
    let (prefix, claim) = key.as_str().rsplit_once(':')?;
    if !prefix.contains(['/', '.']) || key.folded().starts_with("aws:") {
        return None;
    }
    Some(match PrefixFault::between(prefix, issuer) {
        Some(fault) => Hint::KeyPrefix(fault),
        None => Hint::KeyClaim {
            claim: claim.to_owned(),
        },
    })
}

fn value_hints(
    claim: Claim,
    value: &str,
    condition: &Condition,
    call: &WebIdentity<'_>,
) -> Vec<Hint> {
    let actual = match claim {
        Claim::Audience => call.token.audience.unwrap_or_default(),
        Claim::Subject => call.token.subject,
    };
    let mut hints = Vec::new();
    if is_swapped(claim, value, call) {
        hints.push(Hint::Swapped);
    } else if claim == Claim::Subject {
        hints.extend(subject_fault(value, call.token.subject).map(Hint::SubjectForm));
    }
    if let Some(instead) = wildcard_operator(condition.operator.base)
        && Glob::new(value).has_wildcard()
        && Glob::new(value).matches(actual)
    {
        hints.push(Hint::LiteralWildcard { instead });
    }
    if value != actual && value.trim() == actual {
        hints.push(Hint::WhiteSpace);
    } else if value != actual && value.trim().to_lowercase() == actual.to_lowercase() {
        hints.push(Hint::LetterCase);
    }
    hints
}

fn is_swapped(claim: Claim, value: &str, call: &WebIdentity<'_>) -> bool {
    match claim {
        Claim::Audience => value.starts_with(SUBJECT_PREFIX),
        Claim::Subject => Some(value) == call.token.audience,
    }
}

fn subject_fault(value: &str, subject: &str) -> Option<SubjectFault> {
    let (namespace, name) = subject.strip_prefix(SUBJECT_PREFIX)?.split_once(':')?;
    let Some(rest) = value.trim().strip_prefix(SUBJECT_PREFIX) else {
        if value.trim().to_lowercase().starts_with(SUBJECT_PREFIX) {
            return None;
        }
        let foreign = value.contains('*') || value.contains('?') || value.contains("${");
        return (!foreign).then_some(SubjectFault::Prefix);
    };
    match rest.split_once([':', '/']) {
        Some((one, other)) if one == name && other == namespace && name != namespace => {
            Some(SubjectFault::NamespaceAndName)
        }
        _ if rest.contains('/') => Some(SubjectFault::Slash),
        _ => None,
    }
}

/// Whether a value of the operator is a text that the token should have.
fn compares_text(base: BaseOperator) -> bool {
    wildcard_operator(base).is_some() || base == BaseOperator::StringLike
}

/// The operator that reads wildcards, for one that does not.
fn wildcard_operator(base: BaseOperator) -> Option<BaseOperator> {
    (base == BaseOperator::StringEquals || base == BaseOperator::StringEqualsIgnoreCase)
        .then_some(BaseOperator::StringLike)
}

impl fmt::Display for Hint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KeyPrefix(fault) => write!(formatter, "{fault}"),
            Self::KeyClaim { claim } => {
                write!(
                    formatter,
                    "`{claim}` is no key of an EKS token; it has `aud` and `sub`"
                )
            }
            Self::Swapped => formatter.write_str("the values of `:aud` and `:sub` are swapped"),
            Self::SubjectForm(fault) => write!(formatter, "{fault}"),
            Self::LiteralWildcard { instead } => write!(
                formatter,
                "`*` and `?` are ordinary characters here; `{instead}` reads them as wildcards"
            ),
            Self::LetterCase => formatter.write_str("the value differs only in letter case"),
            Self::WhiteSpace => {
                formatter.write_str("the value differs only in white space around it")
            }
            Self::NearAccount { written, account } => write!(
                formatter,
                "there is no service account `{}/{}`, but one called `{}/{}`",
                written.namespace(),
                written.name(),
                account.namespace(),
                account.name()
            ),
            Self::OtherNamespace {
                written,
                namespaces,
            } => {
                let namespaces: Vec<String> =
                    namespaces.iter().map(|one| format!("`{one}`")).collect();
                write!(
                    formatter,
                    "there is no service account `{}/{}`, but one of that name in namespace {}",
                    written.namespace(),
                    written.name(),
                    namespaces.join(", ")
                )
            }
        }
    }
}

impl fmt::Display for PrefixFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Arn => "a condition key begins with the bare issuer, not with the provider's ARN",
            Self::Scheme => "a condition key begins with the bare issuer, without `https://`",
            Self::DualStackAlias => {
                "`oidc-eks.<region>.api.aws` is an alias that never stands in a token; use the issuer that the cluster reports"
            }
            Self::HostOrder => "the host is `oidc.eks.<region>…`, not `oidc.<region>.eks…`",
            Self::OtherCluster => {
                "this is the issuer of another cluster, perhaps of one that was replaced"
            }
            Self::Other => "this is not the issuer of the cluster",
        })
    }
}

impl fmt::Display for SubjectFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Prefix => "a subject begins with `system:serviceaccount:`",
            Self::Slash => "a `:` stands between namespace and name, not a `/`",
            Self::NamespaceAndName => "namespace and name are swapped",
        })
    }
}
