//! `show`: a saved plan, or the state.

use super::Context;
use super::work::saved_program;
use crate::cli::ExitCode;
use crate::cli::arguments::ShowArguments;
use crate::cli::view;
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::{Failure, TERRAFORM_VERSION, replan, starting};
use crate::review::json::{self, Surroundings};
use crate::review::{Review, human, markdown};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

pub(crate) fn run(context: &Context, arguments: &ShowArguments) -> ExitCode {
    let terminal = context.terminal(arguments.output.no_color);
    let shown = match &arguments.plan {
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
    let terminal = context.terminal(arguments.output.no_color);
    let (program, file) = saved_program(context, path, None)?;
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

fn state(context: &Context, arguments: &ShowArguments) -> Result<(), Failure> {
    let terminal = context.terminal(arguments.output.no_color);
    let (configuration, _) = context.project.load()?;
    let session = context.look(&configuration)?;
    let snapshot = session.snapshot();
    if arguments.json {
        let state = json::state(&snapshot, context.schemas.as_ref(), TERRAFORM_VERSION);
        view::print(&state.to_string());
        return Ok(());
    }
    if snapshot.resources.is_empty() && snapshot.outputs.is_empty() {
        view::print("The state is empty.");
        return Ok(());
    }
    for resource in &snapshot.resources {
        for instance in &resource.instances {
            let text = format!("{}{}", resource.key, instance.key());
            if let Ok(address) = text.parse() {
                let shown = view::recorded(&address, instance, context.schemas.as_ref(), terminal);
                view::print(&shown);
            }
        }
    }
    if !snapshot.outputs.is_empty() {
        view::print(&format!("Outputs:\n\n{}", view::outputs(&snapshot.outputs)));
    }
    Ok(())
}
