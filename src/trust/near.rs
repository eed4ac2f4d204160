//! Near misses: a subject that a policy asks for and nobody has, held against the service accounts that are known.
//!
//! Told after all that can be read off policy and token alone (see hint): a name that is at most two letters off an account's, then the same name in another namespace.
//! Whoever asks says which accounts there are, declared or live; the account of the binding itself is always one of them.

use super::binding::Subject;
use super::decision::{Decision, Verdict};
use super::explanation::{Cause, Failure, StatementRefusal};
use super::hint::Hint;
use crate::policy::{BaseOperator, ConditionOperator};
use std::collections::BTreeSet;

/// How many letters may be put in, left out or exchanged for a name to count as misspelt.
const MOST_EDITS: usize = 2;

impl Decision {
    /// The same decision, with hints from the accounts of the cluster at refusals that nothing else explains.
    #[must_use]
    pub fn with_known_accounts(mut self, known: &BTreeSet<Subject>) -> Self {
        if let Verdict::Refuted(refutation) = &mut self.verdict
            && let Cause::NotAllowed(refusals) = &mut refutation.cause
        {
            for refusal in refusals.iter_mut().filter(|one| one.hints.is_empty()) {
                refusal.hints = near_misses(refusal, known);
            }
        }
        self
    }
}

/// The hints for one refusal: of each subject it asks for and nobody has.
fn near_misses(refusal: &StatementRefusal, known: &BTreeSet<Subject>) -> Vec<Hint> {
    let Failure::Condition {
        operator,
        expected,
        actual: Some(actual),
        ..
    } = &refusal.failure
    else {
        return Vec::new();
    };
    let Ok(asking) = actual.parse::<Subject>() else {
        return Vec::new();
    };
    if !asks_for_text(*operator) {
        return Vec::new();
    }
    let written = expected.iter().filter_map(|text| text.parse().ok());
    let unheard = written.filter(|one| *one != asking && !known.contains(one));
    let mut hints: Vec<Hint> = unheard
        .filter_map(|one| near_miss(one, &asking, known))
        .collect();
    hints.sort();
    hints.dedup();
    hints
}

fn near_miss(written: Subject, asking: &Subject, known: &BTreeSet<Subject>) -> Option<Hint> {
    let accounts = || std::iter::once(asking).chain(known);
    let nearest = accounts()
        .filter_map(|account| Some((edits(&written, account)?, account)))
        .min();
    if let Some((_, account)) = nearest {
        return Some(Hint::NearAccount {
            written,
            account: account.clone(),
        });
    }
    let namespaces: BTreeSet<String> = accounts()
        .filter(|account| account.name() == written.name())
        .map(|account| account.namespace().to_owned())
        .collect();
    (!namespaces.is_empty()).then_some(Hint::OtherNamespace {
        written,
        namespaces,
    })
}

/// Whether the operator asks for one of the texts, rather than for none of them.
fn asks_for_text(operator: ConditionOperator) -> bool {
    matches!(
        operator.base,
        BaseOperator::StringEquals
            | BaseOperator::StringEqualsIgnoreCase
            | BaseOperator::StringLike
    )
}

/// The fewest letters to put in, leave out or exchange (V. I. Levenshtein, 1966), if they are few enough.
fn edits(one: &Subject, other: &Subject) -> Option<usize> {
    let (one, other) = (one.to_string(), other.to_string());
    if one.len().abs_diff(other.len()) > MOST_EDITS {
        return None;
    }
    let (one, other): (Vec<u8>, Vec<u8>) = without_shared_ends(&one, &other);
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (position, letter) in one.iter().enumerate() {
        let mut left = position + 1;
        let mut diagonal = std::mem::replace(row.first_mut()?, left);
        for (above, second) in row.iter_mut().skip(1).zip(&other) {
            let exchanged = diagonal + usize::from(letter != second);
            diagonal = *above;
            left = exchanged.min(diagonal + 1).min(left + 1);
            *above = left;
        }
    }
    row.last().copied().filter(|edits| *edits <= MOST_EDITS)
}

/// Both texts without what they have in common at the beginning and at the end.
fn without_shared_ends(one: &str, other: &str) -> (Vec<u8>, Vec<u8>) {
    let shared = |(one, other): &(u8, u8)| one == other;
    let head = one.bytes().zip(other.bytes()).take_while(shared).count();
    let tails = one
        .bytes()
        .skip(head)
        .rev()
        .zip(other.bytes().skip(head).rev());
    let tail = tails.take_while(shared).count();
    let middle = |text: &str| {
        let rest = text.bytes().skip(head);
        rest.take(text.len() - head - tail).collect()
    };
    (middle(one), middle(other))
}
