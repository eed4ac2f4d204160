//! The question: a service account of a cluster, the role its annotation names, and the OIDC providers of the role's account.
//!
//! Every input may be missing: what was not read, or is not known before apply, is [`Fact::Unknown`] and never taken for absent.

use super::document::TrustPolicy;
use crate::policy::{AccountId, Issuer, Partition, PolicyError, RoleArn};
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// The audience the EKS pod identity webhook asks tokens for, in every partition, unless the service account's `eks.amazonaws.com/audience` says otherwise.
pub const DEFAULT_AUDIENCE: &str = "sts.amazonaws.com";

/// A fact of the outside world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact<T> {
    /// It is so.
    Known(T),
    /// It was not read, or will only be known after apply.
    Unknown,
}

/// A service account and what its pods will ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// Where it lives.
    pub cluster: Cluster,
    /// Who it is.
    pub subject: Subject,
    /// Its annotation `eks.amazonaws.com/role-arn`, none if it has none.
    pub role_annotation: Fact<Option<String>>,
    /// The audience of its token: the annotation `eks.amazonaws.com/audience`, or [`DEFAULT_AUDIENCE`].
    pub audience: Fact<String>,
    /// The pod identity association for this service account, which would win over the annotation.
    pub association: Fact<Option<String>>,
    /// The session its pods ask for, in seconds; none for the SDK's own, which every role allows.
    pub duration: Option<u32>,
}

/// The cluster of a binding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    /// The issuer of its tokens; for a cluster not made yet, that of a [`super::Witness`].
    pub issuer: Fact<Issuer>,
    /// The partition of its region.
    pub partition: Partition,
}

/// A service account by namespace and name: the `sub` of its tokens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    namespace: String,
    name: String,
}

/// What stands before namespace and name in a token's `sub`.
pub const SUBJECT_PREFIX: &str = "system:serviceaccount:";

/// A text that names no service account.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubjectError {
    /// Not a DNS label of at most 63 characters.
    #[error("`{0}` is not a namespace name (lower-case letters, digits and `-`, at most 63)")]
    Namespace(String),
    /// Not a DNS subdomain of at most 253 characters.
    #[error(
        "`{0}` is not a service account name (lower-case letters, digits, `-` and `.`, at most 253)"
    )]
    Name(String),
    /// Not of the form of a token's subject.
    #[error("`{0}` is not of the form system:serviceaccount:<namespace>:<name>")]
    Shape(String),
}

impl Subject {
    /// A service account; the names follow RFC 1123 as Kubernetes asks ("Object Names and IDs").
    pub fn new(namespace: &str, name: &str) -> Result<Self, SubjectError> {
        if namespace.len() > 63 || !is_dns_label(namespace) {
            return Err(SubjectError::Namespace(namespace.to_owned()));
        }
        if name.len() > 253 || !name.split('.').all(is_dns_label) {
            return Err(SubjectError::Name(name.to_owned()));
        }
        Ok(Self {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
        })
    }

    /// A service account as a token names it, also where Kubernetes would not have the name.
    pub(super) fn verbatim(namespace: &str, name: &str) -> Self {
        Self {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
        }
    }

    /// The namespace.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl FromStr for Subject {
    type Err = SubjectError;

    fn from_str(text: &str) -> Result<Self, SubjectError> {
        let shape = || SubjectError::Shape(text.to_owned());
        let rest = text.strip_prefix(SUBJECT_PREFIX).ok_or_else(shape)?;
        let (namespace, name) = rest.split_once(':').ok_or_else(shape)?;
        Self::new(namespace, name)
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{SUBJECT_PREFIX}{}:{}",
            self.namespace, self.name
        )
    }
}

/// The role of a binding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Its ARN, path included.
    pub arn: RoleArn,
    /// Whether it exists, or will before it is needed.
    pub exists: Fact<bool>,
    /// Its trust policy, or why IAM would refuse it.
    pub trust: Fact<Result<TrustPolicy, PolicyError>>,
    /// The longest session it allows, in seconds.
    pub max_session_duration: Fact<u32>,
}

/// The OIDC providers that are known, now or after the plan.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Providers {
    /// The providers, of the role's account and, for explanations, of others.
    pub known: Vec<Provider>,
    /// The accounts whose providers are all in `known`; elsewhere a missing one is not read, not absent.
    pub complete_for: BTreeSet<AccountId>,
}

/// One IAM OIDC provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// The account it lies in.
    pub account: AccountId,
    /// Its URL.
    pub issuer: Issuer,
    /// Its client ids: the audiences it accepts.
    pub client_ids: Fact<BTreeSet<String>>,
}

impl Providers {
    /// The provider for `issuer` in `account`.
    pub fn find(&self, account: &AccountId, issuer: &Issuer) -> Option<&Provider> {
        self.known
            .iter()
            .find(|known| known.account == *account && known.issuer == *issuer)
    }
}

fn is_dns_label(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.bytes().all(inner) && !text.starts_with('-') && !text.ends_with('-')
}
