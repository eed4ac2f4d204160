//! The catalogue of mistakes that are found before apply: each is told with its mistake and not without, and has a page.
//!
//! A folder of `tests/catalogue/` is a code: `about.md`, `fails.tf` (or a manifest, `fails.yaml`), `mended.tf`, and
//! `life.txt` with what is run after the lines `-- Fails` and `-- Mended`, written as `tests/lives/README.md` says.
//! `cargo cases catalogue -- --update` writes the transcripts and the pages of `docs/diagnostics` again.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use libtest_mimic::{Failed, Trial};
use serde_json::Value as Json;
use trustform::diagnostic::Code;

use crate::common::catalogue::{self, Mistake};
use crate::common::project::Project;
use crate::common::{UPDATE, finds_nothing, folders_in, life, repository};

/// Where the pages are.
const PAGES: &str = "docs/diagnostics";

/// The page that lists them.
const INDEX: &str = "README.md";

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    let folders = folders_in("tests/catalogue").into_iter();
    let mistakes = folders.map(|(name, folder)| {
        Trial::test(format!("catalogue::{name}"), move || check(&name, &folder))
    });
    let mut trials: Vec<Trial> = mistakes.collect();
    trials.push(Trial::test("catalogue::in_streams", in_streams));
    trials.push(finds_nothing("catalogue::is_whole", lacking));
    trials.push(finds_nothing("catalogue::pages", compare));
    trials
}

/// Runs both sides of a mistake, and whether its code appears on one alone.
fn check(name: &str, folder: &PathBuf) -> Result<(), Failed> {
    life::check(folder, updates())?;
    let mistake = Mistake::read(name, folder)?;
    if updates() {
        put(&file_of(&mistake), &catalogue::page(&mistake));
    }
    mistake
        .problem()
        .map_or(Ok(()), |problem| Err(problem.into()))
}

/// Programs get the code, and the line that is to be changed.
fn in_streams() -> Result<(), Failed> {
    let folder = repository().join("tests/catalogue/T01");
    let project = Project::new();
    project.copy(&folder, |name| name != "sandbox.json");
    let text = fs::read_to_string(folder.join("fails.tf"))?;
    project.write("main.tf", &text);
    let ran = project.run(&["-sandbox", "plan", "-json"]);
    let messages = ran.stdout.lines().map(serde_json::from_str::<Json>);
    let messages: Vec<Json> = messages.collect::<Result<_, _>>()?;
    let told = messages.iter().map(|message| &message["diagnostic"]);
    let told: Vec<&Json> = told.filter(|one| one["code"] == "T01").collect();
    let line = text
        .lines()
        .take_while(|line| !line.contains("}:sub"))
        .count()
        + 1;
    let places: Vec<&Json> = told
        .iter()
        .map(|one| &one["range"]["start"]["line"])
        .collect();
    if places == [&Json::from(line)] {
        return Ok(());
    }
    Err(format!("T01 is to be told once, at line {line}: {told:#?}").into())
}

/// The codes that have no folder.
fn lacking() -> Vec<String> {
    let folders: BTreeSet<String> = folders_in("tests/catalogue")
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    let codes = catalogue::codes().map(Code::name);
    codes
        .filter(|name| !folders.contains(*name))
        .map(|name| format!("tests/catalogue/{name} is missing"))
        .collect()
}

/// Compares the pages with what they have to be, or writes them.
fn compare() -> Vec<String> {
    let (mistakes, problems): (Vec<_>, Vec<_>) =
        catalogue::all().into_iter().partition(Result::is_ok);
    let mistakes: Vec<Mistake> = mistakes.into_iter().flatten().collect();
    let mut differing: Vec<String> = problems.into_iter().filter_map(Result::err).collect();
    let wanted = wanted(&mistakes);
    let present = present();
    if updates() {
        // The page of a mistake is written with its transcript, which may be written at this moment.
        put(INDEX, &catalogue::index(mistakes.iter()));
        for name in present.keys().filter(|name| !wanted.contains_key(*name)) {
            fs::remove_file(repository().join(PAGES).join(name)).expect("a page that is removed");
        }
        return differing;
    }
    let names: BTreeSet<&String> = wanted.keys().chain(present.keys()).collect();
    let stale = names.into_iter();
    differing.extend(
        stale
            .filter(|name| wanted.get(*name) != present.get(*name))
            .map(|name| format!("{PAGES}/{name} is not what its folder says; `cargo cases catalogue -- {UPDATE}` writes it")),
    );
    differing
}

/// The name of the page of a mistake.
fn file_of(mistake: &Mistake) -> String {
    format!("{}.md", mistake.code.name())
}

/// The pages as they have to be, by the name of their file.
fn wanted(mistakes: &[Mistake]) -> BTreeMap<String, String> {
    let pages = mistakes
        .iter()
        .map(|mistake| (file_of(mistake), catalogue::page(mistake)));
    let index = (INDEX.to_owned(), catalogue::index(mistakes.iter()));
    pages.chain([index]).collect()
}

fn present() -> BTreeMap<String, String> {
    let entries = fs::read_dir(repository().join(PAGES));
    let entries = entries.into_iter().flatten().flatten();
    entries
        .map(|entry| {
            let text = fs::read_to_string(entry.path()).expect("a page");
            (entry.file_name().to_string_lossy().into_owned(), text)
        })
        .collect()
}

fn put(name: &str, text: &str) {
    let folder = repository().join(PAGES);
    fs::create_dir_all(&folder).expect("the folder of pages");
    fs::write(folder.join(name), text).expect("a page that is written");
}

fn updates() -> bool {
    std::env::args().any(|argument| argument == UPDATE)
}
