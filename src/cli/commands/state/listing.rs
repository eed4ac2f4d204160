//! `state list`

use super::snapshot;
use crate::address::{InstanceAddress, Target};
use crate::cli::arguments::ListArguments;
use crate::cli::commands::Context;
use crate::cli::commands::addresses::{invalid, target};
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::{Failure, listed, matching};
use trustform_state::snapshot::{InstanceState, Snapshot};

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
    let has_id = |instance: &InstanceState| {
        let is = |wanted: &str| {
            let attributes = instance.attributes.json();
            attributes.get("id").and_then(|id| id.as_str()) == Some(wanted)
        };
        arguments.id.as_deref().is_none_or(is)
    };
    let with_id = listed(&snapshot).filter(|(_, instance)| has_id(instance));
    let mut addresses: Vec<InstanceAddress> = with_id.map(|(address, _)| address).collect();
    // As Terraform has it: outer modules before inner ones, and indexes by number.
    addresses.sort_by(|a, b| {
        let depth = |address: &InstanceAddress| address.module.steps().len();
        (depth(a), &a.module).cmp(&(depth(b), &b.module))
    });
    let mut lines: Vec<String> = Vec::new();
    if wanted.is_empty() {
        lines.extend(addresses.iter().map(ToString::to_string));
    }
    for (_, target) in &wanted {
        let within = addresses.iter().filter(|address| target.contains(address));
        lines.extend(within.map(ToString::to_string));
    }
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
