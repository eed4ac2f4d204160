//! Instances that a plan looks at, or stays away from, without changing them.

use super::Action;
use super::change::Drift;
use super::instance::Live;
use super::planner::{Planner, Subject};
use super::secret;
use crate::lang::{Evaluated, Halt};
use crate::value::Value;

impl Planner<'_> {
    /// An instance of a refresh-only plan: what has become of its object is noted, and nothing is done about it.
    pub(super) fn refreshed(&mut self, subject: &Subject<'_>) -> Evaluated {
        self.preconditions(subject)?;
        let prior = self.prior.instances.get(&subject.address);
        let Some(recorded) = prior.and_then(|prior| prior.current.as_ref()) else {
            return Ok(Value::unknown(subject.entry.schema.block.ty()));
        };
        let object = recorded.object.as_ref().ok_or(Halt::Blocked)?;
        match self.live(subject, object)? {
            Live::Gone => Ok(Value::unknown(subject.entry.schema.block.ty())),
            Live::NotRead(failure) => Ok(self.not_read(subject, object, failure)),
            Live::Found(live) => {
                let value = self.as_recorded(subject, live.object.value());
                self.only_moved(subject, &value);
                let mut change = self.blank(subject, Action::NoOp);
                change.before = Some(live);
                change.after = Some(value.clone());
                self.change(Some(subject.node), change);
                Ok(value)
            }
        }
    }

    /// Notes that the state has an object at another address, unless it is noted already that it differs.
    fn only_moved(&mut self, subject: &Subject<'_>, object: &Value) {
        let address = &subject.address;
        let Some(previous) = self.prior.moves.previous(address) else {
            return;
        };
        let noted = self.plan.drift.last();
        if noted.is_none_or(|drift| drift.address != *address) {
            self.plan.drift.push(Drift {
                address: address.clone(),
                moved_from: Some(previous.clone()),
                recorded: object.clone(),
                live: Some(object.clone()),
            });
        }
    }

    /// An instance outside of the targets: the recorded object stands for it, unread.
    pub(super) fn left_alone(&mut self, subject: &Subject<'_>) -> Value {
        let prior = self.prior.instances.get(&subject.address);
        let recorded = prior.and_then(|prior| prior.current.as_ref()?.object.as_ref());
        let value = match recorded {
            Some(object) => self.as_recorded(subject, object.object.value()),
            None => Value::unknown(subject.entry.schema.block.ty()),
        };
        let left = (subject.address.clone(), value.clone());
        self.plan.left_alone.push(left);
        value
    }

    /// An object that stands for what the configuration would say of it, with all marks that are known of it: those of the
    /// schema, and those that were recorded.
    pub(super) fn as_recorded(&self, subject: &Subject<'_>, object: &Value) -> Value {
        let prior = self.prior.instances.get(&subject.address);
        let recorded = prior.and_then(|prior| prior.current.as_ref());
        let paths = recorded.map_or(&[][..], |recorded| &recorded.sensitive);
        secret::as_recorded(&subject.entry.schema.block, object, paths)
    }
}
