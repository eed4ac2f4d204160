//! `init`

use super::get::installed;
use super::{Context, block_on, lock_request};
use crate::cli::ExitCode;
use crate::cli::arguments::InitArguments;
use crate::cli::view::{self, View};
use crate::config::Configuration;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::engine::{Failure, InitRequest, Initialised, initialise, requirements};
use std::sync::atomic::{AtomicBool, Ordering};

pub(crate) fn run(context: &Context, arguments: &InitArguments) -> ExitCode {
    let terminal = context.terminal;
    let view = View::new(terminal, arguments.json);
    match prepared(context, arguments, view) {
        Ok((configuration, diagnostics, done)) => {
            view.diagnostics(&diagnostics, &configuration.sources);
            view.said_with_code(&told(&done), "output_init_success_message");
            ExitCode::Success
        }
        Err(failure) => view.fail(&failure),
    }
}

/// Installs modules, looks at what the configuration requires, and sets the backend up.
fn prepared(
    context: &Context,
    arguments: &InitArguments,
    view: View,
) -> Result<(Configuration, Diagnostics, Initialised), Failure> {
    if let Some(source) = &arguments.from_module {
        return Err(Failure::plain(from_module(source)));
    }
    let mut diagnostics = Diagnostics::new();
    if arguments.get {
        let is_first = AtomicBool::new(true);
        diagnostics.extend(installed(context, arguments.upgrade, &|line| {
            if is_first.swap(false, Ordering::Relaxed) {
                view.said_with_code("Initializing modules...", "initializing_modules_message");
            }
            view.said(line);
        })?);
    }
    let (configuration, more) = context.project.load()?;
    diagnostics.extend(more);
    if !configuration.has_files() {
        view.said("The directory is empty: there are no configuration files yet.");
    }
    diagnostics.extend(requirements(&configuration, context.schemas.as_ref()));
    if diagnostics.has_errors() {
        return Err(Failure::new(diagnostics, &configuration.sources));
    }
    let done = initialised(context, arguments, &configuration)?;
    diagnostics.extend(done.diagnostics.clone());
    Ok((configuration, diagnostics, done))
}

fn from_module(source: &str) -> Diagnostic {
    let detail = format!(
        "`-from-module={source}` is not supported: no module is copied into the directory."
    );
    Diagnostic::error(Code::NotSupportedYet, detail)
        .hint("To begin from a module: fetch it yourself, as with `git clone`, and run `trustform init` in its folder.")
}

fn initialised(
    context: &Context,
    arguments: &InitArguments,
    configuration: &Configuration,
) -> Result<Initialised, Failure> {
    if !arguments.backend || !arguments.cloud {
        return Ok(Initialised::default());
    }
    let ask = |question: &str| asked(context, arguments, question);
    let request = InitRequest {
        overrides: &arguments.backend_config,
        reconfigure: arguments.reconfigure,
        migrate: arguments.migrate_state || arguments.force_copy,
        lock: lock_request(context, &arguments.locking, "init")?,
        ask: &ask,
    };
    let reach = context.reach()?;
    block_on(initialise(
        &context.project,
        configuration,
        &reach,
        &request,
    ))?
}

/// Asks whether states are to be copied.
fn asked(context: &Context, arguments: &InitArguments, question: &str) -> Result<bool, Failure> {
    if arguments.force_copy {
        return Ok(true);
    }
    let terminal = context.terminal;
    if !arguments.input || arguments.json || !terminal.interactive {
        let detail = format!(
            "{question}\n\nThere is nobody to answer: input is disabled, or standard input is not a terminal."
        );
        return Err(Failure::plain(
            Diagnostic::error(Code::Usage, detail)
                .with_summary("Migration has to be confirmed")
                .hint("To copy without asking: -force-copy")
                .hint("To begin anew there: -reconfigure"),
        ));
    }
    view::asks(&format!(
        "{question}\n  Enter \"yes\" to copy and \"no\" to leave everything where it is."
    ))
    .map_err(|error| {
        Failure::plain(Diagnostic::error(
            Code::Usage,
            format!("Cannot ask: {error}."),
        ))
    })
}

fn told(done: &Initialised) -> String {
    let mut lines = Vec::new();
    if let Some(unset) = &done.unset {
        lines.push(format!("The backend \"{unset}\" is no longer used.\n"));
    }
    if !done.moved.is_empty() {
        lines.push(format!(
            "Copied the state of: {}. The states in the former backend are as they were.\n",
            done.moved.join(", ")
        ));
    }
    if let Some(backend_type) = &done.backend_type {
        lines.push(format!("The backend \"{backend_type}\" is configured.\n"));
    }
    lines.push("The directory is initialised. Providers are built in.".to_owned());
    lines.join("\n")
}
