//! Starting workers, and keeping what broke one.
#![expect(
    clippy::print_stdout,
    reason = "what a run finds is what it is asked for"
)]

use super::shrink;
use super::targets::{TARGETS, Target};
use super::worker::{self, Job};
use crate::common::repository;
use libtest_mimic::Failed;
use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The first argument of a run that only tries inputs.
const ASKED: &str = "--fuzz";

/// The first argument of a worker.
const WORKER: &str = "--fuzz-worker";

/// The first argument of a worker for one input.
const ONE: &str = "--fuzz-one";

/// How long the inputs of the day are tried per target.
const DAILY: Duration = Duration::from_secs(5);
/// How long a worker may go on after its time. It limits its processor time by itself: this is for one that waits for ever,
/// and has to be long for a busy machine.
const PATIENCE: Duration = Duration::from_mins(10);

/// How many they are at most.
const DAILY_CASES: u64 = 400;

/// Whether this process was started for nothing else than trying inputs.
pub(crate) fn is_asked() -> bool {
    let first = std::env::args().nth(1);
    first.is_some_and(|first| [ASKED, WORKER, ONE].contains(&first.as_str()))
}

/// Does what the arguments ask for; see [`is_asked`].
pub(crate) fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1).cloned()
    };
    let number = |name: &str, otherwise: u64| {
        value(name).map_or(otherwise, |text| text.parse().expect("a number"))
    };
    let name = arguments.get(1).map_or("", String::as_str);
    if arguments[0] == ASKED && name == "all" {
        let each = TARGETS
            .iter()
            .map(|target| run(target, number("--seconds", 60), number("--seed", day())));
        let worst = each.fold(0, usize::max);
        return if worst == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        };
    }
    let Some(target) = TARGETS.iter().find(|target| target.name == name) else {
        let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
        println!(
            "There is no target `{name}`, but all, {}.",
            names.join(", ")
        );
        return ExitCode::from(2);
    };
    match arguments[0].as_str() {
        ONE => worker::work_on(target, Path::new(&arguments[2])),
        WORKER => worker::work(&Job {
            target,
            folder: PathBuf::from(&arguments[2]),
            seed: number("--seed", 0),
            first: number("--first", 0),
            cases: number("--cases", u64::MAX),
            time: Duration::from_secs(number("--seconds", 5)),
        }),
        _ => match value("--input") {
            Some(path) => match tried(target, Path::new(&path)) {
                None => ExitCode::SUCCESS,
                Some(failure) => {
                    println!("{failure}");
                    ExitCode::FAILURE
                }
            },
            None if run(target, number("--seconds", 60), number("--seed", day())) == 0 => {
                ExitCode::SUCCESS
            }
            None => ExitCode::FAILURE,
        },
    }
}

/// A number that is another one each day.
fn day() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(0, |now| now.as_secs() / 86_400)
}

/// How an input broke a worker.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Failure {
    /// The same for inputs that break it alike.
    pub(super) kind: String,
    /// All that it said.
    pub(super) said: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.kind, self.said)
    }
}

/// What became of an input in a worker of its own; `None` when all is well.
pub(super) fn tried(target: &Target, path: &Path) -> Option<Failure> {
    let folder = tempfile::tempdir().expect("a folder");
    let said = folder.path().join("said");
    let child = start(&said, &[ONE, target.name, &path.to_string_lossy()]);
    failure(ended(child, PATIENCE), &said)
}

/// The inputs of the day.
pub(super) fn daily(target: &'static Target) -> Result<(), Failed> {
    let mut session = Session::new(target, day());
    session.go_on(DAILY, DAILY_CASES);
    match session.findings.into_iter().next() {
        None => Ok(()),
        Some((failure, finding)) => Err(format!("{}: {failure}", finding.kept.display()).into()),
    }
}

/// Tries inputs for some time, tells what comes of it, and returns how many kinds of failures there were.
fn run(target: &'static Target, seconds: u64, seed: u64) -> usize {
    let mut session = Session::new(target, seed);
    let start = Instant::now();
    session.go_on(Duration::from_secs(seconds), u64::MAX);
    println!(
        "{}: {} inputs in {} s from seed {seed}, {} kinds of failures",
        target.name,
        session.tried,
        start.elapsed().as_secs(),
        session.findings.len()
    );
    for (failure, finding) in &session.findings {
        println!("  {} times: {}", finding.times, failure.kind);
        println!("    {}", finding.kept.display());
    }
    session.findings.len()
}

/// A failure that came up in a session.
struct Finding {
    times: u64,
    /// The smallest input known to bring it about.
    kept: PathBuf,
}

/// A sequence of workers on one target.
struct Session {
    target: &'static Target,
    seed: u64,
    /// Where what is found is kept, for all sessions.
    folder: PathBuf,
    /// The files of its workers: another session may go on beside it.
    own: TempDir,
    tried: u64,
    findings: BTreeMap<Failure, Finding>,
}

impl Session {
    fn new(target: &'static Target, seed: u64) -> Self {
        let folder = repository().join("target/fuzz").join(target.name);
        std::fs::create_dir_all(&folder).expect("a folder for what is found");
        Self {
            target,
            seed,
            folder,
            own: tempfile::tempdir().expect("a folder for the workers"),
            tried: 0,
            findings: BTreeMap::new(),
        }
    }

    fn go_on(&mut self, time: Duration, cases: u64) {
        let start = Instant::now();
        while start.elapsed() < time && self.tried < cases {
            let job = Job {
                target: self.target,
                folder: self.own.path().to_owned(),
                seed: self.seed,
                first: self.tried,
                cases: cases - self.tried,
                time: time.saturating_sub(start.elapsed()),
            };
            let failure = self.one_worker(&job);
            let begun = std::fs::read_to_string(job.begun()).unwrap_or_default();
            self.tried += begun.trim().parse().unwrap_or(0).max(1);
            match failure {
                Some(failure) => self.keep(failure, &job),
                None => break,
            }
        }
    }

    fn one_worker(&self, job: &Job) -> Option<Failure> {
        let said = self.own.path().join("said");
        let numbers = [job.seed, job.first, job.cases, job.time.as_secs().max(1)];
        let [seed, first, cases, seconds] = numbers.map(|number| number.to_string());
        let folder = self.own.path().to_string_lossy();
        let child = start(
            &said,
            &[
                WORKER,
                self.target.name,
                &folder,
                "--seed",
                &seed,
                "--first",
                &first,
                "--cases",
                &cases,
                "--seconds",
                &seconds,
            ],
        );
        failure(ended(child, job.time + PATIENCE), &said)
    }

    fn keep(&mut self, failure: Failure, job: &Job) {
        let known = self
            .findings
            .iter_mut()
            .find(|(known, _)| known.kind == failure.kind);
        if let Some((_, finding)) = known {
            finding.times += 1;
            return;
        }
        let input = std::fs::read(job.input()).unwrap_or_default();
        let name = format!("{}-{}.{}", self.seed, self.tried, self.target.ending);
        let kept = self.folder.join(name);
        let target = self.target;
        let tries = self.own.path().join("smaller");
        let small = shrink::smallest(input, |smaller| {
            std::fs::write(&tries, smaller).expect("the input");
            tried(target, &tries).is_some_and(|other| other.kind == failure.kind)
        });
        std::fs::write(&kept, small).expect("the input");
        println!("{}: {}", kept.display(), failure.kind);
        self.findings.insert(failure, Finding { times: 1, kept });
    }
}

fn start(said: &Path, arguments: &[&str]) -> Child {
    let said = File::create(said).expect("a file for what it says");
    Command::new(std::env::current_exe().expect("this program"))
        .args(arguments)
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(said)
        .spawn()
        .expect("a worker")
}

/// How a worker ended; `None` when it had to be ended.
fn ended(mut child: Child, within: Duration) -> Option<ExitStatus> {
    let start = Instant::now();
    while start.elapsed() < within {
        if let Some(status) = child.try_wait().expect("a worker") {
            return Some(status);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().expect("a worker");
    child.wait().expect("a worker");
    None
}

fn failure(status: Option<ExitStatus>, said: &Path) -> Option<Failure> {
    let said = std::fs::read(said).unwrap_or_default();
    let said = String::from_utf8_lossy(&said).into_owned();
    let line = |part: &str| said.lines().find(|line| line.contains(part));
    let kind = match status {
        Some(status) if status.success() => return None,
        None => "it does not end".to_owned(),
        Some(status) => match status.signal() {
            Some(24) => format!("it takes more than {} s", worker::SECONDS),
            _ if line("has overflowed its stack").is_some() => "the stack overflows".to_owned(),
            _ if line("memory allocation of").is_some() => "the memory is used up".to_owned(),
            _ => line("panicked at").map_or_else(|| format!("{status}"), kind_of_panic),
        },
    };
    Some(Failure { kind, said })
}

/// The line of a panic without the thread, which has a number.
fn kind_of_panic(line: &str) -> String {
    let at = line.find("panicked at").unwrap_or(0);
    line[at..].to_owned()
}
