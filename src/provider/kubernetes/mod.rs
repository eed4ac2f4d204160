//! The Kubernetes provider: service accounts, namespaces, and single annotations and labels of anything.
//!
//! Everything is written by server-side apply, so each object keeps track of which fields are ours.

mod client;
mod config;
mod connect;
mod failure;
mod fields;
mod ignored;
mod looking;
mod metadata;
mod names;
mod namespace;
mod object;
mod owned;
mod ownership;
mod service_account;
#[cfg(test)]
mod tests;
mod token;
pub mod token_request;

pub use client::{FIELD_MANAGER, KubernetesClients, Target};
pub use config::{Exec, Settings, provider_block};
pub use connect::destination;
pub use ignored::Ignored;
pub use token::{EksTokens, TokenError, stand_in};

use super::{DataSource, ResourceKind};

/// The resource types of the provider, in the order of their names.
static RESOURCES: [&dyn ResourceKind; 4] = [
    &fields::ANNOTATIONS,
    &fields::LABELS,
    &namespace::Namespace,
    &service_account::ServiceAccount,
];

/// The resource type of a name or alias.
pub fn resource(name: &str) -> Option<&'static dyn ResourceKind> {
    let mut kinds = RESOURCES.into_iter();
    kinds.find(|kind| kind.name() == name || kind.aliases().contains(&name))
}

/// The data type of a name; there are none yet.
pub fn data(_name: &str) -> Option<&'static dyn DataSource> {
    None
}

/// The names of all resource types, sorted, with their aliases.
pub fn names() -> Vec<&'static str> {
    let kinds = RESOURCES.into_iter();
    let mut names: Vec<_> = kinds
        .flat_map(|kind| kind.aliases().iter().copied().chain([kind.name()]))
        .collect();
    names.sort_unstable();
    names
}
