//! The reverse question: who can assume this role? Of the service accounts that are known, exactly which; and whom beyond them, with a service account nobody has heard of as the proof.
//!
//! A statement that asks for certain subjects can only admit those, so they alone are tried; one that asks for none is tried on every account. Reaches beyond are found with names that no document mentions (see breadth).
//! Whoever may run pods as an account may ask for a token of any audience, so that one accepted audience is enough.

use super::binding::{SUBJECT_PREFIX, Subject};
use super::breadth::{Breadth, OverBroad};
use super::context::{Claim, TokenContext};
use super::document::TrustPolicy;
use super::example::subject_matching;
use super::glob::Glob;
use super::kleene::Truth;
use super::statement::{TrustStatement, WebIdentity};
use super::unknown::Unknown;
use super::variable::PolicyValue;
use crate::policy::{BaseOperator, Effect, Issuer};
use std::collections::{BTreeMap, BTreeSet};

/// A trust policy, seen from one cluster.
#[derive(Debug, Clone, Copy)]
pub struct Door<'a> {
    /// The trust policy of the role.
    pub policy: &'a TrustPolicy,
    /// The ARN of the OIDC provider of the role's account for the cluster.
    pub provider: &'a str,
    /// The cluster's issuer.
    pub issuer: &'a Issuer,
    /// The audiences the provider accepts.
    pub audiences: &'a BTreeSet<String>,
}

/// Who comes through a door.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Admitted {
    /// The known accounts that certainly do.
    pub accounts: BTreeSet<Subject>,
    /// The known accounts that perhaps do, with what it depends on.
    pub perhaps: BTreeMap<Subject, BTreeSet<Unknown>>,
    /// Accounts that the policy names and admits, and that are not known.
    pub others: BTreeSet<Subject>,
    /// Whom it admits beyond all it names, widest first.
    pub beyond: Vec<OverBroad>,
}

impl Door<'_> {
    /// Who comes through, given the accounts that are known.
    pub fn admitted(&self, known: &BTreeSet<Subject>) -> Admitted {
        let mut admitted = Admitted {
            beyond: self.beyond(),
            ..Admitted::default()
        };
        for subject in self.candidates(known) {
            let is_known = known.contains(&subject);
            match self.admits(&subject.to_string()) {
                Truth::True if is_known => admitted.accounts.extend([subject]),
                Truth::True => admitted.others.extend([subject]),
                Truth::Unknown(reasons) if is_known => {
                    admitted.perhaps.insert(subject, reasons);
                }
                Truth::Unknown(_) | Truth::False => {}
            }
        }
        admitted
    }

    /// Whether a subject comes through, with a token of some accepted audience.
    fn admits(&self, subject: &str) -> Truth {
        Truth::any(self.audiences.iter().map(|audience| {
            self.policy.admits(&WebIdentity {
                provider: self.provider,
                token: TokenContext {
                    issuer: self.issuer,
                    audience: Some(audience),
                    subject,
                },
            })
        }))
    }

    /// The subjects that any Allow may admit, as far as they have names.
    fn candidates(&self, known: &BTreeSet<Subject>) -> BTreeSet<Subject> {
        let mut candidates = BTreeSet::new();
        let allows = self.policy.with_effect(Effect::Allow);
        for statement in allows.filter(|statement| self.concerns(statement)) {
            match self.wanted(statement) {
                None => candidates.extend(known.iter().cloned()),
                Some(values) => {
                    for glob in values.into_iter().filter_map(PolicyValue::plain) {
                        candidates.extend(glob.text().parse::<Subject>());
                        if glob.has_wildcard() {
                            let matching = known.iter();
                            let matching = matching.filter(|one| glob.matches(&one.to_string()));
                            candidates.extend(matching.cloned());
                        }
                    }
                }
            }
        }
        candidates
    }

    /// Whether a statement speaks of the cluster's provider at all.
    fn concerns(&self, statement: &TrustStatement) -> bool {
        statement.everyone || statement.federated.contains(self.provider)
    }

    /// The subjects a statement asks for, one of which must be the token's; `None` when it may admit others.
    fn wanted<'s>(&self, statement: &'s TrustStatement) -> Option<Vec<&'s PolicyValue>> {
        let wanted = statement.conditions.iter().find(|condition| {
            let operator = condition.operator;
            let exact = matches!(
                operator.base,
                BaseOperator::StringEquals | BaseOperator::StringLike
            );
            exact
                && Claim::of_key(&condition.key, self.issuer) == Some(Claim::Subject)
                && condition.values.iter().all(|value| value.plain().is_some())
        });
        wanted.map(|condition| condition.values.iter().collect())
    }

    /// Whom the policy admits beyond the subjects it names.
    fn beyond(&self) -> Vec<OverBroad> {
        let [fresh, other] = self.policy.unlisted_names();
        let anyone = [written(fresh, other), written(other, fresh)];
        if anyone.iter().all(|one| self.admits(one) == Truth::True) {
            let [witness, _] = anyone;
            return vec![OverBroad {
                breadth: Breadth::Cluster,
                witness,
            }];
        }
        let mut beyond: Vec<OverBroad> = self
            .globs()
            .into_iter()
            .filter_map(|glob| self.reach(glob))
            .collect();
        beyond.sort_by(|one, other| one.breadth.cmp(&other.breadth));
        beyond
    }

    /// The patterns of subjects in Allow statements.
    fn globs(&self) -> BTreeSet<&Glob> {
        let allows = self.policy.with_effect(Effect::Allow);
        let asked = allows
            .flat_map(|statement| &statement.conditions)
            .filter(|condition| {
                condition.operator.base == BaseOperator::StringLike
                    && Claim::of_key(&condition.key, self.issuer) == Some(Claim::Subject)
            });
        asked
            .flat_map(|condition| &condition.values)
            .filter_map(|value| value.plain().filter(|glob| glob.has_wildcard()))
            .collect()
    }

    /// How far a pattern reaches, if a subject that is written nowhere comes through by it.
    fn reach(&self, glob: &Glob) -> Option<OverBroad> {
        let fresh = self.policy.unlisted_names().iter();
        let witness = fresh
            .filter_map(|fresh| subject_matching(glob, fresh))
            .find(|subject| !self.policy.lists(subject) && self.admits(subject) == Truth::True)?;
        Some(OverBroad {
            breadth: breadth(glob),
            witness,
        })
    }
}

/// What a pattern stands for: a namespace, a name, or itself.
fn breadth(glob: &Glob) -> Breadth {
    let text = glob.text();
    let parts = text
        .strip_prefix(SUBJECT_PREFIX)
        .and_then(|rest| rest.split_once(':'));
    let is_plain = |part: &str| !part.contains(['*', '?', ':']);
    match parts {
        Some((namespace, "*")) if is_plain(namespace) => Breadth::Namespace(namespace.to_owned()),
        Some(("*", name)) if is_plain(name) => Breadth::AnyNamespace(name.to_owned()),
        Some(_) | None => Breadth::Pattern(text),
    }
}

fn written(namespace: &str, name: &str) -> String {
    format!("{SUBJECT_PREFIX}{namespace}:{name}")
}
