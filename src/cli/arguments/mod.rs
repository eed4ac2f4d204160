//! Arguments of the command line, spelled as Terraform spells them, with one dash or two: a file for each group of
//! commands.

mod console;
mod directory;
mod environment;
mod explain;
mod fmt;
mod import;
mod looking;
mod planning;
mod reading;
mod sandbox;
mod spelling;
mod state;
mod verify;
mod workspace;

pub(super) use console::ConsoleArguments;
pub(super) use directory::{GetArguments, InitArguments, ValidateArguments, VersionArguments};
pub(super) use environment::with_environment;
pub(super) use explain::ExplainArguments;
pub(super) use fmt::FmtArguments;
pub(super) use import::ImportArguments;
pub(super) use looking::{
    CompleteArguments, CompletionArguments, ExpandArguments, GraphArguments, GraphType,
    MetadataArguments, MetadataCommand, ProvidersArguments, ProvidersCommand, RefusedArguments,
    Shell,
};
pub(super) use planning::{ApplyArguments, PlanArguments, Planning, RefreshArguments};
pub(super) use reading::{OutputArguments, ShowArguments};
pub(super) use sandbox::{SandboxArguments, SandboxCommand};
pub(super) use spelling::spelled_with_two_dashes;
pub(super) use state::{
    Editing, ListArguments, MoveArguments, PushArguments, RemoveArguments,
    ReplaceProviderArguments, StateArguments, StateCommand, StateFile, StateShowArguments,
    TaintArguments,
};
pub(super) use verify::VerifyArguments;
pub(super) use workspace::{ForceUnlockArguments, WorkspaceArguments, WorkspaceCommand};

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// Usage first, as Terraform has it.
const HELP: &str = "\
Usage: {usage}

{about}

{all-args}";
/// The heading of what may stand with every command.
const GLOBAL: &str = "Global options";

/// A declarative infrastructure compiler for the identity of workloads on EKS.
#[derive(Debug, Parser)]
#[command(
    name = "trustform",
    help_template = HELP,
    disable_version_flag = true,
    disable_help_flag = true,
    disable_help_subcommand = true,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub(super) struct Cli {
    /// Switch to another directory before doing anything
    #[arg(long, value_name = "DIR", global = true, help_heading = GLOBAL)]
    pub(super) chdir: Option<PathBuf>,
    /// Run in the embedded sandbox instead of AWS; its content lives in DIR (default: .trustform/sandbox)
    #[arg(long, value_name = "DIR", global = true, num_args = 0..=1, require_equals = true, default_missing_value = "", help_heading = GLOBAL)]
    pub(super) sandbox: Option<String>,
    /// Print no colours
    #[arg(long, global = true, help_heading = GLOBAL)]
    pub(super) no_color: bool,
    /// Show this help
    #[arg(long, global = true, action = clap::ArgAction::Help, help_heading = GLOBAL)]
    help: Option<bool>,
    /// What to do
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Prepare the directory: backend and modules
    #[command(help_template = HELP)]
    Init(InitArguments),
    /// Check whether the configuration is valid
    #[command(help_template = HELP)]
    Validate(ValidateArguments),
    /// Show what applying would change
    #[command(help_template = HELP)]
    Plan(PlanArguments),
    /// Look whether every service account can use its role now
    #[command(help_template = HELP)]
    Verify(VerifyArguments),
    /// Make the changes
    #[command(help_template = HELP)]
    Apply(ApplyArguments),
    /// Destroy everything the state records
    #[command(help_template = HELP)]
    Destroy(ApplyArguments),
    /// Take an object that exists already into the state
    #[command(help_template = HELP)]
    Import(ImportArguments),
    /// Show outputs of the root module
    #[command(help_template = HELP)]
    Output(OutputArguments),
    /// Show a saved plan, or the state
    Show(ShowArguments),
    /// Look at the state, or change it without planning
    #[command(help_template = HELP)]
    State(StateArguments),
    /// Mark an object to be replaced by the next plan (deprecated: `plan -replace` shows first what comes of it)
    #[command(help_template = HELP)]
    Taint(TaintArguments),
    /// Take the mark of `taint` away
    #[command(help_template = HELP)]
    Untaint(TaintArguments),
    /// Evaluate expressions over the configuration and its state
    #[command(help_template = HELP)]
    Console(ConsoleArguments),
    /// Rewrite files in the canonical layout
    #[command(help_template = HELP)]
    Fmt(FmtArguments),
    /// Draw what depends on what, in the language of Graphviz
    #[command(help_template = HELP)]
    Graph(GraphArguments),
    /// Write clusters, roles and service accounts as plain Terraform
    #[command(help_template = HELP)]
    Expand(ExpandArguments),
    /// Say why the pods of a service account will be able to assume a role, or why not
    #[command(help_template = HELP)]
    Explain(ExplainArguments),
    /// Show the providers that the configuration and the state need
    Providers(ProvidersArguments),
    /// Describe the functions of the language
    Metadata(MetadataArguments),
    /// Print a script that completes command lines in a shell
    #[command(help_template = HELP)]
    Completion(CompletionArguments),
    /// Print what may follow the words of a command line, for the scripts of `completion`
    #[command(hide = true)]
    Complete(CompleteArguments),
    /// Install the modules that the configuration calls
    #[command(help_template = HELP)]
    Get(GetArguments),
    /// Look at the embedded sandbox, or change it behind the tool's back
    Sandbox(SandboxArguments),
    /// Look at the workspaces, make one, select one
    Workspace(WorkspaceArguments),
    /// Release a lock that a dead run has left
    #[command(help_template = HELP)]
    ForceUnlock(ForceUnlockArguments),
    /// Record in the state what has become of its objects (deprecated: `apply -refresh-only` asks first)
    #[command(help_template = HELP)]
    Refresh(RefreshArguments),
    /// Store a token for a host
    #[command(hide = true)]
    Login(RefusedArguments),
    /// Forget the token for a host
    #[command(hide = true)]
    Logout(RefusedArguments),
    /// Run the tests of a module
    #[command(hide = true)]
    Test(RefusedArguments),
    /// Manage HCP Terraform
    #[command(hide = true)]
    Cloud(RefusedArguments),
    /// Manage stacks
    #[command(hide = true)]
    Stacks(RefusedArguments),
    /// The former name of `workspace`
    #[command(hide = true)]
    Env(RefusedArguments),
    /// Upload a configuration
    #[command(hide = true)]
    Push(RefusedArguments),
    /// Show the version
    #[command(help_template = HELP)]
    Version(VersionArguments),
}

/// How to lock the state.
#[derive(Debug, Args)]
pub(super) struct Locking {
    /// Whether to lock the state
    #[arg(long, default_value_t = true, value_name = "BOOL", hide_possible_values = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", action = clap::ArgAction::Set)]
    pub(super) lock: bool,
    /// How long to wait for the state's lock, as 30s or 5m
    #[arg(long, value_name = "DURATION", default_value = "0s")]
    pub(super) lock_timeout: String,
}
