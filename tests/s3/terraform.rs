//! The real `terraform` and this program on one bucket: each sees what the other does, and waits for it.

use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use libtest_mimic::{Completion, Failed, Trial};
use trustform_state::backend::Backend as _;
use trustform_state::lock::LockInfo;
use trustform_test_support::terraform::terraform;

use super::servers::{SERVERS, Server, Start, wait};
use crate::common::project::{Project, Ran, ran};
use crate::common::without;

pub fn trials() -> Vec<Trial> {
    let tests: [(&str, Test); 3] = [
        ("a_run_of_terraform_keeps_ours_out", terraforms_lock),
        ("a_run_of_ours_keeps_terraform_out", our_lock),
        ("both_take_turns_in_one_directory", turns),
    ];
    let mut trials = Vec::new();
    for (server, start) in SERVERS {
        for (name, test) in tests {
            trials.push(Trial::ignorable_test(
                format!("s3::{server}::{name}"),
                move || beside_terraform(start, test),
            ));
        }
    }
    trials
}

type Test = fn(&Server);

fn beside_terraform(start: Start, test: Test) -> Result<Completion, Failed> {
    match terraform().and_then(|_| start()) {
        Ok(server) => {
            test(&server);
            Ok(Completion::Completed)
        }
        Err(missing) => without(&missing),
    }
}

const CONTENT: &str =
    "resource \"terraform_data\" \"a\" {\n  input = \"one ${terraform.workspace}\"\n}\n";

/// A project on a bucket of its own.
fn project(server: &Server, bucket: &str) -> Project {
    server.bucket(bucket);
    Project::of(&format!("{}{CONTENT}", server.block(bucket, "a/b.tfstate")))
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = terraform().unwrap().command(folder);
    command
        .args(arguments)
        .env("TF_CLI_CONFIG_FILE", "/dev/null");
    command
}

fn terraforms(project: &Project, arguments: &[&str]) -> Ran {
    ran(command(project.path(), arguments).output())
}

fn terraform_succeeds(project: &Project, arguments: &[&str]) -> Ran {
    let ran = terraforms(project, arguments);
    assert_eq!(ran.code, 0, "terraform {}\n{ran}", arguments.join(" "));
    ran
}

/// A `terraform apply` that waits for its approval, and so holds the lock.
fn waiting_apply(server: &Server, project: &Project, bucket: &str) -> Child {
    let child = command(project.path(), &["apply", "-no-color"])
        .env("TF_INPUT", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let start = Instant::now();
    // `plan` of ours takes the lock for a moment, which would keep Terraform out: look without one.
    while !holds(server, bucket) {
        assert!(
            start.elapsed() < Duration::from_mins(10),
            "terraform never locked"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    child
}

/// Whether somebody holds the lock: nothing of this id can be unlocked, and the error says which case it is.
fn holds(server: &Server, bucket: &str) -> bool {
    let id = "nobody's".parse().unwrap();
    wait(async {
        let backend = server.store(bucket, "a/b.tfstate").await.backend("default");
        let error = backend.force_unlock(&id).await.unwrap_err();
        error.to_string().contains("under another id")
    })
}

fn terraforms_lock(server: &Server) {
    let bucket = "their-lock";
    let project = project(server, bucket);
    terraform_succeeds(&project, &["init"]);
    let mut theirs = waiting_apply(server, &project, bucket);
    for arguments in [&["plan"][..], &["apply", "-auto-approve"]] {
        let ran = project.run(arguments);
        assert_eq!(ran.code, 1, "{ran}");
        for part in [
            "Error acquiring the state lock",
            "OperationTypeApply",
            "force-unlock",
        ] {
            assert!(ran.stderr.contains(part), "no `{part}`\n{ran}");
        }
    }
    // A run that waits gets the lock when Terraform is done.
    let ours = project
        .command(&["plan", "-lock-timeout=10m"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    writeln!(theirs.stdin.take().unwrap(), "yes").unwrap();
    assert!(theirs.wait().unwrap().success());
    let ours = ran(ours.wait_with_output());
    assert_eq!(ours.code, 0, "{ours}");
    assert!(ours.stdout.contains("No changes"), "{ours}");
}

fn our_lock(server: &Server) {
    let bucket = "our-lock";
    let project = project(server, bucket);
    project.succeeds(&["init"]);
    let (id, who) = wait(async {
        let backend = server.store(bucket, "a/b.tfstate").await.backend("default");
        let lock = backend
            .lock(LockInfo::new("OperationTypeApply", "1.11.4"))
            .await
            .unwrap();
        (lock.id, lock.who)
    });
    let ran = terraforms(&project, &["plan", "-no-color", "-lock-timeout=0s"]);
    assert_eq!(ran.code, 1, "{ran}");
    for part in [
        "Error acquiring the state lock",
        id.as_str(),
        &who,
        "OperationTypeApply",
    ] {
        assert!(ran.stderr.contains(part), "no `{part}`\n{ran}");
    }
    let wrong = project.run(&["force-unlock", "-force", "wrong"]);
    assert!(
        wrong.code == 1 && wrong.stderr.contains(id.as_str()),
        "{wrong}"
    );
    let unasked = project.run(&["force-unlock", id.as_str()]);
    assert!(
        unasked.code == 1 && unasked.stderr.contains("-force"),
        "{unasked}"
    );
    project.succeeds(&["force-unlock", "-force", id.as_str()]);
    terraform_succeeds(&project, &["plan"]);
}

/// One directory, initialised by one and used by both.
fn turns(server: &Server) {
    let project = project(server, "turns");
    project.succeeds(&["init"]);
    let ours = project.read(".terraform/terraform.tfstate");
    terraform_succeeds(&project, &["apply", "-auto-approve"]);
    terraform_succeeds(&project, &["init"]);
    assert_eq!(
        project.read(".terraform/terraform.tfstate"),
        ours,
        "both record the same"
    );
    let plan = project.succeeds(&["plan"]);
    assert!(plan.stdout.contains("No changes"), "{plan}");
    project.succeeds(&["workspace", "new", "dev"]);
    let list = terraform_succeeds(&project, &["workspace", "list"]);
    assert!(list.stdout.contains("* dev"), "{list}");
    project.succeeds(&["apply", "-auto-approve"]);
    let plan = terraform_succeeds(&project, &["plan", "-no-color"]);
    assert!(plan.stdout.contains("No changes"), "{plan}");
    terraform_succeeds(&project, &["workspace", "new", "theirs"]);
    let list = project.succeeds(&["workspace", "list"]);
    assert_eq!(list.stdout, "  default\n  dev\n* theirs\n\n");
    project.succeeds(&["workspace", "select", "default"]);
    let changed = project.read("main.tf").replace("\"one ", "\"two ");
    project.write("main.tf", &changed);
    project.succeeds(&["apply", "-auto-approve"]);
    let plan = terraform_succeeds(&project, &["plan", "-no-color"]);
    assert!(plan.stdout.contains("No changes"), "{plan}");
    terraform_succeeds(&project, &["destroy", "-auto-approve"]);
    assert_eq!(project.succeeds(&["state", "list"]).stdout, "");
}
