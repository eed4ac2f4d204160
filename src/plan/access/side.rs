//! One side of a plan, before or after: which service accounts and OIDC providers there are, and so who comes in by a
//! trust policy.

use crate::plan::objects::RoleFacts;
use crate::policy::{AccountId, Issuer, OidcProviderArn};
use crate::trust::{Admitted, DEFAULT_AUDIENCE, Door, Fact, Provider, Subject, TrustPolicy};
use std::collections::{BTreeMap, BTreeSet};

/// Who comes in by a policy, by cluster.
pub(super) type Who = BTreeMap<Issuer, Admitted>;

/// One side of a plan.
#[derive(Default)]
pub(super) struct Side {
    /// The service accounts by cluster.
    pub(super) accounts: BTreeMap<Issuer, BTreeSet<Subject>>,
    /// The OIDC providers by account and issuer, with the audiences they accept.
    pub(super) providers: BTreeMap<(AccountId, Issuer), BTreeSet<String>>,
    /// The accounts that associations give a role, by the role's ARN and the cluster.
    pub(super) associated: BTreeMap<String, BTreeMap<Issuer, BTreeSet<Subject>>>,
}

impl Side {
    /// Takes note of an OIDC provider.
    pub(super) fn provider(&mut self, found: Option<&Provider>) {
        let Some(found) = found else { return };
        let audiences = match &found.client_ids {
            Fact::Known(audiences) => audiences.clone(),
            Fact::Unknown => default_audiences(),
        };
        let key = (found.account.clone(), found.issuer.clone());
        self.providers.insert(key, audiences);
    }

    /// Takes note of a service account.
    pub(super) fn account(&mut self, issuer: &Issuer, subject: Subject) {
        let accounts = self.accounts.entry(issuer.clone()).or_default();
        accounts.insert(subject);
    }

    /// Takes note of an account that an association gives a role.
    pub(super) fn association(&mut self, role_arn: &str, issuer: &Issuer, subject: Subject) {
        let role = self.associated.entry(role_arn.to_owned()).or_default();
        role.entry(issuer.clone()).or_default().insert(subject);
    }

    /// Who can assume a role; `None` while its policy is not known, or when IAM would refuse it. `other` is the other side
    /// of the plan: a provider that is only there, is not here.
    pub(super) fn who(&self, role: &RoleFacts, other: &Side) -> Option<Who> {
        let Fact::Known(Ok(policy)) = &role.role.trust else {
            return None;
        };
        let mut who = Who::new();
        for (text, arn) in providers_of(policy) {
            if arn.account() != role.role.arn.account() {
                continue;
            }
            let issuer = arn.issuer();
            let key = (arn.account().clone(), issuer.clone());
            let audiences = match self.providers.get(&key) {
                Some(audiences) => audiences.clone(),
                None if other.providers.contains_key(&key) => continue,
                None => default_audiences(),
            };
            let door = Door {
                policy,
                provider: text,
                issuer,
                audiences: &audiences,
            };
            let nobody = BTreeSet::new();
            let known = self.accounts.get(issuer).unwrap_or(&nobody);
            who.insert(issuer.clone(), door.admitted(known));
        }
        let associated = self.associated.get(&role.role.arn.to_string());
        for (issuer, subjects) in associated.into_iter().flatten() {
            let admitted = who.entry(issuer.clone()).or_default();
            admitted.accounts.extend(subjects.iter().cloned());
        }
        Some(who)
    }
}

/// The OIDC providers that a policy speaks of.
fn providers_of(policy: &TrustPolicy) -> BTreeMap<&str, OidcProviderArn> {
    let federated = policy
        .statements()
        .iter()
        .flat_map(|statement| &statement.federated);
    federated
        .filter_map(|text| Some((text.as_str(), text.parse().ok()?)))
        .collect()
}

fn default_audiences() -> BTreeSet<String> {
    BTreeSet::from([DEFAULT_AUDIENCE.to_owned()])
}
