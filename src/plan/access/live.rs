//! The service accounts that a cluster has, asked for only where it matters: a policy lets in accounts that it does not
//! name, or names one that nobody has.

use super::gather::Sides;
use crate::plan::ProviderKey;
use crate::plan::planner::{Planner, ProviderStatus};
use crate::plan::reads::{Answer, Read, ReadKey};
use crate::policy::Issuer;
use crate::trust::Subject;
use std::collections::BTreeSet;

const ACCOUNT: &str = "kubernetes_service_account_v1";

/// The question for the service accounts of a cluster.
fn live_accounts_key(connection: &ProviderKey) -> ReadKey {
    ReadKey::names(connection, ACCOUNT)
}

impl Planner<'_> {
    /// The service accounts of the cluster that a connection leads to; `None` while they are not known, or when the
    /// credentials may not list them.
    pub(in crate::plan) fn live_accounts(
        &mut self,
        connection: &ProviderKey,
    ) -> Option<BTreeSet<Subject>> {
        let ProviderStatus::Known(config) = self.provider_status(connection) else {
            return None;
        };
        let read = Read::Names {
            resource_type: ACCOUNT.into(),
            provider: connection.clone(),
        };
        match self.ask(live_accounts_key(connection), &config, read)? {
            Answer::Names(names) => Some(names.iter().filter_map(|name| account(name)).collect()),
            Answer::Object(_)
            | Answer::Data(_)
            | Answer::Opened(_)
            | Answer::Facts(_)
            | Answer::NotRead(_) => None,
        }
    }

    /// Adds the accounts that clusters have to both sides; what the plan deletes is there before only.
    pub(super) fn add_live(&mut self, sides: &mut Sides, issuers: &BTreeSet<Issuer>) {
        for issuer in issuers {
            let Some(connection) = sides.connections.get(issuer).cloned() else {
                continue;
            };
            for subject in self.live_accounts(&connection).into_iter().flatten() {
                let has = |accounts: Option<&BTreeSet<Subject>>| {
                    accounts.is_some_and(|accounts| accounts.contains(&subject))
                };
                let was = has(sides.before.accounts.get(issuer));
                let stays = !was || has(sides.after.accounts.get(issuer));
                if stays {
                    sides.after.account(issuer, subject.clone());
                }
                sides.before.account(issuer, subject);
            }
        }
    }
}

fn account(name: &str) -> Option<Subject> {
    let (namespace, name) = name.split_once('/')?;
    Subject::new(namespace, name).ok()
}
