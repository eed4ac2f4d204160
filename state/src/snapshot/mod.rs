//! A snapshot of the state in memory: everything a state file says, with objects still encoded as
//! JSON, so that objects of unknown types pass through untouched.

mod attributes;
mod instance;
mod newtypes;
#[cfg(test)]
mod tests;
mod version;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::backend::digest;

pub use attributes::Attributes;
pub use instance::{InstanceState, ObjectKey, ObjectStatus, PathStep, SensitivePath, StepKey};
pub use newtypes::{
    DeposedKey, DeposedKeyError, IndexKey, Lineage, LineageError, Serial, SerialError,
};
pub use version::{TerraformVersion, TerraformVersionError};

/// Everything one state file says.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// The newest tool that wrote this state; `None` when the file does not say.
    pub terraform_version: Option<TerraformVersion>,
    /// How often the state has changed.
    pub serial: Serial,
    /// Which state this is a snapshot of.
    pub lineage: Lineage,
    /// Values of the root module's outputs.
    pub outputs: BTreeMap<String, OutputValue>,
    /// All resources that have objects, of all modules.
    pub resources: Vec<ResourceState>,
    /// Results of checks, as the last tool wrote them; `null` when there are none.
    pub check_results: Value,
    /// Members this version does not know, kept for the tool that wrote them.
    pub extra: Map<String, Value>,
}

impl Snapshot {
    /// Makes the snapshot that precedes the first write of a state: serial 0, nothing in it.
    pub fn empty(lineage: Lineage) -> Self {
        Self {
            terraform_version: None,
            serial: Serial::default(),
            lineage,
            outputs: BTreeMap::new(),
            resources: Vec::new(),
            check_results: Value::Null,
            extra: Map::new(),
        }
    }

    /// Records that `version` wrote the state, unless a newer tool already did.
    pub fn record_version(&mut self, version: &TerraformVersion) {
        let newer = |recorded: &TerraformVersion| recorded.is_newer_than(version);
        if !self.terraform_version.as_ref().is_some_and(newer) {
            self.terraform_version = Some(version.clone());
        }
    }

    /// Whether both say the same but for serial, lineage and tool version, in which case Terraform
    /// does not count a change.
    pub fn same_content(&self, other: &Self) -> bool {
        self.outputs == other.outputs
            && self.resources == other.resources
            && self.check_results == other.check_results
            && self.extra == other.extra
    }

    /// Hexadecimal SHA-256 of the state file that this snapshot makes.
    pub fn digest(&self) -> String {
        // A snapshot that has no JSON form is equal to none that was stored.
        crate::format::write(self).map_or_else(|_| String::new(), |bytes| digest(&bytes))
    }
}

/// The value of one output of the root module.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutputValue {
    /// The value as JSON.
    pub value: Value,
    /// The type of the value, as `terraform` writes types in JSON: `"string"`, `["set", "string"]`.
    #[serde(rename = "type")]
    pub ty: Value,
    /// Whether the value is masked where people look at it.
    #[serde(
        default,
        skip_serializing_if = "is_false",
        deserialize_with = "null_is_default"
    )]
    pub sensitive: bool,
    /// Members this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// One resource with all its objects.
#[derive(Debug, Clone, PartialEq)]
pub struct ResourceState {
    /// Which resource it is.
    pub key: ResourceKey,
    /// The `each` of states written by Terraform 0.12 (`list`, `map`); later ones have none.
    pub each: Option<String>,
    /// The provider configuration that manages the objects, as
    /// `module.m.provider["registry.terraform.io/hashicorp/aws"].alias`.
    pub provider: String,
    /// The objects, deposed ones among them.
    pub instances: Vec<InstanceState>,
    /// Members this version does not know.
    pub extra: Map<String, Value>,
}

impl ResourceState {
    /// Makes a resource that has no objects yet.
    pub fn new(key: ResourceKey, provider: impl Into<String>) -> Self {
        Self {
            key,
            each: None,
            provider: provider.into(),
            instances: Vec::new(),
            extra: Map::new(),
        }
    }
}

/// Which resource: the module it stands in, its mode, type and name.
///
/// Order is the order of a state file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ResourceKey {
    /// Address of the module instance, as `module.a["x"].module.b`; `None` for the root module.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub module: Option<String>,
    /// Managed, or read only.
    pub mode: ResourceMode,
    /// Resource type, as `aws_iam_role`.
    #[serde(rename = "type")]
    pub ty: String,
    /// Name of the block.
    pub name: String,
}

impl fmt::Display for ResourceKey {
    /// Writes the address of the resource, as Terraform does.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(module) = &self.module {
            write!(f, "{module}.")?;
        }
        match self.mode {
            ResourceMode::Managed => {}
            ResourceMode::Data => f.write_str("data.")?,
        }
        write!(f, "{}.{}", self.ty, self.name)
    }
}

/// Whether a resource is managed or only read.
///
/// Order is the order of a state file: data resources first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ResourceMode {
    /// A `data` block.
    Data,
    /// A `resource` block.
    Managed,
}

/// Reads `null` like an absent member, as Terraform does.
pub(crate) fn null_is_default<'de, D, T>(input: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Option::deserialize(input).map(Option::unwrap_or_default)
}

/// Reads the empty text like an absent member, and parses any other.
pub(crate) fn empty_is_none<'de, D, T>(input: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr,
    T::Err: fmt::Display,
{
    match Option::<String>::deserialize(input)? {
        None => Ok(None),
        Some(text) if text.is_empty() => Ok(None),
        Some(text) => text.parse().map(Some).map_err(serde::de::Error::custom),
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands a reference to the predicate"
)]
pub(crate) fn is_false(flag: &bool) -> bool {
    !*flag
}
