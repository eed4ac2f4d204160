//! Values of variables against the types that are declared for them, beside Terraform.
//!
//! [`draw`] makes up types and values that fit them, nearly fit or do not: as defaults, in a file of values, on the command
//! line, and as arguments of a module. [`ask`] gives them to either program, which says what the variable is worth, or why
//! not. `declared.gz` holds Terraform's answers; `declared.txt` names the cases that are answered otherwise, each kind below
//! a heading that says why. `TRUSTFORM_RECORD=1 cargo cases language::declared::record` makes the record anew.

mod ask;
mod draw;

use super::answer::{Case, cases, written};
use super::oracle;
use crate::common::repository;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use libtest_mimic::{Failed, Trial};
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::path::PathBuf;

/// How many cases are recorded.
const RECORDED: u64 = 1_500;

/// How many fresh cases are tried.
const FRESH: u64 = 300;

/// Of the fresh cases one in so many may differ, as those of `declared.txt` do.
const TOLERATED: usize = 100;

/// The trials: the record, and fresh cases where Terraform is there.
pub(super) fn trials() -> Vec<Trial> {
    let mut trials = vec![Trial::test("language::declared::recorded", recorded)];
    if oracle::is_there() {
        trials.push(Trial::test("language::declared::fresh", fresh));
        if std::env::var_os("TRUSTFORM_RECORD").is_some() {
            trials.push(Trial::test("language::declared::record", record));
        }
    }
    trials
}

fn file(name: &str) -> PathBuf {
    repository().join("tests/language").join(name)
}

fn recorded() -> Result<(), Failed> {
    let mut text = String::new();
    GzDecoder::new(std::fs::File::open(file("declared.gz"))?).read_to_string(&mut text)?;
    let cases: Vec<Case> = cases(&text).into_iter().map(|(_, case)| case).collect();
    if cases.len() < usize::try_from(RECORDED)? * 9 / 10 {
        return Err(format!("only {} cases are recorded", cases.len()).into());
    }
    let known = std::fs::read_to_string(file("declared.txt"))?;
    let is_known = |case: &Case| known.lines().any(|line| line == case.expression);
    let (known, cases): (Vec<Case>, Vec<Case>) = cases.into_iter().partition(is_known);
    compared(&cases, 0)?;
    let mended = known.len() - different(&known)?.len();
    if mended > 0 {
        return Err(format!("{mended} cases of declared.txt no longer differ").into());
    }
    Ok(())
}

fn fresh() -> Result<(), Failed> {
    let number = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?;
    let seed = number("TRUSTFORM_SEED").unwrap_or(now.as_secs() / 86_400);
    let count = number("TRUSTFORM_EXPRESSIONS").unwrap_or(FRESH);
    let start = RECORDED + seed * 1_000_000;
    let cases = asked(start..start + count)?;
    compared(&cases, usize::try_from(count)? / TOLERATED).map_err(|failed| {
        let told = failed.message().unwrap_or_default();
        format!("TRUSTFORM_SEED={seed}: {told}").into()
    })
}

fn record() -> Result<(), Failed> {
    let mut text = String::from("# Made-up values of declared types, with Terraform's answers.\n");
    for case in asked(0..RECORDED)? {
        writeln!(text, "{}\n  {}", case.expression, written(&case.answer))?;
    }
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(text.as_bytes())?;
    std::fs::write(file("declared.gz"), gzip.finish()?)?;
    Ok(())
}

/// The cases of numbers with Terraform's answers.
fn asked(numbers: std::ops::Range<u64>) -> Result<Vec<Case>, Failed> {
    let texts: Vec<String> = numbers.map(draw::case).collect();
    let answers = ask::answers("terraform".as_ref(), &texts)?;
    let cases = texts.into_iter().zip(answers);
    let cases = cases.map(|(expression, answer)| Case { expression, answer });
    Ok(cases.collect())
}

/// The cases that we answer otherwise, each with our answer.
fn different(cases: &[Case]) -> Result<Vec<(&Case, String)>, Failed> {
    let texts: Vec<String> = cases.iter().map(|case| case.expression.clone()).collect();
    let ours = ask::answers(env!("CARGO_BIN_EXE_trustform").as_ref(), &texts)?;
    let pairs = cases.iter().zip(ours);
    Ok(pairs.filter(|(case, ours)| case.answer != *ours).collect())
}

fn compared(cases: &[Case], tolerated: usize) -> Result<(), Failed> {
    let mut different = different(cases)?;
    different.sort_by_key(|(case, _)| case.expression.len());
    if different.len() <= tolerated {
        return Ok(());
    }
    let mut told = format!("{} of {} answers differ", different.len(), cases.len());
    for (case, ours) in different {
        write!(told, "\n\n{}\n  {}\n  {ours}", case.expression, case.answer)?;
    }
    Err(told.into())
}
