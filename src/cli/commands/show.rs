//! `show`: a saved plan, or the state.

use super::Context;
use super::work::saved_program;
use crate::address::InstanceAddress;
use crate::cli::ExitCode;
use crate::cli::arguments::ShowArguments;
use crate::cli::view;
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::{Failure, PlanFile, TERRAFORM_VERSION, replan, starting};
use crate::review::json::{self, Surroundings};
use crate::review::{Review, human, markdown, recorded_outputs};
use crate::source::read_bytes;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use trustform_state::format::{self, FormatError};
use trustform_state::snapshot::Snapshot;

pub(crate) fn run(context: &Context, arguments: &ShowArguments) -> ExitCode {
    let terminal = context.terminal;
    match shown(context, arguments) {
        Ok(()) => ExitCode::Success,
        Err(failure) => view::fail(&failure, terminal),
    }
}

fn shown(context: &Context, arguments: &ShowArguments) -> Result<(), Failure> {
    let found = match &arguments.file {
        Some(path) => found(path)?,
        None if arguments.markdown.is_some() => return Err(needs_a_plan()),
        None => {
            let (configuration, _) = context.project.load()?;
            Found::State(context.look(&configuration)?.snapshot())
        }
    };
    match found {
        Found::Plan(file) => plan(context, arguments, *file),
        Found::State(_) if arguments.markdown.is_some() => Err(needs_a_plan()),
        Found::State(snapshot) => {
            state(context, arguments, &snapshot);
            Ok(())
        }
    }
}

fn needs_a_plan() -> Failure {
    Failure::plain(
        Diagnostic::error(Code::Usage, "`-markdown` needs a saved plan.")
            .hint("To save one: trustform plan -out=PLAN"),
    )
}

/// What there is to show.
enum Found {
    Plan(Box<PlanFile>),
    State(Arc<Snapshot>),
}

/// What a file is.
fn found(path: &Path) -> Result<Found, Failure> {
    let bytes = read_bytes(path).map_err(|error| neither(&format!("{error}.")))?;
    let no_state = match format::parse(&bytes) {
        Ok(Some(snapshot)) => return Ok(Found::State(Arc::new(snapshot))),
        Err(error @ FormatError::Newer { .. }) => return Err(too_new(&error)),
        Ok(None) => "the file is empty".to_owned(),
        Err(error) => error.to_string(),
    };
    let plan = PlanFile::parse(path, &bytes).map_err(|problems| {
        let no_plan = problems.into_iter().map(|problem| problem.detail);
        let no_plan: Vec<String> = no_plan.collect();
        neither(&format!(
            "It is no state: {no_state}. {}",
            no_plan.join(" ")
        ))
    })?;
    Ok(Found::Plan(Box::new(plan)))
}

fn too_new(error: &FormatError) -> Failure {
    Failure::plain(
        Diagnostic::error(Code::InvalidPlan, format!("{error}."))
            .with_summary("Unsupported state file format"),
    )
}

fn neither(reasons: &str) -> Failure {
    Failure::plain(
        Diagnostic::error(Code::InvalidPlan, reasons)
            .with_summary("Failed to read the given file as a state or plan file")
            .hint("A saved plan is what `plan -out=FILE` writes."),
    )
}

fn plan(context: &Context, arguments: &ShowArguments, file: PlanFile) -> Result<(), Failure> {
    let terminal = context.terminal;
    let (program, file) = saved_program(context, file, None)?;
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

fn state(context: &Context, arguments: &ShowArguments, snapshot: &Snapshot) {
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
