//! `taint` and `untaint`: whether the next plan replaces an object.

use super::objects::address_of;
use crate::address::InstanceAddress;
use crate::diagnostic::{Code, Diagnostic};
use trustform_state::snapshot::{InstanceState, ObjectStatus, Snapshot};

/// Marks the current object of an instance, to be replaced by the next plan; `None` when there is none.
pub fn taint(snapshot: &Snapshot, address: &InstanceAddress) -> Option<Snapshot> {
    let mut next = snapshot.clone();
    object(&mut next, address)?.status = ObjectStatus::Tainted;
    Some(next)
}

/// Takes the mark away; `None` when there is no such object, an error when it has no mark.
pub fn untaint(
    snapshot: &Snapshot,
    address: &InstanceAddress,
) -> Option<Result<Snapshot, Diagnostic>> {
    let mut next = snapshot.clone();
    let object = object(&mut next, address)?;
    if object.status != ObjectStatus::Tainted {
        let detail = format!(
            "Resource instance {address} is not currently tainted, and so it cannot be untainted."
        );
        return Some(Err(Diagnostic::error(Code::State, detail)
            .with_summary("Resource instance is not tainted")
            .about(address)));
    }
    object.status = ObjectStatus::Ready;
    Some(Ok(next))
}

fn object<'s>(
    snapshot: &'s mut Snapshot,
    address: &InstanceAddress,
) -> Option<&'s mut InstanceState> {
    let mut resources = snapshot.resources.iter_mut();
    resources.find_map(|resource| {
        let position = resource.instances.iter().position(|instance| {
            instance.deposed.is_none() && address_of(resource, instance).as_ref() == Some(address)
        });
        resource.instances.get_mut(position?)
    })
}
