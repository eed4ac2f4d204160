//! Applying a plan: journal, walk, and the new state.

use super::checks::Results;
use super::planning::Planned;
use super::reached::Reached;
use super::session::{Session, tool_version};
use super::telling::told;
use crate::address::{InstanceAddress, ModulePath, Name};
use crate::apply::{Applied, Events, Outcome, Run, StateStore, manifest, run};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::eval::{Evaluation, Moment, Program, Stage};
use crate::graph::Node;
use crate::plan::{
    Action, Answer, Change, Generation, Mode, OperationKind, Plan, PriorState, ProviderKey, ReadKey,
};
use crate::refresh::Connections;
use crate::schema::Facts;
use crate::value::{Known, Marks, Value, to_json, type_to_json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::watch;
use trustform_state::backend::rescue::NotWritten;
use trustform_state::journal::JournalWriter;
use trustform_state::recovery::{ConcludeError, conclude};
use trustform_state::snapshot::{OutputValue, Snapshot};
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

/// What was done.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ApplySummary {
    /// Objects made.
    pub added: usize,
    /// Objects changed in place.
    pub changed: usize,
    /// Objects destroyed.
    pub destroyed: usize,
    /// Objects taken over.
    pub imported: usize,
    /// Instances that nothing was done to, with the one whose failure is the cause (none for an interrupt).
    pub skipped: Vec<(InstanceAddress, Option<InstanceAddress>)>,
    /// Whether the run was stopped before its end.
    pub interrupted: bool,
    /// The outputs afterwards.
    pub outputs: BTreeMap<String, OutputValue>,
    /// What went wrong; empty for a complete success.
    pub diagnostics: Diagnostics,
}

/// Carries a plan out under the session's lock and writes the new state.
pub async fn apply(
    session: &mut Session,
    request: ApplyRequest<'_>,
) -> Result<ApplySummary, Diagnostics> {
    let plan = &request.planned.plan;
    let evaluation = Evaluation::new(
        request.program,
        &request.planned.answers.files,
        Stage::Apply,
    )
    .at(Moment {
        timestamp: request.timestamp.clone(),
        seed: Uuid::new_v4().into_bytes(),
    });
    seed(&evaluation, plan);
    // What an ephemeral value stands in is connected with the value that this run opens.
    request.connections.forget(&plan.renewed).await;
    let mut before = request.snapshot.clone();
    if !request.prior.moves.is_empty() {
        record_moves(session, &mut before, plan).await?;
    }
    let stored = session.recovered.snapshot.clone();
    let mut store = StateStore::open(before.as_ref().clone());
    record_drift(&mut store, plan, request.program);
    for change in plan
        .changes
        .iter()
        .filter(|change| is_expected(change, plan))
    {
        store.expect(change);
    }
    record_imports(&mut store, plan, request.program);
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
    let staying = plan.changes.iter();
    for change in staying.filter(|change| change.action == Action::NoOp) {
        store.reattach(change);
    }
    record_data(&mut store, &evaluation, plan);
    let mut reached = Reached::of(request.program, plan, &applied);
    let mut checks = Results::of(plan, &evaluation, &applied.diagnostics, &reached);
    let withheld = checks.withheld();
    if !withheld.is_empty() {
        reached.cut_off_behind(
            request.program,
            |node| matches!(node, Node::Output(module, name) if withheld.contains(&(module, name))),
        );
        // What is behind an output that does not hold is not judged either.
        checks = Results::of(plan, &evaluation, &applied.diagnostics, &reached);
    }
    let root = ModulePath::root();
    let came_to = |name: &Name| {
        let index = request.program.graph.module(&root);
        let node = index.and_then(|index| index.outputs.get(name));
        let is_behind = node.is_some_and(|node| !reached.has_node(*node));
        !is_behind && !withheld.contains(&(&root, name))
    };
    store.rest_mut().outputs = outputs(&evaluation, plan, &applied, came_to, &before);
    applied.diagnostics.extend(checks.problems());
    store.rest_mut().check_results = checks.to_json(&before.check_results);
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

/// Whether an object that is there, and was refreshed, is to be changed.
fn is_expected(change: &Change, plan: &Plan) -> bool {
    let changes = matches!(change.action, Action::Update | Action::Replace(_));
    changes && change.deposed.is_none() && !plan.options.skip_refresh
}

/// Writes the state with the moves made, before anything else is done: what the journal of the run says is about the new
/// addresses, and after an interrupt nothing may stand under both.
async fn record_moves(
    session: &mut Session,
    snapshot: &mut Arc<Snapshot>,
    plan: &Plan,
) -> Result<(), Diagnostics> {
    let mut store = StateStore::open(snapshot.as_ref().clone());
    for change in &plan.changes {
        store.reattach(change);
    }
    written(session, store.close()).await?;
    *snapshot = session.snapshot();
    Ok(())
}

/// Writes a state that was made from the one that the session has read, without a run of operations.
pub(super) async fn written(
    session: &mut Session,
    mut snapshot: Snapshot,
) -> Result<(), Diagnostics> {
    snapshot.serial = snapshot.serial.next();
    if let Some(version) = tool_version() {
        snapshot.record_version(&version);
    }
    let expected = session.recovered.version.as_ref();
    let version = session.backend.write(&snapshot, expected).await;
    session.recovered.version = Some(version.map_err(|error| state_error(&error))?);
    session.recovered.snapshot = Some(Arc::new(snapshot));
    Ok(())
}

/// Writes the new state and ends the journal.
async fn save(
    session: &mut Session,
    journal: Box<dyn JournalWriter>,
    next: Snapshot,
    rescue: &Path,
) -> Result<(), ConcludeError> {
    let expected = session.recovered.version.clone();
    let backend = session.backend.as_ref();
    let version = conclude(backend, journal, &next, expected.as_ref(), rescue).await?;
    session.recovered.version = Some(version);
    session.recovered.snapshot = Some(Arc::new(next));
    Ok(())
}

/// The problem of a new state that is not where it belongs. Its journal holds all of it, unless something is `unnoted`.
fn not_saved(error: &ConcludeError, unnoted: bool) -> Diagnostic {
    let diagnostic =
        Diagnostic::error(Code::State, format!("{error}.")).with_summary("Failed to save state");
    match error {
        ConcludeError::NotWritten(NotWritten::Rescued { path, .. }) if unnoted => {
            let hint = format!(
                "The journal lacks some of what was done. Once the cause is mended, before anything else: trustform state push {}",
                path.display()
            );
            diagnostic.hint(hint)
        }
        ConcludeError::NotWritten(NotWritten::Nowhere { .. }) if unnoted => diagnostic.hint(
            "The journal lacks some of what was done. Once the cause is mended, the next run takes in what it has, and tells \
             what is not known.",
        ),
        ConcludeError::NotWritten(_) | ConcludeError::JournalStays(_) => diagnostic
            .hint("Once the cause is mended, the next run takes the state in from its journal."),
    }
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

/// What was found to be otherwise than recorded goes into the state, whatever else happens.
fn record_drift(store: &mut StateStore, plan: &Plan, program: &Program) {
    let changes: BTreeMap<_, _> = plan
        .changes
        .iter()
        .filter(|change| change.deposed.is_none())
        .map(|change| (&change.address, change))
        .collect();
    for drift in &plan.drift {
        let change = changes.get(&drift.address);
        store.refresh(
            &drift.address,
            drift.live.as_ref(),
            change.copied(),
            program.schemas.as_ref(),
        );
    }
}

/// What is taken over goes into the state, whatever else happens.
fn record_imports(store: &mut StateStore, plan: &Plan, program: &Program) {
    let changes = plan.changes.iter();
    for change in changes.filter(|change| change.importing.is_some()) {
        store.import(change, program.schemas.as_ref());
    }
}

fn record_data(store: &mut StateStore, evaluation: &Evaluation<'_>, plan: &Plan) {
    if !plan.options.is_partial() {
        store.clear_data();
    }
    if plan.options.mode == Mode::Destroy {
        return;
    }
    for data in plan.data.iter().chain(&plan.deferred) {
        let value = evaluation
            .object_of(&data.address)
            .unwrap_or_else(|| data.value.clone());
        store.put_data(data, &value, evaluation.program().schemas.as_ref());
    }
}

/// The values of root outputs after the run. One that the run did not come to has the value that was planned, or keeps
/// what was recorded.
fn outputs(
    evaluation: &Evaluation<'_>,
    plan: &Plan,
    applied: &Applied,
    came_to: impl Fn(&Name) -> bool,
    before: &Snapshot,
) -> BTreeMap<String, OutputValue> {
    let mut outputs = if is_partial(plan) {
        before.outputs.clone()
    } else {
        BTreeMap::new()
    };
    for (name, change) in &plan.outputs {
        if change.action == Action::Delete {
            outputs.remove(name.as_ref());
            if applied.diagnostics.has_errors()
                && let Some(recorded) = before.outputs.get(name.as_ref())
            {
                outputs.insert(name.to_string(), recorded.clone());
            }
            continue;
        }
        let planned = change.after.as_ref();
        let is_planned = planned.is_some_and(|after| Known::certain(after).is_ok());
        let value = match evaluation.output(name) {
            Ok(value) if is_planned || came_to(name) => Some(value),
            // What it refers to is not there, and this plan does not make it.
            Err(_) if is_planned => planned.cloned(),
            Ok(_) | Err(_) => None,
        };
        match value.and_then(|value| output_value(&value, change.sensitive)) {
            Some(value) => {
                outputs.insert(name.to_string(), value);
            }
            None => {
                if let Some(recorded) = before.outputs.get(name.as_ref()) {
                    outputs.insert(name.to_string(), recorded.clone());
                }
            }
        }
    }
    outputs
}

/// Whether outputs that the plan does not mention stay as they are.
fn is_partial(plan: &Plan) -> bool {
    plan.options.is_partial() || plan.options.mode == Mode::RefreshOnly
}

fn output_value(value: &Value, sensitive: bool) -> Option<OutputValue> {
    if value.is_null() {
        return None;
    }
    let ty = type_to_json(&value.ty());
    let known = Known::new(value).ok()?;
    Some(OutputValue {
        value: to_json(&known),
        ty,
        sensitive,
        extra: serde_json::Map::new(),
    })
}

/// The snapshot to be written; `None` when nothing changed.
fn next_snapshot(store: StateStore, before: &Snapshot) -> Option<Snapshot> {
    let mut next = store.close();
    if next.same_content(before) {
        return None;
    }
    next.serial = before.serial.next();
    if let Some(version) = tool_version() {
        next.record_version(&version);
    }
    Some(next)
}

fn summary(plan: &Plan, applied: &Applied, request: &ApplyRequest<'_>) -> ApplySummary {
    let deletes = |kind: &OperationKind| {
        matches!(
            kind,
            OperationKind::Delete(
                Generation::Current | Generation::Replaced | Generation::Deposed(_)
            )
        )
    };
    ApplySummary {
        added: applied.done(plan, |kind| matches!(kind, OperationKind::Create { .. })),
        changed: applied.done(plan, |kind| matches!(kind, OperationKind::Update)),
        destroyed: applied.done(plan, deletes).saturating_sub(applied.kept),
        imported: imported(plan, applied),
        skipped: skipped(plan, applied),
        interrupted: *request.stop.borrow(),
        outputs: BTreeMap::new(),
        diagnostics: Diagnostics::new(),
    }
}

/// How many objects were taken over, also when more was done to them at once.
fn imported(plan: &Plan, applied: &Applied) -> usize {
    let operations = plan.execution.operations().filter(|(id, operation)| {
        let change = plan.changes.get(operation.entry);
        let takes_over = match operation.kind {
            OperationKind::Adopt | OperationKind::Update | OperationKind::Create { .. } => true,
            OperationKind::Read
            | OperationKind::Open
            | OperationKind::Close
            | OperationKind::Delete(_)
            | OperationKind::Forget => false,
        };
        takes_over
            && change.is_some_and(|change| change.importing.is_some())
            && applied.outcomes.get(id) == Some(&Outcome::Done)
    });
    operations.count()
}

/// What was not done, and because of what.
fn skipped(plan: &Plan, applied: &Applied) -> Vec<(InstanceAddress, Option<InstanceAddress>)> {
    let mut found = Vec::new();
    for (id, operation) in plan.execution.operations() {
        let address = operation.address(plan);
        match (address, applied.outcomes.get(&id)) {
            (Some(address), Some(Outcome::Skipped(cause))) => {
                found.push((address.clone(), Some(cause.clone())));
            }
            (Some(address), Some(Outcome::Interrupted)) => found.push((address.clone(), None)),
            _ => {}
        }
    }
    found.sort();
    found.dedup();
    found
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

fn state_error(error: &dyn std::fmt::Display) -> Diagnostics {
    Diagnostic::error(Code::State, format!("{error}.")).into()
}
