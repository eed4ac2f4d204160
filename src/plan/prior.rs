//! The state as the planner sees it: decoded by the schemas, with what it cannot decode kept as it is.

use super::moved::Moves;
use super::reads::LiveObject;
use super::record::decode_attributes;
use super::secret::attribute_path;
use crate::address::{
    AttributePath, InstanceAddress, InstanceKey, Name, ResourceAddress, ResourceMode, ResourceName,
};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::eval::Program;
use crate::schema::{Schemas, TypeEntry};
use crate::value::{Marks, Value, from_json, type_from_json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use trustform_state::snapshot::{
    DeposedKey, IndexKey, InstanceState, ObjectStatus, ResourceMode as StateMode, ResourceState,
    Snapshot,
};

/// Everything the state records, by address.
#[derive(Clone, Debug, Default)]
pub struct PriorState {
    /// The managed instances.
    pub instances: BTreeMap<InstanceAddress, PriorInstance>,
    /// The values of root outputs, with whether they are sensitive.
    pub outputs: BTreeMap<Name, Value>,
    /// The moves that were made in the state before it was decoded.
    pub moves: Moves,
}

/// One instance: its provider and its objects.
#[derive(Clone, Debug)]
pub struct PriorInstance {
    /// The provider configuration, as the state writes it.
    pub provider: String,
    /// The current object; `None` when only deposed ones are left.
    pub current: Option<PriorObject>,
    /// Objects that were replaced and are still to be destroyed.
    pub deposed: BTreeMap<DeposedKey, PriorObject>,
}

/// One recorded object.
#[derive(Clone, Debug)]
pub struct PriorObject {
    /// The object; `None` when its type is not supported.
    pub object: Option<LiveObject>,
    /// Whether it is to be replaced.
    pub tainted: bool,
    /// Its parts that were recorded as sensitive.
    pub sensitive: Vec<AttributePath>,
    /// The blocks it depended on.
    pub dependencies: Arc<[ResourceAddress]>,
    /// Whether it was recorded as created before destroyed.
    pub create_before_destroy: bool,
}

impl PriorState {
    /// Decodes a snapshot. Objects of supported types that cannot be decoded are problems.
    pub fn decode(snapshot: &Snapshot, schemas: &dyn Schemas) -> (PriorState, Diagnostics) {
        let mut prior = PriorState::default();
        let mut diagnostics = Diagnostics::new();
        for resource in &snapshot.resources {
            if resource.key.mode == StateMode::Managed {
                prior.add(resource, schemas, &mut diagnostics);
            }
        }
        for (name, output) in &snapshot.outputs {
            let value = type_from_json(&output.ty).and_then(|ty| from_json(&output.value, &ty));
            match value {
                Ok(value) if output.sensitive => {
                    prior
                        .outputs
                        .insert(name.as_str().into(), value.marked(Marks::SENSITIVE));
                }
                Ok(value) => {
                    prior.outputs.insert(name.as_str().into(), value);
                }
                Err(error) => {
                    let detail =
                        format!("The state's value of output `{name}` cannot be read: {error}.");
                    diagnostics.push(Diagnostic::error(Code::State, detail));
                }
            }
        }
        (prior, diagnostics)
    }

    /// The blocks of managed instances that a program no longer has.
    pub(super) fn gone_blocks(&self, program: &Program) -> BTreeSet<ResourceAddress> {
        let is_gone = |address: &&InstanceAddress| {
            let index = program.graph.module(&address.module.path());
            index.is_none_or(|index| !index.resources.contains_key(&address.resource))
        };
        let gone = self.instances.keys().filter(is_gone);
        gone.map(InstanceAddress::block).collect()
    }

    fn add(
        &mut self,
        resource: &ResourceState,
        schemas: &dyn Schemas,
        diagnostics: &mut Diagnostics,
    ) {
        let module: crate::address::ModuleInstance =
            match resource.key.module.as_deref().unwrap_or_default().parse() {
                Ok(module) => module,
                Err(error) => {
                    diagnostics.push(Diagnostic::error(
                        Code::State,
                        format!("The state names a module wrongly: {error}."),
                    ));
                    return;
                }
            };
        let name = ResourceName::managed(resource.key.ty.as_str(), resource.key.name.as_str());
        let entry = schemas.find(ResourceMode::Managed, &resource.key.ty);
        for instance in &resource.instances {
            let key = match &instance.index_key {
                None => InstanceKey::None,
                Some(IndexKey::Int(index)) => {
                    InstanceKey::Int(u64::try_from(*index).unwrap_or_default())
                }
                Some(IndexKey::Text(text)) => InstanceKey::string(text.as_str()),
            };
            let address = InstanceAddress {
                module: module.clone(),
                resource: name.clone(),
                key,
            };
            let object = match decode_object(instance, entry) {
                Ok(object) => object,
                Err(reason) => {
                    let detail =
                        format!("The recorded object of {address} cannot be read: {reason}.");
                    diagnostics.push(Diagnostic::error(Code::State, detail).about(&address));
                    continue;
                }
            };
            let slot = self
                .instances
                .entry(address)
                .or_insert_with(|| PriorInstance {
                    provider: resource.provider.clone(),
                    current: None,
                    deposed: BTreeMap::new(),
                });
            match &instance.deposed {
                Some(key) => {
                    slot.deposed.insert(key.clone(), object);
                }
                None => slot.current = Some(object),
            }
        }
    }
}

fn decode_object(
    instance: &InstanceState,
    entry: Option<TypeEntry>,
) -> Result<PriorObject, String> {
    let object = match entry {
        None => None,
        Some(entry) => Some(LiveObject {
            object: current_shape(instance, entry)?,
            private: private_bytes(instance)?,
        }),
    };
    let dependencies = instance.dependencies.iter().filter_map(|text| {
        let address: InstanceAddress = text.parse().ok()?;
        Some(address.block())
    });
    let sensitive = instance.sensitive_attributes.iter().map(attribute_path);
    Ok(PriorObject {
        object,
        tainted: instance.status == ObjectStatus::Tainted,
        sensitive: sensitive.collect(),
        dependencies: dependencies.collect(),
        create_before_destroy: instance.create_before_destroy,
    })
}

fn current_shape(
    instance: &InstanceState,
    entry: TypeEntry,
) -> Result<crate::value::Known, String> {
    if instance.schema_version > entry.schema.version {
        return Err(format!(
            "it was written by a newer provider (schema version {}, while this version knows {})",
            instance.schema_version, entry.schema.version
        ));
    }
    let attributes = if instance.schema_version < entry.schema.version {
        entry
            .rules
            .upgrade(instance.schema_version, instance.attributes.json())
            .into()
    } else {
        instance.attributes.clone()
    };
    decode_attributes(&attributes, &entry.schema.block).map_err(|error| error.to_string())
}

fn private_bytes(instance: &InstanceState) -> Result<Vec<u8>, String> {
    use base64::Engine as _;
    let Some(text) = &instance.private else {
        return Ok(Vec::new());
    };
    base64::engine::general_purpose::STANDARD
        .decode(text)
        .map_err(|error| format!("`private`: {error}"))
}
