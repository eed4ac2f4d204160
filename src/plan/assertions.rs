//! `check` blocks: judged when all that they look at is planned, and again at the end of apply.

use super::ActionReason;
use super::change::DataChange;
use super::checks::{CheckStatus, Checkable, CheckedInstance};
use super::options::Mode;
use super::planner::{Planner, Subject};
use super::reads::ReadFailure;
use crate::address::{InstanceKey, ModuleInstance, Name};
use crate::diagnostic::{Code, Diagnostic};

impl Planner<'_> {
    /// Judges every check. What does not hold is a warning; what makes no sense an error.
    pub(super) fn assertions(&mut self) {
        if !matches!(self.options.mode, Mode::Normal | Mode::RefreshOnly) {
            return;
        }
        let configuration = &self.program.configuration;
        if !self.focus.is_everything() {
            // A check cannot be named as a target, and nothing that is named needs one.
            let judged = self.plan.checks.0.iter_mut();
            let checks = judged.filter(|(object, _)| matches!(object, Checkable::Check(..)));
            checks.for_each(|(_, instances)| *instances = None);
            return;
        }
        for (path, module) in &configuration.modules {
            if module.checks.is_empty() {
                continue;
            }
            let Ok(instances) = self.evaluation.module_instances(path) else {
                continue;
            };
            for (name, check) in &module.checks {
                let graph = &self.program.graph;
                let fails = graph
                    .behind(path, check.expressions())
                    .iter()
                    .any(|node| self.failed.contains(node));
                for instance in instances.iter() {
                    if fails {
                        // Nothing can be said of it before what is told already is mended.
                        self.record_check(name, instance, CheckStatus::Unknown);
                    } else {
                        self.assertions_of(name, instance);
                    }
                }
            }
        }
    }

    fn assertions_of(&mut self, name: &Name, module: &ModuleInstance) {
        let asserted = self.evaluation.asserted(name, module);
        let status = if !asserted.problems.is_empty() {
            CheckStatus::Fail(asserted.messages)
        } else if asserted.is_blocked || !asserted.undecided.is_empty() {
            CheckStatus::Unknown
        } else {
            CheckStatus::Pass
        };
        self.diagnostics.extend(asserted.warnings);
        self.diagnostics.extend(asserted.problems);
        self.diagnostics.extend(asserted.undecided);
        self.record_check(name, module, status);
    }

    fn record_check(&mut self, name: &Name, module: &ModuleInstance, status: CheckStatus) {
        let object = Checkable::Check(module.path(), name.clone());
        let instance = CheckedInstance {
            module: module.clone(),
            key: InstanceKey::None,
        };
        self.plan.checks.record(object, instance, status);
    }

    /// The data source of a check could not be read: the check fails, and nothing else.
    pub(super) fn unread(&mut self, check: &Name, subject: &Subject<'_>, failure: &ReadFailure) {
        let warning = Diagnostic::warning(Code::NotRead, failure.message.clone())
            .at(subject.resource.span)
            .about(&subject.address);
        let message = format!("{}: {}", warning.summary, warning.detail);
        self.diagnostics.push(warning);
        let module = &subject.address.module;
        self.record_check(check, module, CheckStatus::Fail(vec![message]));
    }

    /// Where a plan does anything, checks judge by what is there afterwards: their data sources are read again.
    pub(super) fn read_again(&mut self) {
        if self.options.mode != Mode::Normal || !self.plan.has_changes() {
            return;
        }
        let configuration = &self.program.configuration;
        let scoped = |data: &&DataChange| {
            let module = configuration.module(&data.address.module.path());
            let resource = module.and_then(|module| module.resources.get(&data.address.resource));
            resource.is_some_and(|resource| resource.check.is_some())
        };
        let again = self.plan.data.iter().filter(scoped).cloned();
        let again: Vec<DataChange> = again
            .map(|data| DataChange {
                reason: ActionReason::CheckNested,
                ..data
            })
            .collect();
        self.plan.deferred.extend(again);
    }
}
