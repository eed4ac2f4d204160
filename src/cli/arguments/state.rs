//! Arguments of the commands on the state.

use super::HELP;
use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub(in crate::cli) struct StateArguments {
    #[command(subcommand)]
    pub(in crate::cli) command: StateCommand,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum StateCommand {
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
