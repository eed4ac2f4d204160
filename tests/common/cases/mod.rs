//! One case: what its folder says, and the commands that are run for it.

pub mod differential;
pub mod normal;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use libtest_mimic::Failed;

use crate::common::project::{Project, Ran};

/// The goldens of a case; those that it does not come to do not exist.
pub const GOLDENS: [&str; 5] = [
    "plan.txt",
    "operations.txt",
    "new.json",
    "errors.txt",
    "output.txt",
];

/// What stands in the folder of a case and is not part of its configuration.
const NOT_CONFIGURATION: [&str; 4] = ["before", "prior.json", "command", "ours-alone"];

/// The plan file of a case's runs.
const PLAN: &str = "plan.bin";

/// A folder of `tests/cases/`.
#[derive(Debug, Clone)]
pub struct Case {
    /// The folder's name, which says the behaviour.
    pub name: String,
    /// The folder.
    pub folder: PathBuf,
    /// What is run; `plan` without arguments when the folder does not say.
    pub command: CommandLine,
}

/// The line of a `command` file: settings of the environment, a command, its arguments.
#[derive(Debug, Clone, Default)]
pub struct CommandLine {
    /// `NAME=VALUE` before the command.
    pub environment: Vec<(String, String)>,
    /// The command.
    pub command: String,
    /// What follows it.
    pub arguments: Vec<String>,
}

impl CommandLine {
    fn parse(text: &str) -> Self {
        let mut line = Self::default();
        for word in words(text) {
            match word.split_once('=') {
                Some((name, value)) if line.command.is_empty() => {
                    line.environment.push((name.to_owned(), value.to_owned()));
                }
                _ if line.command.is_empty() => line.command = word,
                _ => line.arguments.push(word),
            }
        }
        if line.command.is_empty() {
            "plan".clone_into(&mut line.command);
        }
        line
    }

    /// Whether the case goes from a plan to a state, not just through one command.
    pub fn plans(&self) -> bool {
        matches!(self.command.as_str(), "plan" | "destroy")
    }

    /// The arguments of the plan after everything was applied: what was to be replaced is not asked for again.
    pub fn planning_again(&self) -> Vec<&str> {
        let asked = self.planning();
        let kept = asked
            .into_iter()
            .filter(|argument| !argument.starts_with("-replace"));
        kept.collect()
    }

    /// Whether an option of this name is among the arguments.
    pub fn has(&self, option: &str) -> bool {
        let mut arguments = self.arguments.iter();
        arguments.any(|argument| argument.split('=').next() == Some(option))
    }

    /// The arguments of `plan` with which the case begins.
    pub fn planning(&self) -> Vec<&str> {
        let destroy = (self.command == "destroy").then_some("-destroy");
        let given = self.arguments.iter().map(String::as_str);
        destroy.into_iter().chain(given).collect()
    }
}

/// The words of a line, of which single quotes hold some together.
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quoted = false;
    for character in text.chars() {
        match character {
            '\'' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => words.extend(take(&mut word)),
            c => word.push(c),
        }
    }
    words.extend(take(&mut word));
    words
}

fn take(word: &mut String) -> Option<String> {
    Some(std::mem::take(word)).filter(|word| !word.is_empty())
}

impl Case {
    /// Reads what a folder says of itself.
    pub fn read(folder: &Path) -> Self {
        let command = fs::read_to_string(folder.join("command")).unwrap_or_default();
        Self {
            name: folder
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            folder: folder.to_path_buf(),
            command: CommandLine::parse(&command),
        }
    }

    /// Whether Terraform would do otherwise, for the reason in the file.
    pub fn is_ours_alone(&self) -> bool {
        self.folder.join("ours-alone").exists()
    }

    /// Whether a part of its root module is written in JSON.
    pub fn has_json(&self) -> bool {
        let files = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut names = files.map(|file| file.file_name());
        names.any(|name| name.to_string_lossy().ends_with(".tf.json"))
    }

    /// A project with the prior state and the configuration of the case.
    pub fn project(&self) -> Result<Project, Failed> {
        let mut project = Project::new();
        let before = self.folder.join("before");
        if before.exists() {
            project.copy(&before, |_| false);
            let applied = project.run(&["apply", "-auto-approve", "-parallelism=1"]);
            if applied.code != 0 {
                return Err(Failed::from(format!("`before` does not apply\n{applied}")));
            }
            let state = project.read("terraform.tfstate");
            project = Project::new();
            project.write("terraform.tfstate", &state);
        }
        if let Ok(prior) = fs::read_to_string(self.folder.join("prior.json")) {
            project.write("terraform.tfstate", &prior);
        }
        for (name, value) in &self.command.environment {
            project.set(name, value);
        }
        project.copy(&self.folder, |name| {
            NOT_CONFIGURATION.contains(&name) || GOLDENS.contains(&name)
        });
        Ok(project)
    }

    /// What the case comes to, by the name of the golden.
    pub fn run(&self) -> Result<BTreeMap<&'static str, String>, Failed> {
        let project = self.project()?;
        if self.command.plans() {
            return self.plan_and_apply(&project);
        }
        let before = project.read("terraform.tfstate");
        let mut arguments = vec![self.command.command.as_str()];
        arguments.extend(self.command.arguments.iter().map(String::as_str));
        let ran = project.run(&arguments);
        if project.read("terraform.tfstate") != before && self.command.command != "apply" {
            return Err(Failed::from("the command changed the state"));
        }
        Ok(BTreeMap::from([
            ("output.txt", normal::text(&ran.stdout)),
            ("errors.txt", normal::errors(&ran)),
        ]))
    }

    fn plan_and_apply(&self, project: &Project) -> Result<BTreeMap<&'static str, String>, Failed> {
        let mut results = BTreeMap::new();
        let before = project.read("terraform.tfstate");
        let planned = plan(project, &self.command.planning());
        results.insert("errors.txt", normal::errors(&planned));
        if planned.code != 0 {
            if project.read("terraform.tfstate") != before || project.file(PLAN).exists() {
                return Err(Failed::from("a plan that failed wrote something"));
            }
            return Ok(results);
        }
        project.is_valid(&self.command.planning())?;
        results.insert("plan.txt", normal::plan(&shown(project)?));
        let applied = project.run(&["apply", "-parallelism=1", PLAN]);
        results.insert("operations.txt", normal::operations(&applied));
        results.insert("new.json", normal::state(project.state()));
        if applied.code != 0 {
            results.insert("errors.txt", normal::errors(&applied));
        } else {
            self.nothing_is_left_to_do(project)?;
        }
        Ok(results)
    }

    fn nothing_is_left_to_do(&self, project: &Project) -> Result<(), Failed> {
        let mut arguments = vec!["plan", "-detailed-exitcode", "-input=false"];
        arguments.extend(self.command.planning_again());
        let again = project.run(&arguments);
        if again.code == 0 {
            Ok(())
        } else {
            Err(Failed::from(format!(
                "the second plan is not empty\n{again}"
            )))
        }
    }
}

/// Plans into the plan file.
pub fn plan(project: &Project, arguments: &[&str]) -> Ran {
    let out = format!("-out={PLAN}");
    let mut all = vec!["plan", "-input=false", out.as_str()];
    all.extend(arguments);
    project.run(&all)
}

/// The plan file as JSON.
pub fn shown(project: &Project) -> Result<serde_json::Value, Failed> {
    let shown = project.run(&["show", "-json", PLAN]);
    serde_json::from_str(&shown.stdout).map_err(|error| Failed::from(format!("{error}\n{shown}")))
}
