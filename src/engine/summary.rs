//! What a run of operations came to, as it is told of.

use super::applying::ApplyRequest;
use crate::address::InstanceAddress;
use crate::apply::{Applied, Outcome};
use crate::diagnostic::Diagnostics;
use crate::plan::{Generation, OperationKind, Plan};
use std::collections::BTreeMap;
use trustform_state::snapshot::OutputValue;

/// What was done.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ApplySummary {
    /// Objects made.
    pub added: usize,
    /// Objects changed in place.
    pub changed: usize,
    /// Objects destroyed.
    pub destroyed: usize,
    /// Objects taken over.
    pub imported: usize,
    /// Instances that nothing was done to, with the one whose failure is the cause (none for an interrupt).
    pub skipped: Vec<(InstanceAddress, Option<InstanceAddress>)>,
    /// Whether the run was stopped before its end.
    pub interrupted: bool,
    /// The outputs afterwards.
    pub outputs: BTreeMap<String, OutputValue>,
    /// What went wrong; empty for a complete success.
    pub diagnostics: Diagnostics,
}

/// The counts of a run; its outputs and what went wrong come later.
pub(super) fn summary(plan: &Plan, applied: &Applied, request: &ApplyRequest<'_>) -> ApplySummary {
    let deletes = |kind: &OperationKind| {
        matches!(
            kind,
            OperationKind::Delete(
                Generation::Current | Generation::Replaced | Generation::Deposed(_)
            )
        )
    };
    ApplySummary {
        added: applied.done(plan, |kind| matches!(kind, OperationKind::Create { .. })),
        changed: applied.done(plan, |kind| matches!(kind, OperationKind::Update)),
        destroyed: applied.done(plan, deletes).saturating_sub(applied.kept),
        imported: imported(plan, applied),
        skipped: skipped(plan, applied),
        interrupted: *request.stop.borrow(),
        outputs: BTreeMap::new(),
        diagnostics: Diagnostics::new(),
    }
}

/// How many objects were taken over, also when more was done to them at once.
fn imported(plan: &Plan, applied: &Applied) -> usize {
    let operations = plan.execution.operations().filter(|(id, operation)| {
        let change = plan.changes.get(operation.entry);
        let takes_over = match operation.kind {
            OperationKind::Adopt | OperationKind::Update | OperationKind::Create { .. } => true,
            OperationKind::Read
            | OperationKind::Open
            | OperationKind::Close
            | OperationKind::Delete(_)
            | OperationKind::Forget => false,
        };
        takes_over
            && change.is_some_and(|change| change.importing.is_some())
            && applied.outcomes.get(id) == Some(&Outcome::Done)
    });
    operations.count()
}

/// What was not done, and because of what.
fn skipped(plan: &Plan, applied: &Applied) -> Vec<(InstanceAddress, Option<InstanceAddress>)> {
    let mut found = Vec::new();
    for (id, operation) in plan.execution.operations() {
        let address = operation.address(plan);
        match (address, applied.outcomes.get(&id)) {
            (Some(address), Some(Outcome::Skipped(cause))) => {
                found.push((address.clone(), Some(cause.clone())));
            }
            (Some(address), Some(Outcome::Interrupted)) => found.push((address.clone(), None)),
            _ => {}
        }
    }
    found.sort();
    found.dedup();
    found
}
