//! One condition: an operator, a key, and values of which one must match (for a negated operator: none may).
//!
//! Source: IAM User Guide, "IAM JSON policy elements: Condition operators", "Conditions with multiple context keys or values", "Multivalued context keys" and "…`IfExists`".
//!
//! | key | plain | negated | `…IfExists` | `ForAnyValue:` | `ForAllValues:` | `Null` |
//! |---|---|---|---|---|---|---|
//! | absent | false | true | true | false | true | "true" |
//! | present | some value matches | no value matches | as plain | as plain | as plain | "false" |
//!
//! The keys of a web identity have one value each, so that a set operator sees a set of one; a key of several values without a set operator is left undecided. `IfExists` decides before a set operator does.

use super::comparison;
use super::context::Knowledge;
use super::glob::Glob;
use super::kleene::Truth;
use super::statement::Call;
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
    /// Whether the condition holds for a call.
    pub fn holds(&self, call: &impl Call) -> Truth {
        match call.lookup(&self.key) {
            Knowledge::Absent => self.holds_for_absent(),
            Knowledge::Value(value) => self.holds_for_value(value, call),
            Knowledge::Values(values) => self.holds_for_set(values, call),
            Knowledge::Present if self.operator.base == BaseOperator::Null => {
                self.null_holds(Presence::Present)
            }
            Knowledge::Present | Knowledge::Unknown => {
                Truth::unknown(Unknown::ConditionKey(self.key.clone()))
            }
        }
    }

    /// The texts of which the key's value must match one, if that is what the condition asks for and no variable stands in them.
    pub(super) fn wanted(&self) -> Option<Vec<Glob>> {
        let plain: Vec<&Glob> = self
            .values
            .iter()
            .map(PolicyValue::plain)
            .collect::<Option<_>>()?;
        let read: fn(&Glob) -> Glob = if self.operator.base == BaseOperator::StringLike {
            Clone::clone
        } else if self.operator.base == BaseOperator::StringEquals {
            |glob| Glob::literal(&glob.text())
        } else if self.operator.base == BaseOperator::StringEqualsIgnoreCase {
            |glob| Glob::literal(&glob.text().to_lowercase())
        } else {
            return None;
        };
        Some(plain.into_iter().map(read).collect())
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

    fn holds_for_set(&self, values: &[&str], call: &impl Call) -> Truth {
        let each = values.iter().map(|value| self.holds_for_value(value, call));
        match (self.operator.base, self.operator.set) {
            (BaseOperator::Null, _) => self.null_holds(Presence::Present),
            (_, Some(SetQuantifier::ForAllValues)) => Truth::all(each),
            (_, Some(SetQuantifier::ForAnyValue)) => Truth::any(each),
            (_, None) => Truth::unknown(Unknown::ConditionKey(self.key.clone())),
        }
    }

    fn holds_for_value(&self, value: &str, call: &impl Call) -> Truth {
        let base = self.operator.base;
        if base == BaseOperator::Null {
            let presence = if value.is_empty() {
                Presence::Empty
            } else {
                Presence::Present
            };
            return self.null_holds(presence);
        }
        let matched = Truth::any(self.values.iter().map(|one| self.matches(one, value, call)));
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
    fn matches(&self, policy: &PolicyValue, value: &str, call: &impl Call) -> Truth {
        match policy.resolve(call) {
            Resolved::Text(glob) => self.compare(&glob, value),
            Resolved::Nothing => Truth::False,
            Resolved::Unknown(reason) => Truth::unknown(reason),
        }
    }

    fn compare(&self, policy: &Glob, value: &str) -> Truth {
        use BaseOperator as Op;
        let read =
            |compare: fn(&str, &str) -> comparison::Outcome| match compare(value, &policy.text()) {
                Ok(matched) => Truth::from(matched),
                Err(unreadable) => self.unreadable(&unreadable),
            };
        match self.operator.base {
            Op::StringEquals | Op::StringNotEquals => policy.is_text(value).into(),
            Op::StringEqualsIgnoreCase | Op::StringNotEqualsIgnoreCase => {
                (policy.text().to_lowercase() == value.to_lowercase()).into()
            }
            Op::StringLike | Op::StringNotLike => policy.matches(value).into(),
            Op::ArnEquals | Op::ArnNotEquals | Op::ArnLike | Op::ArnNotLike => {
                match comparison::arn(policy, value) {
                    Some(matched) => matched.into(),
                    None => Truth::unknown(Unknown::ArnOperator {
                        operator: self.operator,
                        key: self.key.clone(),
                    }),
                }
            }
            Op::NumericEquals | Op::NumericNotEquals => {
                read(|value, policy| comparison::number(value, policy, Ordering::is_eq))
            }
            Op::NumericLessThan => {
                read(|value, policy| comparison::number(value, policy, Ordering::is_lt))
            }
            Op::NumericLessThanEquals => {
                read(|value, policy| comparison::number(value, policy, Ordering::is_le))
            }
            Op::NumericGreaterThan => {
                read(|value, policy| comparison::number(value, policy, Ordering::is_gt))
            }
            Op::NumericGreaterThanEquals => {
                read(|value, policy| comparison::number(value, policy, Ordering::is_ge))
            }
            Op::DateEquals | Op::DateNotEquals => {
                read(|value, policy| comparison::date(value, policy, Ordering::is_eq))
            }
            Op::DateLessThan => {
                read(|value, policy| comparison::date(value, policy, Ordering::is_lt))
            }
            Op::DateLessThanEquals => {
                read(|value, policy| comparison::date(value, policy, Ordering::is_le))
            }
            Op::DateGreaterThan => {
                read(|value, policy| comparison::date(value, policy, Ordering::is_gt))
            }
            Op::DateGreaterThanEquals => {
                read(|value, policy| comparison::date(value, policy, Ordering::is_ge))
            }
            Op::Bool => comparison::boolean(value, &policy.text()).into(),
            Op::BinaryEquals => read(comparison::binary),
            Op::IpAddress | Op::NotIpAddress => read(comparison::address),
            Op::Null => self.unreadable(&policy.text()),
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
