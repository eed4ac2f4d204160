//! `-replace`, `-target` and `-exclude`: requests that name nothing are told, since nothing else would show it.

use super::change::{Change, Plan};
use super::options::Options;
use super::prior::PriorState;
use crate::address::{InstanceAddress, InstanceKey, ResourceAddress, ResourceMode, Target};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::graph::{DependencyGraph, Node};

/// Warns of every request to replace that matches no instance of the plan.
pub(super) fn unmatched(plan: &Plan, options: &Options, diagnostics: &mut Diagnostics) {
    let planned = |address: &InstanceAddress| plan.changes.iter().any(|c| c.address == *address);
    let unmatched = options.replace.iter().filter(|address| !planned(address));
    diagnostics.extend(unmatched.map(|address| warning(plan, address)));
}

/// Adds to the warning of a limited plan which of the limits name nothing. A misspelt one would else leave everything
/// out, or nothing, without a word.
pub(super) fn naming_nothing(
    warning: Diagnostic,
    (plan, graph, prior): (&Plan, &DependencyGraph, &PriorState),
    options: &Options,
) -> Diagnostic {
    let blocks: Vec<&ResourceAddress> = blocks(graph).collect();
    let recorded = |limit: &Target| prior.instances.keys().any(|it| limit.contains(it));
    let planned = |limit: &Target| {
        let mut unplanned = blocks
            .iter()
            .filter(|it| it.resource.mode != ResourceMode::Managed);
        let mut changes = plan.changes.iter();
        changes.any(|change| meant(change, limit))
            || recorded(limit)
            || unplanned.any(|block| limit.may_contain(block))
    };
    let known = |limit: &Target| {
        let mut blocks = blocks.iter();
        recorded(limit) || blocks.any(|block| limit.may_contain(block))
    };
    let targets = options.targets.iter().filter(|limit| !planned(limit));
    let excludes = options.excludes.iter().filter(|limit| !known(limit));
    let told = targets.map(|limit| format!("`-target={limit}` names nothing of this plan."));
    let told = told.chain(excludes.map(|limit| format!("`-exclude={limit}` leaves nothing out.")));
    told.fold(warning, Diagnostic::hint)
}

fn meant(change: &Change, limit: &Target) -> bool {
    let before = change.moved_from.as_ref();
    limit.contains(&change.address) || before.is_some_and(|before| limit.contains(before))
}

fn blocks(graph: &DependencyGraph) -> impl Iterator<Item = &ResourceAddress> {
    let nodes = graph.order().iter().filter_map(|id| graph.node(*id));
    nodes.filter_map(|node| match node {
        Node::Resource(block) => Some(block),
        Node::Variable(..)
        | Node::Local(..)
        | Node::Output(..)
        | Node::Call(..)
        | Node::Whole(..)
        | Node::Provider(..) => None,
    })
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
