//! How far a policy reaches beyond the subjects written in it, exactly: which patterns it looks at a subject through, and the shortest subject that comes in unnamed.
//!
//! Guessed names (see breadth) find what policies usually do; what they do not find is left to a search of all subjects (see search), so that "nobody beyond" is never said of a policy that lets somebody in.

use super::breadth::{Breadth, OverBroad};
use super::context::Claim;
use super::document::TrustPolicy;
use super::glob::{Glob, Token};
use super::operator::Condition;
use super::search::{is_possible, shortest_subject};
use super::statement::WEB_IDENTITY_ACTION;
use crate::policy::{BaseOperator, Effect, Issuer, OperatorKind};
use std::collections::BTreeSet;

/// Whether every Allow that could match asks for subjects by name, so that nobody else can come in.
pub(super) fn is_closed(policy: &TrustPolicy, provider: &str, issuer: &Issuer) -> bool {
    let open = policy.with_effect(Effect::Allow).any(|statement| {
        let concerns = statement.everyone || statement.federated.contains(provider);
        let names_all = || {
            let mut lists = statement.wanted_subjects(issuer).into_iter();
            lists.any(|list| !list.iter().any(Glob::has_wildcard))
        };
        concerns && statement.covers(WEB_IDENTITY_ACTION) && !names_all()
    });
    !open
}

/// Everything through which a policy looks at a subject.
#[derive(Debug)]
pub(super) struct View<'a> {
    policy: &'a TrustPolicy,
    issuer: &'a Issuer,
    patterns: BTreeSet<Glob>,
}

impl<'a> View<'a> {
    /// The view of a policy on the subjects of an issuer; nothing if a variable makes it more than a matter of patterns.
    pub(super) fn of(policy: &'a TrustPolicy, issuer: &'a Issuer) -> Option<Self> {
        let mut patterns = BTreeSet::new();
        let conditions = policy.statements().iter();
        for condition in conditions.flat_map(|statement| &statement.conditions) {
            let on_subject = Claim::of_key(&condition.key, issuer) == Some(Claim::Subject);
            for value in &condition.values {
                let Some(glob) = value.plain() else {
                    if on_subject {
                        return None;
                    }
                    continue;
                };
                if on_subject && condition.operator.base.kind() == OperatorKind::String {
                    patterns.insert(as_read(condition.operator.base, glob));
                } else if is_possible(value.text()) {
                    patterns.insert(Glob::literal(value.text()));
                }
            }
        }
        Some(Self {
            policy,
            issuer,
            patterns,
        })
    }

    /// The shortest subject that is written nowhere and that `accepts` takes, which must see it through the policy only.
    pub(super) fn unnamed(&self, accepts: impl Fn(&str) -> bool) -> Option<String> {
        let patterns: Vec<&Glob> = self.patterns.iter().collect();
        shortest_subject(&patterns, |subject| {
            is_possible(subject) && !self.names(subject) && accepts(subject)
        })
    }

    /// Somebody unnamed who comes in, and the narrowest pattern that stands for them.
    pub(super) fn beyond(&self, admits: impl Fn(&str) -> bool) -> Option<OverBroad> {
        let witness = self.unnamed(admits)?;
        let patterns = self.admitting_patterns();
        let narrowest = patterns
            .filter(|glob| glob.matches(&witness))
            .max_by_key(|glob| exact_letters(glob));
        Some(OverBroad {
            breadth: narrowest.map_or(Breadth::Cluster, Breadth::of_pattern),
            witness,
        })
    }

    fn names(&self, subject: &str) -> bool {
        let named = |pattern: &Glob| !pattern.has_wildcard() && pattern.is_text(subject);
        self.policy.lists(subject) || self.patterns.iter().any(named)
    }

    /// The patterns that let in what matches them: asked for by an Allow, or spared by a Deny.
    fn admitting_patterns(&self) -> impl Iterator<Item = &'a Glob> {
        let issuer = self.issuer;
        let statements = self.policy.statements().iter();
        let conditions = statements.flat_map(move |statement| {
            let base = match statement.effect {
                Effect::Allow => BaseOperator::StringLike,
                Effect::Deny => BaseOperator::StringNotLike,
            };
            statement.conditions.iter().filter(move |condition| {
                condition.operator.base == base
                    && Claim::of_key(&condition.key, issuer) == Some(Claim::Subject)
            })
        });
        conditions.flat_map(wildcards)
    }
}

/// The patterns of a condition that hold a wildcard.
pub(super) fn wildcards(condition: &Condition) -> impl Iterator<Item = &Glob> {
    let plain = condition.values.iter().filter_map(|value| value.plain());
    plain.filter(|glob| glob.has_wildcard())
}

/// A pattern as its operator reads it; subjects are in lower case.
fn as_read(base: BaseOperator, glob: &Glob) -> Glob {
    use BaseOperator as Op;
    if matches!(base, Op::StringLike | Op::StringNotLike) {
        glob.clone()
    } else if matches!(
        base,
        Op::StringEqualsIgnoreCase | Op::StringNotEqualsIgnoreCase
    ) {
        Glob::literal(&glob.text().to_lowercase())
    } else {
        Glob::literal(&glob.text())
    }
}

fn exact_letters(glob: &Glob) -> usize {
    let exact = |token: &&Token| matches!(token, Token::Exactly(_));
    glob.tokens().iter().filter(exact).count()
}
