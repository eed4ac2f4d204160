//! Makes an expression smaller as long as the two answers to it differ.

use super::answer::{Case, difference};
use super::{oracle, ours};
use std::collections::BTreeSet;

/// How many smaller expressions are tried in a round.
const WIDTH: usize = 120;

/// The smallest case that was found.
pub(super) fn shrunk(case: Case) -> Case {
    let mut smallest = case;
    for _ in 0..8 {
        let candidates = candidates(&smallest.expression);
        let texts: Vec<&str> = candidates.iter().map(String::as_str).collect();
        let Ok(answers) = oracle::answers(&texts) else {
            return smallest;
        };
        let cases = candidates
            .iter()
            .zip(answers)
            .map(|(expression, answer)| Case {
                expression: expression.clone(),
                answer,
            });
        let found = cases
            .filter(|case| case.answer != oracle::BROKEN && difference(case).is_some())
            .min_by_key(|case| case.expression.len());
        match found {
            Some(smaller) => smallest = smaller,
            None => break,
        }
    }
    smallest
}

/// The expression with a part in the place of all or of another part, or with something trivial in the place of one.
fn candidates(expression: &str) -> Vec<String> {
    let mut found = BTreeSet::new();
    let parts = ours::parts(expression);
    let text = |range: &std::ops::Range<usize>| expression.get(range.clone()).unwrap_or_default();
    let mut put = |range: &std::ops::Range<usize>, new: &str| {
        if let (Some(before), Some(after)) =
            (expression.get(..range.start), expression.get(range.end..))
        {
            found.insert(format!("{before}{new}{after}"));
        }
    };
    let whole = 0..expression.len();
    for part in &parts {
        put(&whole, text(part));
        for trivial in ["null", "\"a\"", "1", "[]", "{}"] {
            if text(part).len() > trivial.len() {
                put(part, trivial);
            }
        }
        for inner in &parts {
            if inner.start >= part.start && inner.end <= part.end {
                put(part, text(inner));
            }
        }
    }
    let mut found: Vec<String> = found
        .into_iter()
        .filter(|new| new.len() < expression.len() && !new.is_empty())
        .collect();
    found.sort_by_key(String::len);
    found.truncate(WIDTH);
    found
}
