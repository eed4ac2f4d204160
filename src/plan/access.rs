//! The access diff: per role, which service accounts a plan lets in and which it shuts out, and whom it lets in without naming them.
//!
//! A service account has access when it exists and the role's trust policy admits it through the cluster's OIDC provider.
//! Both sides of the plan are asked the same question, of the accounts that the configuration and the state know.

use super::planner::Planner;
use super::prove::provider;
use super::witnessed::{Witnessed, issuer, origin};
use super::{Change, ProviderKey};
use crate::address::InstanceAddress;
use crate::policy::{AccountId, Issuer, OidcProviderArn, RoleArn};
use crate::trust::{
    Admitted, DEFAULT_AUDIENCE, Door, Fact, OverBroad, Provider, Subject, TrustPolicy,
};
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What a plan changes about who can assume a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessChange {
    /// The role.
    pub role: InstanceAddress,
    /// Its ARN.
    pub role_arn: String,
    /// Who could not assume it before, and can afterwards.
    pub gained: Vec<Workload>,
    /// Who could assume it before, and cannot afterwards.
    pub lost: Vec<Workload>,
    /// Whom it admits afterwards without naming them, and did not before.
    pub broadened: Vec<Reach>,
    /// Whom it admitted before without naming them, and no longer does.
    pub narrowed: Vec<Reach>,
}

/// A service account of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Workload {
    /// The cluster, as people refer to it: its address, or its issuer when it is in no configuration.
    pub cluster: String,
    /// Namespace and name.
    pub subject: String,
}

/// How far a trust policy reaches in a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// The cluster, as people refer to it.
    pub cluster: String,
    /// How far, with a service account that shows it.
    pub reach: OverBroad,
    /// The known service accounts that come in by it.
    pub today: Vec<String>,
}

/// One side of a plan.
#[derive(Default)]
struct Side {
    /// The service accounts by cluster.
    accounts: BTreeMap<Issuer, BTreeSet<Subject>>,
    /// The OIDC providers by account and issuer, with the audiences they accept.
    providers: BTreeMap<(AccountId, Issuer), BTreeSet<String>>,
}

/// Before and after.
#[derive(Default)]
struct Sides {
    before: Side,
    after: Side,
    /// How people refer to the clusters.
    clusters: BTreeMap<Issuer, String>,
}

impl Planner<'_> {
    /// What the plan changes about who can assume what, of every role that has a change in it.
    pub(super) fn access(&self, world: &Witnessed<'_>) -> Vec<AccessChange> {
        let mut sides = self.sides(world);
        sides.label();
        let roles = self.plan.changes.iter().filter(|change| {
            change.deposed.is_none() && change.address.resource.resource_type.as_ref() == ROLE
        });
        roles
            .filter_map(|change| sides.of_role(change, world))
            .filter(|change| !change.is_empty())
            .collect()
    }

    fn sides(&self, world: &Witnessed<'_>) -> Sides {
        let mut sides = Sides::default();
        let mut connections: BTreeMap<&ProviderKey, (Option<Issuer>, Option<Issuer>)> =
            BTreeMap::new();
        for change in &self.plan.changes {
            if change.deposed.is_some() {
                continue;
            }
            match change.address.resource.resource_type.as_ref() {
                "aws_eks_cluster" => sides.cluster(change, world),
                "aws_iam_openid_connect_provider" => sides.provider(change, world),
                _ => {
                    let issuers = connections
                        .entry(&change.provider)
                        .or_insert_with(|| issuers(change, self, world));
                    sides.account(change, issuers);
                }
            }
        }
        for data in &self.plan.data {
            match data.address.resource.resource_type.as_ref() {
                "aws_eks_cluster" => sides.cluster_read(&data.address, &data.value),
                "aws_iam_openid_connect_provider" => {
                    sides.provider_on_both(provider(&data.value).as_ref());
                }
                _ => {}
            }
        }
        for found in self.found_providers() {
            sides.provider_on_both(Some(&found));
        }
        sides
    }
}

const ROLE: &str = "aws_iam_role";

impl AccessChange {
    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.gained.is_empty()
            && self.lost.is_empty()
            && self.broadened.is_empty()
            && self.narrowed.is_empty()
    }
}

impl Sides {
    fn cluster(&mut self, change: &Change, world: &Witnessed<'_>) {
        let name = origin(&change.address);
        let before = change.before.as_ref().map(|live| live.object.value());
        for object in before.into_iter().chain(world.object(&change.address)) {
            self.name(object, &name);
        }
    }

    fn cluster_read(&mut self, address: &InstanceAddress, object: &Value) {
        self.name(object, &origin(address));
    }

    fn name(&mut self, cluster: &Value, name: &str) {
        if let Some(issuer) = issuer(cluster).and_then(parsed) {
            self.clusters.insert(issuer, name.to_owned());
        }
    }

    fn provider(&mut self, change: &Change, world: &Witnessed<'_>) {
        if let Some(before) = &change.before {
            self.before
                .provider(provider(before.object.value()).as_ref());
        }
        let after = change.after.as_ref().and(world.object(&change.address));
        self.after.provider(after.and_then(provider).as_ref());
    }

    fn provider_on_both(&mut self, provider: Option<&Provider>) {
        self.before.provider(provider);
        self.after.provider(provider);
    }

    /// Takes note of a service account; labels and annotations are of one that is there already.
    fn account(&mut self, change: &Change, issuers: &(Option<Issuer>, Option<Issuer>)) {
        let before = change.before.as_ref().map(|live| live.object.value());
        let after = change.after.as_ref();
        let resource_type = change.address.resource.resource_type.as_ref();
        let (before, after) = match resource_type {
            "kubernetes_service_account" | "kubernetes_service_account_v1" => (before, after),
            "kubernetes_annotations" | "kubernetes_labels" => {
                let either = after.or(before);
                (either, either)
            }
            _ => return,
        };
        let subject = |object: &Value| match resource_type {
            "kubernetes_annotations" | "kubernetes_labels"
                if object.get("kind")?.as_str()? != "ServiceAccount" =>
            {
                None
            }
            _ => subject(object),
        };
        let sides = [
            (&mut self.before, before, &issuers.0),
            (&mut self.after, after, &issuers.1),
        ];
        for (side, object, issuer) in sides {
            if let (Some(subject), Some(issuer)) = (object.and_then(subject), issuer) {
                let accounts = side.accounts.entry(issuer.clone()).or_default();
                accounts.insert(subject);
            }
        }
    }

    /// Clusters that are in no configuration are referred to by their issuers.
    fn label(&mut self) {
        let issuers = self.before.issuers().chain(self.after.issuers());
        let unnamed: Vec<Issuer> = issuers
            .filter(|issuer| !self.clusters.contains_key(issuer))
            .cloned()
            .collect();
        for issuer in unnamed {
            let name = issuer.as_str().to_owned();
            self.clusters.insert(issuer, name);
        }
    }

    fn of_role(&self, change: &Change, world: &Witnessed<'_>) -> Option<AccessChange> {
        let before = change.before.as_ref().map(|live| live.object.value());
        let after = change.after.as_ref().and(world.object(&change.address));
        let arn = after.or(before)?.get("arn")?.as_str()?.to_owned();
        let (before, after) = (
            before
                .and_then(|role| self.before.who(role))
                .unwrap_or_default(),
            // A policy that is known only after apply says nothing about who comes in.
            match after {
                Some(role) => self.after.who(role)?,
                None => BTreeMap::new(),
            },
        );
        let mut found = AccessChange {
            role: change.address.clone(),
            role_arn: arn,
            gained: Vec::new(),
            lost: Vec::new(),
            broadened: Vec::new(),
            narrowed: Vec::new(),
        };
        let nobody = Admitted::default();
        for (issuer, cluster) in &self.clusters {
            let old = before.get(issuer).unwrap_or(&nobody);
            let new = after.get(issuer).unwrap_or(&nobody);
            found
                .gained
                .extend(workloads(cluster, &new.accounts, &old.accounts));
            found
                .lost
                .extend(workloads(cluster, &old.accounts, &new.accounts));
            found.broadened.extend(reaches(cluster, new, old));
            found.narrowed.extend(reaches(cluster, old, new));
        }
        Some(found)
    }
}

impl Side {
    fn provider(&mut self, found: Option<&Provider>) {
        let Some(found) = found else { return };
        let audiences = match &found.client_ids {
            Fact::Known(audiences) => audiences.clone(),
            Fact::Unknown => BTreeSet::from([DEFAULT_AUDIENCE.to_owned()]),
        };
        let key = (found.account.clone(), found.issuer.clone());
        self.providers.insert(key, audiences);
    }

    fn issuers(&self) -> impl Iterator<Item = &Issuer> {
        self.providers.keys().map(|(_, issuer)| issuer)
    }

    /// Who can assume a role, by cluster; nothing when its policy is not known or would be refused.
    fn who(&self, role: &Value) -> Option<BTreeMap<Issuer, Admitted>> {
        let arn: RoleArn = role.get("arn")?.as_str()?.parse().ok()?;
        let document = role.get("assume_role_policy")?.as_str()?;
        let policy = TrustPolicy::parse(document).ok()?;
        let nobody = BTreeSet::new();
        let mut who = BTreeMap::new();
        for ((account, issuer), audiences) in &self.providers {
            if account != arn.account() || !document.contains(issuer.as_str()) {
                continue;
            }
            let (partition, account) = (arn.partition().clone(), account.clone());
            let provider = OidcProviderArn::new(partition, account, issuer.clone()).to_string();
            let door = Door {
                policy: &policy,
                provider: &provider,
                issuer,
                audiences,
            };
            let known = self.accounts.get(issuer).unwrap_or(&nobody);
            who.insert(issuer.clone(), door.admitted(known));
        }
        Some(who)
    }
}

/// The accounts of one side that are not on the other.
fn workloads(cluster: &str, these: &BTreeSet<Subject>, those: &BTreeSet<Subject>) -> Vec<Workload> {
    let only = these.difference(those);
    only.map(|subject| Workload {
        cluster: cluster.to_owned(),
        subject: shown(subject),
    })
    .collect()
}

/// The reaches of one side that are not on the other.
fn reaches(cluster: &str, these: &Admitted, those: &Admitted) -> Vec<Reach> {
    let is_new = |one: &&OverBroad| {
        !those
            .beyond
            .iter()
            .any(|other| other.breadth == one.breadth)
    };
    let reach = |one: &OverBroad| Reach {
        cluster: cluster.to_owned(),
        reach: one.clone(),
        today: these
            .accounts
            .iter()
            .filter(|subject| one.breadth.covers(subject))
            .map(shown)
            .collect(),
    };
    these.beyond.iter().filter(is_new).map(reach).collect()
}

fn shown(subject: &Subject) -> String {
    format!("{}/{}", subject.namespace(), subject.name())
}

fn subject(object: &Value) -> Option<Subject> {
    let metadata = object.get("metadata")?.as_elements()?.first()?.clone();
    let namespace = metadata.get("namespace").and_then(Value::as_str);
    Subject::new(
        namespace.unwrap_or("default"),
        metadata.get("name")?.as_str()?,
    )
    .ok()
}

fn parsed(value: &Value) -> Option<Issuer> {
    value.as_str()?.parse().ok()
}

/// The issuer of the cluster that an object lives in, before and after.
fn issuers(
    change: &Change,
    planner: &Planner<'_>,
    world: &Witnessed<'_>,
) -> (Option<Issuer>, Option<Issuer>) {
    let after = world.issuer_of(&change.provider);
    let after: Option<Issuer> = after.and_then(|issuer| issuer.parse().ok());
    let cluster = world.cluster_of(&change.provider);
    let before = cluster.and_then(|address| {
        let same = |change: &&Change| change.address == address && change.deposed.is_none();
        let change = planner.plan.changes.iter().find(same)?;
        Some(
            change
                .before
                .as_ref()
                .and_then(|live| issuer(live.object.value()).and_then(parsed)),
        )
    });
    (before.unwrap_or_else(|| after.clone()), after)
}
