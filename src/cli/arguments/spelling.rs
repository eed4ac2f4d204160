//! How Terraform spells options, turned into how clap wants them.

use super::Cli;
use clap::{ArgAction, CommandFactory as _};
use std::collections::BTreeSet;

/// The command line as clap wants it: long options get their second dash, switches lose their `=true`, and the spellings
/// of help and version that Terraform knows (`help plan`, `-h`, `-version`, `-v`) become the ones that exist here.
pub(in crate::cli) fn spelled_with_two_dashes(arguments: Vec<String>) -> Vec<String> {
    let switches = switches();
    let mut verbatim = false;
    let spell = |argument: String| {
        verbatim |= argument == "--";
        if verbatim {
            Some(argument)
        } else {
            option_spelled(argument, &switches)
        }
    };
    let mut spelled: Vec<String> = arguments.into_iter().filter_map(spell).collect();
    let mut options = spelled.iter().skip(1);
    if let Some(position) = options.position(|argument| !is_global(argument)) {
        command_spelled(&mut spelled, position + 1);
    }
    spelled
}

/// Flags that are there or not; as in Terraform, `-flag=true` and `-flag=false` say the same. A name that stands for an
/// option with a value in some command is none.
fn switches() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut valued = BTreeSet::new();
    let mut commands = vec![Cli::command()];
    while let Some(command) = commands.pop() {
        let (flags, others): (Vec<_>, Vec<_>) = command
            .get_arguments()
            .partition(|argument| matches!(argument.get_action(), ArgAction::SetTrue));
        let name = |argument: &clap::Arg| argument.get_long().map(str::to_owned);
        found.extend(flags.into_iter().filter_map(name));
        valued.extend(others.into_iter().filter_map(name));
        commands.extend(command.get_subcommands().cloned());
    }
    found.retain(|name| !valued.contains(name));
    found
}

/// One argument with the dashes that clap wants; nothing for a switch that is off.
fn option_spelled(argument: String, switches: &BTreeSet<String>) -> Option<String> {
    let name = argument.trim_start_matches('-');
    let dashes = argument.len() - name.len();
    if !(1..=2).contains(&dashes) || !name.starts_with(char::is_alphabetic) {
        return Some(argument);
    }
    match name.split_once('=') {
        Some((switch, "true")) if switches.contains(switch) => Some(format!("--{switch}")),
        Some((switch, "false")) if switches.contains(switch) => None,
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
