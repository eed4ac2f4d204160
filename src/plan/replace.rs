//! `-replace`: requests that name nothing are told, since nothing else would show it.

use super::change::Plan;
use super::options::Options;
use crate::address::{InstanceAddress, InstanceKey};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};

/// Warns of every request to replace that matches no instance of the plan.
pub(super) fn unmatched(plan: &Plan, options: &Options, diagnostics: &mut Diagnostics) {
    let planned = |address: &InstanceAddress| plan.changes.iter().any(|c| c.address == *address);
    let unmatched = options.replace.iter().filter(|address| !planned(address));
    diagnostics.extend(unmatched.map(|address| warning(plan, address)));
}

fn warning(plan: &Plan, address: &InstanceAddress) -> Diagnostic {
    let siblings: Vec<&InstanceAddress> = plan
        .changes
        .iter()
        .map(|change| &change.address)
        .filter(|other| other.block() == address.block() && other.module == address.module)
        .collect();
    if siblings.is_empty() {
        let detail = format!("`-replace={address}` matches no resource instance of this plan.");
        return Diagnostic::warning(Code::UnknownReference, detail)
            .with_summary("Unmatched force-replace resource instance");
    }
    let why = match address.key {
        InstanceKey::None => "it lacks an instance key",
        InstanceKey::Int(_) | InstanceKey::String(_) => "there is none of that key",
    };
    let detail = format!("`-replace={address}` matches no resource instance, because {why}.");
    let warning = Diagnostic::warning(Code::UnknownReference, detail)
        .with_summary("Incompletely-matched force-replace resource instance");
    siblings.into_iter().fold(warning, |warning, sibling| {
        warning.hint(format!("-replace='{sibling}'"))
    })
}
