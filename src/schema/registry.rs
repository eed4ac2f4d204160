//! The types that exist, as the compiler sees them.

use super::{Block, Rules, TypeSchema};
use crate::address::ResourceMode;

/// The pure half of a resource or data type.
#[derive(Clone, Copy)]
pub struct TypeEntry {
    /// The type's own name; a reference by an alias leads to the same entry.
    pub name: &'static str,
    /// The type of its provider, as `aws`.
    pub provider: &'static str,
    /// Its shape.
    pub schema: &'static TypeSchema,
    /// Its rules.
    pub rules: &'static dyn Rules,
}

/// All types and provider configurations.
pub trait Schemas: Send + Sync {
    /// The type of a name, in a mode; `None` when there is none.
    fn find(&self, mode: ResourceMode, name: &str) -> Option<TypeEntry>;

    /// The settings of a provider's configuration, by its type; `None` when the provider is not built in.
    fn provider(&self, provider_type: &str) -> Option<&'static Block>;

    /// The names of all types of a mode, sorted.
    fn names(&self, mode: ResourceMode) -> Vec<&'static str>;
}
