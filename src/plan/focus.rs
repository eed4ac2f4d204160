//! `-target` and `-exclude`: the part of a program that a plan is limited to.
//!
//! As in Terraform, what is named comes with everything it depends on; when destroying, with everything that depends on
//! it. Of a block that is named, only the instances that are named are planned; of one that is needed, all of them.

use super::excluded::Excluded;
use super::options::{Mode, Options};
use super::prior::PriorState;
use crate::address::{InstanceAddress, ProviderConfigAddress, ResourceAddress, Target};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::eval::Program;
use crate::graph::{Node, NodeId};
use std::collections::BTreeSet;

/// What a plan looks at.
pub(super) struct Focus {
    mode: Mode,
    targets: Vec<Target>,
    excluded: Excluded,
    /// Nodes that are named or needed.
    included: BTreeSet<NodeId>,
    /// Blocks that depend on what is named.
    dependents: BTreeSet<ResourceAddress>,
    /// Blocks of which some instances are not looked at, as the walk meets them.
    pub(super) left_out: BTreeSet<NodeId>,
}

impl Focus {
    /// The focus of a plan; everything when no target is named.
    pub(super) fn new(program: &Program, prior: &PriorState, options: &Options) -> Self {
        let mut focus = Focus {
            mode: options.mode,
            targets: options.targets.clone(),
            excluded: Excluded::new(program, prior, &options.excludes, options.mode),
            included: BTreeSet::new(),
            dependents: BTreeSet::new(),
            left_out: BTreeSet::new(),
        };
        if !focus.targets.is_empty() {
            focus.include_needed(program, prior);
            focus.include_outputs(program);
            if focus.mode == Mode::Destroy {
                focus.find_dependents(program, prior);
            }
        }
        focus
    }

    /// Whether nothing is left out.
    pub(super) fn is_everything(&self) -> bool {
        self.targets.is_empty() && self.excluded.is_nothing()
    }

    /// Whether a declaration is looked at. Destroying looks at all of them, since what is destroyed may need any.
    pub(super) fn has_node(&self, node: NodeId) -> bool {
        if self.excluded.has_node(node) {
            return false;
        }
        self.targets.is_empty() || self.mode == Mode::Destroy || self.included.contains(&node)
    }

    /// Whether an instance is planned. Of one that is not, the recorded object stands for it.
    pub(super) fn has_instance(&self, node: Option<NodeId>, address: &InstanceAddress) -> bool {
        if self.excluded.has_instance(node, address) {
            return false;
        }
        if self.targets.is_empty() || self.names(address) {
            return true;
        }
        let block = address.block();
        match (self.mode, node) {
            (Mode::Destroy, _) => self.dependents.contains(&block),
            (Mode::Normal | Mode::RefreshOnly | Mode::Import, Some(node)) => {
                self.included.contains(&node) && !self.names_some_of(&block)
            }
            (Mode::Normal | Mode::RefreshOnly | Mode::Import, None) => false,
        }
    }

    /// Whether an instance is left out by `-exclude`.
    pub(super) fn is_excluded(&self, node: NodeId, address: &InstanceAddress) -> bool {
        self.excluded.has_instance(Some(node), address)
    }

    /// Whether all that is behind a declaration is looked at, so that its value is what it will be.
    pub(super) fn is_complete(&self, program: &Program, node: NodeId) -> bool {
        self.left_out.is_empty() || behind(program, node).is_disjoint(&self.left_out)
    }

    /// The warning that goes with a limited plan.
    pub(super) fn warning(&self) -> Option<Diagnostic> {
        if self.is_everything() {
            return None;
        }
        let option = if self.targets.is_empty() {
            "-exclude"
        } else {
            "-target"
        };
        let detail = format!(
            "With `{option}` only part of the configuration is planned, so the result may lack changes that the \
             configuration asks for. It is meant for exceptional situations, as recovering from mistakes, and not for \
             routine use."
        );
        Some(
            Diagnostic::warning(Code::Targeting, detail)
                .with_summary("Resource targeting is in effect"),
        )
    }

    fn names(&self, address: &InstanceAddress) -> bool {
        self.targets.iter().any(|target| target.contains(address))
    }

    fn names_some_of(&self, block: &ResourceAddress) -> bool {
        self.targets.iter().any(|target| target.may_contain(block))
    }

    fn include_needed(&mut self, program: &Program, prior: &PriorState) {
        let graph = &program.graph;
        let named = graph.order().iter().copied().filter(|node| {
            matches!(graph.node(*node), Some(Node::Resource(block)) if self.names_some_of(block))
        });
        let mut open: Vec<NodeId> = named.collect();
        open.extend(self.providers_of_leftovers(program, prior));
        while let Some(node) = open.pop() {
            if self.included.insert(node) {
                open.extend(graph.dependencies(node));
            }
        }
    }

    /// The provider configurations of named objects that the configuration no longer has.
    fn providers_of_leftovers(&self, program: &Program, prior: &PriorState) -> Vec<NodeId> {
        let mut found = Vec::new();
        for (address, instance) in &prior.instances {
            let index = program.graph.module(&address.module.path());
            let declared =
                index.is_some_and(|index| index.resources.contains_key(&address.resource));
            if declared || !self.names(address) {
                continue;
            }
            let Ok(provider) = instance.provider.parse::<ProviderConfigAddress>() else {
                continue;
            };
            let (Some(index), Some(module)) = (
                program.graph.module(&provider.module),
                program.configuration.module(&provider.module),
            ) else {
                continue;
            };
            // Which instance of a repeated one it was shows only later, so all of the provider's are taken.
            let of_provider = index
                .providers
                .iter()
                .filter(|((name, _), _)| module.provider(name) == provider.provider);
            found.extend(of_provider.map(|(_, node)| *node));
        }
        found
    }

    /// An output of the root module is computed when it refers to resources, and all of them are looked at.
    fn include_outputs(&mut self, program: &Program) {
        let graph = &program.graph;
        let Some(root) = graph.module(&crate::address::ModulePath::root()) else {
            return;
        };
        for output in root.outputs.values() {
            let behind = behind(program, *output);
            let mut resources = behind
                .iter()
                .filter(|node| matches!(graph.node(**node), Some(Node::Resource(_))))
                .peekable();
            if resources.peek().is_some() && resources.all(|node| self.included.contains(node)) {
                self.included.extend(behind);
            }
        }
    }

    /// The blocks that depend on what is named, by the state's record and by the configuration.
    fn find_dependents(&mut self, program: &Program, prior: &PriorState) {
        let named: BTreeSet<ResourceAddress> = prior
            .instances
            .keys()
            .filter(|address| self.names(address))
            .map(InstanceAddress::block)
            .collect();
        for (address, instance) in &prior.instances {
            let block = address.block();
            if named.contains(&block) {
                continue;
            }
            let objects = instance.current.iter().chain(instance.deposed.values());
            let recorded = objects.flat_map(|object| object.dependencies.iter());
            if recorded.into_iter().any(|on| named.contains(on)) {
                self.dependents.insert(block);
            }
        }
        let graph = &program.graph;
        let mut reached = BTreeSet::new();
        // Nodes come after what they depend on, so one pass finds all that is reached.
        for node in graph.order() {
            let depends = graph
                .dependencies(*node)
                .iter()
                .any(|on| reached.contains(on));
            let block = match graph.node(*node) {
                Some(Node::Resource(block)) => Some(block),
                _ => None,
            };
            if depends && let Some(block) = block {
                self.dependents.insert(block.clone());
            }
            if depends || block.is_some_and(|block| named.contains(block)) {
                reached.insert(*node);
            }
        }
        self.dependents.retain(|block| !named.contains(block));
    }
}

/// A node and everything it depends on.
fn behind(program: &Program, node: NodeId) -> BTreeSet<NodeId> {
    let mut behind = BTreeSet::new();
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        if behind.insert(node) {
            open.extend(program.graph.dependencies(node));
        }
    }
    behind
}

/// Refuses a plan whose targets leave out an end of a move: the move would be made by halves.
pub(super) fn split_moves(prior: &PriorState, options: &Options) -> Diagnostics {
    let mut left_out = BTreeSet::new();
    if !options.targets.is_empty() {
        let ends = prior.moves.all().flat_map(|(from, to)| [from, to]);
        left_out.extend(ends.filter(|end| !options.targets.iter().any(|it| it.contains(end))));
    }
    if left_out.is_empty() {
        return Diagnostics::new();
    }
    let names: Vec<String> = left_out.iter().map(ToString::to_string).collect();
    let detail = format!(
        "Objects are moved whose old and new addresses are not all within the targets: {}.",
        names.join(", ")
    );
    let flags = names.iter().map(|name| format!("-target={name:?}"));
    Diagnostic::error(Code::InvalidReference, detail)
        .with_summary("Moved resource instances excluded by targeting")
        .hint(format!(
            "Plan without targets, or with these too: {}",
            flags.collect::<Vec<_>>().join(" ")
        ))
        .into()
}
