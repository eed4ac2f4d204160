//! Data sources of `check` blocks: one that cannot be read fails its check, and nothing else.

use super::walk::{Outcome, Walk};
use crate::address::InstanceAddress;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::plan::{Checkable, CheckedInstance, Operation, OperationId, OperationKind};

impl Walk<'_> {
    /// The name of the check to which an operation belongs, with the data source that is read for it.
    pub(super) fn check_of(&self, operation: &Operation) -> Option<(String, InstanceAddress)> {
        if operation.kind != OperationKind::Read {
            return None;
        }
        let address = &self.run.plan.deferred.get(operation.entry)?.address;
        let path = address.module.path();
        let configuration = &self.run.evaluation.program().configuration;
        let module = configuration.module(&path)?;
        let check = module.resources.get(&address.resource)?.check.clone()?;
        let instance = CheckedInstance {
            module: address.module.clone(),
            key: crate::address::InstanceKey::None,
        };
        let name = instance.name(&Checkable::Check(path, check));
        Some((name, address.clone()))
    }

    /// Tells why a data source could not be read, as warnings about its check, and goes on.
    pub(super) fn unread(
        &mut self,
        id: OperationId,
        operation: &Operation,
        check: &str,
        problems: impl IntoIterator<Item = Diagnostic>,
    ) {
        let warning = |problem: Diagnostic| Diagnostic {
            code: Code::CheckFailed,
            severity: Severity::Warning,
            address: Some(check.to_owned()),
            ..problem
        };
        let warnings = problems.into_iter().map(warning);
        self.applied.diagnostics.extend(warnings);
        self.applied.outcomes.insert(id, Outcome::Done);
        if let Some(address) = self.address_of(operation) {
            let kind = operation.kind.clone();
            (self.run.events)(&super::events::Event::Failed { address, kind });
        }
        self.over(id.0, None);
    }
}
