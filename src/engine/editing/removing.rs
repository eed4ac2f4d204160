//! `state rm`: forgetting objects.

use super::objects::{address_of, matching};
use crate::address::{InstanceAddress, Target};
use trustform_state::snapshot::Snapshot;

/// The state without everything that lies in the targets, with the instances that are gone, in the order of the targets.
pub fn remove_objects(snapshot: &Snapshot, targets: &[Target]) -> (Snapshot, Vec<InstanceAddress>) {
    let mut gone: Vec<InstanceAddress> = Vec::new();
    for target in targets {
        for address in matching(snapshot, target) {
            if !gone.contains(&address) {
                gone.push(address);
            }
        }
    }
    let mut next = snapshot.clone();
    for resource in &mut next.resources {
        let kept = resource.clone();
        resource
            .instances
            .retain(|instance| address_of(&kept, instance).is_none_or(|a| !gone.contains(&a)));
    }
    next.resources
        .retain(|resource| !resource.instances.is_empty());
    (next, gone)
}
