//! `explain`: why the pods of a service account will be able to assume a role, or why not, before anything is applied.
//!
//! It plans as `plan` does, under no lock, and changes nothing. Files alone need no configuration.

mod files;
mod manifests;

use super::{Context, Loaded, block_on};
use crate::cli::ExitCode;
use crate::cli::arguments::ExplainArguments;
use crate::cli::terminal::Terminal;
use crate::cli::view;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::engine::{ExplainRequest, Failure, PlanRequest, Topic, explain, plan, starting};
use crate::eval::Program;
use crate::link::display::Display;
use crate::plan::{Options, TrustRules};
use crate::review::{explained_json, explained_markdown, explained_text};
use crate::trust::{Explained, Outcome, Verdict};
use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;
use trustform_state::snapshot::Snapshot;

pub(crate) fn run(context: &Context, arguments: &ExplainArguments) -> ExitCode {
    let terminal = context.terminal;
    let explained = match (&arguments.claims, &arguments.what) {
        (Some(claims), _) => files::explained(arguments, claims, terminal),
        (None, what) => {
            let what = what.as_deref().unwrap_or_default();
            configured(context, arguments, what, terminal)
        }
    };
    match explained {
        Ok(code) => code,
        Err(failure) => view::fail(&failure, terminal),
    }
}

/// Explains something of the configuration.
fn configured(
    context: &Context,
    arguments: &ExplainArguments,
    what: &str,
    terminal: Terminal,
) -> Result<ExitCode, Failure> {
    let topic = match manifests::is_file(what) {
        true => Topic::Manifests(manifests::manifests(what)?),
        false => Topic::Named(what.to_owned()),
    };
    let (program, snapshot) = looked_at(context, arguments)?;
    let told = block_on(explained(context, arguments, &topic, &program, snapshot))??;
    if arguments.json {
        view::print(&format!("{:#}", explained_json(&told)));
    } else if arguments.markdown {
        view::print_raw(&explained_markdown(&told));
    } else {
        view::print_raw(&explained_text(&told, terminal.style));
    }
    Ok(match told.outcome() {
        Outcome::Works => ExitCode::Success,
        Outcome::Open => ExitCode::Undecided,
        Outcome::Fails => ExitCode::Problem,
    })
}

/// The program and the state, read without a lock.
fn looked_at(
    context: &Context,
    arguments: &ExplainArguments,
) -> Result<(Program, Arc<Snapshot>), Failure> {
    let (mut configuration, mut diagnostics) =
        context.project.load_thoroughly(context.schemas.as_ref())?;
    context.project.require_files(&configuration)?;
    let (inputs, more) = context.inputs(&mut configuration, &arguments.var_file, &arguments.var)?;
    diagnostics.extend(more);
    let snapshot = context.look(&configuration)?.snapshot();
    let loaded = Loaded {
        configuration,
        inputs,
        given: BTreeSet::new(),
        diagnostics,
    };
    let (program, _) = context.program(loaded, &snapshot)?;
    Ok((program, snapshot))
}

async fn explained(
    context: &Context,
    arguments: &ExplainArguments,
    topic: &Topic,
    program: &Program,
    snapshot: Arc<Snapshot>,
) -> Result<Explained, Failure> {
    let sources = &program.configuration.sources;
    let connections = context.connections()?;
    let start = starting(snapshot, program).map_err(|problems| Failure::new(problems, sources))?;
    let options = Options {
        skip_refresh: !arguments.refresh,
        // What is refuted is what is to be explained.
        trust: TrustRules {
            allow_refuted: true,
            strict: false,
        },
        ..Options::default()
    };
    let request = PlanRequest {
        program,
        prior: &start.prior,
        connections: &connections,
        options: &options,
        parallelism: arguments.parallelism,
        events: &|_| {},
    };
    let planned = plan(request)
        .await
        .map_err(|problems| Failure::new(problems, sources))?;
    let request = ExplainRequest {
        plan: &planned.plan,
        connections: &connections,
        topic,
        cluster: arguments.cluster.as_deref(),
    };
    let explained = explain(request).await;
    let display = Display::new(&program.configuration);
    explained.map_err(|problems| {
        let problems = problems.into_iter();
        let problems = problems.map(|problem| display.diagnostic(problem));
        Failure::new(problems.collect::<Diagnostics>(), sources)
    })
}

/// How the command ends for a verdict.
fn judged(verdict: &Verdict) -> ExitCode {
    match verdict {
        Verdict::Proved => ExitCode::Success,
        Verdict::Refuted(_) | Verdict::Invalid(_) => ExitCode::Problem,
        Verdict::Undecided(_) => ExitCode::Undecided,
    }
}

/// The text of a file, of standard input for `-`.
fn read(path: &Path) -> Result<String, Diagnostic> {
    if path == Path::new("-") {
        let mut text = String::new();
        return match std::io::stdin().read_to_string(&mut text) {
            Ok(_) => Ok(text),
            Err(error) => {
                let detail = format!("Cannot read standard input: {error}.");
                Err(Diagnostic::error(Code::Unreadable, detail))
            }
        };
    }
    crate::source::read_file(path)
        .map_err(|error| Diagnostic::error(Code::Unreadable, format!("{error}.")))
}
