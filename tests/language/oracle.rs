//! Terraform's answers.
//!
//! Each expression is the argument of a resource, which shows its parts, and stands in an output that gives its type.
//! A plan that fails gives the errors; it is made again without the expressions that failed.

use super::answer::{of_errors, values_of_plan};
use super::surroundings::{configuration, templates};
use libtest_mimic::Failed;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::LazyLock;

/// What is answered for an expression that makes Terraform itself break, or that has a value but none it can store, as
/// infinity.
pub(super) const BROKEN: &str = "broken";

/// What stands in the place of a summary where a value cannot be stored.
const UNSTORABLE: &str = "unstorable";

/// How many expressions are asked about at once. Terraform reads the whole file again for each mistake that it tells.
const BATCH: usize = 150;

type Errors = BTreeMap<usize, BTreeSet<(Option<usize>, String)>>;

/// Whether `terraform` is on the PATH.
pub(super) fn is_there() -> bool {
    static THERE: LazyLock<bool> =
        LazyLock::new(|| Command::new("terraform").arg("version").output().is_ok());
    *THERE
}

/// The answer to each expression.
pub(super) fn answers(expressions: &[&str]) -> Result<Vec<String>, Failed> {
    let mut answers = Vec::with_capacity(expressions.len());
    for batch in expressions.chunks(BATCH) {
        answers.extend(batch_of(batch)?);
    }
    Ok(answers)
}

/// The answers of a batch; should Terraform break, those of its halves.
fn batch_of(expressions: &[&str]) -> Result<Vec<String>, Failed> {
    if let Some(answers) = asked(expressions)? {
        return Ok(answers);
    }
    if expressions.len() < 2 {
        return Ok(vec![BROKEN.to_owned()]);
    }
    let (first, second) = expressions.split_at(expressions.len() / 2);
    let mut answers = batch_of(first)?;
    answers.extend(batch_of(second)?);
    Ok(answers)
}

fn asked(expressions: &[&str]) -> Result<Option<Vec<String>>, Failed> {
    let folder = tempfile::tempdir()?;
    for (name, content) in templates() {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(folder.path()))?;
        std::fs::write(path, content)?;
    }
    let mut errors = Errors::new();
    loop {
        let wanted: Vec<usize> = (0..expressions.len())
            .filter(|index| !errors.contains_key(index))
            .collect();
        let Some(found) = plan(folder.path(), expressions, &wanted)? else {
            return Ok(None);
        };
        if found.is_empty() {
            break;
        }
        errors.extend(found);
    }
    let shown = terraform(folder.path(), &["show", "-json", "p"])?;
    let Ok(shown) = serde_json::from_slice::<Json>(&shown.stdout) else {
        return Ok(None);
    };
    let value = values_of_plan(&shown);
    let answer = |index: usize| match errors.get(&index) {
        Some(errors) if errors.iter().any(|(_, summary)| summary == UNSTORABLE) => {
            BROKEN.to_owned()
        }
        Some(errors) => of_errors(errors),
        None => value(index),
    };
    Ok(Some((0..expressions.len()).map(answer).collect()))
}

/// Where an expression stands in the configuration.
struct Place {
    line: usize,
    byte: usize,
    index: usize,
    /// Whether errors are taken from here; each expression stands in two places.
    counts: bool,
}

/// Plans the wanted expressions; the errors of each, or `None` when Terraform breaks.
fn plan(folder: &Path, expressions: &[&str], wanted: &[usize]) -> Result<Option<Errors>, Failed> {
    let mut text = configuration();
    let mut places = Vec::new();
    let mut line = text.lines().count() + 1;
    let mut add = |more: String, index: usize, counts: bool, before: usize| {
        let byte = text.len() + before;
        places.push(Place {
            line,
            byte,
            index,
            counts,
        });
        line += more.matches('\n').count();
        text.push_str(&more);
    };
    for index in wanted {
        let expression = expressions.get(*index).copied().unwrap_or_default();
        let before = format!("resource \"terraform_data\" \"c{index}\" {{\n  input = [");
        let start = before.len();
        add(before + expression + "]\n}\n", *index, true, start);
        let ty = format!(
            "output \"t{index}\" {{\n  sensitive = true\n  value = [true ? null : {expression}]\n}}\n"
        );
        add(ty, *index, false, 0);
    }
    std::fs::write(folder.join("main.tf"), text)?;
    let output = terraform(folder, &["plan", "-json", "-out=p"])?;
    let mut errors = Errors::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let message: Json = serde_json::from_str(line).unwrap_or_default();
        if message["diagnostic"]["severity"] != json!("error") {
            continue;
        }
        let summary = message["diagnostic"]["summary"]
            .as_str()
            .unwrap_or_default();
        if let Some(index) = unstorable(summary) {
            errors.insert(index, BTreeSet::from([(None, UNSTORABLE.to_owned())]));
            continue;
        }
        let start = &message["diagnostic"]["range"]["start"];
        let number = |name: &str| start[name].as_u64().and_then(|n| usize::try_from(n).ok());
        let at = number("line").unwrap_or_default();
        let place = places.iter().rev().find(|place| place.line <= at);
        let place = place.ok_or_else(|| format!("not about an expression: {line}"))?;
        let byte = number("byte").and_then(|byte| byte.checked_sub(place.byte));
        if place.counts {
            errors
                .entry(place.index)
                .or_default()
                .insert((byte, summary.to_owned()));
        }
    }
    if errors.is_empty() && !output.status.success() {
        return Ok(None);
    }
    Ok(Some(errors))
}

/// The expression whose value could not be stored, from what is told without a place.
fn unstorable(summary: &str) -> Option<usize> {
    let told = summary.strip_prefix("failed to encode terraform_data.c")?;
    told.split_once(' ')?.0.parse().ok()
}

/// What a command of Terraform in a folder puts out.
pub(super) fn terraform(folder: &Path, arguments: &[&str]) -> Result<Output, Failed> {
    let output = Command::new("terraform")
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("TF_CLI_CONFIG_FILE", "/dev/null")
        .env("CHECKPOINT_DISABLE", "1")
        .output()?;
    Ok(output)
}
