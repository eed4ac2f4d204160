//! How an apply ended.

use crate::address::InstanceAddress;
use crate::diagnostic::Style;
use crate::engine::ApplySummary;
use crate::review::verdict;
use std::collections::BTreeMap;

/// An instance that nothing was done to, and because of what: the instance that failed, or `None` for an interrupt.
pub(in crate::cli) type Skipped = (InstanceAddress, Option<InstanceAddress>);

/// `Apply complete! Resources: 1 added, 0 changed, 0 destroyed.`
pub(super) fn sentence(summary: &ApplySummary, destroy: bool) -> String {
    let imported = match summary.imported {
        0 => String::new(),
        count => format!("{count} imported, "),
    };
    let (added, changed) = (summary.added, summary.changed);
    let destroyed = format!("{} destroyed.", summary.destroyed);
    let incomplete = summary.diagnostics.has_errors() || summary.interrupted;
    let what = if destroy { "Destroy" } else { "Apply" };
    let how = if incomplete { "incomplete" } else { "complete" };
    if destroy && !incomplete && summary.added + summary.changed + summary.imported == 0 {
        return format!("{what} {how}! Resources: {destroyed}");
    }
    format!("{what} {how}! Resources: {imported}{added} added, {changed} changed, {destroyed}")
}

/// The sentence in the colour of its news.
pub(super) fn coloured(sentence: &str, failed: bool, style: Style) -> String {
    verdict(sentence, failed, style)
}

/// What was passed over, by its cause; empty when nothing was. Without an interrupt, it is the state that could not be kept.
pub(super) fn skipped(skipped: &[Skipped], interrupted: bool) -> String {
    let mut by_cause: BTreeMap<Option<&InstanceAddress>, Vec<&InstanceAddress>> = BTreeMap::new();
    // The other half of a replacement that failed is no news.
    let others = skipped
        .iter()
        .filter(|(address, cause)| cause.as_ref() != Some(address));
    for (address, cause) in others {
        by_cause.entry(cause.as_ref()).or_default().push(address);
    }
    let mut text = String::new();
    for (cause, addresses) in by_cause {
        match cause {
            Some(cause) => text.extend([format!("Not done because {cause} failed:\n")]),
            None if interrupted => text.push_str("Not done because of the interrupt:\n"),
            None => text.push_str("Not begun any more:\n"),
        }
        for address in addresses {
            text.extend([format!("  - {address}\n")]);
        }
    }
    text.trim_end().to_owned()
}
