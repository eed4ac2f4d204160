//! `init`

use super::Context;
use crate::cli::ExitCode;
use crate::cli::arguments::InitArguments;
use crate::cli::view;
use crate::engine::{BackendSettings, init};

pub(crate) fn run(context: &Context, arguments: &InitArguments) -> ExitCode {
    let terminal = context.terminal(arguments.output.no_color);
    let done = context
        .project
        .load()
        .and_then(|(configuration, diagnostics)| {
            let declared = configuration.root().backend.is_some();
            let settings = BackendSettings::of(&configuration, &arguments.backend_config)?;
            init(&context.project, &settings, declared)?;
            Ok((configuration, diagnostics, declared))
        });
    match done {
        Ok((configuration, diagnostics, declared)) => {
            view::diagnostics(&diagnostics, &configuration.sources, terminal);
            if declared {
                view::print("The backend \"local\" is configured.\n");
            }
            view::print(
                "The directory is initialised. Providers are built in; nothing had to be installed.",
            );
            ExitCode::Success
        }
        Err(failure) => view::fail(&failure, terminal),
    }
}
