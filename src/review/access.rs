//! Words on who can assume what, the same for every reader.

use super::display::{display_address, noun};
use crate::address::InstanceAddress;
use crate::plan::{AccessChange, Reach};
use crate::trust::SUBJECT_PREFIX;

/// So many accounts that gain or lose a role are named; a broadening always is.
pub(super) const SHOWN: usize = 20;

/// A noun by its own name, anything else by its address.
pub(super) fn name(address: &InstanceAddress) -> String {
    noun(address).unwrap_or_else(|| display_address(address))
}

/// The role that a change of access is about.
pub(super) fn role_of(change: &AccessChange) -> String {
    match &change.role {
        Some(role) => name(role),
        None => change.role_arn.clone(),
    }
}

/// Whom a reach speaks of.
pub(super) fn reached(reach: &Reach) -> String {
    format!("{} ({})", reach.reach.breadth, reach.cluster)
}

/// The known service accounts that come in by a reach; else one that nobody has heard of.
pub(super) fn today(reach: &Reach) -> String {
    const NAMED: usize = 5;
    let known = &reach.today;
    let names: Vec<&str> = known.iter().take(NAMED).map(String::as_str).collect();
    match known.len().saturating_sub(NAMED) {
        _ if known.is_empty() => format!(", such as {}", witness(reach)),
        0 => format!(", today {}", names.join(", ")),
        more => format!(", today {} and {more} more", names.join(", ")),
    }
}

/// The service account that shows a reach, as `namespace/name`.
pub(super) fn witness(reach: &Reach) -> String {
    let subject = reach.reach.witness.as_str();
    match subject.strip_prefix(SUBJECT_PREFIX) {
        Some(subject) => subject.replacen(':', "/", 1),
        None => subject.to_owned(),
    }
}
