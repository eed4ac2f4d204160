//! Random files: the same bytes as Terraform, and what holds for every file.

use std::fmt::Write as _;

use libtest_mimic::{Failed, Trial};

use super::live::compare;
use super::writer::file;
use super::{formatted, ours, places};
use crate::common::random::Random;

/// How many files of each kind are tried.
const FILES: u64 = 1_500;

pub(super) fn trials() -> Vec<Trial> {
    vec![
        Trial::ignorable_test("format::generated::terraform", || {
            compare(&named("file", |seed| file(seed, true)))
        }),
        Trial::ignorable_test("format::damaged::terraform", || {
            compare(&named("damaged file", damaged))
        }),
        Trial::ignorable_test("format::damaged::places::terraform", || {
            let files: Vec<String> = (0..FILES).map(damaged).collect();
            places::compare(&files)
        }),
        Trial::test("format::generated::only_blanks_change", only_blanks_change),
        Trial::test("format::generated::once_is_enough", once_is_enough),
        Trial::test("format::arbitrary_text_ends_somehow", arbitrary_text),
    ]
}

fn named(kind: &str, write: impl Fn(u64) -> String) -> Vec<(String, String)> {
    (0..FILES)
        .map(|seed| (format!("{kind} {seed}"), write(seed)))
        .collect()
}

/// A random file with a few tokens put in, and a few characters left out.
fn damaged(seed: u64) -> String {
    let mut random = Random(!seed);
    let mut characters: Vec<char> = file(seed, true).chars().collect();
    for _ in 0..=random.below(2) {
        let at = random.below(characters.len() + 1);
        if random.one_in(2) && at < characters.len() {
            characters.remove(at);
        } else {
            let token = random.pick(&[
                "\n", " ", "#", "//", "/*", "*/", "\"", "${", "%{", "}", "{", "(", ")", "[", "]",
                ",", ".", "...", "=", "=>", ":", "::", "-", "!", "~", "in", "1", "x", "<<EOT\n",
                "EOT\n", "\\", "$", "%", "\r", "\t", "\u{a0}", "é",
            ]);
            characters.splice(at..at, token.chars());
        }
    }
    characters.into_iter().collect()
}

fn only_blanks_change() -> Result<(), Failed> {
    let kept = |text: &str| text.replace([' ', '\t'], "");
    each(|seed| {
        let text = file(seed, false);
        let after = formatted(&text);
        let same = after.as_ref().is_ok_and(|after| kept(after) == kept(&text));
        (!same).then(|| format!("{text}\n--\n{after:?}"))
    })
}

fn once_is_enough() -> Result<(), Failed> {
    each(|seed| {
        let once = ours(&file(seed, false));
        let twice = ours(&once);
        (once != twice).then(|| format!("{once}\n--\n{twice}"))
    })
}

/// It may be refused or not, but nothing breaks.
fn arbitrary_text() -> Result<(), Failed> {
    each(|seed| {
        let mut random = Random(seed);
        let mut text = damaged(seed);
        for _ in 0..random.below(40) {
            let piece = random.pick(&[
                "{",
                "}",
                "[",
                "\"",
                "${",
                "%{",
                "~}",
                "<<E\n",
                "E\n",
                "\r",
                "\u{feff}",
                "\\",
                "a",
                "=",
                "\u{0}",
                "/*",
                "👩‍👩‍👧",
            ]);
            let _ = write!(text, "{piece}");
        }
        let after = ours(&text);
        (after.is_empty() && !text.is_empty() && text != "\u{feff}").then_some(text)
    })
}

fn each(finding: impl Fn(u64) -> Option<String>) -> Result<(), Failed> {
    let findings = (0..FILES).filter_map(|seed| Some((seed, finding(seed)?)));
    let shown: Vec<String> = findings
        .take(3)
        .map(|(seed, finding)| format!("file {seed}\n{finding}"))
        .collect();
    if shown.is_empty() {
        Ok(())
    } else {
        Err(Failed::from(shown.join("\n")))
    }
}
