//! Who will be able to assume what: what changes about it, one line for each service account with a role, and the trust
//! policies that are not known in full before apply, with the parts that will be known named by where they come from.

use super::Scene;
use crate::address::InstanceAddress;
use crate::plan::{
    AccessChange, Binding, Change, Finding, Plan, RoleName, RoleSwitch, Way, Workload,
};
use crate::review::access::{SHOWN, name, reached, role_of, today};
use crate::trust::Verdict;
use std::collections::{BTreeMap, BTreeSet};

impl Scene<'_> {
    /// The section on access; empty when the plan has nothing to say about it.
    pub(super) fn access(&self) -> String {
        let plan = self.review.plan;
        let is_silent =
            plan.bindings.is_empty() && plan.access.is_empty() && plan.switches.is_empty();
        if is_silent || self.is_quiet() {
            return String::new();
        }
        let mut text = format!("{}\n", self.palette.strong("Access:"));
        for change in &plan.access {
            text.push_str(&self.access_change(change));
        }
        text.push_str(&self.switches(&plan.switches));
        text.push_str(&self.bindings(&plan.bindings));
        text.push_str(&self.symbolic_policies(&plan.bindings));
        text
    }

    /// Who gains and who loses a role: whoever comes in without being named first, then who is shut out, then who is let in.
    fn access_change(&self, change: &AccessChange) -> String {
        let role = self.palette.strong(&role_of(change));
        let mut text = format!("\n  {role}\n");
        let mut line = |sign: &str, what: String| text.extend([format!("    {sign} {what}\n")]);
        for reach in &change.broadened {
            let what = format!("{} can assume it{}", reached(reach), today(reach));
            line(&self.palette.danger("!"), what);
        }
        if change.is_open {
            line(
                &self.palette.faint("?"),
                "who can assume it is known only after apply".to_owned(),
            );
        }
        for reach in &change.narrowed {
            line(
                &self.palette.success("-"),
                format!("{} no longer can", reached(reach)),
            );
        }
        let (danger, success) = (self.palette.danger("-"), self.palette.success("+"));
        for what in folded(&change.lost, "can no longer assume it") {
            line(&danger, what);
        }
        for what in folded(&change.gained, "can assume it") {
            line(&success, what);
        }
        text
    }

    /// The accounts that get another role.
    fn switches(&self, switches: &[RoleSwitch]) -> String {
        let mut text = String::new();
        for switch in switches {
            let sign = self.palette.action("~");
            let account = name(&switch.account);
            let named = |role: &Option<RoleName>| role.as_ref().map(role_name);
            let what = match (named(&switch.before), named(&switch.after)) {
                (Some(before), Some(after)) => format!("now uses {after} instead of {before}"),
                (Some(before), None) => format!("no longer uses {before}"),
                (None, Some(after)) => format!("now uses {after}"),
                (None, None) => continue,
            };
            let subject = &switch.subject;
            text.extend([match subject.as_str() {
                "" => format!("  {sign} {account} {what}\n"),
                _ => format!("  {sign} {account} ({subject}) {what}\n"),
            }]);
        }
        if text.is_empty() {
            return text;
        }
        format!("\n{text}")
    }

    /// A line for each binding that something happens to or that is not proved, and one for the others.
    fn bindings(&self, bindings: &[Binding]) -> String {
        let changing: BTreeSet<&InstanceAddress> = self
            .review
            .plan
            .changes
            .iter()
            .filter(|change| change.action.is_change())
            .map(|change| &change.address)
            .collect();
        let is_news = |binding: &&Binding| {
            !binding.is_proved()
                || changing.contains(&binding.account)
                || binding
                    .role
                    .as_ref()
                    .is_some_and(|role| changing.contains(role))
        };
        let (news, rest): (Vec<&Binding>, Vec<&Binding>) = bindings.iter().partition(is_news);
        let mut text = String::new();
        if !bindings.is_empty() {
            text.push('\n');
        }
        for binding in &news {
            text.push_str(&self.binding(binding));
        }
        let count = rest.len();
        match (news.is_empty(), count) {
            (_, 0) => {}
            (true, 1) => text.push_str("  1 service account can assume its role, as before\n"),
            (true, _) => text.extend([format!(
                "  {count} service accounts can assume their roles, as before\n"
            )]),
            (false, _) => text.extend([format!("  {count} more can, as before\n")]),
        }
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
        let way = match binding.way {
            Way::Token => "",
            Way::PodIdentity => " by pod identity",
        };
        format!(
            "  {sign} {account} ({}) → {role}{way}: {what}\n",
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

/// A line for each account, and one for those that are too many.
fn folded(workloads: &[Workload], what: &str) -> Vec<String> {
    let shown = workloads.iter().take(SHOWN).map(|workload| {
        let Workload { cluster, subject } = workload;
        format!("{subject} of {cluster} {what}")
    });
    let more = workloads.len().saturating_sub(SHOWN);
    let more = (more > 0).then(|| format!("and {more} more"));
    shown.chain(more).collect()
}

fn role_name(role: &RoleName) -> String {
    match &role.address {
        Some(address) => name(address),
        None => role.arn.clone(),
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
