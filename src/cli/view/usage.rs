//! Help and wrong command lines, with one dash before every option as Terraform spells them.

use super::{ExitCode, note, print};
use crate::diagnostic::nearest;
use clap::error::{ContextKind, ContextValue, ErrorKind};

/// What clap has to say: help is data, everything else is a problem.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "clap's enum is open, and whatever is not help is a problem"
)]
pub(in crate::cli) fn usage(error: &clap::Error) -> ExitCode {
    let text = one_dash(&error.render().to_string());
    let text = text.trim_end();
    match error.kind() {
        ErrorKind::DisplayHelp => {
            print(text);
            ExitCode::Success
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            note(text);
            ExitCode::Problem
        }
        _ => {
            note(&with_meaning(error, text));
            ExitCode::Problem
        }
    }
}

/// Clap's `tip: a similar argument exists: '…'` as this tool words it everywhere.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "clap's enum is open, and only texts are names"
)]
fn with_meaning(error: &clap::Error, text: &str) -> String {
    let similar = [
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedArg,
        ContextKind::SuggestedValue,
    ];
    let given = match error.get(ContextKind::InvalidSubcommand) {
        Some(ContextValue::String(given)) => given.as_str(),
        _ => "",
    };
    let name = similar.into_iter().find_map(|kind| match error.get(kind)? {
        ContextValue::String(name) => Some(name.clone()),
        ContextValue::Strings(names) => {
            let nearest = nearest(given, names.iter().map(String::as_str));
            nearest
                .or(names.first().map(String::as_str))
                .map(str::to_owned)
        }
        _ => None,
    });
    let Some(name) = name else {
        return text.to_owned();
    };
    let meant = format!("  Did you mean `{}`?", one_dash(&name));
    let line = |line: &str| {
        if line.trim_start().starts_with("tip:") {
            meant.clone()
        } else {
            line.to_owned()
        }
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// The text with `-name` for `--name`. Only a double dash that begins an option is touched: one before a letter and
/// after nothing, a space, a quote or a bracket. At the start of a line its place is kept, so that columns stay straight.
pub(super) fn one_dash(text: &str) -> String {
    let mut rewritten = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(position) = rest.find("--") {
        let (before, from) = rest.split_at(position);
        rewritten.push_str(before);
        rest = from.get(2..).unwrap_or_default();
        let begins = rewritten.chars().next_back().is_none_or(begins_option);
        if begins && rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let line = rewritten.rsplit('\n').next().unwrap_or_default();
            let first = !line.is_empty() && line.trim().is_empty();
            rewritten.push_str(if first { " -" } else { "-" });
        } else {
            rewritten.push_str("--");
        }
    }
    rewritten.push_str(rest);
    rewritten
}

/// Whether an option may begin after this character.
fn begins_option(before: char) -> bool {
    before.is_whitespace() || matches!(before, '\'' | '"' | '`' | '[' | '<' | '(' | '|' | ',')
}
