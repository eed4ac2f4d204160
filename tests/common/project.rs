//! A temporary directory with a configuration, and the program run in it as a user would, in a cleared environment.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use libtest_mimic::Failed;
use serde_json::Value as Json;
use tempfile::TempDir;

/// A project of its own in a temporary directory, removed when the value is dropped.
pub struct Project {
    directory: TempDir,
    environment: BTreeMap<String, String>,
}

/// What a run of a program came to.
#[derive(Debug)]
pub struct Ran {
    /// The exit code; -1 for a program that a signal ended.
    pub code: i32,
    /// What it printed as data.
    pub stdout: String,
    /// What it said besides.
    pub stderr: String,
}

impl Project {
    /// An empty project.
    pub fn new() -> Self {
        Self {
            directory: tempfile::tempdir().expect("a temporary directory"),
            environment: BTreeMap::new(),
        }
    }

    /// A project of one file, `main.tf`.
    pub fn of(text: &str) -> Self {
        let project = Self::new();
        project.write("main.tf", text);
        project
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    /// The path of a file in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// Writes a file, and the folders it lies in.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.file(name);
        let folder = path.parent().expect("a file in a folder");
        fs::create_dir_all(folder).expect("a folder in it");
        fs::write(path, text).expect("a file in it");
    }

    /// The text of a file; empty when there is none.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).unwrap_or_default()
    }

    /// The state as JSON; null before the first one.
    pub fn state(&self) -> Json {
        serde_json::from_str(&self.read("terraform.tfstate")).unwrap_or_default()
    }

    /// Sets a variable of the environment that the runs of this project see.
    pub fn set(&mut self, name: &str, value: &str) {
        self.environment.insert(name.to_owned(), value.to_owned());
    }

    /// A command that runs the program here and sees nothing of the environment of the tests.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_trustform"));
        command
            .args(arguments)
            .current_dir(self.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.path())
            .envs(&self.environment);
        command
    }

    /// Runs the program here.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        ran(self.command(arguments).output())
    }

    /// Fails where `validate` refuses what was planned with these arguments: what planning takes is valid, unless it was asked
    /// to pass over a part.
    pub fn is_valid(&self, arguments: &[&str]) -> Result<(), Failed> {
        let partial = ["-destroy", "-target", "-exclude"];
        let passes_over = |it: &&str| partial.iter().any(|partial| it.starts_with(partial));
        if arguments.iter().any(passes_over) {
            return Ok(());
        }
        let ran = self.run(&["validate"]);
        match ran.code {
            0 => Ok(()),
            _ => Err(Failed::from(format!(
                "what was planned is not valid\n{ran}"
            ))),
        }
    }

    /// Runs the program, which has to succeed.
    pub fn succeeds(&self, arguments: &[&str]) -> Ran {
        let ran = self.run(arguments);
        assert_eq!(ran.code, 0, "trustform {}\n{ran}", arguments.join(" "));
        ran
    }

    /// Copies the files of a folder into the project, leaving out the names at its top that `is_left_out` says.
    pub fn copy(&self, folder: &Path, is_left_out: impl Fn(&str) -> bool) {
        for path in files(folder) {
            let inside = path.strip_prefix(folder).expect("a file of the folder");
            let top = inside
                .iter()
                .next()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if !is_left_out(&top) {
                let to = self.path().join(inside);
                fs::create_dir_all(to.parent().expect("a folder")).expect("a folder in it");
                fs::copy(&path, to).expect("a copy");
            }
        }
    }
}

/// What a program printed and how it ended.
pub fn ran(output: std::io::Result<Output>) -> Ran {
    let output = output.expect("the program runs");
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

impl std::fmt::Display for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            code,
            stdout,
            stderr,
        } = self;
        write!(f, "exit code {code}\n{stdout}{stderr}")
    }
}

/// All files under a folder, in order.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}
