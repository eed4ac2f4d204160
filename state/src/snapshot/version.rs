//! The version of the tool that wrote a state, compared as Terraform compares versions.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};
use thiserror::Error;

/// The `terraform_version` of a state: `1.11.4`, `1.12.0-beta1`.
///
/// The text is kept as it was read. Order is that of <https://semver.org>, paragraph 11: numbers
/// by value, a pre-release before its release, build metadata without weight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct TerraformVersion(String);

impl TerraformVersion {
    /// The version as the state file writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this version is a later one than `other`.
    pub fn is_newer_than(&self, other: &Self) -> bool {
        precedence(&self.0, &other.0) == Ordering::Greater
    }
}

impl FromStr for TerraformVersion {
    type Err = TerraformVersionError;

    fn from_str(text: &str) -> Result<Self, TerraformVersionError> {
        let (release, _) = split(text);
        let numbered = release
            .split('.')
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
        if numbered && text.is_ascii() {
            Ok(Self(text.to_owned()))
        } else {
            Err(TerraformVersionError {
                text: text.to_owned(),
            })
        }
    }
}

impl fmt::Display for TerraformVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for TerraformVersion {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        super::newtypes::parsed(input)
    }
}

/// A text that is not a version.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{text}` is not a version of Terraform: numbers with dots between them are needed")]
pub struct TerraformVersionError {
    text: String,
}

/// The numbers of a version and its pre-release, without build metadata.
fn split(text: &str) -> (&str, &str) {
    let text = text.split_once('+').map_or(text, |(version, _)| version);
    text.split_once('-').unwrap_or((text, ""))
}

fn precedence(left: &str, right: &str) -> Ordering {
    let ((left, left_pre), (right, right_pre)) = (split(left), split(right));
    numbers(left).cmp(&numbers(right)).then_with(|| {
        match (left_pre.is_empty(), right_pre.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => pre_release(left_pre, right_pre),
        }
    })
}

/// The numbers of a release; trailing zeros weigh nothing (`1.11` is `1.11.0`).
fn numbers(release: &str) -> Vec<u64> {
    let mut numbers: Vec<u64> = release
        .split('.')
        .map(|part| part.parse().unwrap_or(u64::MAX))
        .collect();
    while numbers.last() == Some(&0) {
        numbers.pop();
    }
    numbers
}

fn pre_release(left: &str, right: &str) -> Ordering {
    let part = |text: &str| match text.parse::<u64>() {
        Ok(number) => (0, number, String::new()),
        Err(_) => (1, 0, text.to_owned()),
    };
    left.split('.').map(part).cmp(right.split('.').map(part))
}
