//! Witnesses: made-up, well-formed values in place of what a service will only invent on creation, such as a new cluster's issuer.
//!
//! A document made with a witness can be read and proved before anything exists. The verdict stands if a second, different witness leads to the same one;
//! to people the witness is shown as the value it stands for. A witness never enters a state, a plan's JSON or an API call.

use crate::policy::{Issuer, Partition};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Which of the two made-up values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Which {
    /// The one that is shown.
    First,
    /// The one that must agree.
    Second,
}

/// A made-up value and what it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    origin: String,
    text: String,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Issuer,
    Opaque,
}

impl Witness {
    /// The issuer of a cluster that does not exist yet; `origin` is how people refer to it, such as `cluster.main.issuer`.
    ///
    /// The value is a function of origin and `which` alone, so that two plans of one configuration agree.
    pub fn issuer(origin: &str, region: &str, partition: &Partition, which: Which) -> Self {
        let issuer = Issuer::eks(region, partition, &hexadecimal(origin, which));
        Self {
            origin: origin.to_owned(),
            text: issuer.url(),
            kind: Kind::Issuer,
        }
    }

    /// Any other invented text, such as a unique id.
    pub fn opaque(origin: &str, which: Which) -> Self {
        let text = format!(
            "witness-{}",
            hexadecimal(origin, which).to_ascii_lowercase()
        );
        Self {
            origin: origin.to_owned(),
            text,
            kind: Kind::Opaque,
        }
    }

    /// The made-up value.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What it stands for.
    pub fn origin(&self) -> &str {
        &self.origin
    }
}

/// The witnesses of a plan, to be shown as what they stand for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Witnesses {
    /// The texts to be found, each with what is shown instead.
    shown_as: BTreeMap<String, String>,
}

impl Witnesses {
    /// Adds a witness. Of an issuer, the URL without scheme and the bare id are known too, as expressions cut them out.
    pub fn insert(&mut self, witness: &Witness) {
        let shown = format!("${{{}}}", witness.origin);
        self.shown_as.insert(witness.text.clone(), shown.clone());
        if witness.kind == Kind::Issuer {
            if let Some(bare) = witness.text.strip_prefix("https://") {
                self.shown_as.insert(bare.to_owned(), shown);
            }
            if let Some((_, id)) = witness.text.rsplit_once('/') {
                let shown = format!("${{id of {}}}", witness.origin);
                self.shown_as.insert(id.to_ascii_lowercase(), shown.clone());
                self.shown_as.insert(id.to_owned(), shown);
            }
        }
    }

    /// Whether there is no witness at all.
    pub fn is_empty(&self) -> bool {
        self.shown_as.is_empty()
    }

    /// Whether a witness, or what was cut out of one, stands in `text`.
    pub fn occur_in(&self, text: &str) -> bool {
        self.shown_as
            .keys()
            .any(|known| text.contains(known.as_str()))
    }

    /// The text for people: every witness is replaced by its origin, such as `${cluster.main.issuer}`.
    pub fn display(&self, text: &str) -> String {
        let mut longest_first: Vec<_> = self.shown_as.iter().collect();
        longest_first.sort_by_key(|(known, _)| std::cmp::Reverse(known.len()));
        longest_first
            .into_iter()
            .fold(text.to_owned(), |text, (known, shown)| {
                text.replace(known.as_str(), shown)
            })
    }
}

impl<'a> FromIterator<&'a Witness> for Witnesses {
    fn from_iter<I: IntoIterator<Item = &'a Witness>>(witnesses: I) -> Self {
        let mut all = Self::default();
        for witness in witnesses {
            all.insert(witness);
        }
        all
    }
}

/// 32 hexadecimal digits in upper case, as EKS writes its ids.
fn hexadecimal(origin: &str, which: Which) -> String {
    let label = match which {
        Which::First => "first",
        Which::Second => "second",
    };
    let digest = Sha256::digest(format!("{label} witness of {origin}"));
    digest
        .iter()
        .take(16)
        .fold(String::new(), |mut text, byte| {
            // Writing to a string cannot fail.
            write!(text, "{byte:02X}").unwrap_or_default();
            text
        })
}
