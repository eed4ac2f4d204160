//! The formatter over whole repositories, beside the real `terraform fmt`: the same files are out of form, and the same
//! bytes come of them.

use std::collections::BTreeSet;

use libtest_mimic::{Completion, Failed, Trial};
use trustform_test_support::terraform::terraform;

use super::Cases;
use super::sources::{Sources, Unavailable};
use crate::common::project::{Project, Ran, files, ran};
use crate::common::without;

/// A trial for each repository at each commit that a case or the registry names.
pub fn trials(cases: &Cases) -> Vec<Trial> {
    let used = cases
        .cases
        .iter()
        .map(|case| (&case.repository, &case.r#ref));
    let registered = cases.registry.values();
    let registered =
        registered.flat_map(|module| module.tags.iter().map(|tag| (&module.repository, tag)));
    let all: BTreeSet<(&String, &String)> = used.chain(registered).collect();
    let trial = |(repository, commit): (&String, &String)| {
        let (repository, commit) = (repository.clone(), commit.clone());
        let short = commit.get(..12).unwrap_or(&commit);
        let name = format!("real_modules::format::{repository}@{short}");
        Trial::ignorable_test(name, move || compare(&repository, &commit))
    };
    all.into_iter().map(trial).collect()
}

fn compare(repository: &str, commit: &str) -> Result<Completion, Failed> {
    let terraform = match terraform() {
        Ok(terraform) => terraform,
        Err(missing) => return without(&missing),
    };
    let (ours, theirs) = (Project::new(), Project::new());
    for project in [&ours, &theirs] {
        let put = Sources::find()
            .and_then(|sources| sources.check_out(repository, commit, project.path()));
        if let Err(Unavailable(reason)) = put {
            return Ok(Completion::ignored_with(reason));
        }
    }
    let run = |words: &[&str]| {
        let their = ran(terraform.command(theirs.path()).args(words).output());
        (ours.run(words), their)
    };
    let (our, their) = run(&["fmt", "-check", "-recursive"]);
    same(&our, &their)?;
    run(&["fmt", "-recursive"]);
    for path in files(ours.path()) {
        let name = path.strip_prefix(ours.path()).expect("a file of ours");
        let theirs = std::fs::read(theirs.path().join(name)).unwrap_or_default();
        if std::fs::read(&path)? != theirs {
            return Err(format!("{} comes out otherwise", name.display()).into());
        }
    }
    Ok(Completion::Completed)
}

/// Both name the same files, and end alike.
fn same(our: &Ran, their: &Ran) -> Result<(), Failed> {
    let listed = |ran: &Ran| {
        ran.stdout
            .lines()
            .map(str::to_owned)
            .collect::<BTreeSet<_>>()
    };
    if listed(our) == listed(their) && our.code == their.code {
        return Ok(());
    }
    Err(format!("ours: {our}\nTerraform's: {their}").into())
}
