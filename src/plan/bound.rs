//! What binds a service account to a role: the annotation that the EKS Pod Identity webhook reads, and the association of
//! EKS Pod Identity, which wins where there are both.

use super::objects::AccountObject;
use super::planner::{Planner, ProviderStatus};
use super::reads::{Answer, Read, ReadKey};
use super::witnessed::Witnessed;
use super::{Change, ProviderKey};
use crate::address::InstanceAddress;
use crate::policy::AccountId;
use crate::trust::{DEFAULT_AUDIENCE, Fact};
use crate::value::Value;
use std::collections::BTreeMap;

const ROLE_ANNOTATION: &str = "eks.amazonaws.com/role-arn";
const AUDIENCE_ANNOTATION: &str = "eks.amazonaws.com/audience";

/// A service account as the plan leaves it, with a role annotation.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) address: InstanceAddress,
    pub(super) provider: ProviderKey,
    pub(super) namespace: String,
    pub(super) name: String,
    /// The annotation; `None` while it is not known.
    pub(super) role_arn: Option<String>,
    pub(super) audience: Fact<String>,
}

impl Account {
    /// The service account of a change, as its object is in a world; `None` for anything else.
    pub(super) fn of(change: &Change, world: &Witnessed<'_>) -> Option<Self> {
        change.after.as_ref().filter(|_| change.deposed.is_none())?;
        Self::in_object(change, world.object(&change.address)?)
    }

    /// The service account that an object of a change is, if it has a role annotation.
    pub(super) fn in_object(change: &Change, object: &Value) -> Option<Self> {
        let resource_type = change.address.resource.resource_type.as_ref();
        let mut account = AccountObject::of(resource_type, object)?;
        let role = account.annotations.remove(ROLE_ANNOTATION)?;
        let audience = match account.annotations.remove(AUDIENCE_ANNOTATION) {
            None => Fact::Known(DEFAULT_AUDIENCE.to_owned()),
            Some(value) => value.map_or(Fact::Unknown, Fact::Known),
        };
        Some(Account {
            address: change.address.clone(),
            provider: change.provider.clone(),
            namespace: account.namespace,
            name: account.name,
            role_arn: role,
            audience,
        })
    }

    /// Namespace and name.
    pub(super) fn subject(&self) -> String {
        format!("{}/{}", self.namespace, self.name)
    }
}

/// A pod identity association as the plan leaves it.
#[derive(Clone, Debug)]
pub(super) struct Association {
    pub(super) address: InstanceAddress,
    /// The account of its cluster.
    pub(super) account: AccountId,
    /// The ARN of its cluster.
    pub(super) cluster_arn: String,
    pub(super) cluster_name: String,
    pub(super) namespace: String,
    pub(super) service_account: String,
    /// The role; `None` while it is not known.
    pub(super) role_arn: Option<String>,
    /// The role in another account that is assumed from it.
    pub(super) target_role_arn: Option<String>,
    /// What EKS gave it to name when it assumes that.
    pub(super) external_id: Option<String>,
    /// Whether sessions go without tags.
    pub(super) without_tags: bool,
}

impl Association {
    /// Namespace and name of its service account.
    pub(super) fn subject(&self) -> String {
        format!("{}/{}", self.namespace, self.service_account)
    }
}

/// The associations of a plan, by the ARN of their cluster and the service account.
pub(super) type Associations = BTreeMap<(String, String), Association>;

const ASSOCIATION: &str = "aws_eks_pod_identity_association";

impl Planner<'_> {
    /// The associations of the plan, as they are in a world.
    pub(super) fn associations(&mut self, world: &Witnessed<'_>) -> Associations {
        let of = |change: &Change| {
            change.after.as_ref()?;
            world.object(&change.address).cloned()
        };
        let associations = self.associations_where(of);
        let keyed = associations.into_iter().map(|association| {
            let key = (association.cluster_arn.clone(), association.subject());
            (key, association)
        });
        keyed.collect()
    }

    /// The associations as they are before the plan.
    pub(super) fn associations_before(&mut self) -> Vec<Association> {
        self.associations_where(|change| Some(change.before.as_ref()?.object.value().clone()))
    }

    fn associations_where(&mut self, of: impl Fn(&Change) -> Option<Value>) -> Vec<Association> {
        let changes = self.plan.changes.iter().filter(|change| {
            change.deposed.is_none()
                && change.address.resource.resource_type.as_ref() == ASSOCIATION
        });
        let found: Vec<(InstanceAddress, ProviderKey, Value)> = changes
            .filter_map(|change| {
                let object = of(change)?;
                Some((change.address.clone(), change.provider.clone(), object))
            })
            .collect();
        let associations = found
            .iter()
            .filter_map(|(address, provider, object)| self.association(address, provider, object));
        associations.collect()
    }

    fn association(
        &mut self,
        address: &InstanceAddress,
        provider: &ProviderKey,
        object: &Value,
    ) -> Option<Association> {
        let text = |name: &str| object.get(name).and_then(Value::as_str).map(str::to_owned);
        let cluster_name = text("cluster_name")?;
        let (cluster_arn, account) = self.cluster_arn(provider, &cluster_name)?;
        Some(Association {
            address: address.clone(),
            account,
            cluster_arn,
            cluster_name,
            namespace: text("namespace")?,
            service_account: text("service_account")?,
            role_arn: text("role_arn"),
            target_role_arn: text("target_role_arn"),
            external_id: text("external_id"),
            without_tags: object.get("disable_session_tags").and_then(Value::as_bool) == Some(true),
        })
    }

    /// The ARN of a cluster where a provider configuration leads to, and its account.
    fn cluster_arn(&mut self, provider: &ProviderKey, name: &str) -> Option<(String, AccountId)> {
        let ProviderStatus::Known(config) = self.provider_status(provider) else {
            return None;
        };
        let read = Read::Facts {
            provider: provider.clone(),
        };
        match self.ask(ReadKey::facts(provider), &config, read)? {
            Answer::Facts(facts) => {
                let arn = format!(
                    "arn:{}:eks:{}:{}:cluster/{name}",
                    facts.partition, facts.region, facts.account
                );
                Some((arn, facts.account.parse().ok()?))
            }
            Answer::Object(_)
            | Answer::Data(_)
            | Answer::Opened(_)
            | Answer::Names(_)
            | Answer::NotRead(_) => None,
        }
    }
}
