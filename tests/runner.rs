//! All integration tests in one program, so that the servers they share start once in a run and end with it.
//!
//! A file beside this one is a module of it and gives its trials; adding one takes a `mod` line and a line in `MODULES`.
#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "one program: a test stops where it fails, and works with files and processes"
)]

mod architecture;
mod cases;
mod catalogue;
mod chain;
mod cli;
mod commands;
mod common;
mod configurations;
mod conformance;
mod ephemeral;
mod expand;
mod explain;
mod faults;
mod format;
mod fuzz;
mod kubernetes;
mod language;
mod lives;
mod looking;
mod modules;
mod oddities;
mod pages;
mod properties;
mod real_modules;
mod review;
mod s3;
mod servers;
mod services;
mod state_commands;
mod streams;
mod stub;
mod terminal;
mod validity;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

/// The modules that give trials; a line each.
const MODULES: &[fn() -> Vec<Trial>] = &[
    architecture::trials,
    cases::trials,
    catalogue::trials,
    chain::trials,
    cli::trials,
    commands::trials,
    ephemeral::trials,
    expand::trials,
    explain::trials,
    faults::trials,
    format::trials,
    configurations::trials,
    fuzz::trials,
    conformance::trials,
    kubernetes::trials,
    language::trials,
    lives::trials,
    looking::trials,
    modules::trials,
    oddities::trials,
    pages::trials,
    properties::trials,
    real_modules::trials,
    review::trials,
    s3::trials,
    servers::trials,
    services::trials,
    streams::trials,
    stub::trials,
    state_commands::trials,
    terminal::trials,
    validity::trials,
];

fn main() -> ExitCode {
    if services::is_asked_to_hold() {
        return services::hold();
    }
    if s3::is_asked_to_compete() {
        return s3::compete();
    }
    if fuzz::is_asked() {
        return fuzz::main();
    }
    let trials = MODULES.iter().flat_map(|trials| trials()).collect();
    let arguments = std::env::args().filter(|argument| argument != common::UPDATE);
    let conclusion = libtest_mimic::run(&Arguments::from_iter(arguments), trials);
    trustform_test_support::shut_down();
    conclusion.exit_code()
}
