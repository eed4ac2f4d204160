//! Arguments of the command line, spelled as Terraform spells them, with one dash or two.

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
    /// Make the changes
    #[command(help_template = HELP)]
    Apply(ApplyArguments),
    /// Destroy everything the state records
    #[command(help_template = HELP)]
    Destroy(ApplyArguments),
    /// Show outputs of the root module
    #[command(help_template = HELP)]
    Output(OutputArguments),
    /// Show a saved plan, or the state
    Show(ShowArguments),
    /// Look at the state
    #[command(help_template = HELP)]
    State(StateArguments),
    /// Look at the embedded sandbox, or change it behind the tool's back
    Sandbox(SandboxArguments),
    /// Show the version
    #[command(help_template = HELP)]
    Version(VersionArguments),
}

#[derive(Debug, Args)]
pub(super) struct VersionArguments {
    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct InitArguments {
    /// A backend setting, NAME=VALUE; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    pub(super) backend_config: Vec<String>,
    /// Whether to ask for missing values
    #[arg(long, default_value_t = true, value_name = "BOOL", hide_possible_values = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", action = clap::ArgAction::Set)]
    pub(super) input: bool,
    #[command(flatten)]
    pub(super) output: Appearance,
}

#[derive(Debug, Args)]
pub(super) struct ValidateArguments {
    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
    #[command(flatten)]
    pub(super) output: Appearance,
}

#[derive(Debug, Args)]
pub(super) struct Appearance {
    /// Print no colours
    #[arg(long)]
    pub(super) no_color: bool,
}

/// Arguments of everything that plans.
#[derive(Debug, Args)]
pub(super) struct Planning {
    /// The value of a variable, NAME=VALUE; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    pub(super) var: Vec<String>,
    /// A file of variable values; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(super) var_file: Vec<PathBuf>,
    /// Whether to ask for missing values
    #[arg(long, default_value_t = true, value_name = "BOOL", hide_possible_values = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", action = clap::ArgAction::Set)]
    pub(super) input: bool,
    /// Whether to lock the state
    #[arg(long, default_value_t = true, value_name = "BOOL", hide_possible_values = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", action = clap::ArgAction::Set)]
    pub(super) lock: bool,
    /// How long to wait for the state's lock, as 30s or 5m
    #[arg(long, value_name = "DURATION", default_value = "0s")]
    pub(super) lock_timeout: String,
    /// How many operations may run at once
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(super) parallelism: usize,
    /// Print a stream of JSON objects, one a line
    #[arg(long)]
    pub(super) json: bool,
    #[command(flatten)]
    pub(super) output: Appearance,
}

#[derive(Debug, Args)]
pub(super) struct PlanArguments {
    /// Plan to destroy everything
    #[arg(long)]
    pub(super) destroy: bool,
    /// Save the plan to a file
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
    /// Exit with 2 when there are changes
    #[arg(long)]
    pub(super) detailed_exitcode: bool,
    #[command(flatten)]
    pub(super) planning: Planning,
}

#[derive(Debug, Args)]
pub(super) struct ApplyArguments {
    /// A saved plan
    #[arg(value_name = "PLAN")]
    pub(super) plan: Option<PathBuf>,
    /// Do not ask before making the changes
    #[arg(long)]
    pub(super) auto_approve: bool,
    #[command(flatten)]
    pub(super) planning: Planning,
}

#[derive(Debug, Args)]
pub(super) struct OutputArguments {
    /// Print JSON
    #[arg(long, conflicts_with = "raw")]
    pub(super) json: bool,
    /// Print the bare text of one output
    #[arg(long)]
    pub(super) raw: bool,
    /// The output
    pub(super) name: Option<String>,
    #[command(flatten)]
    pub(super) output: Appearance,
}

#[derive(Debug, Args)]
pub(super) struct ShowArguments {
    /// Print JSON, in Terraform's format
    #[arg(long)]
    pub(super) json: bool,
    /// A saved plan; without one, the state is shown
    #[arg(value_name = "PLAN")]
    pub(super) plan: Option<PathBuf>,
    #[command(flatten)]
    pub(super) output: Appearance,
}

#[derive(Debug, Args)]
pub(super) struct SandboxArguments {
    #[command(subcommand)]
    pub(super) command: SandboxCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum SandboxCommand {
    /// List the objects, or show one
    Show {
        /// An address, as iam/role/NAME, or the beginning of some
        address: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Change an object, or make it
    Set {
        /// Its address
        address: String,
        /// A JSON object whose members replace the object's own; null removes one
        change: String,
    },
    /// Remove an object
    Rm {
        /// Its address
        address: String,
    },
}

#[derive(Debug, Args)]
pub(super) struct StateArguments {
    #[command(subcommand)]
    pub(super) command: StateCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum StateCommand {
    /// List the addresses that the state records
    #[command(help_template = HELP)]
    List {
        /// Only these addresses and what lies in them
        addresses: Vec<String>,
    },
    /// Show the recorded object of one address
    #[command(help_template = HELP)]
    Show {
        /// The address
        address: String,
    },
}

/// Flags that are there or not; as in Terraform, `-flag=true` and `-flag=false` say the same.
const SWITCHES: [&str; 6] = [
    "auto-approve",
    "destroy",
    "detailed-exitcode",
    "json",
    "no-color",
    "raw",
];

/// The command line as clap wants it: long options get their second dash, switches lose their `=true`, and the spellings
/// of help and version that Terraform knows (`help plan`, `-h`, `-version`, `-v`) become the ones that exist here.
pub(super) fn spelled_with_two_dashes(arguments: Vec<String>) -> Vec<String> {
    let mut verbatim = false;
    let spell = |argument: String| {
        verbatim |= argument == "--";
        if verbatim {
            Some(argument)
        } else {
            option_spelled(argument)
        }
    };
    let mut spelled: Vec<String> = arguments.into_iter().filter_map(spell).collect();
    let mut options = spelled.iter().skip(1);
    if let Some(position) = options.position(|argument| !is_global(argument)) {
        command_spelled(&mut spelled, position + 1);
    }
    spelled
}

/// One argument with the dashes that clap wants; nothing for a switch that is off.
fn option_spelled(argument: String) -> Option<String> {
    let name = argument.trim_start_matches('-');
    let dashes = argument.len() - name.len();
    if !(1..=2).contains(&dashes) || !name.starts_with(char::is_alphabetic) {
        return Some(argument);
    }
    match name.split_once('=') {
        Some((switch, "true")) if SWITCHES.contains(&switch) => Some(format!("--{switch}")),
        Some((switch, "false")) if SWITCHES.contains(&switch) => None,
        _ if name == "h" => Some("--help".to_owned()),
        _ => Some(format!("--{name}")),
    }
}

/// Whether it is an option that stands before the command.
fn is_global(argument: &str) -> bool {
    argument.starts_with("--chdir=") || argument.starts_with("--sandbox")
}

/// Turns another spelling of help or version, standing where the command stands, into what exists here.
fn command_spelled(arguments: &mut Vec<String>, position: usize) {
    let Some(command) = arguments.get_mut(position) else {
        return;
    };
    match command.as_str() {
        "--version" | "--v" => "version".clone_into(command),
        "help" => {
            let asked = arguments.remove(position);
            arguments.push(format!("--{asked}"));
        }
        _ => {}
    }
}
