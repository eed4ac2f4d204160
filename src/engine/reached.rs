//! How far a run came that failed: a declaration behind something that was not done is not come to, so its conditions
//! are not judged and its value is not recorded.

use crate::address::{InstanceAddress, ResourceAddress};
use crate::apply::{Applied, Outcome};
use crate::eval::Program;
use crate::graph::{Node, NodeId};
use crate::plan::{OperationKind, Plan};
use std::collections::BTreeSet;

/// The declarations that a run did not come to.
#[derive(Default)]
pub(super) struct Reached {
    /// The declarations behind something that was not done.
    cut_off: BTreeSet<NodeId>,
    /// These, and what was not done.
    broken: BTreeSet<NodeId>,
    /// The instances of which something was done, whatever became of others of their blocks.
    done: BTreeSet<InstanceAddress>,
    /// Those of which something was not begun.
    passed_over: BTreeSet<InstanceAddress>,
}

impl Reached {
    /// What came of a run. What was to be destroyed and stays keeps nobody from being judged.
    pub(super) fn of(program: &Program, plan: &Plan, applied: &Applied) -> Self {
        let mut reached = Reached::default();
        let mut failed: BTreeSet<ResourceAddress> = BTreeSet::new();
        for (id, operation) in plan.execution.operations() {
            let ends = matches!(
                operation.kind,
                OperationKind::Delete(_) | OperationKind::Close
            );
            let Some(address) = operation.address(plan).filter(|_| !ends) else {
                continue;
            };
            match applied.outcomes.get(&id) {
                Some(Outcome::Done) => _ = reached.done.insert(address.clone()),
                Some(Outcome::Failed) => _ = failed.insert(address.block()),
                Some(Outcome::Skipped(_) | Outcome::Interrupted) => {
                    failed.insert(address.block());
                    reached.passed_over.insert(address.clone());
                }
                None => {}
            }
        }
        if !failed.is_empty() {
            reached.cut_off_behind(
                program,
                |node| matches!(node, Node::Resource(block) if failed.contains(block)),
            );
        }
        reached
    }

    /// Takes note that some declarations came to nothing, and with them all that depends on them.
    pub(super) fn cut_off_behind(&mut self, program: &Program, failed: impl Fn(&Node) -> bool) {
        let graph = &program.graph;
        // Nodes come after what they depend on, so one pass finds all.
        for id in graph.order() {
            let mut behind = graph.dependencies(*id).iter();
            if behind.any(|on| self.broken.contains(on)) {
                self.cut_off.insert(*id);
            }
            if self.cut_off.contains(id) || graph.node(*id).is_some_and(&failed) {
                self.broken.insert(*id);
            }
        }
    }

    /// Whether a declaration was done, with all that it depends on.
    pub(super) fn is_whole(&self, node: NodeId) -> bool {
        !self.broken.contains(&node)
    }

    /// Whether the run came to a declaration.
    pub(super) fn has_node(&self, node: NodeId) -> bool {
        !self.cut_off.contains(&node)
    }

    /// Whether it came to an instance of a block.
    pub(super) fn has_instance(&self, node: NodeId, address: &InstanceAddress) -> bool {
        let was_begun = !self.passed_over.contains(address);
        self.done.contains(address) || (self.has_node(node) && was_begun)
    }
}
