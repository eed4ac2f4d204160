//! `check` blocks: assertions that warn.

use super::{Evaluation, Place};
use crate::address::{ModuleInstance, Name};
use crate::config::Condition;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lang::Halt;

/// What came of the assertions of a `check` block in a module instance.
#[derive(Clone, Debug, Default)]
pub struct Asserted {
    /// What the ones say that do not hold, as far as that is known.
    pub messages: Vec<String>,
    /// The warnings about them, and the errors of those that have no result at all.
    pub problems: Diagnostics,
    /// What is to be said of messages that nobody would be shown.
    pub warnings: Diagnostics,
    /// The warnings about those that can be judged only during apply.
    pub undecided: Diagnostics,
    /// Whether one has to wait for what it refers to.
    pub is_blocked: bool,
}

impl Evaluation<'_> {
    /// Judges the assertions of a check.
    pub fn asserted(&self, name: &Name, module: &ModuleInstance) -> Asserted {
        let declared = self.module_of(module);
        let check = declared.and_then(|(declaration, _)| declaration.checks.get(name));
        let place = Place::module(module);
        let mut asserted = Asserted::default();
        for assertion in check.into_iter().flat_map(|check| &check.assertions) {
            match self.judged(assertion, &place) {
                Ok(judged) => {
                    asserted.warnings.extend(judged.message.warning.clone());
                    match judged.holds {
                        Some(true) => {}
                        None => asserted.undecided.push(undecided(assertion)),
                        Some(false) => {
                            let warning =
                                Diagnostic::warning(Code::CheckFailed, judged.message.told())
                                    .at(assertion.condition.span)
                                    .telling(self.told(&assertion.condition, &place))
                                    .saying(judged.message.text.clone());
                            asserted.problems.push(warning);
                            asserted.messages.extend(judged.message.text);
                        }
                    }
                }
                Err(Halt::Blocked) => asserted.is_blocked = true,
                Err(Halt::Failed(problems)) => asserted.problems.extend(*problems),
            }
        }
        asserted
    }
}

fn undecided(assertion: &Condition) -> Diagnostic {
    let detail = "The condition could not be evaluated at this time, a result will be known when this plan is applied.";
    Diagnostic::warning(Code::CheckFailed, detail)
        .with_summary("Check block assertion known after apply")
        .at(assertion.condition.span)
}
