//! Resources by module, as both formats nest them.

use crate::address::{InstanceAddress, InstanceKey, ModuleInstance};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

/// The members by which both formats name an instance, `module_address` left out.
pub(super) fn named(address: &InstanceAddress, provider: &str) -> Map<String, Json> {
    let mut members = Map::new();
    members.insert("address".into(), json!(address.to_string()));
    members.insert("mode".into(), json!(address.resource.mode.name()));
    members.insert(
        "type".into(),
        json!(address.resource.resource_type.as_ref()),
    );
    members.insert("name".into(), json!(address.resource.name.as_ref()));
    let index = match &address.key {
        InstanceKey::None => None,
        InstanceKey::Int(index) => Some(json!(index)),
        InstanceKey::String(key) => Some(json!(key.as_ref())),
    };
    members.extend(index.map(|index| ("index".to_owned(), index)));
    members.insert("provider_name".into(), json!(provider));
    members
}

/// The root module with all modules below it.
pub(super) fn modules(resources: Vec<(ModuleInstance, Json)>) -> Json {
    let mut by_module: BTreeMap<ModuleInstance, Vec<Json>> = BTreeMap::new();
    by_module.insert(ModuleInstance::root(), Vec::new());
    for (module, resource) in resources {
        let mut parent = module.split().map(|(parent, ..)| parent);
        while let Some(above) = parent {
            by_module.entry(above.clone()).or_default();
            parent = above.split().map(|(parent, ..)| parent);
        }
        by_module.entry(module).or_default().push(resource);
    }
    node(&ModuleInstance::root(), &by_module)
}

fn node(module: &ModuleInstance, all: &BTreeMap<ModuleInstance, Vec<Json>>) -> Json {
    let mut members = Map::new();
    let resources = all.get(module).cloned().unwrap_or_default();
    if !resources.is_empty() {
        members.insert("resources".into(), Json::Array(resources));
    }
    if !module.is_root() {
        members.insert("address".into(), json!(module.to_string()));
    }
    let is_child =
        |other: &&ModuleInstance| other.split().is_some_and(|(parent, ..)| parent == *module);
    let children: Vec<Json> = all
        .keys()
        .filter(is_child)
        .map(|child| node(child, all))
        .collect();
    if !children.is_empty() {
        members.insert("child_modules".into(), Json::Array(children));
    }
    Json::Object(members)
}
