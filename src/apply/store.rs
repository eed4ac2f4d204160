//! The state while it changes: by address, so that one change costs nothing that grows with the rest.

use crate::address::{InstanceAddress, InstanceKey, ResourceMode};
use crate::plan::{Action, LiveObject, ProviderKey, attributes_json, sensitive_paths};
use crate::schema::TypeSchema;
use crate::value::Value;
use std::collections::BTreeMap;
use trustform_state::journal::{Effect, ObjectAddress};
use trustform_state::snapshot::{
    DeposedKey, IndexKey, InstanceState, ObjectKey, ResourceKey, ResourceMode as StateMode,
    ResourceState, SensitivePath, Snapshot,
};

/// A snapshot opened up for changes.
#[derive(Clone, Debug)]
pub struct StateStore {
    rest: Snapshot,
    resources: BTreeMap<ResourceKey, Slot>,
}

#[derive(Clone, Debug)]
struct Slot {
    resource: ResourceState,
    instances: BTreeMap<ObjectKey, InstanceState>,
}

impl StateStore {
    /// Opens a snapshot.
    pub fn open(mut snapshot: Snapshot) -> Self {
        let mut resources = BTreeMap::new();
        for mut resource in std::mem::take(&mut snapshot.resources) {
            let instances = std::mem::take(&mut resource.instances);
            let instances = instances
                .into_iter()
                .map(|instance| (instance.key(), instance))
                .collect();
            resources.insert(
                resource.key.clone(),
                Slot {
                    resource,
                    instances,
                },
            );
        }
        StateStore {
            rest: snapshot,
            resources,
        }
    }

    /// The snapshot as it is now. Resources without objects are left out.
    pub fn close(self) -> Snapshot {
        let mut snapshot = self.rest;
        snapshot.resources = self
            .resources
            .into_values()
            .filter(|slot| !slot.instances.is_empty())
            .map(|mut slot| {
                slot.resource.instances = slot.instances.into_values().collect();
                slot.resource
            })
            .collect();
        snapshot
    }

    /// Makes one change.
    pub fn apply(&mut self, effect: &Effect) {
        match effect {
            Effect::Put {
                resource,
                provider,
                instance,
            } => {
                let slot = self
                    .resources
                    .entry(resource.clone())
                    .or_insert_with(|| Slot {
                        resource: ResourceState::new(resource.clone(), provider.clone()),
                        instances: BTreeMap::new(),
                    });
                slot.resource.provider.clone_from(provider);
                slot.instances
                    .insert(instance.key(), instance.as_ref().clone());
            }
            Effect::Remove(object) => {
                if let Some(slot) = self.resources.get_mut(&object.resource) {
                    slot.instances.remove(&object.key);
                }
            }
            Effect::Depose { object, key } => {
                if let Some(slot) = self.resources.get_mut(&object.resource)
                    && let Some(mut instance) = slot.instances.remove(&object.key)
                {
                    instance.deposed = Some(key.clone());
                    slot.instances.insert(instance.key(), instance);
                }
            }
        }
    }

    /// The recorded object of an instance.
    pub fn get(&self, object: &ObjectAddress) -> Option<&InstanceState> {
        self.resources
            .get(&object.resource)?
            .instances
            .get(&object.key)
    }

    /// Whether an object is recorded to have these sensitive parts and no others.
    pub(super) fn has_secrets(&self, address: &InstanceAddress, paths: &[SensitivePath]) -> bool {
        let recorded = self.get(&object_address(address, None));
        let recorded = recorded.map_or(&[][..], |it| &it.sensitive_attributes);
        let within = |ones: &[SensitivePath], all: &[SensitivePath]| {
            ones.iter().all(|path| all.contains(path))
        };
        within(recorded, paths) && within(paths, recorded)
    }

    /// Records of an object that is to be changed that it depends on what its configuration says now, too: as in
    /// Terraform that is so as soon as it is refreshed, and stays where nothing comes of the change.
    pub fn expect(&mut self, change: &crate::plan::Change) {
        let at = object_address(&change.address, None);
        let slot = self.resources.get_mut(&at.resource);
        if let Some(recorded) = slot.and_then(|slot| slot.instances.get_mut(&at.key)) {
            let names = change.dependencies.iter().map(ToString::to_string);
            recorded.dependencies.extend(names);
            recorded.dependencies.sort();
            recorded.dependencies.dedup();
        }
    }

    /// Drops all data sources, before those of this run are put in.
    pub fn clear_data(&mut self) {
        self.resources
            .retain(|key, _| key.mode == StateMode::Managed);
    }

    /// Records of an object that stays, or only moves, what the plan knows beside it: the provider configuration it has
    /// now, the blocks it depends on by their new names, and in which order it would be replaced.
    pub fn reattach(&mut self, change: &crate::plan::Change) {
        let at = object_address(&change.address, change.deposed.as_ref());
        if change.after.is_none() || change.deposed.is_some() {
            return;
        }
        let Some(slot) = self.resources.get_mut(&at.resource) else {
            return;
        };
        slot.resource.provider = change.provider.to_string();
        if let Some(recorded) = slot.instances.get_mut(&at.key) {
            let mut names: Vec<String> = change
                .dependencies
                .iter()
                .map(ToString::to_string)
                .collect();
            names.sort();
            recorded.dependencies = names;
            recorded.create_before_destroy = change.create_before_destroy;
        }
    }

    /// The outputs and everything else that is not a resource.
    pub fn rest_mut(&mut self) -> &mut Snapshot {
        &mut self.rest
    }
}

/// Where an instance stands in a state.
pub(super) fn object_address(
    address: &InstanceAddress,
    deposed: Option<&DeposedKey>,
) -> ObjectAddress {
    let module = (!address.module.is_root()).then(|| address.module.to_string());
    let mode = match address.resource.mode {
        ResourceMode::Managed => StateMode::Managed,
        // No state has an ephemeral object, so nobody looks for one.
        ResourceMode::Data | ResourceMode::Ephemeral => StateMode::Data,
    };
    ObjectAddress {
        resource: ResourceKey {
            module,
            mode,
            ty: address.resource.resource_type.to_string(),
            name: address.resource.name.to_string(),
        },
        key: ObjectKey {
            index_key: index_key(&address.key),
            deposed: deposed.cloned(),
        },
    }
}

fn index_key(key: &InstanceKey) -> Option<IndexKey> {
    match key {
        InstanceKey::None => None,
        InstanceKey::Int(index) => Some(IndexKey::Int(i64::try_from(*index).unwrap_or(i64::MAX))),
        InstanceKey::String(text) => Some(IndexKey::Text(text.to_string())),
    }
}

/// An object to be put into the state, with what Terraform records beside it.
pub(super) struct Entry<'a> {
    pub(super) address: &'a InstanceAddress,
    pub(super) deposed: Option<&'a DeposedKey>,
    pub(super) provider: &'a ProviderKey,
    pub(super) schema: &'a TypeSchema,
    pub(super) object: &'a LiveObject,
    /// The planned value, whose sensitive parts are sensitive in the record too.
    pub(super) marked: Option<&'a Value>,
    pub(super) dependencies: Vec<String>,
    pub(super) create_before_destroy: bool,
}

impl Entry<'_> {
    /// The effect that puts it in.
    pub(super) fn put(&self) -> Effect {
        let at = object_address(self.address, self.deposed);
        let attributes = attributes_json(&self.object.object, &self.schema.block);
        let mut instance = InstanceState::new(at.key.index_key, self.schema.version, attributes);
        instance.deposed = self.deposed.cloned();
        instance.sensitive_attributes = self.marked.map(sensitive_paths).unwrap_or_default();
        instance.dependencies.clone_from(&self.dependencies);
        instance.create_before_destroy = self.create_before_destroy;
        if !self.object.private.is_empty() {
            use base64::Engine as _;
            let text = base64::engine::general_purpose::STANDARD.encode(&self.object.private);
            instance.private = Some(text);
        }
        Effect::Put {
            resource: at.resource,
            provider: self.provider.to_string(),
            instance: Box::new(instance),
        }
    }
}

/// What the configuration says of an object that was found.
#[derive(Default)]
struct Found<'a> {
    marked: Option<&'a Value>,
    dependencies: Vec<String>,
    create_before_destroy: bool,
}

impl StateStore {
    /// Records an object as it was found; one that is gone is dropped.
    pub fn refresh(
        &mut self,
        address: &InstanceAddress,
        live: Option<&Value>,
        change: Option<&crate::plan::Change>,
        schemas: &dyn crate::schema::Schemas,
    ) {
        let at = object_address(address, None);
        let Some(live) = live else {
            return self.apply(&Effect::Remove(at));
        };
        let entry = schemas.find(address.resource.mode, &address.resource.resource_type);
        let known = crate::value::Known::new(live);
        let recorded = self
            .resources
            .get_mut(&at.resource)
            .and_then(|slot| slot.instances.get_mut(&at.key));
        if let (Some(entry), Ok(known), Some(recorded)) = (entry, known, recorded) {
            recorded.attributes = attributes_json(&known, &entry.schema.block).into();
            recorded.schema_version = entry.schema.version;
            if let Some(change) = change {
                recorded.dependencies = change
                    .dependencies
                    .iter()
                    .map(ToString::to_string)
                    .collect();
            }
        }
    }

    /// Records an object that a plan has found and that is taken over as it is.
    pub fn take_in(&mut self, change: &crate::plan::Change, schemas: &dyn crate::schema::Schemas) {
        let found = Found {
            marked: change.after.as_ref(),
            dependencies: change
                .dependencies
                .iter()
                .map(ToString::to_string)
                .collect(),
            create_before_destroy: change.create_before_destroy,
        };
        self.put_found(change, found, schemas);
    }

    /// Records an object that a plan takes over, before anything is done with it: it stays recorded whatever fails, as in
    /// Terraform. What the configuration makes of it is recorded at once only where nothing is to be done.
    pub fn import(&mut self, change: &crate::plan::Change, schemas: &dyn crate::schema::Schemas) {
        if change.action == Action::NoOp {
            self.take_in(change, schemas);
        } else {
            self.put_found(change, Found::default(), schemas);
        }
    }

    fn put_found(
        &mut self,
        change: &crate::plan::Change,
        found: Found<'_>,
        schemas: &dyn crate::schema::Schemas,
    ) {
        let resource = &change.address.resource;
        let entry = schemas.find(resource.mode, &resource.resource_type);
        let (Some(entry), Some(object)) = (entry, &change.before) else {
            return;
        };
        let effect = Entry {
            address: &change.address,
            deposed: None,
            provider: &change.provider,
            schema: entry.schema,
            object,
            marked: found.marked,
            dependencies: found.dependencies,
            create_before_destroy: found.create_before_destroy,
        }
        .put();
        self.apply(&effect);
    }

    /// Records a data source as it was read.
    pub fn put_data(
        &mut self,
        data: &crate::plan::DataChange,
        value: &Value,
        schemas: &dyn crate::schema::Schemas,
    ) {
        let entry = schemas.find(
            data.address.resource.mode,
            &data.address.resource.resource_type,
        );
        let (Some(entry), Ok(object)) = (entry, crate::value::Known::new(value)) else {
            return;
        };
        let effect = Entry {
            address: &data.address,
            deposed: None,
            provider: &data.provider,
            schema: entry.schema,
            object: &LiveObject::from(object),
            marked: Some(value),
            dependencies: Vec::new(),
            create_before_destroy: false,
        }
        .put();
        self.apply(&effect);
    }
}
