//! The service account that pods may have been meant to run as, where the one they name has no role or is not there.

use super::annotation_name;
use super::world::{AccountFacts, World};
use crate::trust::{Subject, shown};

impl World {
    /// Declared accounts with a role in the same namespace; where there are none, those of the same name in another.
    ///
    /// Accounts of another cluster than the given one do not count.
    pub(super) fn meant(&self, subject: &Subject, cluster: Option<usize>) -> Vec<String> {
        let with_role = |account: &&AccountFacts| {
            account.subject != *subject
                && self.has_role(account)
                && match (cluster, account.cluster) {
                    (Some(one), Some(other)) => self.is_same_cluster(one, other),
                    (None, _) | (_, None) => true,
                }
        };
        let candidates: Vec<&AccountFacts> = self.accounts.iter().filter(with_role).collect();
        let named = |is_meant: &dyn Fn(&Subject) -> bool| -> Vec<String> {
            let meant = candidates.iter().filter(|one| is_meant(&one.subject));
            meant.map(|one| name(one)).collect()
        };
        let same_namespace = named(&|other| other.namespace() == subject.namespace());
        match same_namespace.is_empty() {
            true => named(&|other| other.name() == subject.name()),
            false => same_namespace,
        }
    }

    /// Whether annotation or association give an account a role.
    fn has_role(&self, account: &AccountFacts) -> bool {
        let annotated = account
            .annotations
            .contains_key(&annotation_name("role-arn"));
        let own_name = account
            .cluster
            .and_then(|position| self.clusters.get(position))
            .map(|cluster| cluster.own_name.as_str());
        annotated
            || self.associations.iter().any(|association| {
                Some(association.cluster_name.as_str()) == own_name
                    && association.namespace == account.subject.namespace()
                    && association.service_account == account.subject.name()
            })
    }
}

/// An account as people refer to it, with its namespace and name.
fn name(account: &AccountFacts) -> String {
    let subject = shown(&account.subject);
    match account.names.first() {
        Some(name) => format!("{name} ({subject})"),
        None => subject,
    }
}
