//! One process that tries inputs until one breaks it.
//!
//! Each is tried on a thread with the stack that the program has, and written to a file before, so that whoever started the
//! process knows what ended it. The system ends a process that takes too much time for one input, or too much memory.

use super::mutation::Pool;
use super::targets::Target;
use rustix::process::{Resource, Rlimit, setrlimit};
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// The most processor time that one input may take, in seconds.
pub(super) const SECONDS: u64 = 5;

/// The most address space of a process, in bytes: the stacks, the program, and what inputs take.
const SPACE: u64 = 3 << 30;

/// What a worker is to do.
pub(super) struct Job {
    pub(super) target: &'static Target,
    /// The folder of its files.
    pub(super) folder: PathBuf,
    pub(super) seed: u64,
    /// The number of its first input.
    pub(super) first: u64,
    /// How many inputs it tries at most.
    pub(super) cases: u64,
    /// How long it goes on.
    pub(super) time: Duration,
}

impl Job {
    /// The file that holds the input which is tried.
    pub(super) fn input(&self) -> PathBuf {
        self.folder.join("input")
    }

    /// The file that holds how many inputs were begun.
    pub(super) fn begun(&self) -> PathBuf {
        self.folder.join("begun")
    }
}

/// Tries the inputs of a job.
pub(super) fn work(job: &Job) -> ExitCode {
    let files = File::create(job.input()).and_then(|input| Ok((input, File::create(job.begun())?)));
    let (input, begun) = files.expect("files in the folder of the job");
    let mut pool = Pool::new(job.target, job.seed);
    let start = Instant::now();
    for number in job.first..job.first + job.cases {
        if start.elapsed() >= job.time {
            break;
        }
        let bytes = pool.input(number);
        input.set_len(0).expect("the file of the input");
        input.write_all_at(&bytes, 0).expect("the input");
        let count = format!("{}\n", number + 1 - job.first);
        begun.write_all_at(count.as_bytes(), 0).expect("the count");
        match try_one(job.target, bytes.clone()) {
            Ok(outcome) => pool.learn(&bytes, outcome),
            Err(code) => return code,
        }
    }
    ExitCode::SUCCESS
}

/// Tries the input in a file.
pub(super) fn work_on(target: &'static Target, path: &Path) -> ExitCode {
    let bytes = std::fs::read(path).expect("the input");
    match try_one(target, bytes) {
        Ok(_) => ExitCode::SUCCESS,
        Err(code) => code,
    }
}

/// What came of an input, in a word; an exit code when it panicked.
fn try_one(target: &'static Target, input: Vec<u8>) -> Result<String, ExitCode> {
    limit();
    let run = move || (target.run)(&input);
    let thread = std::thread::Builder::new()
        .name("command".into())
        .stack_size(trustform::cli::STACK);
    let running = thread.spawn(run).expect("a thread");
    running.join().map_err(|_| ExitCode::from(101))
}

/// From now on this process may take the time of one input, and the memory.
fn limit() {
    let set = |resource, most| {
        let limit = Rlimit {
            current: Some(most),
            maximum: None,
        };
        // Where the system has no such limit, whoever started this process gives up on it some time.
        let _ = setrlimit(resource, limit);
    };
    set(Resource::Cpu, used() + SECONDS + 1);
    set(Resource::As, SPACE);
    set(Resource::Core, 0);
}

/// The processor time that this process has taken, in seconds.
fn used() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = after_name.split_whitespace().skip(11).take(2);
    let ticks: u64 = ticks.filter_map(|text| text.parse::<u64>().ok()).sum();
    ticks / 100
}
