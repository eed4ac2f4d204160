//! What a plan says about clusters, service accounts, roles and providers as they will be after it.
//!
//! A cluster that is made by the plan has no issuer yet. A made-up one stands in for it here, the same that the proof used, and is shown as where it will come from.

use crate::address::{InstanceAddress, InstanceKey};
use crate::link::display::Display;
use crate::plan::objects::{AccountObject, cluster_issuer, oidc_provider};
use crate::plan::{Finding, Plan, ProviderKey};
use crate::policy::{AccountId, Issuer, Partition};
use crate::trust::pod::AccountDefaults;
use crate::trust::{Decision, Fact, Provider, Subject, Which, Witness, Witnesses};
use crate::value::{Known, Value};
use std::collections::{BTreeMap, BTreeSet};

/// A cluster.
#[derive(Clone, Debug)]
pub(super) struct ClusterFacts {
    pub(super) address: InstanceAddress,
    /// The provider configuration that leads to it.
    pub(super) provider: ProviderKey,
    /// Whether it is there already.
    pub(super) is_there: bool,
    /// As people refer to it.
    pub(super) name: String,
    /// Its own name.
    pub(super) own_name: String,
    pub(super) arn: Option<String>,
    pub(super) issuer: Option<Issuer>,
    pub(super) region: Option<String>,
    endpoint: Option<String>,
}

/// A service account of the plan.
#[derive(Clone, Debug)]
pub(super) struct AccountFacts {
    /// Where it is declared; none for one that only exists in a cluster.
    pub(super) address: Option<InstanceAddress>,
    /// The names by which people may ask for it, the one it is shown by first.
    pub(super) names: Vec<String>,
    pub(super) subject: Subject,
    /// The position of its cluster.
    pub(super) cluster: Option<usize>,
    pub(super) annotations: BTreeMap<String, Option<String>>,
    pub(super) defaults: AccountDefaults,
}

/// A role of the plan.
#[derive(Clone, Debug)]
pub(super) struct RoleFacts {
    pub(super) names: Vec<String>,
    pub(super) arn: String,
    pub(super) policy: Option<String>,
}

/// An association of Pod Identity.
#[derive(Clone, Debug)]
pub(super) struct AssociationFacts {
    /// Where it is declared; none for one that only EKS has.
    pub(super) address: Option<InstanceAddress>,
    pub(super) name: String,
    pub(super) cluster_name: String,
    pub(super) namespace: String,
    pub(super) service_account: String,
    pub(super) role_arn: String,
    pub(super) target_role_arn: Option<String>,
    pub(super) external_id: Option<String>,
    pub(super) without_tags: bool,
}

impl AssociationFacts {
    /// The association of an object; one that is not declared is known by its id.
    pub(super) fn of(address: Option<&InstanceAddress>, object: &Value, id: &str) -> Self {
        let member = |name: &str| text(object, name).unwrap_or_default();
        let given = |name: &str| text(object, name).filter(|text| !text.is_empty());
        let tags = object.get("disable_session_tags").and_then(Value::as_bool);
        AssociationFacts {
            address: address.cloned(),
            name: address.map_or_else(
                || format!("the pod identity association {id}, which is not in the configuration,"),
                |address| names(address).remove(0),
            ),
            cluster_name: member("cluster_name"),
            namespace: member("namespace"),
            service_account: member("service_account"),
            role_arn: member("role_arn"),
            target_role_arn: given("target_role_arn"),
            external_id: given("external_id"),
            without_tags: tags == Some(true),
        }
    }
}

/// An object of the plan with its provider configuration, and whether it is there already.
type Found<'p> = (&'p InstanceAddress, &'p ProviderKey, &'p Value, bool);

/// All of it.
#[derive(Default)]
pub(super) struct World {
    pub(super) clusters: Vec<ClusterFacts>,
    pub(super) accounts: Vec<AccountFacts>,
    pub(super) roles: Vec<RoleFacts>,
    pub(super) associations: Vec<AssociationFacts>,
    pub(super) providers: Vec<Provider>,
    pub(super) findings: BTreeMap<InstanceAddress, Result<Decision, String>>,
    pub(super) witnesses: Witnesses,
    /// The Kubernetes connections of the plan, with the position of their cluster.
    pub(super) connections: BTreeMap<ProviderKey, usize>,
    /// Whether a provider is made whose issuer is not known yet.
    makes_provider: bool,
    /// What the plan could not read, each with the reason.
    pub(super) unread: Vec<String>,
    /// The trust policies as the proof shows them, by role ARN.
    shown_policies: BTreeMap<String, String>,
}

impl World {
    /// What a plan says.
    pub(super) fn of(plan: &Plan) -> Self {
        let mut world = World::default();
        world.take_bindings(plan);
        let unread = plan.not_read.iter();
        let unread = unread.map(|one| format!("{}: {}", one.address, one.failure.message));
        world.unread = unread.collect();
        let objects: Vec<Found<'_>> = plan
            .data
            .iter()
            .map(|data| (&data.address, &data.provider, &data.value, true))
            .chain(plan.changes.iter().filter_map(|change| {
                let after = change.after.as_ref().filter(|_| change.deposed.is_none())?;
                let is_there = change.before.is_some();
                Some((&change.address, &change.provider, after, is_there))
            }))
            .collect();
        for found in &objects {
            if found.0.resource.resource_type.as_ref() == "aws_eks_cluster" {
                world.take_cluster(found);
            }
        }
        for (address, provider, object, _) in &objects {
            match address.resource.resource_type.as_ref() {
                "aws_iam_openid_connect_provider" => world.take_provider(object),
                "aws_iam_role" => world.take_role(address, object),
                "aws_eks_pod_identity_association" => world.take_association(address, object),
                _ if provider.provider_type().as_ref() == "kubernetes" => {
                    world.take_connection(provider, plan);
                    world.take_account(address, provider, object);
                }
                _ => {}
            }
        }
        world.invent_providers();
        world
    }

    fn take_bindings(&mut self, plan: &Plan) {
        for binding in &plan.bindings {
            let finding = match &binding.finding {
                Finding::Decided {
                    decision, policy, ..
                } => {
                    self.shown_policies
                        .insert(binding.role_arn.clone(), policy.clone());
                    Ok((**decision).clone())
                }
                Finding::NotDecided(reason) => Err(reason.clone()),
            };
            self.findings.insert(binding.account.clone(), finding);
        }
    }

    fn take_cluster(&mut self, (address, provider, object, is_there): &Found<'_>) {
        let arn = text(object, "arn");
        let region = arn.as_deref().and_then(|arn| arn.split(':').nth(3));
        let region = region.map(str::to_owned);
        let name = cluster_name(address);
        let issuer = cluster_issuer(object).and_then(Value::as_str);
        let issuer = issuer.and_then(|issuer| issuer.parse().ok());
        let issuer = issuer.or_else(|| {
            let region = region.as_deref()?;
            let origin = format!("{name}.issuer");
            let partition = Partition::of_region(region);
            let witness = Witness::issuer(&origin, region, &partition, Which::First);
            self.witnesses.insert(&witness);
            witness.text().parse().ok()
        });
        self.clusters.push(ClusterFacts {
            address: (*address).clone(),
            provider: (*provider).clone(),
            is_there: *is_there,
            arn,
            own_name: text(object, "name").unwrap_or_default(),
            endpoint: text(object, "endpoint"),
            name,
            issuer,
            region,
        });
    }

    fn take_provider(&mut self, object: &Value) {
        match oidc_provider(object) {
            Some(provider) => self.providers.push(provider),
            None => self.makes_provider = true,
        }
    }

    fn take_role(&mut self, address: &InstanceAddress, object: &Value) {
        let Some(arn) = text(object, "arn") else {
            return;
        };
        let policy = text(object, "assume_role_policy").or_else(|| {
            let shown = self.shown_policies.get(&arn)?;
            Some(self.made_up(shown))
        });
        self.roles.push(RoleFacts {
            names: names(address),
            arn,
            policy,
        });
    }

    /// A text that shows where values will come from, with what stands in for them.
    fn made_up(&self, shown: &str) -> String {
        self.clusters
            .iter()
            .fold(shown.to_owned(), |text, cluster| match &cluster.issuer {
                Some(issuer) => {
                    text.replace(&format!("${{{}.issuer}}", cluster.name), issuer.as_str())
                }
                None => text,
            })
    }

    fn take_association(&mut self, address: &InstanceAddress, object: &Value) {
        let association = AssociationFacts::of(Some(address), object, "");
        self.associations.push(association);
    }

    fn take_connection(&mut self, provider: &ProviderKey, plan: &Plan) {
        if self.connections.contains_key(provider) {
            return;
        }
        let settings = plan.providers.get(provider);
        let cluster = match connected_cluster(provider) {
            Some((module, key)) => self.clusters.iter().position(|cluster| {
                matches!(cluster.address.module.steps(), [(name, own)] if **name == *module && *own == key)
            }),
            None => settings.and_then(|settings| self.cluster_at(settings)),
        };
        if let Some(cluster) = cluster {
            self.connections.insert(provider.clone(), cluster);
        }
    }

    fn cluster_at(&self, settings: &Known) -> Option<usize> {
        let host = settings.text("host")?.trim_end_matches('/');
        self.clusters.iter().position(|cluster| {
            let endpoint = cluster.endpoint.as_deref();
            endpoint.is_some_and(|endpoint| endpoint.trim_end_matches('/') == host)
        })
    }

    fn take_account(&mut self, address: &InstanceAddress, provider: &ProviderKey, object: &Value) {
        let resource_type = address.resource.resource_type.as_ref();
        let Some(account) = AccountObject::of(resource_type, object) else {
            return;
        };
        let Ok(subject) = Subject::new(&account.namespace, &account.name) else {
            return;
        };
        let defaults = AccountDefaults {
            automount_token: account.automount_token,
            image_pull_secrets: Vec::new(),
        };
        self.accounts.push(AccountFacts {
            address: Some(address.clone()),
            names: names(address),
            subject,
            cluster: self.connections.get(provider).copied(),
            annotations: account.annotations,
            defaults,
        });
    }

    /// A provider that is made with its cluster is there for each cluster whose issuer is stood in for.
    fn invent_providers(&mut self) {
        if !self.makes_provider {
            return;
        }
        let accounts: BTreeSet<AccountId> = self
            .roles
            .iter()
            .filter_map(|role| role.arn.parse().ok())
            .map(|arn: crate::policy::RoleArn| arn.account().clone())
            .collect();
        for issuer in self.clusters.iter().filter_map(|one| one.issuer.clone()) {
            if self.witnesses.occur_in(issuer.as_str()) {
                for account in &accounts {
                    self.providers.push(Provider {
                        account: account.clone(),
                        issuer: issuer.clone(),
                        client_ids: Fact::Unknown,
                    });
                }
            }
        }
    }

    /// The clusters, each once: one may be read at several addresses, of which the noun is the one people know.
    pub(super) fn each_cluster(&self) -> Vec<usize> {
        let mut each: BTreeMap<&Issuer, usize> = BTreeMap::new();
        let mut without_issuer = Vec::new();
        for (position, cluster) in self.clusters.iter().enumerate() {
            match &cluster.issuer {
                None => without_issuer.push(position),
                Some(issuer) if cluster.name.starts_with("cluster.") => {
                    each.insert(issuer, position);
                }
                Some(issuer) => {
                    each.entry(issuer).or_insert(position);
                }
            }
        }
        let mut each: Vec<usize> = each.into_values().chain(without_issuer).collect();
        each.sort_unstable();
        each
    }

    /// Whether two positions are one cluster.
    pub(super) fn is_same_cluster(&self, one: usize, other: usize) -> bool {
        let issuer = |position: usize| self.clusters.get(position)?.issuer.as_ref();
        one == other || (issuer(one).is_some() && issuer(one) == issuer(other))
    }

    /// A Kubernetes connection that leads to a cluster.
    pub(super) fn connection_to(&self, cluster: usize) -> Option<&ProviderKey> {
        let mut connections = self.connections.iter();
        let found = connections.find(|(_, position)| self.is_same_cluster(**position, cluster));
        found.map(|(connection, _)| connection)
    }

    /// The declared service accounts of a cluster.
    pub(super) fn accounts_of(&self, cluster: usize) -> BTreeSet<Subject> {
        let is_there = |account: &&AccountFacts| {
            account
                .cluster
                .is_some_and(|own| self.is_same_cluster(own, cluster))
        };
        let accounts = self.accounts.iter().filter(is_there);
        accounts.map(|account| account.subject.clone()).collect()
    }
}

/// The names by which people may ask for an object, the one it is shown by first.
fn names(address: &InstanceAddress) -> Vec<String> {
    let display = Display::default();
    let mut names = Vec::new();
    if let [(call, _)] = address.module.steps()
        && display.noun(call).is_some()
    {
        names.push(display.module(&address.module));
    }
    names.extend([display.instance(address), address.to_string()]);
    names
}

/// How people refer to a cluster.
fn cluster_name(address: &InstanceAddress) -> String {
    match address.module.steps() {
        [(name, key)] if name.starts_with("cluster_") => {
            format!("cluster.{}{key}", name.trim_start_matches("cluster_"))
        }
        _ => address.to_string(),
    }
}

/// The module of the cluster that a linker-made connection belongs to.
fn connected_cluster(provider: &ProviderKey) -> Option<(String, InstanceKey)> {
    let alias = provider.address.alias.as_ref()?;
    alias
        .starts_with("cluster_")
        .then(|| (alias.to_string(), provider.key.clone()))
}

pub(super) fn text(object: &Value, name: &str) -> Option<String> {
    object.get(name)?.as_str().map(str::to_owned)
}
