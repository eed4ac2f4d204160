//! `state replace-provider`

use super::{Backup, edit};
use crate::address::ProviderAddress;
use crate::cli::arguments::ReplaceProviderArguments;
use crate::cli::commands::addresses::invalid;
use crate::cli::commands::{Context, approval};
use crate::cli::view;
use crate::engine::{Failure, replace_provider};

pub(super) fn run(
    context: &Context,
    arguments: &ReplaceProviderArguments,
) -> Result<String, Failure> {
    let parse = |text: &str| -> Result<ProviderAddress, Failure> {
        ProviderAddress::parse_source(text).map_err(|error| invalid("provider", text, &error))
    };
    let (from, to) = (parse(&arguments.from)?, parse(&arguments.to)?);
    let terminal = context.terminal;
    edit(
        context,
        &arguments.editing,
        "state-replace-provider",
        Backup::OfItsOwn,
        |before| {
            let (next, mut changed) = replace_provider(before, &from, &to);
            if changed.is_empty() {
                return Ok((None, "No matching resources found.".to_owned()));
            }
            changed.sort();
            let list = changed.join("\n  ");
            let count = changed.len();
            view::print(&format!(
                "Trustform will perform the following actions:\n\n  ~ Updating provider:\n    - {from}\n    + {to}\n\n\
             Changing {count} resources:\n\n  {list}\n"
            ));
            let question = "Do you want to make these changes? Only `yes` is accepted.";
            if !arguments.auto_approve
                && !approval::asked(question, terminal.interactive, context.stop.subscribe())?
            {
                return Ok((None, "Cancelled replacing providers.".to_owned()));
            }
            Ok((
                Some(next),
                format!("Successfully replaced provider for {count} resources."),
            ))
        },
    )
}
