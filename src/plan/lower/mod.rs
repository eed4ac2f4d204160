//! From changes to operations in their order.
//!
//! - What a block depends on is created and updated before it, by the dependency graph.
//! - What depends on an object goes before it is destroyed: destroyed itself, or changed so that it no longer does.
//! - A replacement destroys first, unless it creates first; then the old object goes when everything that used it has
//!   turned to the new one.
//! - What is destroyed first stays until all that its replacement needs is there, unless that has to wait for it to go.
//! - An object that names another planned one (by its ARN, as its namespace) comes after that one.

mod destroys;
mod ephemeral;
#[cfg(test)]
mod tests;

use crate::address::ResourceAddress;
use crate::eval::Program;
use crate::graph::{Node, NodeId};
use crate::plan::change::{Change, Plan};
use crate::plan::execution::{ExecutionGraph, Generation, Operation, OperationId, OperationKind};
use crate::plan::named;
use crate::plan::prior::PriorState;
use crate::plan::{Action, ReplaceOrder};
use std::collections::{BTreeMap, BTreeSet};

/// The execution graph of a plan's changes.
pub(in crate::plan) fn lower(program: &Program, plan: &Plan, prior: &PriorState) -> ExecutionGraph {
    let mut lowering = Lowering {
        program,
        plan,
        prior,
        graph: ExecutionGraph::default(),
        done: vec![None; program.graph.len()],
        blocks: by_block(plan),
        made: vec![None; plan.changes.len()],
        destroyed: vec![None; plan.changes.len()],
        turned: BTreeMap::new(),
        opened: BTreeMap::new(),
    };
    let needed = lowering.needed_ephemerals();
    lowering.deletes_first();
    lowering.forward(&needed);
    lowering.remaining_deletes();
    lowering.order_destroys();
    named::order(plan, &lowering.made, &mut lowering.graph);
    lowering.destroy_late();
    lowering.read_for_checks();
    lowering.open_for_deletes();
    lowering.close();
    lowering.graph
}

struct Lowering<'a> {
    program: &'a Program,
    plan: &'a Plan,
    prior: &'a PriorState,
    graph: ExecutionGraph,
    /// For each node the point at which everything behind it is done; `None` when nothing is pending.
    done: Vec<Option<OperationId>>,
    /// The changes and deferred reads of each block.
    blocks: BTreeMap<ResourceAddress, Entries>,
    /// The operation that makes or changes each change's object.
    made: Vec<Option<OperationId>>,
    /// The operation that destroys each change's object.
    destroyed: Vec<Option<OperationId>>,
    /// For each block the point at which everything that uses it has turned to the new objects.
    turned: BTreeMap<ResourceAddress, Option<OperationId>>,
    /// The operations that open the instances of ephemeral blocks.
    opened: BTreeMap<NodeId, Vec<OperationId>>,
}

#[derive(Default)]
struct Entries {
    changes: Vec<usize>,
    reads: Vec<usize>,
    ephemerals: Vec<usize>,
}

fn by_block(plan: &Plan) -> BTreeMap<ResourceAddress, Entries> {
    let mut blocks: BTreeMap<ResourceAddress, Entries> = BTreeMap::new();
    for (index, change) in plan.changes.iter().enumerate() {
        if change.action.is_change() || change.importing.is_some() {
            blocks
                .entry(change.address.block())
                .or_default()
                .changes
                .push(index);
        }
    }
    for (index, read) in plan.deferred.iter().enumerate() {
        blocks
            .entry(read.address.block())
            .or_default()
            .reads
            .push(index);
    }
    for (index, opened) in plan.opened.iter().enumerate() {
        blocks
            .entry(opened.address.block())
            .or_default()
            .ephemerals
            .push(index);
    }
    blocks
}

impl Lowering<'_> {
    /// The destroying half of replacements that destroy first: their creating half waits for it.
    fn deletes_first(&mut self) {
        for (index, change) in self.plan.changes.iter().enumerate() {
            if change.action == Action::Replace(ReplaceOrder::DeleteThenCreate) {
                self.delete(index, Generation::Current);
            }
        }
    }

    /// Creates, updates and reads, in the order of the dependency graph.
    fn forward(&mut self, needed: &BTreeSet<NodeId>) {
        for node in self.program.graph.order() {
            let before = self.program.graph.dependencies(*node).iter();
            let before = before
                .filter_map(|on| self.done.get(on.index()).copied().flatten())
                .collect();
            let ready = self.graph.join(before);
            let done = match self.program.graph.node(*node) {
                Some(Node::Resource(address)) if needed.contains(node) => {
                    self.open(*node, address, ready)
                }
                Some(Node::Resource(address)) => self.block(address, ready),
                _ => ready,
            };
            if let Some(slot) = self.done.get_mut(node.index()) {
                *slot = done;
            }
        }
    }

    fn block(
        &mut self,
        address: &ResourceAddress,
        ready: Option<OperationId>,
    ) -> Option<OperationId> {
        let Some(entries) = self.blocks.get(address) else {
            return ready;
        };
        let mut operations: Vec<OperationId> = ready.into_iter().collect();
        for index in &entries.changes {
            let Some(change) = self.plan.changes.get(*index) else {
                continue;
            };
            let Some(kind) = making(change) else { continue };
            let mut after: Vec<OperationId> = ready.into_iter().collect();
            after.extend(self.destroyed.get(*index).copied().flatten());
            let id = self.graph.operation(
                Operation {
                    entry: *index,
                    kind,
                },
                after,
            );
            if let Some(slot) = self.made.get_mut(*index) {
                *slot = Some(id);
            }
            operations.push(id);
        }
        let mut own = entries.reads.clone();
        own.retain(|entry| !self.is_for_check(*entry));
        for entry in own {
            let kind = OperationKind::Read;
            let operation = Operation { entry, kind };
            operations.push(self.graph.operation(operation, ready.into_iter().collect()));
        }
        self.graph.join(operations)
    }

    /// What a check looks at is read when everything else is done.
    fn read_for_checks(&mut self) {
        let reads = (0..self.plan.deferred.len()).filter(|index| self.is_for_check(*index));
        let reads: Vec<usize> = reads.collect();
        if reads.is_empty() {
            return;
        }
        let all = self.graph.operations().map(|(id, _)| id).collect();
        let done = self.graph.join(all);
        for entry in reads {
            let kind = OperationKind::Read;
            let operation = Operation { entry, kind };
            self.graph.operation(operation, done.into_iter().collect());
        }
    }

    fn is_for_check(&self, read: usize) -> bool {
        let address = self.plan.deferred.get(read).map(|data| &data.address);
        let resource = address.and_then(|address| {
            let module = self.program.configuration.module(&address.module.path())?;
            module.resources.get(&address.resource)
        });
        resource.is_some_and(|resource| resource.check.is_some())
    }

    /// Plain deletes, deposed objects, and the destroying half of replacements that create first.
    fn remaining_deletes(&mut self) {
        for (index, change) in self.plan.changes.iter().enumerate() {
            match change.action {
                Action::Delete => {
                    let generation = change
                        .deposed
                        .clone()
                        .map_or(Generation::Current, Generation::Deposed);
                    self.delete(index, generation);
                }
                Action::Forget => {
                    let operation = Operation {
                        entry: index,
                        kind: OperationKind::Forget,
                    };
                    self.graph.operation(operation, Vec::new());
                }
                Action::Replace(ReplaceOrder::CreateThenDelete) => {
                    self.delete(index, Generation::Replaced);
                    self.after_users(index, change);
                }
                Action::Replace(ReplaceOrder::DeleteThenCreate)
                | Action::NoOp
                | Action::Create
                | Action::Read
                | Action::Update => {}
            }
        }
    }

    fn delete(&mut self, index: usize, generation: Generation) {
        let operation = Operation {
            entry: index,
            kind: OperationKind::Delete(generation),
        };
        let id = self.graph.operation(operation, Vec::new());
        if let Some(slot) = self.destroyed.get_mut(index) {
            *slot = Some(id);
        }
    }

    /// The old object of a create-first replacement waits for the new one and for everything that uses it.
    fn after_users(&mut self, index: usize, change: &Change) {
        let Some(delete) = self.destroyed.get(index).copied().flatten() else {
            return;
        };
        if let Some(made) = self.made.get(index).copied().flatten() {
            self.graph.wait(delete, made);
        }
        let block = change.address.block();
        let turned = match self.turned.get(&block) {
            Some(turned) => *turned,
            None => {
                let users = self.users(&block);
                let done = users
                    .iter()
                    .filter_map(|user| self.done.get(user.index()).copied().flatten());
                let done = done.collect();
                let turned = self.graph.join(done);
                self.turned.insert(block, turned);
                turned
            }
        };
        if let Some(turned) = turned {
            self.graph.wait(delete, turned);
        }
    }

    /// The resource nodes that depend on a block, through everything that is no block.
    fn users(&self, block: &ResourceAddress) -> Vec<NodeId> {
        let graph = &self.program.graph;
        let start = graph
            .module(&block.module)
            .and_then(|index| index.resources.get(&block.resource));
        let mut reached: BTreeSet<NodeId> = start.copied().into_iter().collect();
        let mut users = Vec::new();
        // Nodes come after what they depend on, so one pass finds all that is reached.
        for node in graph.order() {
            if graph
                .dependencies(*node)
                .iter()
                .any(|on| reached.contains(on))
            {
                match graph.node(*node) {
                    Some(Node::Resource(_)) => users.push(*node),
                    _ => _ = reached.insert(*node),
                }
            }
        }
        users
    }
}

/// The operation that makes or changes the object of a change.
fn making(change: &Change) -> Option<OperationKind> {
    match change.action {
        Action::Create | Action::Replace(ReplaceOrder::DeleteThenCreate) => {
            Some(OperationKind::Create { depose: false })
        }
        Action::Replace(ReplaceOrder::CreateThenDelete) => {
            Some(OperationKind::Create { depose: true })
        }
        Action::Update => Some(OperationKind::Update),
        Action::NoOp if change.importing.is_some() => Some(OperationKind::Adopt),
        Action::NoOp | Action::Read | Action::Delete | Action::Forget => None,
    }
}
