//! An example for a pattern: a service account's subject that it matches, found by walking pattern and subject together.
//!
//! The subject is `system:serviceaccount:<namespace>:<name>`, the names as Kubernetes allows them; where a wildcard gives room, a name of the caller's choice is put, so that the example stands for any.

use super::binding::SUBJECT_PREFIX;
use super::glob::{Glob, Token};
use std::collections::BTreeSet;

/// A subject of a service account that a pattern matches, made with `fresh` wherever a wildcard gives room for it.
pub(super) fn subject_matching(glob: &Glob, fresh: &str) -> Option<String> {
    let mut search = Search {
        tokens: glob.tokens(),
        fresh,
        dead: BTreeSet::new(),
    };
    let mut subject = String::new();
    search
        .from(0, Place::Prefix(0), &mut subject)
        .then_some(subject)
}

/// How much of `system:serviceaccount:<namespace>:<name>` is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// So many bytes of what stands before the namespace.
    Prefix(usize),
    /// In the namespace; whether a character of it is written, and whether the fresh name is.
    Namespace { begun: bool, fresh: bool },
    /// In the name, likewise.
    Name { begun: bool, fresh: bool },
}

/// A depth-first search over (position in the pattern, place in the subject); positions found dead are not tried again.
struct Search<'a> {
    tokens: &'a [Token],
    fresh: &'a str,
    dead: BTreeSet<(usize, Place)>,
}

impl Search<'_> {
    fn from(&mut self, at: usize, place: Place, subject: &mut String) -> bool {
        if self.dead.contains(&(at, place)) {
            return false;
        }
        let length = subject.len();
        for (next, step) in self.steps(at, place) {
            subject.push_str(&step.text);
            if self.from(next, step.place, subject) {
                return true;
            }
            subject.truncate(length);
        }
        let complete = at == self.tokens.len() && matches!(place, Place::Name { begun: true, .. });
        if !complete {
            self.dead.insert((at, place));
        }
        complete
    }

    /// The ways to go on: what a wildcard may stand for first, then leaving it.
    fn steps(&self, at: usize, place: Place) -> Vec<(usize, Step)> {
        let Some(token) = self.tokens.get(at) else {
            return Vec::new();
        };
        match token {
            Token::Exactly(character) => place
                .take(*character)
                .map(|step| (at + 1, step))
                .into_iter()
                .collect(),
            Token::AnyOne => {
                let choices = place
                    .expected()
                    .into_iter()
                    .chain(self.fresh.chars().next());
                choices
                    .filter_map(|choice| place.take(choice))
                    .map(|step| (at + 1, step))
                    .collect()
            }
            Token::AnySequence => {
                let fresh = place.take_fresh(self.fresh).into_iter();
                let forced = place.expected().and_then(|character| place.take(character));
                let leave = Step {
                    text: String::new(),
                    place,
                };
                fresh
                    .chain(forced)
                    .map(|step| (at, step))
                    .chain([(at + 1, leave)])
                    .collect()
            }
        }
    }
}

struct Step {
    text: String,
    place: Place,
}

impl Place {
    /// The character that must come here, or that ends the part: the rest of the prefix, the colon after a namespace.
    fn expected(self) -> Option<char> {
        match self {
            Self::Prefix(written) => SUBJECT_PREFIX.get(written..)?.chars().next(),
            Self::Namespace { begun, .. } => begun.then_some(':'),
            Self::Name { .. } => None,
        }
    }

    fn take(self, character: char) -> Option<Step> {
        let in_name =
            character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-';
        let place = match self {
            Self::Prefix(written) if self.expected() == Some(character) => {
                if written + 1 == SUBJECT_PREFIX.len() {
                    Self::Namespace {
                        begun: false,
                        fresh: false,
                    }
                } else {
                    Self::Prefix(written + 1)
                }
            }
            Self::Namespace { begun: true, .. } if character == ':' => Self::Name {
                begun: false,
                fresh: false,
            },
            Self::Namespace { fresh, .. } if in_name => Self::Namespace { begun: true, fresh },
            Self::Name { fresh, .. } if in_name || character == '.' => {
                Self::Name { begun: true, fresh }
            }
            Self::Prefix(_) | Self::Namespace { .. } | Self::Name { .. } => return None,
        };
        Some(Step {
            text: character.to_string(),
            place,
        })
    }

    fn take_fresh(self, name: &str) -> Option<Step> {
        let place = match self {
            Self::Namespace { fresh: false, .. } => Self::Namespace {
                begun: true,
                fresh: true,
            },
            Self::Name { fresh: false, .. } => Self::Name {
                begun: true,
                fresh: true,
            },
            Self::Prefix(_) | Self::Namespace { .. } | Self::Name { .. } => return None,
        };
        Some(Step {
            text: name.to_owned(),
            place,
        })
    }
}
