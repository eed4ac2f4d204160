//! `explain -claims … -policy …`: a token and a trust policy, judged as files alone.

use super::judged;
use crate::cli::ExitCode;
use crate::cli::arguments::ExplainArguments;
use crate::cli::terminal::Terminal;
use crate::cli::view;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::engine::Failure;
use crate::policy::{Issuer, RoleArn};
use crate::review::{decision_json, decision_text};
use crate::source::SourceMap;
use crate::trust::{Alone, Claims, Registered, TrustPolicy, is_no_json};
use std::path::Path;

/// Judges the files that the arguments name.
pub(super) fn explained(
    arguments: &ExplainArguments,
    claims: &Path,
    terminal: Terminal,
) -> Result<ExitCode, Failure> {
    let decision = alone(arguments, claims)?.decide();
    if arguments.json {
        view::print(&format!("{:#}", decision_json(&decision)));
    } else {
        view::print_raw(&decision_text(&decision, terminal.style));
    }
    Ok(judged(&decision.verdict))
}

/// Reads everything; mistakes in several places are told together.
fn alone(arguments: &ExplainArguments, claims: &Path) -> Result<Alone, Failure> {
    let mut problems = Diagnostics::new();
    let claims = text(claims, &mut problems).and_then(|text| {
        let parsed = Claims::parse(&text);
        kept(parsed, "Invalid claims", &name(claims), &mut problems)
    });
    let policy = arguments.policy.as_deref().and_then(|path| {
        let policy = TrustPolicy::parse(&text(path, &mut problems)?);
        if let Some(syntax) = policy.as_ref().err().and_then(is_no_json) {
            let found: Result<(), String> = Err(format!("it is not JSON: {syntax}"));
            kept(found, "Invalid trust policy", &name(path), &mut problems)?;
        }
        Some(policy)
    });
    let role = arguments.role.as_ref().and_then(|arn| {
        let parsed = arn.parse::<RoleArn>();
        kept(parsed, "Invalid role", "-role", &mut problems)
    });
    let registered = match (&arguments.provider_url, arguments.no_provider) {
        (_, true) => Some(Registered::None),
        (None, false) => Some(Registered::ForTheIssuer),
        (Some(url), false) => {
            let parsed = url.parse::<Issuer>().map(Registered::For);
            kept(
                parsed,
                "Invalid provider URL",
                "-provider-url",
                &mut problems,
            )
        }
    };
    let client_ids = arguments.client_ids.as_ref().map(|ids| {
        let ids = ids.iter().map(|id| id.trim().to_owned());
        ids.filter(|id| !id.is_empty()).collect()
    });
    match (claims, policy, registered) {
        (Some(claims), Some(policy), Some(registered)) if problems.is_empty() => Ok(Alone {
            claims,
            policy,
            role,
            registered,
            client_ids,
        }),
        _ => Err(Failure::new(problems, &SourceMap::default())),
    }
}

fn name(path: &Path) -> String {
    path.display().to_string()
}

/// The text of a file; `-` is standard input.
fn text(path: &Path, problems: &mut Diagnostics) -> Option<String> {
    match super::read(path) {
        Ok(text) => Some(text),
        Err(diagnostic) => {
            problems.push(diagnostic);
            None
        }
    }
}

/// What was read, or a problem of where it stands.
fn kept<T>(
    parsed: Result<T, impl std::fmt::Display>,
    summary: &str,
    place: &str,
    problems: &mut Diagnostics,
) -> Option<T> {
    match parsed {
        Ok(value) => Some(value),
        Err(error) => {
            let detail = format!("{place}: {error}.");
            problems.push(Diagnostic::error(Code::InvalidValue, detail).with_summary(summary));
            None
        }
    }
}
