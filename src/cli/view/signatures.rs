//! The signatures of functions in Terraform's format 1.0 (Terraform documentation, "Functions Metadata").

use crate::lang::functions::{Function, Parameter};
use crate::value::type_to_json;
use serde_json::{Map, Value as Json, json};

/// The signature of a function as an object.
pub(in crate::cli) fn signature(function: &Function) -> Json {
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
