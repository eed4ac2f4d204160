//! `state rm`

use super::{Backup, edit};
use crate::address::Target;
use crate::cli::arguments::RemoveArguments;
use crate::cli::commands::Context;
use crate::cli::commands::addresses::{invalid, target};
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::{Failure, remove_objects};

pub(super) fn run(context: &Context, arguments: &RemoveArguments) -> Result<String, Failure> {
    let parsed = arguments
        .addresses
        .iter()
        .map(|text| target(text).map_err(|error| invalid("address", text, &error)));
    let targets: Vec<Target> = parsed.collect::<Result<_, _>>()?;
    let dry = arguments.dry_run;
    edit(
        context,
        &arguments.editing,
        "state-rm",
        Backup::OfItsOwn,
        |before| {
            let (next, gone) = remove_objects(before, &targets);
            if gone.is_empty() {
                let detail = "No matching objects found. `state list` shows what there is.";
                return Err(Failure::plain(
                    Diagnostic::error(Code::UnknownReference, detail)
                        .with_summary("Invalid target address"),
                ));
            }
            let verb = if dry { "Would remove" } else { "Removed" };
            let mut lines: Vec<String> = gone
                .iter()
                .map(|address| format!("{verb} {address}"))
                .collect();
            if !dry {
                lines.push(format!(
                    "Successfully removed {} resource instance(s).",
                    gone.len()
                ));
            }
            Ok(((!dry).then_some(next), lines.join("\n")))
        },
    )
}
