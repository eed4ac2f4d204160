//! When objects are destroyed: after all that depends on them, and as late as that goes.

use super::Lowering;
use crate::address::{InstanceAddress, ResourceAddress};
use crate::plan::change::Change;
use crate::plan::execution::{OperationId, OperationKind};
use crate::plan::prior::PriorObject;
use crate::plan::{Action, ReplaceOrder};
use std::collections::{BTreeMap, BTreeSet};

/// What becomes of the objects that depend on a block.
#[derive(Default)]
struct Users {
    /// They are destroyed, or changed so that they no longer depend on it, by what is recorded of them.
    ended: Vec<OperationId>,
    /// They are destroyed, and depend on it only by what the configuration says now.
    ended_as_configured: Vec<OperationId>,
    /// They are made, new or again, changed or read, whatever says that they depend on it.
    made: Vec<OperationId>,
}

impl Lowering<'_> {
    /// An object is destroyed after everything that depends on it has gone or turned away.
    pub(super) fn order_destroys(&mut self) {
        let users = self.users_of_destroyed();
        let mut joins: BTreeMap<(ResourceAddress, bool), Option<OperationId>> = BTreeMap::new();
        for (index, change) in self.plan.changes.iter().enumerate() {
            let delete = self.destroyed.get(index).copied().flatten();
            let block = change.address.block();
            let (Some(delete), Some(users)) = (delete, users.get(&block)) else {
                continue;
            };
            // Users that are only updated need the new object first when this one is replaced destroy-first.
            let replaced = change.action == Action::Replace(ReplaceOrder::DeleteThenCreate);
            let key = (block, replaced);
            let join = if let Some(join) = joins.get(&key) {
                *join
            } else {
                let ended = users.ended.iter().copied();
                let ended = ended
                    .filter(|id| !replaced || self.is_delete(*id))
                    .collect();
                let join = self.graph.join(ended);
                joins.insert(key, join);
                join
            };
            if let Some(join) = join {
                self.graph.wait(delete, join);
            }
        }
        self.order_by_what_may_contradict(&users);
        self.order_by_what_was_needed();
        self.keep_deposed();
    }

    /// What an earlier run set aside goes when the object that takes its place is there.
    fn keep_deposed(&mut self) {
        let changes = self.plan.changes.iter().zip(&self.made);
        let made = changes.filter(|(change, _)| change.deposed.is_none());
        let made: BTreeMap<&InstanceAddress, OperationId> = made
            .filter_map(|(change, made)| Some((&change.address, (*made)?)))
            .collect();
        let changes = self.plan.changes.iter().zip(&self.destroyed);
        for (change, destroyed) in changes.filter(|(change, _)| change.deposed.is_some()) {
            let made = made.get(&change.address).copied();
            if let (Some(delete), Some(made)) = (*destroyed, made) {
                self.graph.wait_where_possible(&[delete], &[made]);
            }
        }
    }

    /// What the configuration says now may contradict what is recorded, which then decides.
    fn order_by_what_may_contradict(&mut self, users: &BTreeMap<ResourceAddress, Users>) {
        let mut deletes: BTreeMap<(ResourceAddress, bool), Vec<OperationId>> = BTreeMap::new();
        for (change, delete) in self.plan.changes.iter().zip(&self.destroyed) {
            let kind = (change.address.block(), self.creates_first(change));
            deletes.entry(kind).or_default().extend(*delete);
        }
        let mut pairs = Vec::new();
        for ((block, creates_first), deletes) in deletes {
            let Some(users) = users.get(&block) else {
                continue;
            };
            let again = users.made.iter().filter(|_| creates_first);
            let all = users.ended_as_configured.iter().chain(again);
            let join = self.graph.join(all.copied().collect());
            pairs.extend(join.map(|join| (deletes, vec![join])));
        }
        self.graph.wait_each_where_possible(&pairs);
    }

    /// What is set aside goes after all that it is recorded to depend on is as it should be, also where its replacement no
    /// longer depends on that. What an earlier run set aside has no such order.
    fn order_by_what_was_needed(&mut self) {
        let mut made: BTreeMap<ResourceAddress, Vec<OperationId>> = BTreeMap::new();
        for (change, id) in self.plan.changes.iter().zip(&self.made) {
            made.entry(change.address.block()).or_default().extend(*id);
        }
        let mut deletes: BTreeMap<Vec<ResourceAddress>, Vec<OperationId>> = BTreeMap::new();
        for (change, delete) in self.plan.changes.iter().zip(&self.destroyed) {
            let set_aside = change.deposed.is_none() && self.creates_first(change);
            let recorded = self.recorded(change).filter(|_| set_aside);
            if let (Some(delete), Some(recorded)) = (*delete, recorded) {
                // The replacement comes after what it depends on.
                let replaces = matches!(change.action, Action::Replace(_));
                let known = |on: &&ResourceAddress| replaces && change.dependencies.contains(on);
                let needed = recorded.dependencies.iter().filter(|on| !known(on));
                deletes
                    .entry(needed.cloned().collect())
                    .or_default()
                    .push(delete);
            }
        }
        let mut pairs = Vec::new();
        for (needed, deletes) in deletes {
            let all = needed.iter().filter_map(|on| made.get(on)).flatten();
            let join = self.graph.join(all.copied().collect());
            pairs.extend(join.map(|join| (deletes, vec![join])));
        }
        self.graph.wait_each_where_possible(&pairs);
    }

    /// Whether what takes the place of an object is there before that one is destroyed, or was to be.
    fn creates_first(&self, change: &Change) -> bool {
        let recorded = || {
            self.recorded(change)
                .is_some_and(|it| it.create_before_destroy)
        };
        match change.action {
            Action::Replace(order) => order == ReplaceOrder::CreateThenDelete,
            Action::Delete => change.deposed.is_some() || recorded(),
            Action::NoOp | Action::Create | Action::Read | Action::Update | Action::Forget => false,
        }
    }

    fn users_of_destroyed(&self) -> BTreeMap<ResourceAddress, Users> {
        let changes = self.plan.changes.iter().zip(&self.destroyed);
        let destroyed = changes.filter(|(_, destroyed)| destroyed.is_some());
        let mut users: BTreeMap<ResourceAddress, Users> = destroyed
            .map(|(change, _)| (change.address.block(), Users::default()))
            .collect();
        if users.is_empty() {
            return users;
        }
        for (index, change) in self.plan.changes.iter().enumerate() {
            let made = self.made.get(index).copied().flatten();
            let made = made.filter(|_| change.action.is_change());
            let destroyed = self.destroyed.get(index).copied().flatten();
            let updated = made.filter(|_| change.action == Action::Update);
            let recorded = self.needed(change);
            for on in recorded {
                if let Some(users) = users.get_mut(on) {
                    users.ended.extend(destroyed);
                    users.ended.extend(updated);
                    users.made.extend(made);
                }
            }
            if *recorded == *change.dependencies {
                continue;
            }
            let recorded: BTreeSet<&ResourceAddress> = recorded.iter().collect();
            // Of an object that is taken over nobody knows what it was made with.
            if change.importing.is_some() {
                continue;
            }
            let configured = change.dependencies.iter();
            for on in configured.filter(|on| !recorded.contains(on)) {
                if let Some(users) = users.get_mut(on) {
                    users.ended_as_configured.extend(destroyed);
                    users.made.extend(made);
                }
            }
        }
        self.add_reads(&mut users);
        users
    }

    /// A data source that is read while applying comes to what was made anew.
    fn add_reads(&self, users: &mut BTreeMap<ResourceAddress, Users>) {
        for (id, operation) in self.graph.operations() {
            if operation.kind != OperationKind::Read {
                continue;
            }
            let read = self.plan.deferred.get(operation.entry);
            for on in read.into_iter().flat_map(|read| read.dependencies.iter()) {
                if let Some(users) = users.get_mut(on) {
                    users.made.push(id);
                }
            }
        }
    }

    /// What the object of a change is recorded to depend on, or, where there is no record, what its configuration says.
    fn needed<'c>(&'c self, change: &'c Change) -> &'c [ResourceAddress] {
        match self.recorded(change) {
            Some(object) => &object.dependencies,
            None if change.importing.is_some() => &[],
            None => &change.dependencies,
        }
    }

    fn recorded(&self, change: &Change) -> Option<&PriorObject> {
        let instance = self.prior.instances.get(&change.address)?;
        instance.current.as_ref()
    }

    fn is_delete(&self, id: OperationId) -> bool {
        self.graph
            .nodes()
            .get(id.0)
            .and_then(|node| node.operation.as_ref())
            .is_some_and(|operation| matches!(operation.kind, OperationKind::Delete(_)))
    }

    /// A failure on the way to a replacement then leaves the old object in its place.
    pub(super) fn destroy_late(&mut self) {
        let made = self
            .made
            .iter()
            .zip(&self.destroyed)
            .zip(&self.plan.changes);
        let replaced = |change: &Change| {
            let destroys_first = Action::Replace(ReplaceOrder::DeleteThenCreate);
            change.action == destroys_first && change.importing.is_none()
        };
        let first: Vec<(OperationId, OperationId)> = made
            .filter(|(_, change)| replaced(change))
            .filter_map(|((made, destroyed), _)| Some(((*made)?, (*destroyed)?)))
            .collect();
        // Those that need the same are gone through together.
        let mut by_needs: BTreeMap<Vec<OperationId>, Vec<OperationId>> = BTreeMap::new();
        for (made, destroyed) in first {
            let node = self.graph.nodes().get(made.0);
            let mut needs = node.map(|node| node.after.clone()).unwrap_or_default();
            needs.retain(|need| *need != destroyed);
            by_needs.entry(needs).or_default().push(destroyed);
        }
        let pairs: Vec<_> = by_needs
            .into_iter()
            .map(|(needs, ids)| (ids, needs))
            .collect();
        self.graph.wait_each_where_possible(&pairs);
    }
}
