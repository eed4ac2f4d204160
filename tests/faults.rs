//! What happens when the surroundings refuse: a state that somebody else holds, a disk that does not take the new state.

use std::process::Command;

use libtest_mimic::Trial;
use serde_json::Value as Json;
use trustform_state::backend::Backend as _;
use trustform_state::backend::local::LocalBackend;
use trustform_state::lock::LockInfo;

use crate::common::project::{Project, ran};

const ONE: &str = "resource \"terraform_data\" \"a\" {\n  input = \"x\"\n}\n";
const TWO: &str = "resource \"terraform_data\" \"a\" {\n  input = \"x\"\n}\n\nresource \"terraform_data\" \"b\" {\n  input = \"y\"\n}\n";

pub fn trials() -> Vec<Trial> {
    let tests: [(&str, fn()); 5] = [
        ("a_held_lock_says_who_holds_it", held_lock),
        ("a_state_that_is_not_taken_is_written_aside", written_aside),
        ("a_disk_that_is_full_before_the_journal_is", full_disk),
        (
            "a_state_of_another_lineage_is_not_the_plan's",
            another_lineage,
        ),
        ("a_changed_object_makes_a_saved_plan_stale", stale_plan),
    ];
    tests
        .into_iter()
        .map(|(name, test)| {
            Trial::test(format!("faults::{name}"), move || {
                test();
                Ok(())
            })
        })
        .collect()
}

/// The lock is this process's, and the program that runs into it is another.
fn held_lock() {
    let project = Project::of(ONE);
    project.succeeds(&["apply", "-auto-approve"]);
    let before = project.read("terraform.tfstate");
    let backend = LocalBackend::new(project.file("terraform.tfstate"));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let info = LockInfo::new("OperationTypeApply", "1.11.4");
    let (id, who) = (info.id.clone(), info.who.clone());
    runtime.block_on(backend.lock(info)).unwrap();

    project.write("main.tf", TWO);
    for arguments in [
        &["plan"][..],
        &["apply", "-auto-approve"],
        &["destroy", "-auto-approve"],
    ] {
        let ran = project.run(arguments);
        assert_eq!(ran.code, 1, "{ran}");
        for part in [
            "Error acquiring the state lock",
            id.as_str(),
            who.as_str(),
            "-lock-timeout",
        ] {
            assert!(ran.stderr.contains(part), "it does not say {part}\n{ran}");
        }
    }
    project.succeeds(&["plan", "-lock=false"]);
    project.succeeds(&["output"]);
    assert_eq!(project.read("terraform.tfstate"), before);

    runtime.block_on(backend.unlock(&id)).unwrap();
    project.succeeds(&["apply", "-auto-approve"]);
}

/// A folder in the place of the backup keeps the new state from being written.
fn written_aside() {
    let project = Project::of(ONE);
    project.succeeds(&["apply", "-auto-approve"]);
    let before = project.read("terraform.tfstate");
    project.write("terraform.tfstate.backup/in-the-way", "");
    project.write("main.tf", TWO);
    let ran = project.run(&["apply", "-auto-approve"]);
    assert_eq!(ran.code, 1, "{ran}");
    assert!(
        ran.stderr.contains("errored.tfstate"),
        "the place is named\n{ran}"
    );
    assert_eq!(project.read("terraform.tfstate"), before);
    assert!(
        project.read("errored.tfstate").contains("\"name\": \"b\""),
        "{}",
        project.read("errored.tfstate")
    );

    std::fs::remove_dir_all(project.file("terraform.tfstate.backup")).unwrap();
    let again = project.run(&["plan", "-detailed-exitcode"]);
    assert_eq!(again.code, 0, "nothing was lost\n{again}");
    let list = project.succeeds(&["state", "list"]).stdout;
    assert_eq!(list, "terraform_data.a\nterraform_data.b\n");
}

/// Files may grow up to a limit as on a full disk: the journal meets it first. What was done then stands in the state that
/// is written aside, and the message says how it gets to where it belongs.
fn full_disk() {
    let project = Project::of(ONE);
    project.succeeds(&["apply", "-auto-approve"]);
    project.write("terraform.tfstate.backup/in-the-way", "");
    let many = "resource \"terraform_data\" \"b\" {\n  count = 100\n}\n";
    project.write("main.tf", &format!("{ONE}{many}"));
    let applying = project.command(&["apply", "-auto-approve"]);
    let mut limited = Command::new("sh");
    limited
        .args(["-c", "trap '' XFSZ; ulimit -f 80; exec \"$0\" \"$@\""])
        .arg(applying.get_program())
        .args(applying.get_args())
        .current_dir(project.path())
        .env_clear();
    let ran = ran(limited.output());
    assert_eq!(ran.code, 1, "{ran}");
    for part in [
        "cannot write the journal",
        "Not begun any more:",
        "trustform state push ./errored.tfstate",
    ] {
        assert!(ran.stderr.contains(part), "it does not say {part}\n{ran}");
    }
    let aside: Json = serde_json::from_str(&project.read("errored.tfstate")).expect("a state");
    let made = aside["resources"][1]["instances"].as_array().expect("some");

    std::fs::remove_dir_all(project.file("terraform.tfstate.backup")).unwrap();
    project.succeeds(&["state", "push", "errored.tfstate"]);
    let list = project.succeeds(&["state", "list"]).stdout;
    assert_eq!(list.lines().count(), 1 + made.len(), "{list}");
    let ran = project.succeeds(&["apply", "-auto-approve"]);
    assert!(!ran.stderr.contains("not known"), "{ran}");
    let added = format!("{} added", 100 - made.len());
    assert!(ran.stdout.contains(&added), "{ran}");
}

fn another_lineage() {
    let project = Project::of(ONE);
    project.succeeds(&["apply", "-auto-approve"]);
    project.write("main.tf", TWO);
    project.succeeds(&["plan", "-out=p"]);
    let mut other = project.state();
    other["lineage"] = "99999999-2222-3333-4444-555555555555".into();
    project.write("terraform.tfstate", &other.to_string());
    let ran = project.run(&["apply", "p"]);
    assert_eq!(ran.code, 1, "{ran}");
    assert!(ran.stderr.contains("lineage"), "{ran}");
}

fn stale_plan() {
    let project = Project::of(ONE);
    project.succeeds(&["apply", "-auto-approve"]);
    project.write("main.tf", &TWO.replace("\"x\"", "\"z\""));
    project.succeeds(&["plan", "-out=touches-a"]);
    project.write("main.tf", TWO);
    project.succeeds(&["plan", "-out=makes-b"]);
    let mut moved = project.state();
    moved["resources"][0]["instances"][0]["attributes"]["input"]["value"] = "moved".into();
    moved["serial"] = 7.into();
    project.write("terraform.tfstate", &moved.to_string());
    let ran = project.run(&["apply", "touches-a"]);
    assert_eq!(ran.code, 1, "{ran}");
    assert!(
        ran.stderr.contains("input"),
        "the attribute is named\n{ran}"
    );
    // What moved elsewhere does not matter.
    project.succeeds(&["apply", "makes-b"]);
}
