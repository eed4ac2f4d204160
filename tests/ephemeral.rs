//! Ephemeral values and saved plans: none is kept, so each has to be given again.

use std::fs;

use libtest_mimic::Trial;

use crate::common::project::Project;

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    let tests: [(&str, fn()); 3] = [
        ("is_in_no_file", is_in_no_file),
        ("is_given_again", is_given_again),
        ("is_in_no_stream", is_in_no_stream),
    ];
    let trial = |(name, test): (&str, fn())| {
        Trial::test(format!("ephemeral::{name}"), move || {
            test();
            Ok(())
        })
    };
    tests.into_iter().map(trial).collect()
}

const SECRET: &str = "s3cret-value";

const CONFIGURATION: &str = r#"
variable "token" {
  type      = string
  ephemeral = true
}

variable "further" {
  ephemeral = true
  default   = "usual"
}

variable "name" {
  default = "a"
}

ephemeral "random_password" "e" {
  length = length(var.token)
}

resource "terraform_data" "a" {
  input = var.name

  provisioner "local-exec" {
    command     = "echo \"$TOKEN $FURTHER $${#PASSWORD}\" | cut -c 3- > ran; exit $${FAILS:-0}"
    environment = { TOKEN = var.token, FURTHER = var.further, PASSWORD = ephemeral.random_password.e.result }
  }
}
"#;

fn given() -> String {
    format!("token={SECRET}")
}

/// The files of a project in which a text stands, but for the configuration.
fn holding(project: &Project, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![project.path().to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if String::from_utf8_lossy(&fs::read(&path).expect("a file")).contains(text) {
                found.push(path.display().to_string());
            }
        }
    }
    found
}

fn is_in_no_file() {
    let mut project = Project::of(CONFIGURATION);
    let given = given();
    project.succeeds(&["plan", "-out=plan.bin", "-var", &given]);
    assert_eq!(holding(&project, SECRET), [""; 0]);
    let shown = project.succeeds(&["show", "-json", "plan.bin"]).stdout;
    assert!(
        shown.contains("usual") && !shown.contains(SECRET),
        "{shown}"
    );
    // The journal of a run that breaks off stays.
    project.set("FAILS", "1");
    let failed = project.run(&["apply", "-var", &given, "plan.bin"]);
    assert_eq!(failed.code, 1, "{failed}");
    assert!(failed.stderr.contains("ephemeral"), "{failed}");
    assert!(!failed.to_string().contains(SECRET), "{failed}");
    assert_eq!(project.read("ran"), "cret-value usual 12\n");
    assert_eq!(holding(&project, SECRET), [""; 0]);
}

fn is_given_again() {
    let mut project = Project::of(CONFIGURATION);
    let given = given();
    project.succeeds(&["plan", "-out=plan.bin", "-var", &given]);
    let refused = |project: &Project, arguments: &[&str], summary: &str| {
        let ran = project.run(&[&["apply"], arguments, &["plan.bin"]].concat());
        assert_eq!(ran.code, 1, "{ran}");
        assert!(ran.stderr.contains(summary), "{ran}");
    };
    refused(&project, &[], "No value for required variable");
    let before = "Ephemeral variable was not set during planning";
    refused(&project, &["-var", &given, "-var", "further=x"], before);
    let other = ["-var", &given, "-var", "name=b"];
    refused(&project, &other, "Value for a variable of a saved plan");
    let undeclared = ["-var", &given, "-var", "nobody=b"];
    refused(&project, &undeclared, "Value for undeclared variable");
    project.set("TF_VAR_token", "another");
    project.set("TF_VAR_name", "is not looked at");
    project.succeeds(&["apply", "plan.bin"]);
    assert_eq!(project.read("ran"), "other usual 7\n");
    assert_eq!(
        project.state()["resources"][0]["instances"][0]["attributes"]["input"]["value"],
        "a"
    );
}

fn is_in_no_stream() {
    let project = Project::of(CONFIGURATION);
    let ran = project.succeeds(&["apply", "-auto-approve", "-json", "-var", &given()]);
    assert!(!ran.to_string().contains(SECRET), "{ran}");
    let types = ["ephemeral_op_start", "ephemeral_op_complete"];
    for name in types {
        let told = ran
            .stdout
            .lines()
            .filter(|line| line.contains(name))
            .count();
        assert_eq!(
            told, 3,
            "opened for the plan, opened and closed again: {ran}"
        );
    }
}
