//! Data sources: computed, read now, or left to apply.

use super::ActionReason;
use super::change::{DataChange, NotRead};
use super::options::Mode;
use super::planner::{Planner, ProviderStatus, Subject};
use super::propose::propose;
use super::reads::{Answer, Read, ReadKey};
use super::secret::{mark_sensitive, marked_as};
use crate::address::ResourceMode;
use crate::config::Repetition;
use crate::graph::Node;
use crate::lang::{Evaluated, Halt, Reference, Step, Subject as Named};
use crate::value::{Known, Value};

impl Planner<'_> {
    /// The value of a data source, as far as it can be known while planning.
    pub(super) fn data(&mut self, subject: &Subject<'_>) -> Evaluated {
        let block = &subject.entry.schema.block;
        let config = match self
            .evaluation
            .resource_config(subject.resource, block, &subject.place)
        {
            // What is being destroyed may refer to what never existed.
            Err(Halt::Failed(_)) if self.options.mode == Mode::Destroy => {
                return Ok(Value::unknown(block.ty()));
            }
            other => self.after_preconditions(subject, other)?,
        };
        Self::lasting(subject, &config)?;
        Self::problems(subject, subject.entry.rules.validate(&config))?;
        let facts = self.facts(subject)?;
        if let Some(computed) = subject.entry.rules.compute(&config, &facts) {
            return match computed {
                Ok(value) => Ok(self.done(subject, mark_sensitive(block, &value))),
                Err(problem) => {
                    Self::problems(subject, vec![problem])?;
                    Err(Halt::Blocked)
                }
            };
        }
        let waits = self.waits(subject);
        let status = self.provider_status(&subject.provider);
        let certain = Known::certain(&config);
        match (waits, certain, status) {
            (true, Ok(_), _) => {
                Ok(self.deferred(subject, &config, ActionReason::DependencyPending))
            }
            // What is predicted is not what nobody knows.
            (true, Err(_), _) if config.is_wholly_known() => {
                Ok(self.deferred(subject, &config, ActionReason::DependencyPending))
            }
            // Where both hold, Terraform names this one.
            (_, Err(_), _) | (_, _, ProviderStatus::Unknown) => {
                Ok(self.deferred(subject, &config, ActionReason::ConfigUnknown))
            }
            (_, _, ProviderStatus::Blocked) => Err(Halt::Blocked),
            (false, Ok(arguments), ProviderStatus::Known(settings)) => {
                self.read_now(subject, arguments, &settings, &config)
            }
        }
    }

    fn read_now(
        &mut self,
        subject: &Subject<'_>,
        arguments: Known,
        settings: &Known,
        config: &Value,
    ) -> Evaluated {
        let data_type = subject.entry.name;
        let key = ReadKey::data(&subject.provider, data_type, &arguments);
        let read = Read::Data {
            data_type: data_type.into(),
            provider: subject.provider.clone(),
            config: arguments,
            address: subject.address.clone(),
        };
        match self.ask(key, settings, read) {
            Some(Answer::Data(value)) => {
                let value = mark_sensitive(&subject.entry.schema.block, value.value());
                Ok(self.done(subject, marked_as(config, &value)))
            }
            Some(Answer::NotRead(failure)) => {
                if let Some(check) = &subject.resource.check {
                    self.unread(check, subject, failure);
                    return Err(Halt::Blocked);
                }
                self.plan.not_read.push(NotRead {
                    address: subject.address.clone(),
                    failure: failure.clone(),
                });
                Err(Halt::Blocked)
            }
            Some(Answer::Object(_) | Answer::Opened(_) | Answer::Names(_) | Answer::Facts(_))
            | None => Err(Halt::Blocked),
        }
    }

    /// Whether a data source has to wait: a managed resource that it refers to directly, or that `depends_on` names,
    /// has a pending change.
    fn waits(&self, subject: &Subject<'_>) -> bool {
        let Some(index) = self.program.graph.module(&subject.address.module.path()) else {
            return false;
        };
        let mut waits = false;
        let mut visit = |reference: &Reference, _: &[Step]| {
            if let Named::Resource(name) = &reference.subject
                && name.mode == ResourceMode::Managed
            {
                waits |= index
                    .resources
                    .get(name)
                    .is_some_and(|node| self.pending.contains(node));
            }
        };
        subject.resource.body.each_reference(&mut visit);
        match &subject.resource.repetition {
            Repetition::None => {}
            Repetition::Count(expression) | Repetition::ForEach(expression) => {
                expression.each_reference(&mut visit);
            }
        }
        let lifecycle = &subject.resource.lifecycle;
        for condition in lifecycle
            .preconditions
            .iter()
            .chain(&lifecycle.postconditions)
        {
            condition.condition.each_reference(&mut visit);
            condition.error_message.each_reference(&mut visit);
        }
        for dependency in &subject.resource.depends_on {
            let node = match &dependency.reference.subject {
                Named::Resource(name) => index.resources.get(name).copied(),
                Named::Module(name) => {
                    let child = subject.address.module.path().child(name.clone());
                    self.program
                        .graph
                        .module(&child)
                        .and_then(|child| child.whole)
                }
                Named::Variable(_)
                | Named::Local(_)
                | Named::Each(_)
                | Named::CountIndex
                | Named::Path(_)
                | Named::Workspace
                | Named::Own => None,
            };
            waits |= node.is_some_and(|node| self.pending.contains(&node));
        }
        waits || self.module_waits(subject)
    }

    /// Whether a call above, by its `depends_on`, makes everything in the module wait.
    fn module_waits(&self, subject: &Subject<'_>) -> bool {
        let mut path = subject.address.module.path();
        while let Some(parent) = path.parent() {
            let call = path
                .names()
                .last()
                .and_then(|name| self.program.graph.module(&parent)?.calls.get(name));
            if call.is_some_and(|node| {
                matches!(self.program.graph.node(*node), Some(Node::Call(..)))
                    && self.pending.contains(node)
            }) {
                return true;
            }
            path = parent;
        }
        false
    }

    fn done(&mut self, subject: &Subject<'_>, value: Value) -> Value {
        let dependencies = self.dependencies_of(subject.node);
        self.plan.data.push(DataChange {
            address: subject.address.clone(),
            provider: subject.provider.clone(),
            reason: ActionReason::None,
            dependencies,
            value: value.clone(),
        });
        value
    }

    fn deferred(&mut self, subject: &Subject<'_>, config: &Value, reason: ActionReason) -> Value {
        let block = &subject.entry.schema.block;
        let value = mark_sensitive(block, &propose(block, config, None));
        if self.options.mode == Mode::Normal {
            self.pending.insert(subject.node);
            let dependencies = self.dependencies_of(subject.node);
            self.plan.deferred.push(DataChange {
                address: subject.address.clone(),
                provider: subject.provider.clone(),
                reason,
                dependencies,
                value: value.clone(),
            });
        }
        value
    }
}
