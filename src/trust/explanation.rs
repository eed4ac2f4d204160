//! Why a binding is refuted: the first gate that fails and the smallest element that makes it fail, expected against actual.

use super::context::Knowledge;
use super::gate::{Code, Gate};
use super::hint::{Hint, PrefixFault};
use super::operator::Condition;
use super::statement::{Call, Conjunct, StatementRef, TrustStatement, WebIdentity};
use crate::policy::{
    AccountId, ArnError, ConditionKey, ConditionOperator, Issuer, OidcProviderArn, Partition,
    RoleArn,
};
use std::collections::BTreeSet;

/// A refuted binding, explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refutation {
    /// The first gate that fails.
    pub gate: Gate,
    /// Why it fails.
    pub cause: Cause,
}

/// Why a gate fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// No annotation, or an empty one.
    NoAnnotation,
    /// The annotation is no role ARN.
    AnnotationNotARole(ArnError),
    /// The annotation names another role.
    AnnotationElsewhere {
        /// What it names.
        annotation: RoleArn,
        /// The role in question.
        role: RoleArn,
    },
    /// Role and cluster are in different partitions.
    CrossPartition {
        /// The role's.
        role: Partition,
        /// The cluster's.
        cluster: Partition,
    },
    /// A pod identity association overrides the annotation.
    ShadowedByPodIdentity {
        /// Its ARN or id.
        association: String,
    },
    /// The role neither exists nor is planned.
    NoRole(RoleArn),
    /// The account has no provider for the issuer.
    NoProvider {
        /// The account of the role.
        account: AccountId,
        /// The cluster's issuer.
        issuer: Issuer,
        /// Providers that come near, the most telling first.
        near: Vec<NearProvider>,
    },
    /// The provider does not accept the audience.
    AudienceNotAccepted {
        /// The token's audience.
        audience: String,
        /// What the provider accepts.
        client_ids: BTreeSet<String>,
    },
    /// Statements deny it.
    ExplicitDeny(Vec<StatementRef>),
    /// No statement allows it; one entry for every Allow.
    NotAllowed(Vec<StatementRefusal>),
    /// The association's role is no role ARN.
    AssociationNotARole(ArnError),
    /// The association names another role.
    AssociationElsewhere {
        /// What it names.
        named: RoleArn,
        /// The role in question.
        role: RoleArn,
    },
    /// The association's role lies in another account than the cluster.
    RoleOfAnotherAccount {
        /// The role's.
        role: AccountId,
        /// The cluster's.
        cluster: AccountId,
    },
    /// The session is too long.
    Duration {
        /// The session asked for, in seconds.
        requested: u32,
        /// The longest allowed, in seconds.
        maximum: u32,
    },
}

/// A provider that is not the one, but tells what went wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum NearProvider {
    /// For the dual-stack alias of the host.
    DualStackAlias(Issuer),
    /// For another cluster on the same host.
    OtherCluster(Issuer),
    /// For the right issuer, in another account.
    OtherAccount(AccountId),
}

/// Why one Allow statement does not match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementRefusal {
    /// Which statement.
    pub statement: StatementRef,
    /// Its first part that fails.
    pub failure: Failure,
    /// What was likely meant.
    pub hints: Vec<Hint>,
}

/// The first part of a statement that fails, expected against actual.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// It speaks of others.
    Principal {
        /// Its federated principal that comes nearest, if it has any.
        nearest: Option<String>,
        /// How that differs.
        difference: PrincipalDifference,
        /// The provider that vouches for the token.
        actual: String,
    },
    /// It speaks of other actions.
    Action {
        /// What it names.
        named: Vec<String>,
        /// Whether it speaks of all but those.
        inverted: bool,
        /// The action that is asked for.
        asked: &'static str,
    },
    /// It speaks of other callers than an AWS service or a role that calls.
    Caller {
        /// The principals it names.
        named: Vec<String>,
        /// Who calls.
        actual: String,
    },
    /// A condition does not hold.
    Condition {
        /// The operator.
        operator: ConditionOperator,
        /// The key.
        key: ConditionKey,
        /// What the policy asks for.
        expected: Vec<String>,
        /// What the request has; none if the key is absent.
        actual: Option<String>,
    },
}

/// How a federated principal differs from the provider that vouches for the token. The nearest come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PrincipalDifference {
    /// Only in letter case or white space.
    Spelling,
    /// In the account.
    Account,
    /// In the partition.
    Partition,
    /// In the issuer.
    Issuer(PrefixFault),
    /// A wildcard in it, which has no meaning there.
    Wildcard,
    /// It is no OIDC provider of an account.
    NotAProvider,
    /// There is no federated principal at all.
    NoneFederated,
}

impl Refutation {
    /// The stable code of the cause.
    pub fn code(&self) -> Code {
        match &self.cause {
            Cause::NoAnnotation => Code::NoAnnotation,
            Cause::AnnotationNotARole(_) | Cause::AssociationNotARole(_) => {
                Code::AnnotationNotARole
            }
            Cause::AnnotationElsewhere { .. }
            | Cause::CrossPartition { .. }
            | Cause::AssociationElsewhere { .. } => Code::AnnotationElsewhere,
            Cause::ShadowedByPodIdentity { .. } => Code::ShadowedByPodIdentity,
            Cause::NoRole(_) => Code::NoRole,
            Cause::NoProvider { near, .. } => near.first().map_or(Code::NoProvider, near_code),
            Cause::AudienceNotAccepted { .. } => Code::Audience,
            Cause::ExplicitDeny(_) => Code::ExplicitDeny,
            Cause::NotAllowed(refusals) => {
                nearest(refusals).map_or(Code::NoAllow, StatementRefusal::code)
            }
            Cause::RoleOfAnotherAccount { .. } => Code::OtherAccount,
            Cause::Duration { .. } => Code::Duration,
        }
    }
}

/// The refusal that came furthest: a condition before an action, an action before a principal; the first among equals.
pub fn nearest(refusals: &[StatementRefusal]) -> Option<&StatementRefusal> {
    refusals.iter().min_by_key(|refusal| match refusal.failure {
        Failure::Condition { .. } => (0, None),
        Failure::Action { .. } => (1, None),
        Failure::Caller { .. } => (2, None),
        Failure::Principal { difference, .. } => (2, Some(difference)),
    })
}

impl StatementRefusal {
    /// Explains why a statement certainly does not match; nothing if it may.
    pub fn explain(statement: &TrustStatement, call: &WebIdentity<'_>) -> Option<Self> {
        let (failure, hints) = match statement.first_failure(call)? {
            Conjunct::Principal => (principal_failure(statement, call), Vec::new()),
            Conjunct::Action => (action_failure(statement, call), Vec::new()),
            Conjunct::Condition(condition) => (
                condition_failure(condition, call),
                Hint::for_condition(condition, call),
            ),
        };
        Some(Self {
            statement: statement.reference.clone(),
            failure,
            hints,
        })
    }

    /// The same for a call of an AWS service or of a role, `caller`, for which there are no hints.
    pub(super) fn explain_call(
        statement: &TrustStatement,
        caller: &str,
        call: &impl Call,
    ) -> Option<Self> {
        let failure = match statement.first_failure(call)? {
            Conjunct::Principal => Failure::Caller {
                named: statement.principals(),
                actual: caller.to_owned(),
            },
            Conjunct::Action => action_failure(statement, call),
            Conjunct::Condition(condition) => condition_failure(condition, call),
        };
        Some(Self {
            statement: statement.reference.clone(),
            failure,
            hints: Vec::new(),
        })
    }

    /// The stable code of the failure: that of the first hint, else of the part that fails.
    pub fn code(&self) -> Code {
        if let Some(hint) = self.hints.first() {
            return hint.code();
        }
        match &self.failure {
            Failure::Principal { difference, .. } => difference.code(),
            Failure::Action { .. } => Code::Action,
            Failure::Caller { .. } => Code::OtherPrincipal,
            Failure::Condition { key, actual, .. } => match (actual, key.folded().as_str()) {
                (Some(_), key) if key.ends_with(":sub") => Code::Subject,
                (Some(_), key) if key.ends_with(":aud") => Code::Audience,
                (Some(_) | None, _) => Code::ConditionNeverHolds,
            },
        }
    }
}

impl PrincipalDifference {
    /// The code of the difference.
    pub fn code(self) -> Code {
        match self {
            Self::Spelling => Code::LetterCase,
            Self::Account | Self::Partition => Code::OtherAccount,
            Self::Issuer(PrefixFault::Other) | Self::NotAProvider | Self::NoneFederated => {
                Code::OtherPrincipal
            }
            Self::Issuer(fault) => fault.code(),
            Self::Wildcard => Code::LiteralWildcard,
        }
    }

    /// Compares a federated principal with the provider it should be.
    fn between(found: &str, actual: &str) -> Self {
        if found.contains(['*', '?']) {
            return Self::Wildcard;
        }
        if found.trim().eq_ignore_ascii_case(actual) {
            return Self::Spelling;
        }
        let (Ok(found), Ok(actual)) = (
            found.parse::<OidcProviderArn>(),
            actual.parse::<OidcProviderArn>(),
        ) else {
            return Self::NotAProvider;
        };
        match PrefixFault::between(found.issuer().as_str(), actual.issuer()) {
            Some(fault) => Self::Issuer(fault),
            None if found.account() != actual.account() => Self::Account,
            None => Self::Partition,
        }
    }
}

fn principal_failure(statement: &TrustStatement, call: &WebIdentity<'_>) -> Failure {
    let candidates = statement.federated.iter();
    let nearest = candidates
        .map(|found| {
            (
                PrincipalDifference::between(found, call.provider),
                found.clone(),
            )
        })
        .min();
    let (difference, nearest) = match nearest {
        Some((difference, found)) => (difference, Some(found)),
        None => (PrincipalDifference::NoneFederated, None),
    };
    Failure::Principal {
        nearest,
        difference,
        actual: call.provider.to_owned(),
    }
}

fn action_failure(statement: &TrustStatement, call: &impl Call) -> Failure {
    Failure::Action {
        asked: call.action(),
        named: statement.actions.iter().map(ToString::to_string).collect(),
        inverted: statement.inverted_actions,
    }
}

fn condition_failure(condition: &Condition, call: &impl Call) -> Failure {
    Failure::Condition {
        operator: condition.operator,
        key: condition.key.clone(),
        expected: condition
            .values
            .iter()
            .map(|one| one.text().to_owned())
            .collect(),
        actual: actual_value(&condition.key, call),
    }
}

fn actual_value(key: &ConditionKey, call: &impl Call) -> Option<String> {
    match call.lookup(key) {
        Knowledge::Value(value) => Some(value.to_owned()),
        Knowledge::Values(values) => Some(values.join(", ")),
        Knowledge::Absent | Knowledge::Present | Knowledge::Unknown => None,
    }
}

fn near_code(near: &NearProvider) -> Code {
    match near {
        NearProvider::DualStackAlias(_) => Code::DualStackAlias,
        NearProvider::OtherCluster(_) => Code::StaleIssuer,
        NearProvider::OtherAccount(_) => Code::OtherAccount,
    }
}
