//! `get`: installs modules, and nothing else.

use super::{Context, block_on};
use crate::cli::ExitCode;
use crate::cli::arguments::GetArguments;
use crate::cli::view;
use crate::diagnostic::Diagnostics;
use crate::engine::{Failure, install_modules};
use crate::source::SourceMap;

pub(crate) fn run(context: &Context, arguments: &GetArguments) -> ExitCode {
    let terminal = context.terminal;
    match installed(context, arguments.update, &|line| view::print(line)) {
        Ok(warnings) => {
            view::diagnostics(&warnings, &SourceMap::default(), terminal);
            ExitCode::Success
        }
        Err(failure) => view::fail(&failure, terminal),
    }
}

/// Installs the modules of the project, told by `tell`. Returns warnings, which have no place in a file.
pub(super) fn installed(
    context: &Context,
    upgrade: bool,
    tell: &(dyn Fn(&str) + Sync),
) -> Result<Diagnostics, Failure> {
    block_on(install_modules(
        &context.project,
        &context.environment,
        context.reach()?,
        upgrade,
        tell,
    ))?
}
