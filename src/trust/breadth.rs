//! Whom a policy admits beyond the subjects it names: found by trying subjects that are written nowhere in it.
//!
//! A name that no document mentions can only be admitted by a wildcard, a missing condition, a negation or a set operator; two such names, of different letters and lengths, tell "any name" from "names like these".

use super::binding::{SUBJECT_PREFIX, Subject};
use super::context::{Claim, TokenContext};
use super::document::TrustPolicy;
use super::example::subject_matching;
use super::glob::Glob;
use super::kleene::Truth;
use super::reach::{View, is_closed, wildcards};
use super::statement::WebIdentity;
use crate::policy::{BaseOperator, Effect};
use std::collections::BTreeSet;
use std::fmt;

/// How far a policy reaches beyond the subjects it names, widest first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Breadth {
    /// Every service account of the cluster.
    Cluster,
    /// Every service account of a namespace.
    Namespace(String),
    /// A service account of this name in every namespace.
    AnyNamespace(String),
    /// Every service account that matches a pattern.
    Pattern(String),
}

/// A policy that admits more than it names, with a service account that shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverBroad {
    /// How far it reaches.
    pub breadth: Breadth,
    /// A subject that is written nowhere in the policy and is admitted.
    pub witness: String,
}

impl OverBroad {
    /// The reaches of a policy that admits `subject`, widest first; none if it admits only what it names.
    ///
    /// `call` is the call of that subject: other subjects are tried with its provider, issuer and audience.
    pub fn of(policy: &TrustPolicy, subject: &Subject, call: &WebIdentity<'_>) -> Vec<Self> {
        if is_closed(policy, call.provider, call.token.issuer) {
            return Vec::new();
        }
        let probe = Probe { policy, call };
        let [fresh, other] = policy.unlisted_names();
        let (namespace, name) = (subject.namespace(), subject.name());
        let any = |one: String, two: String, breadth: Breadth| {
            (probe.admits(&one) && probe.admits(&two)).then_some(Self {
                breadth,
                witness: one,
            })
        };
        if let Some(cluster) = any(
            written(fresh, other),
            written(other, fresh),
            Breadth::Cluster,
        ) {
            return vec![cluster];
        }
        let in_namespace = any(
            written(namespace, fresh),
            written(namespace, other),
            Breadth::Namespace(namespace.to_owned()),
        );
        let of_name = any(
            written(fresh, name),
            written(other, name),
            Breadth::AnyNamespace(name.to_owned()),
        );
        let already_told = |witness: &Subject| {
            (in_namespace.is_some() && witness.namespace() == namespace)
                || (of_name.is_some() && witness.name() == name)
        };
        let patterns = probe.patterns(subject, already_told);
        let found: Vec<Self> = in_namespace
            .into_iter()
            .chain(of_name)
            .chain(patterns)
            .collect();
        if found.is_empty() {
            let view = View::of(policy, call.token.issuer);
            let beyond = view.and_then(|view| view.beyond(|one| probe.admits(one)));
            return beyond.into_iter().collect();
        }
        found
    }

    /// Whether the policy also admits the subject's token for an audience that is written nowhere.
    pub fn any_audience(policy: &TrustPolicy, call: &WebIdentity<'_>) -> bool {
        policy.unlisted_names().iter().all(|audience| {
            let token = TokenContext {
                audience: Some(audience),
                ..call.token
            };
            policy.admits(&WebIdentity { token, ..*call }) == Truth::True
        })
    }
}

impl Breadth {
    /// What a pattern stands for: a namespace, a name, everyone, or itself.
    pub(super) fn of_pattern(glob: &Glob) -> Self {
        let text = glob.text();
        let parts = text
            .strip_prefix(SUBJECT_PREFIX)
            .and_then(|rest| rest.split_once(':'));
        let is_plain = |part: &str| !part.contains(['*', '?', ':']);
        match parts {
            Some((namespace, "*")) if is_plain(namespace) => Self::Namespace(namespace.to_owned()),
            Some(("*", name)) if is_plain(name) => Self::AnyNamespace(name.to_owned()),
            Some(_) | None => Self::Pattern(text),
        }
    }

    /// Whether a service account is among those it speaks of.
    pub fn covers(&self, subject: &Subject) -> bool {
        match self {
            Self::Cluster => true,
            Self::Namespace(namespace) => subject.namespace() == namespace,
            Self::AnyNamespace(name) => subject.name() == name,
            Self::Pattern(pattern) => Glob::new(pattern).matches(&subject.to_string()),
        }
    }
}

impl fmt::Display for Breadth {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cluster => formatter.write_str("every service account of the cluster"),
            Self::Namespace(namespace) => {
                write!(
                    formatter,
                    "every service account of namespace `{namespace}`"
                )
            }
            Self::AnyNamespace(name) => {
                write!(
                    formatter,
                    "a service account named `{name}` in every namespace"
                )
            }
            Self::Pattern(pattern) => {
                write!(formatter, "every service account that matches `{pattern}`")
            }
        }
    }
}

/// Tries subjects on one policy.
struct Probe<'a> {
    policy: &'a TrustPolicy,
    call: &'a WebIdentity<'a>,
}

impl Probe<'_> {
    fn admits(&self, subject: &str) -> bool {
        let token = TokenContext {
            subject,
            ..self.call.token
        };
        self.policy.admits(&WebIdentity {
            token,
            ..*self.call
        }) == Truth::True
    }

    /// The patterns of Allow statements that admit a subject written nowhere, but for those `already_told` of.
    fn patterns(
        &self,
        subject: &Subject,
        already_told: impl Fn(&Subject) -> bool,
    ) -> Vec<OverBroad> {
        let statements = self.policy.with_effect(Effect::Allow);
        let conditions = statements
            .flat_map(|statement| &statement.conditions)
            .filter(|condition| {
                condition.operator.base == BaseOperator::StringLike
                    && Claim::of_key(&condition.key, self.call.token.issuer) == Some(Claim::Subject)
            });
        let globs: BTreeSet<&Glob> = conditions.flat_map(wildcards).collect();
        let reach = |glob: &Glob| {
            let fresh = self.policy.unlisted_names().iter();
            let matching = fresh.filter_map(|fresh| subject_matching(glob, fresh)?.parse().ok());
            let witness = matching
                .flat_map(|other| crossed(&other, subject))
                .find(|witness| {
                    let text = witness.to_string();
                    !already_told(witness) && !self.policy.lists(&text) && self.admits(&text)
                })?;
            let breadth = Breadth::Pattern(glob.text());
            Some(OverBroad {
                breadth,
                witness: witness.to_string(),
            })
        };
        globs.into_iter().filter_map(reach).collect()
    }
}

/// A subject, and its parts joined with those of another but not that other itself: a second condition may bind one of them.
fn crossed(one: &Subject, other: &Subject) -> Vec<Subject> {
    let join =
        |namespace: &Subject, name: &Subject| Subject::new(namespace.namespace(), name.name()).ok();
    let all = [join(one, one), join(other, one), join(one, other)];
    all.into_iter()
        .flatten()
        .filter(|subject| subject != other)
        .collect()
}

fn written(namespace: &str, name: &str) -> String {
    format!("{SUBJECT_PREFIX}{namespace}:{name}")
}
