//! What `expand` writes of the examples: the core validates and plans it as we plan the nouns, and each tool goes on with
//! the state of the other. What only a provider says is made up by the stub itself.

use std::collections::{BTreeMap, BTreeSet};

use libtest_mimic::{Completion, Failed, Trial};
use serde_json::{Value as Json, json};

use super::core::{Core, answers};
use crate::common::project::Project;
use crate::common::without;
use crate::expand::{EXAMPLES, example};

/// The trials of this module.
pub(super) fn trials() -> Vec<Trial> {
    let plain: (&str, &[&str]) = ("plain-terraform", &[]);
    let examples = EXAMPLES
        .into_iter()
        .chain([plain])
        .map(|(name, arguments)| {
            Trial::ignorable_test(format!("stub::{name}"), move || match Core::get() {
                Ok(core) => {
                    plans_the_same(&core, name, arguments)?;
                    takes_our_state(&core, name, arguments)?;
                    gives_its_state(&core, name, arguments)?;
                    Ok(Completion::Completed)
                }
                Err(missing) => without(&missing),
            })
        });
    examples.collect()
}

/// Writes the plain files and what Terraform needs beside them.
fn expanded(project: &Project, found: &Json) {
    let schemas = project.succeeds(&["providers", "schema", "-json"]);
    project.write("schemas.json", &schemas.stdout);
    project.write("answers.json", &answers(found).to_string());
    project.succeeds(&["expand", "-write"]);
}

fn plans_the_same(core: &Core, name: &str, arguments: &[&str]) -> Result<(), Failed> {
    let project = example(name);
    project.succeeds(&[&["-sandbox", "plan", "-out=ours.bin"], arguments].concat());
    let ours = project.succeeds(&["show", "-json", "ours.bin"]);
    let ours: Json = serde_json::from_str(&ours.stdout)?;
    expanded(&project, &ours["prior_state"]["values"]);
    core.run(&project, &["get"])?;
    let validated = core.json(&project, &["validate", "-json"])?;
    assert_eq!(validated["valid"], true, "{validated:#}");
    core.run(
        &project,
        &[&["plan", "-out=theirs.bin"], arguments].concat(),
    )?;
    let theirs = core.json(&project, &["show", "-json", "theirs.bin"])?;
    let (ours, theirs) = (changes(&ours), changes(&theirs));
    assert_eq!(
        ours.keys().collect::<Vec<_>>(),
        theirs.keys().collect::<Vec<_>>()
    );
    let mut comparison = Comparison::default();
    for (address, our) in &ours {
        let their = theirs[address];
        for member in ["type", "provider_name", "mode"] {
            assert_eq!(our[member], their[member], "{address}");
        }
        assert_eq!(
            our["change"]["actions"], their["change"]["actions"],
            "{address}"
        );
        comparison.values(
            our["type"].as_str().unwrap_or_default(),
            Side::of(our),
            Side::of(their),
        );
    }
    assert!(
        comparison.differing.is_empty(),
        "{}",
        comparison.differing.join("\n")
    );
    Ok(())
}

/// The changes of a plan by address.
fn changes(plan: &Json) -> BTreeMap<&str, &Json> {
    let changes = plan["resource_changes"].as_array();
    let changes = changes.into_iter().flatten();
    changes
        .map(|change| (change["address"].as_str().unwrap_or_default(), change))
        .collect()
}

/// A planned value, and what of it is not known yet.
#[derive(Clone, Copy)]
struct Side<'a> {
    value: &'a Json,
    unknown: &'a Json,
}

impl<'a> Side<'a> {
    fn of(change: &'a Json) -> Self {
        Self {
            value: &change["change"]["after"],
            unknown: &change["change"]["after_unknown"],
        }
    }

    fn member(self, name: &str) -> Self {
        Self {
            value: &self.value[name],
            unknown: &self.unknown[name],
        }
    }

    fn element(self, index: usize) -> Self {
        Self {
            value: &self.value[index],
            unknown: &self.unknown[index],
        }
    }
}

/// Compares what we planned with what the core planned: everything is the same, but that we may know more.
#[derive(Default)]
struct Comparison {
    differing: Vec<String>,
}

impl Comparison {
    fn values(&mut self, path: &str, ours: Side<'_>, theirs: Side<'_>) {
        if theirs.unknown == true {
            return;
        }
        match (ours.value, theirs.value) {
            (Json::Object(our), Json::Object(their)) => {
                let unknown = ours.unknown.as_object().into_iter().flatten();
                let names: BTreeSet<&String> = our
                    .keys()
                    .chain(their.keys())
                    .chain(unknown.map(|(name, _)| name))
                    .collect();
                for name in names {
                    self.values(
                        &format!("{path}.{name}"),
                        ours.member(name),
                        theirs.member(name),
                    );
                }
            }
            (Json::Array(our), Json::Array(their)) if our.len() == their.len() => {
                for index in 0..our.len() {
                    self.values(path, ours.element(index), theirs.element(index));
                }
            }
            (_, their) if ours.unknown == true => {
                self.differing
                    .push(format!("{path}: not known, there {their}"));
            }
            (our, their) if !same(our, their) => {
                self.differing.push(format!("{path}: {our}, there {their}"));
            }
            _ => {}
        }
    }
}

/// Whether two values are one; IAM drops the scheme of an issuer's URL, which we know before apply.
fn same(our: &Json, their: &Json) -> bool {
    let bare = |value: &Json| {
        let text = value.as_str()?;
        Some(text.strip_prefix("https://").unwrap_or(text).to_owned())
    };
    our == their || (bare(our).is_some() && bare(our) == bare(their))
}

/// Terraform reads our state as we do, and finds nothing to do.
fn takes_our_state(core: &Core, name: &str, arguments: &[&str]) -> Result<(), Failed> {
    let project = example(name);
    project.succeeds(&[&["-sandbox", "apply", "-auto-approve"], arguments].concat());
    let ours: Json = serde_json::from_str(&project.succeeds(&["show", "-json"]).stdout)?;
    expanded(&project, &ours["values"]);
    core.run(&project, &["get"])?;
    let theirs = core.json(&project, &["show", "-json"])?;
    assert_eq!(ours["values"], theirs["values"]);
    core.run(
        &project,
        &[&["plan", "-out=theirs.bin"], arguments].concat(),
    )?;
    let plan = core.json(&project, &["show", "-json", "theirs.bin"])?;
    let busy: Vec<&str> = changes(&plan)
        .into_iter()
        .filter(|(_, change)| change["change"]["actions"] != json!(["no-op"]))
        .map(|(address, _)| address)
        .collect();
    assert!(busy.is_empty(), "Terraform would change {busy:?}");
    Ok(())
}

/// We read Terraform's state as it does.
fn gives_its_state(core: &Core, name: &str, arguments: &[&str]) -> Result<(), Failed> {
    let project = example(name);
    project.succeeds(&[&["-sandbox", "plan", "-out=ours.bin"], arguments].concat());
    let ours: Json =
        serde_json::from_str(&project.succeeds(&["show", "-json", "ours.bin"]).stdout)?;
    expanded(&project, &ours["prior_state"]["values"]);
    core.run(&project, &["get"])?;
    core.run(&project, &[&["apply", "-auto-approve"], arguments].concat())?;
    let theirs = core.json(&project, &["show", "-json"])?;
    let ours: Json = serde_json::from_str(&project.succeeds(&["show", "-json"]).stdout)?;
    assert_eq!(ours["values"], theirs["values"]);
    let listed = core.run(&project, &["state", "list"])?;
    assert_eq!(project.succeeds(&["state", "list"]).stdout, listed.stdout);
    Ok(())
}
