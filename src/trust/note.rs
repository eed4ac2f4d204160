//! Remarks on a trust policy that a reviewer should read, whatever the verdict.
//!
//! Source: IAM User Guide, "Multivalued context keys" (a set operator or `IfExists` in an Allow also holds for an absent key) and "AWS JSON policy elements: Principal" (everyone; no wildcards in names).

use super::context::Claim;
use super::document::TrustPolicy;
use super::statement::StatementRef;
use crate::policy::{ConditionKey, ConditionOperator, Effect, SetQuantifier};
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

/// Whether a key is meant as one of a token's two claims, of whatever issuer.
fn is_claim_key(key: &ConditionKey) -> bool {
    let folded = key.folded();
    [Claim::Audience, Claim::Subject].iter().any(|claim| {
        folded
            .rsplit_once(':')
            .is_some_and(|(prefix, name)| name == claim.as_str() && prefix.contains('.'))
    })
}
