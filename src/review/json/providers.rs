//! `provider_config`: the provider configurations, and the keys by which resources name them.

use super::expressions::body;
use crate::address::{ModulePath, Name};
use crate::config::{Configuration, Module, ProviderReference};
use crate::link::INTERNAL_SETTINGS;
use crate::schema::Schemas;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeSet;

/// The key of the provider configuration that a reference of a module leads to; without a reference, the default one of
/// the local name.
pub(super) fn config_key(
    configuration: &Configuration,
    module: &ModulePath,
    local_name: &Name,
    reference: Option<&ProviderReference>,
) -> Option<String> {
    let mut path = module.clone();
    let mut name = reference
        .map_or(local_name, |reference| &reference.local_name)
        .clone();
    let mut alias = reference.and_then(|reference| reference.alias.clone());
    while let Some((parent, outer_name, outer_alias)) =
        inherited(configuration, &path, &name, alias.as_ref())
    {
        (path, name, alias) = (parent, outer_name, outer_alias);
    }
    configuration.module(&path)?;
    Some(key(&path, &name, alias.as_ref()))
}

/// The configuration of the caller that one of a module is: what the call passes, or one of the same name, if the
/// caller has any. `None` for one that the module has itself.
fn inherited(
    configuration: &Configuration,
    path: &ModulePath,
    name: &Name,
    alias: Option<&Name>,
) -> Option<(ModulePath, Name, Option<Name>)> {
    let mut blocks = configuration.module(path)?.providers.iter();
    if blocks.any(|block| block.local_name == *name && block.alias.as_ref() == alias) {
        return None;
    }
    let parent = path.parent()?;
    let caller = configuration.module(&parent)?;
    let call = caller.calls.get(path.names().last()?)?;
    let mut passed = call.providers.iter();
    let passed =
        passed.find(|(inner, _)| inner.local_name == *name && inner.alias.as_ref() == alias);
    match passed {
        Some((_, outer)) => Some((parent, outer.local_name.clone(), outer.alias.clone())),
        None if alias.is_none() && local_names(caller).contains(name) => {
            Some((parent, name.clone(), None))
        }
        None => None,
    }
}

/// The local names of the providers that a module requires, says so or not.
fn local_names(module: &Module) -> BTreeSet<Name> {
    let required = module.required_providers.keys().cloned();
    let blocks = module
        .providers
        .iter()
        .map(|block| block.local_name.clone());
    let resources = module
        .resources
        .values()
        .map(|resource| match &resource.provider {
            Some(reference) => reference.local_name.clone(),
            None => Module::implied_provider(&resource.name.resource_type).into(),
        });
    required.chain(blocks).chain(resources).collect()
}

/// Every provider block, and the default configuration of each provider that a module requires without having one.
pub(super) fn provider_configs(
    configuration: &Configuration,
    schemas: &dyn Schemas,
) -> Map<String, Json> {
    let mut configs = Map::new();
    for (path, module) in &configuration.modules {
        for block in &module.providers {
            let mut members = named(module, path, &block.local_name, block.alias.as_ref());
            let kind = module.provider(&block.local_name).provider_type;
            if let Some(shape) = schemas.provider(&kind) {
                let mut expressions = body(&block.body, shape);
                expressions.retain(|name, _| !INTERNAL_SETTINGS.contains(&name.as_str()));
                if !expressions.is_empty() {
                    members.insert("expressions".into(), Json::Object(expressions));
                }
            }
            let key = key(path, &block.local_name, block.alias.as_ref());
            configs.insert(key, Json::Object(members));
        }
    }
    for (path, module) in &configuration.modules {
        for local_name in local_names(module) {
            let own = key(path, &local_name, None);
            if config_key(configuration, path, &local_name, None).as_ref() == Some(&own) {
                let members = named(module, path, &local_name, None);
                configs.entry(own).or_insert(Json::Object(members));
            }
        }
    }
    configs
}

fn named(
    module: &Module,
    path: &ModulePath,
    local_name: &Name,
    alias: Option<&Name>,
) -> Map<String, Json> {
    let mut members = Map::new();
    members.insert("name".into(), json!(local_name.as_ref()));
    let address = module.provider(local_name);
    members.insert("full_name".into(), json!(address.to_string()));
    if let Some(alias) = alias {
        members.insert("alias".into(), json!(alias.as_ref()));
    }
    let constraint = module.required_providers.get(local_name);
    if let Some(required) = constraint.filter(|required| !required.version.is_empty()) {
        members.insert("version_constraint".into(), json!(required.version));
    }
    if !path.is_root() {
        members.insert("module_address".into(), json!(path.to_string()));
    }
    members
}

fn key(module: &ModulePath, local_name: &Name, alias: Option<&Name>) -> String {
    let alias = alias.map(|alias| format!(".{alias}")).unwrap_or_default();
    if module.is_root() {
        format!("{local_name}{alias}")
    } else {
        format!("{module}:{local_name}{alias}")
    }
}
