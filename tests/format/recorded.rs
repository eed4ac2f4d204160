//! Files before and after, a pair a rule: `NAME.in.tf` and `NAME.out.tf`; adding one takes no Rust.
//!
//! `cargo cases format:: -- --update` writes the second ones, as Terraform has them.

use std::fs;
use std::path::{Path, PathBuf};

use libtest_mimic::{Failed, Trial};
use trustform_test_support::terraform::terraform;

use super::live::{compare, theirs};
use super::ours;
use crate::common::{UPDATE, repository};

pub(super) fn trials() -> Vec<Trial> {
    let update = std::env::args().any(|argument| argument == UPDATE);
    if update {
        return vec![Trial::test("format::cases", record)];
    }
    let mut trials: Vec<Trial> = inputs()
        .into_iter()
        .map(|path| {
            Trial::test(format!("format::cases::{}", case(&path)), move || {
                check(&path)
            })
        })
        .collect();
    trials.push(Trial::ignorable_test("format::cases::terraform", || {
        compare(&texts(&inputs()))
    }));
    trials.push(Trial::ignorable_test(
        "format::repository::terraform",
        || compare(&texts(&of_the_repository())),
    ));
    trials
}

fn inputs() -> Vec<PathBuf> {
    files(&repository().join("tests/format/cases"), ".in.tf")
}

/// Without what was written to break a formatter: the real one takes minutes over it.
fn of_the_repository() -> Vec<PathBuf> {
    let folders = ["examples", "src/prelude", "tests"];
    let files = folders.map(|folder| files(&repository().join(folder), ".tf"));
    let broken = repository().join("tests/fuzz/found");
    let files = files.into_iter().flatten();
    files.filter(|path| !path.starts_with(&broken)).collect()
}

fn texts(paths: &[PathBuf]) -> Vec<(String, String)> {
    let read = |path: &PathBuf| {
        let text = fs::read_to_string(path).expect("a file of the repository");
        (path.display().to_string(), text)
    };
    paths.iter().map(read).collect()
}

/// The files below a folder whose names end so, sorted.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of the repository") {
            let path = entry.expect("an entry of it").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn case(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.trim_end_matches(".in.tf").to_owned()
}

fn golden(path: &Path) -> PathBuf {
    path.with_file_name(format!("{}.out.tf", case(path)))
}

fn check(path: &Path) -> Result<(), Failed> {
    let text = fs::read_to_string(path)?;
    let expected = fs::read_to_string(golden(path))?;
    let found = ours(&text);
    if found == expected {
        return Ok(());
    }
    let difference = trustform::format::difference(&case(path), &expected, &found);
    Err(Failed::from(difference))
}

fn record() -> Result<(), Failed> {
    let terraform = terraform().map_err(|missing| missing.to_string())?;
    let paths = inputs();
    let texts: Vec<String> = texts(&paths).into_iter().map(|(_, text)| text).collect();
    for (path, theirs) in paths.iter().zip(theirs(terraform, &texts)) {
        let text = theirs.map_err(|_| format!("{} is refused", path.display()))?;
        fs::write(golden(path), text)?;
    }
    Ok(())
}
