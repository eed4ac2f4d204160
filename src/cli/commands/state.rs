//! `state list` and `state show`

use super::Context;
use crate::address::InstanceAddress;
use crate::cli::ExitCode;
use crate::cli::arguments::{StateArguments, StateCommand};
use crate::cli::view;
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::Failure;
use trustform_state::snapshot::{InstanceState, Snapshot};

pub(crate) fn run(context: &Context, arguments: &StateArguments) -> ExitCode {
    let terminal = context.terminal(false);
    let shown = snapshot(context).and_then(|snapshot| match &arguments.command {
        StateCommand::List { addresses } => Ok(list(&snapshot, addresses)),
        StateCommand::Show { address } => show(context, &snapshot, address),
    });
    match shown {
        Ok(text) => {
            if !text.is_empty() {
                view::print(&text);
            }
            ExitCode::Success
        }
        Err(failure) => view::fail(&failure, terminal),
    }
}

fn snapshot(context: &Context) -> Result<Snapshot, Failure> {
    let (configuration, _) = context.project.load()?;
    let session = context.look(&configuration)?;
    let exists = session.recovered.snapshot.is_some();
    let snapshot = session.snapshot();
    if !exists {
        let detail = "No state file was found: nothing has been applied here yet.";
        return Err(Failure::plain(
            Diagnostic::error(Code::State, detail).with_summary("No state file was found"),
        ));
    }
    Ok(snapshot)
}

fn addresses(snapshot: &Snapshot) -> impl Iterator<Item = (String, &InstanceState)> {
    snapshot.resources.iter().flat_map(|resource| {
        let current = resource
            .instances
            .iter()
            .filter(|instance| instance.deposed.is_none());
        current.map(move |instance| (format!("{}{}", resource.key, instance.key()), instance))
    })
}

fn list(snapshot: &Snapshot, wanted: &[String]) -> String {
    let within = |address: &str| {
        wanted.is_empty()
            || wanted.iter().any(|prefix| {
                address.strip_prefix(prefix.as_str()).is_some_and(|rest| {
                    rest.is_empty() || rest.starts_with('.') || rest.starts_with('[')
                })
            })
    };
    let lines: Vec<String> = addresses(snapshot)
        .map(|(address, _)| address)
        .filter(|address| within(address))
        .collect();
    lines.join("\n")
}

fn show(context: &Context, snapshot: &Snapshot, wanted: &str) -> Result<String, Failure> {
    let parsed: Result<InstanceAddress, _> = wanted.parse();
    let address = parsed
        .map_err(|error| Failure::plain(Diagnostic::error(Code::Usage, format!("{error}."))))?;
    let text = address.to_string();
    let found = addresses(snapshot).find(|(address, _)| *address == text);
    match found {
        Some((_, instance)) => {
            let terminal = context.terminal(false);
            Ok(view::recorded(
                &address,
                instance,
                context.schemas.as_ref(),
                terminal,
            ))
        }
        None => {
            let detail =
                format!("The state has no instance {text}. `state list` shows what it has.");
            let names: Vec<String> = addresses(snapshot).map(|(address, _)| address).collect();
            Err(Failure::plain(
                Diagnostic::error(Code::UnknownReference, detail)
                    .with_summary("No instance found for the given address")
                    .suggest(&text, names.iter().map(String::as_str)),
            ))
        }
    }
}
