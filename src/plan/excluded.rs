//! `-exclude`: the part of a program that a plan leaves out.
//!
//! What is named is left out with everything that depends on it; when destroying, with everything that it depends on, so
//! that what stays can go on working. Dependencies are those of blocks: what depends on one instance of a block is left
//! out as a whole, but for what lies in the same instance of a module.

use super::options::Mode;
use super::prior::{PriorInstance, PriorState};
use crate::address::{InstanceAddress, ModuleInstance, ResourceAddress, Target};
use crate::eval::Program;
use crate::graph::{Node, NodeId};
use std::collections::BTreeSet;

/// What a plan leaves out.
#[derive(Default)]
pub(super) struct Excluded {
    targets: Vec<Target>,
    /// Declarations that are left out as a whole.
    nodes: BTreeSet<NodeId>,
    /// Declarations that are left out in one instance of their module.
    within: Vec<(ModuleInstance, BTreeSet<NodeId>)>,
    /// Blocks of which everything that the state records is left out.
    blocks: BTreeSet<ResourceAddress>,
}

impl Excluded {
    /// What `-exclude` leaves out of a plan.
    pub(super) fn new(
        program: &Program,
        prior: &PriorState,
        targets: &[Target],
        mode: Mode,
    ) -> Self {
        let mut excluded = Excluded {
            targets: targets.to_vec(),
            ..Excluded::default()
        };
        if targets.is_empty() {
            return excluded;
        }
        match mode {
            Mode::Destroy => excluded.keep_needed(program, prior),
            Mode::Normal | Mode::RefreshOnly | Mode::Import => {
                excluded.find_dependents(program);
                excluded.find_recorded(program, prior);
            }
        }
        excluded
    }

    /// Whether nothing is left out.
    pub(super) fn is_nothing(&self) -> bool {
        self.targets.is_empty()
    }

    /// Whether a declaration is left out as a whole.
    pub(super) fn has_node(&self, node: NodeId) -> bool {
        self.nodes.contains(&node)
    }

    /// Whether an instance is left out.
    pub(super) fn has_instance(&self, node: Option<NodeId>, address: &InstanceAddress) -> bool {
        self.names(address)
            || self.blocks.contains(&address.block())
            || node.is_some_and(|node| {
                self.nodes.contains(&node)
                    || self
                        .within
                        .iter()
                        .any(|(scope, nodes)| nodes.contains(&node) && leads(scope, address))
            })
    }

    fn names(&self, address: &InstanceAddress) -> bool {
        self.targets.iter().any(|target| target.contains(address))
    }

    /// The declarations that are named or depend on what is. Nodes come after what they depend on, so one pass finds all.
    fn find_dependents(&mut self, program: &Program) {
        let graph = &program.graph;
        let mut parts: Vec<Part> = self.targets.iter().map(Part::of).collect();
        for node in graph.order() {
            let on = graph.dependencies(*node);
            let block = match graph.node(*node) {
                Some(Node::Resource(block)) => Some(block),
                _ => None,
            };
            let whole = block.is_some_and(|block| self.targets.iter().any(|t| is_whole(t, block)));
            let mut is_out = whole || on.iter().any(|on| self.nodes.contains(on));
            for part in &mut parts {
                is_out |= part.reach(*node, graph.node(*node), on);
            }
            if is_out {
                self.nodes.insert(*node);
            }
        }
        let scoped = parts.into_iter().filter(|part| !part.scope.is_root());
        self.within = scoped.map(|part| (part.scope, part.dependents)).collect();
    }

    /// What the configuration no longer has: objects that depend on what is left out, and objects that it depends on.
    fn find_recorded(&mut self, program: &Program, prior: &PriorState) {
        let node_of = |address: &InstanceAddress| {
            let index = program.graph.module(&address.module.path())?;
            index.resources.get(&address.resource).copied()
        };
        let mut left_out: BTreeSet<ResourceAddress> = BTreeSet::new();
        let mut needed: BTreeSet<ResourceAddress> = BTreeSet::new();
        for (address, instance) in &prior.instances {
            if self.has_instance(node_of(address), address) {
                left_out.insert(address.block());
                needed.extend(dependencies(instance).cloned());
            }
        }
        for (address, instance) in &prior.instances {
            let block = address.block();
            let is_gone = node_of(address).is_none();
            let depends = dependencies(instance).any(|on| left_out.contains(on));
            if is_gone && (depends || needed.contains(&block)) {
                self.blocks.insert(block);
            }
        }
    }

    /// When destroying: the blocks that what stays depends on, by the state's record and by the configuration.
    fn keep_needed(&mut self, program: &Program, prior: &PriorState) {
        let mut open: Vec<NodeId> = Vec::new();
        for (address, instance) in &prior.instances {
            if !self.names(address) {
                continue;
            }
            let index = program.graph.module(&address.module.path());
            let node = index.and_then(|index| index.resources.get(&address.resource));
            open.extend(
                node.into_iter()
                    .flat_map(|node| program.graph.dependencies(*node))
                    .copied(),
            );
            let needed = dependencies(instance).filter(|on| !self.is_named_with(address, on));
            let needed: Vec<ResourceAddress> = needed.cloned().collect();
            self.blocks.extend(needed);
        }
        let mut seen = BTreeSet::new();
        while let Some(node) = open.pop() {
            if !seen.insert(node) {
                continue;
            }
            open.extend(program.graph.dependencies(node));
            if let Some(Node::Resource(block)) = program.graph.node(node)
                && !self.targets.iter().any(|target| target.may_contain(block))
            {
                self.blocks.insert(block.clone());
            }
        }
    }

    /// Whether the module instance that names an object names what it uses of a block, too.
    fn is_named_with(&self, address: &InstanceAddress, on: &ResourceAddress) -> bool {
        self.targets.iter().any(|target| {
            matches!(target, Target::Module(_))
                && target.contains(address)
                && target.may_contain(on)
        })
    }
}

/// What depends on something that is named in part: an instance of a block, or an instance of a module.
struct Part {
    target: Target,
    /// The instance of a module within which instances depend on each other; the root when there is none.
    scope: ModuleInstance,
    /// What is named.
    seeds: BTreeSet<NodeId>,
    /// What depends on it within the scope.
    dependents: BTreeSet<NodeId>,
}

impl Part {
    fn of(target: &Target) -> Self {
        let module = match target {
            Target::Module(module) | Target::Block(module, _) => module,
            Target::Instance(instance) => &instance.module,
        };
        let scope = if has_keys(module) {
            module.clone()
        } else {
            ModuleInstance::root()
        };
        Part {
            target: target.clone(),
            scope,
            seeds: BTreeSet::new(),
            dependents: BTreeSet::new(),
        }
    }

    /// Meets a node, and says whether it is left out in all modules.
    fn reach(&mut self, id: NodeId, node: Option<&Node>, on: &[NodeId]) -> bool {
        if let Some(Node::Resource(block)) = node
            && self.target.may_contain(block)
        {
            self.seeds.insert(id);
        }
        let reached = |on: &NodeId| self.seeds.contains(on) || self.dependents.contains(on);
        if !on.iter().any(reached) {
            return false;
        }
        let scope = self.scope.path();
        let inside = !scope.is_root()
            && node.is_some_and(|node| node.module().names().starts_with(scope.names()));
        if inside {
            self.dependents.insert(id);
        }
        !inside
    }
}

/// Whether every instance of a block is named.
fn is_whole(target: &Target, block: &ResourceAddress) -> bool {
    match target {
        Target::Module(module) | Target::Block(module, _) => {
            !has_keys(module) && target.may_contain(block)
        }
        Target::Instance(_) => false,
    }
}

fn has_keys(module: &ModuleInstance) -> bool {
    use crate::address::InstanceKey;
    module
        .steps()
        .iter()
        .any(|(_, key)| *key != InstanceKey::None)
}

fn leads(scope: &ModuleInstance, address: &InstanceAddress) -> bool {
    Target::Module(scope.clone()).contains(address)
}

fn dependencies(instance: &PriorInstance) -> impl Iterator<Item = &ResourceAddress> {
    let objects = instance.current.iter().chain(instance.deposed.values());
    objects.flat_map(|object| object.dependencies.iter())
}
