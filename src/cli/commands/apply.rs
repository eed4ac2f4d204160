//! `apply`, `destroy` and `refresh`

use super::interrupts::given_up;
use super::options::{incomplete, nothing_asked, options, options_to_destroy, options_to_refresh};
use super::work::{REFRESH, Work, plan_now, take_up};
use super::{Context, approval, block_on};
use crate::cli::ExitCode;
use crate::cli::arguments::ApplyArguments;
use crate::cli::view::{self, Progress, View};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Label, Severity};
use crate::engine::{ApplyRequest, ApplySummary, Failure, apply};
use crate::plan::Mode;
use std::collections::BTreeSet;
use std::path::Path;

/// The command that applies.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    Apply,
    Destroy,
    Refresh,
}

pub(crate) fn run(context: &Context, arguments: &ApplyArguments, purpose: Purpose) -> ExitCode {
    let terminal = context.terminal;
    let view = View::new(terminal, arguments.planning.json);
    match block_on(applied(context, arguments, purpose, view)).and_then(|result| result) {
        Ok(code) => code,
        Err(failure) => view.fail(&failure),
    }
}

async fn applied(
    context: &Context,
    arguments: &ApplyArguments,
    purpose: Purpose,
    view: View,
) -> Result<ExitCode, Failure> {
    let planning = &arguments.planning;
    let options = match purpose {
        Purpose::Apply => options(planning)?,
        Purpose::Destroy => options_to_destroy(planning, arguments.plan.as_deref())?,
        Purpose::Refresh => options_to_refresh(planning)?,
    };
    let operation = match purpose {
        Purpose::Apply | Purpose::Destroy => "OperationTypeApply",
        Purpose::Refresh => REFRESH,
    };
    let mut work = match &arguments.plan {
        Some(path) => {
            nothing_asked(&options)?;
            take_up(context, planning, path, view).await?
        }
        None => plan_now(context, planning, &options, operation, None, view).await?,
    };
    let result = under_lock(context, arguments, &mut work, view).await;
    work.close(view).await;
    result
}

async fn under_lock(
    context: &Context,
    arguments: &ApplyArguments,
    work: &mut Work,
    view: View,
) -> Result<ExitCode, Failure> {
    let sources = work.sources().clone();
    let plan = &work.planned.plan;
    let saved = arguments.plan.is_some();
    view.diagnostics(&work.planned.diagnostics, &sources);
    if !saved {
        view.plan(work.review(context, &context.calls.snapshot()));
    }
    if !plan.not_read.is_empty() {
        let detail =
            "Some objects could not be read, as told above: what applying would do is not known.";
        let diagnostic = Diagnostic::error(Code::NotRead, detail);
        return Err(Failure::plain(diagnostic.with_summary("Plan not applied")));
    }
    let mode = plan.options.mode;
    let destroy = mode == Mode::Destroy;
    let ask = plan.has_changes() && !saved && !arguments.auto_approve;
    let terminal = context.terminal;
    if *context.stop.borrow() {
        return Err(given_up());
    }
    let interactive = terminal.interactive && !arguments.planning.json;
    if ask && !approved(context, mode, interactive)? {
        return Ok(ExitCode::Problem);
    }
    let summary = carry_out(context, arguments, work, view).await;
    let summary = summary.map_err(|diagnostics| Failure::new(diagnostics, &sources))?;
    let found = found_newly(&summary.diagnostics, &work.planned.diagnostics);
    view.diagnostics(&found, &sources);
    view.diagnostics(&incomplete(&work.planned.plan.options), &sources);
    view.summary(&summary, &summary.skipped, destroy);
    Ok(
        match (summary.interrupted, summary.diagnostics.has_errors()) {
            (true, _) => ExitCode::Interrupted,
            (false, true) => ExitCode::Problem,
            (false, false) => ExitCode::Success,
        },
    )
}

/// What applying has found and planning has not told with the same words at the same place, such as an assertion that still
/// does not hold.
fn found_newly(found: &Diagnostics, told: &Diagnostics) -> Diagnostics {
    fn words(it: &Diagnostic) -> (Severity, &str, &str, Option<&Label>) {
        (it.severity, &it.summary, &it.detail, it.primary.as_ref())
    }
    let told: BTreeSet<_> = told.iter().map(words).collect();
    let found = found.iter().filter(|it| !told.contains(&words(it)));
    found.cloned().collect()
}

/// Applies the plan, showing progress.
async fn carry_out(
    context: &Context,
    arguments: &ApplyArguments,
    work: &mut Work,
    view: View,
) -> Result<ApplySummary, Diagnostics> {
    let progress = Progress::new(view, work.planned.plan.execution.operations().count());
    let request = ApplyRequest {
        program: &work.program,
        prior: &work.prior,
        snapshot: &work.snapshot,
        planned: &work.planned,
        timestamp: super::now(),
        connections: &work.connections,
        parallelism: arguments.planning.parallelism,
        stop: context.stop.subscribe(),
        events: &|event| progress.event(event),
        rescue: Path::new("."),
    };
    apply(&mut work.session, request).await
}

/// Asks whether to go on.
fn approved(context: &Context, mode: Mode, interactive: bool) -> Result<bool, Failure> {
    let question = match mode {
        Mode::Normal | Mode::Import => "Do you want to make these changes? Only `yes` is accepted.",
        Mode::Destroy => "Do you really want to destroy all of this? Only `yes` is accepted.",
        Mode::RefreshOnly => {
            "Do you want to record this in the state? No object is changed. Only `yes` is accepted."
        }
    };
    let approved = approval::asked(question, interactive, context.stop.subscribe())?;
    if !approved {
        view::note("\nNothing was changed.");
    }
    Ok(approved)
}
