//! Which data sources wait for apply, although everything they are told is known: those that come to something that is
//! still to change.
//!
//! As in Terraform, a managed resource counts that the block refers to directly or names in its `depends_on`. Everything
//! behind it counts, too, where something else is named there, where a call above has a `depends_on`, and where the
//! block has conditions, which that change may be what makes them hold.

use super::planner::{Planner, Subject};
use crate::address::{ModulePath, ResourceAddress, ResourceMode};
use crate::config::{Dependency, Repetition, Resource};
use crate::graph::{Node, NodeId};
use crate::lang::{Reference, Step, Subject as Named};

impl Planner<'_> {
    /// Whether a data source has to wait for a pending change.
    pub(super) fn waits(&mut self, subject: &Subject<'_>) -> bool {
        let lifecycle = &subject.resource.lifecycle;
        let judges = !lifecycle.preconditions.is_empty() || !lifecycle.postconditions.is_empty();
        let module = subject.address.module.path();
        self.refers_to_pending(subject.resource, &module)
            || subject
                .resource
                .depends_on
                .iter()
                .any(|dependency| self.waits_for(dependency, &module))
            || (judges && self.is_pending_behind(subject.node))
            || self.module_waits(&module)
    }

    /// Whether a managed resource that the block refers to directly has a pending change.
    fn refers_to_pending(&self, resource: &Resource, module: &ModulePath) -> bool {
        let mut waits = false;
        let mut visit = |reference: &Reference, _: &[Step]| {
            if let Named::Resource(name) = &reference.subject {
                let module = module.clone();
                let resource = name.clone();
                waits |= self.changes(&ResourceAddress { module, resource });
            }
        };
        resource.body.each_reference(&mut visit);
        match &resource.repetition {
            Repetition::None => {}
            Repetition::Count(expression) | Repetition::ForEach(expression) => {
                expression.each_reference(&mut visit);
            }
        }
        waits
    }

    /// Whether an entry of the block's `depends_on` is pending.
    fn waits_for(&mut self, dependency: &Dependency, module: &ModulePath) -> bool {
        let Some(node) = self.dependency(dependency, module) else {
            return false;
        };
        match self.program.graph.node(node) {
            Some(Node::Resource(block)) => self.changes(block),
            _ => self.is_pending_behind(node),
        }
    }

    /// Whether a call above, by its `depends_on`, makes everything in the module wait.
    fn module_waits(&mut self, module: &ModulePath) -> bool {
        let program = self.program;
        let mut path = module.clone();
        while let Some(parent) = path.parent() {
            let name = path.names().last();
            let call = name.and_then(|name| program.configuration.module(&parent)?.calls.get(name));
            let mut named = call.into_iter().flat_map(|call| &call.depends_on);
            if named.any(|dependency| {
                let node = self.dependency(dependency, &parent);
                node.is_some_and(|node| self.is_pending_behind(node))
            }) {
                return true;
            }
            path = parent;
        }
        false
    }

    /// Whether a resource, or any that a declaration depends on, has a pending change.
    fn is_pending_behind(&mut self, node: NodeId) -> bool {
        let behind = self.dependencies_of(node);
        let own = match self.program.graph.node(node) {
            Some(Node::Resource(block)) => Some(block),
            _ => None,
        };
        own.into_iter()
            .chain(behind.iter())
            .any(|block| self.changes(block))
    }

    /// Whether a managed resource has a pending change. Reading data sources changes nothing.
    fn changes(&self, block: &ResourceAddress) -> bool {
        let index = self.program.graph.module(&block.module);
        let node = index.and_then(|index| index.resources.get(&block.resource));
        block.resource.mode == ResourceMode::Managed
            && node.is_some_and(|node| self.pending.contains(node))
    }

    /// The declaration that an entry of `depends_on` names; none for what is never pending.
    fn dependency(&self, dependency: &Dependency, module: &ModulePath) -> Option<NodeId> {
        let graph = &self.program.graph;
        let index = graph.module(module)?;
        match &dependency.reference.subject {
            Named::Resource(name) => index.resources.get(name).copied(),
            Named::Variable(name) => index.variables.get(name).copied(),
            Named::Local(name) => index.locals.get(name).copied(),
            Named::Module(name) => {
                let child = graph.module(&module.child(name.clone()))?;
                let output = dependency.steps.iter().find_map(|step| match step {
                    Step::Attribute(name, _) => child.outputs.get(name),
                    Step::Index(..) | Step::Splat(..) | Step::AttributeSplat(..) => None,
                });
                output.copied().or(child.whole)
            }
            Named::Each(_) | Named::CountIndex | Named::Path(_) | Named::Workspace | Named::Own => {
                None
            }
        }
    }
}
