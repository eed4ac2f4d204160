//! The walk: operations that are ready run together; what came of each is recorded before anything that waits for it.

use super::events::{Event, Events};
use super::finish::Finished;
use super::manifest::has_intent;
use super::store::StateStore;
use super::validate::StillOpen;
use crate::address::InstanceAddress;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::eval::Evaluation;
use crate::plan::{OperationId, OperationKind, Plan, ProviderKey};
use crate::refresh::Connections;
use crate::schema::Facts;
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet};
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinError, JoinSet};
use trustform_state::journal::{JournalWriter, Record};
use trustform_state::snapshot::DeposedKey;

/// What a run works with.
pub struct Run<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The configuration at work, with the plan's objects in it.
    pub evaluation: &'a Evaluation<'a>,
    /// The facts that planning learnt.
    pub facts: BTreeMap<ProviderKey, Facts>,
    /// Clients.
    pub connections: &'a Connections,
    /// How many operations may run at once.
    pub parallelism: usize,
    /// Turns true when no new operation shall begin.
    pub stop: watch::Receiver<bool>,
    /// Who is told.
    pub events: Events<'a>,
}

/// What became of one operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Done.
    Done,
    /// Failed.
    Failed,
    /// Not begun, because this one failed or was not begun.
    Skipped(InstanceAddress),
    /// Not begun, because the run was interrupted.
    Interrupted,
}

/// What came of a run.
#[derive(Debug, Default)]
pub struct Applied {
    /// The outcome of every operation.
    pub outcomes: BTreeMap<OperationId, Outcome>,
    /// Whether the journal lacks something that was done, since it could not be written.
    pub unnoted: bool,
    /// How many objects that were to be destroyed stay, because others have something in them.
    pub kept: usize,
    /// What went wrong.
    pub diagnostics: Diagnostics,
}

impl Applied {
    /// How many operations of the kinds that a filter picks were done.
    pub fn done(&self, plan: &Plan, pick: impl Fn(&OperationKind) -> bool) -> usize {
        let operations = plan
            .execution
            .operations()
            .filter(|(_, operation)| pick(&operation.kind));
        operations
            .filter(|(id, _)| self.outcomes.get(id) == Some(&Outcome::Done))
            .count()
    }
}

/// Carries out every operation that can be. Effects go to the journal in batches and into the store at once.
pub async fn run(run: Run<'_>, store: &mut StateStore, journal: &mut dyn JournalWriter) -> Applied {
    let mut walk = Walk::new(run);
    walk.go(store, journal).await;
    walk.leaves_nothing_out();
    walk.applied
}

/// A walk under way.
pub(super) struct Walk<'a> {
    pub(super) run: Run<'a>,
    pub(super) applied: Applied,
    pub(super) waiting: Vec<usize>,
    pub(super) followers: Vec<Vec<usize>>,
    pub(super) ready: BTreeSet<usize>,
    /// Why a node cannot run: the instance that failed before it.
    pub(super) broken: BTreeMap<usize, InstanceAddress>,
    pub(super) running: JoinSet<Finished>,
    /// The position of each operation's intent in the manifest.
    pub(super) intents: BTreeMap<OperationId, usize>,
    /// Under which key the old object of a create-first replacement was set aside.
    pub(super) deposed: BTreeMap<usize, DeposedKey>,
    /// Planned values of running operations, for checking what came of them.
    pub(super) planned: BTreeMap<OperationId, Value>,
    /// The entries of ephemeral objects that are open.
    pub(super) open: BTreeSet<usize>,
    pub(super) notes: Vec<Record>,
    /// Where running operations say what they do, and where that is heard.
    pub(super) tell: mpsc::UnboundedSender<Event>,
    told: mpsc::UnboundedReceiver<Event>,
    pub(super) facts: BTreeMap<ProviderKey, Facts>,
    /// What has to hold before anything is begun that needs it.
    pub(super) still_open: StillOpen<'a>,
    /// The journal or the disk refuses: nothing new may begin.
    pub(super) halted: bool,
}

impl<'a> Walk<'a> {
    fn new(run: Run<'a>) -> Self {
        let nodes = run.plan.execution.nodes();
        let waiting: Vec<usize> = nodes.iter().map(|node| node.after.len()).collect();
        let mut followers = vec![Vec::new(); nodes.len()];
        for (index, node) in nodes.iter().enumerate() {
            for before in &node.after {
                if let Some(list) = followers.get_mut(before.0) {
                    list.push(index);
                }
            }
        }
        let ready = waiting
            .iter()
            .enumerate()
            .filter(|(_, count)| **count == 0)
            .map(|(index, _)| index)
            .collect();
        let with_intent = run
            .plan
            .execution
            .operations()
            .filter(|(_, operation)| has_intent(&operation.kind));
        let intents = with_intent
            .enumerate()
            .map(|(position, (id, _))| (id, position))
            .collect();
        let facts = run.facts.clone();
        let (tell, told) = mpsc::unbounded_channel();
        Walk {
            still_open: StillOpen::of(&run),
            run,
            applied: Applied::default(),
            waiting,
            followers,
            ready,
            broken: BTreeMap::new(),
            running: JoinSet::new(),
            intents,
            deposed: BTreeMap::new(),
            planned: BTreeMap::new(),
            open: BTreeSet::new(),
            notes: Vec::new(),
            tell,
            told,
            facts,
            halted: false,
        }
    }

    async fn go(&mut self, store: &mut StateStore, journal: &mut dyn JournalWriter) {
        loop {
            while self.running.len() < self.run.parallelism.max(1) {
                let Some(next) = self.ready.pop_first() else {
                    break;
                };
                self.begin(next, store).await;
            }
            self.write_notes(journal).await;
            match self.next().await {
                Some(done) => self.ended(done, store),
                None if self.ready.is_empty() => break,
                None => {}
            }
            // Whatever has finished by now goes into the same batch.
            while let Some(done) = self.running.try_join_next() {
                self.ended(done, store);
            }
        }
        self.write_notes(journal).await;
    }

    /// Operations that wait for each other were never ready: a mistake of the plan, which must not look as if they were
    /// done.
    fn leaves_nothing_out(&mut self) {
        let execution = &self.run.plan.execution;
        let is_left = |id: &OperationId| !self.applied.outcomes.contains_key(id);
        if !execution.operations().any(|(id, _)| is_left(&id)) {
            return;
        }
        let circle = execution.cycle();
        let left: Vec<String> = (execution.operations())
            .filter(|(id, _)| circle.contains(id) && is_left(id))
            .filter_map(|(_, operation)| self.run.plan.changes.get(operation.entry))
            .map(|change| change.address.to_string())
            .collect();
        if !left.is_empty() {
            let detail = format!(
                "These were not begun, because the plan lets them wait for each other: {}.",
                left.join(", ")
            );
            self.applied
                .diagnostics
                .push(Diagnostic::error(Code::Internal, detail));
        }
    }

    /// The next call that is over; what is said in the meantime is passed on.
    async fn next(&mut self) -> Option<Result<Finished, JoinError>> {
        loop {
            tokio::select! {
                biased;
                Some(event) = self.told.recv() => (self.run.events)(&event),
                done = self.running.join_next() => return done,
            }
        }
    }

    /// Takes note of a call that is over, also of one that broke off without a result.
    fn ended(&mut self, done: Result<Finished, JoinError>, store: &mut StateStore) {
        while let Ok(event) = self.told.try_recv() {
            (self.run.events)(&event);
        }
        match done {
            Ok(finished) => self.finish(finished, store),
            Err(error) => {
                let detail = format!("An operation ended without a result: {error}.");
                self.applied
                    .diagnostics
                    .push(Diagnostic::error(Code::Internal, detail));
                self.halted = true;
            }
        }
    }

    async fn write_notes(&mut self, journal: &mut dyn JournalWriter) {
        if self.notes.is_empty() {
            return;
        }
        let notes = std::mem::take(&mut self.notes);
        if let Err(error) = journal.append(&notes).await {
            let detail = format!("{error}. No further operation was begun.");
            self.applied
                .diagnostics
                .push(Diagnostic::error(Code::State, detail));
            self.applied.unnoted = true;
            self.halted = true;
        }
    }

    /// Begins a node, or passes over it.
    async fn begin(&mut self, index: usize, store: &mut StateStore) {
        let Some(node) = self.run.plan.execution.nodes().get(index) else {
            return;
        };
        let Some(operation) = node.operation.clone() else {
            return self.over(index, None);
        };
        let id = OperationId(index);
        if operation.kind == OperationKind::Close {
            return self.closed(id, &operation);
        }
        if let Some(cause) = self.broken.get(&index).cloned() {
            self.pass_over(id, &operation, Outcome::Skipped(cause));
            return;
        }
        if self.halted || *self.run.stop.borrow() {
            self.pass_over(id, &operation, Outcome::Interrupted);
            return;
        }
        let begun = match &operation.kind {
            OperationKind::Read => match self.run.plan.deferred.get(operation.entry) {
                Some(data) => self.begin_read(id, data).await,
                None => Ok(()),
            },
            OperationKind::Open => match self.run.plan.opened.get(operation.entry) {
                Some(opened) => self.begin_open(id, opened).await,
                None => Ok(()),
            },
            OperationKind::Close
            | OperationKind::Create { .. }
            | OperationKind::Update
            | OperationKind::Delete(_)
            | OperationKind::Adopt
            | OperationKind::Forget => match self.run.plan.changes.get(operation.entry) {
                Some(change) => self.begin_change(id, &operation, change, store).await,
                None => Ok(()),
            },
        };
        if let Err(diagnostics) = begun {
            if let Some((check, _)) = self.check_of(&operation) {
                return self.unread(id, &operation, &check, diagnostics);
            }
            self.applied.diagnostics.extend(diagnostics);
            self.fail(id, &operation, Vec::new(), "it could not be evaluated");
        }
    }
}
