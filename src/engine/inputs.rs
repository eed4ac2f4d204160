//! Gathering the values of variables: environment, automatic files, then the command line in its order.

use super::project::{Failure, Project};
use crate::address::Name;
use crate::config::{Configuration, InputFile, Inputs, Variable};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::read_file;
use crate::value::{Marks, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A value or file given on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// `-var name=value`
    Variable(String),
    /// `-var-file path`
    File(PathBuf),
}

/// The values of root variables.
#[derive(Clone, Debug, Default)]
pub struct Gathered {
    /// The value of every variable: given, or its default.
    pub values: BTreeMap<Name, Value>,
    /// The variables that were given one.
    pub given: BTreeSet<Name>,
    /// Warnings.
    pub diagnostics: Diagnostics,
}

/// What becomes of a variable that nothing gives a value.
pub enum Unset<'a> {
    /// Somebody is asked for it; without an answer it is a problem.
    Asked(&'a mut dyn FnMut(&Variable) -> Option<String>),
    /// Its value is unknown, as Terraform's `console` and `graph` take it.
    Unknown,
}

/// The value of every root variable. Terraform's precedence: `TF_VAR_*`, `terraform.tfvars`, `terraform.tfvars.json`,
/// `*.auto.tfvars` and `*.auto.tfvars.json` by name, then `-var` and `-var-file` as they come; `unset` says what becomes of
/// the others.
pub fn gather(
    project: &Project,
    configuration: &mut Configuration,
    environment: &BTreeMap<String, String>,
    given: &[Given],
    mut unset: Unset<'_>,
) -> Result<Gathered, Failure> {
    let mut inputs = all_given(project, configuration, environment, given)?;
    let root = configuration.root();
    for variable in inputs.missing(&root) {
        match &mut unset {
            Unset::Asked(ask) => {
                if let Some(text) = ask(variable) {
                    inputs.answer(&variable.name, text);
                }
            }
            Unset::Unknown => inputs.unknown(variable),
        }
    }
    let given = inputs.given(&root);
    let (values, diagnostics) = inputs.resolve(&root);
    if diagnostics.has_errors() {
        return Err(Failure::new(diagnostics, &configuration.sources));
    }
    Ok(Gathered {
        values,
        given,
        diagnostics,
    })
}

/// The values of the ephemeral variables for a saved plan that was given `planned` of them, and of those alone: others are
/// in the plan.
pub fn gather_again(
    project: &Project,
    configuration: &mut Configuration,
    environment: &BTreeMap<String, String>,
    given: &[Given],
    planned: &BTreeSet<Name>,
) -> Result<Gathered, Failure> {
    let inputs = all_given(project, configuration, environment, given)?;
    let (values, diagnostics) = inputs.resolve_again(&configuration.root(), planned);
    if diagnostics.has_errors() {
        return Err(Failure::new(diagnostics, &configuration.sources));
    }
    Ok(Gathered {
        values,
        given: planned.clone(),
        diagnostics,
    })
}

/// What stands for the values of the ephemeral variables of a saved plan that was given `planned` of them, where it is only
/// looked at.
pub fn withheld(configuration: &Configuration, planned: &BTreeSet<Name>) -> BTreeMap<Name, Value> {
    let root = configuration.root();
    let variables = root.variables.values().filter(|it| it.ephemeral);
    let value = |variable: &Variable| {
        if planned.contains(&variable.name) {
            let unknown = Value::unknown(variable.constraint.ty.clone());
            return Some(unknown.marked(variable.marks() | Marks::WITHHELD));
        }
        let default = variable.default.clone()?;
        Some(default.marked(variable.marks()))
    };
    variables
        .filter_map(|variable| Some((variable.name.clone(), value(variable)?)))
        .collect()
}

fn all_given(
    project: &Project,
    configuration: &mut Configuration,
    environment: &BTreeMap<String, String>,
    given: &[Given],
) -> Result<Inputs, Failure> {
    let mut inputs = Inputs::default();
    for (name, text) in environment {
        if let Some(name) = name.strip_prefix("TF_VAR_") {
            inputs.environment(name, text);
        }
    }
    for path in automatic(&project.directory)? {
        read(&mut inputs, configuration, &path, false)?;
    }
    for item in given {
        match item {
            Given::Variable(argument) => inputs.command_line(argument),
            Given::File(path) => read(&mut inputs, configuration, path, true)?,
        }
    }
    Ok(inputs)
}

fn read(
    inputs: &mut Inputs,
    configuration: &mut Configuration,
    path: &Path,
    explicit: bool,
) -> Result<(), Failure> {
    let text = read_file(path).map_err(|error| {
        let diagnostic = Diagnostic::error(Code::Unreadable, error.to_string())
            .with_summary("Failed to read variables file");
        Failure::new(diagnostic, &configuration.sources)
    })?;
    let path = path
        .strip_prefix(".")
        .map_or(path, |path| path)
        .to_path_buf();
    let file = InputFile {
        path,
        text: Arc::from(text),
        explicit,
    };
    inputs.file(&file, &mut configuration.sources);
    Ok(())
}

fn automatic(directory: &Path) -> Result<Vec<PathBuf>, Failure> {
    let unreadable = |error: crate::source::LoadError| {
        Failure::plain(Diagnostic::error(Code::Unreadable, error.to_string()))
    };
    let named = ["terraform.tfvars", "terraform.tfvars.json"];
    let endings = [".tfvars", ".tfvars.json"];
    let all = crate::source::files_ending(directory, &endings).map_err(unreadable)?;
    let is_named = |path: &&PathBuf, name: &str| path.file_name().is_some_and(|file| file == name);
    let mut files: Vec<PathBuf> = Vec::new();
    for name in named {
        files.extend(all.iter().filter(|path| is_named(path, name)).cloned());
    }
    let automatic = |path: &&PathBuf| {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json")
    };
    files.extend(all.iter().filter(automatic).cloned());
    Ok(files)
}
