//! The execution graph: the operations of a plan and what each has to wait for. Apply walks it and decides nothing.

use super::Plan;
use crate::address::InstanceAddress;
use std::collections::BTreeSet;
use trustform_state::snapshot::DeposedKey;

/// The position of a node in an execution graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperationId(pub usize);

/// Operations, and points that gather them, each with what must be over before it.
#[derive(Clone, Debug, Default)]
pub struct ExecutionGraph {
    nodes: Vec<ExecutionNode>,
}

/// One node.
#[derive(Clone, Debug)]
pub struct ExecutionNode {
    /// What to do; `None` for a point that only gathers others, so that many can wait for many without an edge for
    /// each pair.
    pub operation: Option<Operation>,
    /// What must be over first.
    pub after: Vec<OperationId>,
}

/// One operation, by its entry in the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// The position in the plan's changes (for reads in its deferred data sources, for opening and closing in its
    /// ephemeral objects).
    pub entry: usize,
    /// What is done.
    pub kind: OperationKind,
}

impl Operation {
    /// The instance that it is about, in the plan that it belongs to.
    pub fn address<'p>(&self, plan: &'p Plan) -> Option<&'p InstanceAddress> {
        match self.kind {
            OperationKind::Read => plan.deferred.get(self.entry).map(|it| &it.address),
            OperationKind::Open | OperationKind::Close => {
                plan.opened.get(self.entry).map(|it| &it.address)
            }
            OperationKind::Create { .. }
            | OperationKind::Update
            | OperationKind::Delete(_)
            | OperationKind::Adopt
            | OperationKind::Forget => plan.changes.get(self.entry).map(|it| &it.address),
        }
    }
}

/// What an operation does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OperationKind {
    /// Makes the object. Under create-before-destroy the old object is set aside first.
    Create {
        /// Whether an old object has to be set aside.
        depose: bool,
    },
    /// Changes the object in place.
    Update,
    /// Destroys an object.
    Delete(Generation),
    /// Reads a data source.
    Read,
    /// Opens an ephemeral object.
    Open,
    /// Closes it: nobody uses it any more.
    Close,
    /// Records an object that exists already.
    Adopt,
    /// Drops the object from the state.
    Forget,
}

/// Which object of an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Generation {
    /// The current one.
    Current,
    /// The one that the create of the same replacement set aside.
    Replaced,
    /// One that an earlier run set aside.
    Deposed(DeposedKey),
}

impl ExecutionGraph {
    /// Adds an operation.
    pub fn operation(&mut self, operation: Operation, after: Vec<OperationId>) -> OperationId {
        self.add(Some(operation), after)
    }

    /// A point that is over when all of `after` are: none when there are none, the one itself when there is one.
    pub fn join(&mut self, mut after: Vec<OperationId>) -> Option<OperationId> {
        after.sort_unstable();
        after.dedup();
        match after.as_slice() {
            [] => None,
            [only] => Some(*only),
            _ => Some(self.add(None, after)),
        }
    }

    /// Adds something to wait for.
    pub fn wait(&mut self, id: OperationId, after: OperationId) {
        if let Some(node) = self.nodes.get_mut(id.0)
            && !node.after.contains(&after)
            && id != after
        {
            node.after.push(after);
        }
    }

    /// Whether a node waits for another directly.
    pub fn waits(&self, id: OperationId, after: OperationId) -> bool {
        let node = self.nodes.get(id.0);
        node.is_some_and(|node| node.after.contains(&after))
    }

    /// Takes away something to wait for.
    pub fn release(&mut self, id: OperationId, after: OperationId) {
        if let Some(node) = self.nodes.get_mut(id.0) {
            node.after.retain(|on| *on != after);
        }
    }

    /// Lets nodes wait for others, but for those that the others have to wait for.
    pub fn wait_where_possible(&mut self, ids: &[OperationId], after: &[OperationId]) {
        // What it lets wait is not among these, so they stay the same.
        let before = self.before(after);
        for id in ids.iter().filter(|id| !before.contains(id)) {
            for on in after {
                self.wait(*id, *on);
            }
        }
    }

    /// Does so with several pairs of nodes and what they are to wait for, at the price of one walk where none of the others
    /// comes after what is to wait.
    pub fn wait_each_where_possible(&mut self, pairs: &[(Vec<OperationId>, Vec<OperationId>)]) {
        let waiting: Vec<OperationId> = pairs.iter().flat_map(|(ids, _)| ids).copied().collect();
        // What waits is among these itself, so that they stay the same.
        let behind = self.behind(&waiting);
        for (ids, after) in pairs {
            if after.iter().any(|on| behind.contains(on)) {
                self.wait_where_possible(ids, after);
                continue;
            }
            for id in ids {
                for on in after {
                    self.wait(*id, *on);
                }
            }
        }
    }

    /// Some nodes and all that waits for them.
    fn behind(&self, nodes: &[OperationId]) -> BTreeSet<OperationId> {
        let followers = self.followers();
        let mut open = nodes.to_vec();
        let mut seen: BTreeSet<OperationId> = open.iter().copied().collect();
        while let Some(next) = open.pop() {
            let after = followers.get(next.0).into_iter().flatten();
            open.extend(after.filter(|id| seen.insert(**id)));
        }
        seen
    }

    /// For each node those that wait for it directly.
    fn followers(&self) -> Vec<Vec<OperationId>> {
        let mut followers: Vec<Vec<OperationId>> = vec![Vec::new(); self.nodes.len()];
        for (index, node) in self.nodes.iter().enumerate() {
            for before in &node.after {
                if let Some(list) = followers.get_mut(before.0) {
                    list.push(OperationId(index));
                }
            }
        }
        followers
    }

    /// Some nodes and all that they wait for.
    fn before(&self, nodes: &[OperationId]) -> BTreeSet<OperationId> {
        let mut open = nodes.to_vec();
        let mut seen: BTreeSet<OperationId> = open.iter().copied().collect();
        while let Some(next) = open.pop() {
            let after = self.nodes.get(next.0).map(|node| node.after.iter());
            open.extend(after.into_iter().flatten().filter(|on| seen.insert(**on)));
        }
        seen
    }

    /// All nodes, by position.
    pub fn nodes(&self) -> &[ExecutionNode] {
        &self.nodes
    }

    /// All operations with their positions.
    pub fn operations(&self) -> impl Iterator<Item = (OperationId, &Operation)> {
        let nodes = self.nodes.iter().enumerate();
        nodes.filter_map(|(index, node)| Some((OperationId(index), node.operation.as_ref()?)))
    }

    /// The nodes that lie on a cycle or wait for one; empty for a sound graph.
    pub fn cycle(&self) -> Vec<OperationId> {
        let mut waiting: Vec<usize> = self.nodes.iter().map(|node| node.after.len()).collect();
        let followers = self.followers();
        let mut ready: Vec<usize> = waiting
            .iter()
            .enumerate()
            .filter(|(_, count)| **count == 0)
            .map(|(index, _)| index)
            .collect();
        while let Some(index) = ready.pop() {
            for follower in followers.get(index).into_iter().flatten() {
                if let Some(count) = waiting.get_mut(follower.0) {
                    *count -= 1;
                    if *count == 0 {
                        ready.push(follower.0);
                    }
                }
            }
        }
        waiting
            .iter()
            .enumerate()
            .filter(|(_, n)| **n > 0)
            .map(|(index, _)| OperationId(index))
            .collect()
    }

    fn add(&mut self, operation: Option<Operation>, after: Vec<OperationId>) -> OperationId {
        self.nodes.push(ExecutionNode { operation, after });
        OperationId(self.nodes.len() - 1)
    }
}
