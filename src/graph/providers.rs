//! Which provider configuration a resource of a module means.

use crate::address::{ModulePath, Name, ProviderConfigAddress};
use crate::config::{Configuration, Module, ProviderReference};
use crate::lang::Expression;

/// The provider configuration that a reference leads to.
#[derive(Clone, Debug)]
pub struct ResolvedProvider {
    /// Its address, as a state records it (without the key).
    pub address: ProviderConfigAddress,
    /// The local name that the provider has in the module of the configuration.
    pub local_name: Name,
    /// The key of the instance, evaluated in the given module, for configurations that the linker repeated.
    pub key: Option<(ModulePath, Expression)>,
}

/// Follows a provider reference from a module up to the block that configures it.
///
/// `reference` is `None` for a resource that names no provider: then its type decides. A module without a block of
/// its own gets what its call passes, else the caller's configuration of the same provider.
pub fn resolve_provider(
    configuration: &Configuration,
    module: &ModulePath,
    local_name: &Name,
    reference: Option<&ProviderReference>,
) -> Option<ResolvedProvider> {
    let mut path = module.clone();
    let mut local_name = reference
        .map_or(local_name, |reference| &reference.local_name)
        .clone();
    let mut alias = reference.and_then(|reference| reference.alias.clone());
    let mut key = reference
        .and_then(|r| r.key.clone())
        .map(|key| (path.clone(), key));
    loop {
        let declaration = configuration.module(&path)?;
        let block = declaration
            .providers
            .iter()
            .any(|p| p.local_name == local_name && p.alias == alias);
        let parent = path.parent();
        let (Some(parent_path), false) = (parent, block) else {
            let address = ProviderConfigAddress {
                module: path,
                provider: declaration.provider(&local_name),
                alias,
            };
            return Some(ResolvedProvider {
                address,
                local_name,
                key,
            });
        };
        let caller = configuration.module(&parent_path)?;
        let call = caller.calls.get(path.names().last()?)?;
        let passed = call
            .providers
            .iter()
            .find(|(inner, _)| inner.local_name == local_name && inner.alias == alias);
        match passed {
            Some((_, outer)) => {
                local_name.clone_from(&outer.local_name);
                alias.clone_from(&outer.alias);
                key = outer
                    .key
                    .clone()
                    .map(|key| (parent_path.clone(), key))
                    .or(key);
            }
            None => local_name = same_provider(declaration, caller, &local_name),
        }
        path = parent_path;
    }
}

/// The name that the caller has for the provider that a module calls `local_name`.
fn same_provider(module: &Module, caller: &Module, local_name: &Name) -> Name {
    let address = module.provider(local_name);
    let required = caller
        .required_providers
        .iter()
        .find(|(_, required)| required.address == address);
    required.map_or_else(|| address.provider_type.clone(), |(name, _)| name.clone())
}
