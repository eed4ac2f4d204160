//! The table of `docs/language/real-modules.md`, which is made from the cases and their results.

use std::fmt::Write as _;
use std::fs;

use libtest_mimic::Failed;

use super::{Case, FOLDER, cases, updates};
use crate::common::repository;

const PAGE: &str = "docs/language/real-modules.md";
const START: &str = "<!-- Made by `cargo cases real_modules::page -- --update`. -->\n";
const END: &str = "<!-- End of what is made. -->\n";

/// Compares the table with the results, or writes it.
pub fn check() -> Result<(), Failed> {
    let path = repository().join(PAGE);
    let page = fs::read_to_string(&path)?;
    let (before, rest) = page.split_once(START).ok_or("no table begins")?;
    let (written, after) = rest.split_once(END).ok_or("no table ends")?;
    let table = table();
    if updates() {
        return Ok(fs::write(
            path,
            format!("{before}{START}{table}{END}{after}"),
        )?);
    }
    if written == table {
        return Ok(());
    }
    Err(format!("{PAGE} does not say what came of the cases; it should say\n{table}").into())
}

fn table() -> String {
    let mut table = "\n| repository | what is run | instances | plan, apply, second plan, destroy |\n|---|---|--:|---|\n"
        .to_owned();
    for case in cases().cases {
        let path = format!("{FOLDER}/results/{}.txt", case.name);
        let result = fs::read_to_string(repository().join(path)).unwrap_or_default();
        let (instances, came_of_it) = told(&result);
        writeln!(
            table,
            "| {} {} | {} | {instances} | {came_of_it} |",
            case.repository,
            case.r#ref.get(..12).unwrap_or(&case.r#ref),
            what(&case)
        )
        .expect("text");
    }
    table.push('\n');
    table
}

/// Which configuration it is, and what of it is ours.
fn what(case: &Case) -> String {
    let mut what = match &case.root {
        Some(root) => format!("root of ours: `roots/{root}`"),
        None if case.folder.is_empty() => "the module itself".to_owned(),
        None => format!("its own `{}`", case.folder),
    };
    if let Some(beside) = &case.beside {
        write!(what, ", with files of `roots/{beside}`").expect("text");
    }
    if case
        .arguments
        .iter()
        .any(|argument| argument.starts_with("-target"))
    {
        what.push_str(", with `-target`");
    }
    what
}

/// The number of instances, and the rest in a sentence.
fn told(result: &str) -> (String, String) {
    let after = |start: &str| result.lines().find_map(|line| line.strip_prefix(start));
    if let Some(instances) = after("instances: ") {
        let planned = after("plan: ").unwrap_or_default();
        let planned = planned.split(" to add").next().unwrap_or_default();
        return (
            instances.to_owned(),
            format!("all four; {planned} objects made"),
        );
    }
    let refused = result
        .lines()
        .find_map(|line| line.strip_suffix(": refused"));
    let why: Vec<String> = result
        .lines()
        .filter_map(|line| line.strip_prefix("  "))
        .map(|name| {
            let is_type = !name.contains(' ');
            if is_type {
                format!("`{name}`")
            } else {
                name.to_owned()
            }
        })
        .collect();
    let command = refused.unwrap_or("nothing");
    (
        String::new(),
        format!("`{command}` refuses: {}", why.join(", ")),
    )
}
