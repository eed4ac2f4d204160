//! `plan -generate-config-out`: the file of blocks for what is imported, written before the plan is made.

use super::import::looked_up;
use super::{Context, block_on};
use crate::cli::arguments::{Planning, StateFile};
use crate::cli::view::View;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::engine::{
    CompileRequest, Failure, compile_for, declare_missing, generated, place_for_generated,
};
use crate::plan::{Mode, Options, PriorState};
use crate::source::{SourceMap, create_file, is_there};
use std::path::Path;

/// Writes the file, and says whether anything had to be written.
pub(super) fn generate(
    context: &Context,
    planning: &Planning,
    options: &Options,
    path: &Path,
    view: View,
) -> Result<bool, Failure> {
    if options.mode != Mode::Normal {
        let detail = "Blocks are made by normal plans only, not by those to destroy or to refresh.";
        let diagnostic =
            Diagnostic::error(Code::Usage, detail).with_summary("Invalid generate-config-out flag");
        return Err(Failure::plain(diagnostic));
    }
    let plainly = |diagnostics: Diagnostics| Failure::new(diagnostics, &SourceMap::default());
    let place = context.project.directory.join(path);
    place_for_generated(path, is_there(&place)).map_err(plainly)?;
    let mut loaded = context.load(planning)?;
    let declared = declare_missing(&mut loaded.configuration);
    let sources = loaded.configuration.sources.clone();
    let failure = |diagnostics: Diagnostics| Failure::new(diagnostics, &sources);
    let providers = declared.map_err(failure)?;
    if providers.is_empty() {
        return Ok(false);
    }
    let file = StateFile { state: None };
    let recorded = super::state::looked_at(context, &file)?.snapshot();
    let request = CompileRequest {
        configuration: loaded.configuration,
        inputs: loaded.inputs,
        schemas: context.schemas.clone(),
        plan_timestamp: None,
        unfinished: true,
    };
    let (program, warnings) = compile_for(&context.project, request, Some(&recorded))?;
    view.diagnostics(&warnings, &program.configuration.sources);
    let (prior, problems) = PriorState::decode(&recorded, context.schemas.as_ref());
    if problems.has_errors() {
        return Err(failure(problems));
    }
    let looking = looked_up(context, planning.parallelism, &program, &prior);
    let planned = block_on(looking).and_then(|planned| planned)?;
    let text = generated(&planned.plan, &providers, context.schemas.as_ref()).map_err(failure)?;
    create_file(&place, text.as_bytes())
        .map_err(|error| Failure::plain(Diagnostic::error(Code::Unreadable, error.to_string())))?;
    Ok(true)
}
