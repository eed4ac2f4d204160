//! Provisioners: after an object is made, and before it is destroyed.

use super::complete::{self, Block};
use super::events::Event;
use super::finish::{Finished, Reply};
use super::local_exec::LocalExec;
use super::store::{StateStore, object_address};
use super::walk::Walk;
use crate::address::InstanceAddress;
use crate::config::{LOCAL_EXEC, Provisioner, Provisioning, When};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::eval::Place;
use crate::plan::{Change, Generation, Operation, OperationId, OperationKind};
use crate::provider::Recorded;
use crate::schema::local_exec;
use crate::value::{Marks, Value};
use std::time::Instant;
use tokio::sync::{mpsc, watch};
use trustform_state::journal::OutcomeStatus;
use trustform_state::snapshot::{ObjectStatus, PathStep};

/// A command with what its block says of it.
pub(super) struct Step {
    command: LocalExec,
    continues: bool,
    /// The secret marks of what stands in the block; nothing of it is shown where there are some.
    secrets: Marks,
    /// What to say when it fails, but for what it said itself.
    problem: Diagnostic,
}

/// The commands of an instance, in their order, and those who hear what they say.
pub(super) struct Steps {
    address: InstanceAddress,
    all: Vec<Step>,
    told: mpsc::UnboundedSender<Event>,
    stop: watch::Receiver<bool>,
}

impl Walk<'_> {
    /// The commands of an instance at one time; `None` when there are none. An argument that has no value is an error.
    pub(super) fn steps(
        &self,
        block: &Block<'_>,
        address: &InstanceAddress,
        when: When,
        own: Value,
    ) -> Result<Option<Steps>, Diagnostics> {
        let evaluation = self.run.evaluation;
        // What is destroyed may have no place in the configuration any more, and needs none.
        let each = evaluation
            .place_of(block.node, address)
            .ok()
            .and_then(|place| place.each);
        let place = Place {
            module: address.module.clone(),
            key: address.key.clone(),
            each,
            own: Some(own),
        };
        self.steps_at(&block.resource.provisioning, address, when, &place)
    }

    /// The commands that a `removed` block has for an instance whose own block is gone.
    fn steps_of_removed(
        &self,
        address: &InstanceAddress,
        own: Value,
    ) -> Result<Option<Steps>, Diagnostics> {
        let configuration = &self.run.evaluation.program().configuration;
        let Some((base, removed)) = configuration.removed(address) else {
            return Ok(None);
        };
        // The module of the object may be gone; the one in which the block stands is there.
        let mut module = address.module.clone();
        while module.steps().len() > base.names().len()
            && let Some((caller, _, _)) = module.split()
        {
            module = caller;
        }
        let place = Place {
            module,
            key: address.key.clone(),
            each: None,
            own: Some(own),
        };
        self.steps_at(&removed.provisioning, address, When::Destroy, &place)
    }

    fn steps_at(
        &self,
        all: &Provisioning,
        address: &InstanceAddress,
        when: When,
        place: &Place,
    ) -> Result<Option<Steps>, Diagnostics> {
        let provisioners = all.provisioners.iter();
        let mut provisioners = provisioners.filter(|it| it.when == when).peekable();
        if provisioners.peek().is_none() {
            return Ok(None);
        }
        let steps = provisioners.map(|provisioner| self.step(provisioner, address, place));
        Ok(Some(Steps {
            address: address.clone(),
            all: steps.collect::<Result<_, Diagnostics>>()?,
            told: self.tell.clone(),
            stop: self.run.stop.clone(),
        }))
    }

    /// What has to run before an object is destroyed: of its block, or of the `removed` block in its place. Nothing for one
    /// that is tainted or was set aside.
    pub(super) fn last_steps(
        &self,
        operation: &Operation,
        change: &Change,
        store: &StateStore,
    ) -> Result<Option<Steps>, Diagnostics> {
        let is_current = operation.kind == OperationKind::Delete(Generation::Current);
        let instance = store.get(&object_address(&change.address, None));
        let is_tainted = instance.is_some_and(|it| it.status == ObjectStatus::Tainted);
        let program = self.run.evaluation.program();
        let name = &change.address.resource;
        let entry = program.schemas.find(name.mode, &name.resource_type);
        let (Some(entry), Some(before), true, false) =
            (entry, &change.before, is_current, is_tainted)
        else {
            return Ok(None);
        };
        let secret = instance.map(|it| it.sensitive_attributes.as_slice());
        let shape = &entry.schema.block;
        let own = secrets_marked(before.object.value(), shape, secret.unwrap_or_default());
        match complete::block(self.run.evaluation, &change.address) {
            Some(block) => self.steps(&block, &change.address, When::Destroy, own),
            None => self.steps_of_removed(&change.address, own),
        }
    }

    fn step(
        &self,
        provisioner: &Provisioner,
        address: &InstanceAddress,
        place: &Place,
    ) -> Result<Step, Diagnostics> {
        let value = self
            .run
            .evaluation
            .block(&provisioner.body, &local_exec(), place);
        let value = value.map_err(|halt| complete::failed(halt, address))?;
        let problem = Diagnostic::error(Code::OperationFailed, "")
            .with_summary("local-exec provisioner error")
            .at(provisioner.span)
            .about(address);
        Ok(Step {
            secrets: value
                .deep_marks()
                .without(Marks::PREDICTED | Marks::WITHHELD),
            command: LocalExec::new(complete::certain(&value, address)?.value()),
            continues: provisioner.continues,
            problem,
        })
    }

    /// Runs the commands of an object that was just made, if it has some. Until they are over it counts as tainted.
    pub(super) fn provisions(
        &mut self,
        id: OperationId,
        operation: &Operation,
        change: &Change,
        object: &Recorded,
        store: &mut StateStore,
        started: Instant,
    ) -> bool {
        if !matches!(operation.kind, OperationKind::Create { .. }) {
            return false;
        }
        let Ok(block) = self.block(&change.address) else {
            return false;
        };
        let own = super::finish::with_marks(self.planned.get(&id), object.object.value());
        let steps = match self.steps(&block, &change.address, When::Create, own) {
            Ok(None) => return false,
            Ok(Some(steps)) => Ok(steps),
            Err(problems) => Err(problems),
        };
        let effect = self.tainted(id, change, object);
        store.apply(&effect);
        match steps {
            Ok(steps) => {
                self.note(id, OutcomeStatus::Running, vec![effect]);
                let object = object.clone();
                self.running.spawn(async move {
                    let failure = steps.run().await.err().map(Box::new);
                    Finished {
                        id,
                        result: Ok(Reply::Provisioned { object, failure }),
                        partial: None,
                        started,
                    }
                });
            }
            Err(problems) => {
                let reason = "a provisioner could not be evaluated";
                self.unprovisioned((id, operation, change), object, problems, reason);
            }
        }
        true
    }

    /// The commands of an object that was made are over.
    pub(super) fn provisioned(
        &mut self,
        (id, operation, change): (OperationId, &Operation, &Change),
        object: &Recorded,
        failure: Option<Box<Diagnostic>>,
        store: &mut StateStore,
        started: Instant,
    ) {
        match failure {
            None => self.made(id, operation, change, object, store, started),
            Some(problem) => {
                let of = (id, operation, change);
                self.unprovisioned(of, object, [*problem], "a provisioner failed");
            }
        }
    }

    /// A provisioner of an object that was made failed, so it stays tainted. Its postconditions are judged all the same, as
    /// Terraform does.
    fn unprovisioned(
        &mut self,
        (id, operation, change): (OperationId, &Operation, &Change),
        object: &Recorded,
        problems: impl IntoIterator<Item = Diagnostic>,
        reason: &str,
    ) {
        self.applied.diagnostics.extend(problems);
        let planned = self.planned.get(&id).or(change.after.as_ref());
        let value = super::finish::with_marks(planned, object.object.value());
        let broken = self.put_object(&change.address, value);
        self.applied.diagnostics.extend(broken);
        let effect = self.tainted(id, change, object);
        self.fail(id, operation, vec![effect], reason);
    }
}

impl Steps {
    /// Runs one command after the other; the first that fails ends them, unless it may.
    pub(super) async fn run(self) -> Result<(), Diagnostic> {
        for step in &self.all {
            self.tell(|address, provisioner| Event::Provisioning {
                address,
                provisioner,
            });
            let say = |line: &str| {
                let line = step.suppressed().unwrap_or_else(|| line.to_owned());
                self.tell(|address, provisioner| Event::Said {
                    address,
                    provisioner,
                    line,
                });
            };
            let result = step.command.run(&say, self.stop.clone()).await;
            let failed = result.is_err();
            self.tell(|address, provisioner| Event::Provisioned {
                address,
                provisioner,
                failed,
            });
            match result {
                Err(detail) if !step.continues => return Err(step.failed(detail)),
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }

    fn tell(&self, event: impl FnOnce(InstanceAddress, &'static str) -> Event) {
        // Nobody listens any more only when the walk is gone.
        let _unheard = self.told.send(event(self.address.clone(), LOCAL_EXEC));
    }
}

impl Step {
    fn is_secret(&self) -> bool {
        self.secrets != Marks::NONE
    }

    fn kind_of_secret(&self) -> String {
        let names: Vec<&str> = self.secrets.names().collect();
        names.join(", ")
    }

    /// What is shown instead of each line that the command says, if something is.
    fn suppressed(&self) -> Option<String> {
        let kind = || self.kind_of_secret();
        self.is_secret()
            .then(|| format!("(output suppressed due to {} value in config)", kind()))
    }

    fn failed(&self, detail: String) -> Diagnostic {
        let detail = match self.is_secret() {
            true => {
                let kind = self.kind_of_secret();
                format!(
                    "The command failed. It and what it said are not shown, because a {kind} value stands in its \
                     configuration."
                )
            }
            false => detail,
        };
        Diagnostic {
            detail,
            ..self.problem.clone()
        }
    }
}

/// An object whose attributes that are sensitive, by their type or by the state, are marked.
fn secrets_marked(
    object: &Value,
    shape: &crate::schema::Block,
    recorded: &[Vec<PathStep>],
) -> Value {
    let first = |path: &Vec<PathStep>| match path.first() {
        Some(PathStep::Attribute(name)) => Some(name.clone()),
        Some(PathStep::Index(_)) | None => None,
    };
    let recorded: Vec<String> = recorded.iter().filter_map(first).collect();
    let is_secret = |name: &str| {
        let declared = shape
            .attribute(name)
            .is_some_and(|attribute| attribute.sensitive);
        declared || recorded.iter().any(|secret| secret == name)
    };
    let attributes = object
        .as_entries()
        .into_iter()
        .flatten()
        .map(|(name, value)| {
            let marks = if is_secret(name) {
                Marks::SENSITIVE
            } else {
                value.marks
            };
            (name.clone(), value.clone().marked(marks))
        });
    Value::object(attributes.collect())
}
