//! `required_version`: which versions of the language a configuration asks for.
//!
//! The grammar is Terraform's: conditions between commas, each an operator (`=`, `!=`, `>`, `>=`, `<`, `<=`, `~>`, or
//! none for `=`) and a version of one to three numbers.

use std::cmp::Ordering;

/// The version of Terraform whose language is spoken.
pub const LANGUAGE_VERSION: &str = "1.11.4";

/// Whether a version meets a constraint; `None` when the constraint is not one.
pub(super) fn meets(constraint: &str, version: &str) -> Option<bool> {
    let (version, _) = numbers(version)?;
    let mut all = true;
    for condition in constraint.split(',') {
        all &= holds(condition.trim(), version)?;
    }
    Some(all)
}

fn holds(condition: &str, version: [u64; 3]) -> Option<bool> {
    let end = condition.find(|c: char| !"=!<>~".contains(c))?;
    let (operator, wanted) = condition.split_at(end);
    let (wanted, given) = numbers(wanted.trim())?;
    let order = version.cmp(&wanted);
    Some(match operator {
        "" | "=" => order == Ordering::Equal,
        "!=" => order != Ordering::Equal,
        ">" => order == Ordering::Greater,
        ">=" => order != Ordering::Less,
        "<" => order == Ordering::Less,
        "<=" => order != Ordering::Greater,
        "~>" => order != Ordering::Less && same_release(version, wanted, given),
        _ => return None,
    })
}

/// Whether all but the last number that a `~>` gives are the same.
fn same_release(version: [u64; 3], wanted: [u64; 3], given: usize) -> bool {
    let fixed = given.saturating_sub(1);
    version.iter().take(fixed).eq(wanted.iter().take(fixed))
}

/// The numbers of a version, those that are left out as zero, and how many are given. A pre-release counts as its release.
fn numbers(text: &str) -> Option<([u64; 3], usize)> {
    let text = text.strip_prefix('v').unwrap_or(text);
    let release = text.split(['-', '+']).next()?;
    let mut numbers = [0; 3];
    let mut given = 0;
    for part in release.split('.') {
        *numbers.get_mut(given)? = part.parse().ok()?;
        given += 1;
    }
    Some((numbers, given))
}
