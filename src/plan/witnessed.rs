//! The plan's objects with made-up values where a service will invent one.
//!
//! Objects that hang on such a value are planned again in dependency order, by the same expressions and rules.

use super::planner::Planner;
use super::propose::propose;
use super::prove::{connected_cluster, provider};
use super::reads::{Answer, ReadKey};
use super::{Action, Change, ProviderKey, provider_config};
use crate::address::{InstanceAddress, ModuleInstance, ResourceMode};
use crate::config::Resource;
use crate::eval::{Evaluation, Stage};
use crate::graph::{Node, NodeId};
use crate::lang::Evaluated;
use crate::policy::{Issuer, Partition};
use crate::schema::Facts;
use crate::trust::{Provider, Which, Witness, Witnesses};
use crate::value::{Kind, Type, Value};
use std::collections::BTreeMap;

/// One world of made-up values.
pub(super) struct Witnessed<'p> {
    evaluation: Evaluation<'p>,
    witnesses: Witnesses,
    objects: BTreeMap<InstanceAddress, Value>,
    issuers: Vec<Issuer>,
    providers: Vec<Provider>,
}

impl<'p> Witnessed<'p> {
    /// The world of a plan in which unknown issuers are witnesses of the given kind.
    pub(super) fn new(planner: &Planner<'p>, which: Which) -> Self {
        let mut world = Witnessed {
            evaluation: Evaluation::new(planner.program, &planner.answers.files, Stage::Plan),
            witnesses: Witnesses::default(),
            objects: BTreeMap::new(),
            issuers: Vec::new(),
            providers: Vec::new(),
        };
        world.fill(planner, which);
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

    /// All OIDC providers of this world.
    pub(super) fn providers(&self) -> Vec<Provider> {
        self.providers.clone()
    }

    /// The issuer of the cluster that a Kubernetes provider configuration leads to.
    pub(super) fn issuer_of(&self, connection: &ProviderKey) -> Option<String> {
        if let Some((label, key)) = connected_cluster(connection) {
            let name = format!("cluster_{label}");
            let root = ModuleInstance::root();
            let instance = root.child(name.as_str(), key);
            let program = self.evaluation.program();
            let index = program.graph.module(&instance.path())?;
            let issuer = self
                .evaluation
                .result(*index.outputs.get("issuer")?, &instance)
                .ok()?;
            return issuer.as_str().map(str::to_owned);
        }
        let cluster = self.cluster_of(connection)?;
        issuer(self.objects.get(&cluster)?)
            .and_then(Value::as_str)
            .map(str::to_owned)
    }

    /// The cluster that a Kubernetes provider configuration leads to: that of the noun it was made for, or the one at its host.
    pub(super) fn cluster_of(&self, connection: &ProviderKey) -> Option<InstanceAddress> {
        let is_cluster = |address: &InstanceAddress| {
            address.resource.resource_type.as_ref() == "aws_eks_cluster"
        };
        if let Some((label, key)) = connected_cluster(connection) {
            let module = ModuleInstance::root().child(format!("cluster_{label}").as_str(), key);
            let mut addresses = self.objects.keys();
            return addresses
                .find(|address| is_cluster(address) && address.module == module)
                .cloned();
        }
        let settings = provider_config(&self.evaluation, connection).ok()?;
        let host = settings.get("host")?.as_str()?.trim_end_matches('/');
        let at_host = |object: &Value| {
            let endpoint = object.get("endpoint").and_then(Value::as_str);
            endpoint.is_some_and(|endpoint| endpoint.trim_end_matches('/') == host)
        };
        let mut clusters = self.objects.iter();
        let (address, _) =
            clusters.find(|(address, object)| is_cluster(address) && at_host(object))?;
        Some(address.clone())
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
        if address.resource.resource_type.as_ref() == "aws_iam_openid_connect_provider" {
            self.providers.extend(provider(&value));
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
        let value = self.planned_again(planner, node, change).unwrap_or(after);
        if change.address.resource.resource_type.as_ref() == "aws_eks_cluster" {
            return Some(self.invent(planner, change, value, which));
        }
        Some(value)
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

    /// A data source that is pure computation, in this world; others stay as they are.
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
        let computed = entry.rules.compute(&config, &Facts::default());
        Some(
            computed
                .and_then(Result::ok)
                .unwrap_or_else(|| value.clone()),
        )
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
        let mut attributes = attributes.clone();
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
            kind: Kind::Object(std::sync::Arc::new(attributes)),
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

/// The issuer of a cluster.
pub(super) fn issuer(cluster: &Value) -> Option<&Value> {
    let identity = cluster.get("identity")?.as_elements()?.first()?;
    identity.get("oidc")?.as_elements()?.first()?.get("issuer")
}

fn block<'p>(
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
