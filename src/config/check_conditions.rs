//! What conditions, validations and triggers may refer to.

use super::check::{Allowed, Checker};
use super::module::{Condition, Repetition, Resource, Variable};
use super::trigger::Trigger;
use crate::address::ResourceName;
use crate::diagnostic::Code;
use crate::lang::{Reference, Subject};

impl Checker<'_> {
    /// Checks conditions and what they say.
    pub(super) fn conditions(&mut self, conditions: &[Condition], allowed: Allowed) {
        for condition in conditions {
            self.expression(&condition.condition, allowed);
            self.expression(&condition.error_message, allowed);
        }
    }

    /// Validations refer to what they like, but each has to look at its variable.
    pub(super) fn validations(&mut self, variable: &Variable) {
        self.conditions(&variable.validations, Allowed::default());
        let own = Subject::Variable(variable.name.clone());
        for rule in &variable.validations {
            let references = rule.condition.references();
            if references.iter().all(|reference| reference.subject != own) {
                let name = &variable.name;
                let detail = format!(
                    "The condition for variable \"{name}\" must refer to var.{name} in order to test incoming values."
                );
                let summary = "Invalid variable validation condition";
                self.push(Code::InvalidReference, rule.condition.span, detail, summary);
            }
        }
    }

    /// Triggers are references to resources, with a key of the block's own.
    pub(super) fn triggers(&mut self, triggers: &[Trigger], allowed: Allowed) {
        for trigger in triggers {
            // A key too many is found when the trigger is looked at.
            let steps = match trigger.key {
                Some(_) if self.is_single(&trigger.resource) => &[],
                _ => trigger.steps.as_slice(),
            };
            self.reference(&trigger.reference, steps, Allowed::default());
            if let Some(key) = &trigger.key {
                self.expression(key, allowed);
            }
        }
    }

    fn is_single(&self, name: &ResourceName) -> bool {
        let resource = self.module.resources.get(name);
        resource.is_some_and(|resource| matches!(resource.repetition, Repetition::None))
    }

    /// Assertions may refer to the data source of their block.
    pub(super) fn assertions(&mut self) {
        for check in self.module.checks.values() {
            self.within = Some(check.name.clone());
            self.conditions(&check.assertions, Allowed::default());
            self.within = None;
        }
    }

    /// Refuses a reference to the data source of another `check` block.
    pub(super) fn scoped(&mut self, reference: &Reference, resource: &Resource) {
        let detail = format!(
            "The referenced data resource \"{}\" \"{}\" is not available from this context: it belongs to a check block.",
            resource.name.resource_type, resource.name.name
        );
        let summary = "Reference to scoped resource";
        self.push(Code::UnknownReference, reference.span, detail, summary);
    }
}
