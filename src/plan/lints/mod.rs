//! Mistakes that a plan shows though no binding is refuted by them: a file for each idea.
//!
//! They are looked for when everything is known that could be, and are few: what is told here has gone wrong for people.

mod permissions;
mod principals;
mod providers;
mod regional;
mod renewed;
mod size;
#[cfg(test)]
mod tests;

use super::planner::Planner;
use super::witnessed::Witnessed;
use super::{Action, Change};
use crate::diagnostic::Diagnostic;
use crate::value::Value;
use std::collections::BTreeSet;

impl Planner<'_> {
    /// Tells the mistakes of a plan that nothing is missing from.
    pub(super) fn lint(&mut self, world: &Witnessed<'_>) {
        let mut found = self.providers_in_use(world);
        found.extend(self.thumbprints(world));
        found.extend(self.own_issuers(world));
        found.extend(self.principals(world));
        found.extend(self.policy_sizes(world));
        found.extend(self.roles_without_permissions(world));
        found.extend(self.accounts_made_again());
        found.extend(self.endpoints_that_do_not_exist(world));
        // What a binding has told at the same place is not told again.
        let place = |told: &Diagnostic| (told.code, told.primary.as_ref().map(|at| at.span));
        let told: BTreeSet<_> = self.diagnostics.iter().map(place).collect();
        found.retain(|found| !told.contains(&place(found)));
        self.diagnostics.extend(found);
    }

    /// The changes of objects of a type that are there afterwards.
    fn staying(&self, resource_type: &'static str) -> impl Iterator<Item = &Change> {
        self.plan.changes.iter().filter(move |change| {
            change.deposed.is_none()
                && !matches!(change.action, Action::Delete | Action::Forget)
                && change.address.resource.resource_type.as_ref() == resource_type
        })
    }

    /// The same, of those that IAM or EKS is asked to make or change.
    fn sent(&self, resource_type: &'static str) -> impl Iterator<Item = &Change> {
        let is_sent = |change: &&Change| {
            matches!(
                change.action,
                Action::Create | Action::Update | Action::Replace(_)
            )
        };
        self.staying(resource_type).filter(is_sent)
    }

    /// A diagnostic at the value of an argument, or at the block where that was not written.
    fn at_argument(&self, change: &Change, argument: &str, diagnostic: Diagnostic) -> Diagnostic {
        let diagnostic = self.placed(&change.address, diagnostic);
        match self.argument_of(&change.address, &[argument]) {
            Some(span) => diagnostic.at(span),
            None => diagnostic,
        }
    }
}

/// A text of an object.
fn text<'a>(object: &'a Value, name: &str) -> Option<&'a str> {
    object.get(name)?.as_str()
}
