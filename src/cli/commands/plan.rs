//! `plan`

use super::generate::checked;
use super::options::options;
use super::work::{Work, plan_now};
use super::{Context, block_on};
use crate::cli::ExitCode;
use crate::cli::arguments::PlanArguments;
use crate::cli::view::View;
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::{Failure, SaveRequest, save};

pub(crate) fn run(context: &Context, arguments: &PlanArguments) -> ExitCode {
    let terminal = context.terminal;
    let view = View::new(terminal, arguments.planning.json);
    match block_on(planned(context, arguments, view)).and_then(|result| result) {
        Ok(code) => code,
        Err(failure) => view.fail(&failure),
    }
}

async fn planned(
    context: &Context,
    arguments: &PlanArguments,
    view: View,
) -> Result<ExitCode, Failure> {
    let options = options(&arguments.planning)?;
    let generate = arguments.generate_config_out.as_deref();
    checked(context, &options, generate)?;
    let work = plan_now(
        context,
        &arguments.planning,
        &options,
        "OperationTypePlan",
        generate,
        view,
    )
    .await?;
    let shown = show_and_save(context, arguments, &work, view);
    work.close(view).await;
    shown
}

fn show_and_save(
    context: &Context,
    arguments: &PlanArguments,
    work: &Work,
    view: View,
) -> Result<ExitCode, Failure> {
    let plan = &work.planned.plan;
    view.diagnostics(&work.planned.diagnostics, work.sources());
    view.plan(work.review(context, &context.calls.snapshot()));
    if !plan.not_read.is_empty() {
        if arguments.out.is_some() {
            let detail =
                "Some objects could not be read, as told above: nobody could apply the plan.";
            let diagnostic = Diagnostic::error(Code::NotRead, detail);
            return Err(Failure::plain(diagnostic.with_summary("Plan not saved")));
        }
        return Ok(ExitCode::Problem);
    }
    if let Some(path) = &arguments.out {
        let request = SaveRequest {
            program: &work.program,
            plan,
            answers: &work.planned.answers,
            snapshot: &work.recorded,
            given: &work.given,
            generated: work.generated.as_deref(),
        };
        save(path, &request).map_err(|diagnostics| Failure::new(diagnostics, work.sources()))?;
    }
    if plan.has_changes() {
        view.saved(arguments.out.as_deref());
    }
    let changed = arguments.detailed_exitcode && plan.has_changes();
    Ok(if changed {
        ExitCode::Changes
    } else {
        ExitCode::Success
    })
}
