//! `state show`

use super::snapshot;
use crate::cli::arguments::StateShowArguments;
use crate::cli::commands::Context;
use crate::cli::commands::addresses::{instance, invalid};
use crate::cli::view;
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::{Failure, listed};

pub(super) fn run(context: &Context, arguments: &StateShowArguments) -> Result<String, Failure> {
    let wanted = &arguments.address;
    let address = instance(wanted).map_err(|error| invalid("address", wanted, &error))?;
    let snapshot = snapshot(context, &arguments.file)?;
    let found = listed(&snapshot).find(|(other, _)| *other == address);
    let Some((_, instance)) = found else {
        let detail =
            format!("The state has no instance {address}. `state list` shows what it has.");
        let names: Vec<String> = listed(&snapshot)
            .map(|(other, _)| other.to_string())
            .collect();
        return Err(Failure::plain(
            Diagnostic::error(Code::UnknownReference, detail)
                .with_summary("No instance found for the given address")
                .suggest(&address.to_string(), names.iter().map(String::as_str)),
        ));
    };
    let terminal = context.terminal;
    let schemas = context.schemas.as_ref();
    Ok(view::recorded(&address, instance, schemas, terminal))
}
