//! Statements that say the same of different subjects, put together: the cheapest way under a size quota.
//!
//! Of two statements of one effect, either suffices. So where they differ in the values of one condition only, of which any one would do, they are one statement with the values of both.
//! Another service account in a list costs some fifty characters, a statement of its own nearly five hundred (IAM User Guide, "IAM and AWS STS quotas": 2,048 for a trust policy).

#[cfg(test)]
mod tests;

use super::document::{PolicyDocument, Statement};
use super::names::ConditionKey;
use super::operator::{ConditionOperator, SetQuantifier};
use super::size::{PolicyQuota, QuotaExceeded, measured_size};
use std::fmt;

impl PolicyDocument {
    /// The same policy in as few statements as putting lists of values together gives; ids of statements are dropped where statements are joined.
    #[must_use]
    pub fn coalesced(&self) -> Self {
        let mut joined: Vec<Statement> = Vec::new();
        for statement in &self.statements {
            let partner = joined.iter_mut().find_map(|earlier| {
                let place = only_difference(earlier, statement)?;
                Some((earlier, place))
            });
            match partner {
                None => joined.push(statement.clone()),
                Some((earlier, place)) => join(earlier, statement, place),
            }
        }
        let mut document = self.clone();
        document.statements = joined;
        let text = document.canonical_json();
        Self::parse(&text).unwrap_or(document)
    }
}

/// Where two statements differ: nowhere, or in the values of one condition.
type Place = Option<(ConditionOperator, ConditionKey)>;

/// The one place where the statements differ, if joining there keeps the meaning.
fn only_difference(one: &Statement, other: &Statement) -> Option<Place> {
    let rest = |statement: &Statement| {
        let mut rest = statement.clone();
        rest.sid = None;
        rest.condition.clear();
        rest
    };
    if rest(one) != rest(other) {
        return None;
    }
    let places = |statement: &Statement| -> Vec<(ConditionOperator, ConditionKey)> {
        let blocks = statement.condition.iter();
        blocks
            .flat_map(|(operator, keys)| keys.keys().map(|key| (*operator, key.clone())))
            .collect()
    };
    let all = places(one);
    if all != places(other) {
        return None;
    }
    let values = |statement: &Statement, (operator, key): &(ConditionOperator, ConditionKey)| {
        let block = statement.condition.get(operator);
        block.and_then(|keys| keys.get(key)).cloned()
    };
    let mut different = all
        .into_iter()
        .filter(|place| values(one, place) != values(other, place));
    match (different.next(), different.next()) {
        (None, _) => Some(None),
        (Some(place), None) => any_value_suffices(place.0).then_some(Some(place)),
        (Some(_), Some(_)) => None,
    }
}

/// Whether the operator is true as soon as one value matches; of a negated one, or of all values of a set, that is not so.
fn any_value_suffices(operator: ConditionOperator) -> bool {
    !operator.base.is_negated() && operator.set != Some(SetQuantifier::ForAllValues)
}

fn join(earlier: &mut Statement, later: &Statement, place: Place) {
    if earlier.sid != later.sid {
        earlier.sid = None;
    }
    let Some((operator, key)) = place else {
        return;
    };
    let block = |statement: &Statement| statement.condition.get(&operator).cloned();
    let more = block(later).and_then(|mut keys| keys.remove(&key));
    let values = earlier.condition.get_mut(&operator);
    if let (Some(values), Some(more)) = (values.and_then(|keys| keys.get_mut(&key)), more) {
        values.extend(more);
    }
}

/// A document that is too large, and what would help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuotaAdvice {
    /// By how much it is too large.
    pub exceeded: QuotaExceeded,
    /// The characters of the same policy printed canonically, with statements put together.
    pub coalesced: usize,
}

impl QuotaAdvice {
    /// Holds a document against a limit; nothing if it fits.
    pub fn for_document(
        document: &PolicyDocument,
        quota: PolicyQuota,
        limit: usize,
    ) -> Option<Self> {
        let exceeded = quota.check_against(limit, document.size()).err()?;
        let coalesced = measured_size(&document.coalesced().canonical_json());
        Some(Self {
            exceeded,
            coalesced,
        })
    }

    /// Whether putting statements together makes it fit.
    pub fn fits_coalesced(&self) -> bool {
        self.coalesced <= self.exceeded.limit
    }
}

impl fmt::Display for QuotaAdvice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            exceeded,
            coalesced,
        } = self;
        write!(formatter, "{exceeded}; ")?;
        match (self.fits_coalesced(), *coalesced < exceeded.size) {
            (true, _) => write!(
                formatter,
                "with the subjects of one provider in one statement it has {coalesced}, and fits"
            ),
            (false, true) => write!(
                formatter,
                "with the subjects of one provider in one statement it has {coalesced}, still too many: spread the subjects over several roles, or ask AWS for a higher quota"
            ),
            (false, false) => formatter.write_str(
                "its statements cannot be put together any further: spread the subjects over several roles, or ask AWS for a higher quota",
            ),
        }
    }
}
