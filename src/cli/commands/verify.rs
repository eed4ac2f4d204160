//! `verify`: whether every service account can use its role now.

use super::{Context, Loaded, block_on};
use crate::cli::ExitCode;
use crate::cli::arguments::VerifyArguments;
use crate::cli::view::{self, View};
use crate::engine::verify::{Examination, Finding, Outcome, Report, verify};
use crate::engine::{Failure, PlanRequest, plan, starting};
use crate::link::display::Display;
use crate::plan::{Options, TrustRules};
use serde_json::json;
use std::collections::BTreeSet;
use std::fmt::Write as _;

pub(crate) fn run(context: &Context, arguments: &VerifyArguments) -> ExitCode {
    let terminal = context.terminal;
    match examined(context, arguments) {
        Ok(report) => {
            let text = match arguments.json {
                true => as_json(&report),
                false => as_text(&report),
            };
            view::print(text.trim_end());
            if report.is_ok() {
                ExitCode::Success
            } else {
                ExitCode::Problem
            }
        }
        Err(failure) => View::new(terminal, false).fail(&failure),
    }
}

/// Reads state and world without a lock, and looks at everything.
fn examined(context: &Context, arguments: &VerifyArguments) -> Result<Report, Failure> {
    let (mut configuration, diagnostics) =
        context.project.load_thoroughly(context.schemas.as_ref())?;
    context.project.require_files(&configuration)?;
    let (inputs, _) = context.inputs(&mut configuration, &arguments.var_file, &arguments.var)?;
    let recorded = context.look(&configuration)?.snapshot();
    let loaded = Loaded {
        configuration,
        inputs,
        given: BTreeSet::new(),
        diagnostics,
    };
    let (program, _) = context.program(loaded, &recorded)?;
    let sources = program.configuration.sources.clone();
    let connections = context.connections()?;
    let start =
        starting(recorded, &program).map_err(|problems| Failure::new(problems, &sources))?;
    let display = Display::new(&program.configuration);
    let options = Options {
        // What is refuted is for the report to tell, with everything else.
        trust: TrustRules {
            allow_refuted: true,
            strict: false,
        },
        ..Options::default()
    };
    block_on(async {
        let request = PlanRequest {
            program: &program,
            prior: &start.prior,
            connections: &connections,
            options: &options,
            parallelism: 10,
            events: &|_| {},
        };
        let planned = plan(request).await;
        let planned = planned.map_err(|diagnostics| Failure::new(diagnostics, &sources))?;
        let examination = Examination {
            plan: &planned.plan,
            connections: &connections,
            named: &|address| {
                let module = display.module(&address.module);
                match module.starts_with("service_account.") {
                    true => module,
                    false => display.instance(address),
                }
            },
            only: &arguments.addresses,
            assume: arguments.assume,
        };
        Ok(verify(&examination).await)
    })?
}

fn as_json(report: &Report) -> String {
    let verdict = if report.is_ok() { "ok" } else { "problem" };
    let report = json!({
        "format_version": "1.0", "verdict": verdict,
        "accounts": report.accounts, "further": report.further,
    });
    format!("{report:#}")
}

fn as_text(report: &Report) -> String {
    let mut text = String::new();
    for account in &report.accounts {
        let _ = writeln!(text, "{} ({})", account.address, account.subject);
        account
            .checks
            .iter()
            .for_each(|finding| line(&mut text, finding));
        text.push('\n');
    }
    report
        .further
        .iter()
        .for_each(|finding| line(&mut text, finding));
    let all = report.accounts.iter().flat_map(|account| &account.checks);
    let all: Vec<&Finding> = all.chain(&report.further).collect();
    let count = |outcome| {
        all.iter()
            .filter(|finding| finding.outcome == outcome)
            .count()
    };
    let accounts = match report.accounts.len() {
        1 => "1 service account".to_owned(),
        many => format!("{many} service accounts"),
    };
    let problems = match count(Outcome::Problem) {
        1 => "1 problem".to_owned(),
        many => format!("{many} problems"),
    };
    let _ = write!(
        text,
        "\n{accounts}: {problems}, {} not checked.",
        count(Outcome::NotChecked)
    );
    text
}

fn line(text: &mut String, finding: &Finding) {
    let sign = match finding.outcome {
        Outcome::Ok => "ok",
        Outcome::Note => "note",
        Outcome::NotChecked => "?",
        Outcome::Problem => "PROBLEM",
    };
    let code = match finding.code.as_str() {
        "" => String::new(),
        code => format!(" [{code}]"),
    };
    let _ = writeln!(
        text,
        "  {sign:<8} {:<8} {}{code}",
        finding.check.title(),
        finding.message
    );
}
