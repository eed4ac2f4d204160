//! What the real Terraform does with a case.

use super::answer::{Applied, Problem, Raw};
use super::case::{Case, Step, installed};
use super::order;
use libtest_mimic::Failed;
use serde_json::Value as Json;
use std::path::Path;
use trustform_test_support::terraform::Terraform;

use crate::common::project::{Ran, ran};

/// What comes of each step.
pub(super) fn run(terraform: &Terraform, case: &Case) -> Result<Vec<Raw>, Failed> {
    let folder = tempfile::tempdir()?;
    let mut raws = Vec::new();
    for step in &case.steps {
        step.write(folder.path())?;
        let modules = folder.path().join(".terraform/modules");
        std::fs::create_dir_all(&modules)?;
        std::fs::write(modules.join("modules.json"), installed(step))?;
        raws.push(taken(terraform, folder.path(), step)?);
    }
    Ok(raws)
}

fn taken(terraform: &Terraform, folder: &Path, step: &Step) -> Result<Raw, Failed> {
    let run = |arguments: &[&str]| {
        let mut command = terraform.command(folder);
        command.args(arguments).envs(&step.environment);
        ran(command.output())
    };
    let mut arguments = vec!["plan", "-json", "-out=p", "-input=false"];
    arguments.extend(step.arguments.iter().map(String::as_str));
    let planned = run(&arguments);
    let mut raw = Raw {
        problems: problems(&planned)?,
        ..Raw::default()
    };
    if planned.code == 0 {
        let shown = run(&["show", "-json", "p"]);
        raw.plan = Some(serde_json::from_str(&shown.stdout).map_err(|_| broken(&shown))?);
        let graph = run(&["graph", "-plan=p"]).stdout;
        let applied = run(&["apply", "-json", "-parallelism=1", "p"]);
        let operations = operations(&applied)?;
        raw.order = order::of_graph(&graph, &operations);
        let mut again = vec!["plan", "-json", "-input=false", "-detailed-exitcode"];
        again.extend(step.arguments_again().map(String::as_str));
        raw.applied = Some(Applied {
            problems: problems(&applied)?,
            operations,
            again: run(&again).code,
        });
        let shown = run(&["show", "-json"]);
        raw.shown = serde_json::from_str(&shown.stdout).map_err(|_| broken(&shown))?;
    } else if planned.code != 1 {
        return Err(broken(&planned));
    }
    let state = std::fs::read_to_string(folder.join("terraform.tfstate")).unwrap_or_default();
    raw.state = serde_json::from_str(&state).unwrap_or_default();
    Ok(raw)
}

fn broken(ran: &Ran) -> Failed {
    format!("Terraform broke\n{ran}").into()
}

/// The messages of a stream.
fn messages(ran: &Ran) -> Result<Vec<Json>, Failed> {
    let lines = ran.stdout.lines().map(serde_json::from_str::<Json>);
    lines.collect::<Result<_, _>>().map_err(|_| broken(ran))
}

fn problems(ran: &Ran) -> Result<Vec<Problem>, Failed> {
    let messages = messages(ran)?;
    let diagnostics = messages.iter().map(|message| &message["diagnostic"]);
    let told = diagnostics.filter(|diagnostic| diagnostic.is_object());
    Ok(told.map(problem).collect())
}

/// A diagnostic as both tools print it in JSON.
pub(crate) fn problem(diagnostic: &Json) -> Problem {
    let range = &diagnostic["range"];
    let number = |end: &str, name: &str| range[end][name].as_u64().unwrap_or_default();
    let place = |end: &str| (number(end, "line"), number(end, "column"));
    let text = |json: &Json| json.as_str().unwrap_or_default().to_owned();
    Problem {
        is_error: diagnostic["severity"] == "error",
        summary: text(&diagnostic["summary"]),
        place: range
            .is_object()
            .then(|| (text(&range["filename"]), place("start"), place("end"))),
    }
}

/// The operations that began, as `create terraform_data.a`.
fn operations(applied: &Ran) -> Result<Vec<String>, Failed> {
    let messages = messages(applied)?;
    let began = messages
        .iter()
        .filter(|message| message["type"] == "apply_start");
    Ok(began.map(operation).collect())
}

fn operation(message: &Json) -> String {
    let hook = &message["hook"];
    let text = |json: &Json| json.as_str().unwrap_or_default().to_owned();
    let action = text(&hook["action"]);
    order::named(&action, &text(&hook["resource"]["addr"]))
}
