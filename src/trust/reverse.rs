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
use super::reach::{View, is_closed, wildcards};
use super::statement::{TrustStatement, WebIdentity};
use super::unknown::Unknown;
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
            let lists = statement.wanted_subjects(self.issuer);
            let named = lists.iter().flatten().filter(|glob| !glob.has_wildcard());
            candidates.extend(named.filter_map(|glob| glob.text().parse::<Subject>().ok()));
            match lists.first() {
                None => {
                    candidates.extend(known.iter().cloned());
                    candidates.extend(self.written());
                }
                Some(list) if list.iter().any(Glob::has_wildcard) => {
                    let fits = |one: &&Subject| {
                        let text = one.to_string();
                        list.iter().any(|glob| glob.matches(&text))
                    };
                    candidates.extend(known.iter().filter(fits).cloned());
                    candidates.extend(self.written());
                }
                Some(_) => {}
            }
        }
        candidates
    }

    /// The subjects that are written anywhere in the policy, also where it denies.
    fn written(&self) -> impl Iterator<Item = Subject> {
        let statements = self.policy.statements().iter();
        let conditions = statements.flat_map(|statement| &statement.conditions);
        let values = conditions.flat_map(|condition| &condition.values);
        values.filter_map(|value| value.text().to_lowercase().parse().ok())
    }

    /// Whether a statement speaks of the cluster's provider at all.
    fn concerns(&self, statement: &TrustStatement) -> bool {
        statement.everyone || statement.federated.contains(self.provider)
    }

    /// Whom the policy admits beyond the subjects it names.
    fn beyond(&self) -> Vec<OverBroad> {
        if is_closed(self.policy, self.provider, self.issuer) {
            return Vec::new();
        }
        let [fresh, other] = self.policy.unlisted_names();
        let anyone = [written(fresh, other), written(other, fresh)];
        if anyone.iter().all(|one| self.lets_in(one)) {
            let [witness, _] = anyone;
            return vec![OverBroad {
                breadth: Breadth::Cluster,
                witness,
            }];
        }
        let view = View::of(self.policy, self.issuer);
        let globs = self.globs().into_iter();
        let mut beyond: Vec<OverBroad> = globs
            .filter_map(|glob| self.reach(glob, view.as_ref()))
            .collect();
        if beyond.is_empty() {
            beyond.extend(view.and_then(|view| view.beyond(|one| self.lets_in(one))));
        }
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
        asked.flat_map(wildcards).collect()
    }

    /// How far a pattern reaches, if a subject that is written nowhere comes through by it.
    fn reach(&self, glob: &Glob, view: Option<&View<'_>>) -> Option<OverBroad> {
        let fresh = self.policy.unlisted_names().iter();
        let guessed = fresh
            .filter_map(|fresh| subject_matching(glob, fresh))
            .find(|subject| !self.policy.lists(subject) && self.lets_in(subject));
        let searched = || view?.unnamed(|subject| glob.matches(subject) && self.lets_in(subject));
        Some(OverBroad {
            breadth: Breadth::of_pattern(glob),
            witness: guessed.or_else(searched)?,
        })
    }

    fn lets_in(&self, subject: &str) -> bool {
        self.admits(subject) == Truth::True
    }
}

fn written(namespace: &str, name: &str) -> String {
    format!("{SUBJECT_PREFIX}{namespace}:{name}")
}
