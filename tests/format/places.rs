//! Where the first syntax error of a damaged file is, beside the real `terraform validate`.

use std::collections::BTreeMap;
use std::path::Path;

use libtest_mimic::{Completion, Failed};
use serde_json::Value;
use trustform::syntax::parse;
use trustform_test_support::terraform::{Terraform, terraform};

use crate::common::project::Project;
use crate::common::without;

/// Summaries of syntax errors; whatever else Terraform says of these files is not about their syntax.
const SUMMARIES: [&str; 40] = [
    "Argument definition required",
    "Argument or block definition required",
    "Attribute redefined",
    "Invalid argument name",
    "Invalid attribute name",
    "Invalid block definition",
    "Invalid character",
    "Invalid escape sequence",
    "Invalid expression",
    "Invalid legacy index syntax",
    "Invalid multi-line string",
    "Invalid number literal",
    "Invalid single-argument block definition",
    "Invalid string literal",
    "Invalid template control keyword",
    "Invalid template directive",
    "Invalid 'for' directive",
    "Invalid 'for' expression",
    "Missing attribute separator",
    "Missing attribute value",
    "Missing argument separator",
    "Missing closing parenthesis",
    "Missing expression",
    "Missing false expression in conditional",
    "Missing function name",
    "Missing item separator",
    "Missing key/value separator",
    "Missing newline after argument",
    "Missing newline after block definition",
    "Missing open parenthesis",
    "Nested splat expression not allowed",
    "Unbalanced parentheses",
    "Unclosed configuration block",
    "Unclosed template interpolation sequence",
    "Unexpected comma after argument",
    "Unexpected end of template",
    "Unsupported operator",
    "Unterminated function call",
    "Unterminated string literal",
    "Unterminated template string",
];

/// Beginnings of further ones, which contain a word of the file.
const BEGINNINGS: [&str; 5] = [
    "Extra characters ",
    "Missing close bracket on ",
    "Unexpected e",
    "Unterminated object",
    "Unterminated tuple",
];

/// The summary and the first byte of an error.
type Told = (String, u64);

/// Compares the first syntax error of each text.
pub(super) fn compare(texts: &[String]) -> Result<Completion, Failed> {
    let terraform = match terraform() {
        Ok(terraform) => terraform,
        Err(missing) => return without(&missing),
    };
    let theirs = theirs(terraform, texts);
    let mut differing = Vec::new();
    for (number, text) in texts.iter().enumerate() {
        let (ours, theirs) = (first_of_ours(text), theirs.get(&number));
        if ours.as_ref() != theirs && !is_known(ours.as_ref(), theirs) {
            differing.push(format!(
                "file {number}\n{text}\n-- terraform\n{theirs:?}\n-- trustform\n{ours:?}\n"
            ));
        }
    }
    if differing.is_empty() {
        return Ok(Completion::Completed);
    }
    let count = differing.len();
    differing.truncate(8);
    let shown = differing.join("\n");
    Err(format!("{count} of {} differ\n{shown}", texts.len()).into())
}

/// Terraform tells of a missing bracket at the next one that it finds, or at the end of the file.
fn is_known(ours: Option<&Told>, theirs: Option<&Told>) -> bool {
    let missing = |(summary, _): &Told| summary.starts_with("Missing close bracket on ");
    theirs.is_some() && ours.is_some_and(missing)
}

fn first_of_ours(text: &str) -> Option<Told> {
    let problem = parse(&text.into()).problems.into_iter().next()?;
    Some((problem.summary.into_owned(), problem.place.start.into()))
}

fn theirs(terraform: &Terraform, texts: &[String]) -> BTreeMap<usize, Told> {
    let project = Project::new();
    for (number, text) in texts.iter().enumerate() {
        project.write(&format!("{number}.tf"), text);
    }
    let mut command = terraform.command(project.path());
    let output = command.args(["validate", "-json"]).output();
    let output = output.expect("a run of terraform");
    let answer: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let mut found: BTreeMap<usize, Told> = BTreeMap::new();
    for diagnostic in answer["diagnostics"].as_array().into_iter().flatten() {
        let summary = diagnostic["summary"].as_str().unwrap_or_default();
        let name = diagnostic["range"]["filename"].as_str().unwrap_or_default();
        let byte = diagnostic["range"]["start"]["byte"].as_u64();
        let number = Path::new(name).file_stem().and_then(|stem| stem.to_str());
        let number = number.and_then(|stem| stem.parse().ok());
        let (Some(number), Some(byte)) = (number, byte.filter(|_| is_syntax(summary))) else {
            continue;
        };
        let told = (summary.to_owned(), byte);
        let first = found.entry(number).or_insert_with(|| told.clone());
        if told.1 < first.1 {
            *first = told;
        }
    }
    found
}

fn is_syntax(summary: &str) -> bool {
    let begins = |beginning: &&str| summary.starts_with(*beginning);
    SUMMARIES.contains(&summary) || BEGINNINGS.iter().any(begins)
}
