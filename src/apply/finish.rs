//! The end of one operation: what it means for the state, for the journal, and for what waits for it.

use super::begin::identity;
use super::complete;
use super::events::Event;
use super::store::{Entry, StateStore, object_address};
use super::walk::{Outcome, Walk};
use crate::address::{AttributePath, InstanceAddress, ResourceAddress};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::plan::{
    Change, Generation, LiveObject, Operation, OperationId, OperationKind, sensitive_paths,
};
use crate::provider::{ProviderError, Recorded};
use crate::value::{Kind, Known, Marks, Value};
use std::time::Instant;
use trustform_state::journal::{Effect, Outcome as Noted, OutcomeStatus, Record};
use trustform_state::snapshot::{DeposedKey, ObjectStatus};

/// A finished call.
pub(super) struct Finished {
    pub(super) id: OperationId,
    pub(super) result: Result<Reply, ProviderError>,
    pub(super) partial: Option<Recorded>,
    pub(super) started: Instant,
}

/// What a call returned.
pub(super) enum Reply {
    Object(Recorded),
    Gone,
    /// It stays, because this is in it.
    Kept(Vec<String>),
    Data(Known),
    /// An ephemeral object, as expressions see it.
    Opened(Value),
    /// It was not destroyed, because a provisioner failed.
    Stays(Box<Diagnostic>),
    /// It was made, and its provisioners are over.
    Provisioned {
        object: Recorded,
        failure: Option<Box<Diagnostic>>,
    },
}

impl Walk<'_> {
    pub(super) fn finish(&mut self, finished: Finished, store: &mut StateStore) {
        let Finished {
            id,
            result,
            partial,
            started,
        } = finished;
        let operation = self
            .run
            .plan
            .execution
            .nodes()
            .get(id.0)
            .and_then(|node| node.operation.clone());
        let Some(operation) = operation else { return };
        match result {
            Ok(Reply::Data(value)) => {
                if let Some(data) = self.run.plan.deferred.get(operation.entry) {
                    let broken = self.put_object(&data.address, value.value().clone());
                    if broken.has_errors() {
                        return self.broken_promise(id, &operation, Vec::new(), broken);
                    }
                    self.done(id, &operation, &data.address, Vec::new(), None, started);
                }
            }
            Ok(Reply::Opened(object)) => self.opened(id, &operation, object, started),
            Ok(Reply::Object(object)) => {
                if let Some(change) = self.run.plan.changes.get(operation.entry)
                    && !self.provisions(id, &operation, change, &object, store, started)
                {
                    self.made(id, &operation, change, &object, store, started);
                }
            }
            Ok(Reply::Stays(problem)) => {
                self.applied.diagnostics.push(*problem);
                self.fail(id, &operation, Vec::new(), "a provisioner failed");
            }
            Ok(Reply::Provisioned { object, failure }) => {
                if let Some(change) = self.run.plan.changes.get(operation.entry) {
                    let of = (id, &operation, change);
                    self.provisioned(of, &object, failure, store, started);
                }
            }
            Ok(Reply::Gone) => {
                if let Some(change) = self.run.plan.changes.get(operation.entry) {
                    let effect = Effect::Remove(object_address(
                        &change.address,
                        self.gone_key(&operation).as_ref(),
                    ));
                    store.apply(&effect);
                    self.done(id, &operation, &change.address, vec![effect], None, started);
                }
            }
            Ok(Reply::Kept(content)) => self.kept(id, &operation, &content, store, started),
            Err(error) => match self.check_of(&operation) {
                Some((check, address)) => {
                    let problem = refused(&error, &address);
                    self.unread(id, &operation, &check, [problem]);
                }
                None => self.failed(id, &operation, &error, partial, store),
            },
        }
    }

    /// An object that was to be destroyed is left to those who have something in it.
    fn kept(
        &mut self,
        id: OperationId,
        operation: &Operation,
        content: &[String],
        store: &mut StateStore,
        started: Instant,
    ) {
        let Some(change) = self.run.plan.changes.get(operation.entry) else {
            return;
        };
        let name = change
            .before
            .as_ref()
            .and_then(|before| identity(before.object.value()));
        let detail = format!(
            "{} ({}) was not destroyed, because others have something in it: {}. It is no longer managed here.",
            change.address,
            name.unwrap_or_default(),
            content.join(", ")
        );
        let kept = Diagnostic::warning(Code::Kept, detail).about(&change.address).hint(
            "When nobody needs the rest, delete it with kubectl: `kubectl delete namespace` deletes all of it.",
        );
        self.applied.diagnostics.push(kept);
        self.applied.kept += 1;
        let effect = Effect::Remove(object_address(&change.address, None));
        store.apply(&effect);
        let forgotten = Operation {
            kind: OperationKind::Forget,
            ..operation.clone()
        };
        self.done(id, &forgotten, &change.address, vec![effect], None, started);
    }

    /// The key of the object that a delete was about.
    pub(super) fn gone_key(&self, operation: &Operation) -> Option<DeposedKey> {
        match &operation.kind {
            OperationKind::Delete(Generation::Deposed(key)) => Some(key.clone()),
            OperationKind::Delete(Generation::Replaced) => {
                self.deposed.get(&operation.entry).cloned()
            }
            OperationKind::Delete(Generation::Current)
            | OperationKind::Create { .. }
            | OperationKind::Update
            | OperationKind::Read
            | OperationKind::Open
            | OperationKind::Close
            | OperationKind::Adopt => None,
            OperationKind::Forget => {
                let change = self.run.plan.changes.get(operation.entry);
                change.and_then(|change| change.deposed.clone())
            }
        }
    }

    pub(super) fn made(
        &mut self,
        id: OperationId,
        operation: &Operation,
        change: &Change,
        object: &Recorded,
        store: &mut StateStore,
        started: Instant,
    ) {
        let mut effect = self.record(id, change, object);
        if operation.kind == OperationKind::Update && is_what_was_there(change, object) {
            keep_dependencies(&mut effect, change, store);
        }
        let planned = self.planned.remove(&id);
        store.apply(&effect);
        let planned = planned.or_else(|| change.after.clone());
        let mut value = object.object.value().clone();
        if let Some(planned) = &planned {
            let mut found = Vec::new();
            complete::compare(planned, &value, &AttributePath::root(), &mut found);
            if !found.is_empty() {
                let paths: Vec<String> = found.iter().map(ToString::to_string).collect();
                let detail = format!(
                    "{} was made, and recorded as it came out, but it is not what was asked for in {}.",
                    change.address,
                    paths.join(", ")
                );
                self.applied.diagnostics.push(
                    Diagnostic::error(Code::InconsistentResult, detail).about(&change.address),
                );
            }
            value = with_marks_of(planned, &value);
        }
        let name = identity(&value);
        let broken = self.put_object(&change.address, value);
        if broken.has_errors() {
            return self.broken_promise(id, operation, vec![effect], broken);
        }
        self.done(id, operation, &change.address, vec![effect], name, started);
    }

    /// Hands an object to those that refer to it, unless one of its postconditions does not hold: then says which.
    pub(super) fn put_object(&self, address: &InstanceAddress, value: Value) -> Diagnostics {
        let evaluation = self.run.evaluation;
        let Some(block) = complete::block(evaluation, address) else {
            return Diagnostics::new();
        };
        let broken = complete::postconditions(evaluation, &block, address, value.clone());
        if !broken.has_errors() {
            let key = address.key.clone();
            evaluation.set_object(block.node, &address.module, key, value);
        }
        broken
    }

    /// An operation was carried out, but what came of it is not what others were promised.
    pub(super) fn broken_promise(
        &mut self,
        id: OperationId,
        operation: &Operation,
        effects: Vec<Effect>,
        broken: Diagnostics,
    ) {
        self.applied.diagnostics.extend(broken);
        self.fail(id, operation, effects, "a postcondition does not hold");
    }

    /// As [`Walk::record`], for an object whose provisioners are not over, or failed.
    pub(super) fn tainted(&self, id: OperationId, change: &Change, object: &Recorded) -> Effect {
        let mut effect = self.record(id, change, object);
        if let Effect::Put { instance, .. } = &mut effect {
            instance.status = ObjectStatus::Tainted;
        }
        effect
    }

    /// The effect that records an object of an operation.
    pub(super) fn record(&self, id: OperationId, change: &Change, object: &Recorded) -> Effect {
        let live = LiveObject {
            object: object.object.clone(),
            private: object.private.clone(),
        };
        let entry = self.run.evaluation.program().schemas.find(
            change.address.resource.mode,
            &change.address.resource.resource_type,
        );
        let Some(entry) = entry else {
            return Effect::Remove(object_address(&change.address, None));
        };
        let mut effect = Entry {
            address: &change.address,
            deposed: None,
            provider: &change.provider,
            schema: entry.schema,
            object: &live,
            marked: change.after.as_ref(),
            dependencies: sorted_names(&change.dependencies),
            create_before_destroy: change.create_before_destroy,
        }
        .put();
        if let Some(planned) = self.planned.get(&id) {
            add_sensitive_paths(&mut effect, planned);
        }
        effect
    }

    pub(super) fn failed(
        &mut self,
        id: OperationId,
        operation: &Operation,
        error: &ProviderError,
        partial: Option<Recorded>,
        store: &mut StateStore,
    ) {
        let address = self.address_of(operation);
        let effects = match (partial, self.run.plan.changes.get(operation.entry)) {
            (Some(object), Some(change)) => vec![self.record(id, change, &object)],
            (None, Some(change)) => self.restored(operation, change, store),
            (_, None) => Vec::new(),
        };
        for effect in &effects {
            store.apply(effect);
        }
        if let Some(address) = &address {
            self.applied.diagnostics.push(refused(error, address));
        }
        self.fail(id, operation, effects, &error.to_string());
    }

    /// Gives back its place to the object that was set aside for one that did not come into being, as Terraform does.
    fn restored(
        &mut self,
        operation: &Operation,
        change: &Change,
        store: &StateStore,
    ) -> Vec<Effect> {
        if operation.kind != (OperationKind::Create { depose: true }) {
            return Vec::new();
        }
        let Some(key) = self.deposed.remove(&operation.entry) else {
            return Vec::new();
        };
        let aside = object_address(&change.address, Some(&key));
        let Some(instance) = store.get(&aside) else {
            return Vec::new();
        };
        let mut instance = instance.clone();
        instance.deposed = None;
        let put = Effect::Put {
            resource: aside.resource.clone(),
            provider: change.provider.to_string(),
            instance: Box::new(instance),
        };
        vec![Effect::Remove(aside), put]
    }

    pub(super) fn fail(
        &mut self,
        id: OperationId,
        operation: &Operation,
        effects: Vec<Effect>,
        reason: &str,
    ) {
        self.note(id, OutcomeStatus::Failed(reason.to_owned()), effects);
        self.applied.outcomes.insert(id, Outcome::Failed);
        let address = self.address_of(operation);
        if let Some(address) = &address {
            (self.run.events)(&Event::Failed {
                address: address.clone(),
                kind: operation.kind.clone(),
            });
        }
        self.over(id.0, address);
    }

    pub(super) fn pass_over(&mut self, id: OperationId, operation: &Operation, outcome: Outcome) {
        let (reason, cause) = match &outcome {
            Outcome::Skipped(cause) => (format!("{cause} failed"), Some(cause.clone())),
            Outcome::Interrupted | Outcome::Done | Outcome::Failed => (
                "the run was interrupted".to_owned(),
                self.address_of(operation),
            ),
        };
        self.note(id, OutcomeStatus::Skipped(reason), Vec::new());
        self.applied.outcomes.insert(id, outcome);
        self.over(id.0, cause);
    }

    pub(super) fn done(
        &mut self,
        id: OperationId,
        operation: &Operation,
        address: &InstanceAddress,
        effects: Vec<Effect>,
        name: Option<String>,
        started: Instant,
    ) {
        self.note(id, OutcomeStatus::Succeeded, effects);
        self.applied.outcomes.insert(id, Outcome::Done);
        (self.run.events)(&Event::Finished {
            address: address.clone(),
            kind: operation.kind.clone(),
            id: name,
            elapsed: started.elapsed(),
        });
        self.over(id.0, None);
    }

    pub(super) fn note(&mut self, id: OperationId, status: OutcomeStatus, effects: Vec<Effect>) {
        if let Some(position) = self.intents.get(&id) {
            self.notes.push(Record::Outcome(Noted {
                operation: *position,
                status,
                effects,
            }));
        }
    }

    pub(super) fn address_of(&self, operation: &Operation) -> Option<InstanceAddress> {
        operation.address(self.run.plan).cloned()
    }

    /// A node is over: those that waited for it alone become ready, and cannot run when it is broken.
    pub(super) fn over(&mut self, index: usize, broken_by: Option<InstanceAddress>) {
        let cause = broken_by.or_else(|| self.broken.get(&index).cloned());
        let followers = self.followers.get(index).cloned().unwrap_or_default();
        for follower in followers {
            if let Some(cause) = &cause {
                self.broken.entry(follower).or_insert_with(|| cause.clone());
            }
            if let Some(count) = self.waiting.get_mut(follower) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    self.ready.insert(follower);
                }
            }
        }
    }
}

/// Whether an object that was to be changed came out as it was.
fn is_what_was_there(change: &Change, object: &Recorded) -> bool {
    let before = change.before.as_ref();
    before.is_some_and(|before| before.object == object.object)
}

/// What was unknown when it was planned may have sensitive parts.
fn add_sensitive_paths(effect: &mut Effect, planned: &Value) {
    if let Effect::Put { instance, .. } = effect {
        let recorded = &mut instance.sensitive_attributes;
        for path in sensitive_paths(planned) {
            if !recorded.contains(&path) {
                recorded.push(path);
            }
        }
    }
}

/// As in Terraform, what was recorded as depended on stays beside what is now, where nothing was done.
fn keep_dependencies(effect: &mut Effect, change: &Change, store: &StateStore) {
    let recorded = store.get(&object_address(&change.address, None));
    if let (Effect::Put { instance, .. }, Some(recorded)) = (effect, recorded) {
        if !store.has_secrets(&change.address, &instance.sensitive_attributes) {
            return;
        }
        instance
            .dependencies
            .extend(recorded.dependencies.iter().cloned());
        instance.dependencies.sort();
        instance.dependencies.dedup();
    }
}

/// The value with the sensitive marks of another of the same shape.
fn with_marks_of(marked: &Value, value: &Value) -> Value {
    if !marked.deep_marks().intersects(Marks::SENSITIVE) {
        return value.clone();
    }
    if marked.marks.contains(Marks::SENSITIVE) {
        let within = Value {
            marks: marked.marks.without(Marks::SENSITIVE),
            ..marked.clone()
        };
        return with_marks_of(&within, value).marked(Marks::SENSITIVE);
    }
    let (Some(from), Some(to)) = (marked.as_entries(), value.as_entries()) else {
        return with_marks_of_elements(marked, value);
    };
    let mut names = to.keys();
    value.map_parts(
        &mut |part| match names.next().and_then(|name| from.get(name)) {
            Some(marked) => with_marks_of(marked, part),
            None => part.clone(),
        },
    )
}

/// The same of a list, whose elements are found by their places; of anything else the whole is marked.
fn with_marks_of_elements(marked: &Value, value: &Value) -> Value {
    match (&marked.kind, &value.kind) {
        (Kind::List(_, from) | Kind::Tuple(from), Kind::List(_, to) | Kind::Tuple(to))
            if from.len() == to.len() =>
        {
            let mut from = from.iter();
            value.map_parts(&mut |part| {
                let marked = from.next();
                marked.map_or_else(|| part.clone(), |marked| with_marks_of(marked, part))
            })
        }
        _ => value.clone().marked(Marks::SENSITIVE),
    }
}

pub(super) fn refused(error: &ProviderError, address: &InstanceAddress) -> Diagnostic {
    let mut detail = error.message.clone();
    if !error.request_id.is_empty() {
        detail.extend([" (request id: ", &error.request_id, ")"]);
    }
    Diagnostic::error(Code::OperationFailed, detail)
        .with_summary(if error.code.is_empty() {
            error.doing.clone()
        } else {
            format!("{}: {}", error.doing, error.code)
        })
        .about(address)
}

/// Addresses as states record them: as texts, in the order of the texts.
fn sorted_names(addresses: &[ResourceAddress]) -> Vec<String> {
    let mut names: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    names.sort();
    names
}

/// A value with the marks that its plan has, if there is one.
pub(super) fn with_marks(planned: Option<&Value>, value: &Value) -> Value {
    planned.map_or_else(|| value.clone(), |planned| with_marks_of(planned, value))
}
