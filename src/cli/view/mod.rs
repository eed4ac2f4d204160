//! Views: what commands show, for people and as JSON. Data goes to standard output, talk to standard error.

pub(super) mod dot;
pub(super) mod json;
pub(super) mod mermaid;
mod progress;
pub(super) mod schemas;
pub(super) mod signatures;
mod stream;
mod summary;
#[cfg(test)]
mod tests;
mod usage;
mod verbs;

pub(super) use progress::Progress;
pub(super) use summary::Skipped;
pub(super) use usage::usage;

use super::ExitCode;
use super::terminal::Terminal;
use crate::address::InstanceAddress;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, render};
use crate::engine::{ApplySummary, Failure};
use crate::refresh::ReadEvent;
use crate::review::{Review, human, output_text, recorded_text};
use crate::schema::Schemas;
use crate::source::SourceMap;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::sync::OnceLock;
use std::sync::{Mutex, PoisonError};
use trustform_state::snapshot::{InstanceState, OutputValue};

/// Prints data and a newline.
pub(super) fn print(text: &str) {
    write_out(&format!("{text}\n"));
}

/// Prints data as it is.
pub(super) fn print_raw(text: &str) {
    write_out(text);
}

/// Why data was lost that was to be printed, as on a full disk; the first reason.
static LOST: OnceLock<String> = OnceLock::new();

/// A reader that went away (a closed pipe) is no error of the command.
fn write_out(text: &str) {
    let mut stdout = anstream::stdout().lock();
    let written = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush());
    if let Err(error) = written
        && error.kind() != ErrorKind::BrokenPipe
    {
        LOST.get_or_init(|| error.to_string());
    }
}

/// How a command ended, now that all is printed: it did not succeed if some of that was lost.
pub(super) fn ended(code: ExitCode, terminal: Terminal) -> ExitCode {
    let Some(reason) = LOST.get() else {
        return code;
    };
    let detail = format!("What the command prints could not be written: {reason}.");
    let diagnostic = Diagnostic::error(Code::Unreadable, detail)
        .with_summary("Failed to write to standard output");
    let failed = fail(&Failure::plain(diagnostic), terminal);
    match code {
        ExitCode::Success | ExitCode::Changes => failed,
        ExitCode::Problem
        | ExitCode::Unformattable
        | ExitCode::Unformatted
        | ExitCode::Undecided
        | ExitCode::Interrupted => code,
    }
}

/// Says something to the person at the terminal.
pub(super) fn note(text: &str) {
    let mut stderr = anstream::stderr().lock();
    let _closed = writeln!(stderr, "{text}");
}

/// Says each text once in a run: what is waited for is asked again and again, and mostly answered alike.
pub(super) fn once() -> impl Fn(&str) + Send + Sync {
    let said = Mutex::new(BTreeSet::new());
    move |text| {
        let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
        if said.insert(text.to_owned()) {
            note(text);
        }
    }
}

/// Asks a question to which only `yes` is a yes.
///
/// # Errors
/// The terminal cannot be written to or read from.
pub(super) fn asks(question: &str) -> std::io::Result<bool> {
    note(&format!("\n{question}\n"));
    let mut stderr = std::io::stderr();
    write!(stderr, "  Enter a value: ")?;
    stderr.flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(answer.trim() == "yes")
}

/// Ends the process without waiting for anything.
#[expect(
    clippy::exit,
    clippy::disallowed_methods,
    reason = "the second interrupt asks for exactly this"
)]
pub(super) fn stop_at_once() {
    std::process::exit(i32::from(ExitCode::Interrupted.number()));
}

/// Shows why a command could not do its work.
pub(super) fn fail(failure: &Failure, terminal: Terminal) -> ExitCode {
    diagnostics(&failure.diagnostics, &failure.sources, terminal);
    code(failure)
}

/// How a command ends that could not do its work.
fn code(failure: &Failure) -> ExitCode {
    let is_interrupt = |diagnostic: &Diagnostic| diagnostic.code == Code::Interrupted;
    if (&failure.diagnostics).into_iter().any(is_interrupt) {
        ExitCode::Interrupted
    } else {
        ExitCode::Problem
    }
}

/// Shows diagnostics.
pub(super) fn diagnostics(all: &Diagnostics, sources: &SourceMap, terminal: Terminal) {
    for diagnostic in all {
        note(&render(diagnostic, sources, terminal.talk));
    }
}

/// How a planning command shows what it does: for people, or as a stream of JSON messages.
#[derive(Clone, Copy, Debug)]
pub(super) struct View {
    terminal: Terminal,
    json: bool,
}

impl View {
    /// A view; a stream begins with its version.
    pub(super) fn new(terminal: Terminal, json: bool) -> Self {
        if json {
            stream::send(&stream::version());
        }
        View { terminal, json }
    }

    /// Shows diagnostics.
    pub(super) fn diagnostics(self, all: &Diagnostics, sources: &SourceMap) {
        if !self.json {
            return diagnostics(all, sources, self.terminal);
        }
        for diagnostic in all {
            stream::send(&stream::diagnostic(diagnostic, sources));
        }
    }

    /// Tells what `init` does.
    pub(super) fn said(self, text: &str) {
        if self.json {
            stream::send(&stream::said(text));
        } else {
            print(text);
        }
    }

    /// Tells what `init` does, to programs with Terraform's code for it.
    pub(super) fn said_with_code(self, text: &str, code: &str) {
        if self.json {
            stream::send(&stream::said_with_code(text, code));
        } else {
            print(text);
        }
    }

    /// Shows why a command could not do its work.
    pub(super) fn fail(self, failure: &Failure) -> ExitCode {
        self.diagnostics(&failure.diagnostics, &failure.sources);
        code(failure)
    }

    /// Tells of a read, to programs: people see the number of calls.
    pub(super) fn reading(self, event: &ReadEvent) {
        if self.json {
            stream::send(&stream::reading(event));
        }
    }

    /// Shows a plan.
    pub(super) fn plan(self, review: Review<'_>) {
        if self.json {
            for message in stream::plan(review.plan, "plan") {
                stream::send(&message);
            }
        } else {
            print_raw(&human(review, self.terminal.style));
        }
    }

    /// Says where a plan was saved, or that it was not.
    pub(super) fn saved(self, path: Option<&Path>) {
        if self.json {
            return;
        }
        match path {
            Some(path) => note(&format!(
                "\nSaved the plan to: {0}\n\nTo perform exactly these actions, run the following command to apply:\n    \
                 trustform apply \"{0}\"",
                path.display()
            )),
            None => note(
                "\nNote: You didn't use the -out option to save this plan, so an apply may take other actions if the \
                 world moves in between.",
            ),
        }
    }

    /// Shows what apply did: the outcome, what was passed over and because of what, and the outputs.
    pub(super) fn summary(self, summary: &ApplySummary, skipped: &[Skipped], destroy: bool) {
        let sentence = summary::sentence(summary, destroy);
        if self.json {
            let operation = if destroy { "destroy" } else { "apply" };
            for message in stream::summary(summary, &sentence, operation) {
                stream::send(&message);
            }
            return;
        }
        let epilogue = summary::skipped(skipped, summary.interrupted);
        if !epilogue.is_empty() {
            note(&epilogue);
        }
        let failed = summary.diagnostics.has_errors() || summary.interrupted;
        print(&format!(
            "\n{}",
            summary::coloured(&sentence, failed, self.terminal.style)
        ));
        if !summary.outputs.is_empty() && !destroy {
            print(&format!("\nOutputs:\n\n{}", outputs(&summary.outputs)));
        }
    }
}

/// All outputs, one after the other, as expressions.
pub(super) fn outputs(outputs: &BTreeMap<String, OutputValue>) -> String {
    let lines: Vec<String> = outputs
        .iter()
        .map(|(name, output)| format!("{name} = {}", output_text(output)))
        .collect();
    lines.join("\n")
}

/// One output's value as an expression, also if it is sensitive: whoever asks for one by name wants to see it.
pub(super) fn output_value(output: &OutputValue) -> String {
    output_text(&OutputValue {
        sensitive: false,
        ..output.clone()
    })
}

/// A recorded object as a block.
pub(super) fn recorded(
    address: &InstanceAddress,
    instance: &InstanceState,
    schemas: &dyn Schemas,
    terminal: Terminal,
) -> String {
    recorded_text(address, instance, schemas, terminal.style)
}
