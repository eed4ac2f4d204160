//! Applying a plan: journal, walk, and the new state.

use super::planning::Planned;
use super::recording::{after_the_run, before_the_run};
use super::saving::{next_snapshot, not_saved, record_moves, save, state_error};
use super::session::Session;
use super::summary::{ApplySummary, summary};
use super::telling::told;
use crate::apply::{Events, Run, StateStore, manifest, run};
use crate::diagnostic::Diagnostics;
use crate::eval::{Evaluation, Moment, Program, Stage};
use crate::plan::{Answer, Plan, PriorState, ProviderKey, ReadKey};
use crate::refresh::Connections;
use crate::schema::Facts;
use crate::value::Marks;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::watch;
use trustform_state::snapshot::Snapshot;
use uuid::Uuid;

/// What applying needs.
pub struct ApplyRequest<'a> {
    /// The program.
    pub program: &'a Program,
    /// The state that was planned from.
    pub prior: &'a PriorState,
    /// The state that the new one is made from: as read, with the moves that the configuration implies.
    pub snapshot: &'a Arc<Snapshot>,
    /// The plan.
    pub planned: &'a Planned,
    /// The instant, RFC 3339 in UTC, that `timestamp()` gives.
    pub timestamp: Arc<str>,
    /// Clients.
    pub connections: &'a Connections,
    /// How many operations may run at once.
    pub parallelism: usize,
    /// Turns true on the first interrupt.
    pub stop: watch::Receiver<bool>,
    /// Who is told.
    pub events: Events<'a>,
    /// Where to put the state if it cannot be written where it belongs.
    pub rescue: &'a Path,
}

/// Carries a plan out under the session's lock and writes the new state.
pub async fn apply(
    session: &mut Session,
    request: ApplyRequest<'_>,
) -> Result<ApplySummary, Diagnostics> {
    let plan = &request.planned.plan;
    let evaluation = evaluation(&request);
    // What an ephemeral value stands in is connected with the value that this run opens.
    request.connections.forget(&plan.renewed).await;
    let mut before = request.snapshot.clone();
    if !request.prior.moves.is_empty() {
        record_moves(session, &mut before, plan).await?;
    }
    let stored = session.recovered.snapshot.clone();
    let mut store = StateStore::open(before.as_ref().clone());
    before_the_run(&mut store, plan, request.program);
    let run_id = trustform_state::lock::LockId::random().as_str().to_owned();
    let intents = manifest(
        plan,
        before.lineage.clone(),
        before.serial,
        run_id,
        digest(plan),
    );
    let mut journal = session
        .backend
        .begin_journal(&intents)
        .await
        .map_err(|error| state_error(&error))?;
    let walk = Run {
        plan,
        evaluation: &evaluation,
        facts: facts(request.planned),
        connections: request.connections,
        parallelism: request.parallelism,
        stop: request.stop.clone(),
        events: request.events,
    };
    let mut applied = run(walk, &mut store, journal.as_mut()).await;
    after_the_run(&mut store, &evaluation, plan, &mut applied, &before);
    let next = next_snapshot(store, stored.as_ref().unwrap_or(&before));
    let mut summary = summary(plan, &applied, &request);
    let saved = match next {
        None => {
            summary.outputs.clone_from(&before.outputs);
            let removed = session.backend.remove_journal().await;
            removed.map_err(|error| state_error(&error))
        }
        Some(mut next) => {
            summary.outputs.clone_from(&next.outputs);
            if applied.unnoted {
                // What the next run makes of the journal has the serial after the present one, and less in it.
                next.serial = next.serial.next();
            }
            let saved = save(session, journal, next, request.rescue).await;
            saved.map_err(|error| not_saved(&error, applied.unnoted).into())
        }
    };
    if let Err(diagnostics) = saved {
        applied.diagnostics.extend(diagnostics);
    }
    summary.diagnostics = told(request.program, applied.diagnostics);
    Ok(summary)
}

/// The evaluation of a run, which begins with the planned objects.
fn evaluation<'a>(request: &ApplyRequest<'a>) -> Evaluation<'a> {
    let files = &request.planned.answers.files;
    let evaluation = Evaluation::new(request.program, files, Stage::Apply).at(Moment {
        timestamp: request.timestamp.clone(),
        seed: Uuid::new_v4().into_bytes(),
    });
    seed(&evaluation, &request.planned.plan);
    evaluation
}

/// Puts the planned objects into an evaluation, for the expressions that refer to them.
fn seed(evaluation: &Evaluation<'_>, plan: &Plan) {
    let program = evaluation.program();
    for change in plan
        .changes
        .iter()
        .filter(|change| change.deposed.is_none())
    {
        let value = change
            .after
            .clone()
            .or_else(|| change.before.as_ref().map(|b| b.object.value().clone()));
        let node = program
            .graph
            .module(&change.address.module.path())
            .and_then(|index| index.resources.get(&change.address.resource));
        if let (Some(node), Some(value)) = (node, value) {
            evaluation.set_object(
                *node,
                &change.address.module,
                change.address.key.clone(),
                value,
            );
        }
    }
    let data = plan.data.iter().chain(&plan.deferred);
    let data = data.map(|data| (&data.address, &data.value));
    let opened = plan.opened.iter().map(|it| (&it.address, &it.value));
    let left = plan
        .left_alone
        .iter()
        .map(|(address, value)| (address, value));
    for (address, value) in data.chain(opened).chain(left) {
        let index = program.graph.module(&address.module.path());
        if let Some(node) = index.and_then(|index| index.resources.get(&address.resource)) {
            evaluation.set_object(*node, &address.module, address.key.clone(), value.clone());
        }
    }
}

/// The facts that planning learnt, by provider configuration.
fn facts(planned: &Planned) -> BTreeMap<ProviderKey, Facts> {
    let known = planned.plan.providers.keys().filter_map(|provider| {
        match planned.answers.reads.get(&ReadKey::facts(provider))? {
            Answer::Facts(facts) => Some((provider.clone(), facts.clone())),
            Answer::Object(_)
            | Answer::Data(_)
            | Answer::Opened(_)
            | Answer::Names(_)
            | Answer::NotRead(_) => None,
        }
    });
    known.collect()
}

/// A digest of what a plan does, by which a journal names it.
pub(super) fn digest(plan: &Plan) -> String {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    for change in &plan.changes {
        let after = change
            .after
            .as_ref()
            .map(|after| after.without(Marks::PREDICTED));
        hash.update(format!("{} {:?} {:?}\n", change.address, change.action, after).as_bytes());
    }
    crate::plan::hexadecimal(&hash.finalize())
}
