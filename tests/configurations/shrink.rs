//! Makes a case smaller as long as the two tools differ about it in the same respect.

use super::answer::{Difference, answers, difference};
use super::case::{Case, Step};
use super::{oracle, ours};
use std::collections::BTreeSet;
use trustform_test_support::terraform::Terraform;

/// How often all that may be cut is gone through.
const ROUNDS: usize = 4;

/// The smallest case that was found, and the difference.
pub(super) fn shrunk(
    terraform: &Terraform,
    case: Case,
    difference: Difference,
) -> (Case, Difference) {
    shrunk_by(case, difference, |case| differs(terraform, case))
}

/// The same where `differs` tells how the tools differ about a case.
pub(crate) fn shrunk_by(
    case: Case,
    difference: Difference,
    differs: impl Fn(&Case) -> Option<Difference>,
) -> (Case, Difference) {
    let mut smallest = (case, difference);
    for _ in 0..ROUNDS {
        let mut smaller = false;
        for cut in cuts(&smallest.0) {
            let Some(case) = cut.made(&smallest.0) else {
                continue;
            };
            if let Some(found) = differs(&case)
                && found.respect() == smallest.1.respect()
            {
                smallest = (case, found);
                smaller = true;
            }
        }
        if !smaller {
            break;
        }
    }
    smallest
}

/// How the tools differ about a case.
fn differs(terraform: &Terraform, case: &Case) -> Option<Difference> {
    let theirs = answers(&oracle::run(terraform, case).ok()?);
    difference(&theirs, &ours::run(case).ok()?)
}

/// Something that a smaller case goes without.
enum Cut {
    Step(usize),
    Argument(String),
    Variable(String),
    File(String),
    /// A block of a file, by its first line, with all that is in it.
    Block(String, String),
    /// A line of a file.
    Line(String, String),
    /// What stands behind `=` on a line, for which something trivial is put.
    Value(String, String, &'static str),
}

/// Everything that may be cut, what is large first.
fn cuts(case: &Case) -> Vec<Cut> {
    let mut found = Vec::new();
    found.extend((0..case.steps.len()).map(Cut::Step));
    let (mut files, mut blocks, mut lines) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for step in &case.steps {
        found.extend(step.arguments.iter().cloned().map(Cut::Argument));
        found.extend(step.environment.keys().cloned().map(Cut::Variable));
        for (path, text) in &step.files {
            files.insert(path.clone());
            for line in text.lines() {
                let indent = line.len() - line.trim_start().len();
                let entry = (indent, path.clone(), line.to_owned());
                if line.ends_with('{') {
                    blocks.insert(entry);
                } else if line.trim() != "}" {
                    lines.insert(entry);
                }
            }
        }
    }
    found.extend(files.into_iter().map(Cut::File));
    let block = |(_, path, line)| Cut::Block(path, line);
    found.extend(blocks.into_iter().map(block));
    let line = |(_, path, line): &(usize, String, String)| Cut::Line(path.clone(), line.clone());
    found.extend(lines.iter().map(line));
    for (_, path, line) in lines {
        for trivial in ["1", "\"a\"", "[]", "{}", "true"] {
            found.push(Cut::Value(path.clone(), line.clone(), trivial));
        }
    }
    found
}

impl Cut {
    /// The case without it; none when that is no smaller.
    fn made(&self, case: &Case) -> Option<Case> {
        let mut smaller = case.clone();
        match self {
            Cut::Step(index) if case.steps.len() > 1 && *index < case.steps.len() => {
                smaller.steps.remove(*index);
            }
            Cut::Step(_) => return None,
            Cut::Argument(_)
            | Cut::Variable(_)
            | Cut::File(_)
            | Cut::Block(..)
            | Cut::Line(..)
            | Cut::Value(..) => {
                for step in &mut smaller.steps {
                    self.make(step);
                }
            }
        }
        let size = |case: &Case| case.to_string().len();
        (smaller != *case && size(&smaller) < size(case)).then_some(smaller)
    }

    fn make(&self, step: &mut Step) {
        match self {
            Cut::Step(_) => {}
            Cut::Argument(argument) => step.arguments.retain(|one| one != argument),
            Cut::Variable(name) => {
                step.environment.remove(name);
            }
            Cut::File(path) => {
                step.files.remove(path);
            }
            Cut::Block(path, first) => edit(step, path, |text| without_block(text, first)),
            Cut::Line(path, line) => edit(step, path, |text| {
                let kept = text.lines().filter(|one| one != line);
                kept.flat_map(|line| [line, "\n"]).collect()
            }),
            Cut::Value(path, line, trivial) => edit(step, path, |text| {
                let Some((name, _)) = line.split_once(" = ") else {
                    return text.to_owned();
                };
                text.replace(&format!("{line}\n"), &format!("{name} = {trivial}\n"))
            }),
        }
    }
}

fn edit(step: &mut Step, path: &str, change: impl Fn(&str) -> String) {
    if let Some(text) = step.files.get_mut(path) {
        *text = change(text);
    }
}

/// The text without the block of a first line, which ends with a brace on the same column.
fn without_block(text: &str, first: &str) -> String {
    let indent = first.len() - first.trim_start().len();
    let end = format!("{:indent$}}}", "");
    let (mut kept, mut within) = (String::new(), false);
    for line in text.lines() {
        if !within && line == first {
            within = true;
        } else if within {
            within = line != end;
        } else {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}
