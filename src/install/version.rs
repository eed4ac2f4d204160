//! Versions of modules, and the constraints that calls put on them.
//!
//! The rules are those of <https://developer.hashicorp.com/terraform/language/expressions/version-constraints>: a
//! pre-release is taken only where a constraint names exactly that one.

use std::cmp::Ordering;
use std::fmt;

/// A version: numbers, and what follows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// At least three.
    numbers: Vec<u64>,
    prerelease: String,
    metadata: String,
}

/// Conditions that a version has to meet, all of them. The default has none, and allows every release.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Constraints(Vec<Condition>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Condition {
    operator: Operator,
    version: Version,
    /// How many numbers are written.
    given: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Pessimistic,
}

impl Version {
    /// Reads `1.2.3-beta.1+build`; a `v` before it is left out.
    pub fn parse(text: &str) -> Option<Version> {
        parsed(text).map(|(version, _)| version)
    }

    /// Whether it is one before its release.
    pub fn is_prerelease(&self) -> bool {
        !self.prerelease.is_empty()
    }
}

/// A version and how many numbers it writes.
fn parsed(text: &str) -> Option<(Version, usize)> {
    let text = text.strip_prefix('v').unwrap_or(text);
    let (text, metadata) = text.split_once('+').unwrap_or((text, ""));
    let (release, prerelease) = text.split_once('-').unwrap_or((text, ""));
    let mut numbers = Vec::new();
    for part in release.split('.') {
        if !part.chars().all(|c| c.is_ascii_digit()) {
            return None;
        }
        numbers.push(part.parse().ok()?);
    }
    let is_label = |label: &str| {
        let inner = |c: char| c.is_ascii_alphanumeric() || "-.~".contains(c);
        label.chars().all(inner)
    };
    if !is_label(prerelease) || !is_label(metadata) {
        return None;
    }
    let given = numbers.len();
    numbers.resize(given.max(3), 0);
    let version = Version {
        numbers,
        prerelease: prerelease.to_owned(),
        metadata: metadata.to_owned(),
    };
    Some((version, given))
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let length = self.numbers.len().max(other.numbers.len());
        let padded = |version: &Version| {
            let mut numbers = version.numbers.clone();
            numbers.resize(length, 0);
            numbers
        };
        padded(self)
            .cmp(&padded(other))
            .then_with(|| labels(&self.prerelease, &other.prerelease))
            .then_with(|| self.metadata.cmp(&other.metadata))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The order of pre-releases: none is last, numbers before words.
fn labels(left: &str, right: &str) -> Ordering {
    match (left.is_empty(), right.is_empty()) {
        (true, true) => return Ordering::Equal,
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    let key = |label: &str| -> Vec<(bool, u64, String)> {
        let part = |part: &str| match part.parse::<u64>() {
            Ok(number) => (false, number, String::new()),
            Err(_) => (true, 0, part.to_owned()),
        };
        label.split('.').map(part).collect()
    };
    key(left).cmp(&key(right))
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers: Vec<String> = self.numbers.iter().map(u64::to_string).collect();
        f.write_str(&numbers.join("."))?;
        if !self.prerelease.is_empty() {
            write!(f, "-{}", self.prerelease)?;
        }
        if !self.metadata.is_empty() {
            write!(f, "+{}", self.metadata)?;
        }
        Ok(())
    }
}

impl Constraints {
    /// Reads conditions between commas; `None` when the text is not that.
    pub fn parse(text: &str) -> Option<Constraints> {
        text.split(',')
            .map(|condition| Condition::parse(condition.trim()))
            .collect::<Option<Vec<_>>>()
            .map(Constraints)
    }

    /// Whether a version meets them all. A pre-release meets none that does not name it.
    pub fn meets(&self, version: &Version) -> bool {
        let names = |condition: &Condition| {
            condition.operator == Operator::Equal && condition.version == *version
        };
        let is_eligible = !version.is_prerelease() || self.0.iter().any(names);
        is_eligible && self.0.iter().all(|condition| condition.holds(version))
    }

    /// The newest of some versions that meets them.
    pub fn newest<'a>(
        &self,
        versions: impl IntoIterator<Item = &'a Version>,
    ) -> Option<&'a Version> {
        versions
            .into_iter()
            .filter(|version| self.meets(version))
            .max()
    }
}

impl Condition {
    fn parse(text: &str) -> Option<Condition> {
        let end = text.find(|c: char| !"=!<>~".contains(c))?;
        let (operator, version) = text.split_at(end);
        let operator = match operator {
            "" | "=" => Operator::Equal,
            "!=" => Operator::NotEqual,
            ">" => Operator::Greater,
            ">=" => Operator::GreaterOrEqual,
            "<" => Operator::Less,
            "<=" => Operator::LessOrEqual,
            "~>" => Operator::Pessimistic,
            _ => return None,
        };
        let (version, given) = parsed(version.trim())?;
        Some(Condition {
            operator,
            version,
            given,
        })
    }

    fn holds(&self, version: &Version) -> bool {
        let order = version.cmp(&self.version);
        match self.operator {
            Operator::Equal => order == Ordering::Equal,
            Operator::NotEqual => order != Ordering::Equal,
            Operator::Greater => order == Ordering::Greater,
            Operator::GreaterOrEqual => order != Ordering::Less,
            Operator::Less => order == Ordering::Less,
            Operator::LessOrEqual => order != Ordering::Greater,
            Operator::Pessimistic => order != Ordering::Less && self.is_same_release(version),
        }
    }

    /// Whether all but the last number that a `~>` gives are the same.
    fn is_same_release(&self, version: &Version) -> bool {
        let fixed = self.given.saturating_sub(1);
        let numbers = |version: &Version| {
            version
                .numbers
                .iter()
                .take(fixed)
                .copied()
                .collect::<Vec<_>>()
        };
        numbers(version) == numbers(&self.version)
    }
}
