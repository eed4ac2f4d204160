//! Lives of objects (`tests/lives/`) on the stand-ins: what a command prints is not compared, but every apply ends in a
//! plan without changes, and in the end nothing is left.
//!
//! Commands that look into the sandbox or break it are left out. `lives.json` lists the lives by stand-in; those of kinds
//! that a stand-in does not have are not in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use libtest_mimic::Trial;
use trustform_test_support::Missing;

use super::calls::left_in_iam;
use super::differences::{is_as_on_aws, known};
use super::stand_in::{Kind, StandIn, lead_to, on};
use crate::common::project::Project;
use crate::common::repository;

pub fn trials() -> Vec<Trial> {
    let path = repository().join("tests/servers/lives.json");
    let text = fs::read(path).expect("the list of lives");
    let lives: BTreeMap<String, Vec<String>> = serde_json::from_slice(&text).expect("lives");
    let mut trials = Vec::new();
    for kind in Kind::ALL {
        for life in lives.get(kind.name()).into_iter().flatten() {
            let life = life.clone();
            let name = format!("life::{life}");
            trials.push(on(kind, &name, move |server| lived(&life, server)));
        }
    }
    trials
}

fn lived(life: &str, server: &StandIn) -> Result<(), Missing> {
    let folder = repository().join("tests/lives").join(life);
    let before = left_in_iam(server);
    let mut project = Project::new();
    project.copy(&folder, |name| {
        name == "sandbox.json" || Path::new(name).extension().is_some_and(|end| end == "tf")
    });
    lead_to(&mut project, &server.endpoint());
    project.set("AWS_REGION", "us-east-1");
    for line in fs::read_to_string(folder.join("life.txt"))
        .expect("a life")
        .lines()
    {
        if let Some(command) = line.strip_prefix("$ ")
            && !step(life, server, &project, &folder, command)
        {
            return Ok(());
        }
    }
    run(
        life,
        server,
        &project,
        "destroy",
        &["destroy", "-auto-approve"],
        0,
    );
    if known(server.kind().name(), life, "left").is_none() {
        assert_eq!(left_in_iam(server), before, "{life}");
    }
    Ok(())
}

/// Does what a line says. Tells whether there is a way on.
fn step(life: &str, server: &StandIn, project: &Project, folder: &Path, command: &str) -> bool {
    let mut words = command.split_whitespace();
    match (words.next(), words.next()) {
        (Some("use"), Some(name)) => {
            let text = fs::read_to_string(folder.join(name)).expect("a configuration");
            project.write("main.tf", &text);
            true
        }
        (Some("apply"), _) => {
            run(
                life,
                server,
                project,
                "apply",
                &["apply", "-auto-approve"],
                0,
            ) && run(
                life,
                server,
                project,
                "again",
                &["plan", "-detailed-exitcode"],
                0,
            )
        }
        _ => true,
    }
}

fn run(
    life: &str,
    server: &StandIn,
    project: &Project,
    step: &str,
    arguments: &[&str],
    code: i32,
) -> bool {
    let ran = project.run(arguments);
    is_as_on_aws(server.kind().name(), life, step, &ran, code)
}
