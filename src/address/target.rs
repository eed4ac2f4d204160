//! What `-target`, `state rm` and their like name: a module, a block, or an instance.

use super::{InstanceAddress, InstanceKey, ModuleInstance, ResourceName};
use std::fmt;

/// A part of a configuration or state that a person names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// A module with everything in it. A call without a key stands for all of its instances.
    Module(ModuleInstance),
    /// A block with all of its instances.
    Block(ModuleInstance, ResourceName),
    /// One instance of a block that has keys.
    Instance(InstanceAddress),
}

impl Target {
    /// Whether the instance lies in it. As in Terraform only a module that is named alone stands for all of its
    /// instances: `module.a.t.x` is the block in the module without a key.
    pub fn contains(&self, address: &InstanceAddress) -> bool {
        match self {
            Target::Module(module) => leads(module, &address.module),
            Target::Block(module, resource) => {
                *module == address.module && *resource == address.resource
            }
            Target::Instance(instance) => instance == address,
        }
    }

    /// Whether an instance of the block could lie in it, whatever the keys.
    pub fn may_contain(&self, block: &super::ResourceAddress) -> bool {
        match self {
            Target::Module(module) => block.module.names().starts_with(module.path().names()),
            Target::Block(module, resource) => {
                block.module == module.path() && block.resource == *resource
            }
            Target::Instance(instance) => *block == instance.block(),
        }
    }
}

/// Whether the inner module is the outer one or lies in it.
fn leads(outer: &ModuleInstance, inner: &ModuleInstance) -> bool {
    let (outer, inner) = (outer.steps(), inner.steps());
    outer.len() <= inner.len()
        && outer
            .iter()
            .zip(inner)
            .all(|((name, key), (other, other_key))| {
                name == other && (*key == InstanceKey::None || key == other_key)
            })
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::Module(module) => write!(f, "{module}"),
            Target::Block(module, resource) if module.is_root() => write!(f, "{resource}"),
            Target::Block(module, resource) => write!(f, "{module}.{resource}"),
            Target::Instance(instance) => write!(f, "{instance}"),
        }
    }
}
