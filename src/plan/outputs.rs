//! The outputs of the root module, and how they change.

use super::Action;
use super::change::OutputChange;
use super::checks::Checkable;
use super::differences::differences;
use super::options::Mode;
use super::planner::Planner;
use crate::address::{ModuleInstance, Name};
use crate::config::Output;
use crate::diagnostic::{Code, Diagnostic};
use crate::eval::Place;
use crate::graph::NodeId;
use crate::lang::Halt;
use crate::value::{Marks, Value};

impl Planner<'_> {
    /// Plans one root output.
    pub(super) fn output(&mut self, node: NodeId, name: &Name) {
        if self.options.mode == Mode::Destroy || !self.focus.is_complete(self.program, node) {
            return;
        }
        let root = self.program.configuration.root();
        let Some(output) = root.outputs.get(name) else {
            return;
        };
        if let Err(halt) = self.output_conditions(name, &ModuleInstance::root()) {
            self.report(halt, None);
        }
        match self.evaluation.result(node, &ModuleInstance::root()) {
            Ok(value) => {
                if !output.sensitive && value.deep_marks().contains(Marks::SENSITIVE) {
                    self.diagnostics.push(reveals(output));
                }
                if self.options.mode == Mode::RefreshOnly && !value.is_wholly_known() {
                    // It waits for objects that this plan does not make.
                    return;
                }
                let change = change(self.prior.outputs.get(name), value, output.sensitive);
                self.plan.outputs.insert(name.clone(), change);
            }
            Err(halt) => self.report(halt, None),
        }
    }

    /// Checks the preconditions of an output in one instance of its module.
    pub(super) fn output_conditions(
        &mut self,
        name: &Name,
        instance: &ModuleInstance,
    ) -> Result<(), Halt> {
        let module = self.program.configuration.module(&instance.path());
        let Some(output) = module.and_then(|module| module.outputs.get(name)) else {
            return Ok(());
        };
        let judged = matches!(self.options.mode, Mode::Normal | Mode::RefreshOnly);
        if output.preconditions.is_empty() || !judged {
            return Ok(());
        }
        let what = "Module output value precondition";
        let place = Place::module(instance);
        let object = Checkable::Output(instance.path(), name.clone());
        let broken = self.check(object, &output.preconditions, what, &place);
        if broken.has_errors() {
            return Err(Halt::Failed(Box::new(broken)));
        }
        Ok(())
    }

    /// Recorded outputs that the configuration does not have (any more).
    pub(super) fn vanished_outputs(&mut self) {
        let prior = self.prior;
        let configuration = &self.program.configuration;
        let refreshes = self.options.mode == Mode::RefreshOnly;
        // As in Terraform `refresh` needs no configuration, and leaves the outputs then.
        if refreshes && !configuration.has_files() {
            return;
        }
        for (name, before) in &prior.outputs {
            if refreshes && configuration.root().outputs.contains_key(name) {
                continue;
            }
            if !self.plan.outputs.contains_key(name) {
                let sensitive = before.marks.contains(Marks::SENSITIVE);
                let gone = OutputChange {
                    action: Action::Delete,
                    before: Some(before.clone()),
                    after: None,
                    sensitive,
                };
                self.plan.outputs.insert(name.clone(), gone);
            }
        }
    }
}

fn change(before: Option<&Value>, after: Value, sensitive: bool) -> OutputChange {
    let unchanged = before.is_some_and(|before| {
        differences(before, &after).is_empty()
            && before.marks.contains(Marks::SENSITIVE) == sensitive
    });
    let action = match before {
        _ if unchanged => Action::NoOp,
        // An output that is null is not recorded at all.
        None if after.is_null() => Action::NoOp,
        None => Action::Create,
        Some(_) => Action::Update,
    };
    OutputChange {
        action,
        before: before.cloned(),
        after: Some(after),
        sensitive,
    }
}

/// The error of an output that would show what is secret.
pub(super) fn reveals(output: &Output) -> Diagnostic {
    let detail = "To reduce the risk of accidentally exporting sensitive data that was intended to be only internal, any root \
                  module output containing sensitive data must be explicitly marked as sensitive.";
    Diagnostic::error(Code::InvalidValue, detail)
        .with_summary("Output refers to sensitive values")
        .at(output.span)
        .hint("To confirm your intent, add `sensitive = true` to the output.")
}
