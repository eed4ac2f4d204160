//! `show -json` of a state, in Terraform's format 1.0.

use super::checks;
use super::tree::{modules, named};
use super::values::{plain, sensitive};
use crate::address::{InstanceAddress, InstanceKey, ModuleInstance, ResourceMode, ResourceName};
use crate::plan::decode_attributes;
use crate::plan::{attribute_path, mark_at};
use crate::review::secrets::by_schema;
use crate::schema::{Schemas, TypeEntry};
use crate::value::{Type, Value, from_json};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;
use trustform_state::snapshot::{
    IndexKey, InstanceState, ObjectStatus, OutputValue, ResourceMode as StateMode, ResourceState,
    Snapshot,
};

/// A state as JSON. One that holds nothing has the format's version alone, as Terraform has it.
pub fn state(snapshot: &Snapshot, schemas: &dyn Schemas, terraform_version: &str) -> Json {
    if snapshot.resources.is_empty() && snapshot.outputs.is_empty() {
        return json!({ "format_version": "1.0" });
    }
    let same = |_: &InstanceAddress, recorded| Some(recorded);
    let mut state = with_objects(snapshot, schemas, terraform_version, &same, Vec::new());
    let checks = checks::recorded(&snapshot.check_results);
    if let (Json::Object(members), false) = (&mut state, checks.is_empty()) {
        members.insert("checks".into(), Json::Array(checks));
    }
    state
}

/// A current object, and the blocks it depends on.
pub(super) struct Current {
    /// The object, with marks.
    pub(super) value: Value,
    /// The blocks.
    pub(super) depends_on: Vec<String>,
}

/// As [`state`] without checks, where current objects may be replaced by what they are now (`None` for one that is gone)
/// and others stand before them.
pub(super) fn with_objects(
    snapshot: &Snapshot,
    schemas: &dyn Schemas,
    terraform_version: &str,
    now: &dyn Fn(&InstanceAddress, Current) -> Option<Current>,
    others: Vec<(ModuleInstance, Json)>,
) -> Json {
    let mut resources = others;
    for resource in &snapshot.resources {
        for instance in &resource.instances {
            resources.extend(entry(resource, instance, schemas, now));
        }
    }
    let mut values = Map::new();
    if !snapshot.outputs.is_empty() {
        values.insert("outputs".into(), outputs(&snapshot.outputs));
    }
    values.insert("root_module".into(), modules(resources));
    json!({
        "format_version": "1.0",
        "terraform_version": terraform_version,
        "values": values,
    })
}

fn outputs(outputs: &BTreeMap<String, OutputValue>) -> Json {
    let output = |output: &OutputValue| json!({ "sensitive": output.sensitive, "value": output.value, "type": output.ty });
    let members = outputs
        .iter()
        .map(|(name, value)| (name.clone(), output(value)));
    Json::Object(members.collect())
}

fn entry(
    resource: &ResourceState,
    instance: &InstanceState,
    schemas: &dyn Schemas,
    now: &dyn Fn(&InstanceAddress, Current) -> Option<Current>,
) -> Option<(ModuleInstance, Json)> {
    let address = address(resource, instance)?;
    let known = schemas.find(address.resource.mode, &resource.key.ty);
    let mut current = Current {
        value: object(instance, known),
        depends_on: instance.dependencies.clone(),
    };
    if instance.deposed.is_none() {
        current = now(&address, current)?;
    }
    let Current { value, depends_on } = current;
    let mut members = named(&address, provider_name(&resource.provider));
    members.insert("schema_version".into(), json!(instance.schema_version));
    members.insert("values".into(), plain(&value).unwrap_or(Json::Null));
    members.insert("sensitive_values".into(), sensitive(&value));
    if !depends_on.is_empty() {
        members.insert("depends_on".into(), json!(depends_on));
    }
    if instance.status == ObjectStatus::Tainted {
        members.insert("tainted".into(), json!(true));
    }
    if let Some(key) = &instance.deposed {
        members.insert("deposed_key".into(), json!(key.to_string()));
    }
    Some((address.module, Json::Object(members)))
}

/// The recorded object with its secrets marked.
fn object(instance: &InstanceState, entry: Option<TypeEntry>) -> Value {
    let attributes = &instance.attributes;
    let by_type = entry.and_then(|entry| decode_attributes(attributes, &entry.schema.block).ok());
    let mut value = match by_type {
        Some(known) => known.into_value(),
        None => from_json(&attributes.json(), &Type::Dynamic)
            .unwrap_or_else(|_| Value::null(Type::Dynamic)),
    };
    if let Some(entry) = entry {
        value = by_schema(&entry.schema.block, &value);
    }
    for path in &instance.sensitive_attributes {
        value = mark_at(&value, attribute_path(path).steps());
    }
    value
}

fn address(resource: &ResourceState, instance: &InstanceState) -> Option<InstanceAddress> {
    let mode = match resource.key.mode {
        StateMode::Managed => ResourceMode::Managed,
        StateMode::Data => ResourceMode::Data,
    };
    let key = match &instance.index_key {
        None => InstanceKey::None,
        Some(IndexKey::Int(index)) => InstanceKey::Int(u64::try_from(*index).ok()?),
        Some(IndexKey::Text(text)) => InstanceKey::string(text.as_str()),
    };
    Some(InstanceAddress {
        module: resource
            .key
            .module
            .as_deref()
            .unwrap_or_default()
            .parse()
            .ok()?,
        resource: ResourceName {
            mode,
            resource_type: resource.key.ty.as_str().into(),
            name: resource.key.name.as_str().into(),
        },
        key,
    })
}

/// The provider in `module.m.provider["host/namespace/type"].alias`.
fn provider_name(configuration: &str) -> &str {
    configuration.split('"').nth(1).unwrap_or(configuration)
}
