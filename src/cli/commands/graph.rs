//! `graph`: what depends on what, to be drawn with `dot -Tsvg` or in Markdown.

use super::work::{saved, saved_program};
use super::{Context, Loaded};
use crate::cli::ExitCode;
use crate::cli::arguments::{GraphArguments, GraphType};
use crate::cli::view::{self, dot, mermaid};
use crate::diagnostic::Diagnostics;
use crate::engine::{Failure, PlanFile, Planned, Session, recorded_unchanged, replan, starting};
use crate::eval::Program;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use trustform_state::snapshot::{Lineage, Snapshot};

pub(crate) fn run(context: &Context, arguments: &GraphArguments) -> ExitCode {
    match drawn(context, arguments) {
        Ok(text) => {
            view::print(&text);
            ExitCode::Success
        }
        Err(failure) => view::fail(&failure, context.terminal),
    }
}

fn drawn(context: &Context, arguments: &GraphArguments) -> Result<String, Failure> {
    if arguments.mermaid {
        return Ok(mermaid::resources(&program(context, arguments)?));
    }
    match (arguments.kind, &arguments.plan) {
        (None | Some(GraphType::Apply), Some(path)) => planned(context, path),
        (None, None) => Ok(dot::resources(&program(context, arguments)?)),
        (Some(GraphType::Plan | GraphType::PlanRefreshOnly), _)
        | (Some(GraphType::Apply), None) => Ok(dot::declarations(
            &program(context, arguments)?.graph,
            false,
        )),
        (Some(GraphType::PlanDestroy), _) => {
            Ok(dot::declarations(&program(context, arguments)?.graph, true))
        }
    }
}

fn program(context: &Context, arguments: &GraphArguments) -> Result<Program, Failure> {
    let (mut configuration, diagnostics) =
        context.project.load_thoroughly(context.schemas.as_ref())?;
    let (inputs, _) =
        context.inputs_or_unknown(&mut configuration, &arguments.var_file, &arguments.var)?;
    let loaded = Loaded {
        configuration,
        inputs,
        given: BTreeSet::new(),
        diagnostics,
    };
    let (program, _) = context.program(loaded, &Snapshot::empty(Lineage::unrecorded()))?;
    Ok(program)
}

fn planned(context: &Context, path: &Path) -> Result<String, Failure> {
    let (program, file) = saved_program(context, saved(path)?, None)?;
    let session = context.look(&program.configuration)?;
    let planned = still_valid(&program, &file, &session);
    planned
        .map(|planned| dot::operations(&planned.plan))
        .map_err(|problems| Failure::new(problems, &program.configuration.sources))
}

/// The plan of a file, if the state is still as it saw it.
fn still_valid(
    program: &Program,
    file: &PlanFile,
    session: &Session,
) -> Result<Planned, Diagnostics> {
    let then = starting(Arc::new(file.snapshot()?), program)?;
    let planned = replan(file, program, &then.prior)?;
    let now = starting(session.snapshot(), program)?;
    let exists = session.recovered.snapshot.is_some();
    recorded_unchanged(&planned, &then, &now, exists)?;
    Ok(planned)
}
