//! Saved plans: `plan -out=FILE`, and `apply FILE`.
//!
//! Planning is a pure function, so a plan file holds what the function was given: configuration, files, values of
//! variables, the state, and the answers about the world. The plan is computed from them again, and must come to what was
//! shown, which its digest proves. See `docs/decisions/0001-plan-file-holds-the-inputs.md`.

use super::project::VERSION;
use crate::address::{AddressError, ModulePath, Name};
use crate::config::{Module, ModuleCall, ModuleFiles, ModuleSource, NotInstalled};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::eval::{FileAnswers, Program};
use crate::plan::{
    Answer, Answers, LiveObject, Mode, Options, Plan, ReadFailure, ReadKey, TrustRules,
};
use crate::schema::Facts;
use crate::source::{LoadError, is_configuration, write_private};
use crate::value::{Known, Value, decode, encode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use trustform_state::snapshot::Snapshot;

/// The first member of every plan file.
const FORMAT: &str = "trustform-plan-1";

/// Everything a plan was computed from.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PlanFile {
    format: String,
    version: String,
    /// The digest of the plan that was shown.
    digest: String,
    options: SavedOptions,
    workspace: String,
    plan_timestamp: String,
    /// The configuration files of each module's directory.
    directories: BTreeMap<PathBuf, Vec<(PathBuf, String)>>,
    /// Where each module was.
    installed: BTreeMap<String, PathBuf>,
    /// The values of variables, but of ephemeral ones.
    variables: BTreeMap<String, Json>,
    /// The ephemeral variables that were given a value, which has to be given again.
    #[serde(default)]
    ephemeral_variables: BTreeSet<String>,
    answers: BTreeMap<String, SavedAnswer>,
    /// The files that expressions read, in base64; null for one that does not exist.
    files: BTreeMap<String, Option<String>>,
    /// The directories that expressions listed, with the patterns and what was found.
    listings: Vec<(String, String, Vec<String>)>,
    /// The state, in its own format.
    state: String,
}

/// What was asked for, with addresses as texts.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct SavedOptions {
    mode: String,
    skip_refresh: bool,
    targets: Vec<String>,
    /// Not in files of before there was `-exclude`.
    #[serde(default)]
    excludes: Vec<String>,
    replace: Vec<String>,
    /// Not in files of before there was a choice.
    #[serde(default)]
    allow_refuted: bool,
    #[serde(default)]
    strict: bool,
}

/// A saved answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SavedAnswer {
    Object(Option<(Json, String)>),
    Data(Json),
    /// An ephemeral object, of which nothing is kept.
    Opened,
    Names(BTreeSet<String>),
    Facts(BTreeMap<String, String>, BTreeMap<String, String>),
    NotRead(bool, String),
}

/// What a plan file is made from.
pub struct SaveRequest<'a> {
    /// The program that was planned.
    pub program: &'a Program,
    /// The plan.
    pub plan: &'a Plan,
    /// The answers it rests on.
    pub answers: &'a Answers,
    /// The state it was planned from.
    pub snapshot: &'a Snapshot,
    /// The variables that somebody gave a value.
    pub given: &'a BTreeSet<Name>,
    /// The file of blocks for what is imported, which belongs to the root module wherever it is.
    pub generated: Option<&'a Path>,
}

/// Saves a plan to a file that only its owner may read.
pub fn save(path: &Path, request: &SaveRequest<'_>) -> Result<(), Diagnostics> {
    let file = PlanFile::new(request)?;
    let text = serde_json::to_vec(&file).map_err(|error| unwritable(path, &error))?;
    write_private(path, &text).map_err(|error| unwritable(path, &error.cause))
}

fn unwritable(path: &Path, error: &dyn std::fmt::Display) -> Diagnostics {
    let detail = format!(
        "The plan could not be written to {}: {error}.",
        path.display()
    );
    Diagnostic::error(Code::InvalidPlan, detail)
        .with_summary("Failed to write plan file")
        .into()
}

/// The directories of the modules that a person wrote, by the modules' names.
fn installed(program: &Program) -> BTreeMap<String, PathBuf> {
    let modules = program.configuration.modules.iter();
    let written = modules.filter(|(_, module)| !module.is_builtin());
    let directory = |(path, module): (&ModulePath, &Arc<Module>)| {
        let names: Vec<&str> = path.names().iter().map(AsRef::as_ref).collect();
        (names.join("."), module.directory.clone())
    };
    written.map(directory).collect()
}

/// The paths and texts of the configuration's files, by the directory of the module that they belong to.
fn files_by_directory(
    program: &Program,
    generated: Option<&Path>,
) -> BTreeMap<PathBuf, Vec<(PathBuf, String)>> {
    let directories = installed(program).into_values();
    let mut directories: BTreeMap<PathBuf, Vec<(PathBuf, String)>> = directories
        .map(|directory| (directory, Vec::new()))
        .collect();
    for (_, file) in program.configuration.sources.iter() {
        let parent = file.path().parent();
        let parent = parent.filter(|parent| !parent.as_os_str().is_empty());
        let directory = parent.unwrap_or(Path::new("."));
        // Blocks for imports belong to the root module, wherever their file is.
        let module = if generated == Some(file.path()) {
            program.configuration.root().directory.clone()
        } else if directories.contains_key(directory) && is_configuration(file.path()) {
            directory.to_path_buf()
        } else {
            continue;
        };
        let files = directories.entry(module).or_default();
        files.push((file.path().to_path_buf(), file.text().to_string()));
    }
    directories
}

impl PlanFile {
    fn new(request: &SaveRequest<'_>) -> Result<Self, Diagnostics> {
        let program = request.program;
        let root = program.configuration.root();
        let is_ephemeral = |name: &Name| root.variables.get(name).is_some_and(|it| it.ephemeral);
        let state = trustform_state::format::write(request.snapshot)
            .map_err(|error| Diagnostic::error(Code::State, format!("{error}.")))?;
        Ok(PlanFile {
            format: FORMAT.to_owned(),
            version: VERSION.to_owned(),
            digest: super::applying::digest(request.plan),
            options: SavedOptions::of(&request.plan.options),
            workspace: program.surroundings.workspace.clone(),
            plan_timestamp: program
                .surroundings
                .plan_timestamp
                .as_deref()
                .unwrap_or_default()
                .to_owned(),
            directories: files_by_directory(program, request.generated),
            installed: installed(program),
            variables: program
                .inputs
                .iter()
                .filter(|(name, _)| !is_ephemeral(name))
                .map(|(name, value)| (name.to_string(), encode(value)))
                .collect(),
            ephemeral_variables: request
                .given
                .iter()
                .filter(|name| is_ephemeral(name))
                .map(ToString::to_string)
                .collect(),
            answers: request
                .answers
                .reads
                .iter()
                .map(|(key, answer)| (key.to_string(), saved(answer)))
                .collect(),
            files: saved_files(&request.answers.files),
            listings: saved_listings(&request.answers.files),
            state: String::from_utf8_lossy(&state).into_owned(),
        })
    }

    /// Reads a plan file.
    pub fn read(path: &Path) -> Result<Self, Diagnostics> {
        let bytes = crate::source::read_bytes(path);
        let bytes = bytes.map_err(|error| no_plan(path, &error.cause))?;
        PlanFile::parse(path, &bytes)
    }

    /// The plan that the content of a file is; the path is for the problem of one that is none.
    pub fn parse(path: &Path, bytes: &[u8]) -> Result<Self, Diagnostics> {
        let file: PlanFile =
            serde_json::from_slice(bytes).map_err(|error| no_plan(path, &error))?;
        if file.format != FORMAT {
            let reason = format!("its format is `{}`", file.format);
            return Err(no_plan(path, &reason));
        }
        if file.version != VERSION {
            let detail = format!(
                "The plan was made by trustform {}, and this is {VERSION}. A plan can only be applied by the version \
                 that made it.",
                file.version
            );
            return Err(Diagnostic::error(Code::InvalidPlan, detail)
                .hint("Make the plan again.")
                .into());
        }
        Ok(file)
    }

    /// What was asked for.
    pub fn options(&self) -> Result<Options, Diagnostics> {
        self.options.restored()
    }

    /// The instant of the plan.
    pub fn plan_timestamp(&self) -> Arc<str> {
        self.plan_timestamp.as_str().into()
    }

    /// The workspace that was planned.
    pub fn workspace(&self) -> &str {
        &self.workspace
    }

    /// The state that was planned from; `None` when what is saved is not one.
    pub fn snapshot(&self) -> Result<Snapshot, Diagnostics> {
        match trustform_state::format::parse(self.state.as_bytes()) {
            Ok(Some(snapshot)) => Ok(snapshot),
            Ok(None) => {
                Err(Diagnostic::error(Code::InvalidPlan, "The plan file holds no state.").into())
            }
            Err(error) => Err(Diagnostic::error(Code::InvalidPlan, format!("{error}.")).into()),
        }
    }

    /// The ephemeral variables of which the plan was given a value.
    pub fn ephemeral_variables(&self) -> BTreeSet<Name> {
        let names = self.ephemeral_variables.iter();
        names.map(|name| Name::from(name.as_str())).collect()
    }

    /// The values of the root module's variables, but of ephemeral ones.
    pub fn inputs(&self) -> Result<BTreeMap<Name, Value>, Diagnostics> {
        let value = |(name, json): (&String, &Json)| {
            let value = decode(json).map_err(|error| damaged(&error))?;
            Ok((Name::from(name.as_str()), value))
        };
        self.variables.iter().map(value).collect()
    }

    /// The answers that the plan rests on.
    pub fn answers(&self) -> Result<Answers, Diagnostics> {
        let mut answers = Answers::default();
        for (key, answer) in &self.answers {
            answers
                .reads
                .insert(ReadKey::from_text(key.clone()), restored(answer)?);
        }
        for (path, content) in &self.files {
            let bytes = match content {
                None => None,
                Some(text) => Some(Arc::from(
                    BASE64.decode(text).map_err(|error| damaged(&error))?,
                )),
            };
            answers.files.contents.insert(path.clone(), bytes);
        }
        for (directory, pattern, found) in &self.listings {
            answers
                .files
                .listings
                .insert((directory.clone(), pattern.clone()), found.clone());
        }
        Ok(answers)
    }

    /// Whether a plan computed again is the one that was shown.
    pub fn is_of(&self, plan: &Plan) -> bool {
        self.digest == super::applying::digest(plan)
    }
}

fn no_plan(path: &Path, reason: &dyn std::fmt::Display) -> Diagnostics {
    let detail = format!("{} is not a saved plan: {reason}.", path.display());
    Diagnostic::error(Code::InvalidPlan, detail)
        .hint("A saved plan is what `plan -out=FILE` writes.")
        .into()
}

impl SavedOptions {
    fn of(options: &Options) -> Self {
        let mode = match options.mode {
            Mode::Normal => "normal",
            Mode::Destroy => "destroy",
            Mode::RefreshOnly => "refresh-only",
            Mode::Import => "import",
        };
        SavedOptions {
            mode: mode.to_owned(),
            skip_refresh: options.skip_refresh,
            targets: options.targets.iter().map(ToString::to_string).collect(),
            excludes: options.excludes.iter().map(ToString::to_string).collect(),
            replace: options.replace.iter().map(ToString::to_string).collect(),
            allow_refuted: options.trust.allow_refuted,
            strict: options.trust.strict,
        }
    }

    fn restored(&self) -> Result<Options, Diagnostics> {
        let mode = match self.mode.as_str() {
            "normal" => Mode::Normal,
            "destroy" => Mode::Destroy,
            "refresh-only" => Mode::RefreshOnly,
            "import" => Mode::Import,
            other => return Err(damaged(&format!("there is no mode `{other}`"))),
        };
        let targets: Result<_, AddressError> = self.targets.iter().map(|t| t.parse()).collect();
        let excludes: Result<_, AddressError> = self.excludes.iter().map(|t| t.parse()).collect();
        let replace: Result<_, AddressError> = self.replace.iter().map(|r| r.parse()).collect();
        Ok(Options {
            mode,
            skip_refresh: self.skip_refresh,
            targets: targets.map_err(|error| damaged(&error))?,
            excludes: excludes.map_err(|error| damaged(&error))?,
            replace: replace.map_err(|error| damaged(&error))?,
            trust: TrustRules {
                allow_refuted: self.allow_refuted,
                strict: self.strict,
            },
        })
    }
}

impl ModuleSource for PlanFile {
    fn files(&mut self, directory: &Path) -> Result<ModuleFiles, LoadError> {
        let files = self.directories.get(directory).ok_or_else(|| LoadError {
            path: directory.to_path_buf(),
            cause: std::io::Error::from(std::io::ErrorKind::NotFound),
        })?;
        Ok(files
            .iter()
            .map(|(path, text)| (path.clone(), Arc::from(text.as_str())))
            .collect())
    }

    fn directory(
        &mut self,
        module: &ModulePath,
        _: &ModuleCall,
        _: &Path,
    ) -> Result<PathBuf, NotInstalled> {
        let names: Vec<&str> = module.names().iter().map(AsRef::as_ref).collect();
        let directory = self.installed.get(&names.join("."));
        directory.cloned().ok_or(NotInstalled::Missing)
    }
}

fn saved(answer: &Answer) -> SavedAnswer {
    match answer {
        Answer::Object(None) => SavedAnswer::Object(None),
        Answer::Object(Some(live)) => SavedAnswer::Object(Some((
            encode(live.object.value()),
            BASE64.encode(&live.private),
        ))),
        Answer::Data(value) => SavedAnswer::Data(encode(value.value())),
        Answer::Opened(_) => SavedAnswer::Opened,
        Answer::Names(names) => SavedAnswer::Names(names.clone()),
        Answer::Facts(facts) => {
            let members = [
                ("partition", &facts.partition),
                ("account", &facts.account),
                ("region", &facts.region),
                ("caller_arn", &facts.caller_arn),
                ("caller_id", &facts.caller_id),
            ];
            let members = members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value.clone()));
            SavedAnswer::Facts(members.collect(), facts.default_tags.clone())
        }
        Answer::NotRead(failure) => {
            SavedAnswer::NotRead(failure.credentials, failure.message.clone())
        }
    }
}

fn restored(answer: &SavedAnswer) -> Result<Answer, Diagnostics> {
    let known = |json: &Json| {
        let value = decode(json).map_err(|error| damaged(&error))?;
        Known::new(&value).map_err(|error| damaged(&error))
    };
    Ok(match answer {
        SavedAnswer::Object(None) => Answer::Object(None),
        SavedAnswer::Object(Some((object, private))) => Answer::Object(Some(LiveObject {
            object: known(object)?,
            private: BASE64.decode(private).map_err(|error| damaged(&error))?,
        })),
        SavedAnswer::Data(value) => Answer::Data(known(value)?),
        SavedAnswer::Opened => Answer::Opened(None),
        SavedAnswer::Names(names) => Answer::Names(names.clone()),
        SavedAnswer::Facts(members, default_tags) => {
            let text = |name: &str| members.get(name).cloned().unwrap_or_default();
            Answer::Facts(Facts {
                partition: text("partition"),
                account: text("account"),
                region: text("region"),
                caller_arn: text("caller_arn"),
                caller_id: text("caller_id"),
                default_tags: default_tags.clone(),
            })
        }
        SavedAnswer::NotRead(credentials, message) => Answer::NotRead(ReadFailure {
            credentials: *credentials,
            malformed: false,
            settings: false,
            message: message.clone(),
        }),
    })
}

fn saved_files(files: &FileAnswers) -> BTreeMap<String, Option<String>> {
    let content = |(path, bytes): (&String, &Option<Arc<[u8]>>)| {
        (
            path.clone(),
            bytes.as_ref().map(|bytes| BASE64.encode(bytes)),
        )
    };
    files.contents.iter().map(content).collect()
}

fn saved_listings(files: &FileAnswers) -> Vec<(String, String, Vec<String>)> {
    let listing = |((directory, pattern), found): (&(String, String), &Vec<String>)| {
        (directory.clone(), pattern.clone(), found.clone())
    };
    files.listings.iter().map(listing).collect()
}

fn damaged(error: &dyn std::fmt::Display) -> Diagnostics {
    let detail = format!("The plan file is damaged: {error}.");
    Diagnostic::error(Code::InvalidPlan, detail)
        .hint("Make the plan again.")
        .into()
}
