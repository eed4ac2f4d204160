//! Is there any service account at all that …? Answered by walking all subjects at once, not by guessing names.
//!
//! A policy looks at a subject through patterns only. So two beginnings of a subject that leave every pattern at the same places are one and the same to it, and of the endless subjects only finitely many kinds have to be tried,
//! the shortest first (the subset construction of automata theory, M. O. Rabin and D. Scott, 1959, over all patterns together).

use super::binding::{SUBJECT_PREFIX, Subject};
use super::glob::{Glob, Token};
use std::collections::BTreeSet;

/// How many kinds of beginnings are tried before the search is given up; policies that fit a quota need a few hundred.
const MOST_KINDS: usize = 20_000;

/// The shortest subject that `accepts` takes, if there is one.
///
/// `accepts` may look at the subject through `patterns` only: it must say the same of two subjects that match the same of them.
pub(super) fn shortest_subject(
    patterns: &[&Glob],
    mut accepts: impl FnMut(&str) -> bool,
) -> Option<String> {
    let letters = letters(patterns);
    let mut kinds = vec![Kind::first(patterns)];
    let mut seen: BTreeSet<(Place, Vec<Vec<u64>>)> = BTreeSet::new();
    let mut next = 0;
    while let Some(kind) = kinds.get(next) {
        if kind.place.is_end() && accepts(&kind.text) {
            return Some(kind.text.clone());
        }
        let longer: Vec<Kind> = letters
            .iter()
            .filter_map(|letter| kind.then(patterns, *letter))
            .filter(|kind| seen.insert((kind.place, kind.reached.clone())))
            .collect();
        kinds.extend(longer);
        next += 1;
        if kinds.len() > MOST_KINDS {
            return None;
        }
    }
    None
}

/// The letters that the patterns tell apart, and one that stands for all others.
fn letters(patterns: &[&Glob]) -> Vec<char> {
    let written: BTreeSet<char> = patterns
        .iter()
        .flat_map(|pattern| pattern.tokens())
        .filter_map(|token| match token {
            Token::Exactly(character) => Some(*character),
            Token::AnyOne | Token::AnySequence => None,
        })
        .collect();
    let other = ('a'..='z')
        .chain('0'..='9')
        .find(|one| !written.contains(one));
    let marks = [':', '-', '.'];
    let names = written.into_iter().filter(|one| is_alphanumeric(*one));
    other.into_iter().chain(names).chain(marks).collect()
}

/// All beginnings of subjects that leave every pattern at the same places.
struct Kind {
    /// One of them.
    text: String,
    place: Place,
    /// For each pattern, the positions reached in it, as a set of bits.
    reached: Vec<Vec<u64>>,
}

impl Kind {
    fn first(patterns: &[&Glob]) -> Self {
        let begin = |pattern: &&Glob| {
            let mut reached = vec![0; pattern.tokens().len() / 64 + 1];
            insert(&mut reached, 0, pattern.tokens());
            SUBJECT_PREFIX.chars().fold(reached, |reached, letter| {
                advance(&reached, pattern, letter)
            })
        };
        Self {
            text: SUBJECT_PREFIX.to_owned(),
            place: Place::Namespace(Label::Empty),
            reached: patterns.iter().map(begin).collect(),
        }
    }

    fn then(&self, patterns: &[&Glob], letter: char) -> Option<Self> {
        let place = self.place.then(letter)?;
        let both = self.reached.iter().zip(patterns);
        let reached = both.map(|(reached, pattern)| advance(reached, pattern, letter));
        Some(Self {
            reached: reached.collect(),
            text: format!("{}{letter}", self.text),
            place,
        })
    }
}

/// The positions reached after one more letter.
fn advance(reached: &[u64], pattern: &Glob, letter: char) -> Vec<u64> {
    let tokens = pattern.tokens();
    let mut after = vec![0; reached.len()];
    for (at, token) in tokens.iter().enumerate() {
        if !contains(reached, at) {
            continue;
        }
        match token {
            Token::AnySequence => insert(&mut after, at, tokens),
            Token::AnyOne => insert(&mut after, at + 1, tokens),
            Token::Exactly(expected) if *expected == letter => insert(&mut after, at + 1, tokens),
            Token::Exactly(_) => {}
        }
    }
    after
}

/// Adds a position and those behind it that a `*` may be skipped to reach.
fn insert(set: &mut [u64], at: usize, tokens: &[Token]) {
    if let Some(word) = set.get_mut(at / 64) {
        *word |= 1 << (at % 64);
    }
    if tokens.get(at) == Some(&Token::AnySequence) {
        insert(set, at + 1, tokens);
    }
}

fn contains(set: &[u64], at: usize) -> bool {
    set.get(at / 64)
        .is_some_and(|word| word & (1 << (at % 64)) != 0)
}

/// Where in `<namespace>:<name>` a beginning ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Namespace(Label),
    Name(Label),
}

/// How much of a DNS label is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Label {
    Empty,
    /// It could end here.
    Whole,
    /// A hyphen, after which more must come.
    Hyphen,
}

impl Place {
    fn then(self, letter: char) -> Option<Self> {
        match (self, letter) {
            (Self::Namespace(Label::Whole), ':') | (Self::Name(Label::Whole), '.') => {
                Some(Self::Name(Label::Empty))
            }
            (Self::Namespace(label), _) => label.then(letter).map(Self::Namespace),
            (Self::Name(label), _) => label.then(letter).map(Self::Name),
        }
    }

    fn is_end(self) -> bool {
        self == Self::Name(Label::Whole)
    }
}

impl Label {
    fn then(self, letter: char) -> Option<Self> {
        match letter {
            '-' if self != Self::Empty => Some(Self::Hyphen),
            _ if is_alphanumeric(letter) => Some(Self::Whole),
            _ => None,
        }
    }
}

fn is_alphanumeric(letter: char) -> bool {
    letter.is_ascii_lowercase() || letter.is_ascii_digit()
}

/// Whether Kubernetes could have an account of this subject; the search does not count letters.
pub(super) fn is_possible(subject: &str) -> bool {
    subject.parse::<Subject>().is_ok()
}
