//! Which blocks make new objects before those that are replaced are destroyed.

use crate::eval::Program;
use crate::graph::{Node, NodeId};
use std::collections::BTreeSet;

/// The resources whose replacements are created first: those that say so, and all they depend on, since a new object
/// can only use what exists beside the old one. What is not looked at says nothing.
pub(super) fn create_before_destroy(
    program: &Program,
    looked_at: impl Fn(NodeId) -> bool,
) -> BTreeSet<NodeId> {
    let mut flagged = BTreeSet::new();
    let order = program.graph.order().iter().rev();
    for node in order.filter(|node| looked_at(**node)) {
        let declared = match program.graph.node(*node) {
            Some(Node::Resource(address)) => program
                .configuration
                .module(&address.module)
                .and_then(|module| module.resources.get(&address.resource))
                .is_some_and(|resource| resource.lifecycle.create_before_destroy),
            _ => false,
        };
        if declared || flagged.contains(node) {
            flagged.insert(*node);
            flagged.extend(program.graph.dependencies(*node).iter().copied());
        }
    }
    flagged
}
