//! `state list`

use super::snapshot;
use crate::address::Target;
use crate::cli::arguments::ListArguments;
use crate::cli::commands::Context;
use crate::cli::commands::addresses::{invalid, target};
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::{Failure, listed, matching};
use trustform_state::snapshot::Snapshot;

pub(super) fn run(context: &Context, arguments: &ListArguments) -> Result<String, Failure> {
    let parsed = arguments.addresses.iter().map(|text| {
        let target = target(text).map_err(|error| invalid("address", text, &error))?;
        Ok((text, target))
    });
    let wanted: Vec<(&String, Target)> = parsed.collect::<Result<_, Failure>>()?;
    let snapshot = snapshot(context, &arguments.file)?;
    for (text, target) in &wanted {
        if matching(&snapshot, target).is_empty() {
            return Err(unknown(&snapshot, text, target));
        }
    }
    let lines = listed(&snapshot).filter(|(address, instance)| {
        let id = instance.attributes.get("id").and_then(|id| id.as_str());
        let within = wanted.is_empty() || wanted.iter().any(|(_, target)| target.contains(address));
        within
            && arguments
                .id
                .as_deref()
                .is_none_or(|wanted| id == Some(wanted))
    });
    let lines: Vec<String> = lines.map(|(address, _)| address.to_string()).collect();
    Ok(lines.join("\n"))
}

fn unknown(snapshot: &Snapshot, text: &str, target: &Target) -> Failure {
    let (what, summary) = match target {
        Target::Module(_) => ("module at", "Unknown module"),
        Target::Block(..) => ("resource", "Unknown resource"),
        Target::Instance(_) => ("resource instance", "Unknown resource instance"),
    };
    let detail = format!(
        "The state contains no {what} {text}. What was only just added to the configuration is recorded by `apply`."
    );
    let names: Vec<String> = listed(snapshot)
        .map(|(address, _)| address.to_string())
        .collect();
    Failure::plain(
        Diagnostic::error(Code::UnknownReference, detail)
            .with_summary(summary)
            .suggest(text, names.iter().map(String::as_str)),
    )
}
