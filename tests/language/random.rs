//! Thousands of expressions that nobody thought of, against Terraform's answers.
//!
//! `record.gz` holds the expressions of the numbers from 0 with Terraform's answers, so that they are compared where
//! there is no Terraform. `left.txt` names those that we answer otherwise, and no others, each kind below a heading that
//! says why; `--update` takes out what no longer differs and adds what is new, to be explained.
//!
//! Where Terraform is, `TRUSTFORM_RECORD=1 cargo cases language::random::record` makes the record anew, and as many fresh
//! expressions as `TRUSTFORM_EXPRESSIONS` says are tried, from the seed that `TRUSTFORM_SEED` or else the day is. A
//! difference is made as small as possible and printed as a case to be put into a file of `expressions/`.

use super::answer::{Case, cases, difference, written};
use super::{generator, oracle, shrink};
use crate::common::{UPDATE, finds_nothing, repository};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use libtest_mimic::{Failed, Trial};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::path::PathBuf;

/// How many numbers the record goes through; some give the same expression.
const RECORDED: u64 = 20_000;

/// How many fresh expressions are tried.
const FRESH: u64 = 2_000;

/// Of the fresh expressions one in so many may differ otherwise, in one of the rarer kinds that `left.txt` has.
const TOLERATED: usize = 1_000;

/// How many differences are shown, the shortest first.
const SHOWN: usize = 200;

/// How many of them are made small before.
const SHRUNK: usize = 4;

/// The recorded expressions, and fresh ones where Terraform is there.
pub(super) fn trials() -> Vec<Trial> {
    let mut trials = vec![
        finds_nothing(
            "language::random::every_function",
            generator::missing_functions,
        ),
        Trial::test("language::random::recorded", recorded),
    ];
    if oracle::is_there() {
        trials.push(Trial::test("language::random::fresh", fresh));
        if std::env::var_os("TRUSTFORM_RECORD").is_some() {
            trials.push(Trial::test("language::random::record", record));
        }
    }
    trials
}

fn file() -> PathBuf {
    repository().join("tests/language/record.gz")
}

fn left() -> PathBuf {
    repository().join("tests/language/left.txt")
}

fn recorded() -> Result<(), Failed> {
    let update = std::env::args().any(|argument| argument == UPDATE);
    let cases = on_record()?;
    if cases.len() < LEAST {
        return Err(format!("only {} expressions are recorded", cases.len()).into());
    }
    let different = cases.iter().filter(|case| difference(case).is_some());
    let mut texts: BTreeMap<String, &Case> = BTreeMap::new();
    texts.extend(different.map(|case| (written(&case.expression), case)));
    let lines = std::fs::read_to_string(left())?;
    let known = lines.lines().filter(|line| !line.starts_with('#'));
    let known: BTreeSet<&str> = known.collect();
    let new: Vec<&Case> = texts
        .iter()
        .filter(|(text, _)| !known.contains(text.as_str()))
        .map(|(_, case)| *case)
        .collect();
    if update {
        let stays = |line: &&str| line.starts_with('#') || texts.contains_key(*line);
        let mut kept: String = lines
            .lines()
            .filter(stays)
            .map(|line| line.to_owned() + "\n")
            .collect();
        if !new.is_empty() && !lines.contains(UNEXPLAINED) {
            writeln!(kept, "{UNEXPLAINED}")?;
        }
        for case in new {
            writeln!(kept, "{}", written(&case.expression))?;
        }
        std::fs::write(left(), kept)?;
        return Ok(());
    }
    compared(&new.into_iter().cloned().collect::<Vec<_>>(), 0)?;
    let mended = known.iter().filter(|line| !texts.contains_key(**line));
    let mut wrong: Vec<String> = mended
        .map(|line| format!("no longer differs: {line}"))
        .collect();
    if lines.contains(UNEXPLAINED) {
        wrong.push("left.txt does not say why some differ".to_owned());
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n").into())
    }
}

/// How many expressions the record has at least.
const LEAST: usize = 34_000;

/// The heading in `left.txt` of expressions that nobody has looked at yet.
const UNEXPLAINED: &str = "# Unexplained";

/// The cases of the record.
fn on_record() -> Result<Vec<Case>, Failed> {
    let mut text = String::new();
    GzDecoder::new(std::fs::File::open(file())?).read_to_string(&mut text)?;
    Ok(cases(&text).into_iter().map(|(_, case)| case).collect())
}

/// Asks Terraform for the answers that the record lacks.
fn record() -> Result<(), Failed> {
    let mut cases = on_record().unwrap_or_default();
    let known = cases.iter().map(|case| case.expression.clone()).collect();
    cases.extend(asked(0..RECORDED, known)?);
    let mut text = String::from("# Made-up expressions with the answers of Terraform 1.11.4.\n");
    for case in cases {
        writeln!(
            text,
            "{}\n  {}",
            written(&case.expression),
            written(&case.answer)
        )?;
    }
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(text.as_bytes())?;
    std::fs::write(file(), gzip.finish()?)?;
    Ok(())
}

fn fresh() -> Result<(), Failed> {
    let number = |name: &str| {
        std::env::var(name)
            .ok()
            .and_then(|text| text.parse::<u64>().ok())
    };
    let day = || {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        now.map_or(0, |now| now.as_secs() / 86_400)
    };
    let seed = number("TRUSTFORM_SEED").unwrap_or_else(day);
    let count = number("TRUSTFORM_EXPRESSIONS").unwrap_or(FRESH);
    // Far from the record, and far from the other seeds.
    let start = RECORDED + seed * 1_000_000;
    let mut cases = asked(start..start + count, BTreeSet::new())?;
    cases.retain(|case| !is_told(case));
    let tolerated = usize::try_from(count)? / TOLERATED;
    compared(&cases, tolerated).map_err(|failed| {
        format!(
            "TRUSTFORM_SEED={seed}: {}",
            failed.message().unwrap_or_default()
        )
        .into()
    })
}

/// The expressions of the numbers that were not seen before, with Terraform's answers, but those that break it.
fn asked(numbers: std::ops::Range<u64>, mut seen: BTreeSet<String>) -> Result<Vec<Case>, Failed> {
    let expressions: Vec<String> = numbers
        .map(generator::expression)
        .filter(|expression| seen.insert(expression.clone()))
        .collect();
    let texts: Vec<&str> = expressions.iter().map(String::as_str).collect();
    let answers = oracle::answers(&texts)?;
    let cases = expressions.into_iter().zip(answers);
    let cases = cases.map(|(expression, answer)| Case { expression, answer });
    Ok(cases.filter(|case| case.answer != oracle::BROKEN).collect())
}

/// Whether an expression may differ in the kind of `left.txt` that is frequent: instants at the edge of what there is.
fn is_told(case: &Case) -> bool {
    let mut signs = ["+24:00", "9999-12-31"].into_iter();
    signs.any(|sign| case.expression.contains(sign)) && difference(case).is_some()
}

/// Fails when more than `tolerated` answers differ.
fn compared(cases: &[Case], tolerated: usize) -> Result<(), Failed> {
    let mut different: Vec<&Case> = cases
        .iter()
        .filter(|case| difference(case).is_some())
        .collect();
    different.sort_by_key(|case| case.expression.len());
    if different.len() <= tolerated {
        return Ok(());
    }
    let mut told = format!("{} of {} answers differ", different.len(), cases.len());
    let mut seen = BTreeSet::new();
    for (index, case) in different.into_iter().take(SHOWN).enumerate() {
        let mut case = case.clone();
        if index < SHRUNK && oracle::is_there() {
            case = shrink::shrunk(case);
        }
        if seen.insert(case.expression.clone()) {
            write!(told, "\n\n{}", difference(&case).unwrap_or_default())?;
        }
    }
    Err(told.into())
}
