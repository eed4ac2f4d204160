//! `expand`: nouns as plain Terraform, printed or written in their place.

use super::Context;
use crate::cli::ExitCode;
use crate::cli::arguments::ExpandArguments;
use crate::cli::view;
use crate::config::Configuration;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::engine::Failure;
use crate::link::{PlainFile, expand};
use crate::source::{LoadError, create_file, is_there, remove_file, replace_file};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

pub(crate) fn run(context: &Context, arguments: &ExpandArguments) -> ExitCode {
    let expanded = context
        .project
        .load_thoroughly(context.schemas.as_ref())
        .and_then(|(configuration, _)| {
            context.project.require_files(&configuration)?;
            let files = expand(&configuration)
                .map_err(|problems| Failure::new(problems, &configuration.sources))?;
            if arguments.write {
                write(context, &configuration, &files)?;
            }
            Ok(files)
        });
    match expanded {
        Ok(files) if files.is_empty() => {
            view::note("The configuration has no nouns: it is plain Terraform already.");
            ExitCode::Success
        }
        Ok(files) if arguments.write => {
            for file in files.iter().filter(|file| !file.text.is_empty()) {
                view::print(&file.path.display().to_string());
            }
            ExitCode::Success
        }
        Ok(files) => {
            view::print_raw(&printed(&files));
            ExitCode::Success
        }
        Err(failure) => view::fail(&failure, context.terminal),
    }
}

/// The files one after the other, each under its name.
fn printed(files: &[PlainFile]) -> String {
    let mut text = String::new();
    for file in files.iter().filter(|file| !file.text.is_empty()) {
        let gap = if text.is_empty() { "" } else { "\n" };
        write!(text, "{gap}# {}\n\n{}", file.path.display(), file.text).unwrap_or_default();
    }
    text
}

/// Writes the files in the directory of the root module, and removes those that nothing is left of. New ones first, so that an interruption leaves a configuration
/// that says what is wrong with it (the nouns and their calls) and not one that lacks something.
fn write(
    context: &Context,
    configuration: &Configuration,
    files: &[PlainFile],
) -> Result<(), Failure> {
    let directory = &context.project.directory;
    let known = |path: &Path| {
        let mut sources = configuration.sources.iter();
        sources.any(|(_, file)| file.path() == path)
    };
    let (present, new): (Vec<_>, Vec<_>) = files
        .iter()
        .map(|file| (placed(directory, &file.path), file))
        .partition(|(path, _)| is_there(path));
    let foreign = present.iter().filter(|(path, _)| !known(path));
    let taken: Diagnostics = foreign.map(|(path, _)| exists(path)).collect();
    if taken.has_errors() {
        return Err(Failure::new(taken, &configuration.sources));
    }
    let (left, emptied): (Vec<_>, Vec<_>) = new
        .iter()
        .chain(&present)
        .partition(|(_, file)| !file.text.is_empty());
    for (path, file) in left {
        let put = if known(path) {
            replace_file
        } else {
            create_file
        };
        put(path, file.text.as_bytes()).map_err(|error| unwritten(&error))?;
    }
    let emptied = emptied.into_iter().map(|(path, _)| path.clone());
    let own = new
        .iter()
        .map(|(path, _)| path.with_extension("trustform.hcl"));
    for path in emptied.chain(own).filter(|path| known(path)) {
        remove_file(&path).map_err(|error| unwritten(&error))?;
    }
    Ok(())
}

/// A path in a directory as the files of a configuration are called: without a `./` before it.
fn placed(directory: &Path, path: &Path) -> PathBuf {
    if directory == Path::new(".") {
        return path.to_path_buf();
    }
    directory.join(path)
}

fn exists(path: &Path) -> Diagnostic {
    let detail = format!(
        "{} is there already, and is no file of this configuration.",
        path.display()
    );
    Diagnostic::error(Code::Unreadable, detail)
        .with_summary("File exists already")
        .hint("Move it away, or print the files instead of writing them: trustform expand")
}

fn unwritten(error: &LoadError) -> Failure {
    let detail = format!("Cannot change {}: {}.", error.path.display(), error.cause);
    Failure::plain(Diagnostic::error(Code::Unreadable, detail).with_summary("Failed to write file"))
}
