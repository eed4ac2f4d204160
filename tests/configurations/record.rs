//! Hundreds of configurations that nobody thought of, against what Terraform made of them.
//!
//! `record.gz` holds cases with Terraform's answers, so that they are compared where there is no Terraform. `left.txt`
//! names those that come out otherwise here, each with the reason.
//!
//! Where Terraform is, `TRUSTFORM_RECORD=1 cargo cases configurations::record` asks it for the cases that the record lacks
//! (for all, once the record is removed), and as many fresh cases as `TRUSTFORM_CONFIGURATIONS` says are tried, from the seed
//! that `TRUSTFORM_SEED` or else the day is, or the one case of the number `TRUSTFORM_CASE`. A difference is made as small as possible and printed; `TRUSTFORM_SHRUNK` says
//! how many of them are, and asks for those that are let pass.
#![expect(
    clippy::print_stdout,
    reason = "how many cases were tried is told of every run"
)]

use super::answer::{Difference, answers, difference};
use super::case::Case;
use super::{generator, oracle, ours, shrink};
use crate::common::repository;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use libtest_mimic::{Failed, Trial};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use trustform_test_support::terraform::{Terraform, terraform};

/// How many cases the record has.
const RECORDED: u64 = 900;

/// How many fresh cases are tried.
const FRESH: u64 = 50;

/// One fresh case in so many may differ, in one of the ways that `left.txt` has already.
const TOLERATED: usize = 8;

/// How many differences are made small.
const SHRUNK: usize = 4;

/// A case with what Terraform made of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Entry {
    number: u64,
    #[serde(flatten)]
    case: Case,
    answers: Vec<Json>,
}

/// The recorded cases, and fresh ones where Terraform is there.
pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = vec![Trial::test("configurations::recorded", recorded)];
    if let Ok(terraform) = terraform() {
        trials.push(Trial::test("configurations::fresh", move || {
            fresh(terraform)
        }));
        if std::env::var_os("TRUSTFORM_RECORD").is_some() {
            trials.push(Trial::test("configurations::record", move || {
                record(terraform)
            }));
        }
    }
    trials
}

fn file() -> PathBuf {
    repository().join("tests/configurations/record.gz")
}

/// The cases of the record come out as Terraform has them, but for those that `left.txt` names.
fn recorded() -> Result<(), Failed> {
    let entries = on_record()?;
    if entries.len() < 800 {
        return Err(format!("only {} cases are recorded", entries.len()).into());
    }
    let left = left()?;
    let mut different = different(&entries)?;
    let found: BTreeSet<u64> = different.iter().map(|(entry, _)| entry.number).collect();
    different.retain(|(entry, _)| !left.contains(&entry.number));
    told(&different, entries.len())?;
    let mended: Vec<String> = left
        .difference(&found)
        .map(|number| format!("case {number} no longer differs"))
        .collect();
    if mended.is_empty() {
        println!("{} cases, {} left", entries.len(), left.len());
        Ok(())
    } else {
        Err(mended.join("\n").into())
    }
}

/// The numbers that `left.txt` names, on the lines that are indented below a reason.
fn left() -> Result<BTreeSet<u64>, Failed> {
    let text = std::fs::read_to_string(repository().join("tests/configurations/left.txt"))?;
    let lines = text.lines().filter_map(|line| line.strip_prefix("  "));
    let numbers = lines.flat_map(str::split_whitespace).map(str::parse);
    Ok(numbers.collect::<Result<_, _>>()?)
}

fn on_record() -> Result<Vec<Entry>, Failed> {
    let mut text = String::new();
    GzDecoder::new(std::fs::File::open(file())?).read_to_string(&mut text)?;
    let entries = text.lines().map(serde_json::from_str);
    Ok(entries.collect::<Result<_, _>>()?)
}

fn record(terraform: &Terraform) -> Result<(), Failed> {
    let mut text = String::new();
    let mut entries = if file().exists() {
        on_record()?
    } else {
        Vec::new()
    };
    let known: BTreeSet<u64> = entries.iter().map(|entry| entry.number).collect();
    let missing = (0..RECORDED).filter(|number| !known.contains(number));
    entries.extend(asked(terraform, missing));
    entries.sort_by_key(|entry| entry.number);
    for entry in entries {
        writeln!(text, "{}", serde_json::to_string(&entry)?)?;
    }
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(text.as_bytes())?;
    std::fs::write(file(), gzip.finish()?)?;
    Ok(())
}

fn fresh(terraform: &Terraform) -> Result<(), Failed> {
    let day = || {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        now.map_or(0, |now| now.as_secs() / 86_400)
    };
    let seed = number("TRUSTFORM_SEED").unwrap_or_else(day);
    let count = number("TRUSTFORM_CONFIGURATIONS").unwrap_or(FRESH);
    // Far from the record, and far from the other seeds.
    let start = 1_000_000 + seed * 1_000_000;
    let entries = match number("TRUSTFORM_CASE") {
        Some(case) => asked(terraform, case..=case),
        None => asked(terraform, start..start + count),
    };
    let different = different(&entries)?;
    println!(
        "seed {seed}: {} cases, {} differ",
        entries.len(),
        different.len()
    );
    // What the record leaves differs in fresh cases too.
    let tolerated = entries.len() / TOLERATED;
    if different.len() <= tolerated && number("TRUSTFORM_SHRUNK").is_none() {
        return Ok(());
    }
    told(&different, entries.len())
}

/// The cases of the numbers with Terraform's answers, but those that break it.
fn asked(terraform: &Terraform, numbers: impl Iterator<Item = u64>) -> Vec<Entry> {
    let numbers: Vec<u64> = numbers.collect();
    let ask = |number: &u64| {
        let case = generator::case(*number);
        let answers = answers(&oracle::run(terraform, &case).ok()?);
        let number = *number;
        Some(Entry {
            number,
            case,
            answers,
        })
    };
    std::thread::scope(|scope| {
        let halves = numbers.chunks(numbers.len().div_ceil(2).max(1));
        let halves = halves.map(|half| scope.spawn(move || half.iter().filter_map(ask).collect()));
        let halves: Vec<_> = halves.collect();
        let entries = halves
            .into_iter()
            .flat_map(std::thread::ScopedJoinHandle::join);
        entries.flat_map(|half: Vec<Entry>| half).collect()
    })
}

/// The cases that come out otherwise here, each with the difference.
fn different(entries: &[Entry]) -> Result<Vec<(&Entry, Difference)>, Failed> {
    let mut found = Vec::new();
    for entry in entries {
        let ours = ours::run(&entry.case)?;
        found.extend(difference(&entry.answers, &ours).map(|difference| (entry, difference)));
    }
    Ok(found)
}

/// Fails if there are any, and shows them, some of them made small.
fn told(different: &[(&Entry, Difference)], tried: usize) -> Result<(), Failed> {
    if different.is_empty() {
        return Ok(());
    }
    let mut told = format!("{} of {tried} cases differ", different.len());
    let small =
        number("TRUSTFORM_SHRUNK").map_or(SHRUNK, |small| small.try_into().unwrap_or(usize::MAX));
    for (index, (entry, difference)) in different.iter().enumerate() {
        let (mut case, mut difference) = (entry.case.clone(), difference.clone());
        if let (true, Ok(terraform)) = (index < small, terraform()) {
            (case, difference) = shrink::shrunk(terraform, case, difference);
        }
        write!(
            told,
            "\n\n######## case {}\n{case}\n{difference}",
            entry.number
        )?;
    }
    Err(told.into())
}

/// A number that the environment gives.
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}
