//! The lives of `tests/lives/` by both tools: every kind is made, changed in place and replaced in one of them.

use std::fs;
use std::path::Path;

use libtest_mimic::{Completion, Failed, Trial};

use super::core::Core;
use super::played::{Pair, Step};
use crate::common::life::{LIFE, PROMPT};
use crate::common::project::Project;
use crate::common::{folders_in, without};

/// A trial for each life that has configurations without nouns.
pub(super) fn trials() -> Vec<Trial> {
    let lives = folders_in("tests/lives").into_iter();
    lives
        .map(|(name, folder)| {
            Trial::ignorable_test(format!("stub::lives::{name}"), move || match Core::get() {
                Ok(core) => lived(&core, &folder),
                Err(missing) => without(&missing),
            })
        })
        .collect()
}

/// Takes the configurations in the order of the life, and the state of the other tool in turn. A life that has nothing to
/// compare counts as ignored.
fn lived(core: &Core, folder: &Path) -> Result<Completion, Failed> {
    let pair = Pair::new();
    let is_step = |name: &str| Path::new(name).extension().is_some_and(|it| it == "tf");
    for project in [&pair.ours, &pair.theirs] {
        project.copy(folder, |name| name == LIFE || is_step(name));
    }
    let life = fs::read_to_string(folder.join(LIFE))?;
    let uses = life.lines().filter_map(|line| line.strip_prefix(PROMPT));
    let mut steps: Vec<&str> = uses.filter_map(|use_| use_.strip_prefix("use ")).collect();
    steps.dedup();
    let mut compared = false;
    for (index, step) in steps.into_iter().enumerate() {
        pair.write("main.tf", &fs::read_to_string(folder.join(step))?);
        if has_nouns(&pair.ours) {
            continue;
        }
        let failed = |failed: Failed| format!("{step}: {}", failed.message().unwrap_or_default());
        let came = pair.step(core, &[]).map_err(failed)?;
        compared |= matches!(came, Step::Same);
        // Each goes on with the state of the other.
        match came {
            Step::Same if index % 2 == 0 => pair.hands_over(),
            Step::Same => pair.takes_over(),
            Step::Refused | Step::Tied => {}
        }
    }
    if compared {
        return Ok(Completion::Completed);
    }
    Ok(Completion::ignored_with(
        "nouns in every step that is planned",
    ))
}

fn has_nouns(project: &Project) -> bool {
    !project.run(&["expand"]).stdout.is_empty()
}
