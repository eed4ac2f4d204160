//! `replace_triggered_by`: whether what a resource looks at is updated or replaced in this plan.

use super::differences::differences;
use super::planner::{Planner, Subject};
use super::{Action, Change};
use crate::address::{AttributePath, InstanceKey};
use crate::config::Trigger;
use crate::diagnostic::{Code, Diagnostic};
use crate::lang::Halt;
use crate::value::Value;

impl Planner<'_> {
    /// Whether an instance is to be made again because of what its block looks at. Blocked while that is not planned; an
    /// instance that there is not is an error.
    pub(super) fn is_triggered(&self, subject: &Subject<'_>) -> Result<bool, Halt> {
        let mut triggered = false;
        for trigger in &subject.resource.lifecycle.replace_triggered_by {
            triggered |= self.pulls(trigger, subject)?;
        }
        Ok(triggered)
    }

    fn pulls(&self, trigger: &Trigger, subject: &Subject<'_>) -> Result<bool, Halt> {
        let module = &subject.place.module;
        let index = self.program.graph.module(&module.path());
        let node = index.and_then(|index| index.resources.get(&trigger.resource));
        let expansion = self
            .evaluation
            .expansion(*node.ok_or(Halt::Blocked)?, module)?;
        let key = match &trigger.key {
            Some(key) => Some(instance_key(
                &self.evaluation.evaluate(key, &subject.place)?,
            )),
            None if expansion.is_single() => Some(InstanceKey::None),
            None => None,
        };
        if key
            .as_ref()
            .is_some_and(|key| !expansion.each.contains_key(key))
        {
            return Err(no_change(trigger, key.as_ref()));
        }
        let own = self.plan.changes.iter().filter(|change| {
            change.address.resource == trigger.resource
                && change.address.module == *module
                && change.deposed.is_none()
                && key.as_ref().is_none_or(|key| *key == change.address.key)
        });
        let (mut planned, mut pulls) = (0, false);
        for change in own {
            planned += 1;
            pulls |= counts(change, &trigger.path);
        }
        let expected = key.map_or(expansion.each.len(), |_| 1);
        if planned < expected {
            return Err(Halt::Blocked);
        }
        Ok(pulls)
    }
}

/// Whether a change is an update or a replacement that touches a part of the object.
fn counts(change: &Change, part: &AttributePath) -> bool {
    if !matches!(change.action, Action::Update | Action::Replace(_)) {
        return false;
    }
    let (Some(before), Some(after)) = (&change.before, &change.after) else {
        return false;
    };
    part.is_root()
        || differences(before.object.value(), after)
            .iter()
            .any(|changed| part.contains(changed) || changed.contains(part))
}

fn instance_key(value: &Value) -> InstanceKey {
    let number = || value.as_number()?.as_u64().map(InstanceKey::Int);
    let text = value.as_str().map(InstanceKey::string);
    text.or_else(number).unwrap_or(InstanceKey::None)
}

fn no_change(trigger: &Trigger, key: Option<&InstanceKey>) -> Halt {
    let key = key.map(ToString::to_string).unwrap_or_default();
    let name = format!("{}{key}", trigger.resource);
    let detail = format!("There is no instance {name} whose change could ask for a replacement.");
    Diagnostic::error(Code::InvalidIndex, detail)
        .with_summary(format!("No change found for {name}"))
        .at(trigger.span)
        .into()
}
