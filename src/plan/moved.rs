//! Moves that a configuration implies: adding `count` to a block, or taking it away, does not destroy its object.
//!
//! As in Terraform, the object without a key becomes the one with key 0 and the other way round, unless there is one of
//! the new key already. `for_each` has no such rule, since nothing says which key is meant.

use crate::address::{ModuleInstance, ResourceName};
use crate::config::{Configuration, Repetition};
use trustform_state::snapshot::{IndexKey, ResourceMode, ResourceState, Snapshot};

/// Gives recorded objects the keys that the configuration implies; every other object stays as it is.
pub fn implied_moves(snapshot: &mut Snapshot, configuration: &Configuration) {
    for resource in &mut snapshot.resources {
        if let Some((from, to)) = implied(resource, configuration) {
            for instance in &mut resource.instances {
                if instance.index_key == from {
                    instance.index_key.clone_from(&to);
                }
            }
        }
    }
}

type Move = (Option<IndexKey>, Option<IndexKey>);

fn implied(resource: &ResourceState, configuration: &Configuration) -> Option<Move> {
    if resource.key.mode != ResourceMode::Managed {
        return None;
    }
    let module: ModuleInstance = resource
        .key
        .module
        .as_deref()
        .unwrap_or_default()
        .parse()
        .ok()?;
    let declaration = configuration.module(&module.path())?;
    let name = ResourceName::managed(resource.key.ty.as_str(), resource.key.name.as_str());
    let zero = Some(IndexKey::Int(0));
    let (from, to) = match declaration.resources.get(&name)?.repetition {
        Repetition::Count(_) => (None, zero),
        Repetition::None => (zero, None),
        Repetition::ForEach(_) => return None,
    };
    let has = |key: &Option<IndexKey>| {
        resource
            .instances
            .iter()
            .any(|i| i.deposed.is_none() && i.index_key == *key)
    };
    (has(&from) && !has(&to)).then_some((from, to))
}
