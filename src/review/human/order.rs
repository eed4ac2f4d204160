//! In which order changes are shown: what goes away first, then what changes access, then the rest; what belongs to one
//! noun together.

use crate::address::{InstanceAddress, ResourceMode};
use crate::plan::{Action, Change};
use crate::review::display::noun;
use std::collections::BTreeMap;

/// How much a reviewer has to look at a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    /// An object goes away.
    Destroys,
    /// Who may do what changes.
    Access,
    /// Anything else.
    Other,
}

/// Types whose objects say who may do what.
const ACCESS: [&str; 3] = ["aws_iam_", "aws_eks_access_", "aws_eks_pod_identity_"];

/// The changes that are shown, with the noun under which they stand.
pub(super) fn ordered(changes: &[Change]) -> Vec<(Option<String>, Vec<&Change>)> {
    let mut groups: BTreeMap<String, (Option<String>, Vec<&Change>)> = BTreeMap::new();
    for change in changes {
        if !change.is_change() {
            continue;
        }
        let noun = noun(&change.address);
        let name = noun.clone().unwrap_or_else(|| name(change));
        let group = groups.entry(name).or_insert_with(|| (noun, Vec::new()));
        group.1.push(change);
    }
    let mut ordered: Vec<(Option<String>, Vec<&Change>)> = groups.into_values().collect();
    for (_, changes) in &mut ordered {
        changes.sort_by_key(|change| (weight(change), position(&change.address)));
    }
    ordered.sort_by_key(|(_, changes)| changes.iter().map(|change| weight(change)).min());
    ordered
}

/// A name by which a change of no noun sorts, numbers by their value.
fn name(change: &Change) -> String {
    let deposed = change.deposed.as_ref().map(ToString::to_string);
    let key = match &change.address.key {
        crate::address::InstanceKey::Int(index) => format!("{index:020}"),
        key @ (crate::address::InstanceKey::None | crate::address::InstanceKey::String(_)) => {
            key.to_string()
        }
    };
    let address = &change.address;
    format!(
        "{}\u{0}{}\u{0}{key}\u{0}{}",
        address.module,
        address.resource,
        deposed.unwrap_or_default()
    )
}

fn position(address: &InstanceAddress) -> (bool, &InstanceAddress) {
    (address.resource.mode == ResourceMode::Data, address)
}

fn weight(change: &Change) -> Weight {
    let kind = change.address.resource.resource_type.as_ref();
    if change.action.destroys() || change.action == Action::Forget {
        Weight::Destroys
    } else if ACCESS.iter().any(|prefix| kind.starts_with(prefix)) && change.before.is_some() {
        Weight::Access
    } else {
        Weight::Other
    }
}
