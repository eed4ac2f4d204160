//! The real Terraform with the stub in the place of the providers, and what the stub reads.

use std::collections::{BTreeMap, BTreeSet};

use libtest_mimic::Failed;
use serde_json::{Value as Json, json};
use trustform_test_support::Missing;
use trustform_test_support::stubprovider::{StubProviders, stub_providers};
use trustform_test_support::terraform::{Terraform, terraform};

use crate::common::project::{Project, Ran, ran};
use crate::common::repository;

/// The real Terraform and the stub.
pub(super) struct Core {
    terraform: &'static Terraform,
    providers: &'static StubProviders,
}

impl Core {
    /// Both, or what the machine lacks.
    pub(super) fn get() -> Result<Self, Missing> {
        Ok(Self {
            terraform: terraform()?,
            providers: stub_providers()?,
        })
    }

    /// Runs Terraform. It reads `schemas.json` and `answers.json` of the project, and `played.json` where that is.
    pub(super) fn tries(&self, project: &Project, arguments: &[&str]) -> Ran {
        let defaults = repository().join("tests/stub/defaults.json");
        let (schemas, answers) = (project.file("schemas.json"), project.file("answers.json"));
        let decided = repository().join("tests/stub/decided.txt");
        let files = [
            ("STUB_DECIDED", decided.as_path()),
            ("STUB_SCHEMAS", schemas.as_path()),
            ("STUB_ANSWERS", answers.as_path()),
            ("STUB_DEFAULTS", defaults.as_path()),
        ];
        let mut command = self
            .providers
            .command(self.terraform, project.path(), files);
        let played = project.file("played.json");
        if played.exists() {
            command.env("STUB_PLAYED", played);
        }
        ran(command.args(arguments).output())
    }

    /// Runs Terraform, which has to succeed.
    pub(super) fn run(&self, project: &Project, arguments: &[&str]) -> Result<Ran, Failed> {
        let ran = self.tries(project, arguments);
        if ran.code != 0 {
            return Err(format!("terraform {}\n{ran}", arguments.join(" ")).into());
        }
        Ok(ran)
    }

    /// Runs Terraform, which has to print JSON.
    pub(super) fn json(&self, project: &Project, arguments: &[&str]) -> Result<Json, Failed> {
        Ok(serde_json::from_str(&self.run(project, arguments)?.stdout)?)
    }
}

/// What data sources found, by their types, as the stub reads it.
pub(super) fn answers(values: &Json) -> Json {
    let mut found: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let resources = resources(&values["root_module"]);
    for data in resources.iter().filter(|found| found["mode"] == "data") {
        let of_type = found.entry(data["type"].as_str().unwrap_or_default());
        of_type.or_default().insert(data["values"].to_string());
    }
    let objects = |texts: BTreeSet<String>| -> Vec<Json> {
        let objects = texts.iter().map(|text| serde_json::from_str(text));
        objects.collect::<Result<_, _>>().expect("what was printed")
    };
    let found = found
        .into_iter()
        .map(|(name, texts)| (name.to_owned(), json!(objects(texts))));
    Json::Object(found.collect())
}

/// The resources of a module and of those below it.
pub(super) fn resources(module: &Json) -> Vec<&Json> {
    let list = |name: &str| module[name].as_array().into_iter().flatten();
    list("resources")
        .chain(list("child_modules").flat_map(resources))
        .collect()
}
