//! Resources as blocks, and their instances.

use super::{InstanceKey, ModuleInstance, ModulePath, Name};
use std::fmt;

/// Whether a block manages an object, only reads one, or has one for as long as a run needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ResourceMode {
    /// A `resource` block.
    Managed,
    /// A `data` block.
    Data,
    /// An `ephemeral` block, whose object no state has.
    Ephemeral,
}

/// The name of a block within its module: mode, type and label.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceName {
    /// Managed, data or ephemeral.
    pub mode: ResourceMode,
    /// The type, as `aws_iam_role`.
    pub resource_type: Name,
    /// The label.
    pub name: Name,
}

impl ResourceMode {
    /// The type of its blocks: `resource`, `data`, `ephemeral`.
    pub fn block_type(self) -> &'static str {
        match self {
            ResourceMode::Managed => "resource",
            ResourceMode::Data => "data",
            ResourceMode::Ephemeral => "ephemeral",
        }
    }

    /// The mode as Terraform's JSON formats name it: `managed`, `data`, `ephemeral`.
    pub fn name(self) -> &'static str {
        match self {
            ResourceMode::Managed => "managed",
            ResourceMode::Data => "data",
            ResourceMode::Ephemeral => "ephemeral",
        }
    }
}

impl ResourceName {
    /// The name of a `resource` block.
    pub fn managed(resource_type: impl Into<Name>, name: impl Into<Name>) -> Self {
        let mode = ResourceMode::Managed;
        ResourceName {
            mode,
            resource_type: resource_type.into(),
            name: name.into(),
        }
    }

    /// The name of a `data` block.
    pub fn data(resource_type: impl Into<Name>, name: impl Into<Name>) -> Self {
        let mode = ResourceMode::Data;
        ResourceName {
            mode,
            resource_type: resource_type.into(),
            name: name.into(),
        }
    }

    /// The name of an `ephemeral` block.
    pub fn ephemeral(resource_type: impl Into<Name>, name: impl Into<Name>) -> Self {
        let mode = ResourceMode::Ephemeral;
        ResourceName {
            mode,
            resource_type: resource_type.into(),
            name: name.into(),
        }
    }

    /// This block in a module of the configuration.
    pub fn in_module(self, module: ModulePath) -> ResourceAddress {
        ResourceAddress {
            module,
            resource: self,
        }
    }
}

impl fmt::Display for ResourceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = match self.mode {
            ResourceMode::Managed => "",
            ResourceMode::Data => "data.",
            ResourceMode::Ephemeral => "ephemeral.",
        };
        write!(f, "{prefix}{}.{}", self.resource_type, self.name)
    }
}

/// A block of the configuration, wherever its module stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceAddress {
    /// The module, without instance keys.
    pub module: ModulePath,
    /// The block in it.
    pub resource: ResourceName,
}

impl fmt::Display for ResourceAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.module.is_root() {
            write!(f, "{}.", self.module)?;
        }
        write!(f, "{}", self.resource)
    }
}

/// One instance of a resource: what the state has an entry for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstanceAddress {
    /// The module instance.
    pub module: ModuleInstance,
    /// The block in it.
    pub resource: ResourceName,
    /// The key of the instance.
    pub key: InstanceKey,
}

impl InstanceAddress {
    /// The block this is an instance of.
    pub fn block(&self) -> ResourceAddress {
        self.resource.clone().in_module(self.module.path())
    }
}

impl fmt::Display for InstanceAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.module.is_root() {
            write!(f, "{}.", self.module)?;
        }
        write!(f, "{}{}", self.resource, self.key)
    }
}
