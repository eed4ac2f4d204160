//! The plan's objects with made-up values where a service will invent one.
//!
//! Objects that hang on such a value are planned again in dependency order, by the same expressions and rules.

use super::objects::{RoleFacts, cluster_issuer as issuer, oidc_provider as provider};
use super::planner::Planner;
use super::propose::propose;
use super::reads::{Answer, ReadKey};
use super::secret::mark_sensitive;
use super::{Action, Change, ProviderKey, provider_config};
use crate::address::{InstanceAddress, InstanceKey, ModuleInstance, ResourceMode};
use crate::config::Resource;
use crate::eval::{Evaluation, Stage};
use crate::graph::{Node, NodeId};
use crate::lang::Evaluated;
use crate::policy::{AccountId, Issuer, Partition, RoleArn};
use crate::schema::Facts;
use crate::trust::{Provider, Providers, Which, Witness, Witnesses};
use crate::value::{Kind, Known, Type, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// One world of made-up values.
pub(super) struct Witnessed<'p> {
    evaluation: Evaluation<'p>,
    witnesses: Witnesses,
    objects: BTreeMap<InstanceAddress, Value>,
    /// The objects that were not wholly known, and were planned again.
    made_up: BTreeSet<InstanceAddress>,
    issuers: BTreeSet<Issuer>,
    /// The OIDC providers by account and issuer.
    providers: BTreeMap<(AccountId, Issuer), Provider>,
    /// All of them, for explanations.
    all_providers: Providers,
    /// The roles with their trust policies, each read once.
    roles: BTreeMap<InstanceAddress, Rc<RoleFacts>>,
    /// The clusters by the module they stand in, and by their endpoints.
    clusters: BTreeMap<ModuleInstance, InstanceAddress>,
    endpoints: BTreeMap<String, InstanceAddress>,
    /// Where the Kubernetes provider configurations of the plan lead to.
    connections: BTreeMap<ProviderKey, Connection>,
}

/// Where a Kubernetes provider configuration leads to.
#[derive(Clone, Debug, Default)]
pub(super) struct Connection {
    /// The cluster, when it is in the plan.
    pub(super) cluster: Option<InstanceAddress>,
    /// Its issuer.
    pub(super) issuer: Option<Issuer>,
}

impl<'p> Witnessed<'p> {
    /// The world of a plan in which unknown issuers are witnesses of the given kind.
    pub(super) fn new(planner: &Planner<'p>, which: Which) -> Self {
        let mut world = Witnessed {
            evaluation: Evaluation::new(planner.program, &planner.answers.files, Stage::Plan),
            witnesses: Witnesses::default(),
            objects: BTreeMap::new(),
            made_up: BTreeSet::new(),
            issuers: BTreeSet::new(),
            providers: BTreeMap::new(),
            all_providers: Providers::default(),
            roles: BTreeMap::new(),
            clusters: BTreeMap::new(),
            endpoints: BTreeMap::new(),
            connections: BTreeMap::new(),
        };
        world.note_clusters_before(planner);
        world.fill(planner, which);
        world.all_providers.known = world.providers.values().cloned().collect();
        world.follow_connections(planner);
        world
    }

    /// Whether any value had to be made up.
    pub(super) fn has_witnesses(&self) -> bool {
        !self.witnesses.is_empty()
    }

    /// Whether an issuer is a made-up one.
    pub(super) fn is_witness(&self, issuer: &Issuer) -> bool {
        self.issuers.contains(issuer)
    }

    /// The object of an instance in this world.
    pub(super) fn object(&self, address: &InstanceAddress) -> Option<&Value> {
        self.objects.get(address)
    }

    /// A text with made-up values shown as where they will come from.
    pub(super) fn display(&self, text: &str) -> String {
        self.witnesses.display(text)
    }

    /// Whether an object holds, or may hold, made-up values.
    pub(super) fn is_made_up(&self, address: &InstanceAddress) -> bool {
        self.made_up.contains(address)
    }

    /// The ARN of an object.
    pub(super) fn arn(&self, address: &InstanceAddress) -> Option<String> {
        let arn = self.objects.get(address)?.get("arn")?.as_str()?;
        Some(arn.to_owned())
    }

    /// A role of this world.
    pub(super) fn role(&self, address: &InstanceAddress) -> Option<Rc<RoleFacts>> {
        self.roles.get(address).cloned()
    }

    /// The OIDC provider of an account for an issuer.
    pub(super) fn provider(&self, account: &AccountId, issuer: &Issuer) -> Option<&Provider> {
        self.providers.get(&(account.clone(), issuer.clone()))
    }

    /// All OIDC providers of this world.
    pub(super) fn all_providers(&self) -> &Providers {
        &self.all_providers
    }

    /// Where a Kubernetes provider configuration leads to.
    pub(super) fn connection(&self, provider: &ProviderKey) -> Connection {
        self.connections.get(provider).cloned().unwrap_or_default()
    }

    /// Takes note of where a cluster is reached.
    fn note_cluster(&mut self, address: &InstanceAddress, object: &Value) {
        let endpoint = object.get("endpoint").and_then(Value::as_str);
        let endpoint = endpoint.map(|text| text.trim_end_matches('/').to_owned());
        self.endpoints
            .extend(endpoint.map(|endpoint| (endpoint, address.clone())));
        self.clusters
            .insert(address.module.clone(), address.clone());
    }

    /// Takes note of the clusters as they are before the plan, which are no part of the world when they go away.
    fn note_clusters_before(&mut self, planner: &Planner<'p>) {
        let current = planner.plan.changes.iter().filter(|change| {
            change.deposed.is_none()
                && change.address.resource.resource_type.as_ref() == "aws_eks_cluster"
        });
        for change in current {
            if let Some(before) = &change.before {
                self.note_cluster(&change.address, before.object.value());
            }
        }
    }

    /// Follows each Kubernetes connection of the plan once.
    fn follow_connections(&mut self, planner: &Planner<'p>) {
        let providers = planner.plan.changes.iter().map(|change| &change.provider);
        let kubernetes: BTreeSet<&ProviderKey> = providers
            .filter(|provider| provider.provider_type().as_ref() == "kubernetes")
            .collect();
        for provider in kubernetes {
            let cluster = self.cluster_of(planner, provider);
            let connection = Connection {
                issuer: self.issuer_of(provider, cluster.as_ref()),
                cluster,
            };
            self.connections.insert(provider.clone(), connection);
        }
    }

    /// The issuer of the cluster that a Kubernetes provider configuration leads to.
    fn issuer_of(
        &self,
        connection: &ProviderKey,
        cluster: Option<&InstanceAddress>,
    ) -> Option<Issuer> {
        if let Some((label, key)) = connected_cluster(connection) {
            let name = format!("cluster_{label}");
            let root = ModuleInstance::root();
            let instance = root.child(name.as_str(), key);
            let program = self.evaluation.program();
            let index = program.graph.module(&instance.path())?;
            let output = *index.outputs.get("issuer")?;
            let issuer = self.evaluation.result(output, &instance).ok()?;
            return issuer.as_str()?.parse().ok();
        }
        let object = self.objects.get(cluster?)?;
        issuer(object)?.as_str()?.parse().ok()
    }

    /// The cluster that a Kubernetes provider configuration leads to: that of the noun it was made for, or the one at its host.
    fn cluster_of(
        &self,
        planner: &Planner<'p>,
        connection: &ProviderKey,
    ) -> Option<InstanceAddress> {
        if let Some((label, key)) = connected_cluster(connection) {
            let module = ModuleInstance::root().child(format!("cluster_{label}").as_str(), key);
            return self.clusters.get(&module).cloned();
        }
        let settings = provider_config(&self.evaluation, connection).ok();
        let known = planner.plan.providers.get(connection);
        let settings = settings.as_ref().or(known.map(Known::value))?;
        let host = settings.get("host")?.as_str()?.trim_end_matches('/');
        self.endpoints.get(host).cloned()
    }

    fn fill(&mut self, planner: &Planner<'p>, which: Which) {
        let changes: BTreeMap<&InstanceAddress, &Change> = planner
            .plan
            .changes
            .iter()
            .filter(|change| change.deposed.is_none())
            .map(|change| (&change.address, change))
            .collect();
        let mut by_block: BTreeMap<_, Vec<&InstanceAddress>> = BTreeMap::new();
        for address in changes.keys() {
            by_block.entry(address.block()).or_default().push(address);
        }
        let reads = planner.plan.data.iter().chain(&planner.plan.deferred);
        let data: BTreeMap<&InstanceAddress, &Value> =
            reads.map(|data| (&data.address, &data.value)).collect();
        for address in data.keys() {
            by_block.entry(address.block()).or_default().push(address);
        }
        for node in planner.program.graph.order() {
            let Some(Node::Resource(block)) = planner.program.graph.node(*node) else {
                continue;
            };
            for address in by_block.get(block).into_iter().flatten() {
                let value = match (changes.get(*address), data.get(*address)) {
                    (Some(change), _) => self.managed(planner, *node, change, which),
                    (None, Some(value)) => self.read(planner, *node, address, value),
                    (None, None) => None,
                };
                if let Some(value) = value {
                    self.put(*node, address, value);
                }
            }
        }
    }

    fn put(&mut self, node: NodeId, address: &InstanceAddress, value: Value) {
        match address.resource.resource_type.as_ref() {
            "aws_iam_openid_connect_provider" => {
                if let Some(found) = provider(&value) {
                    let key = (found.account.clone(), found.issuer.clone());
                    self.providers.insert(key, found);
                }
            }
            "aws_iam_role" => {
                let role = RoleFacts::of(&value).map(Rc::new);
                self.roles.extend(role.map(|role| (address.clone(), role)));
            }
            "aws_eks_cluster" => self.note_cluster(address, &value),
            _ => {}
        }
        self.evaluation
            .set_object(node, &address.module, address.key.clone(), value.clone());
        self.objects.insert(address.clone(), value);
    }

    fn managed(
        &mut self,
        planner: &Planner<'p>,
        node: NodeId,
        change: &Change,
        which: Which,
    ) -> Option<Value> {
        let after = change.after.clone()?;
        if after.is_wholly_known() {
            return Some(after);
        }
        self.made_up.insert(change.address.clone());
        let value = self.planned_again(planner, node, change).unwrap_or(after);
        match change.address.resource.resource_type.as_ref() {
            "aws_eks_cluster" => Some(self.invent(planner, change, value, which)),
            "aws_iam_role" => Some(self.invent_arn(planner, change, value, which)),
            _ => Some(value),
        }
    }

    /// The planned object of a change, evaluated in this world.
    fn planned_again(&self, planner: &Planner<'p>, node: NodeId, change: &Change) -> Option<Value> {
        let (resource, entry) = block(planner, &change.address)?;
        let config = self
            .config(node, resource, &change.address, &entry.schema.block)
            .ok()?;
        let prior = match change.action {
            Action::Update => change.before.as_ref().map(|live| live.object.value()),
            Action::NoOp
            | Action::Create
            | Action::Read
            | Action::Replace(_)
            | Action::Delete
            | Action::Forget => None,
        };
        let facts = facts(planner, &change.provider);
        let proposed = propose(&entry.schema.block, &config, prior);
        Some(entry.rules.plan(&config, prior, proposed, &facts))
    }

    /// A data source in this world: computed, if that is all there is to it, else its arguments with what is not read yet.
    fn read(
        &self,
        planner: &Planner<'p>,
        node: NodeId,
        address: &InstanceAddress,
        value: &Value,
    ) -> Option<Value> {
        if value.is_wholly_known() {
            return Some(value.clone());
        }
        let (resource, entry) = block(planner, address)?;
        let config = self
            .config(node, resource, address, &entry.schema.block)
            .ok()?;
        let block = &entry.schema.block;
        Some(match entry.rules.compute(&config, &Facts::default()) {
            Some(computed) => computed.unwrap_or_else(|_| value.clone()),
            None => mark_sensitive(block, &propose(block, &config, None)),
        })
    }

    fn config(
        &self,
        node: NodeId,
        resource: &Resource,
        address: &InstanceAddress,
        shape: &crate::schema::Block,
    ) -> Evaluated {
        let place = self.evaluation.place_of(node, address)?;
        self.evaluation.resource_config(resource, shape, &place)
    }

    /// A new cluster with made-up issuer, endpoint and certificate.
    fn invent(
        &mut self,
        planner: &Planner<'p>,
        change: &Change,
        value: Value,
        which: Which,
    ) -> Value {
        let origin = origin(&change.address);
        let facts = facts(planner, &change.provider);
        let partition = Partition::of_region(&facts.region);
        let witness = Witness::issuer(
            &format!("{origin}.issuer"),
            &facts.region,
            &partition,
            which,
        );
        let endpoint = Witness::opaque(&format!("{origin}.endpoint"), which);
        self.witnesses.insert(&witness);
        self.witnesses.insert(&endpoint);
        self.issuers.extend(witness.text().parse::<Issuer>().ok());
        let Some(attributes) = value.as_entries() else {
            return value;
        };
        let mut attributes = attributes.to_map();
        let oidc_type = Type::object([("issuer", Type::String)]);
        let identity_type = Type::object([("oidc", Type::list(oidc_type.clone()))]);
        let oidc = Value::object_of([("issuer", Value::string(witness.text()))]);
        let identity = Value::object_of([("oidc", Value::list(oidc_type, vec![oidc]))]);
        attributes.insert(
            "identity".into(),
            Value::list(identity_type, vec![identity]),
        );
        attributes.insert("endpoint".into(), Value::string(endpoint.text()));
        Value {
            marks: value.marks,
            kind: Kind::Object(attributes.into()),
        }
    }
}

impl Witnessed<'_> {
    /// A new role whose name IAM completes (`name_prefix`), with a made-up name and the ARN that follows from it.
    fn invent_arn(
        &mut self,
        planner: &Planner<'_>,
        change: &Change,
        value: Value,
        which: Which,
    ) -> Value {
        let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let is_unknown = value.get("arn").is_some_and(|arn| !arn.is_wholly_known());
        let facts = facts(planner, &change.provider);
        let account: Option<AccountId> = facts.account.parse().ok();
        let partition: Option<Partition> = facts.partition.parse().ok();
        let (true, Some(account), Some(partition)) = (is_unknown, account, partition) else {
            return value;
        };
        let Some(attributes) = value.as_entries() else {
            return value;
        };
        let witness = Witness::opaque(&format!("name of {}", change.address), which);
        self.witnesses.insert(&witness);
        let name = text("name").unwrap_or_else(|| {
            let prefix = text("name_prefix").unwrap_or_default();
            format!("{prefix}{}", witness.text())
        });
        let path = text("path").unwrap_or_else(|| "/".to_owned());
        let arn = RoleArn::new(partition, account, &path, &name);
        let mut attributes = attributes.to_map();
        attributes.insert("name".into(), Value::string(name.as_str()));
        attributes.insert("arn".into(), Value::string(arn.to_string()));
        Value {
            marks: value.marks,
            kind: Kind::Object(attributes.into()),
        }
    }
}

/// How people refer to a cluster.
pub(super) fn origin(address: &InstanceAddress) -> String {
    match address.module.steps() {
        [(name, key)] if name.starts_with("cluster_") => {
            format!("cluster.{}{key}", name.trim_start_matches("cluster_"))
        }
        _ => address.to_string(),
    }
}

/// The block of an instance and its type; `None` when the configuration or the registry has none.
pub(super) fn block<'p>(
    planner: &Planner<'p>,
    address: &InstanceAddress,
) -> Option<(&'p Resource, crate::schema::TypeEntry)> {
    let module = planner
        .program
        .configuration
        .module(&address.module.path())?;
    let resource = module.resources.get(&address.resource)?;
    let mode: ResourceMode = address.resource.mode;
    Some((
        resource,
        planner
            .program
            .schemas
            .find(mode, &address.resource.resource_type)?,
    ))
}

fn facts(planner: &Planner<'_>, provider: &ProviderKey) -> Facts {
    match planner.answers.reads.get(&ReadKey::facts(provider)) {
        Some(Answer::Facts(facts)) => facts.clone(),
        _ => Facts::default(),
    }
}

/// The label of the cluster that a linker-made connection belongs to.
fn connected_cluster(provider: &ProviderKey) -> Option<(String, InstanceKey)> {
    let alias = provider.address.alias.as_ref()?;
    let label = alias.strip_prefix("cluster_")?;
    Some((label.to_owned(), provider.key.clone()))
}
