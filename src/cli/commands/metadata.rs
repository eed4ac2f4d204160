//! `metadata functions`: the signatures of the language's functions, in Terraform's format 1.0.

use super::Context;
use crate::cli::ExitCode;
use crate::cli::arguments::{MetadataArguments, MetadataCommand};
use crate::cli::view::{self, signatures::signature};
use crate::lang::functions::{Function, all, of_provider};
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
