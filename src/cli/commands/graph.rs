//! `graph`: what depends on what, to be drawn with `dot -Tsvg` or in Markdown.

use super::work::saved_program;
use super::{Context, Loaded};
use crate::cli::ExitCode;
use crate::cli::arguments::{GraphArguments, GraphType};
use crate::cli::view::{self, dot, mermaid};
use crate::diagnostic::Diagnostics;
use crate::engine::{Failure, replan};
use crate::eval::Program;
use crate::plan::PriorState;
use std::collections::BTreeSet;
use std::path::Path;
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
    let (program, file) = saved_program(context, path, None)?;
    let failure =
        |diagnostics: Diagnostics| Failure::new(diagnostics, &program.configuration.sources);
    let snapshot = file.snapshot().map_err(failure)?;
    let (prior, problems) = PriorState::decode(&snapshot, context.schemas.as_ref());
    if problems.has_errors() {
        return Err(failure(problems));
    }
    let planned = replan(&file, &program, &prior).map_err(failure)?;
    Ok(dot::operations(&planned.plan))
}
