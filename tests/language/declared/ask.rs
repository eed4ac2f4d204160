//! The answers of a program: each case has a file and perhaps a module of its own, many of them in a folder.

use super::super::answer::values_of_plan;
use libtest_mimic::Failed;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

/// How many cases are asked about at once.
const BATCH: usize = 250;

/// What is answered where a program breaks.
const BROKEN: &str = "broken";

/// The answers of a program to cases.
pub(super) fn answers(program: &OsStr, cases: &[String]) -> Result<Vec<String>, Failed> {
    let mut answers = Vec::with_capacity(cases.len());
    for batch in cases.chunks(BATCH) {
        answers.extend(of_batch(program, batch)?);
    }
    Ok(answers)
}

/// The answers of a batch; should the program break, those of its halves.
fn of_batch(program: &OsStr, cases: &[String]) -> Result<Vec<String>, Failed> {
    if let Some(answers) = asked(program, cases)? {
        return Ok(answers);
    }
    if cases.len() < 2 {
        return Ok(vec![BROKEN.to_owned()]);
    }
    let (first, second) = cases.split_at(cases.len() / 2);
    let mut answers = of_batch(program, first)?;
    answers.extend(of_batch(program, second)?);
    Ok(answers)
}

type Errors = BTreeMap<usize, BTreeSet<String>>;

fn asked(program: &OsStr, cases: &[String]) -> Result<Option<Vec<String>>, Failed> {
    let mut errors = Errors::new();
    let folder = loop {
        let folder = tempfile::tempdir()?;
        let wanted = (0..cases.len()).filter(|index| !errors.contains_key(index));
        let texts = write(folder.path(), cases, wanted)?;
        let mut arguments = vec!["plan".to_owned(), "-json".into(), "-out=p".into()];
        arguments.extend(texts);
        let plan = run(program, folder.path(), &arguments)?;
        let found = told(&plan);
        if found.is_empty() {
            break folder;
        }
        if found.keys().all(|index| errors.contains_key(index)) {
            return Ok(None);
        }
        errors.extend(found);
    };
    let shown = run(
        program,
        folder.path(),
        &["show".to_owned(), "-json".into(), "p".into()],
    )?;
    let Ok(shown) = serde_json::from_str::<Json>(&shown) else {
        return Ok(None);
    };
    let value = values_of_plan(&shown);
    let answer = |index: usize| match errors.get(&index) {
        Some(errors) => {
            let errors: Vec<&str> = errors.iter().map(String::as_str).collect();
            format!("error {}", errors.join("; "))
        }
        None => value(index),
    };
    Ok(Some((0..cases.len()).map(answer).collect()))
}

/// Writes the wanted cases; what stands on the command line for them is returned.
fn write(
    folder: &Path,
    cases: &[String],
    wanted: impl Iterator<Item = usize>,
) -> Result<Vec<String>, Failed> {
    let (mut values, mut texts) = (String::new(), Vec::new());
    let mut modules = vec![json!({ "Key": "", "Source": "", "Dir": "." })];
    std::fs::write(
        folder.join("main.tf"),
        "resource \"terraform_data\" \"u\" {\n  input = \"x\"\n}\n",
    )?;
    for index in wanted {
        let case = &cases[index];
        let (kind, rest) = case.split_once(' ').ok_or("a kind")?;
        let (ty, rest) = rest.split_once(" <- ").ok_or("a value")?;
        let (value, asked) = rest.split_once(" => ").unwrap_or((rest, "v"));
        let nullable = if kind.ends_with('!') {
            "  nullable = false\n"
        } else {
            ""
        };
        let kind = kind.trim_end_matches('!');
        let mut declared = format!("  type = {ty}\n{nullable}");
        if kind == "default" {
            writeln!(declared, "  default = {value}")?;
        }
        let (name, root) = match kind {
            "argument" => (format!("module.m{index}.v"), String::new()),
            _ => (
                format!("var.v{index}"),
                format!("variable \"v{index}\" {{\n{declared}}}\n"),
            ),
        };
        let asked = over(asked, &name);
        let mut text = format!(
            "resource \"terraform_data\" \"c{index}\" {{\n  input = [{asked}]\n}}\noutput \"t{index}\" {{\n  sensitive = true\n  \
             value = [true ? null : {asked}]\n}}\n{root}"
        );
        match kind {
            "file" => writeln!(values, "v{index} = {value}")?,
            "text" => texts.push(format!("-var=v{index}={}", value.trim_matches('"'))),
            "argument" => {
                writeln!(
                    text,
                    "module \"m{index}\" {{\n  source = \"./m{index}\"\n  v = {value}\n}}"
                )?;
                let inner = folder.join(format!("m{index}"));
                std::fs::create_dir(&inner)?;
                let module = format!(
                    "variable \"v\" {{\n{declared}}}\noutput \"v\" {{\n  value = var.v\n}}\n"
                );
                std::fs::write(inner.join(format!("m{index}.tf")), module)?;
                let (key, source) = (format!("m{index}"), format!("./m{index}"));
                modules.push(json!({ "Key": key, "Source": source, "Dir": key }));
            }
            _ => {}
        }
        std::fs::write(folder.join(format!("c{index}.tf")), text)?;
    }
    std::fs::write(folder.join("terraform.tfvars"), values)?;
    std::fs::create_dir_all(folder.join(".terraform/modules"))?;
    let modules = json!({ "Modules": modules }).to_string();
    std::fs::write(folder.join(".terraform/modules/modules.json"), modules)?;
    Ok(texts)
}

/// An expression over `v` as one over another name.
fn over(expression: &str, name: &str) -> String {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '"');
    let mut text = String::new();
    let mut before = ' ';
    let mut letters = expression.chars().peekable();
    while let Some(letter) = letters.next() {
        let alone = !is_part(before) && !letters.peek().copied().is_some_and(is_part);
        if letter == 'v' && alone {
            text.push_str(name);
        } else {
            text.push(letter);
        }
        before = letter;
    }
    text
}

/// The errors that a plan told, by the numbers of their cases, each with a place that is the same for all numbers.
fn told(plan: &str) -> Errors {
    let mut errors = Errors::new();
    for line in plan.lines() {
        let message: Json = serde_json::from_str(line).unwrap_or_default();
        let diagnostic = &message["diagnostic"];
        if diagnostic["severity"] != json!("error") {
            continue;
        }
        let summary = diagnostic["summary"].as_str().unwrap_or_default();
        let file = diagnostic["range"]["filename"].as_str().unwrap_or_default();
        let start = &diagnostic["range"]["start"];
        let line = start["line"].as_u64().unwrap_or_default();
        let is_other = |c: char| !c.is_ascii_digit();
        let digits = match file.strip_suffix(".tf") {
            Some(name) => name.rsplit(is_other).next(),
            // In the file of values the names have the numbers.
            None => diagnostic["snippet"]["code"]
                .as_str()
                .and_then(|code| code.split(is_other).find(|digits| !digits.is_empty())),
        };
        let digits = digits.unwrap_or_default();
        let index = digits.parse().unwrap_or(usize::MAX);
        let kind = match file {
            file if file.starts_with('c') => format!("c:{line}"),
            file if file.starts_with('m') => format!("m:{line}"),
            _ => "values".to_owned(),
        };
        errors
            .entry(index)
            .or_default()
            .insert(format!("{kind} {summary}"));
    }
    errors
}

fn run(program: &OsStr, folder: &Path, arguments: &[String]) -> Result<String, Failed> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("TF_CLI_CONFIG_FILE", "/dev/null")
        .env("CHECKPOINT_DISABLE", "1")
        .output()?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
