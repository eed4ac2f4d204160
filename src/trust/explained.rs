//! What is explained to a person: ways of service accounts to roles, and who comes in at a role, with the names people use.

use super::binding::Subject;
use super::chain::{Chain, Outcome};
use super::reverse::Admitted;
use super::witness::Witnesses;
use std::collections::BTreeSet;

/// Everything that was asked to be explained.
#[derive(Debug, Clone, Default)]
pub struct Explained {
    /// The ways of service accounts.
    pub stories: Vec<Story>,
    /// The roles: those asked for, else those at the end of the ways.
    pub roles: Vec<Entrances>,
    /// Whether the roles were asked for, and are not only at the end of a way.
    pub about_roles: bool,
    /// What stands in for values that are not known before apply; nothing else may be shown of them.
    pub witnesses: Witnesses,
}

/// The way of one service account.
#[derive(Debug, Clone)]
pub struct Story {
    /// The service account, as people refer to it.
    pub account: String,
    /// Where it stands: in the configuration, or in the cluster only.
    pub declared: bool,
    /// Its cluster, as people refer to it.
    pub cluster: String,
    /// The role, as people refer to it; none if it has none.
    pub role: Option<String>,
    /// The manifest the pods are from, if one was given.
    pub manifest: Option<String>,
    /// Declared service accounts with a role that the pods of a manifest may have been meant to run as, where their own has none (W02).
    pub meant: Vec<String>,
    /// Why it is not known whether an association of EKS Pod Identity binds it too, if so.
    pub association_unknown: Option<String>,
    /// The way.
    pub chain: Chain,
}

/// Who comes in at a role.
#[derive(Debug, Clone)]
pub struct Entrances {
    /// The role, as people refer to it.
    pub role: String,
    /// Its ARN.
    pub arn: String,
    /// Its trust policy, if it is known.
    pub policy: Option<String>,
    /// From each cluster whose provider it trusts, who comes in from there.
    pub clusters: Vec<Entrance>,
    /// Why nothing more can be said, if so.
    pub open: Option<String>,
}

/// Who comes in at a role from a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entrance {
    /// The cluster, as people refer to it.
    pub cluster: String,
    /// Who comes in.
    pub admitted: Admitted,
    /// The accounts that are in the cluster and not in the configuration, whether they come in or not.
    pub live_only: BTreeSet<Subject>,
    /// Whether the cluster's own accounts were looked at.
    pub is_listed: bool,
}

impl Explained {
    /// The worst of the outcomes.
    pub fn outcome(&self) -> Outcome {
        let stories = self.stories.iter().map(|story| story.chain.outcome());
        let open = self.about_roles && self.roles.iter().any(|role| role.open.is_some());
        stories
            .chain(open.then_some(Outcome::Open))
            .max()
            .unwrap_or(Outcome::Works)
    }
}

/// A subject as people write it.
pub fn shown(subject: &Subject) -> String {
    format!("{}/{}", subject.namespace(), subject.name())
}
