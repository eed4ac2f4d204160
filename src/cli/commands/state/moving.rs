//! `state mv`

use super::{Backup, edit};
use crate::address::Target;
use crate::cli::arguments::MoveArguments;
use crate::cli::commands::Context;
use crate::cli::commands::addresses::{invalid, target};
use crate::engine::{Failure, move_object};

pub(super) fn run(context: &Context, arguments: &MoveArguments) -> Result<String, Failure> {
    let parse = |what: &str, text: &str| -> Result<Target, Failure> {
        target(text).map_err(|error| invalid(what, text, &error))
    };
    let from = parse("source address", &arguments.source)?;
    let to = parse("target address", &arguments.destination)?;
    let dry = arguments.dry_run;
    let (from_text, to_text) = (from.to_string(), to.to_string());
    edit(
        context,
        &arguments.editing,
        "state-mv",
        Backup::OfItsOwn,
        |before| {
            let next = move_object(before, &from, &to).map_err(Failure::plain)?;
            let text = if dry {
                format!("Would move {from_text:?} to {to_text:?}")
            } else {
                format!("Move {from_text:?} to {to_text:?}\nSuccessfully moved 1 object(s).")
            };
            Ok(((!dry).then_some(next), text))
        },
    )
}
