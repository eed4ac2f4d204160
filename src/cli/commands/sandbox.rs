//! `sandbox show|set|rm`

use super::Context;
use crate::cli::ExitCode;
use crate::cli::arguments::{SandboxArguments, SandboxCommand};
use crate::cli::view;
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::Failure;
use crate::sandbox::{InspectError, Sandbox};

pub(crate) fn run(context: &Context, arguments: &SandboxArguments) -> ExitCode {
    let terminal = context.terminal;
    match context
        .open_sandbox()
        .and_then(|sandbox| act(&sandbox, &arguments.command))
    {
        Ok(text) => {
            if !text.is_empty() {
                view::print(&text);
            }
            ExitCode::Success
        }
        Err(failure) => view::fail(&failure, terminal),
    }
}

fn act(sandbox: &Sandbox, command: &SandboxCommand) -> Result<String, Failure> {
    match command {
        SandboxCommand::Show { address, json } => {
            show(sandbox, address.as_deref().unwrap_or_default(), *json)
        }
        SandboxCommand::Set { address, change } => {
            let change = serde_json::from_str(change).map_err(|error| {
                let detail = format!("The change is not JSON: {error}.");
                Failure::plain(Diagnostic::error(Code::Usage, detail).hint(
                    "A change is a JSON object whose members replace the object's own; null removes one.",
                ))
            })?;
            let object = sandbox
                .set(address, &change)
                .map_err(|error| refused(&error))?;
            Ok(format!("{address}\n{object:#}"))
        }
        SandboxCommand::Rm { address } => {
            sandbox.remove(address).map_err(|error| refused(&error))?;
            Ok(format!("removed {address}"))
        }
    }
}

fn show(sandbox: &Sandbox, prefix: &str, json: bool) -> Result<String, Failure> {
    let objects = sandbox.inspect(prefix).map_err(|error| refused(&error))?;
    if json {
        let members: serde_json::Map<String, serde_json::Value> = objects.into_iter().collect();
        return Ok(format!("{:#}", serde_json::Value::Object(members)));
    }
    match objects.as_slice() {
        [(address, object)] if address == prefix => Ok(format!("{object:#}")),
        objects => {
            let addresses: Vec<&str> = objects
                .iter()
                .map(|(address, _)| address.as_str())
                .collect();
            Ok(addresses.join("\n"))
        }
    }
}

fn refused(error: &InspectError) -> Failure {
    Failure::plain(
        Diagnostic::error(Code::Usage, format!("{error}."))
            .with_summary("Sandbox")
            .hint("`trustform sandbox show` lists all addresses."),
    )
}
