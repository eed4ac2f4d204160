//! `expand`: nouns in plain Terraform mean what they meant, and the state of either fits the other.

use std::path::Path;

use libtest_mimic::Trial;
use serde_json::{Value as Json, json};

use crate::common::project::Project;
use crate::common::repository;

/// Configurations with nouns: examples, and what is planned of them.
pub const EXAMPLES: [(&str, &[&str]); 3] = [
    ("aws-load-balancer-controller", &[]),
    ("many-service-accounts", &[]),
    (
        "new-cluster",
        &["-var=subnet_ids=[\"subnet-a\",\"subnet-b\"]"],
    ),
];

/// The trials of this module.
pub fn trials() -> Vec<Trial> {
    let examples = EXAMPLES.into_iter().map(|(name, arguments)| {
        Trial::test(format!("expand::{name}"), move || {
            means_the_same(name, arguments);
            Ok(())
        })
    });
    let others = [
        Trial::test("expand::refuses_to_overwrite_other_files", || {
            overwrites_nothing();
            Ok(())
        }),
        Trial::test("expand::says_that_there_are_no_nouns", || {
            without_nouns();
            Ok(())
        }),
        Trial::test("expand::prints_without_writing", || {
            prints();
            Ok(())
        }),
    ];
    let files = Trial::test("expand::leaves_files_without_nouns_alone", || {
        other_files();
        Ok(())
    });
    examples.chain(others).chain([files]).collect()
}

/// A copy of an example.
pub fn example(name: &str) -> Project {
    let project = Project::new();
    let folder = repository().join("examples").join(name);
    project.copy(&folder, |file| {
        Path::new(file).extension().is_some_and(|it| it == "md")
    });
    project
}

/// The plan of the nouns and that of the plain files are one, before and after apply, and so is the state.
fn means_the_same(name: &str, arguments: &[&str]) {
    let project = example(name);
    let with_nouns = plan(&project, arguments);
    let ran = project.run(&["expand", "-write"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
    let plain = project.read("nouns.tf");
    assert!(plain.contains("module \"cluster_main\""), "{plain}");
    assert!(!project.file("main.trustform.hcl").exists());
    project.succeeds(&["fmt", "-check", "-recursive"]);
    assert_eq!(plan(&project, arguments), with_nouns);
    // What was made of the nouns is what the plain files want.
    let project = example(name);
    let apply = [&["-sandbox", "apply", "-auto-approve"], arguments].concat();
    assert_eq!(project.run(&apply).code, 0);
    assert_eq!(project.run(&["expand", "-write"]).code, 0);
    let again = [&["-sandbox", "plan", "-detailed-exitcode"], arguments].concat();
    let ran = project.run(&again);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
}

/// The changes of a plan, as JSON.
fn plan(project: &Project, arguments: &[&str]) -> Json {
    let planning = [&["-sandbox", "plan", "-out=plan.bin"], arguments].concat();
    let ran = project.run(&planning);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    let ran = project.run(&["show", "-json", "plan.bin"]);
    let plan: Json = serde_json::from_str(&ran.stdout).expect("a plan");
    assert!(
        plan["resource_changes"]
            .as_array()
            .is_some_and(|all| !all.is_empty())
    );
    json!({
        "changes": plan["resource_changes"],
        "outputs": plan["output_changes"],
        "access": plan["trustform"]["access"],
    })
}

fn overwrites_nothing() {
    let project = example("aws-load-balancer-controller");
    project.write("nouns/role/main.tf", "# mine\n");
    let ran = project.run(&["expand", "-write"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.stderr.contains("nouns/role/main.tf is there already"),
        "{}",
        ran.stderr
    );
    assert_eq!(project.read("nouns/role/main.tf"), "# mine\n");
    assert!(project.file("main.trustform.hcl").exists());
    assert!(!project.file("nouns.tf").exists());
}

fn without_nouns() {
    let project = Project::of("resource \"terraform_data\" \"a\" {}\n");
    let ran = project.run(&["expand"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""));
    assert!(ran.stderr.contains("no nouns"), "{}", ran.stderr);
}

fn prints() {
    let project = example("aws-load-balancer-controller");
    let before = project.read("main.trustform.hcl");
    let ran = project.run(&["expand"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for heading in ["# main.tf\n", "# nouns.tf\n", "# nouns/role/main.tf\n"] {
        assert!(ran.stdout.contains(heading), "{}", ran.stdout);
    }
    assert_eq!(project.read("main.trustform.hcl"), before);
}

/// Files in JSON and override files may stay as they are, unless nouns have a part in them.
fn other_files() {
    let project = example("many-service-accounts");
    project.write(
        "out.tf.json",
        r#"{"output": {"one": {"value": "${1 + 1}"}}}"#,
    );
    project.write(
        "override.tf",
        "terraform {\n  required_version = \">= 1.3\"\n}\n",
    );
    let ran = project.run(&["expand"]);
    assert_eq!(ran.code, 0, "{ran}");
    assert!(!ran.stdout.contains("out.tf.json"), "{ran}");
    let text = project.read("main.trustform.hcl");
    let role = text
        .split("role \"")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    let role = role.expect("a role");
    for (name, text) in [
        (
            "role_override.tf",
            format!("role \"{role}\" {{\n  description = \"x\"\n}}\n"),
        ),
        (
            "reference.tf.json",
            format!(r#"{{"output": {{"two": {{"value": "${{role.{role}}}"}}}}}}"#),
        ),
        (
            "noun.tf.json",
            r#"{"role": {"another": {"trust": "{}"}}}"#.to_owned(),
        ),
    ] {
        project.write(name, &text);
        let ran = project.run(&["expand"]);
        assert!(
            ran.code == 1 && ran.stderr.contains("cannot be rewritten"),
            "{name}: {ran}"
        );
        std::fs::remove_file(project.file(name)).expect("the file");
    }
    let plain = Project::of("output \"one\" {\n  value = 1\n}\n");
    plain.write("override.tf.json", r#"{"output": {"one": {"value": 2}}}"#);
    let ran = plain.run(&["expand"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{ran}");
}
