//! `console`: expressions over the configuration and its state, one a line; one that leaves a bracket, a comment or a
//! heredoc open goes on in the next line.
//!
//! A terminal edits its lines itself, so no line editor is linked in; `rlwrap trustform console` adds a history.

use super::work::planned;
use super::{Context, Loaded, block_on};
use crate::address::Name;
use crate::cli::ExitCode;
use crate::cli::arguments::{ConsoleArguments, StateFile};
use crate::cli::terminal::Terminal;
use crate::cli::view::{self, View};
use crate::config::Nouns;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::engine::{Console, Failure};
use crate::eval::Program;
use crate::lang::{argument_of_type, parse_line};
use crate::link::linked_expression;
use crate::plan::Options;
use crate::review::value_text;
use crate::source::SourceMap;
use crate::syntax::{goes_on, is_blank};
use crate::value::{ObjectType, Type};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, Write as _};

pub(crate) fn run(context: &Context, arguments: &ConsoleArguments) -> ExitCode {
    let terminal = context.terminal;
    match answered(context, arguments, terminal) {
        Ok(code) => code,
        Err(failure) => view::fail(&failure, terminal),
    }
}

fn answered(
    context: &Context,
    arguments: &ConsoleArguments,
    terminal: Terminal,
) -> Result<ExitCode, Failure> {
    let file = StateFile {
        state: arguments.state.clone(),
    };
    let snapshot = super::state::looked_at(context, &file)?.snapshot();
    let (mut configuration, mut diagnostics) =
        context.project.load_thoroughly(context.schemas.as_ref())?;
    let (inputs, more) =
        context.inputs_or_unknown(&mut configuration, &arguments.var_file, &arguments.var)?;
    diagnostics.extend(more);
    let nouns = configuration.root().nouns.clone();
    let loaded = Loaded {
        configuration,
        inputs,
        given: BTreeSet::new(),
        diagnostics,
    };
    if arguments.plan {
        let view = View::new(terminal, false);
        let options = Options::default();
        let planning = planned(context, PARALLELISM, &options, loaded, &snapshot, view);
        let (program, _, planned, _) = block_on(planning).and_then(|planned| planned)?;
        view.diagnostics(&planned.diagnostics, &program.configuration.sources);
        let console = Console::of_plan(&program, &planned.plan);
        return converse(console, &program, nouns, terminal);
    }
    let (program, _) = context.program(loaded, &snapshot)?;
    let sources = &program.configuration.sources;
    let mut console = Console::new(&program, &snapshot).map_err(|d| Failure::new(d, sources))?;
    let mut problems = console.problems();
    if problems.has_errors() {
        problems.push(may_surprise());
    }
    view::diagnostics(&problems, sources, terminal);
    converse(console, &program, nouns, terminal)
}

/// What is said where something of the configuration is wrong, which ends no console.
fn may_surprise() -> Diagnostic {
    let detail = "Values that are wrong are taken for unknown.";
    let summary = "Due to the problems above, some expressions may produce unexpected results";
    Diagnostic::warning(Code::InvalidExpression, detail).with_summary(summary)
}

/// How many objects are read at once for `-plan`.
const PARALLELISM: usize = 10;

fn converse(
    console: Console<'_>,
    program: &Program,
    nouns: Nouns,
    terminal: Terminal,
) -> Result<ExitCode, Failure> {
    let session = Session {
        console,
        sources: program.configuration.sources.clone(),
        nouns,
    };
    session.run(terminal).map_err(|error| {
        Failure::plain(Diagnostic::error(
            Code::Usage,
            format!("Cannot read: {error}."),
        ))
    })
}

struct Session<'p> {
    console: Console<'p>,
    sources: SourceMap,
    nouns: Nouns,
}

/// What a line came to.
enum Said {
    Text(String),
    Exit,
}

impl Session<'_> {
    /// Reads until the end. At a terminal each answer is printed, and a mistake is told and the next line read; elsewhere
    /// the last answer is printed, as by Terraform, and a mistake ends the run.
    fn run(mut self, terminal: Terminal) -> std::io::Result<ExitCode> {
        let stdin = std::io::stdin();
        let mut open = String::new();
        let mut last = String::new();
        loop {
            if terminal.interactive {
                prompt(if open.is_empty() { "> " } else { ": " })?;
            }
            let mut line = String::new();
            let ended = stdin.lock().read_line(&mut line)? == 0;
            if ended && open.is_empty() {
                break;
            }
            open.push_str(&line);
            if !ended && goes_on(&open) {
                continue;
            }
            let text = std::mem::take(&mut open);
            match self.answer(text.trim()) {
                Ok(Said::Exit) => return Ok(ExitCode::Success),
                Ok(Said::Text(text)) if !terminal.interactive => last = text,
                Ok(Said::Text(text)) if text.is_empty() => {}
                Ok(Said::Text(text)) => view::print(&text),
                Err((diagnostics, sources)) => {
                    view::diagnostics(&diagnostics, &sources, terminal);
                    if !terminal.interactive {
                        return Ok(ExitCode::Problem);
                    }
                }
            }
        }
        if !terminal.interactive {
            view::print(&last);
        }
        Ok(ExitCode::Success)
    }

    fn answer(&mut self, text: &str) -> Result<Said, (Diagnostics, SourceMap)> {
        match text {
            "exit" => return Ok(Said::Exit),
            "help" => return Ok(Said::Text(HELP.to_owned())),
            _ if is_blank(text) => return Ok(Said::Text(String::new())),
            _ => {}
        }
        let mut sources = self.sources.clone();
        let file = sources.add("<console-input>", text);
        let answered = (|| {
            let shows_type = argument_of_type(text, file)?;
            let expression = parse_line(shows_type.unwrap_or(text), file)?;
            let expression = linked_expression(&expression, &self.nouns)?;
            let value = self.console.evaluate(&expression)?;
            Ok(match shows_type {
                Some(_) => type_text(&value.ty(), 0),
                None => value_text(&value),
            })
        })();
        answered
            .map(Said::Text)
            .map_err(|diagnostics| (diagnostics, sources))
    }
}

const HELP: &str = "\
Write an expression and press enter to see its value: `role.x.arn`, `cidrsubnet(\"10.0.0.0/8\", 8, 1)`.
Resources have the values that the state records. `type(…)` shows the type of a value.
To leave, write `exit` or press Ctrl-D.";

fn prompt(text: &str) -> std::io::Result<()> {
    let mut stdout = std::io::stdout();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}

/// A type as Terraform's console shows it, with further lines indented.
fn type_text(ty: &Type, indent: usize) -> String {
    let inner = indent + 4;
    let within = |element: &Type| {
        let text = type_text(element, indent + 4);
        if text.contains('\n') {
            format!("\n{}", indented(std::iter::once(text), indent))
        } else {
            text
        }
    };
    match ty {
        Type::Dynamic => "dynamic".to_owned(),
        Type::Bool | Type::Number | Type::String => ty.to_string(),
        Type::List(element) => format!("list({})", within(element)),
        Type::Set(element) => format!("set({})", within(element)),
        Type::Map(element) => format!("map({})", within(element)),
        Type::Tuple(elements) if elements.is_empty() => "tuple([])".to_owned(),
        Type::Tuple(elements) => {
            let lines = elements.iter().map(|element| type_text(element, inner));
            format!("tuple([\n{}])", indented(lines, indent))
        }
        Type::Object(object) if object.attributes.is_empty() => "object({})".to_owned(),
        Type::Object(object) => object_text(object, indent),
    }
}

fn object_text(object: &ObjectType, indent: usize) -> String {
    let attributes: &BTreeMap<Name, Type> = &object.attributes;
    let lines = attributes
        .iter()
        .map(|(name, ty)| format!("{name}: {}", type_text(ty, indent + 4)));
    format!("object({{\n{}}})", indented(lines, indent))
}

fn indented(lines: impl Iterator<Item = String>, indent: usize) -> String {
    let space = " ".repeat(indent + 4);
    let lines: Vec<String> = lines.map(|line| format!("{space}{line},\n")).collect();
    format!("{}{}", lines.concat(), " ".repeat(indent))
}
