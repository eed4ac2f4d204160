//! What plan, apply and destroy have in common: from the arguments to a plan under the state's lock.

use super::generate::generated;
use super::interrupts::{Listening, until_stopped};
use super::{Context, Loaded, lock_request};
use crate::address::Name;
use crate::cli::arguments::Planning;
use crate::cli::view::View;
use crate::config::Configuration;
use crate::diagnostic::Diagnostics;
use crate::engine::{
    Failure, PlanFile, PlanRequest, Planned, Session, Starting, compile, live_unchanged, plan,
    recorded_unchanged, reopened, starting, withheld,
};
use crate::eval::Program;
use crate::plan::{Mode, Options, PriorState};
use crate::refresh::Connections;
use crate::review::Review;
use crate::source::SourceMap;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use trustform_state::snapshot::Snapshot;

/// A plan, ready to be shown, saved or applied, with the lock it was made under.
pub(super) struct Work {
    pub(super) program: Program,
    pub(super) session: Session,
    /// The state as it was read.
    pub(super) recorded: Arc<Snapshot>,
    /// The state that was planned from: as read, with the moves that the configuration asks for.
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) prior: PriorState,
    pub(super) planned: Planned,
    /// The variables that somebody gave a value.
    pub(super) given: BTreeSet<Name>,
    /// The file of blocks for what is imported.
    pub(super) generated: Option<PathBuf>,
    pub(super) connections: Connections,
    listening: Listening,
}

impl Work {
    /// The texts that diagnostics point into.
    pub(super) fn sources(&self) -> &SourceMap {
        &self.program.configuration.sources
    }

    /// The plan with what is needed to show it.
    pub(super) fn review<'a>(
        &'a self,
        context: &'a Context,
        calls: &'a BTreeMap<&'static str, u64>,
    ) -> Review<'a> {
        Review {
            plan: &self.planned.plan,
            schemas: context.schemas.as_ref(),
            snapshot: &self.snapshot,
            calls,
        }
    }

    /// Releases the lock. Nothing comes after it in a command.
    pub(super) async fn close(self, view: View) {
        let closing = self.session.close().await;
        view.diagnostics(&closing, &self.program.configuration.sources);
        drop(self.listening);
        // The process ends next, and gives everything back at once; piece by piece that takes long for thousands of objects.
        std::mem::forget((self.program, self.planned, self.prior));
        std::mem::forget((self.recorded, self.snapshot));
    }
}

/// What `refresh` does, as Terraform names it.
pub(super) const REFRESH: &str = "OperationTypeRefresh";

/// Plans the configuration in the working directory, and first writes the blocks that lack for what is imported into the
/// file `generate`.
pub(super) async fn plan_now(
    context: &Context,
    planning: &Planning,
    options: &Options,
    operation: &'static str,
    generate: Option<&Path>,
    view: View,
) -> Result<Work, Failure> {
    let loaded = context.load(planning)?;
    if options.mode != Mode::Destroy && operation != REFRESH {
        context.project.require_files(&loaded.configuration)?;
    }
    let sources = loaded.configuration.sources.clone();
    view.diagnostics(&loaded.diagnostics, &sources);
    let listening = Listening::begin(&context.stop);
    let session = open(context, planning, &loaded.configuration, operation).await?;
    view.diagnostics(&session.diagnostics, &sources);
    let recorded = session.snapshot();
    let given = loaded.given.clone();
    let parallelism = planning.parallelism;
    let work = async {
        let loaded = match generate {
            Some(path) => generated(context, parallelism, path, loaded, &recorded).await?,
            None => loaded,
        };
        planned(context, parallelism, options, loaded, &recorded, view).await
    };
    match until_stopped(&context.stop, work).await {
        Ok((program, start, planned, connections)) => Ok(Work {
            program,
            given,
            generated: generate.map(Path::to_path_buf),
            session,
            recorded,
            snapshot: start.snapshot,
            prior: start.prior,
            planned,
            connections,
            listening,
        }),
        Err(failure) => Err(closed(session, failure, &sources, view).await),
    }
}

/// Everything between the lock and the plan.
pub(super) async fn planned(
    context: &Context,
    parallelism: usize,
    options: &Options,
    loaded: Loaded,
    snapshot: &Arc<Snapshot>,
    view: View,
) -> Result<(Program, Starting, Planned, Connections), Failure> {
    let (program, warnings) = context.program(loaded, snapshot)?;
    let sources = program.configuration.sources.clone();
    view.diagnostics(&warnings, &sources);
    let connections = context.connections()?;
    let start = starting(snapshot.clone(), &program)
        .map_err(|problems| Failure::new(problems, &sources))?;
    let request = PlanRequest {
        program: &program,
        prior: &start.prior,
        connections: &connections,
        options,
        parallelism,
        events: &|event| view.reading(event),
    };
    let planned = plan(request).await;
    let planned = planned.map_err(|diagnostics| Failure::new(diagnostics, &sources))?;
    view.diagnostics(&start.diagnostics, &sources);
    Ok((program, start, planned, connections))
}

/// Takes up a saved plan, if the world is still as it saw it.
pub(super) async fn take_up(
    context: &Context,
    planning: &Planning,
    path: &Path,
    view: View,
) -> Result<Work, Failure> {
    let file = saved(path)?;
    let (program, file) = saved_program(context, file, Some((planning, view)))?;
    let sources = program.configuration.sources.clone();
    let listening = Listening::begin(&context.stop);
    let session = open(
        context,
        planning,
        &program.configuration,
        "OperationTypeApply",
    )
    .await?;
    let recorded = session.snapshot();
    let connections = context.connections()?;
    let exists = session.recovered.snapshot.is_some();
    let request = (&file, &program, &recorded, exists);
    let work = async {
        let fresh = fresh(planning, request, &connections).await;
        fresh.map_err(|diagnostics| Failure::new(diagnostics, &sources))
    };
    match until_stopped(&context.stop, work).await {
        Ok((start, planned)) => Ok(Work {
            program,
            given: file.ephemeral_variables(),
            generated: None,
            session,
            recorded,
            snapshot: start.snapshot,
            prior: start.prior,
            planned,
            connections,
            listening,
        }),
        Err(failure) => Err(closed(session, failure, &sources, view).await),
    }
}

/// A saved plan, read from its file.
pub(super) fn saved(path: &Path) -> Result<PlanFile, Failure> {
    PlanFile::read(path).map_err(|problems| Failure::new(problems, &SourceMap::default()))
}

/// The program that a plan file holds, and the file. Where it is to be applied (`again`), the values of ephemeral variables
/// are taken from the surroundings, with warnings about others; else they are not known.
pub(super) fn saved_program(
    context: &Context,
    mut file: PlanFile,
    again: Option<(&Planning, View)>,
) -> Result<(Program, PlanFile), Failure> {
    let (mut configuration, diagnostics) =
        crate::config::load(&context.project.directory, &mut file, &*context.schemas);
    if diagnostics.has_errors() {
        return Err(Failure::new(diagnostics, &configuration.sources));
    }
    let mut inputs = file
        .inputs()
        .map_err(|d| Failure::new(d, &configuration.sources))?;
    let planned = file.ephemeral_variables();
    inputs.extend(match again {
        Some((planning, view)) => {
            let gathered = context.inputs_again(&mut configuration, planning, &planned)?;
            view.diagnostics(&gathered.diagnostics, &configuration.sources);
            gathered.values
        }
        None => withheld(&configuration, &planned),
    });
    let snapshot = file
        .snapshot()
        .map_err(|d| Failure::new(d, &configuration.sources))?;
    let schemas = context.schemas.clone();
    let timestamp = Some(file.plan_timestamp());
    let (program, _) = compile(
        &context.project,
        configuration,
        inputs,
        schemas,
        timestamp,
        Some(&snapshot),
    )?;
    Ok((program, file))
}

/// The state to change now and the plan of a file, if what the plan rests on still holds of the state.
async fn fresh(
    planning: &Planning,
    (file, program, recorded, exists): (&PlanFile, &Program, &Arc<Snapshot>, bool),
    connections: &Connections,
) -> Result<(Starting, Planned), Diagnostics> {
    let then = starting(Arc::new(file.snapshot()?), program)?;
    let parallelism = planning.parallelism;
    let planned = reopened(file, program, &then.prior, connections, parallelism).await?;
    let now = starting(recorded.clone(), program)?;
    recorded_unchanged(&planned, &then, &now, exists)?;
    live_unchanged(&planned, &then.prior, connections, parallelism, program).await?;
    Ok((now, planned))
}

pub(super) async fn open(
    context: &Context,
    planning: &Planning,
    configuration: &Configuration,
    operation: &'static str,
) -> Result<Session, Failure> {
    let request = lock_request(context, &planning.locking, operation)?;
    context.session(configuration, request).await
}

/// Releases the lock of work that failed.
async fn closed(session: Session, failure: Failure, sources: &SourceMap, view: View) -> Failure {
    let closing = session.close().await;
    view.diagnostics(&closing, sources);
    failure
}
