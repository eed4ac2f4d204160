//! One condition: an operator, a key, and values of which one must match (for a negated operator: none may).
//!
//! Source: IAM User Guide, "IAM JSON policy elements: Condition operators", "Conditions with multiple context keys or values", "Multivalued context keys" and "…`IfExists`".
//!
//! | key | plain | negated | `…IfExists` | `ForAnyValue:` | `ForAllValues:` | `Null` |
//! |---|---|---|---|---|---|---|
//! | absent | false | true | true | false | true | "true" |
//! | present | some value matches | no value matches | as plain | as plain | as plain | "false" |
//!
//! The keys of a web identity have one value each, so that a set operator sees a set of one. `IfExists` decides before a set operator does.

use super::comparison;
use super::context::{Knowledge, TokenContext};
use super::glob::Glob;
use super::kleene::Truth;
use super::unknown::Unknown;
use super::variable::{PolicyValue, Resolved};
use crate::policy::{BaseOperator, ConditionKey, ConditionOperator, SetQuantifier};
use std::cmp::Ordering;

/// A condition of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// How the values are compared.
    pub operator: ConditionOperator,
    /// What they are compared with.
    pub key: ConditionKey,
    /// The values of the policy.
    pub values: Vec<PolicyValue>,
}

impl Condition {
    /// Whether the condition holds for a token.
    pub fn holds(&self, context: &TokenContext<'_>) -> Truth {
        match context.lookup(&self.key) {
            Knowledge::Absent => self.holds_for_absent(),
            Knowledge::Value(value) => self.holds_for_value(value, context),
            Knowledge::Present if self.operator.base == BaseOperator::Null => {
                self.null_holds(Presence::Present)
            }
            Knowledge::Present | Knowledge::Unknown => {
                Truth::unknown(Unknown::ConditionKey(self.key.clone()))
            }
        }
    }

    fn holds_for_absent(&self) -> Truth {
        let ConditionOperator {
            set,
            base,
            if_exists,
        } = self.operator;
        match (base, if_exists, set) {
            (BaseOperator::Null, _, _) => self.null_holds(Presence::Absent),
            (_, true, _) | (_, _, Some(SetQuantifier::ForAllValues)) => Truth::True,
            (_, _, Some(SetQuantifier::ForAnyValue)) => Truth::False,
            (_, _, None) => Truth::from(base.is_negated()),
        }
    }

    fn holds_for_value(&self, value: &str, context: &TokenContext<'_>) -> Truth {
        let base = self.operator.base;
        if base == BaseOperator::Null {
            let presence = if value.is_empty() {
                Presence::Empty
            } else {
                Presence::Present
            };
            return self.null_holds(presence);
        }
        let matched = Truth::any(
            self.values
                .iter()
                .map(|one| self.matches(one, value, context)),
        );
        if base.is_negated() {
            matched.negated()
        } else {
            matched
        }
    }

    /// `Null`: "true" asks for an absent key, "false" for one that has a value.
    fn null_holds(&self, presence: Presence) -> Truth {
        Truth::any(self.values.iter().map(
            |value| match value.text().to_ascii_lowercase().as_str() {
                "true" => Truth::from(presence == Presence::Absent),
                "false" => Truth::from(presence == Presence::Present),
                _ => self.unreadable(value.text()),
            },
        ))
    }

    /// Whether one value of the policy matches, before a negated operator turns it round.
    fn matches(&self, policy: &PolicyValue, value: &str, context: &TokenContext<'_>) -> Truth {
        use BaseOperator as Op;
        let text = policy.text();
        let read = |outcome: comparison::Outcome| match outcome {
            Ok(matched) => Truth::from(matched),
            Err(unreadable) => self.unreadable(&unreadable),
        };
        match self.operator.base {
            Op::StringEquals | Op::StringNotEquals => {
                resolved(policy, context, |glob| glob.is_text(value).into())
            }
            Op::StringEqualsIgnoreCase | Op::StringNotEqualsIgnoreCase => {
                let folded = value.to_lowercase();
                resolved(policy, context, |glob| {
                    (glob.text().to_lowercase() == folded).into()
                })
            }
            Op::StringLike | Op::StringNotLike => {
                resolved(policy, context, |glob| glob.matches(value).into())
            }
            Op::ArnEquals | Op::ArnNotEquals | Op::ArnLike | Op::ArnNotLike => {
                resolved(policy, context, |glob| match comparison::arn(glob, value) {
                    Some(matched) => matched.into(),
                    None => Truth::unknown(Unknown::ArnOperator {
                        operator: self.operator,
                        key: self.key.clone(),
                    }),
                })
            }
            Op::NumericEquals | Op::NumericNotEquals => {
                read(comparison::number(value, text, Ordering::is_eq))
            }
            Op::NumericLessThan => read(comparison::number(value, text, Ordering::is_lt)),
            Op::NumericLessThanEquals => read(comparison::number(value, text, Ordering::is_le)),
            Op::NumericGreaterThan => read(comparison::number(value, text, Ordering::is_gt)),
            Op::NumericGreaterThanEquals => read(comparison::number(value, text, Ordering::is_ge)),
            Op::DateEquals | Op::DateNotEquals => {
                read(comparison::date(value, text, Ordering::is_eq))
            }
            Op::DateLessThan => read(comparison::date(value, text, Ordering::is_lt)),
            Op::DateLessThanEquals => read(comparison::date(value, text, Ordering::is_le)),
            Op::DateGreaterThan => read(comparison::date(value, text, Ordering::is_gt)),
            Op::DateGreaterThanEquals => read(comparison::date(value, text, Ordering::is_ge)),
            Op::Bool => comparison::boolean(value, text).into(),
            Op::BinaryEquals => read(comparison::binary(value, text)),
            Op::IpAddress | Op::NotIpAddress => read(comparison::address(value, text)),
            Op::Null => self.unreadable(text),
        }
    }

    fn unreadable(&self, text: &str) -> Truth {
        Truth::unknown(Unknown::Unreadable {
            operator: self.operator,
            text: text.to_owned(),
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Presence {
    Absent,
    Empty,
    Present,
}

fn resolved(
    policy: &PolicyValue,
    context: &TokenContext<'_>,
    compare: impl FnOnce(&Glob) -> Truth,
) -> Truth {
    match policy.resolve(context) {
        Resolved::Text(glob) => compare(&glob),
        Resolved::Nothing => Truth::False,
        Resolved::Unknown(reason) => Truth::unknown(reason),
    }
}
