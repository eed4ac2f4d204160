//! `fmt`: files in canonical layout. What is listed, shown and written, and in which order, is as with `terraform fmt`.

use super::Context;
use crate::cli::ExitCode;
use crate::cli::arguments::FmtArguments;
use crate::cli::view;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::format::difference;
use crate::lang::formatted;
use crate::source::{LoadError, SourceMap, Span, entries, is_directory, read_bytes, replace_file};
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};

/// The endings of what can be formatted.
const ENDINGS: [&str; 5] = [
    ".tf",
    ".tfvars",
    ".tftest.hcl",
    ".tfmock.hcl",
    ".trustform.hcl",
];

pub(crate) fn run(context: &Context, arguments: &FmtArguments) -> ExitCode {
    let from_stdin = arguments
        .targets
        .first()
        .is_some_and(|first| first == Path::new("-"));
    let mut run = Run {
        list: arguments.check || (arguments.list && !from_stdin),
        write: arguments.write && !from_stdin && !arguments.check,
        diff: arguments.diff,
        recursive: arguments.recursive,
        held_back: arguments.check.then(String::new),
        sources: SourceMap::default(),
        problems: Diagnostics::new(),
    };
    if from_stdin {
        run.standard_input();
    } else if arguments.targets.is_empty() {
        run.directory(Path::new("."));
    } else {
        run.targets(&arguments.targets);
    }
    let terminal = context.terminal;
    view::diagnostics(&run.problems, &run.sources, terminal);
    if run.problems.has_errors() {
        return ExitCode::Unformattable;
    }
    let findings = run.held_back.unwrap_or_default();
    if findings.is_empty() {
        return ExitCode::Success;
    }
    if arguments.list && !from_stdin {
        view::print_raw(&findings);
    }
    ExitCode::Unformatted
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
struct Run {
    list: bool,
    write: bool,
    diff: bool,
    recursive: bool,
    /// What would be printed, with `-check`: it is shown if nothing was wrong.
    held_back: Option<String>,
    sources: SourceMap,
    problems: Diagnostics,
}

impl Run {
    /// Files and directories, up to the first one that does not exist.
    fn targets(&mut self, targets: &[PathBuf]) {
        for target in targets {
            let path = as_shown(target);
            match is_directory(&path) {
                Err(_) => {
                    let detail = format!("No file or directory at {}.", path.display());
                    return self.problem("Failed to read file", detail);
                }
                Ok(true) => self.directory(&path),
                Ok(false) if can_be_formatted(&path.to_string_lossy()) => self.file(&path),
                Ok(false) => {
                    let (last, others) = ENDINGS.split_last().unwrap_or((&"", &[]));
                    let endings = format!("{} and {last}", others.join(", "));
                    let detail =
                        format!("{}: only {endings} files can be formatted.", path.display());
                    self.problem("File cannot be formatted", detail);
                }
            }
        }
    }

    fn directory(&mut self, directory: &Path) {
        let found = match entries(directory) {
            Ok(found) => found,
            Err(error) => return self.unreadable(&error),
        };
        for entry in found {
            let path = as_shown(&directory.join(&entry.name));
            if entry.is_directory {
                if self.recursive {
                    self.directory(&path);
                }
            } else if can_be_formatted(&entry.name) {
                self.file(&path);
            }
        }
    }

    fn file(&mut self, path: &Path) {
        match read_bytes(path) {
            Ok(bytes) => self.text(path, bytes),
            Err(error) => self.unreadable(&error),
        }
    }

    fn standard_input(&mut self) {
        let mut bytes = Vec::new();
        match std::io::stdin().read_to_end(&mut bytes) {
            Ok(_) => self.text(Path::new("<stdin>"), bytes),
            Err(error) => self.problem("Failed to read <stdin>", format!("{error}.")),
        }
    }

    fn text(&mut self, path: &Path, bytes: Vec<u8>) {
        let old = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => return self.not_utf8(path, &error),
        };
        let file = self.sources.add(path, old.as_str());
        match formatted(&old, file) {
            Ok(new) => self.formatted(path, &old, &new),
            Err(problems) => self.problems.extend(problems),
        }
    }

    fn formatted(&mut self, path: &Path, old: &str, new: &str) {
        if old != new {
            let shown = path.to_string_lossy();
            if self.list {
                self.print(&format!("{shown}\n"));
            }
            if self.write
                && let Err(error) = replace_file(path, new.as_bytes())
            {
                let detail = format!("{shown}: {}.", error.cause);
                return self.problem("Failed to write file", detail);
            }
            if self.diff {
                self.print(&difference(&shown, old, new));
            }
        }
        if !self.list && !self.write && !self.diff {
            self.print(new);
        }
    }

    /// Prints, with a line break at the end in any case, or holds it back.
    fn print(&mut self, text: &str) {
        match &mut self.held_back {
            Some(held_back) => held_back.push_str(text),
            None => view::print(text.strip_suffix('\n').unwrap_or(text)),
        }
    }

    fn unreadable(&mut self, error: &LoadError) {
        let detail = format!("{}: {}.", error.path.display(), error.cause);
        self.problem("Failed to read file", detail);
    }

    fn not_utf8(&mut self, path: &Path, error: &std::string::FromUtf8Error) {
        let good = error.utf8_error().valid_up_to();
        let text = String::from_utf8_lossy(error.as_bytes());
        let file = self.sources.add(path, text.into_owned());
        let detail = "Files must be in UTF-8. Choose this encoding in your editor.";
        let bad = good..good + char::REPLACEMENT_CHARACTER.len_utf8();
        self.problems.push(
            Diagnostic::error(Code::Syntax, detail)
                .with_summary("Invalid character encoding")
                .at(Span::new(file, bad)),
        );
    }

    fn problem(&mut self, summary: &str, detail: String) {
        let diagnostic = Diagnostic::error(Code::Unreadable, detail);
        self.problems.push(diagnostic.with_summary(summary));
    }
}

fn can_be_formatted(name: &str) -> bool {
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// A path as it is listed: relative to the working directory, without detours.
#[expect(
    clippy::disallowed_methods,
    reason = "absolute paths are shown relative to where `-chdir` has led"
)]
fn as_shown(path: &Path) -> PathBuf {
    if path.is_relative() {
        return straight(path);
    }
    let Ok(here) = std::env::current_dir() else {
        return straight(path);
    };
    let path = straight(path);
    let shared = here.components().zip(path.components());
    let shared = shared.take_while(|(ours, theirs)| ours == theirs).count();
    let up = here.components().skip(shared).map(|_| Component::ParentDir);
    straight(
        &up.chain(path.components().skip(shared))
            .collect::<PathBuf>(),
    )
}

/// The path without `.` and without `..` behind a name.
fn straight(path: &Path) -> PathBuf {
    let mut straight: Vec<Component> = Vec::new();
    for component in path.components() {
        match (component, straight.last()) {
            (Component::CurDir, _) | (Component::ParentDir, Some(Component::RootDir)) => {}
            (Component::ParentDir, Some(Component::Normal(_))) => {
                straight.pop();
            }
            _ => straight.push(component),
        }
    }
    if straight.is_empty() {
        straight.push(Component::CurDir);
    }
    straight.into_iter().collect()
}
