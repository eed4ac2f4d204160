//! Addresses: names of modules, resources, their instances, providers and attributes.
//!
//! Each has one validating constructor, [`std::fmt::Display`] in Terraform's spelling and [`std::str::FromStr`]
//! where people type it. Nothing here knows configuration.

mod key;
mod module;
mod parse;
mod path;
mod provider;
mod resource;
mod target;
#[cfg(test)]
mod tests;

pub use key::InstanceKey;
pub use module::{ModuleInstance, ModulePath};
pub use parse::AddressError;
pub use path::{AttributePath, PathStep};
pub use provider::{ProviderAddress, ProviderConfigAddress};
pub use resource::{InstanceAddress, ResourceAddress, ResourceMode, ResourceName};
pub use target::Target;

use std::sync::Arc;

/// A short name that is copied often: attribute, block label, map key.
pub type Name = Arc<str>;
