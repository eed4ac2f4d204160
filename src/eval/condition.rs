//! Preconditions and postconditions.

use super::{Evaluation, Place};
use crate::config::Condition;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity};
use crate::lang::Halt;
use crate::source::Span;
use crate::value::{Marks, Type, Value, convert};

/// What is told where a message is not known.
const NO_MESSAGE: &str = "The error message could not be evaluated.";

/// What came of conditions.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The ones that do not hold, and what is wrong with the others.
    pub problems: Diagnostics,
    /// What is to be said of messages that nobody would be shown.
    pub warnings: Diagnostics,
    /// Whether each has a result already.
    pub is_decided: bool,
}

/// What a condition and its message come to.
pub(super) struct Judged {
    /// Whether it holds; `None` while that is not known.
    pub(super) holds: Option<bool>,
    pub(super) message: Message,
}

/// What is told of a condition that does not hold.
#[derive(Default)]
pub(super) struct Message {
    /// The text; `None` while it is not known, and when nobody is shown it.
    pub(super) text: Option<String>,
    withheld: Option<&'static Withheld>,
    /// That nobody is shown it.
    pub(super) warning: Option<Diagnostic>,
}

impl Message {
    /// The message of a condition whose expression came to a value. Secrets are not told.
    ///
    /// <https://developer.hashicorp.com/terraform/language/expressions/custom-conditions#error-messages>
    pub(super) fn of(condition: &Condition, value: &Value) -> Result<Self, Halt> {
        let expression = &condition.error_message;
        let unsuitable = |reason: String| {
            let detail = format!("Unsuitable value for error message: {reason}.");
            let diagnostic = Diagnostic::error(Code::WrongType, detail);
            Halt::from(
                diagnostic
                    .with_summary("Invalid error message")
                    .at(expression.span),
            )
        };
        let text = convert(value, &Type::String).map_err(|error| unsuitable(error.to_string()))?;
        if text.is_null() {
            return Err(unsuitable("must not be null".to_owned()));
        }
        let marks = value.deep_marks();
        let withheld = [(Marks::SENSITIVE, &SECRET), (Marks::EPHEMERAL, &FLEETING)];
        let withheld = withheld.iter().find(|(mark, _)| marks.intersects(*mark));
        let withheld = withheld.map(|(_, withheld)| *withheld);
        let text = text.as_str();
        Ok(Message {
            text: text.filter(|_| withheld.is_none()).map(str::to_owned),
            withheld,
            warning: text.and(withheld.map(|withheld| withheld.warning(expression.span))),
        })
    }

    /// That nobody is shown it, where that is a mistake: a variable that `is_secret` itself says so already.
    pub(super) fn refusal(&self, is_secret: bool) -> Option<Diagnostic> {
        let is_own = is_secret && self.withheld.is_some_and(|it| it.kind == SECRET.kind);
        let warning = self.warning.clone().filter(|_| !is_own);
        warning.map(|warning| Diagnostic {
            severity: Severity::Error,
            ..warning
        })
    }

    /// The text that is shown.
    pub(super) fn told(&self) -> &str {
        let instead = self
            .withheld
            .map_or(NO_MESSAGE, |withheld| withheld.instead);
        self.text.as_deref().unwrap_or(instead)
    }
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

    /// Judges what a condition says where it does not hold, whether it does or not.
    pub fn has_message(&self, condition: &Condition, place: &Place) -> Result<(), Halt> {
        self.message(condition, place).map(drop)
    }

    /// As [`Evaluation::check`], and says whether every condition has a result.
    pub fn checked(&self, conditions: &[Condition], what: &str, place: &Place) -> Checked {
        let mut checked = Checked {
            problems: Diagnostics::new(),
            warnings: Diagnostics::new(),
            is_decided: true,
        };
        for condition in conditions {
            match self.judged(condition, place) {
                Ok(judged) => {
                    checked.is_decided &= judged.holds.is_some();
                    checked.warnings.extend(judged.message.warning.clone());
                    if judged.holds == Some(false) {
                        let broken = self.broken(condition, what, &judged.message, place);
                        checked.problems.push(broken);
                    }
                }
                Err(Halt::Blocked) => checked.is_decided = false,
                Err(Halt::Failed(problems)) => checked.problems.extend(*problems),
            }
        }
        checked
    }

    /// Judges a condition, and makes its message in any case: a mistake in one is told before somebody needs it.
    pub(super) fn judged(&self, condition: &Condition, place: &Place) -> Result<Judged, Halt> {
        let message = self.message(condition, place);
        match (self.holds(condition, place, "condition"), message) {
            (Ok(holds), Ok(message)) => Ok(Judged { holds, message }),
            (Err(Halt::Failed(mut problems)), Err(Halt::Failed(more))) => {
                problems.extend(*more);
                Err(Halt::Failed(problems))
            }
            (Ok(_) | Err(Halt::Blocked), Err(halt)) | (Err(halt), Ok(_) | Err(Halt::Blocked)) => {
                Err(halt)
            }
        }
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

    fn broken(
        &self,
        condition: &Condition,
        what: &str,
        message: &Message,
        place: &Place,
    ) -> Diagnostic {
        Diagnostic::error(Code::ConditionFailed, message.told())
            .with_summary(format!("{what} failed"))
            .at(condition.condition.span)
            .telling(self.told(&condition.condition, place))
            .saying(message.text.clone())
    }

    /// What a condition says when it does not hold.
    fn message(&self, condition: &Condition, place: &Place) -> Result<Message, Halt> {
        let value = match self.evaluate(&condition.error_message, place) {
            Err(Halt::Blocked) => return Ok(Message::default()),
            evaluated => evaluated?,
        };
        Message::of(condition, &value)
    }
}

/// Why nobody is shown a message.
struct Withheld {
    kind: &'static str,
    instead: &'static str,
}

const SECRET: Withheld = Withheld {
    kind: "sensitive",
    instead: "The error message is not shown because it contains sensitive values.",
};

const FLEETING: Withheld = Withheld {
    kind: "ephemeral",
    instead: "The error message is not shown because it contains ephemeral values. `ephemeralasnull` leaves them out.",
};

impl Withheld {
    fn warning(&self, message: Span) -> Diagnostic {
        let kind = self.kind;
        let detail = format!(
            "The message is made of {kind} values, so it is not shown when the condition does not hold."
        );
        Diagnostic::warning(Code::InvalidValue, detail)
            .with_summary(format!("Error message refers to {kind} values"))
            .at(message)
    }
}
