//! The `trustform` binary: parses arguments, runs, returns the exit code; nothing else.

use std::process::ExitCode;

#[expect(
    clippy::disallowed_methods,
    reason = "the environment is read once, here, and handed on as a value"
)]
fn main() -> ExitCode {
    // Arguments and variables that are not UTF-8 have no meaning to anything here.
    let arguments = std::env::args_os()
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    let environment = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    ExitCode::from(trustform::cli::run(arguments, environment).number())
}
