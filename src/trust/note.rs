//! Remarks on a trust policy that a reviewer should read, whatever the verdict.
//!
//! Source: IAM User Guide, "Multivalued context keys" (a set operator or `IfExists` in an Allow also holds for an absent key) and "AWS JSON policy elements: Principal" (everyone; no wildcards in names).

use super::comparison::is_readable;
use super::context::Claim;
use super::document::TrustPolicy;
use super::operator::Condition;
use super::statement::{StatementRef, TrustStatement};
use crate::policy::{ConditionKey, ConditionOperator, Effect, OperatorKind, SetQuantifier};
use std::collections::BTreeSet;

/// A remark on a trust policy that does not change the verdict.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Note {
    /// The policy asks for no particular audience; only the provider's client ids bound it.
    AnyAudience,
    /// An Allow for everyone.
    EveryoneAllowed(StatementRef),
    /// A wildcard in a federated principal, which never matches.
    WildcardPrincipal {
        /// The statement.
        statement: StatementRef,
        /// The principal.
        principal: String,
    },
    /// A principal that IAM shows by its unique id because the role or user is gone; it matches nobody ever again.
    PrincipalGone {
        /// The statement.
        statement: StatementRef,
        /// The id.
        id: String,
    },
    /// A value that the operator cannot read as number, date, address or base64; what IAM makes of it is not documented.
    UnreadableValue {
        /// The statement.
        statement: StatementRef,
        /// The operator.
        operator: ConditionOperator,
        /// The key.
        key: ConditionKey,
        /// The value.
        value: String,
    },
    /// An ARN operator on a claim, whose values are no ARNs; the outcome is not documented.
    ArnOperatorOnClaim {
        /// The statement.
        statement: StatementRef,
        /// The operator.
        operator: ConditionOperator,
        /// The key.
        key: ConditionKey,
    },
    /// A condition on who calls, though the caller of a web identity is nobody in AWS yet: it mostly keeps everyone out.
    AsksForCaller {
        /// The statement.
        statement: StatementRef,
        /// The key.
        key: ConditionKey,
    },
    /// Every pod identity association of the account can use the role.
    AnyAssociation,
    /// The service account of that name can use the role in every cluster of the account.
    AnyCluster,
    /// A pod identity association overrides this role annotation, for every pod made from now on.
    AnnotationOverridden(String),
    /// An Allow that also holds when the token lacks the key, so that a misspelt key opens it.
    HoldsWithoutKey {
        /// The statement.
        statement: StatementRef,
        /// The operator.
        operator: ConditionOperator,
        /// The key.
        key: ConditionKey,
    },
}

/// The remarks that can be read off the document alone.
pub(super) fn notes_on(policy: &TrustPolicy) -> BTreeSet<Note> {
    let mut notes = BTreeSet::new();
    for statement in policy.statements() {
        notes.extend(principals_gone(statement));
        for condition in &statement.conditions {
            notes.extend(condition_notes(&statement.reference, condition));
        }
    }
    for statement in policy.with_effect(Effect::Allow) {
        let reference = &statement.reference;
        if statement.everyone {
            notes.insert(Note::EveryoneAllowed(reference.clone()));
        }
        for principal in statement
            .federated
            .iter()
            .filter(|name| name.contains(['*', '?']))
        {
            let (statement, principal) = (reference.clone(), principal.clone());
            notes.insert(Note::WildcardPrincipal {
                statement,
                principal,
            });
        }
        for condition in &statement.conditions {
            let ConditionOperator { set, if_exists, .. } = condition.operator;
            let holds_for_absent = if_exists || set == Some(SetQuantifier::ForAllValues);
            if holds_for_absent && is_claim_key(&condition.key) {
                notes.insert(Note::HoldsWithoutKey {
                    statement: reference.clone(),
                    operator: condition.operator,
                    key: condition.key.clone(),
                });
            }
        }
    }
    notes
}

/// Roles (`AROA…`) and users (`AIDA…`) that were deleted (IAM User Guide, "IAM identifiers": unique ids).
fn principals_gone(statement: &TrustStatement) -> impl Iterator<Item = Note> {
    let named = statement.others.iter().map(|(_, name)| name);
    let gone = named.filter(|name| name.starts_with("AROA") || name.starts_with("AIDA"));
    gone.map(|id| Note::PrincipalGone {
        statement: statement.reference.clone(),
        id: id.clone(),
    })
}

/// What can be said of a condition without knowing the call.
fn condition_notes(statement: &StatementRef, condition: &Condition) -> Vec<Note> {
    let Condition {
        operator,
        key,
        values,
    } = condition;
    let unreadable = values
        .iter()
        .filter(|value| value.plain().is_some() && !is_readable(operator.base, value.text()));
    let mut notes: Vec<Note> = unreadable
        .map(|value| Note::UnreadableValue {
            statement: statement.clone(),
            operator: *operator,
            key: key.clone(),
            value: value.text().to_owned(),
        })
        .collect();
    if operator.base.kind() == OperatorKind::Arn && is_claim_key(key) {
        notes.push(Note::ArnOperatorOnClaim {
            statement: statement.clone(),
            operator: *operator,
            key: key.clone(),
        });
    }
    if asks_for_caller(&key.folded()) {
        notes.push(Note::AsksForCaller {
            statement: statement.clone(),
            key: key.clone(),
        });
    }
    notes
}

/// Whether a key speaks of the caller as a principal of AWS.
fn asks_for_caller(folded: &str) -> bool {
    folded.starts_with("aws:principal")
        || matches!(
            folded,
            "aws:userid" | "aws:username" | "aws:federatedprovider"
        )
}

/// Whether a key is meant as one of a token's two claims, of whatever issuer.
fn is_claim_key(key: &ConditionKey) -> bool {
    let folded = key.folded();
    [Claim::Audience, Claim::Subject].iter().any(|claim| {
        folded
            .rsplit_once(':')
            .is_some_and(|(prefix, name)| name == claim.as_str() && prefix.contains('.'))
    })
}
