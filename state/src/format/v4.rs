//! Terraform's state format version 4, member by member in the order Terraform 1.11 writes it.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Number, Value};

use super::{FormatError, text};
use crate::snapshot::{
    InstanceState, Lineage, OutputValue, ResourceKey, ResourceMode, ResourceState, Serial,
    Snapshot, TerraformVersion, empty_is_none, null_is_default,
};

/// The whole file, owned, for reading.
#[derive(Deserialize)]
struct ReadFile {
    #[serde(rename = "version", deserialize_with = "four")]
    _version: (),
    #[serde(default, deserialize_with = "empty_is_none")]
    terraform_version: Option<TerraformVersion>,
    #[serde(default, deserialize_with = "null_is_default")]
    serial: Serial,
    #[serde(default = "Lineage::unrecorded")]
    lineage: Lineage,
    #[serde(default, deserialize_with = "null_is_default")]
    outputs: BTreeMap<String, OutputValue>,
    #[serde(default, deserialize_with = "null_is_default")]
    resources: Vec<ReadResource>,
    #[serde(default)]
    check_results: Value,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

/// The whole file, borrowed, for writing.
#[derive(Serialize)]
struct WriteFile<'a> {
    version: u64,
    terraform_version: &'a str,
    serial: Serial,
    lineage: &'a Lineage,
    outputs: &'a BTreeMap<String, OutputValue>,
    resources: Vec<WriteResource<'a>>,
    check_results: &'a Value,
    #[serde(flatten)]
    extra: &'a Map<String, Value>,
}

#[derive(Deserialize)]
struct ReadResource {
    #[serde(default, deserialize_with = "null_is_default")]
    module: String,
    mode: ResourceMode,
    #[serde(rename = "type")]
    ty: String,
    name: String,
    each: Option<String>,
    #[serde(default, deserialize_with = "null_is_default")]
    provider: String,
    #[serde(default, deserialize_with = "null_is_default")]
    instances: Vec<InstanceState>,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

#[derive(Serialize)]
struct WriteResource<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    module: Option<&'a str>,
    mode: ResourceMode,
    #[serde(rename = "type")]
    ty: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    each: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    provider: &'a str,
    instances: Vec<&'a InstanceState>,
    #[serde(flatten)]
    extra: &'a Map<String, Value>,
}

/// Reads a state of version 4. A file of another version is an error that does not say so.
pub(super) fn parse(bytes: &[u8]) -> Result<Snapshot, FormatError> {
    let file: ReadFile =
        serde_json::from_slice(bytes).map_err(|error| FormatError::from_json(&error))?;
    let resources = file
        .resources
        .into_iter()
        .map(ReadResource::decoded)
        .collect();
    let snapshot = Snapshot {
        terraform_version: file.terraform_version,
        serial: file.serial,
        lineage: file.lineage,
        outputs: file.outputs,
        resources,
        check_results: file.check_results,
        extra: file.extra,
    };
    refuse_duplicates(&snapshot)?;
    Ok(snapshot)
}

/// Writes a state of version 4: sorted, indented by two spaces, with a final line break.
pub(super) fn write(snapshot: &Snapshot) -> Result<Vec<u8>, serde_json::Error> {
    let mut resources: Vec<WriteResource<'_>> =
        snapshot.resources.iter().map(WriteResource::new).collect();
    resources.sort_by_key(|resource| (resource.module, resource.mode, resource.ty, resource.name));
    let file = WriteFile {
        version: 4,
        terraform_version: snapshot
            .terraform_version
            .as_ref()
            .map_or("", TerraformVersion::as_str),
        serial: snapshot.serial,
        lineage: &snapshot.lineage,
        outputs: &snapshot.outputs,
        resources,
        check_results: &snapshot.check_results,
        extra: &snapshot.extra,
    };
    let mut bytes = text::pretty(&file)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn four<'de, D: Deserializer<'de>>(input: D) -> Result<(), D::Error> {
    let version = Number::deserialize(input)?;
    match version.as_u64() {
        Some(4) => Ok(()),
        Some(_) | None => Err(D::Error::custom("another version")),
    }
}

impl ReadResource {
    fn decoded(self) -> ResourceState {
        let mut instances = self.instances;
        for instance in &mut instances {
            if instance.attributes.is_null() && instance.attributes_flat.is_none() {
                instance.attributes = Value::Object(Map::new()).into();
            }
        }
        ResourceState {
            key: ResourceKey {
                module: Some(self.module).filter(|module| !module.is_empty()),
                mode: self.mode,
                ty: self.ty,
                name: self.name,
            },
            each: self.each,
            provider: self.provider,
            instances,
            extra: self.extra,
        }
    }
}

impl<'a> WriteResource<'a> {
    fn new(resource: &'a ResourceState) -> Self {
        let mut instances: Vec<&InstanceState> = resource.instances.iter().collect();
        instances.sort_by(|left, right| {
            (&left.index_key, &left.deposed).cmp(&(&right.index_key, &right.deposed))
        });
        Self {
            module: resource.key.module.as_deref(),
            mode: resource.key.mode,
            ty: &resource.key.ty,
            name: &resource.key.name,
            each: resource.each.as_deref(),
            provider: &resource.provider,
            instances,
            extra: &resource.extra,
        }
    }
}

/// Two objects in one place cannot both be meant; Terraform refuses such a file too.
fn refuse_duplicates(snapshot: &Snapshot) -> Result<(), FormatError> {
    let mut seen = BTreeSet::new();
    for resource in &snapshot.resources {
        for instance in &resource.instances {
            let key = instance.key();
            let address = format!("{}{key}", resource.key);
            if !seen.insert((&resource.key, key)) {
                return Err(FormatError::Duplicate { address });
            }
        }
    }
    Ok(())
}
