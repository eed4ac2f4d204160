//! Who will be able to assume what. First what changes, role by role: whom a policy lets in without naming them, who is
//! shut out, who is let in. Then each binding: what is refuted, too broad, not decided, and proved.

use super::text::code;
use crate::plan::{AccessChange, Binding, Finding, Plan, RoleName, RoleSwitch, Way, Workload};
use crate::review::access::{SHOWN, name, reached, role_of, today};
use crate::trust::Verdict;

/// How a binding is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Refuted,
    Broad,
    NotDecided,
    Proved,
}

/// The lines of the section, in the order in which they matter: broadenings of all roles stand before anything else.
pub(super) fn lines(plan: &Plan) -> Vec<String> {
    let mut lines: Vec<String> = plan.access.iter().flat_map(broadenings).collect();
    lines.extend(plan.access.iter().flat_map(losses_and_gains));
    lines.extend(plan.switches.iter().map(switch));
    let mut findings: Vec<(Rank, String)> = plan.bindings.iter().map(finding).collect();
    findings.sort();
    lines.extend(findings.into_iter().map(|(_, line)| line));
    lines
}

fn broadenings(change: &AccessChange) -> Vec<String> {
    let role = code(&role_of(change));
    let broadened = change.broadened.iter().map(|reach| {
        format!(
            "- {role} is **broadened**: {}\n",
            code(&format!("{}{}", reached(reach), today(reach)))
        )
    });
    broadened.collect()
}

fn losses_and_gains(change: &AccessChange) -> Vec<String> {
    let role = code(&role_of(change));
    let narrowed = change.narrowed.iter();
    let mut lines: Vec<String> = narrowed
        .map(|reach| {
            format!(
                "- {role} is narrowed: no longer {}\n",
                code(&reached(reach))
            )
        })
        .collect();
    if change.is_open {
        lines.push(format!(
            "- {role}: who can assume it is known only after apply\n"
        ));
    }
    let told = [
        (&change.lost, "can no longer be assumed by"),
        (&change.gained, "can be assumed by"),
    ];
    for (workloads, what) in told.into_iter().filter(|(all, _)| !all.is_empty()) {
        lines.push(format!("- {role} {what} {}\n", listed(workloads)));
    }
    lines
}

fn listed(workloads: &[Workload]) -> String {
    let shown: Vec<String> = workloads
        .iter()
        .take(SHOWN)
        .map(|workload| code(&format!("{} of {}", workload.subject, workload.cluster)))
        .collect();
    match workloads.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn switch(switch: &RoleSwitch) -> String {
    let role = |role: &Option<RoleName>| match role {
        None => "no role".to_owned(),
        Some(role) => code(&role.address.as_ref().map_or_else(|| role.arn.clone(), name)),
    };
    format!(
        "- {} now uses {} instead of {}\n",
        code(&name(&switch.account)),
        role(&switch.after),
        role(&switch.before)
    )
}

fn finding(binding: &Binding) -> (Rank, String) {
    let role = match &binding.role {
        Some(role) => code(&name(role)),
        None if binding.role_arn.is_empty() => "a role known after apply".to_owned(),
        None => code(&binding.role_arn),
    };
    let who = format!(
        "{} ({}) → {role}{}",
        code(&name(&binding.account)),
        code(&binding.subject),
        match binding.way {
            Way::Token => "",
            Way::PodIdentity => " by pod identity",
        }
    );
    let (rank, what) = match &binding.finding {
        Finding::NotDecided(reason) => (Rank::NotDecided, format!("not decided: {}", code(reason))),
        Finding::Decided {
            decision, words, ..
        } => match &decision.verdict {
            Verdict::Proved if decision.over_broad.is_empty() => {
                (Rank::Proved, "proved".to_owned())
            }
            Verdict::Proved => {
                let broad = decision.over_broad.iter();
                let broad: Vec<String> = broad.map(|broad| code(&broad.to_string())).collect();
                (
                    Rank::Broad,
                    format!("proved, but **too broad**: {}", broad.join("; ")),
                )
            }
            Verdict::Refuted(_) | Verdict::Invalid(_) => {
                (Rank::Refuted, format!("**refuted**: {}", code(words)))
            }
            Verdict::Undecided(_) => (Rank::NotDecided, format!("not decided: {}", code(words))),
        },
    };
    (rank, format!("- {who}: {what}\n"))
}
