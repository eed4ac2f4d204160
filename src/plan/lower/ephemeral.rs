//! When ephemeral objects are opened and closed again: before the first operation that needs one, and after the last.

use super::{Lowering, making};
use crate::address::{ModulePath, ResourceAddress, ResourceMode};
use crate::graph::{Node, NodeId};
use crate::plan::ProviderKey;
use crate::plan::execution::{Operation, OperationId, OperationKind};
use std::collections::{BTreeMap, BTreeSet};

impl Lowering<'_> {
    /// The ephemeral blocks that an operation needs: through what its block refers to, or its provider configuration.
    pub(super) fn needed_ephemerals(&self) -> BTreeSet<NodeId> {
        if self.plan.opened.is_empty() {
            return BTreeSet::new();
        }
        let graph = &self.program.graph;
        let mut needed = self.users_of_ephemerals();
        for node in graph.order().iter().rev() {
            if needed.contains(node) {
                needed.extend(graph.dependencies(*node));
            }
        }
        needed.retain(|node| self.is_ephemeral(*node));
        needed
    }

    /// The blocks of which something is made, changed or read, and the provider configurations of all that is done.
    fn users_of_ephemerals(&self) -> BTreeSet<NodeId> {
        let plan = self.plan;
        let made = plan.changes.iter().filter(|it| making(it).is_some());
        let blocks = made
            .map(|change| &change.address)
            .chain(plan.deferred.iter().map(|data| &data.address));
        let blocks = blocks.filter_map(|address| {
            let index = self.program.graph.module(&address.module.path())?;
            index.resources.get(&address.resource).copied()
        });
        let changes = plan.changes.iter().filter(|it| it.action.is_change());
        let renewed = changes.filter_map(|change| self.renewed(&change.provider));
        blocks.chain(renewed).collect()
    }

    /// The node of a provider configuration in which an ephemeral value stands.
    fn renewed(&self, provider: &ProviderKey) -> Option<NodeId> {
        if !self.plan.renewed.contains(provider) {
            return None;
        }
        let path: &ModulePath = &provider.address.module;
        let module = self.program.configuration.module(path)?;
        let mut nodes = self.program.graph.module(path)?.providers.iter();
        let found = nodes.find(|((name, alias), _)| {
            *alias == provider.address.alias && module.provider(name) == *provider.provider()
        });
        found.map(|(_, node)| *node)
    }

    fn is_ephemeral(&self, node: NodeId) -> bool {
        matches!(
            self.program.graph.node(node),
            Some(Node::Resource(address)) if address.resource.mode == ResourceMode::Ephemeral
        )
    }

    /// Opens the instances of an ephemeral block.
    pub(super) fn open(
        &mut self,
        node: NodeId,
        address: &ResourceAddress,
        ready: Option<OperationId>,
    ) -> Option<OperationId> {
        let entries = self.blocks.get(address);
        let entries = entries.map_or(&[][..], |entries| &entries.ephemerals);
        let mut operations = Vec::new();
        for entry in entries.iter().copied() {
            let kind = OperationKind::Open;
            let operation = Operation { entry, kind };
            operations.push(self.graph.operation(operation, ready.into_iter().collect()));
        }
        self.opened.insert(node, operations.clone());
        operations.extend(ready);
        self.graph.join(operations)
    }

    /// What is destroyed waits for what its provider configuration needs, unless that waits for it.
    pub(super) fn open_for_deletes(&mut self) {
        let mut behind: BTreeMap<NodeId, Vec<OperationId>> = BTreeMap::new();
        for (index, change) in self.plan.changes.iter().enumerate() {
            let Some(delete) = self.destroyed.get(index).copied().flatten() else {
                continue;
            };
            let Some(provider) = self.renewed(&change.provider) else {
                continue;
            };
            let opened = match behind.get(&provider) {
                Some(opened) => opened.clone(),
                None => {
                    let opened = self.opened_behind(provider);
                    behind.insert(provider, opened.clone());
                    opened
                }
            };
            for open in opened {
                self.graph.wait_where_possible(&[delete], &[open]);
            }
        }
    }

    /// The operations that open what a node needs, through everything that is no block.
    fn opened_behind(&self, node: NodeId) -> Vec<OperationId> {
        let graph = &self.program.graph;
        let (mut open, mut seen, mut found) = (vec![node], BTreeSet::new(), Vec::new());
        while let Some(next) = open.pop() {
            for on in graph.dependencies(next) {
                if !seen.insert(*on) {
                    continue;
                }
                match graph.node(*on) {
                    Some(Node::Resource(_)) => {
                        found.extend(self.opened.get(on).into_iter().flatten());
                    }
                    _ => open.push(*on),
                }
            }
        }
        found
    }

    /// Closes what was opened when all that needs it is over.
    pub(super) fn close(&mut self) {
        for (node, opened) in std::mem::take(&mut self.opened) {
            let users = self.operations_after(node, &opened);
            for open in opened {
                let entry = self.graph.nodes().get(open.0);
                let Some(entry) = entry.and_then(|node| node.operation.as_ref()) else {
                    continue;
                };
                let kind = OperationKind::Close;
                let operation = Operation {
                    entry: entry.entry,
                    kind,
                };
                let after = users.iter().copied().chain([open]).collect();
                let after = self.graph.join(after).into_iter().collect();
                self.graph.operation(operation, after);
            }
        }
    }

    /// The operations of the blocks that use an ephemeral one, and those that wait for it without such a block.
    fn operations_after(&self, node: NodeId, opened: &[OperationId]) -> Vec<OperationId> {
        let Some(Node::Resource(address)) = self.program.graph.node(node) else {
            return Vec::new();
        };
        let users = self.users(address);
        let users: BTreeSet<_> = users
            .into_iter()
            .filter_map(|user| match self.program.graph.node(user) {
                Some(Node::Resource(address)) => Some(address),
                _ => None,
            })
            .collect();
        let plan = self.plan;
        let is_user = |operation: &Operation| {
            let address = operation.address(plan);
            address.is_some_and(|address| users.contains(&address.block()))
        };
        let nodes = self.graph.nodes().iter().enumerate();
        let found = nodes.filter(|(_, node)| {
            let waits = || node.after.iter().any(|on| opened.contains(on));
            match &node.operation {
                Some(operation) if operation.kind != OperationKind::Close => {
                    waits() || is_user(operation)
                }
                _ => false,
            }
        });
        found.map(|(index, _)| OperationId(index)).collect()
    }
}
