//! `metadata functions`: the signatures of the language's functions, in Terraform's format 1.0.

use super::Context;
use crate::cli::ExitCode;
use crate::cli::arguments::{MetadataArguments, MetadataCommand};
use crate::cli::view;
use crate::lang::functions::{Function, Parameter, all, of_provider};
use crate::value::type_to_json;
use serde_json::{Map, Value as Json, json};

pub(crate) fn run(_: &Context, arguments: &MetadataArguments) -> ExitCode {
    let MetadataCommand::Functions(_) = &arguments.command;
    view::print(&functions().to_string());
    ExitCode::Success
}

/// All functions, by name, and once more as members of the namespace `core`.
pub(super) fn functions() -> Json {
    let mut named: Vec<&Function> = all()
        .filter(|function| of_provider(function.name).is_none())
        .collect();
    named.sort_by_key(|function| function.name);
    let signatures: Map<String, Json> = named
        .into_iter()
        .flat_map(|function| {
            let name = function.name;
            [name.to_owned(), format!("core::{name}")].map(|name| (name, signature(function)))
        })
        .collect();
    json!({ "format_version": "1.0", "function_signatures": signatures })
}

fn signature(function: &Function) -> Json {
    let mut members = Map::new();
    members.insert("description".into(), json!(function.description));
    members.insert(
        "return_type".into(),
        type_to_json(&function.declared_type()),
    );
    if !function.parameters.is_empty() {
        let parameters: Vec<Json> = function.parameters.iter().map(parameter).collect();
        members.insert("parameters".into(), json!(parameters));
    }
    if let Some(variadic) = &function.variadic {
        members.insert("variadic_parameter".into(), parameter(variadic));
    }
    Json::Object(members)
}

fn parameter(parameter: &Parameter) -> Json {
    let mut members = Map::new();
    members.insert("name".into(), json!(parameter.name));
    members.insert("description".into(), json!(parameter.description));
    if parameter.takes_null() {
        members.insert("is_nullable".into(), json!(true));
    }
    members.insert("type".into(), type_to_json(&parameter.accepts.ty()));
    Json::Object(members)
}
