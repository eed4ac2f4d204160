//! How the cost of planning and applying grows, for this tool and for the real Terraform, measured in one run.
//!
//! `cargo bench --bench scale` prints a Markdown table: processor and wall-clock time and the peak of memory of a first
//! plan, an apply and an empty plan. The absolute numbers belong to the machine; the ratios are what counts.
//!
//! | argument | meaning |
//! |---|---|
//! | `--modes a,b,c,m,n,p` | which configurations (see [`generator::Mode`]) |
//! | `--sizes 1000,10000` | how many resources they have |
//! | `--terraform-limit 1000` | the largest size that Terraform is asked for too; it takes the better part of an hour beyond |
//! | `--terraform-plan-10000` | its first plan of mode a at 10,000 all the same |
//! | `--program PATH` | another build of this tool |
#![allow(
    unreachable_pub,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a program for people at a terminal: it stops where it fails, and works with files and processes"
)]

mod generator;
mod measure;

use std::path::{Path, PathBuf};

use generator::Mode;
use measure::{Cost, Tool};

/// What a run measures.
struct Settings {
    modes: Vec<Mode>,
    sizes: Vec<usize>,
    terraform_limit: usize,
    terraform_plan_10000: bool,
    program: PathBuf,
}

/// One measurement of both tools.
struct Row {
    mode: Mode,
    size: usize,
    work: &'static str,
    ours: Cost,
    theirs: Option<Cost>,
}

fn main() {
    let settings = Settings::parse(std::env::args().skip(1));
    let terraform = measure::terraform();
    if terraform.is_none() {
        eprintln!("no terraform on the PATH: only this tool is measured");
    }
    let ours = Tool::ours(&settings.program);
    let mut rows = Vec::new();
    for mode in &settings.modes {
        for size in &settings.sizes {
            let theirs = terraform.as_ref().filter(|_| mode.is_for_terraform());
            eprintln!("mode {mode}, {size} resources");
            rows.extend(measured(&settings, &ours, theirs, *mode, *size));
        }
    }
    print(&rows, &ours, terraform.as_ref());
}

fn measured(
    settings: &Settings,
    ours: &Tool,
    theirs: Option<&Tool>,
    mode: Mode,
    size: usize,
) -> Vec<Row> {
    let within = size <= settings.terraform_limit;
    let first_plan_too = settings.terraform_plan_10000 && mode == Mode::Blocks && size == 10_000;
    let our_folder = tempfile::tempdir().expect("a folder");
    let their_folder = tempfile::tempdir().expect("a folder");
    generator::write(mode, size, our_folder.path());
    generator::write(mode, size, their_folder.path());
    if mode.has_modules() {
        let init = ["init".to_owned(), "-input=false".to_owned()];
        ours.run(our_folder.path(), &init);
        if let Some(theirs) = theirs {
            theirs.run(their_folder.path(), &init);
        }
    }
    let mut rows = Vec::new();
    for (work, arguments) in [
        ("first plan", &["plan"][..]),
        ("apply", &["apply", "-auto-approve"]),
        ("empty plan", &["plan"]),
    ] {
        let also_theirs = within || (first_plan_too && work == "first plan");
        let run = |tool: &Tool, folder: &Path| tool.run(folder, &mode.extra(arguments));
        rows.push(Row {
            mode,
            size,
            work,
            ours: run(ours, our_folder.path()),
            theirs: theirs.filter(|_| also_theirs).map(|tool| {
                tool.run(
                    their_folder.path(),
                    &arguments
                        .iter()
                        .map(ToString::to_string)
                        .collect::<Vec<_>>(),
                )
            }),
        });
    }
    rows
}

impl Settings {
    fn parse(arguments: impl Iterator<Item = String>) -> Self {
        let mut settings = Self {
            modes: vec![
                Mode::Blocks,
                Mode::ForEach,
                Mode::Modules,
                Mode::ModulesOfTheirOwn,
                Mode::Nouns,
                Mode::Plain,
            ],
            sizes: vec![1_000, 10_000],
            terraform_limit: 1_000,
            terraform_plan_10000: false,
            program: PathBuf::from(env!("CARGO_BIN_EXE_trustform")),
        };
        let mut arguments = arguments;
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().expect("the argument has a value");
            match argument.as_str() {
                "--modes" => settings.modes = value().split(',').map(Mode::named).collect(),
                "--sizes" => settings.sizes = value().split(',').map(number).collect(),
                "--terraform-limit" => settings.terraform_limit = number(&value()),
                "--terraform-plan-10000" => settings.terraform_plan_10000 = true,
                "--program" => settings.program = PathBuf::from(value()),
                // Cargo says so to every benchmark.
                "--bench" => {}
                other => panic!("no argument is called {other}"),
            }
        }
        settings
    }
}

fn number(text: &str) -> usize {
    text.parse().expect("a number")
}

fn print(rows: &[Row], ours: &Tool, theirs: Option<&Tool>) {
    let theirs = theirs.map_or("no Terraform".to_owned(), Tool::version);
    println!(
        "{} and {theirs}, {} processors.\n",
        ours.version(),
        measure::processors()
    );
    println!(
        "| mode | resources | work | CPU s | wall s | MB | Terraform: CPU s | wall s | MB | CPU ratio | memory ratio |"
    );
    println!("|---|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|");
    for row in rows {
        let Row {
            mode,
            size,
            work,
            ours,
            theirs,
        } = row;
        let other = match theirs {
            None => "– | – | – | – | –".to_owned(),
            Some(theirs) => format!(
                "{theirs} | {:.1} | {:.1}",
                theirs.processor / ours.processor,
                theirs.megabytes / ours.megabytes
            ),
        };
        println!("| {mode} | {size} | {work} | {ours} | {other} |");
    }
}
