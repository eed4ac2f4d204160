//! Preconditions and postconditions.

use super::{Evaluation, Place};
use crate::config::Condition;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lang::Halt;
use crate::value::{Marks, Type, convert};

/// What is told where a condition has no message.
pub(super) const NO_MESSAGE: &str = "The error message could not be evaluated.";

/// What came of conditions.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The ones that do not hold, and what is wrong with the others.
    pub problems: Diagnostics,
    /// Whether each has a result already.
    pub is_decided: bool,
}

impl Checked {
    /// Whether something does not hold.
    pub fn fails(&self) -> bool {
        !self.problems.is_empty()
    }
}

impl Evaluation<'_> {
    /// Checks conditions at a place; one whose result is not known yet passes. `what` names the object in summaries.
    pub fn check(&self, conditions: &[Condition], what: &str, place: &Place) -> Diagnostics {
        self.checked(conditions, what, place).problems
    }

    /// As [`Evaluation::check`], and says whether every condition has a result.
    pub fn checked(&self, conditions: &[Condition], what: &str, place: &Place) -> Checked {
        let mut checked = Checked {
            problems: Diagnostics::new(),
            is_decided: true,
        };
        for condition in conditions {
            match self.holds(condition, place, "condition") {
                Ok(Some(true)) => {}
                Ok(None) | Err(Halt::Blocked) => checked.is_decided = false,
                Ok(Some(false)) => checked.problems.push(self.broken(condition, what, place)),
                Err(Halt::Failed(problems)) => checked.problems.extend(*problems),
            }
        }
        checked
    }

    /// What is wrong with the messages of conditions, which have to be texts also where the conditions hold.
    pub fn messages(&self, conditions: &[Condition], place: &Place) -> Diagnostics {
        let mut problems = Diagnostics::new();
        for condition in conditions {
            let expression = &condition.error_message;
            match self.evaluate(expression, place) {
                Ok(message) => {
                    let error = convert(&message, &Type::String).err();
                    problems.extend(error.map(|error| {
                        let detail = format!("Unsuitable value for error message: {error}.");
                        Diagnostic::error(Code::WrongType, detail)
                            .with_summary("Invalid error message")
                            .at(expression.span)
                    }));
                }
                Err(Halt::Failed(found)) => problems.extend(*found),
                Err(Halt::Blocked) => {}
            }
        }
        problems
    }

    /// Whether a condition holds at a place; `None` while that is not known. `what` it is, as summaries call it.
    pub(super) fn holds(
        &self,
        condition: &Condition,
        place: &Place,
        what: &str,
    ) -> Result<Option<bool>, Halt> {
        let value = self.evaluate(&condition.condition, place)?;
        let fail = |detail: String| {
            Halt::from(
                Diagnostic::error(Code::WrongType, detail)
                    .with_summary(format!("Invalid {what} result"))
                    .at(condition.condition.span),
            )
        };
        if value.is_unknown() {
            return Ok(None);
        }
        let value = convert(&value, &Type::Bool).map_err(|error| {
            fail(format!(
                "Condition expression must return either true or false: {error}."
            ))
        })?;
        if value.is_null() {
            return Err(fail(
                "Condition expression must return either true or false, not null.".to_owned(),
            ));
        }
        Ok(value.as_bool())
    }

    fn broken(&self, condition: &Condition, what: &str, place: &Place) -> Diagnostic {
        Diagnostic::error(Code::ConditionFailed, self.message(condition, place))
            .with_summary(format!("{what} failed"))
            .at(condition.condition.span)
            .telling(self.told(&condition.condition, place))
    }

    /// What is told of a condition that does not hold.
    pub(super) fn message(&self, condition: &Condition, place: &Place) -> String {
        let message = self.known_message(condition, place);
        message.unwrap_or_else(|| NO_MESSAGE.to_owned())
    }

    /// What a condition says when it does not hold, if that is known. Secrets are not told.
    pub(super) fn known_message(&self, condition: &Condition, place: &Place) -> Option<String> {
        let message = self.evaluate(&condition.error_message, place).ok();
        let has = |marks: Marks| {
            let message = message.as_ref();
            message.is_some_and(|m| m.deep_marks().intersects(marks))
        };
        let (sensitive, ephemeral) = (has(Marks::SENSITIVE), has(Marks::EPHEMERAL));
        let text = match message.as_ref().and_then(|message| message.as_str()) {
            _ if sensitive => {
                "The error message is not shown because it contains sensitive values."
            }
            _ if ephemeral => {
                "The error message is not shown because it contains ephemeral values. `ephemeralasnull` leaves them out."
            }
            known => known?,
        };
        Some(text.to_owned())
    }
}
