//! What resources need directly, without everything that stands between them.

use crate::address::ResourceAddress;
use crate::graph::{DependencyGraph, Node};
use std::collections::{BTreeMap, BTreeSet};

type Blocks<'g> = BTreeSet<&'g ResourceAddress>;

/// For each resource those that it depends on, through variables, locals, outputs, calls and provider configurations, but
/// not those that another of them depends on already.
pub fn dependencies_of_resources(
    graph: &DependencyGraph,
) -> BTreeMap<&ResourceAddress, Vec<&ResourceAddress>> {
    // Nodes come after what they depend on, so that one pass finds both.
    let mut nearest: Vec<Blocks<'_>> = vec![BTreeSet::new(); graph.len()];
    let mut behind: BTreeMap<&ResourceAddress, Blocks<'_>> = BTreeMap::new();
    let mut found = BTreeMap::new();
    for node in graph.order() {
        let mut near: Blocks<'_> = BTreeSet::new();
        for on in graph.dependencies(*node) {
            match graph.node(*on) {
                Some(Node::Resource(block)) => _ = near.insert(block),
                _ => near.extend(nearest.get(on.index()).into_iter().flatten()),
            }
        }
        if let Some(Node::Resource(block)) = graph.node(*node) {
            let further: Blocks<'_> = near
                .iter()
                .filter_map(|on| behind.get(on))
                .flatten()
                .copied()
                .collect();
            let direct = near.iter().filter(|on| !further.contains(*on)).copied();
            found.insert(block, direct.collect());
            behind.insert(block, near.union(&further).copied().collect());
        }
        if let Some(slot) = nearest.get_mut(node.index()) {
            *slot = near;
        }
    }
    found
}
