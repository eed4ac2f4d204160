//! `state mv`: the same objects under another address.

use super::objects::{address_of, place_of};
use crate::address::{InstanceAddress, InstanceKey, ModuleInstance, ResourceName, Target};
use crate::diagnostic::{Code, Diagnostic};
use std::collections::{BTreeMap, BTreeSet};
use trustform_state::snapshot::{InstanceState, ResourceKey, ResourceState, Snapshot};

/// The state with what one address names under the other: a module, a whole block, or one instance.
///
/// As in Terraform addresses are taken literally: `module.m` is the module without a key. Where other objects are recorded
/// as depending on what moves, they follow, so that the order of destruction holds.
pub fn move_object(
    snapshot: &Snapshot,
    from: &Target,
    to: &Target,
) -> Result<Snapshot, Diagnostic> {
    let step = Step::new(snapshot, from, to)?;
    let objects = snapshot.resources.iter().flat_map(|resource| {
        let instances = resource.instances.iter();
        instances.filter_map(move |instance| address_of(resource, instance))
    });
    let objects: BTreeSet<InstanceAddress> = objects.collect();
    let moved: BTreeMap<&InstanceAddress, InstanceAddress> = objects
        .iter()
        .filter_map(|address| Some((address, step.apply(address)?)))
        .collect();
    if moved.is_empty() {
        return Err(absent(from));
    }
    let stays = |address: &&InstanceAddress| !moved.contains_key(address);
    if objects
        .iter()
        .filter(stays)
        .any(|other| step.is_taken_by(other))
    {
        return Err(step.taken());
    }
    Ok(rebuilt(snapshot, &moved))
}

/// How addresses change.
enum Step {
    Module(ModuleInstance, ModuleInstance),
    Block(
        (ModuleInstance, ResourceName),
        (ModuleInstance, ResourceName),
    ),
    Instance(InstanceAddress, InstanceAddress),
}

impl Step {
    fn new(snapshot: &Snapshot, from: &Target, to: &Target) -> Result<Self, Diagnostic> {
        let must_be = |what: &str| {
            let detail = format!("Cannot move {from} to {to}: the target must also be a {what}.");
            Diagnostic::error(Code::Usage, detail).with_summary("Invalid target address")
        };
        let step = match (from, to) {
            (Target::Module(from), Target::Module(to)) => Step::Module(from.clone(), to.clone()),
            (Target::Module(_), _) => return Err(must_be("module")),
            (_, Target::Module(_)) => return Err(must_be("resource instance")),
            (Target::Block(module, resource), Target::Block(to_module, to_resource)) => {
                Step::Block(
                    (module.clone(), resource.clone()),
                    (to_module.clone(), to_resource.clone()),
                )
            }
            (Target::Block(module, resource), Target::Instance(to)) => {
                let single = single(module, resource);
                if !has(snapshot, &single) && has_block(snapshot, from) {
                    let detail = format!(
                        "Cannot move {from} to {to}: the source is a whole resource (not a resource instance) so the \
                         target must also be a whole resource."
                    );
                    return Err(Diagnostic::error(Code::Usage, detail)
                        .with_summary("Invalid target address"));
                }
                Step::Instance(single, to.clone())
            }
            (Target::Instance(from), Target::Block(module, resource)) => {
                Step::Instance(from.clone(), single(module, resource))
            }
            (Target::Instance(from), Target::Instance(to)) => {
                Step::Instance(from.clone(), to.clone())
            }
        };
        step.keeps_the_type(from, to)?;
        Ok(step)
    }

    fn keeps_the_type(&self, from: &Target, to: &Target) -> Result<(), Diagnostic> {
        let (before, after) = match self {
            Step::Module(..) => return Ok(()),
            Step::Block((_, before), (_, after)) => (before, after),
            Step::Instance(before, after) => (&before.resource, &after.resource),
        };
        let what = if before.mode != after.mode {
            "resource modes don't match"
        } else if before.resource_type != after.resource_type {
            "resource types don't match"
        } else {
            return Ok(());
        };
        let detail = format!("Cannot move {from} to {to}: {what}.");
        Err(Diagnostic::error(Code::Usage, detail).with_summary("Invalid state move request"))
    }

    /// The new address of an instance that moves.
    fn apply(&self, address: &InstanceAddress) -> Option<InstanceAddress> {
        match self {
            Step::Module(from, to) => {
                let rest = address.module.steps().strip_prefix(from.steps())?;
                let module = rest.iter().fold(to.clone(), |module, (name, key)| {
                    module.child(name.clone(), key.clone())
                });
                Some(InstanceAddress {
                    module,
                    ..address.clone()
                })
            }
            Step::Block((module, resource), (to_module, to_resource)) => {
                let is_of_it = address.module == *module && address.resource == *resource;
                is_of_it.then(|| InstanceAddress {
                    module: to_module.clone(),
                    resource: to_resource.clone(),
                    key: address.key.clone(),
                })
            }
            Step::Instance(from, to) => (address == from).then(|| to.clone()),
        }
    }

    /// Whether an object stands where something is to be moved to.
    fn is_taken_by(&self, other: &InstanceAddress) -> bool {
        match self {
            Step::Module(_, to) => other.module.steps().starts_with(to.steps()),
            Step::Block(_, (module, resource)) => {
                other.module == *module && other.resource == *resource
            }
            Step::Instance(_, to) => other == to,
        }
    }

    fn taken(&self) -> Diagnostic {
        let (to, what) = match self {
            Step::Module(_, to) => (to.to_string(), "module"),
            Step::Block(_, (module, resource)) => (
                Target::Block(module.clone(), resource.clone()).to_string(),
                "resource",
            ),
            Step::Instance(_, to) => (to.to_string(), "resource instance"),
        };
        let detail = format!(
            "Cannot move to {to}: there is already a {what} at that address in the current state."
        );
        Diagnostic::error(Code::State, detail).with_summary("Invalid target address")
    }
}

fn absent(from: &Target) -> Diagnostic {
    let detail = format!("Cannot move {from}: does not match anything in the current state.");
    Diagnostic::error(Code::UnknownReference, detail).with_summary("Invalid source address")
}

fn single(module: &ModuleInstance, resource: &ResourceName) -> InstanceAddress {
    InstanceAddress {
        module: module.clone(),
        resource: resource.clone(),
        key: InstanceKey::None,
    }
}

fn has(snapshot: &Snapshot, address: &InstanceAddress) -> bool {
    has_block(snapshot, &Target::Instance(address.clone()))
}

fn has_block(snapshot: &Snapshot, target: &Target) -> bool {
    !super::matching(snapshot, target).is_empty()
}

/// The snapshot with its objects at their new places, in the order in which states are written.
fn rebuilt(snapshot: &Snapshot, moved: &BTreeMap<&InstanceAddress, InstanceAddress>) -> Snapshot {
    let mut kept: BTreeMap<ResourceKey, ResourceState> = BTreeMap::new();
    let mut arriving: Vec<(ResourceKey, ResourceState, InstanceState)> = Vec::new();
    for resource in &snapshot.resources {
        let mut frame = resource.clone();
        frame.instances.clear();
        for instance in &resource.instances {
            let to = address_of(resource, instance).and_then(|address| moved.get(&address));
            match to {
                None => {
                    let slot = kept
                        .entry(resource.key.clone())
                        .or_insert_with(|| frame.clone());
                    slot.instances.push(instance.clone());
                }
                Some(to) => {
                    let (key, index_key) = place_of(to);
                    let mut instance = instance.clone();
                    instance.index_key = index_key;
                    arriving.push((key, frame.clone(), instance));
                }
            }
        }
    }
    for (key, mut frame, instance) in arriving {
        frame.key = key.clone();
        let slot = kept.entry(key).or_insert(frame);
        slot.instances.push(instance);
        slot.instances.sort_by_key(InstanceState::key);
    }
    let mut next = Snapshot {
        resources: kept.into_values().collect(),
        ..snapshot.clone()
    };
    follow(&mut next, moved);
    next
}

/// Gives recorded dependencies the new names of blocks. A block of which some instances stay is still depended on too.
fn follow(snapshot: &mut Snapshot, moved: &BTreeMap<&InstanceAddress, InstanceAddress>) {
    let renamed: BTreeSet<(String, String)> = moved
        .iter()
        .map(|(from, to)| (from.block().to_string(), to.block().to_string()))
        .filter(|(from, to)| from != to)
        .collect();
    let left: BTreeSet<String> = snapshot
        .resources
        .iter()
        .filter_map(|resource| address_of(resource, resource.instances.first()?))
        .map(|address| address.block().to_string())
        .collect();
    let resources = snapshot.resources.iter_mut();
    for instance in resources.flat_map(|resource| &mut resource.instances) {
        let names = instance.dependencies.iter().flat_map(|name| {
            let new = renamed.iter().filter(|(from, _)| from == name);
            let mut names: Vec<String> = new.map(|(_, to)| to.clone()).collect();
            if names.is_empty() || left.contains(name) {
                names.push(name.clone());
            }
            names
        });
        let names: BTreeSet<String> = names.collect();
        instance.dependencies = names.into_iter().collect();
    }
}
