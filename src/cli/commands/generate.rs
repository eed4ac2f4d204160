//! `plan -generate-config-out`: the file of blocks for what is imported, written before the plan is made.

use super::import::looked_up;
use super::{Context, Loaded};
use crate::cli::view;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::engine::{
    CompileRequest, Failure, add_generated, compile_for, declare_missing, generated as blocks,
    place_for_generated,
};
use crate::plan::{Mode, Options, PriorState};
use crate::source::{SourceMap, create_file, is_there};
use std::path::Path;
use trustform_state::snapshot::Snapshot;

/// Refuses plans that generate nothing, and places where no file can be made.
pub(super) fn checked(
    context: &Context,
    options: &Options,
    path: Option<&Path>,
) -> Result<(), Failure> {
    let Some(path) = path else {
        return Ok(());
    };
    if options.mode != Mode::Normal {
        let detail = "Blocks are made by normal plans only, not by those to destroy or to refresh.";
        let diagnostic =
            Diagnostic::error(Code::Usage, detail).with_summary("Invalid generate-config-out flag");
        return Err(Failure::plain(diagnostic));
    }
    let place = context.project.directory.join(path);
    place_for_generated(path, is_there(&place))
        .map_err(|diagnostics| Failure::new(diagnostics, &SourceMap::default()))
}

/// The configuration with blocks for what is imported without one; they are written to the file, too, if there are any.
pub(super) async fn generated(
    context: &Context,
    parallelism: usize,
    path: &Path,
    mut loaded: Loaded,
    recorded: &Snapshot,
) -> Result<Loaded, Failure> {
    let mut lacking = loaded.configuration.clone();
    let declared = declare_missing(&mut lacking);
    let sources = lacking.sources.clone();
    let failure = |diagnostics: Diagnostics| Failure::new(diagnostics, &sources);
    let providers = declared.map_err(failure)?;
    if providers.is_empty() {
        return Ok(loaded);
    }
    let request = CompileRequest {
        configuration: lacking,
        inputs: loaded.inputs.clone(),
        schemas: context.schemas.clone(),
        plan_timestamp: None,
        unfinished: true,
    };
    let (program, _) = compile_for(&context.project, request, Some(recorded))?;
    let (prior, problems) = PriorState::decode(recorded, context.schemas.as_ref());
    if problems.has_errors() {
        return Err(failure(problems));
    }
    let planned = looked_up(context, parallelism, &program, &prior).await?;
    let text = blocks(&planned.plan, &providers, context.schemas.as_ref()).map_err(failure)?;
    let place = context.project.directory.join(path);
    create_file(&place, text.as_bytes()).map_err(|error| {
        let diagnostic = Diagnostic::error(Code::Unreadable, format!("{}.", error.of_writing()))
            .with_summary("Failed to create target generated file");
        Failure::plain(diagnostic)
    })?;
    add_generated(&mut loaded.configuration, path, &text).map_err(failure)?;
    view::note(&format!(
        "Blocks for what is imported were written to {}, and the plan is made with them.",
        path.display()
    ));
    Ok(loaded)
}
