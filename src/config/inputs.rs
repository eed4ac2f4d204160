//! Values of the root module's variables: where they come from and which wins.

use super::decode::decode_values;
use super::json;
use super::module::{Module, Variable};
use crate::address::Name;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lang;
use crate::source::{SourceMap, Span};
use crate::value::{Type, Value, convert};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

/// Where a value was given; later ones win.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputOrigin {
    /// `TF_VAR_name` in the environment.
    Environment,
    /// A values file.
    File(Span),
    /// `-var name=value`.
    CommandLine,
    /// Nobody gave it one, and nobody needs it.
    Nobody,
}

/// A values file: its path and text.
#[derive(Clone, Debug)]
pub struct InputFile {
    /// The path.
    pub path: PathBuf,
    /// The text.
    pub text: Arc<str>,
    /// Whether it was named by `-var-file`, so that undeclared names in it deserve a warning.
    pub explicit: bool,
}

/// One given value: a text still to be read by the variable's type, or a value.
#[derive(Clone, Debug)]
enum Given {
    Text(String),
    Value(Value),
}

/// The values that were given, the winning one for each name.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    given: BTreeMap<Name, (Given, InputOrigin)>,
    diagnostics: Diagnostics,
}

impl Inputs {
    /// Adds a value from the environment (`TF_VAR_name`).
    pub fn environment(&mut self, name: &str, text: &str) {
        let given = Given::Text(text.to_owned());
        self.given
            .insert(name.into(), (given, InputOrigin::Environment));
    }

    /// Adds a value of `-var name=value`.
    pub fn command_line(&mut self, argument: &str) {
        match argument.split_once('=') {
            Some((name, text)) if !name.trim().is_empty() => {
                let given = Given::Text(text.to_owned());
                self.given
                    .insert(name.trim().into(), (given, InputOrigin::CommandLine));
            }
            _ => {
                let detail = format!(
                    "The given -var option \"{argument}\" is not correctly specified. It must be a variable name and value separated by an equals sign: -var=\"key=value\"."
                );
                self.diagnostics.push(
                    Diagnostic::error(Code::Usage, detail).with_summary("Invalid -var option"),
                );
            }
        }
    }

    /// The variables of the root module that need a value and have none, in the order of their names.
    pub fn missing<'m>(&self, root: &'m Module) -> Vec<&'m Variable> {
        let variables = root.variables.values();
        let is_missing = |variable: &&Variable| {
            variable.default.is_none() && !self.given.contains_key(&variable.name)
        };
        variables.filter(is_missing).collect()
    }

    /// Adds the answer of a person who was asked for a variable.
    pub fn answer(&mut self, name: &Name, text: String) {
        let given = (Given::Text(text), InputOrigin::CommandLine);
        self.given.insert(name.clone(), given);
    }

    /// Lets the value of a variable be unknown, for commands that look and change nothing.
    pub fn unknown(&mut self, variable: &Variable) {
        let value = Value::unknown(variable.constraint.ty.clone());
        let given = (Given::Value(value), InputOrigin::Nobody);
        self.given.insert(variable.name.clone(), given);
    }

    /// Adds all values of a file.
    pub fn file(&mut self, file: &InputFile, sources: &mut SourceMap) {
        let id = sources.add(file.path.clone(), file.text.clone());
        let is_json = file
            .path
            .extension()
            .is_some_and(|extension| extension == "json");
        let values = if is_json {
            self.json_values(file, id)
        } else {
            self.hcl_values(file, id)
        };
        for (name, (value, span)) in values {
            self.given
                .insert(name, (Given::Value(value), InputOrigin::File(span)));
        }
    }

    fn hcl_values(
        &mut self,
        file: &InputFile,
        id: crate::source::FileId,
    ) -> BTreeMap<Name, (Value, Span)> {
        let (values, diagnostics) = decode_values(id, &file.text);
        self.diagnostics.extend(diagnostics);
        values
    }

    fn json_values(
        &mut self,
        file: &InputFile,
        id: crate::source::FileId,
    ) -> BTreeMap<Name, (Value, Span)> {
        let whole = match json::read(&file.text, id) {
            Ok(whole) => whole,
            Err(diagnostic) => {
                self.diagnostics.push(diagnostic);
                return BTreeMap::new();
            }
        };
        let Some(members) = whole.as_object() else {
            let detail = "A values file in JSON is one object, with a member for each variable.";
            self.diagnostics.push(
                Diagnostic::error(Code::WrongType, detail)
                    .with_summary("Incorrect JSON value type")
                    .at(whole.span),
            );
            return BTreeMap::new();
        };
        let mut values = BTreeMap::new();
        for member in members.iter().filter(|member| member.name != "//") {
            match member.value.constant() {
                Ok(value) => {
                    let name = Name::from(member.name.as_str());
                    values.insert(name, (value, member.value.span));
                }
                Err(problems) => self.diagnostics.extend(problems),
            }
        }
        self.diagnostics.extend(json::repeated(members));
        values
    }

    /// The value of every variable of the root module: given, or the default. Missing, undeclared and unsuitable
    /// values are problems.
    pub fn resolve(mut self, root: &Module) -> (BTreeMap<Name, Value>, Diagnostics) {
        let mut values = BTreeMap::new();
        for variable in root.variables.values() {
            if let Some(value) = self.value_of(variable) {
                values.insert(variable.name.clone(), value);
            }
        }
        for (name, (_, origin)) in &self.given {
            if !root.variables.contains_key(name) {
                self.diagnostics.extend(undeclared(name, origin, root));
            }
        }
        (values, self.diagnostics)
    }

    /// The variables of the root module that were given a value.
    pub fn given(&self, root: &Module) -> BTreeSet<Name> {
        let declared = self.given.keys();
        declared
            .filter(|name| root.variables.contains_key(*name))
            .cloned()
            .collect()
    }

    /// The values of the ephemeral variables of the root module, for a plan that was given `planned` of them: the same have
    /// to be given again, and no others. Values of other variables are problems where they stand on the command line, since
    /// the plan has its own.
    pub fn resolve_again(
        mut self,
        root: &Module,
        planned: &BTreeSet<Name>,
    ) -> (BTreeMap<Name, Value>, Diagnostics) {
        let mut values = BTreeMap::new();
        for variable in root.variables.values().filter(|it| it.ephemeral) {
            let name = &variable.name;
            let problem = match (planned.contains(name), self.given.contains_key(name)) {
                (true, false) => not_given_again(name),
                (false, true) => not_given_before(name),
                (true, true) | (false, false) => {
                    let value = self.value_of(variable);
                    values.extend(value.map(|value| (name.clone(), value)));
                    continue;
                }
            };
            self.diagnostics.push(problem.at(variable.span));
        }
        for (name, (_, origin)) in &self.given {
            match (root.variables.get(name), origin) {
                (None, _) => self.diagnostics.extend(undeclared(name, origin, root)),
                (Some(variable), InputOrigin::CommandLine) if !variable.ephemeral => {
                    self.diagnostics.push(is_in_the_plan(name));
                }
                (Some(_), _) => {}
            }
        }
        (values, self.diagnostics)
    }

    fn value_of(&mut self, variable: &Variable) -> Option<Value> {
        let Some((given, origin)) = self.given.get(&variable.name) else {
            if variable.default.is_none() {
                let detail = format!(
                    "The root module input variable \"{}\" is not set, and has no default value. Use a -var or \
                     -var-file command line argument to provide a value for this variable.",
                    variable.name
                );
                self.diagnostics
                    .push(Diagnostic::error(Code::MissingVariable, detail).at(variable.span));
            }
            return variable.default.clone().map(|value| mark(value, variable));
        };
        let value = match given {
            Given::Value(value) => Ok(value.clone()),
            Given::Text(text) => value_of_text(text, variable),
        };
        let checked = value.and_then(|value| checked(&value, variable));
        match checked {
            Ok(value) => Some(mark(value, variable)),
            Err((summary, problem)) => {
                let detail = format!(
                    "The given value is not suitable for var.{}: {problem}.",
                    variable.name
                );
                let diagnostic = Diagnostic::error(Code::WrongType, detail).with_summary(summary);
                self.diagnostics.push(match origin {
                    // What is sensitive is not shown.
                    InputOrigin::File(span) if !variable.sensitive => {
                        diagnostic.at(*span).also(variable.span, "declared here")
                    }
                    InputOrigin::File(_)
                    | InputOrigin::Environment
                    | InputOrigin::CommandLine
                    | InputOrigin::Nobody => diagnostic.at(variable.span),
                });
                None
            }
        }
    }
}

/// The value that a text gives a variable. One of a declared type `any` is an expression; without a type it is a text.
fn value_of_text(text: &str, variable: &Variable) -> Result<Value, Unsuitable> {
    let ty = &variable.constraint.ty;
    let value = if *ty == Type::Dynamic && variable.has_type {
        evaluated(text, ty)
    } else {
        parse_variable_text(text, ty)
    };
    // As in Terraform a text that cannot be read gives no value.
    let summary = match variable.default {
        None => "No value for required variable",
        Some(_) => UNSUITABLE,
    };
    value.map_err(|problem| (summary, problem))
}

/// A summary, and why a value cannot be that of a variable, as a part of a sentence.
type Unsuitable = (&'static str, String);

const UNSUITABLE: &str = "Invalid value for input variable";

/// Reads the text of `-var` or `TF_VAR_…` for a variable of a type: as it is for texts, as an expression for
/// collections, as any text for other primitive types.
pub fn parse_variable_text(text: &str, ty: &Type) -> Result<Value, String> {
    match ty {
        Type::String | Type::Number | Type::Bool | Type::Dynamic => Ok(Value::string(text)),
        Type::List(_) | Type::Set(_) | Type::Map(_) | Type::Tuple(_) | Type::Object(_) => {
            evaluated(text, ty)
        }
    }
}

fn evaluated(text: &str, ty: &Type) -> Result<Value, String> {
    lang::evaluate_text(text).map_err(|diagnostics| {
        let details = diagnostics.iter().map(|problem| {
            if problem.code == Code::InvalidReference {
                "References cannot be used here"
            } else {
                problem.detail.trim_end_matches('.')
            }
        });
        let details: BTreeSet<&str> = details.collect();
        let details: Vec<&str> = details.into_iter().collect();
        let required = if *ty == Type::Dynamic {
            String::new()
        } else {
            format!("{} required. ", ty.friendly_constraint())
        };
        format!(
            "{required}The value of a variable of this type is an expression, with texts in quotes: {}",
            details.join("; ")
        )
    })
}

fn checked(value: &Value, variable: &Variable) -> Result<Value, Unsuitable> {
    let value = variable.constraint.apply_defaults(value);
    let value = convert(&value, &variable.constraint.ty).map_err(|error| {
        let problem = if error.path.is_root() {
            error.to_string()
        } else {
            format!("{}: {error}", error.path)
        };
        (UNSUITABLE, problem)
    })?;
    if value.is_null() && !variable.nullable {
        let not_set = || {
            (
                "Required variable not set",
                "null is not allowed".to_owned(),
            )
        };
        return variable.default.clone().ok_or_else(not_set);
    }
    Ok(value)
}

fn mark(value: Value, variable: &Variable) -> Value {
    value.marked(variable.marks())
}

fn not_given_again(name: &Name) -> Diagnostic {
    let detail = format!(
        "The ephemeral input variable \"{name}\" was set during the plan phase, and so must also be set during the apply \
         phase."
    );
    Diagnostic::error(Code::MissingVariable, detail)
        .hint(format!("Give it again: apply -var '{name}=…' PLAN"))
}

fn not_given_before(name: &Name) -> Diagnostic {
    let detail = format!(
        "The ephemeral input variable \"{name}\" was not set during the planning phase, and so must remain unset during \
         the apply phase."
    );
    Diagnostic::error(Code::Usage, detail)
        .with_summary("Ephemeral variable was not set during planning")
}

fn is_in_the_plan(name: &Name) -> Diagnostic {
    let detail = format!(
        "A saved plan has the values of its variables, so \"{name}\" cannot be given another one. Only ephemeral variables \
         are given again."
    );
    Diagnostic::error(Code::Usage, detail).with_summary("Value for a variable of a saved plan")
}

fn undeclared(name: &Name, origin: &InputOrigin, root: &Module) -> Option<Diagnostic> {
    let names = root.variables.keys().map(AsRef::as_ref);
    match origin {
        InputOrigin::Environment | InputOrigin::Nobody => None,
        InputOrigin::File(span) => {
            let detail = format!(
                "The root module does not declare a variable named \"{name}\" but a value was found in a values file."
            );
            Some(
                Diagnostic::warning(Code::UndeclaredVariable, detail)
                    .at(*span)
                    .suggest(name, names),
            )
        }
        InputOrigin::CommandLine => {
            let detail = format!(
                "A variable named \"{name}\" was assigned on the command line, but the root module does not declare \
                 a variable of that name."
            );
            Some(
                Diagnostic::error(Code::UndeclaredVariable, detail)
                    .with_summary("Value for undeclared variable")
                    .suggest(name, names),
            )
        }
    }
}
