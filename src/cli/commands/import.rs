//! `import ADDR ID`

use super::interrupts::{Listening, until_stopped};
use super::work::open;
use super::{Context, block_on, options};
use crate::cli::ExitCode;
use crate::cli::arguments::ImportArguments;
use crate::cli::view::{self, View};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::engine::{
    CompileRequest, Failure, PlanRequest, Planned, Session, ask_for, compile_for, plan, take_in,
};
use crate::eval::Program;
use crate::plan::{Mode, Options, PriorState};
use crate::source::SourceMap;

pub(crate) fn run(context: &Context, arguments: &ImportArguments) -> ExitCode {
    let terminal = context.terminal;
    let view = View::new(terminal, false);
    if arguments.planning.json {
        let detail = "`import` prints nothing as JSON.";
        return view.fail(&Failure::plain(Diagnostic::error(Code::Usage, detail)));
    }
    if let Err(failure) = options::of_an_import(&arguments.planning) {
        return view.fail(&failure);
    }
    match block_on(imported(context, arguments, view)).and_then(|result| result) {
        Ok(()) => ExitCode::Success,
        Err(failure) => view.fail(&failure),
    }
}

async fn imported(
    context: &Context,
    arguments: &ImportArguments,
    view: View,
) -> Result<(), Failure> {
    let mut loaded = context.load(&arguments.planning)?;
    context.project.require_files(&loaded.configuration)?;
    let asked = ask_for(&mut loaded.configuration, &arguments.address, &arguments.id);
    let sources = loaded.configuration.sources.clone();
    view.diagnostics(&loaded.diagnostics, &sources);
    let failure = |diagnostics: Diagnostics| Failure::new(diagnostics, &sources);
    asked.map_err(failure)?;
    let request = CompileRequest {
        configuration: loaded.configuration,
        inputs: loaded.inputs,
        schemas: context.schemas.clone(),
        plan_timestamp: None,
        unfinished: true,
    };
    let configuration = &request.configuration;
    let _listening = Listening::begin(&context.stop);
    let mut session = open(
        context,
        &arguments.planning,
        configuration,
        "OperationTypeImport",
    )
    .await?;
    view.diagnostics(&session.diagnostics, &sources);
    let result = under_lock(context, arguments, request, &mut session, view).await;
    let closing = session.close().await;
    view.diagnostics(&closing, &sources);
    result
}

async fn under_lock(
    context: &Context,
    arguments: &ImportArguments,
    request: CompileRequest,
    session: &mut Session,
    view: View,
) -> Result<(), Failure> {
    let recorded = session.snapshot();
    let (program, warnings) = compile_for(&context.project, request, Some(&recorded))?;
    let sources = &program.configuration.sources;
    view.diagnostics(&warnings, sources);
    let (prior, problems) = PriorState::decode(&recorded, context.schemas.as_ref());
    if problems.has_errors() {
        return Err(Failure::new(problems, sources));
    }
    let (address, id) = (&arguments.address, &arguments.id);
    view::print(&format!("{address}: Importing from ID \"{id}\"..."));
    let looking = looked_up(context, arguments.planning.parallelism, &program, &prior);
    let planned = until_stopped(&context.stop, looking).await?;
    take_in(session, &planned.plan, context.schemas.as_ref())
        .await
        .map_err(|diagnostics| Failure::new(diagnostics, sources))?;
    view::print(
        "\nImport successful!\n\nThe resources that were imported are shown above. These resources are now in\nyour \
         Trustform state and will henceforth be managed by Trustform.",
    );
    Ok(())
}

/// The plan of imports, for which nothing but their objects is looked up.
pub(super) async fn looked_up(
    context: &Context,
    parallelism: usize,
    program: &Program,
    prior: &PriorState,
) -> Result<Planned, Failure> {
    let sources: &SourceMap = &program.configuration.sources;
    let connections = context.connections()?;
    let request = PlanRequest {
        program,
        prior,
        connections: &connections,
        options: &Options::of(Mode::Import),
        parallelism,
        events: &|_| {},
    };
    let planned = plan(request)
        .await
        .map_err(|diagnostics| Failure::new(diagnostics, sources))?;
    match planned.plan.not_read.first() {
        None => Ok(planned),
        Some(missing) => {
            let detail = missing.failure.message.clone();
            let diagnostic = Diagnostic::error(Code::NotRead, detail).about(&missing.address);
            Err(Failure::new(diagnostic, sources))
        }
    }
}
