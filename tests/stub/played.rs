//! Two tools side by side: what ours plans and makes is what the stub gives back, so that all that is left to differ is the
//! core's.
//!
//! A plan of Terraform's is then compared with ours whole, and so is the state. The core holds what the stub gives back
//! against its contract with providers: a planned value keeps what is configured, and what was made is what was planned.

use std::collections::BTreeMap;

use libtest_mimic::Failed;
use serde_json::{Map, Value as Json, json};

use super::core::{Core, answers};
use crate::common::documents::{comparable_plan, comparable_state, differences};
use crate::common::project::Project;

/// A project of ours, and the same for Terraform.
pub(super) struct Pair {
    pub(super) ours: Project,
    pub(super) theirs: Project,
}

/// How a step ended that did not come out otherwise.
#[derive(Debug)]
pub(super) enum Step {
    /// Both planned and made the same.
    Same,
    /// Ours refuses to plan it or fails to make it, which is the provider's matter; Terraform goes on with our state.
    Refused,
    /// Objects are made again because others are that they cannot outlive, of which Terraform knows nothing; it goes on
    /// with our state.
    Tied,
}

impl Pair {
    /// Two empty projects.
    pub(super) fn new() -> Self {
        let schemas = Project::new().succeeds(&["providers", "schema", "-json"]);
        Self::of(&schemas.stdout)
    }

    /// Two empty projects with these schemas.
    pub(super) fn of(schemas: &str) -> Self {
        let pair = Self {
            ours: Project::new(),
            theirs: Project::new(),
        };
        pair.theirs.write("schemas.json", schemas);
        pair.theirs.write("answers.json", "{}");
        pair
    }

    /// Writes a file of the configuration in both.
    pub(super) fn write(&self, name: &str, text: &str) {
        self.ours.write(name, text);
        self.theirs.write(name, text);
    }

    /// Plans and applies with both and compares plans and states.
    pub(super) fn step(&self, core: &Core, arguments: &[&str]) -> Result<Step, Failed> {
        let planning = [&["plan", "-out=p"], arguments].concat();
        let planned = self.ours.run(&[&["-sandbox"], &planning[..]].concat());
        if planned.code != 0 {
            return Ok(Step::Refused);
        }
        let shown = self.ours.succeeds(&["show", "-json", "p"]);
        let our_plan: Json = serde_json::from_str(&shown.stdout)?;
        let applied = self.ours.run(&["-sandbox", "apply", "p"]);
        if applied.code != 0 {
            self.hands_over();
            return Ok(Step::Refused);
        }
        if is_tied(&our_plan, &self.ours) {
            self.hands_over();
            return Ok(Step::Tied);
        }
        let our_state = self.ours.state();
        self.record(&our_plan, &our_state);
        core.run(&self.theirs, &planning)?;
        let their_plan = core.json(&self.theirs, &["show", "-json", "p"])?;
        core.run(&self.theirs, &["apply", "p"])?;
        let mut found = plan_differences(their_plan, our_plan);
        found.extend(state_differences(self.theirs.state(), our_state));
        if found.is_empty() {
            Ok(Step::Same)
        } else {
            Err(found.join("\n").into())
        }
    }

    /// Makes our state Terraform's.
    pub(super) fn hands_over(&self) {
        let state = self.ours.read("terraform.tfstate");
        self.theirs.write("terraform.tfstate", &state);
    }

    /// Makes Terraform's state ours.
    pub(super) fn takes_over(&self) {
        let state = self.theirs.read("terraform.tfstate");
        self.ours.write("terraform.tfstate", &state);
    }

    /// Writes what the stub gives back.
    pub(super) fn record(&self, plan: &Json, state: &Json) {
        let mut planned: BTreeMap<&str, Vec<Json>> = BTreeMap::new();
        let mut imported: BTreeMap<&str, Map<String, Json>> = BTreeMap::new();
        for resource in elements(&plan["resource_changes"]) {
            let kind = resource["type"].as_str().unwrap_or_default();
            let mut change = resource["change"].clone();
            if let Some(id) = change["importing"]["id"].as_str() {
                let objects = imported.entry(kind).or_default();
                objects.insert(id.to_owned(), change["before"].clone());
            }
            let is_replaced = elements(&change["actions"]).any(|action| action == "delete");
            change["replaced"] = is_replaced.into();
            planned.entry(kind).or_default().push(change);
        }
        let made = objects(state, "managed");
        let played = json!({ "planned": planned, "made": made, "imported": imported });
        self.theirs.write("played.json", &played.to_string());
        let mut found = answers(&plan["prior_state"]["values"]);
        for (kind, read) in objects(state, "data") {
            let mut known = found[kind].as_array().cloned().unwrap_or_default();
            known.extend(read.into_iter().cloned());
            found[kind] = known.into();
        }
        self.theirs.write("answers.json", &found.to_string());
    }
}

/// How two plans differ.
pub(super) fn plan_differences(theirs: Json, ours: Json) -> Vec<String> {
    let mut found = differences(&plan(theirs), &plan(ours));
    found.retain(|difference| !is_forgotten_mark(difference));
    found
}

/// How two states differ.
pub(super) fn state_differences(theirs: Json, ours: Json) -> Vec<String> {
    differences(&state(theirs), &state(ours))
}

/// The objects of a state by their types.
fn objects<'a>(state: &'a Json, mode: &str) -> BTreeMap<&'a str, Vec<&'a Json>> {
    let mut found: BTreeMap<&str, Vec<&Json>> = BTreeMap::new();
    for resource in elements(&state["resources"]).filter(|resource| resource["mode"] == mode) {
        let kind = resource["type"].as_str().unwrap_or_default();
        let objects = elements(&resource["instances"]).map(|instance| &instance["attributes"]);
        found.entry(kind).or_default().extend(objects);
    }
    found
}

/// Whether objects are made again because others are that they cannot outlive, which Terraform knows nothing of.
fn is_tied(plan: &Json, project: &Project) -> bool {
    let is_triggered = |change: &Json| change["action_reason"] == "replace_by_triggers";
    elements(&plan["resource_changes"]).any(is_triggered)
        && !project.read("main.tf").contains("replace_triggered_by")
}

/// Terraform forgets which attributes of a replacement are secrets, in the planned values alone.
fn is_forgotten_mark(difference: &str) -> bool {
    difference.starts_with("/planned_values/")
        && difference.contains("/sensitive_values/")
        && difference.ends_with("Terraform has nothing, trustform true")
}

fn elements(json: &Json) -> impl Iterator<Item = &Json> {
    json.as_array().into_iter().flatten()
}

/// A plan without what is chance, and without what is ours alone.
fn plan(mut plan: Json) -> Json {
    plain(&mut plan);
    if let Some(members) = plan.as_object_mut() {
        members.remove("trustform");
    }
    if let Some(drift) = plan.get_mut("resource_drift").and_then(Json::as_array_mut) {
        drift.retain(|change| change["change"]["before"] != change["change"]["after"]);
        if drift.is_empty()
            && let Some(members) = plan.as_object_mut()
        {
            members.remove("resource_drift");
        }
    }
    comparable_plan(plan)
}

/// A state without what is chance, and without what we do not record.
fn state(mut state: Json) -> Json {
    plain(&mut state);
    for resource in state["resources"].as_array_mut().into_iter().flatten() {
        let is_token = resource["type"] == "aws_eks_cluster_auth";
        let instances = resource["instances"].as_array_mut();
        for instance in instances.into_iter().flatten() {
            if let Some(paths) = instance["sensitive_attributes"].as_array_mut() {
                // Terraform has them in any order.
                paths.sort_by_key(Json::to_string);
            }
            if let Some(attributes) = instance["attributes"].as_object_mut() {
                // What an older provider did not record is written here when the object changes, there at once.
                attributes.retain(|_, value| !value.is_null());
            }
            if is_token {
                instance["attributes"]["token"] = "not recorded here".into();
            }
        }
    }
    comparable_state(state)
}

/// Takes away the identifiers that Terraform's core makes itself, and the counts that other objects change (their drift is
/// none here).
fn plain(json: &mut Json) {
    let is_made_up = json["type"] == "terraform_data";
    match json {
        Json::Object(members) => {
            members.remove("attachment_count");
            for (name, member) in members {
                if is_made_up {
                    without_id(member);
                }
                if name != "configuration" {
                    plain(member);
                }
            }
        }
        Json::Array(elements) => elements.iter_mut().for_each(plain),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

fn without_id(json: &mut Json) {
    match json {
        Json::Object(members) => {
            if members.get("id").is_some_and(Json::is_string) {
                members.insert("id".to_owned(), "made".into());
            }
            members.values_mut().for_each(without_id);
        }
        Json::Array(elements) => elements.iter_mut().for_each(without_id),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}
