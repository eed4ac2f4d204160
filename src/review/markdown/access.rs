//! Who will be able to assume what: what is refuted first, then what is too broad, what is not decided, and what is
//! proved.

use super::text::code;
use crate::plan::{Binding, Finding};
use crate::review::display::{display_address, noun};
use crate::trust::Verdict;

/// How a binding is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Refuted,
    Broad,
    NotDecided,
    Proved,
}

/// The lines of the section, in the order in which they matter.
pub(super) fn findings(bindings: &[Binding]) -> Vec<String> {
    let mut lines: Vec<(Rank, String)> = bindings.iter().map(finding).collect();
    lines.sort();
    lines.into_iter().map(|(_, line)| line).collect()
}

fn finding(binding: &Binding) -> (Rank, String) {
    let name = |address: &_| noun(address).unwrap_or_else(|| display_address(address));
    let role = match &binding.role {
        Some(role) => code(&name(role)),
        None if binding.role_arn.is_empty() => "a role known after apply".to_owned(),
        None => code(&binding.role_arn),
    };
    let who = format!(
        "{} ({}) → {role}",
        code(&name(&binding.account)),
        code(&binding.subject)
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
