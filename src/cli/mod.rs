//! The command line: arguments, commands, views. The only place that writes to a terminal.

mod arguments;
mod commands;
mod connect;
mod exit;
mod remote_states;
mod terminal;
mod view;

pub use exit::ExitCode;

use arguments::{Cli, Command};
use clap::Parser;
use commands::apply::{self, Purpose};
use std::collections::BTreeMap;

/// The stack of a command, in bytes: expressions nested as deeply as they may be are evaluated on it. What of it is not
/// used takes no memory.
pub const STACK: usize = 256 << 20;

/// Runs a command line (the program's name first) in an environment and returns the exit code.
pub fn run(arguments: Vec<String>, environment: BTreeMap<String, String>) -> ExitCode {
    let given = (arguments.clone(), environment.clone());
    let command = std::thread::Builder::new()
        .name("command".to_owned())
        .stack_size(STACK)
        .spawn(|| command(given.0, given.1));
    let code = match command.map(std::thread::JoinHandle::join) {
        Ok(Ok(code)) => code,
        Ok(Err(panic)) => std::panic::resume_unwind(panic),
        // Where there is no room for such a stack, the one there is must do.
        Err(_) => self::command(arguments, environment),
    };
    view::ended(code, terminal::Terminal::detect(&BTreeMap::new(), false))
}

fn command(arguments: Vec<String>, environment: BTreeMap<String, String>) -> ExitCode {
    let terminal = || terminal::Terminal::detect(&BTreeMap::new(), false);
    let arguments = match arguments::with_environment(arguments, &environment) {
        Ok(arguments) => arguments,
        Err(failure) => return view::fail(&failure, terminal()),
    };
    let cli = match Cli::try_parse_from(arguments::spelled_with_two_dashes(arguments)) {
        Ok(cli) => cli,
        Err(error) => return view::usage(&error),
    };
    let context = match commands::Context::new(&cli, environment) {
        Ok(context) => context,
        Err(failure) => return view::fail(&failure, terminal()),
    };
    let refused = |name: &str, instead: &str| commands::refused(&context, name, instead);
    match cli.command {
        Command::Login(_) => refused("login", commands::TOKENS),
        Command::Logout(_) => refused("logout", commands::TOKENS),
        Command::Test(_) => refused("test", commands::TESTS),
        Command::Cloud(_) => refused("cloud", commands::CLOUD),
        Command::Stacks(_) => refused("stacks", commands::CLOUD),
        Command::Push(_) => refused("push", commands::CLOUD),
        Command::Env(_) => refused("env", "Its name is `workspace`."),
        Command::Refresh(arguments) => apply::run(&context, &arguments.into(), Purpose::Refresh),
        Command::Version(arguments) => commands::version::run(&context, &arguments),
        Command::Init(arguments) => commands::init::run(&context, &arguments),
        Command::Validate(arguments) => commands::validate::run(&context, &arguments),
        Command::Plan(arguments) => commands::plan::run(&context, &arguments),
        Command::Apply(arguments) => apply::run(&context, &arguments, Purpose::Apply),
        Command::Destroy(arguments) => apply::run(&context, &arguments, Purpose::Destroy),
        Command::Verify(arguments) => commands::verify::run(&context, &arguments),
        Command::Import(arguments) => commands::import::run(&context, &arguments),
        Command::Output(arguments) => commands::output::run(&context, &arguments),
        Command::Show(arguments) => commands::show::run(&context, &arguments),
        Command::State(arguments) => commands::state::run(&context, &arguments),
        Command::Workspace(arguments) => commands::workspace::run(&context, &arguments),
        Command::ForceUnlock(arguments) => commands::force_unlock::run(&context, &arguments),
        Command::Taint(arguments) => commands::taint::taint(&context, &arguments),
        Command::Untaint(arguments) => commands::taint::untaint(&context, &arguments),
        Command::Console(arguments) => commands::console::run(&context, &arguments),
        Command::Fmt(arguments) => commands::fmt::run(&context, &arguments),
        Command::Graph(arguments) => commands::graph::run(&context, &arguments),
        Command::Expand(arguments) => commands::expand::run(&context, &arguments),
        Command::Explain(arguments) => commands::explain::run(&context, &arguments),
        Command::Providers(arguments) => commands::providers::run(&context, &arguments),
        Command::Metadata(arguments) => commands::metadata::run(&context, &arguments),
        Command::Completion(arguments) => commands::completion::script(&arguments),
        Command::Complete(arguments) => commands::completion::complete(&arguments),
        Command::Get(arguments) => commands::get::run(&context, &arguments),
        Command::Sandbox(arguments) => commands::sandbox::run(&context, &arguments),
    }
}
