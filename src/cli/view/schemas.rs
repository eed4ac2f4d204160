//! The schemas of the built-in providers in Terraform's format 1.0 (Terraform documentation, "Providers Schema JSON
//! Output Format").

use super::signatures::signature;
use crate::address::{ProviderAddress, ResourceMode};
use crate::lang::functions::{all as all_functions, of_provider};
use crate::schema::{Attribute, Block, NestedBlock, Nesting, Presence, Schemas};
use crate::value::type_to_json;
use serde_json::{Map, Value as Json, json};

/// The providers, in the order of their addresses.
const PROVIDERS: [&str; 7] = [
    "aws",
    "kubernetes",
    "null",
    "random",
    "time",
    "tls",
    "terraform",
];

/// The members for the types of a provider, by their mode.
const KINDS: [(&str, ResourceMode); 3] = [
    ("resource_schemas", ResourceMode::Managed),
    ("data_source_schemas", ResourceMode::Data),
    ("ephemeral_resource_schemas", ResourceMode::Ephemeral),
];

/// Every provider with all of its types.
pub(in crate::cli) fn all(schemas: &dyn Schemas) -> Json {
    let providers = PROVIDERS.into_iter().filter_map(|provider| {
        let address = match provider {
            "terraform" => ProviderAddress::builtin(),
            _ => ProviderAddress::hashicorp(provider),
        };
        let settings = schemas.provider(provider)?;
        let mut members = Map::new();
        let settings = json!({ "version": 0, "block": block(settings) });
        members.insert("provider".into(), settings);
        for (member, mode) in KINDS {
            let types = types(schemas, provider, mode);
            // Terraform leaves out what a provider has none of, but for these two.
            if mode != ResourceMode::Ephemeral || types != json!({}) {
                members.insert(member.into(), types);
            }
        }
        if provider == "terraform" {
            members.insert("functions".into(), functions());
        }
        Some((address.to_string(), Json::Object(members)))
    });
    let providers: Map<String, Json> = providers.collect();
    json!({ "format_version": "1.0", "provider_schemas": providers })
}

/// The functions of the built-in provider, the only one that has some; what they do is one sentence.
fn functions() -> Json {
    let functions = all_functions().filter_map(|function| {
        let (_, name) = of_provider(function.name)?;
        let mut described = signature(function);
        if let Json::Object(members) = &mut described {
            members.insert("summary".into(), json!(function.description));
        }
        Some((name.to_owned(), described))
    });
    Json::Object(functions.collect())
}

fn types(schemas: &dyn Schemas, provider: &str, mode: ResourceMode) -> Json {
    let names = schemas.names(mode).into_iter();
    let described = names.filter_map(|name| {
        let entry = schemas
            .find(mode, name)
            .filter(|entry| entry.provider == provider)?;
        let mut content = block(&entry.schema.block);
        if let Json::Object(members) = &mut content {
            members.insert("description".into(), json!(entry.schema.description));
        }
        let schema = json!({ "version": entry.schema.version, "block": content });
        Some((name.to_owned(), schema))
    });
    Json::Object(described.collect())
}

fn block(content: &Block) -> Json {
    let mut members = Map::new();
    if !content.attributes.is_empty() {
        let mut all: Vec<&Attribute> = content.attributes.iter().collect();
        all.sort_by_key(|attribute| attribute.name);
        let all: Map<String, Json> = all
            .into_iter()
            .map(|one| (one.name.to_owned(), attribute(one)))
            .collect();
        members.insert("attributes".into(), Json::Object(all));
    }
    if !content.blocks.is_empty() {
        let mut all: Vec<&NestedBlock> = content.blocks.iter().collect();
        all.sort_by_key(|nested| nested.name);
        let all: Map<String, Json> = all
            .into_iter()
            .map(|one| (one.name.to_owned(), nested(one)))
            .collect();
        members.insert("block_types".into(), Json::Object(all));
    }
    members.insert("description_kind".into(), json!("plain"));
    Json::Object(members)
}

fn attribute(attribute: &Attribute) -> Json {
    let mut members = Map::new();
    members.insert("type".into(), type_to_json(&attribute.ty));
    members.insert("description".into(), json!(attribute.description));
    members.insert("description_kind".into(), json!("plain"));
    let flags: &[&str] = match attribute.presence {
        Presence::Required => &["required"],
        Presence::Optional => &["optional"],
        Presence::OptionalComputed => &["optional", "computed"],
        Presence::Computed => &["computed"],
    };
    for flag in flags {
        members.insert((*flag).to_owned(), json!(true));
    }
    if attribute.sensitive {
        members.insert("sensitive".into(), json!(true));
    }
    Json::Object(members)
}

fn nested(nested: &NestedBlock) -> Json {
    let mode = match nested.nesting {
        Nesting::Single => "single",
        Nesting::List => "list",
        Nesting::Set => "set",
    };
    let mut members = Map::new();
    members.insert("nesting_mode".into(), json!(mode));
    members.insert("block".into(), block(&nested.block));
    // A block that is there at most once has no number of items.
    let counts = nested.nesting != Nesting::Single;
    if counts && nested.min > 0 {
        members.insert("min_items".into(), json!(nested.min));
    }
    if counts && nested.max > 0 {
        members.insert("max_items".into(), json!(nested.max));
    }
    Json::Object(members)
}
