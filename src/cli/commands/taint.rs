//! `taint` and `untaint`: marking an object for the next plan to replace it. Terraform advises `-replace` instead, which
//! shows what it comes to before anything is marked.

use super::Context;
use super::addresses::{instance, invalid};
use super::state::{Backup, edit};
use crate::address::{InstanceAddress, ResourceMode};
use crate::cli::ExitCode;
use crate::cli::arguments::TaintArguments;
use crate::cli::view;
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::{self, Failure};
use crate::source::SourceMap;
use trustform_state::snapshot::Snapshot;

/// Marks an object.
pub(crate) fn taint(context: &Context, arguments: &TaintArguments) -> ExitCode {
    let mark =
        |before: &Snapshot, address: &InstanceAddress| engine::taint(before, address).map(Ok);
    run(context, arguments, "taint", "been marked as tainted", mark)
}

/// Takes the mark away.
pub(crate) fn untaint(context: &Context, arguments: &TaintArguments) -> ExitCode {
    run(
        context,
        arguments,
        "untaint",
        "been successfully untainted",
        engine::untaint,
    )
}

type Change = fn(&Snapshot, &InstanceAddress) -> Option<Result<Snapshot, Diagnostic>>;

fn run(
    context: &Context,
    arguments: &TaintArguments,
    operation: &'static str,
    done: &str,
    change: Change,
) -> ExitCode {
    let terminal = context.terminal;
    let changed = addressed(arguments, operation).and_then(|address| {
        edit(
            context,
            &arguments.editing,
            operation,
            Backup::OfTheFile,
            |before| match change(before, &address) {
                Some(next) => {
                    let text = format!("Resource instance {address} has {done}.");
                    Ok((Some(next.map_err(Failure::plain)?), text))
                }
                None if arguments.allow_missing => {
                    view::diagnostics(&missing(&address).into(), &SourceMap::default(), terminal);
                    Ok((None, String::new()))
                }
                None => Err(Failure::plain(absent(&address))),
            },
        )
    });
    match changed {
        Ok(text) => {
            if !text.is_empty() {
                view::print(&text);
            }
            ExitCode::Success
        }
        Err(failure) => view::fail(&failure, terminal),
    }
}

fn addressed(arguments: &TaintArguments, operation: &str) -> Result<InstanceAddress, Failure> {
    let text = &arguments.address;
    let address = instance(text).map_err(|error| invalid("address", text, &error))?;
    if address.resource.mode != ResourceMode::Managed {
        let detail =
            format!("Resource instance {address} cannot be {operation}ed: it is not managed.");
        return Err(Failure::plain(Diagnostic::error(Code::Usage, detail)));
    }
    Ok(address)
}

fn absent(address: &InstanceAddress) -> Diagnostic {
    let detail = format!(
        "There is no resource instance in the state with the address {address}. If it was only just added to the \
         configuration, `apply` makes and records it."
    );
    Diagnostic::error(Code::UnknownReference, detail).with_summary("No such resource instance")
}

fn missing(address: &InstanceAddress) -> Diagnostic {
    let detail = format!(
        "Resource instance {address} was not found, but this is not an error because -allow-missing was set."
    );
    Diagnostic::warning(Code::UnknownReference, detail).with_summary("No such resource instance")
}
