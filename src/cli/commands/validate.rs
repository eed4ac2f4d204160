//! `validate`

use super::Context;
use crate::cli::ExitCode;
use crate::cli::arguments::ValidateArguments;
use crate::cli::view;
use crate::engine::validate;

pub(crate) fn run(context: &Context, arguments: &ValidateArguments) -> ExitCode {
    let terminal = context.terminal;
    let found = context
        .project
        .load_thoroughly(context.schemas.as_ref())
        .map(|(configuration, mut diagnostics)| {
            diagnostics.extend(super::no_test_directory(
                context,
                arguments.test_directory.as_deref(),
            ));
            let schemas = context.schemas.clone();
            validate(&context.project, configuration, schemas, diagnostics)
        });
    let found = found.unwrap_or_else(|failure| failure);
    let valid = !found.diagnostics.has_errors();
    if arguments.json {
        view::print(&format!(
            "{:#}",
            view::json::validation(&found.diagnostics, &found.sources)
        ));
    } else {
        view::diagnostics(&found.diagnostics, &found.sources, terminal);
        if valid {
            view::print("Success! The configuration is valid.");
        }
    }
    if valid {
        ExitCode::Success
    } else {
        ExitCode::Problem
    }
}
