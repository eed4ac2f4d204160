//! One object of a resource instance as the state records it: its attributes, and what is needed
//! to work with it when the configuration no longer names it.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::attributes::Attributes;
use super::newtypes::{DeposedKey, IndexKey};
use super::{empty_is_none, is_false, null_is_default};

/// One object of a resource instance: the current one, or a deposed one.
///
/// Its JSON form is that of an element of `instances` in Terraform's state format version 4.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InstanceState {
    /// Key under `count` or `for_each`; absent for a resource with neither.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index_key: Option<IndexKey>,
    /// Whether the object can be used or is to be replaced.
    #[serde(default, skip_serializing_if = "is_ready")]
    pub status: ObjectStatus,
    /// Set when the object was replaced and is still to be destroyed.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "empty_is_none"
    )]
    pub deposed: Option<DeposedKey>,
    /// Version of the schema the attributes follow.
    #[serde(default, deserialize_with = "null_is_default")]
    pub schema_version: u64,
    /// The attributes as JSON, members in the order read; `null` when only
    /// [`attributes_flat`](Self::attributes_flat) is recorded.
    #[serde(default, skip_serializing_if = "Attributes::is_null")]
    pub attributes: Attributes,
    /// The attributes in the flat form of Terraform 0.11, which lives on in states that nobody has
    /// touched since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attributes_flat: Option<BTreeMap<String, String>>,
    /// Which attributes hold sensitive values.
    #[serde(default, deserialize_with = "null_is_default")]
    pub sensitive_attributes: Vec<SensitivePath>,
    /// Version of the schema that [`identity`](Self::identity) follows; Terraform 1.12 and later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_schema_version: Option<u64>,
    /// The provider's identity of the object; Terraform 1.12 and later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<Value>,
    /// Bytes that belong to the provider, as base64 text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private: Option<String>,
    /// Resources this object depends on, as addresses without instance keys; they order its
    /// destruction.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "null_is_default"
    )]
    pub dependencies: Vec<String>,
    /// Whether a replacement is created before this object is destroyed.
    #[serde(
        default,
        skip_serializing_if = "is_false",
        deserialize_with = "null_is_default"
    )]
    pub create_before_destroy: bool,
    /// Members this version does not know, kept for the tool that wrote them.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl InstanceState {
    /// Makes the current, ready object of an instance, with nothing recorded but its attributes.
    pub fn new(
        index_key: Option<IndexKey>,
        schema_version: u64,
        attributes: impl Into<Attributes>,
    ) -> Self {
        Self {
            index_key,
            status: ObjectStatus::Ready,
            deposed: None,
            schema_version,
            attributes: attributes.into(),
            attributes_flat: None,
            sensitive_attributes: Vec::new(),
            identity_schema_version: None,
            identity: None,
            private: None,
            dependencies: Vec::new(),
            create_before_destroy: false,
            extra: Map::new(),
        }
    }

    /// Where this object stands in its resource.
    pub fn key(&self) -> ObjectKey {
        ObjectKey {
            index_key: self.index_key.clone(),
            deposed: self.deposed.clone(),
        }
    }

    /// Whether this is the object that `key` names.
    pub fn is_at(&self, key: &ObjectKey) -> bool {
        self.index_key == key.index_key && self.deposed == key.deposed
    }
}

/// Whether an object can be used as it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ObjectStatus {
    /// Whole, and used by others.
    #[default]
    #[serde(rename = "")]
    Ready,
    /// Created but not trusted; the next plan replaces it.
    #[serde(rename = "tainted")]
    Tainted,
}

/// The place of a sensitive value in an object's attributes.
pub type SensitivePath = Vec<PathStep>;

/// One step of a [`SensitivePath`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "value")]
pub enum PathStep {
    /// Into the attribute of this name.
    #[serde(rename = "get_attr")]
    Attribute(String),
    /// Into the element with this key.
    #[serde(rename = "index")]
    Index(StepKey),
}

/// The key of an element: a text or a number, together with its type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepKey {
    /// The key itself.
    pub value: Value,
    /// Its type, `"string"` or `"number"`.
    #[serde(rename = "type")]
    pub ty: Value,
}

/// Which object of a resource is meant: an instance key, and a deposed key unless it is the current
/// object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ObjectKey {
    /// Key under `count` or `for_each`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index_key: Option<IndexKey>,
    /// Key of a deposed object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deposed: Option<DeposedKey>,
}

impl fmt::Display for ObjectKey {
    /// Writes what follows the resource in an address, as Terraform does.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(key) = &self.index_key {
            write!(f, "[{key}]")?;
        }
        if let Some(key) = &self.deposed {
            write!(f, " (deposed object {key})")?;
        }
        Ok(())
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands a reference to the predicate"
)]
fn is_ready(status: &ObjectStatus) -> bool {
    *status == ObjectStatus::Ready
}
