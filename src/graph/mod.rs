//! The dependency graph of a configuration: what must be evaluated before what.
//!
//! Nodes are declarations, not instances: how many instances a block has is known only when its turn comes. An edge
//! means "depends on". The order is the same for plan and apply.

mod build;
mod cycle;
mod node;
mod providers;
#[cfg(test)]
mod tests;

pub use node::{ModuleIndex, Node, NodeId};
pub use providers::{ResolvedProvider, resolve_provider};

use crate::address::ModulePath;
use crate::config::Configuration;
use crate::diagnostic::Diagnostics;
use crate::lang::Expression;
use std::collections::{BTreeMap, BTreeSet};

/// The declarations of a configuration and their dependencies.
#[derive(Clone, Debug, Default)]
pub struct DependencyGraph {
    nodes: Vec<Node>,
    dependencies: Vec<Vec<NodeId>>,
    order: Vec<NodeId>,
    modules: BTreeMap<ModulePath, ModuleIndex>,
}

/// Builds the graph of a checked configuration; cycles are diagnostics.
pub fn build(configuration: &Configuration) -> Result<DependencyGraph, Diagnostics> {
    let mut graph = build::declarations(configuration);
    build::connect(&mut graph, configuration);
    graph.order = cycle::order(&graph, configuration)?;
    Ok(graph)
}

impl DependencyGraph {
    /// The declaration of a node.
    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.index())
    }

    /// All nodes in an order in which each comes after all it depends on.
    pub fn order(&self) -> &[NodeId] {
        &self.order
    }

    /// What a node depends on directly, without repetition.
    pub fn dependencies(&self, id: NodeId) -> &[NodeId] {
        self.dependencies.get(id.index()).map_or(&[], Vec::as_slice)
    }

    /// The number of nodes.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there are no nodes.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// What expressions in a module look at directly.
    pub fn behind<'e>(
        &self,
        path: &ModulePath,
        expressions: impl IntoIterator<Item = &'e Expression>,
    ) -> BTreeSet<NodeId> {
        let mut found = BTreeSet::new();
        for expression in expressions {
            expression.each_reference(&mut |reference, steps| {
                build::targets(self, path, (reference, steps), &mut found);
            });
        }
        found
    }

    /// The nodes of a module, by name.
    pub fn module(&self, path: &ModulePath) -> Option<&ModuleIndex> {
        self.modules.get(path)
    }

    fn add(&mut self, node: Node) -> NodeId {
        let id = NodeId::new(self.nodes.len());
        self.nodes.push(node);
        self.dependencies.push(Vec::new());
        id
    }

    fn depend(&mut self, id: NodeId, on: NodeId) {
        if let Some(list) = self.dependencies.get_mut(id.index()) {
            list.push(on);
        }
    }
}
