//! What the decision needs of an AWS account: roles with their trust policies, and OIDC providers. Those of the plan come
//! first; what only exists outside the configuration is asked for, one read for each role or provider that is named.

use super::change::Plan;
use super::objects::{RoleFacts, oidc_provider};
use super::planner::{Planner, ProviderStatus};
use super::reads::{Answer, LiveObject, Read, ReadKey};
use super::witnessed::Witnessed;
use super::{Action, Change, ProviderKey};
use crate::address::InstanceAddress;
use crate::policy::{AccountId, Issuer, OidcProviderArn, RoleArn};
use crate::schema::Identity;
use crate::trust::{Provider, Providers};
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

const ROLE: &str = "aws_iam_role";
const OIDC_PROVIDER: &str = "aws_iam_openid_connect_provider";

/// A role that a service account or association names.
#[derive(Clone, Debug)]
pub(super) struct Named {
    /// Where it stands in the configuration; `None` when it only exists outside.
    pub(super) address: Option<InstanceAddress>,
    /// A provider configuration of its account.
    pub(super) provider: ProviderKey,
    /// The role.
    pub(super) facts: Rc<RoleFacts>,
}

/// The roles and providers of a plan, found by what names them.
pub(super) struct Inventory {
    /// The roles of the plan by their ARN, managed ones before those that are only read.
    roles: BTreeMap<String, (InstanceAddress, ProviderKey)>,
    /// The roles that the plan deletes, with the configuration that does.
    deleted_roles: BTreeMap<String, ProviderKey>,
    /// The OIDC providers that the plan deletes.
    deleted_providers: BTreeSet<(AccountId, Issuer)>,
    /// The AWS provider configurations of the plan.
    configurations: Vec<ProviderKey>,
    /// Which of them leads to an account, as far as that was asked.
    by_account: Option<BTreeMap<AccountId, ProviderKey>>,
    /// The roles that were found outside the configuration.
    found: BTreeMap<String, Rc<RoleFacts>>,
}

impl Inventory {
    /// What the plan has, as it is in a world.
    pub(super) fn of(plan: &Plan, world: &Witnessed<'_>) -> Self {
        let data = plan.data.iter();
        let changes = plan
            .changes
            .iter()
            .filter(|change| change.deposed.is_none());
        let read = data.map(|data| (&data.address, &data.provider));
        let kept = changes.clone().filter(|change| change.after.is_some());
        let planned = kept.map(|change| (&change.address, &change.provider));
        let mut roles = BTreeMap::new();
        let mut configurations = BTreeSet::new();
        for (address, provider) in read.chain(planned) {
            if provider.provider_type().as_ref() == "aws" {
                configurations.insert(provider);
            }
            if let Some(role) = world.role(address) {
                let found = (address.clone(), provider.clone());
                roles.insert(role.role.arn.to_string(), found);
            }
        }
        let mut inventory = Inventory {
            roles,
            deleted_roles: BTreeMap::new(),
            deleted_providers: BTreeSet::new(),
            configurations: configurations.into_iter().cloned().collect(),
            by_account: None,
            found: BTreeMap::new(),
        };
        for change in changes.filter(|change| change.action == Action::Delete) {
            inventory.deleted(change);
        }
        inventory
    }

    /// The roles that were found outside the configuration.
    pub(super) fn found(&self) -> impl Iterator<Item = &Rc<RoleFacts>> {
        self.found.values()
    }

    /// Whether a role is one of the plan's, also one that it deletes.
    pub(super) fn has(&self, arn: &str) -> bool {
        self.roles.contains_key(arn) || self.deleted_roles.contains_key(arn)
    }

    /// Where a role of an ARN stands in the configuration.
    pub(super) fn address_of(&self, arn: &str) -> Option<&InstanceAddress> {
        self.roles.get(arn).map(|(address, _)| address)
    }

    fn deleted(&mut self, change: &Change) {
        let Some(before) = change.before.as_ref().map(|live| live.object.value()) else {
            return;
        };
        match change.address.resource.resource_type.as_ref() {
            ROLE => {
                let arn = before.get("arn").and_then(Value::as_str);
                let found = arn.map(|arn| (arn.to_owned(), change.provider.clone()));
                self.deleted_roles.extend(found);
            }
            OIDC_PROVIDER => {
                let found = oidc_provider(before).map(|found| (found.account, found.issuer));
                self.deleted_providers.extend(found);
            }
            _ => {}
        }
    }
}

impl Planner<'_> {
    /// The role of an ARN, in a world: of the plan, or as it is in its account; or why it is not known.
    pub(super) fn named_role(
        &mut self,
        arn: &RoleArn,
        inventory: &mut Inventory,
        world: &Witnessed<'_>,
    ) -> Result<Named, String> {
        let text = arn.to_string();
        if let Some((address, provider)) = inventory.roles.get(&text)
            && let Some(facts) = world.role(address)
        {
            return Ok(Named {
                address: Some(address.clone()),
                provider: provider.clone(),
                facts,
            });
        }
        if let Some(provider) = inventory.deleted_roles.get(&text) {
            return Ok(Named {
                address: None,
                provider: provider.clone(),
                facts: Rc::new(RoleFacts::absent(arn.clone())),
            });
        }
        let provider = self.configuration_of(arn.account(), inventory)?;
        if let Some(facts) = inventory.found.get(&text) {
            return Ok(Named {
                address: None,
                provider,
                facts: facts.clone(),
            });
        }
        let found = self.outside(&provider, ROLE, arn.name())?;
        let found = found.and_then(|live| RoleFacts::of(live.object.value()));
        let facts = Rc::new(found.unwrap_or_else(|| RoleFacts::absent(arn.clone())));
        inventory.found.insert(text, facts.clone());
        Ok(Named {
            address: None,
            provider,
            facts,
        })
    }

    /// The OIDC providers that matter for an issuer in a role's account: the one of the plan or of the account, which is
    /// asked for; where there is none, all that could explain it.
    pub(super) fn providers_for(
        &mut self,
        role: &Named,
        issuer: &Issuer,
        inventory: &Inventory,
        world: &Witnessed<'_>,
    ) -> Result<Providers, String> {
        let arn = &role.facts.role.arn;
        let account = arn.account();
        let complete_for = BTreeSet::from([account.clone()]);
        if let Some(planned) = world.provider(account, issuer) {
            return Ok(Providers {
                known: vec![planned.clone()],
                complete_for,
            });
        }
        let gone = inventory
            .deleted_providers
            .contains(&(account.clone(), issuer.clone()));
        let found = if gone || world.is_witness(issuer) {
            None
        } else {
            let (partition, account) = (arn.partition().clone(), account.clone());
            let arn = OidcProviderArn::new(partition, account, issuer.clone());
            self.outside(&role.provider, OIDC_PROVIDER, &arn.to_string())?
        };
        let known = match found.and_then(|live| oidc_provider(live.object.value())) {
            Some(found) => vec![found],
            None => world.all_providers().known.clone(),
        };
        Ok(Providers {
            known,
            complete_for,
        })
    }

    /// The OIDC providers that were found outside the configuration.
    pub(super) fn found_providers(&self) -> Vec<Provider> {
        let asked = self
            .answers
            .reads
            .iter()
            .filter(|(key, _)| key.is_existing());
        let found = asked.filter_map(|(_, answer)| match answer {
            Answer::Object(Some(live)) => oidc_provider(live.object.value()),
            Answer::Object(None)
            | Answer::Data(_)
            | Answer::Opened(_)
            | Answer::Facts(_)
            | Answer::Names(_)
            | Answer::NotRead(_) => None,
        });
        found.collect()
    }

    /// The provider configuration that leads to an account.
    fn configuration_of(
        &mut self,
        account: &AccountId,
        inventory: &mut Inventory,
    ) -> Result<ProviderKey, String> {
        if inventory.by_account.is_none() {
            inventory.by_account = Some(self.accounts_of(&inventory.configurations)?);
        }
        let by_account = inventory.by_account.iter().flatten();
        let mut of_account = by_account.filter(|(known, _)| *known == account);
        let found = of_account.next().map(|(_, provider)| provider.clone());
        found.ok_or_else(|| {
            format!(
                "no provider configuration leads to account {account}, where the role is: declare one \
                 (provider \"aws\" with an alias) and read the role with it"
            )
        })
    }

    /// The accounts that provider configurations lead to; the first that leads to one stands for it.
    fn accounts_of(
        &mut self,
        configurations: &[ProviderKey],
    ) -> Result<BTreeMap<AccountId, ProviderKey>, String> {
        let mut accounts = BTreeMap::new();
        let mut is_open = false;
        for provider in configurations {
            let ProviderStatus::Known(config) = self.provider_status(provider) else {
                continue;
            };
            let read = Read::Facts {
                provider: provider.clone(),
            };
            match self.ask(ReadKey::facts(provider), &config, read) {
                Some(Answer::Facts(facts)) => {
                    if let Ok(account) = facts.account.parse() {
                        accounts.entry(account).or_insert_with(|| provider.clone());
                    }
                }
                Some(Answer::NotRead(failure)) => return Err(failure.message.clone()),
                Some(
                    Answer::Object(_) | Answer::Data(_) | Answer::Opened(_) | Answer::Names(_),
                ) => {}
                None => is_open = true,
            }
        }
        if is_open {
            return Err("the accounts of the provider configurations are not read yet".to_owned());
        }
        Ok(accounts)
    }

    /// An object that only exists outside the configuration.
    fn outside(
        &mut self,
        provider: &ProviderKey,
        resource_type: &str,
        identity: &str,
    ) -> Result<Option<LiveObject>, String> {
        let ProviderStatus::Known(config) = self.provider_status(provider) else {
            return Err(format!(
                "{provider} is known only after apply, so its account cannot be asked for {identity} yet"
            ));
        };
        let identity = Identity(identity.to_owned());
        let key = ReadKey::existing(provider, resource_type, &identity);
        let read = Read::Existing {
            resource_type: resource_type.into(),
            provider: provider.clone(),
            identity,
        };
        match self.ask(key, &config, read) {
            Some(Answer::Object(found)) => Ok(found.clone()),
            Some(Answer::NotRead(failure)) => Err(failure.message.clone()),
            Some(Answer::Data(_) | Answer::Opened(_) | Answer::Facts(_) | Answer::Names(_))
            | None => Err("it is not read yet".to_owned()),
        }
    }
}
