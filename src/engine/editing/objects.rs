//! The objects of a snapshot with their addresses.

use crate::address::{
    InstanceAddress, InstanceKey, ModuleInstance, ResourceMode, ResourceName, Target,
};
use trustform_state::snapshot::{
    IndexKey, InstanceState, ResourceKey, ResourceMode as StateMode, ResourceState, Snapshot,
};

/// Every instance that has a current object, in the order of the state, with that object.
pub fn listed(snapshot: &Snapshot) -> impl Iterator<Item = (InstanceAddress, &InstanceState)> {
    let resources = snapshot.resources.iter();
    resources.flat_map(|resource| {
        let current = resource.instances.iter().filter(|i| i.deposed.is_none());
        current.filter_map(move |instance| Some((address_of(resource, instance)?, instance)))
    })
}

/// The instances that lie in a target and have any object at all, in the order of the state.
pub fn matching(snapshot: &Snapshot, target: &Target) -> Vec<InstanceAddress> {
    let mut found = Vec::new();
    for resource in &snapshot.resources {
        for instance in &resource.instances {
            let address = address_of(resource, instance).filter(|a| target.contains(a));
            found.extend(address.filter(|address| !found.contains(address)));
        }
    }
    found
}

/// The address of an object; `None` where the state names its module in a way that nobody writes.
pub(super) fn address_of(
    resource: &ResourceState,
    instance: &InstanceState,
) -> Option<InstanceAddress> {
    let module: ModuleInstance = resource
        .key
        .module
        .as_deref()
        .unwrap_or_default()
        .parse()
        .ok()?;
    let (ty, name) = (resource.key.ty.as_str(), resource.key.name.as_str());
    Some(InstanceAddress {
        module,
        resource: match resource.key.mode {
            StateMode::Managed => ResourceName::managed(ty, name),
            StateMode::Data => ResourceName::data(ty, name),
        },
        key: match &instance.index_key {
            None => InstanceKey::None,
            Some(IndexKey::Int(index)) => InstanceKey::Int(u64::try_from(*index).ok()?),
            Some(IndexKey::Text(text)) => InstanceKey::string(text.as_str()),
        },
    })
}

/// Where the state keeps the objects of an instance.
pub(super) fn place_of(address: &InstanceAddress) -> (ResourceKey, Option<IndexKey>) {
    let key = ResourceKey {
        module: (!address.module.is_root()).then(|| address.module.to_string()),
        mode: match address.resource.mode {
            ResourceMode::Managed => StateMode::Managed,
            // No state has an ephemeral object, so none is found.
            ResourceMode::Data | ResourceMode::Ephemeral => StateMode::Data,
        },
        ty: address.resource.resource_type.to_string(),
        name: address.resource.name.to_string(),
    };
    let index = match &address.key {
        InstanceKey::None => None,
        InstanceKey::Int(index) => Some(IndexKey::Int(i64::try_from(*index).unwrap_or(i64::MAX))),
        InstanceKey::String(text) => Some(IndexKey::Text(text.to_string())),
    };
    (key, index)
}
