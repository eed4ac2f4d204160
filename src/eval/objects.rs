//! The objects of resources, as the planner and apply put them in.

use super::Evaluation;
use super::few::Few;
use crate::address::{InstanceKey, ModuleInstance};
use crate::graph::NodeId;
use crate::lang::{Evaluated, Halt};
use crate::value::Value;

/// The objects of one resource in one module instance, and all of them as one value once that was asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Instances {
    objects: Few<InstanceKey, Value>,
    whole: Option<Value>,
}

impl Evaluation<'_> {
    /// Puts in the object of an instance, in place of an earlier one.
    pub fn set_object(
        &self,
        node: NodeId,
        module: &ModuleInstance,
        key: InstanceKey,
        object: Value,
    ) {
        let mut objects = self.objects.borrow_mut();
        let slot = objects.get_mut(node.index());
        if let Some(instances) = slot.and_then(|slot| slot.or_default(module)) {
            instances.objects.insert(key, object);
            instances.whole = None;
        }
    }

    /// Whether an object of a block was put in, so that it can be told what it has instances of.
    pub(super) fn has_objects(&self, node: NodeId, module: &ModuleInstance) -> bool {
        let objects = self.objects.borrow();
        let slot = objects.get(node.index());
        slot.and_then(|slot| slot.get(module)).is_some()
    }

    /// The object of one instance; blocked until it was put in.
    pub(super) fn object(
        &self,
        node: NodeId,
        module: &ModuleInstance,
        key: &InstanceKey,
    ) -> Evaluated {
        let objects = self.objects.borrow();
        let instances = objects.get(node.index()).and_then(|slot| slot.get(module));
        instances
            .and_then(|instances| instances.objects.get(key))
            .cloned()
            .ok_or(Halt::Blocked)
    }

    /// The objects of all instances as one value; blocked until all of them were put in.
    pub(super) fn collection(&self, node: NodeId, module: &ModuleInstance) -> Evaluated {
        let expansion = self.expansion(node, module)?;
        if expansion.is_single() {
            return self.object(node, module, &InstanceKey::None);
        }
        let mut objects = self.objects.borrow_mut();
        let slot = objects.get_mut(node.index()).ok_or(Halt::Blocked)?;
        let instances = slot.or_default(module).ok_or(Halt::Blocked)?;
        if let Some(whole) = &instances.whole {
            return Ok(whole.clone());
        }
        let found = expansion
            .each
            .keys()
            .map(|key| Some((key, instances.objects.get(key)?.clone())));
        let found = found.collect::<Option<Vec<_>>>().ok_or(Halt::Blocked)?;
        let whole = expansion.collect(found);
        instances.whole = Some(whole.clone());
        Ok(whole)
    }
}

impl Evaluation<'_> {
    /// The object of an instance as it was last put in.
    pub fn object_of(&self, address: &crate::address::InstanceAddress) -> Option<Value> {
        let index = self.program.graph.module(&address.module.path())?;
        let node = *index.resources.get(&address.resource)?;
        self.object(node, &address.module, &address.key).ok()
    }

    /// The value of a root output.
    pub fn output(&self, name: &str) -> Evaluated {
        let root = ModuleInstance::root();
        let index = self
            .program
            .graph
            .module(&root.path())
            .ok_or(Halt::Blocked)?;
        let node = *index.outputs.get(name).ok_or(Halt::Blocked)?;
        self.result(node, &root)
    }
}
