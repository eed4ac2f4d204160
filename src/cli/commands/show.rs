//! `show`: a saved plan, or the state.

use super::Context;
use super::work::{saved, saved_program};
use crate::address::InstanceAddress;
use crate::cli::ExitCode;
use crate::cli::arguments::{ShowArguments, StateFile};
use crate::cli::view;
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::{Failure, TERRAFORM_VERSION, replan, starting};
use crate::review::json::{self, Surroundings};
use crate::review::{Review, human, markdown, recorded_outputs};
use crate::source::read_bytes;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use trustform_state::snapshot::Snapshot;

pub(crate) fn run(context: &Context, arguments: &ShowArguments) -> ExitCode {
    let terminal = context.terminal;
    let shown = match &arguments.file {
        Some(path) if arguments.markdown.is_none() && is_state(path) => {
            state_in(context, arguments, path)
        }
        Some(path) => plan(context, arguments, path),
        None if arguments.markdown.is_some() => Err(Failure::plain(
            Diagnostic::error(Code::Usage, "`-markdown` needs a saved plan.")
                .hint("To save one: trustform plan -out=PLAN"),
        )),
        None => state(context, arguments),
    };
    match shown {
        Ok(()) => ExitCode::Success,
        Err(failure) => view::fail(&failure, terminal),
    }
}

fn plan(context: &Context, arguments: &ShowArguments, path: &Path) -> Result<(), Failure> {
    let terminal = context.terminal;
    let (program, file) = saved_program(context, saved(path)?, None)?;
    let failure = |diagnostics: crate::diagnostic::Diagnostics| {
        Failure::new(diagnostics, &program.configuration.sources)
    };
    let snapshot = file.snapshot().map_err(failure)?;
    let start = starting(Arc::new(snapshot), &program).map_err(failure)?;
    let planned = replan(&file, &program, &start.prior).map_err(failure)?;
    let review = Review {
        plan: &planned.plan,
        schemas: context.schemas.as_ref(),
        snapshot: &start.snapshot,
        calls: &BTreeMap::new(),
    };
    if arguments.json {
        let timestamp = file.plan_timestamp();
        let surroundings = Surroundings {
            terraform_version: TERRAFORM_VERSION,
            configuration: &program.configuration,
            variables: &program.inputs,
            timestamp: &timestamp,
        };
        view::print(&json::plan(review, surroundings).to_string());
    } else if let Some(name) = &arguments.markdown {
        let name = Some(name.as_str()).filter(|name| !name.is_empty());
        view::print_raw(&markdown(review, name));
    } else {
        view::print_raw(&human(review, terminal.style));
    }
    Ok(())
}

/// Whether a file is a state, and no plan: a plan has no `serial`.
fn is_state(path: &Path) -> bool {
    let bytes = read_bytes(path).unwrap_or_default();
    let whole = serde_json::from_slice::<serde_json::Value>(&bytes).unwrap_or_default();
    whole.get("serial").is_some()
}

fn state_in(context: &Context, arguments: &ShowArguments, path: &Path) -> Result<(), Failure> {
    let file = StateFile {
        state: Some(path.to_path_buf()),
    };
    let session = super::state::looked_at(context, &file)?;
    state_shown(context, arguments, &session.snapshot());
    Ok(())
}

fn state(context: &Context, arguments: &ShowArguments) -> Result<(), Failure> {
    let (configuration, _) = context.project.load()?;
    let session = context.look(&configuration)?;
    state_shown(context, arguments, &session.snapshot());
    Ok(())
}

fn state_shown(context: &Context, arguments: &ShowArguments, snapshot: &Snapshot) {
    let terminal = context.terminal;
    if arguments.json {
        let state = json::state(snapshot, context.schemas.as_ref(), TERRAFORM_VERSION);
        view::print(&state.to_string());
        return;
    }
    if snapshot.resources.is_empty() && snapshot.outputs.is_empty() {
        view::print("The state is empty.");
        return;
    }
    // A line stands free between objects, and two where another module begins.
    let mut last = None;
    for resource in &snapshot.resources {
        for instance in &resource.instances {
            let text = format!("{}{}", resource.key, instance.key());
            let Ok(address) = text.parse::<InstanceAddress>() else {
                continue;
            };
            let gap = match &last {
                None => "",
                Some(module) if *module == address.module => "\n",
                Some(_) => "\n\n",
            };
            let shown = view::recorded(&address, instance, context.schemas.as_ref(), terminal);
            view::print(&format!("{gap}{shown}"));
            last = Some(address.module);
        }
    }
    if !snapshot.outputs.is_empty() {
        let outputs = recorded_outputs(&snapshot.outputs, terminal.style);
        view::print(&format!("\n\nOutputs:\n\n{outputs}"));
    }
}
