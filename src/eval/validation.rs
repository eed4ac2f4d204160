//! `validation` blocks: what must hold of the value of a variable.

use super::{Checked, Evaluation, Place};
use crate::address::{ModuleInstance, Name};
use crate::config::{Condition, Variable};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lang::Halt;
use crate::source::Span;

impl Evaluation<'_> {
    /// Judges the validations of a variable in a module instance; its value must have been computed. `None` when it has none.
    pub fn validated(&self, name: &Name, module: &ModuleInstance) -> Option<Checked> {
        let (declaration, _) = self.module_of(module)?;
        let variable = declaration.variables.get(name)?;
        if variable.validations.is_empty() {
            return None;
        }
        let place = Place::module(module);
        let mut checked = Checked {
            problems: Diagnostics::new(),
            warnings: Diagnostics::new(),
            is_decided: true,
        };
        for rule in &variable.validations {
            match self.holds(rule, &place, "variable validation") {
                Ok(Some(true)) => {}
                Ok(None) | Err(Halt::Blocked) => checked.is_decided = false,
                Ok(Some(false)) => checked.problems.push(self.invalid(variable, rule, &place)),
                Err(Halt::Failed(problems)) => checked.problems.extend(*problems),
            }
            if let Err(Halt::Failed(problems)) = self.evaluate(&rule.error_message, &place) {
                checked.problems.extend(*problems);
            }
        }
        Some(checked)
    }

    /// Every node behind the value of a variable has failed with it: whoever needs it is blocked.
    pub fn withhold(&self, node: crate::graph::NodeId, module: &ModuleInstance) {
        if let Some(slot) = self.results.borrow_mut().get_mut(node.index()) {
            slot.insert(module.clone(), super::Remembered::Failed);
        }
    }

    fn invalid(&self, variable: &Variable, rule: &Condition, place: &Place) -> Diagnostic {
        let name = match place.module.is_root() {
            true => format!("var.{}", variable.name),
            false => format!("{}.var.{}", place.module, variable.name),
        };
        let message = self.message(rule, place).unwrap_or_default();
        Diagnostic::error(Code::ConditionFailed, message.told())
            .with_summary("Invalid value for variable")
            .at(self.given_at(variable, &place.module))
            .also(rule.condition.span, "this was checked")
            .telling(self.told(&rule.condition, place))
            .about(&name)
    }

    /// Where a variable got its value: the argument of the call, else its declaration.
    fn given_at(&self, variable: &Variable, module: &ModuleInstance) -> Span {
        let argument = module.split().and_then(|(caller, call, _)| {
            let (declaration, _) = self.module_of(&caller)?;
            let mut arguments = declaration.calls.get(call)?.arguments.iter();
            let argument = arguments.find(|argument| argument.name == variable.name)?;
            Some(argument.value.span)
        });
        argument.unwrap_or(variable.span)
    }
}
