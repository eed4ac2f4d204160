//! The commands, one file each. They call the engine and hand what comes of it to a view.

mod addresses;
pub(super) mod apply;
mod approval;
mod asking;
pub(super) mod completion;
pub(super) mod console;
pub(super) mod expand;
pub(super) mod explain;
pub(super) mod fmt;
pub(super) mod force_unlock;
mod generate;
pub(super) mod get;
pub(super) mod graph;
pub(super) mod import;
pub(super) mod init;
mod interrupts;
pub(super) mod metadata;
mod options;
pub(super) mod output;
pub(super) mod plan;
pub(super) mod providers;
pub(super) mod sandbox;
pub(super) mod show;
pub(super) mod state;
pub(super) mod taint;
pub(super) mod validate;
pub(super) mod verify;
pub(super) mod version;
mod work;
pub(super) mod workspace;

use super::STACK;
use super::arguments::{Cli, Locking, Planning};
use super::connect::{Clients, World, transport};
use super::terminal::Terminal;
use crate::address::Name;
use crate::config::{Configuration, Variable};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::engine::{
    Failure, Gathered, Given, LockRequest, Project, Reach, Session, Unset, compile, gather,
    gather_again, located, open, recorded_workspace,
};
use crate::eval::Program;
use crate::provider::CallCounts;
use crate::provider::aws::Transport;
use crate::provider::registry::Registry;
use crate::refresh::Connections;
use crate::sandbox::{Sandbox, Seed};
use crate::schema::Schemas;
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use trustform_state::backend::Backend;
use trustform_state::snapshot::Snapshot;

/// What to do instead of `login` and `logout`.
pub(super) const TOKENS: &str = "Tokens for registries of modules are read from `TF_TOKEN_<host>` and from the `credentials` \
                                 blocks of the CLI configuration; write or remove them there.";
/// What to do instead of `test`.
pub(super) const TESTS: &str = "Let Terraform run its tests; `trustform plan` and `trustform explain` judge the configuration \
                                before anything is applied.";
/// What to do instead of what belongs to HCP Terraform.
pub(super) const CLOUD: &str = "States are kept in local files and in S3, by `backend \"local\"` and `backend \"s3\"`, and plans \
                                are made where the command runs.";

/// Refuses a command that this version does not have, with what to do instead.
pub(super) fn refused(context: &Context, command: &str, instead: &str) -> super::ExitCode {
    let detail = format!("The command `{command}` is not supported by this version.");
    let diagnostic = Diagnostic::error(Code::NotSupportedYet, detail).hint(instead);
    super::view::fail(&Failure::plain(diagnostic), context.terminal)
}

/// A warning of a directory of Terraform's tests that is not there. They are never read; scripts that name one may go on.
fn no_test_directory(context: &Context, directory: Option<&Path>) -> Option<Diagnostic> {
    let named = directory?;
    if crate::source::is_there(&context.project.directory.join(named)) {
        return None;
    }
    let detail = format!(
        "Requested test directory {} does not exist.",
        named.display()
    );
    Some(Diagnostic::warning(Code::Usage, detail).with_summary("Test directory does not exist"))
}

/// What every command has.
pub(super) struct Context {
    pub(super) project: Project,
    pub(super) environment: BTreeMap<String, String>,
    pub(super) schemas: Arc<dyn Schemas>,
    pub(super) calls: CallCounts,
    /// Told on the first interrupt.
    pub(super) stop: watch::Sender<bool>,
    /// What can be shown.
    pub(super) terminal: Terminal,
    sandbox: Option<PathBuf>,
}

impl Context {
    /// Switches to `-chdir` and looks at the environment.
    pub(super) fn new(cli: &Cli, environment: BTreeMap<String, String>) -> Result<Self, Failure> {
        if let Some(directory) = &cli.chdir {
            std::env::set_current_dir(directory).map_err(|error| {
                let detail = format!("Cannot switch to {}: {error}.", directory.display());
                Failure::plain(Diagnostic::error(Code::Usage, detail))
            })?;
        }
        let mut project = Project::new(".");
        if let Some(directory) = environment
            .get("TF_DATA_DIR")
            .filter(|text| !text.is_empty())
        {
            project.data_directory = directory.into();
        }
        project.home = ["HOME", "USERPROFILE"]
            .into_iter()
            .find_map(|name| environment.get(name).filter(|path| !path.is_empty()))
            .map(|path| path.replace('\\', "/").into());
        project.workspace = recorded_workspace(&project.data_directory, &environment)?;
        let sandbox = cli
            .sandbox
            .as_ref()
            .map(|directory| match directory.as_str() {
                "" => project.directory.join(".trustform").join("sandbox"),
                named => PathBuf::from(named),
            });
        Ok(Context {
            terminal: Terminal::detect(&environment, cli.no_color),
            project,
            environment,
            schemas: Arc::new(Registry),
            calls: CallCounts::default(),
            stop: watch::Sender::new(false),
            sandbox,
        })
    }

    /// The clients of a run: over the sandbox under `-sandbox`, else over the network.
    pub(super) fn connections(&self) -> Result<Connections, Failure> {
        let world = match &self.sandbox {
            Some(_) => World::Sandbox(self.open_sandbox()?),
            None => World::Network,
        };
        let progress = Arc::new(super::view::once());
        Ok(Connections::new(Arc::new(Clients {
            world,
            calls: self.calls.clone(),
            environment: self.environment.clone(),
            progress,
            stopped: self.stop.subscribe(),
            made: std::sync::Mutex::default(),
        })))
    }

    /// How backends are reached: as providers are, over the network or over the sandbox.
    pub(super) fn reach(&self) -> Result<Reach, Failure> {
        let transport = match &self.sandbox {
            None => Transport::Network,
            Some(_) => transport(&self.open_sandbox()?).map_err(|error| {
                let diagnostic = Diagnostic::error(Code::Unreadable, format!("{error}."));
                Failure::plain(diagnostic.with_summary("Sandbox"))
            })?,
        };
        Ok(Reach {
            transport,
            environment: self.environment.clone(),
            calls: self.calls.clone(),
        })
    }

    /// Reads the state of the selected workspace, for commands that only look.
    pub(super) fn look(&self, configuration: &Configuration) -> Result<Session, Failure> {
        block_on(async {
            let backend = open(&self.project, configuration, &self.reach()?).await?;
            let session = Session::look(backend).await;
            session.map_err(|diagnostics| located(diagnostics, configuration))
        })?
    }

    /// The backend that keeps the state of the selected workspace.
    pub(super) fn backend(
        &self,
        configuration: &Configuration,
    ) -> Result<Arc<dyn Backend>, Failure> {
        block_on(async { open(&self.project, configuration, &self.reach()?).await })?
    }

    /// Locks and reads the state of the selected workspace.
    pub(super) async fn session(
        &self,
        configuration: &Configuration,
        request: LockRequest,
    ) -> Result<Session, Failure> {
        let backend = open(&self.project, configuration, &self.reach()?).await?;
        let session = Session::open(backend, request).await;
        session.map_err(|diagnostics| located(diagnostics, configuration))
    }

    /// The sandbox of the project, begun from `sandbox.json` when it does not exist yet.
    pub(super) fn open_sandbox(&self) -> Result<Sandbox, Failure> {
        let default = self.project.directory.join(".trustform").join("sandbox");
        let directory = self.sandbox.as_ref().unwrap_or(&default);
        let failure = |error: &dyn std::fmt::Display| {
            Failure::plain(
                Diagnostic::error(Code::Unreadable, format!("{error}.")).with_summary("Sandbox"),
            )
        };
        let path = self.project.directory.join("sandbox.json");
        let seed = match crate::source::read_file(&path) {
            Ok(text) => Some(Seed::parse(&text).map_err(|error| failure(&error))?),
            Err(error) if error.cause.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(failure(&error)),
        };
        Sandbox::open(Path::new(directory), seed).map_err(|error| failure(&error))
    }

    /// Loads the configuration and the values of its variables.
    pub(super) fn load(&self, planning: &Planning) -> Result<Loaded, Failure> {
        let (mut configuration, mut diagnostics) =
            self.project.load_thoroughly(self.schemas.as_ref())?;
        let interactive = std::io::stdin().is_terminal();
        let may_ask = asking::may_ask(planning.input, interactive, &self.environment);
        let given = given(&planning.var_file, &planning.var);
        let mut ask = |variable: &Variable| may_ask.then(|| asking::answer(variable)).flatten();
        let gathered = gather(
            &self.project,
            &mut configuration,
            &self.environment,
            &given,
            Unset::Asked(&mut ask),
        )?;
        diagnostics.extend(gathered.diagnostics);
        Ok(Loaded {
            configuration,
            inputs: gathered.values,
            given: gathered.given,
            diagnostics,
        })
    }

    /// The program of a loaded configuration, for a state.
    pub(super) fn program(
        &self,
        loaded: Loaded,
        recorded: &Snapshot,
    ) -> Result<(Program, Diagnostics), Failure> {
        let Loaded {
            configuration,
            inputs,
            ..
        } = loaded;
        let schemas = self.schemas.clone();
        compile(
            &self.project,
            configuration,
            inputs,
            schemas,
            Some(now()),
            Some(recorded),
        )
    }

    /// The values of variables; one that has none is a problem.
    pub(super) fn inputs(
        &self,
        configuration: &mut Configuration,
        files: &[PathBuf],
        variables: &[String],
    ) -> Result<(BTreeMap<Name, Value>, Diagnostics), Failure> {
        let mut nobody = |_: &Variable| None;
        let unset = Unset::Asked(&mut nobody);
        self.gathered(configuration, files, variables, unset)
    }

    /// The values of variables for a command that looks and changes nothing: those that have none are unknown.
    pub(super) fn inputs_or_unknown(
        &self,
        configuration: &mut Configuration,
        files: &[PathBuf],
        variables: &[String],
    ) -> Result<(BTreeMap<Name, Value>, Diagnostics), Failure> {
        self.gathered(configuration, files, variables, Unset::Unknown)
    }

    fn gathered(
        &self,
        configuration: &mut Configuration,
        files: &[PathBuf],
        variables: &[String],
        unset: Unset<'_>,
    ) -> Result<(BTreeMap<Name, Value>, Diagnostics), Failure> {
        let given = given(files, variables);
        let (project, environment) = (&self.project, &self.environment);
        let gathered = gather(project, configuration, environment, &given, unset)?;
        Ok((gathered.values, gathered.diagnostics))
    }

    /// The values of the ephemeral variables for a saved plan that is to be applied.
    pub(super) fn inputs_again(
        &self,
        configuration: &mut Configuration,
        planning: &Planning,
        planned: &BTreeSet<Name>,
    ) -> Result<Gathered, Failure> {
        let given = given(&planning.var_file, &planning.var);
        let project = &self.project;
        gather_again(project, configuration, &self.environment, &given, planned)
    }
}

/// What the command line gives.
fn given(files: &[PathBuf], variables: &[String]) -> Vec<Given> {
    let files = files.iter().cloned().map(Given::File);
    let variables = variables.iter().cloned().map(Given::Variable);
    files.chain(variables).collect()
}

/// A configuration as it was read, with the values of its variables.
pub(super) struct Loaded {
    pub(super) configuration: Configuration,
    pub(super) inputs: BTreeMap<Name, Value>,
    /// The variables that somebody gave a value.
    pub(super) given: BTreeSet<Name>,
    pub(super) diagnostics: Diagnostics,
}

/// Runs a future on a runtime of its own.
pub(super) fn block_on<T>(future: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_stack_size(STACK)
        .enable_all()
        .build();
    match runtime {
        Ok(runtime) => Ok(runtime.block_on(future)),
        Err(error) => {
            let detail = format!("Cannot start the runtime: {error}.");
            Err(Failure::plain(Diagnostic::error(Code::Internal, detail)))
        }
    }
}

/// How to lock the state, from the arguments.
pub(super) fn lock_request(
    context: &Context,
    locking: &Locking,
    operation: &'static str,
) -> Result<LockRequest, Failure> {
    let timeout = duration(&locking.lock_timeout).ok_or_else(|| {
        let detail = format!(
            "`-lock-timeout={}` is not a duration. Write a number with a unit, as 30s, 5m or 1h.",
            locking.lock_timeout
        );
        Failure::plain(Diagnostic::error(Code::Usage, detail))
    })?;
    Ok(LockRequest {
        lock: locking.lock,
        timeout,
        operation,
        stop: context.stop.subscribe(),
    })
}

/// A duration as Go writes it: `1h30m`, `500ms`.
fn duration(text: &str) -> Option<Duration> {
    let parsed: jiff::SignedDuration = text
        .parse()
        .ok()
        .or_else(|| format!("{text}s").parse().ok())?;
    Duration::try_from(parsed).ok()
}

/// The present instant, RFC 3339 in UTC and in whole seconds.
#[expect(
    clippy::disallowed_methods,
    reason = "the instants of a run are read here and handed on as values"
)]
fn now() -> Arc<str> {
    let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ");
    now.to_string().into()
}
