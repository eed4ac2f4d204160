//! Transcripts: commands in the sandbox, each followed by what it came to. `tests/lives/README.md` says how they are written.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use libtest_mimic::Failed;
use regex::Regex;
use serde_json::{Value as Json, json};

use super::cases::{normal, words};
use super::project::{Project, Ran};

/// The file with the commands and what they came to.
pub const LIFE: &str = "life.txt";

/// What begins a command.
pub const PROMPT: &str = "$ ";

/// What differs from run to run, and what stands for it.
static VARYING: LazyLock<[(Regex, &str); 4]> = LazyLock::new(|| {
    let pattern = |text: &str| Regex::new(text).expect("a pattern");
    [
        (
            pattern("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
            "<uuid>",
        ),
        (
            pattern(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z?"),
            "<time>",
        ),
        (pattern(r"\b(after|elapsed:?) (\d+[hms])+"), "$1 <duration>"),
        (pattern(r"\b(A[A-Z]{3})[A-Z2-7]{16}[A-Z0-9]*\b"), "<$1>"),
    ]
});

/// Lives a life again, and compares what came of it with what is written, or writes it; returns what came of it.
pub fn check(folder: &Path, update: bool) -> Result<String, Failed> {
    let path = folder.join(LIFE);
    let written = fs::read_to_string(&path)?;
    let project = project(folder);
    let mut lived = String::new();
    for line in written.lines().filter(|line| is_told(line)) {
        writeln!(lived, "{line}").expect("text");
        if let Some(command) = line.strip_prefix(PROMPT) {
            let came = carry_out(command, folder, &project)?;
            lived.push_str(&without_attempts(&came, &project));
            lived.push('\n');
        }
    }
    if update {
        fs::write(&path, &lived)?;
        return Ok(lived);
    }
    if lived == written {
        return Ok(lived);
    }
    let difference = normal::difference(LIFE, Some(&written), Some(&lived));
    Err(Failed::from(difference))
}

/// How often a server that cannot be reached is tried depends on what else is asked at the same moment.
fn without_attempts(came: &str, project: &Project) -> String {
    static CALLS: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\d+ Kubernetes calls?").expect("a pattern"));
    if project.read("sandbox.json").contains("unreachable") {
        CALLS
            .replace_all(came, "<some> Kubernetes calls")
            .into_owned()
    } else {
        came.to_owned()
    }
}

/// Whether a line is a command or a remark, and not what a command came to.
fn is_told(line: &str) -> bool {
    line.starts_with(PROMPT) || line.starts_with("-- ")
}

/// A directory with all that the folder holds but its steps, which `use` brings in.
fn project(folder: &Path) -> Project {
    let project = Project::new();
    let is_step = |name: &str| Path::new(name).extension().is_some_and(|it| it == "tf");
    project.copy(folder, |name| name == LIFE || is_step(name));
    project
}

/// Carries out a command; returns what came of it.
fn carry_out(command: &str, folder: &Path, project: &Project) -> Result<String, Failed> {
    let words = words(command);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["use", file] => {
            project.write("main.tf", &fs::read_to_string(folder.join(file))?);
            Ok(String::new())
        }
        ["fault", faults @ ..] => trouble(project, faults).map(|()| String::new()),
        [command @ ("apply" | "destroy"), rest @ ..] => {
            let mut arguments = vec!["-sandbox", command, "-auto-approve", "-parallelism=1"];
            arguments.extend(rest);
            let mut ran = project.run(&arguments);
            if *command == "apply" && ran.code == 0 {
                project.is_valid(rest)?;
            }
            ran.stdout = without_plan(&ran.stdout);
            Ok(told(&ran))
        }
        command => {
            let mut arguments = vec!["-sandbox"];
            arguments.extend(command);
            let ran = project.run(&arguments);
            if let (["plan", rest @ ..], 0 | 2) = (command, ran.code) {
                project.is_valid(rest)?;
            }
            Ok(told(&ran))
        }
    }
}

/// Makes the faults of the sandbox the given ones: JSON objects as in `sandbox.json`, or `none`.
fn trouble(project: &Project, faults: &[&str]) -> Result<(), Failed> {
    let mut seed: Json = match project.read("sandbox.json") {
        text if text.is_empty() => json!({}),
        text => serde_json::from_str(&text)?,
    };
    let faults = faults.iter().filter(|fault| **fault != "none");
    let faults = faults.map(|fault| serde_json::from_str(fault));
    let faults: Vec<Json> = faults.collect::<Result<_, _>>()?;
    seed["faults"] = faults.into();
    project.write("sandbox.json", &format!("{seed:#}\n"));
    Ok(())
}

/// The output of an apply from the counts of its plan on: what they count is a matter of `plan`.
fn without_plan(output: &str) -> String {
    let counts = output.find("\nPlan: ").map_or(0, |start| start + 1);
    output.get(counts..).unwrap_or_default().to_owned()
}

/// What a run printed, then what it said besides with a bar before each line, then how it ended unless well.
fn told(ran: &Ran) -> String {
    let mut text = ran.stdout.trim_end().to_owned();
    for line in ran.stderr.trim_end().lines() {
        let bar = if line.is_empty() { "|" } else { "| " };
        write!(text, "\n{bar}{line}").expect("text");
    }
    if ran.code != 0 {
        write!(text, "\n[exit code {}]", ran.code).expect("text");
    }
    let text = VARYING.iter().fold(text, |text, (pattern, stands)| {
        pattern.replace_all(&text, *stands).into_owned()
    });
    match text.trim_start_matches('\n') {
        "" => String::new(),
        text => format!("{text}\n"),
    }
}
