//! The same case through the real Terraform: the same actions, the same state, and our state read by it.

use std::process::Command;

use libtest_mimic::Failed;
use serde_json::Value as Json;
use trustform_test_support::terraform::Terraform;

use super::{Case, normal, plan, shown};
use crate::common::documents;
use crate::common::project::{Project, Ran, ran};

/// Does the case twice from the same prior state, once with each tool, and compares.
pub fn compare(case: &Case, terraform: &Terraform) -> Result<(), Failed> {
    if !case.command.plans() {
        return Ok(());
    }
    let ours = case.project()?;
    let theirs = case.project()?;
    theirs.write("terraform.tfstate", &ours.read("terraform.tfstate"));
    if ours.read("terraform.tfstate").is_empty() {
        std::fs::remove_file(theirs.file("terraform.tfstate"))?;
    }
    let run =
        |project: &Project, arguments: &[&str]| terraform_in(terraform, case, project, arguments);
    let our_plan = plan(&ours, &case.command.planning());
    let mut arguments = vec!["plan", "-out=p"];
    arguments.extend(case.command.planning());
    let their_plan = run(&theirs, &arguments);
    if (our_plan.code == 0) != (their_plan.code == 0) {
        return Err(unlike("the plan", &our_plan, &their_plan));
    }
    if our_plan.code != 0 {
        return Ok(());
    }
    let mut their_json: Json = serde_json::from_str(&run(&theirs, &["show", "-json", "p"]).stdout)?;
    let mut our_json = shown(&ours)?;
    same(
        "the changes",
        &normal::changes(&our_json),
        &normal::changes(&their_json),
    )?;
    let their_moves = moves(&their_json);
    for plan in [&mut their_json, &mut our_json] {
        if their_moves > 0 {
            // What was recorded follows a move here, and keeps the old names there until it is written again.
            remove_everywhere(&mut plan["prior_state"], "depends_on");
        }
        if case.command.has("-target") {
            // Which outputs outside the targets are followed is a matter of their order of evaluation.
            remove_everywhere(plan, "relevant_attributes");
        }
    }
    if case.has_json() {
        // Terraform shows the texts of such files as they are written, and says nothing of what they refer to.
        for plan in [&mut their_json, &mut our_json] {
            remove_everywhere(plan, "configuration");
        }
    }
    documents::compare(
        &documents::comparable_plan(their_json),
        &documents::comparable_plan(our_json),
    )?;

    let our_apply = ours.run(&["apply", "-parallelism=1", "plan.bin"]);
    let their_apply = run(&theirs, &["apply", "-parallelism=1", "p"]);
    if (our_apply.code == 0) != (their_apply.code == 0) {
        return Err(unlike("the apply", &our_apply, &their_apply));
    }
    same_text(
        "the state",
        &comparable(ours.state()),
        &comparable(theirs.state()),
    )?;
    if our_apply.code == 0 {
        same("the checks", &checks(&ours), &checks(&theirs))?;
    }
    takes_our_state_up(case, &ours, &our_apply, &run)
}

/// Terraform lists what we recorded, and finds nothing to do.
fn takes_our_state_up(
    case: &Case,
    ours: &Project,
    our_apply: &Ran,
    run: &dyn Fn(&Project, &[&str]) -> Ran,
) -> Result<(), Failed> {
    if !ours.file("terraform.tfstate").exists() {
        return Ok(());
    }
    let listed = run(ours, &["state", "list"]);
    let our_list = ours.run(&["state", "list"]);
    same_text("the list of the state", &our_list.stdout, &listed.stdout)?;
    let pulled: Json = serde_json::from_str(&run(ours, &["state", "pull"]).stdout)?;
    same("the serial", &ours.state()["serial"], &pulled["serial"])?;
    let mut arguments = vec!["plan", "-detailed-exitcode"];
    arguments.extend(case.command.planning_again());
    let again = run(ours, &arguments);
    if our_apply.code == 0 && again.code != 0 {
        return Err(Failed::from(format!(
            "Terraform finds something to do with our state\n{again}"
        )));
    }
    Ok(())
}

fn terraform_in(terraform: &Terraform, case: &Case, project: &Project, arguments: &[&str]) -> Ran {
    let mut command: Command = terraform.command(project.path());
    command.args(arguments).arg("-no-color");
    if arguments.first() == Some(&"state") {
        command = terraform.command(project.path());
        command.args(arguments);
    }
    command.envs(
        case.command
            .environment
            .iter()
            .map(|(name, value)| (name, value)),
    );
    if case.folder.join("modules").exists() || !project.file(".terraform").exists() {
        let mut init = terraform.command(project.path());
        ran(init.args(["init", "-no-color", "-input=false"]).output());
    }
    ran(command.output())
}

/// How many instances a plan says to have been elsewhere before.
fn moves(plan: &Json) -> usize {
    let changes = plan["resource_changes"].as_array();
    let changes = changes.into_iter().flatten();
    changes
        .filter(|change| change.get("previous_address").is_some())
        .count()
}

/// Takes a member away wherever it stands.
fn remove_everywhere(json: &mut Json, member: &str) {
    match json {
        Json::Object(members) => {
            members.remove(member);
            members
                .values_mut()
                .for_each(|value| remove_everywhere(value, member));
        }
        Json::Array(elements) => elements
            .iter_mut()
            .for_each(|value| remove_everywhere(value, member)),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

/// The recorded results of conditions, in an order of their own.
fn checks(project: &Project) -> Vec<String> {
    let state = project.state();
    let mut results = state["check_results"].as_array().cloned();
    for result in results.iter_mut().flatten() {
        if let Some(objects) = result["objects"].as_array_mut() {
            objects.sort_by_key(Json::to_string);
        }
    }
    let mut texts: Vec<String> = results.iter().flatten().map(Json::to_string).collect();
    texts.sort();
    texts
}

/// A state without what is free to differ.
fn comparable(state: Json) -> String {
    let state = documents::comparable_state(state);
    if state.is_null() {
        return String::new();
    }
    let text = serde_json::to_string_pretty(&state).expect("JSON");
    normal::numbered(&without_deposed_keys(&text))
}

/// The keys of deposed objects are chance.
fn without_deposed_keys(text: &str) -> String {
    let lines = text.lines().map(|line| {
        if line.trim_start().starts_with("\"deposed\":") {
            "\"deposed\": \"(key)\","
        } else {
            line
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, ours: &T, theirs: &T) -> Result<(), Failed> {
    same_text(what, &format!("{ours:#?}\n"), &format!("{theirs:#?}\n"))
}

fn same_text(what: &str, ours: &str, theirs: &str) -> Result<(), Failed> {
    if ours == theirs {
        return Ok(());
    }
    let diff = similar::TextDiff::from_lines(theirs, ours);
    let diff = diff
        .unified_diff()
        .header("Terraform", "trustform")
        .to_string();
    Err(Failed::from(format!("{what} differs\n{diff}")))
}

fn unlike(what: &str, ours: &Ran, theirs: &Ran) -> Failed {
    Failed::from(format!(
        "{what} differs\ntrustform: {ours}\nTerraform: {theirs}"
    ))
}
