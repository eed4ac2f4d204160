//! Data sources: computed, read now, or left to apply.

use super::ActionReason;
use super::change::{DataChange, NotRead};
use super::options::Mode;
use super::planner::{Planner, ProviderStatus, Subject};
use super::propose::propose;
use super::reads::{Answer, Read, ReadKey};
use super::secret::{mark_sensitive, marked_as};
use crate::lang::{Evaluated, Halt};
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
