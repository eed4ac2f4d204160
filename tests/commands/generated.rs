//! `plan -generate-config-out`: what is written for an object is what it would have come from, for every type that can
//! be imported.

use std::collections::BTreeSet;
use std::fs;

use libtest_mimic::Trial;
use trustform::address::ResourceMode;
use trustform::provider::registry::Registry;
use trustform::schema::Schemas as _;
use trustform_state::backend::Backend as _;
use trustform_state::backend::local::LocalBackend;
use trustform_state::lock::LockInfo;

use crate::common::project::Project;
use crate::common::repository;

const MADE: &str = include_str!("generated/made.tf");
const IMPORTS: &str = include_str!("generated/imports.tf");
const SANDBOX: &str = include_str!("generated/sandbox.json");
const ONE: &str = "import {\n  to = terraform_data.a\n  id = \"x\"\n}\n";

pub(super) fn trials() -> Vec<Trial> {
    let tests: [(&str, fn()); 4] = [
        ("blocks_of_every_type_change_nothing", every_type),
        ("every_type_is_imported", every_type_is_there),
        ("blocks_in_any_file", any_file),
        ("blocks_are_looked_up_under_the_lock", under_the_lock),
    ];
    let trial = |(name, test): (&str, fn())| {
        Trial::test(format!("commands::{name}"), move || {
            test();
            Ok(())
        })
    };
    tests.into_iter().map(trial).collect()
}

fn every_type() {
    let project = Project::of(MADE);
    project.write("sandbox.json", SANDBOX);
    project.succeeds(&["-sandbox", "apply", "-auto-approve"]);
    fs::remove_file(project.file("terraform.tfstate")).expect("a state");
    project.write("main.tf", IMPORTS);
    let plan = project.succeeds(&["-sandbox", "plan", "-generate-config-out=generated.tf"]);
    let count = IMPORTS.matches("\nimport {").count();
    let summary = format!("Plan: {count} to import, 0 to add, 0 to change, 0 to destroy.");
    let blocks = project.read("generated.tf");
    assert!(plan.stdout.contains(&summary), "{plan}\n{blocks}");
    project.succeeds(&["-sandbox", "apply", "-auto-approve"]);
    project.succeeds(&["-sandbox", "plan", "-detailed-exitcode"]);
    project.succeeds(&["fmt", "-check"]);
}

fn every_type_is_there() {
    let imported: BTreeSet<&str> = IMPORTS
        .lines()
        .filter_map(|line| Some(line.trim().strip_prefix("to = ")?.split_once('.')?.0))
        .collect();
    let pages = repository().join("docs/resources");
    let cannot = |name: &&str| {
        let page = fs::read_to_string(pages.join(format!("{name}.md"))).unwrap_or_default();
        page.contains("## Import\n\nNot possible")
    };
    let left: Vec<&str> = Registry
        .names(ResourceMode::Managed)
        .into_iter()
        .filter(|name| !imported.contains(name) && !cannot(name))
        .collect();
    assert!(
        left.is_empty(),
        "write {left:?} into made.tf and imports.tf"
    );
}

/// The plan has the blocks wherever they were written, and a saved one keeps them.
fn any_file() {
    for name in ["made.tf", "made.txt", "elsewhere/made.tf", "m/made.tf"] {
        let project = Project::of(ONE);
        project.write("elsewhere/note", "");
        project.write("m/main.tf", "");
        project.write("module.tf", "module \"m\" {\n  source = \"./m\"\n}\n");
        let flag = format!("-generate-config-out={name}");
        let plan = project.succeeds(&["plan", "-out=p", &flag]);
        assert!(plan.stdout.contains("1 to import, 0 to add"), "{plan}");
        assert!(
            project
                .read(name)
                .contains("resource \"terraform_data\" \"a\" {")
        );
        let again = project.run(&["plan", &flag]);
        assert_eq!(again.code, 1, "{again}");
        assert!(
            again
                .stderr
                .contains("Target generated file already exists"),
            "{again}"
        );
        project.succeeds(&["apply", "p"]);
        assert_eq!(
            project.succeeds(&["state", "list"]).stdout,
            "terraform_data.a\n"
        );
    }
    let project = Project::of(ONE);
    for (name, summary) in [
        ("made.tf.json", "Invalid generate-config-out flag"),
        (".", "Target generated file already exists"),
    ] {
        let ran = project.run(&["plan", &format!("-generate-config-out={name}")]);
        assert!(ran.code == 1 && ran.stderr.contains(summary), "{ran}");
    }
}

fn under_the_lock() {
    let project = Project::of(ONE);
    let backend = LocalBackend::new(project.file("terraform.tfstate"));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    let lock = runtime.block_on(backend.lock(LockInfo::new("OperationTypeApply", "1.11.4")));
    lock.expect("the lock");
    let ran = project.run(&["plan", "-generate-config-out=made.tf"]);
    assert!(
        ran.code == 1 && ran.stderr.contains("Error acquiring the state lock"),
        "{ran}"
    );
    assert!(!project.file("made.tf").exists());
}
