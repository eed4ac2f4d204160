//! Both sides of a plan, gathered from its changes, from what was read, and from what was found outside.

use super::side::Side;
use crate::address::InstanceAddress;
use crate::plan::objects::{cluster_issuer as issuer, oidc_provider as provider};
use crate::plan::planner::Planner;
use crate::plan::prove::World;
use crate::plan::witnessed::{Connection, Witnessed, block, origin};
use crate::plan::{Action, Change, ProviderKey};
use crate::policy::Issuer;
use crate::trust::{Provider, Subject};
use crate::value::Value;
use std::collections::BTreeMap;

/// Before and after.
#[derive(Default)]
pub(super) struct Sides {
    pub(super) before: Side,
    pub(super) after: Side,
    /// How people refer to the clusters.
    names: BTreeMap<Issuer, String>,
    /// The issuers of clusters as they are before the plan.
    issuers_before: BTreeMap<InstanceAddress, Issuer>,
    /// The issuers of clusters by their ARNs, before and after.
    by_arn: [BTreeMap<String, Issuer>; 2],
    /// A connection to each cluster that is there.
    pub(super) connections: BTreeMap<Issuer, ProviderKey>,
}

impl Planner<'_> {
    /// What both sides are known to have.
    pub(super) fn sides(&self, world: &World<'_>) -> Sides {
        let mut sides = Sides::default();
        let current = || {
            let changes = self.plan.changes.iter();
            changes.filter(|change| change.deposed.is_none())
        };
        for data in &self.plan.data {
            match data.address.resource.resource_type.as_ref() {
                "aws_eks_cluster" => {
                    let is_of_a_check = block(self, &data.address)
                        .is_some_and(|(resource, _)| resource.check.is_some());
                    sides.cluster_read(&data.address, &data.value, is_of_a_check);
                }
                "aws_iam_openid_connect_provider" => {
                    sides.provider_on_both(provider(&data.value).as_ref());
                }
                _ => {}
            }
        }
        for found in self.found_providers() {
            sides.provider_on_both(Some(&found));
        }
        for change in current() {
            match change.address.resource.resource_type.as_ref() {
                "aws_eks_cluster" => sides.cluster(change, &world.values),
                "aws_iam_openid_connect_provider" => sides.provider(change, &world.values),
                _ => {}
            }
        }
        for change in current() {
            sides.account(change, &world.values);
        }
        sides
    }
}

impl Sides {
    /// A cluster as people refer to it.
    pub(super) fn name(&self, issuer: &Issuer) -> String {
        let name = self.names.get(issuer).map(String::as_str);
        name.unwrap_or(issuer.as_str()).to_owned()
    }

    /// The issuer of the cluster of an ARN, before or after.
    pub(super) fn issuer_of_arn(&self, arn: &str, is_after: bool) -> Option<&Issuer> {
        let [before, after] = &self.by_arn;
        if is_after { after } else { before }.get(arn)
    }

    fn cluster(&mut self, change: &Change, world: &Witnessed<'_>) {
        let name = origin(&change.address);
        let before = before(change);
        let after = after(change, world);
        let [arns_before, arns_after] = &mut self.by_arn;
        for (object, arns) in [(before, arns_before), (after, arns_after)] {
            let Some(object) = object else { continue };
            let Some(found) = issuer(object).and_then(parsed) else {
                continue;
            };
            self.names.insert(found.clone(), name.clone());
            arns.extend(arn(object).map(|arn| (arn, found)));
        }
        let before = before.and_then(issuer).and_then(parsed);
        self.issuers_before
            .extend(before.map(|issuer| (change.address.clone(), issuer)));
    }

    /// A cluster that is read; it is called as a check calls it only where nothing else reads it.
    fn cluster_read(&mut self, address: &InstanceAddress, object: &Value, is_of_a_check: bool) {
        let Some(found) = issuer(object).and_then(parsed) else {
            return;
        };
        if !(is_of_a_check && self.names.contains_key(&found)) {
            self.names.insert(found.clone(), origin(address));
        }
        self.issuers_before.insert(address.clone(), found.clone());
        for arns in &mut self.by_arn {
            arns.extend(arn(object).map(|arn| (arn, found.clone())));
        }
    }

    fn provider(&mut self, change: &Change, world: &Witnessed<'_>) {
        let found = before(change).and_then(provider);
        self.before.provider(found.as_ref());
        let found = after(change, world).and_then(provider);
        self.after.provider(found.as_ref());
    }

    fn provider_on_both(&mut self, provider: Option<&Provider>) {
        self.before.provider(provider);
        self.after.provider(provider);
    }

    /// Takes note of a service account; labels and annotations are of one that is there already.
    fn account(&mut self, change: &Change, world: &Witnessed<'_>) {
        let before = before(change);
        let after = after(change, world);
        let resource_type = change.address.resource.resource_type.as_ref();
        let (before, after) = match resource_type {
            "kubernetes_service_account" | "kubernetes_service_account_v1" => (before, after),
            "kubernetes_annotations" | "kubernetes_labels" => {
                let either = after.or(before);
                let either = either.filter(|object| is_account(object));
                (either, either)
            }
            _ => return,
        };
        let Connection { cluster, issuer } = world.connection(&change.provider);
        let issuer_before = match &cluster {
            Some(cluster) => self.issuers_before.get(cluster).cloned(),
            None => issuer.clone(),
        };
        if let Some(issuer) = &issuer_before {
            let connection = change.provider.clone();
            self.connections.insert(issuer.clone(), connection);
        }
        if let (Some(subject), Some(issuer)) = (before.and_then(subject), &issuer_before) {
            self.before.account(issuer, subject);
        }
        if let (Some(subject), Some(issuer)) = (after.and_then(subject), &issuer) {
            self.after.account(issuer, subject);
        }
    }
}

/// The object as it is.
pub(super) fn before(change: &Change) -> Option<&Value> {
    Some(change.before.as_ref()?.object.value())
}

/// The object as it will be; one that is only forgotten stays as it is.
pub(super) fn after<'w>(change: &'w Change, world: &'w Witnessed<'_>) -> Option<&'w Value> {
    if change.action == Action::Forget {
        return before(change);
    }
    change.after.as_ref().and(world.object(&change.address))
}

fn is_account(object: &Value) -> bool {
    object.get("kind").and_then(Value::as_str) == Some("ServiceAccount")
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

fn arn(object: &Value) -> Option<String> {
    object.get("arn")?.as_str().map(str::to_owned)
}

fn parsed(value: &Value) -> Option<Issuer> {
    value.as_str()?.parse().ok()
}
