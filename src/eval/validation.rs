//! `validation` blocks: what must hold of the value of a variable.

use super::condition::Message;
use super::{Checked, Evaluation, Place, Remembered};
use crate::address::{ModuleInstance, Name};
use crate::config::{Condition, Variable};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lang::{Evaluated, Halt};
use crate::source::Span;
use crate::value::Value;

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
            let message = self.evaluate(&rule.error_message, &place);
            match self.holds(rule, &place, "variable validation") {
                Ok(Some(false)) => {
                    let invalid = self.invalid(variable, rule, message, &place);
                    checked.problems.extend(invalid);
                    continue;
                }
                Ok(Some(true)) => {}
                Ok(None) | Err(Halt::Blocked) => checked.is_decided = false,
                Err(Halt::Failed(problems)) => checked.problems.extend(*problems),
            }
            if let Err(Halt::Failed(problems)) = message {
                checked.problems.extend(*problems);
            }
        }
        Some(checked)
    }

    /// As [`Evaluation::validated`], of the value that the variable has by its call where everywhere else it is unknown.
    pub fn validated_as(
        &self,
        name: &Name,
        module: &ModuleInstance,
        value: Option<Value>,
    ) -> Option<Checked> {
        let (_, index) = self.module_of(module)?;
        let node = *index.variables.get(name)?;
        let usual = self.result(node, module);
        if let Some(value) = value {
            self.remember(node, module, Remembered::Value(value));
        }
        let checked = self.validated(name, module);
        let usual = usual.map_or(Remembered::Failed, Remembered::Value);
        self.remember(node, module, usual);
        checked
    }

    /// Every node behind the value of a variable has failed with it: whoever needs it is blocked.
    pub fn withhold(&self, node: crate::graph::NodeId, module: &ModuleInstance) {
        self.remember(node, module, Remembered::Failed);
    }

    /// That a rule does not hold, and what is wrong with its message, which is needed then.
    fn invalid(
        &self,
        variable: &Variable,
        rule: &Condition,
        message: Evaluated,
        place: &Place,
    ) -> Diagnostics {
        let made = message.and_then(|value| Message::of(rule, &value));
        let (message, wrong) = match made {
            Ok(message) => {
                let wrong = message.refusal(variable.sensitive).into_iter().collect();
                (message, wrong)
            }
            Err(Halt::Failed(problems)) => (Message::default(), *problems),
            Err(Halt::Blocked) => (Message::default(), Diagnostics::new()),
        };
        let name = match place.module.is_root() {
            true => format!("var.{}", variable.name),
            false => format!("{}.var.{}", place.module, variable.name),
        };
        let invalid = Diagnostic::error(Code::ConditionFailed, message.told())
            .with_summary("Invalid value for variable")
            .at(self.given_at(variable, &place.module))
            .also(rule.condition.span, "this was checked")
            .telling(self.told(&rule.condition, place))
            .about(&name)
            .saying(message.text);
        [invalid].into_iter().chain(wrong).collect()
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
