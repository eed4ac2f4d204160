//! The settings of a backend: those of its block, overlaid by `-backend-config`.

use super::schema::{self, BACKENDS};
use super::{Failure, Project, Reach, hash, s3};
use crate::config::{Configuration, decode_values, parse_variable_text};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lang::evaluate_constant;
use crate::schema::Attribute;
use crate::source::{SourceMap, Span};
use crate::value::{Kind, Type, Value, convert};
use std::collections::BTreeMap;
use std::path::Path;
use trustform_state::backend::{LocalStore, Store};

/// The settings of a backend.
#[derive(Clone, Debug, PartialEq)]
pub struct BackendSettings {
    /// The backend's type; `local` without a `backend` block.
    pub backend_type: String,
    /// Its settings as an object; null where they are not set.
    pub config: Value,
    /// Terraform's hash of the block alone, without `-backend-config`.
    pub hash: u32,
}

/// A value and where it was given.
type Given = BTreeMap<String, (Value, Option<Span>)>;

impl BackendSettings {
    /// The settings of the configuration, overlaid by `-backend-config` arguments: `name=value`, or the path of a file
    /// of such settings.
    ///
    /// # Errors
    /// The backend is not supported, or its settings are not its own or not of the right type.
    pub fn of(configuration: &Configuration, overrides: &[String]) -> Result<Self, Failure> {
        let root = configuration.root();
        let mut sources = configuration.sources.clone();
        let Some(block) = &root.backend else {
            return Ok(Self::local());
        };
        let backend_type = block.backend_type.to_string();
        let Some(arguments) = schema::arguments(&backend_type) else {
            return Err(Failure::new(
                unsupported(&backend_type).at(block.span),
                &sources,
            ));
        };
        let mut problems = Diagnostics::new();
        for nested in &block.body.blocks {
            problems.push(nested_block(nested.name.as_ref(), &arguments).at(nested.span));
        }
        let mut given = Given::new();
        for argument in &block.body.arguments {
            match evaluate_constant(&argument.value) {
                Ok(value) => {
                    let place = Some(argument.value.span);
                    given.insert(argument.name.to_string(), (value, place));
                }
                Err(more) => problems.extend(more),
            }
        }
        let (config, more) = checked(&arguments, &given);
        problems.extend(more);
        let hash = hash::of(&backend_type, &config);
        for argument in overrides {
            match overriding(argument, &arguments, &mut sources) {
                Ok(more) => given.extend(more),
                Err(more) => problems.extend(more),
            }
        }
        let (config, more) = checked(&arguments, &given);
        problems.extend(more);
        if problems.has_errors() {
            return Err(Failure::new(problems, &sources));
        }
        Ok(BackendSettings {
            backend_type,
            config,
            hash,
        })
    }

    /// The settings of a project without a `backend` block.
    pub(super) fn local() -> Self {
        let arguments = schema::arguments("local").unwrap_or_default();
        let (config, _) = checked(&arguments, &Given::new());
        BackendSettings {
            backend_type: "local".to_owned(),
            hash: hash::of("local", &config),
            config,
        }
    }

    /// The settings that a value describes, as `terraform_remote_state` has them.
    ///
    /// # Errors
    /// The backend is not supported, or its settings are not its own or not of the right type.
    pub fn of_value(backend_type: &str, config: &Value) -> Result<Self, Diagnostics> {
        let Some(arguments) = schema::arguments(backend_type) else {
            return Err(unsupported(backend_type).into());
        };
        let entries = config.to_entries();
        let given = entries
            .into_iter()
            .map(|(name, value)| (name.to_string(), (value, None)))
            .collect();
        let (config, problems) = checked(&arguments, &given);
        problems.into_result(()).map(|_| BackendSettings {
            backend_type: backend_type.to_owned(),
            hash: hash::of(backend_type, &config),
            config,
        })
    }

    /// A setting that is a text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.config.get(name)?.as_str()
    }

    /// The states of all workspaces. Relative paths are relative to the project.
    ///
    /// # Errors
    /// A setting cannot be used, or the account of the credentials is not one that is allowed.
    pub async fn store(&self, project: &Project, reach: &Reach) -> Result<Store, Diagnostics> {
        if self.backend_type == "s3" {
            return Box::pin(s3::store(self, reach)).await;
        }
        let path = |name: &str, default: &str| {
            let named = self.text(name).filter(|path| !path.is_empty());
            project.directory.join(named.unwrap_or(default))
        };
        Ok(Store::Local(LocalStore {
            path: path("path", "terraform.tfstate"),
            workspaces: path("workspace_dir", "terraform.tfstate.d"),
        }))
    }
}

/// One `-backend-config` argument.
fn overriding(
    argument: &str,
    arguments: &[Attribute],
    sources: &mut SourceMap,
) -> Result<Given, Diagnostics> {
    if argument.is_empty() {
        return Ok(Given::new());
    }
    let Some((name, text)) = argument.split_once('=') else {
        return settings_file(argument, sources);
    };
    let name = name.trim();
    let Some(known) = arguments.iter().find(|known| known.name == name) else {
        let detail = format!(
            "The backend configuration argument \"{name}\" given on the command line is not expected for the selected \
             backend type."
        );
        let names = arguments.iter().map(|known| known.name);
        return Err(Diagnostic::error(Code::UnknownArgument, detail)
            .with_summary("Invalid backend configuration argument")
            .suggest(name, names)
            .into());
    };
    let value = if known.ty.is_primitive() {
        Ok(Value::string(text))
    } else {
        parse_variable_text(text, &Type::Dynamic)
    };
    match value {
        Ok(value) => Ok(Given::from([(name.to_owned(), (value, None))])),
        Err(problem) => {
            let detail =
                format!("The value of `-backend-config={name}=…` cannot be understood: {problem}.");
            Err(Diagnostic::error(Code::WrongType, detail)
                .with_summary("Invalid backend configuration argument")
                .into())
        }
    }
}

/// The settings of a `-backend-config` file.
fn settings_file(path: &str, sources: &mut SourceMap) -> Result<Given, Diagnostics> {
    let text = crate::source::read_file(Path::new(path)).map_err(|error| {
        Diagnostics::from(
            Diagnostic::error(Code::Unreadable, error.to_string())
                .with_summary("Failed to read backend settings")
                .hint("-backend-config takes NAME=VALUE, or the path of a file of such lines."),
        )
    })?;
    let id = sources.add(path, text.as_str());
    let (values, problems) = decode_values(id, &text);
    if problems.has_errors() {
        return Err(problems);
    }
    let given = |(name, (value, span)): (crate::address::Name, (Value, Span))| {
        (name.to_string(), (value, Some(span)))
    };
    Ok(values.into_iter().map(given).collect())
}

/// The object of all settings, and what is wrong with the given ones.
fn checked(arguments: &[Attribute], given: &Given) -> (Value, Diagnostics) {
    let mut problems = Diagnostics::new();
    let mut settings = BTreeMap::new();
    for argument in arguments {
        let null = || Value::null(argument.ty.clone());
        let value = match given.get(argument.name) {
            None => null(),
            Some((value, span)) => {
                typed(argument.name, value, &argument.ty).unwrap_or_else(|problem| {
                    problems.push(placed(*problem, *span));
                    null()
                })
            }
        };
        settings.insert(argument.name.into(), value);
    }
    for (name, (_, span)) in given {
        if !arguments.iter().any(|known| known.name == name) {
            let detail = format!("An argument named \"{name}\" is not expected here.");
            let problem = Diagnostic::error(Code::UnknownArgument, detail)
                .suggest(name, arguments.iter().map(|known| known.name));
            problems.push(placed(problem, *span));
        }
    }
    (Value::object(settings), problems)
}

/// A setting with its type. Parts of an object that are not given are null.
fn typed(name: &str, value: &Value, ty: &Type) -> Result<Value, Box<Diagnostic>> {
    let wrong = |message: String| {
        let detail = format!("Inappropriate value for attribute \"{name}\": {message}.");
        Box::new(
            Diagnostic::error(Code::WrongType, detail)
                .with_summary("Incorrect attribute value type"),
        )
    };
    let (Type::Object(wanted), Some(parts)) = (ty, value.as_entries()) else {
        return convert(value, ty).map_err(|error| wrong(error.message));
    };
    if matches!(value.kind, Kind::Null(_)) {
        return Ok(Value::null(ty.clone()));
    }
    if let Some(stranger) = parts
        .keys()
        .find(|part| !wanted.attributes.contains_key(*part))
    {
        let names: Vec<&str> = wanted.attributes.keys().map(AsRef::as_ref).collect();
        let problem = wrong(format!("attribute \"{stranger}\" is not expected"));
        return Err(Box::new(problem.suggest(stranger, names)));
    }
    let mut converted = BTreeMap::new();
    for (part, ty) in &wanted.attributes {
        let value = match parts.get(part) {
            None => Value::null(ty.clone()),
            Some(value) => convert(value, ty)
                .map_err(|error| wrong(format!("attribute \"{part}\": {}", error.message)))?,
        };
        converted.insert(part.clone(), value);
    }
    Ok(Value::object(converted))
}

fn placed(problem: Diagnostic, span: Option<Span>) -> Diagnostic {
    match span {
        Some(span) => problem.at(span),
        None => problem,
    }
}

fn unsupported(backend_type: &str) -> Diagnostic {
    let detail = format!(
        "There is no backend type named \"{backend_type}\" here. States are kept in local files and in S3."
    );
    Diagnostic::error(Code::NotSupportedYet, detail)
        .with_summary("Unsupported backend type")
        .suggest(backend_type, BACKENDS)
}

fn nested_block(name: &str, arguments: &[Attribute]) -> Diagnostic {
    let detail = format!("Blocks of type \"{name}\" are not expected here.");
    let diagnostic =
        Diagnostic::error(Code::UnknownBlock, detail).with_summary("Unsupported block type");
    if arguments.iter().any(|known| known.name == name) {
        return diagnostic.hint(format!(
            "Did you mean the argument \"{name}\"? Then use the equals sign: {name} = {{ … }}"
        ));
    }
    diagnostic
}
