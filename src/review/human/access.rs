//! Who will be able to assume what: one line for each service account with a role, and the trust policies that are not
//! known in full before apply, with the parts that will be known named by where they come from.

use super::Scene;
use crate::address::InstanceAddress;
use crate::plan::{Binding, Change, Finding, Plan};
use crate::review::display::{display_address, noun};
use crate::trust::Verdict;
use std::collections::{BTreeMap, BTreeSet};

impl Scene<'_> {
    /// The section on access; empty when no service account of the plan has a role.
    pub(super) fn access(&self) -> String {
        let bindings = &self.review.plan.bindings;
        if bindings.is_empty() || self.is_quiet() {
            return String::new();
        }
        let mut text = format!("{}\n\n", self.palette.strong("Access:"));
        for binding in bindings {
            text.push_str(&self.binding(binding));
        }
        text.push_str(&self.symbolic_policies(bindings));
        text
    }

    fn binding(&self, binding: &Binding) -> String {
        let account = name(&binding.account);
        let role = match &binding.role {
            Some(role) => name(role),
            None if binding.role_arn.is_empty() => {
                "a role that is known only after apply".to_owned()
            }
            None => binding.role_arn.clone(),
        };
        let (sign, what) = match &binding.finding {
            Finding::NotDecided(reason) => (
                self.palette.faint("?"),
                format!("not decided yet: {reason}"),
            ),
            Finding::Decided {
                decision, words, ..
            } => match &decision.verdict {
                Verdict::Proved => (self.palette.success("✓"), "proved".to_owned()),
                Verdict::Refuted(_) | Verdict::Invalid(_) => {
                    (self.palette.danger("✗"), words.clone())
                }
                Verdict::Undecided(_) => {
                    (self.palette.faint("?"), format!("not decided yet: {words}"))
                }
            },
        };
        format!(
            "  {sign} {account} ({}) → {role}: {what}\n",
            binding.subject
        )
    }

    /// The trust policies of roles that the plan cannot show as values.
    fn symbolic_policies(&self, bindings: &[Binding]) -> String {
        let not_known = not_known(self.review.plan);
        let mut policies: BTreeMap<&InstanceAddress, &str> = BTreeMap::new();
        for binding in bindings {
            if let (Some(role), Finding::Decided { policy, .. }) = (&binding.role, &binding.finding)
                && not_known.contains(role)
            {
                policies.insert(role, policy);
            }
        }
        let mut text = String::new();
        for (role, policy) in policies {
            let Ok(document) = serde_json::from_str::<serde_json::Value>(policy) else {
                continue;
            };
            let lines = format!("{document:#}").replace('\n', "\n      ");
            let role = self.palette.strong(&name(role));
            text.extend([format!("\n    {role} will trust:\n      {lines}\n")]);
        }
        text
    }
}

/// The roles whose trust policy the plan cannot show as a value.
fn not_known(plan: &Plan) -> BTreeSet<&InstanceAddress> {
    let unknown = |change: &&Change| {
        let document = change
            .after
            .as_ref()
            .and_then(|after| after.get("assume_role_policy"));
        document.is_some_and(|document| !document.is_wholly_known())
    };
    plan.changes
        .iter()
        .filter(unknown)
        .map(|change| &change.address)
        .collect()
}

/// A noun by its own name, anything else by its address.
fn name(address: &InstanceAddress) -> String {
    noun(address).unwrap_or_else(|| display_address(address))
}
