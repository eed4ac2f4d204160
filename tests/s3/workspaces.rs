//! Workspaces in files and in buckets, and states that move between the two.

use libtest_mimic::Trial;

use crate::common::project::Project;

pub fn trials() -> Vec<Trial> {
    let tests: [(&str, fn()); 4] = [
        ("are_made_selected_and_removed", lives),
        ("move_to_a_bucket_and_back", migration),
        ("a_state_is_never_copied_over_another", occupied),
        ("outputs_of_another_state_are_read", remote_state),
    ];
    let trial = |(name, test): (&str, fn())| {
        Trial::test(format!("s3::workspaces::{name}"), move || {
            test();
            Ok(())
        })
    };
    tests.into_iter().map(trial).collect()
}

const CONTENT: &str = "resource \"terraform_data\" \"a\" {\n  input = terraform.workspace\n}\n\noutput \"workspace\" {\n  value = terraform.workspace\n}\n";
const BUCKET: &str = "terraform {\n  backend \"s3\" {\n    bucket       = \"states\"\n    key          = \"a/b\"\n    region       = \"us-east-1\"\n    use_lockfile = true\n  }\n}\n";

fn project(backend: &str) -> Project {
    let project = Project::of(&format!("{backend}{CONTENT}"));
    project.write("sandbox.json", r#"{"buckets": [{"name": "states"}]}"#);
    project
}

/// What a command prints, run in the sandbox.
fn prints(project: &Project, arguments: &[&str]) -> String {
    let arguments: Vec<&str> = ["-sandbox"].iter().chain(arguments).copied().collect();
    project.succeeds(&arguments).stdout
}

/// All that a failing command prints, run in the sandbox.
fn fails(project: &Project, arguments: &[&str]) -> String {
    let arguments: Vec<&str> = ["-sandbox"].iter().chain(arguments).copied().collect();
    let ran = project.run(&arguments);
    assert_eq!(ran.code, 1, "{ran}");
    ran.stdout + &ran.stderr
}

fn lives() {
    for backend in ["", BUCKET] {
        let mut project = project(backend);
        prints(&project, &["init"]);
        assert_eq!(prints(&project, &["workspace", "list"]), "* default\n\n");
        prints(&project, &["workspace", "new", "dev"]);
        assert_eq!(
            prints(&project, &["workspace", "list"]),
            "  default\n* dev\n\n"
        );
        prints(&project, &["apply", "-auto-approve"]);
        assert_eq!(prints(&project, &["output", "-raw", "workspace"]), "dev");
        let exists = fails(&project, &["workspace", "new", "dev"]);
        assert!(exists.contains("already exists"), "{exists}");
        let name = fails(&project, &["workspace", "new", "a/b"]);
        assert!(name.contains("URL safe characters"), "{name}");
        let active = fails(&project, &["workspace", "delete", "dev"]);
        assert!(active.contains("your active workspace"), "{active}");
        prints(&project, &["workspace", "select", "default"]);
        let missing = fails(&project, &["workspace", "select", "dew"]);
        assert!(
            missing.contains("doesn't exist") && missing.contains("Did you mean `dev`?"),
            "{missing}"
        );
        let full = fails(&project, &["workspace", "delete", "dev"]);
        assert!(
            full.contains("Workspace is not empty") && full.contains("terraform_data.a"),
            "{full}"
        );
        prints(&project, &["workspace", "delete", "-force", "dev"]);
        prints(
            &project,
            &["workspace", "select", "-or-create=true", "next"],
        );
        assert_eq!(prints(&project, &["workspace", "show"]), "next\n");
        project.set("TF_WORKSPACE", "default");
        assert_eq!(prints(&project, &["workspace", "show"]), "default\n");
        let overridden = fails(&project, &["workspace", "select", "next"]);
        assert!(overridden.contains("TF_WORKSPACE"), "{overridden}");
    }
}

fn migration() {
    let project = project("");
    prints(&project, &["apply", "-auto-approve"]);
    prints(&project, &["workspace", "new", "dev"]);
    prints(&project, &["apply", "-auto-approve"]);
    project.write("main.tf", &format!("{BUCKET}{CONTENT}"));
    let asked = fails(&project, &["init"]);
    assert!(
        asked.contains("migrate all workspaces to \"s3\"?") && asked.contains("default, dev"),
        "{asked}"
    );
    let done = prints(&project, &["init", "-force-copy"]);
    assert!(done.contains("Copied the state of: default, dev"), "{done}");
    let objects = prints(&project, &["sandbox", "show", "s3/object"]);
    assert_eq!(
        objects.trim(),
        "s3/object/states/a/b\ns3/object/states/env:/dev/a/b"
    );
    for workspace in ["dev", "default"] {
        prints(&project, &["workspace", "select", workspace]);
        assert_eq!(
            prints(&project, &["output", "-raw", "workspace"]),
            workspace
        );
        assert!(prints(&project, &["plan"]).contains("No changes"));
    }
    prints(&project, &["apply", "-auto-approve"]);
    for name in [
        "terraform.tfstate",
        "terraform.tfstate.d/dev/terraform.tfstate",
    ] {
        std::fs::remove_file(project.file(name)).unwrap();
    }
    project.write("main.tf", CONTENT);
    let unset = fails(&project, &["init"]);
    assert!(unset.contains("Backend configuration changed"), "{unset}");
    let done = prints(&project, &["init", "-migrate-state", "-force-copy"]);
    assert!(
        done.contains("The backend \"s3\" is no longer used"),
        "{done}"
    );
    assert!(prints(&project, &["plan"]).contains("No changes"));
    assert_eq!(
        prints(&project, &["workspace", "list"]),
        "* default\n  dev\n\n"
    );
}

fn occupied() {
    let other = project(BUCKET);
    prints(&other, &["init"]);
    prints(&other, &["apply", "-auto-approve"]);
    let there = prints(&other, &["sandbox", "show", "s3/object/states/a/b"]);
    let project = project("");
    prints(&project, &["apply", "-auto-approve"]);
    project.write("main.tf", &format!("{BUCKET}{CONTENT}"));
    let sandbox = format!("-sandbox={}", other.file(".trustform/sandbox").display());
    let ran = project.run(&[&sandbox, "init", "-force-copy"]);
    assert_eq!(ran.code, 1, "{ran}");
    assert!(
        ran.stderr.contains("State exists in the new backend"),
        "{ran}"
    );
    assert_eq!(
        prints(&other, &["sandbox", "show", "s3/object/states/a/b"]),
        there
    );
}

fn remote_state() {
    let project = project(BUCKET);
    prints(&project, &["init"]);
    prints(&project, &["apply", "-auto-approve"]);
    let reader = |state: &str| {
        project.write("main.tf", &format!("data \"terraform_remote_state\" \"other\" {{\n{state}\n}}\n\noutput \"read\" {{\n  value = data.terraform_remote_state.other.outputs\n}}\n"));
        std::fs::remove_dir_all(project.file(".terraform")).ok();
    };
    let bucket = "  backend = \"s3\"\n  config  = { bucket = \"states\", key = \"a/b\", region = \"us-east-1\" }";
    reader(bucket);
    prints(&project, &["apply", "-auto-approve"]);
    let read = prints(&project, &["output", "-json", "read"]);
    assert_eq!(read.trim(), r#"{"workspace":"default"}"#);
    reader(&format!("{bucket}\n  workspace = \"none\""));
    let error = fails(&project, &["plan"]);
    assert!(error.contains("no stored state was found"), "{error}");
    reader(&format!(
        "{bucket}\n  workspace = \"none\"\n  defaults = {{ workspace = \"assumed\" }}"
    ));
    assert!(prints(&project, &["plan"]).contains("\"assumed\""));
    reader(&format!(
        "{}\n  defaults = {{ workspace = \"assumed\" }}",
        bucket.replace("a/b", "a/c")
    ));
    let error = fails(&project, &["plan"]);
    assert!(error.contains("no stored state was found"), "{error}");
    reader("  backend = \"local\"\n  config = { path = \"terraform.tfstate\", paht = 1 }");
    let error = fails(&project, &["plan"]);
    assert!(error.contains("\"paht\" is not expected"), "{error}");
    reader("  backend = \"local\"\n  config = { path = \"terraform.tfstate\" }");
    assert!(prints(&project, &["plan"]).contains("workspace"));
}
