//! Running a program and taking what it used: time of the processor, of the wall clock, and memory.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use wait4::Wait4 as _;

/// What one run cost.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// Seconds of processors, user and system.
    pub processor: f64,
    /// Seconds from start to end.
    pub wall: f64,
    /// The most memory it held, in megabytes.
    pub megabytes: f64,
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:.2} | {:.2} | {:.0}",
            self.processor, self.wall, self.megabytes
        )
    }
}

/// A program that is measured.
#[derive(Debug, Clone)]
pub struct Tool {
    path: PathBuf,
}

/// The `terraform` on the `PATH`, if there is one.
pub fn terraform() -> Option<Tool> {
    let path = PathBuf::from("terraform");
    let asked = Command::new(&path).arg("version").output();
    asked.is_ok().then_some(Tool { path })
}

/// How many processors the machine has for us.
pub fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

impl Tool {
    /// This tool, of a build.
    pub fn ours(path: &Path) -> Self {
        Self {
            path: path.to_path_buf(),
        }
    }

    /// The first line of what it says of its version.
    pub fn version(&self) -> String {
        let output = self
            .command(Path::new("."))
            .arg("version")
            .output()
            .expect("it runs");
        String::from_utf8_lossy(&output.stdout)
            .lines()
            .next()
            .unwrap_or_default()
            .to_owned()
    }

    /// Runs it in a folder; it has to succeed.
    pub fn run(&self, folder: &Path, arguments: &[String]) -> Cost {
        let log = std::fs::File::create(folder.join("log")).expect("a log");
        let start = Instant::now();
        let mut child = self
            .command(folder)
            .args(arguments)
            .arg("-no-color")
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a second handle"))
            .stderr(log)
            .spawn()
            .expect("it starts");
        let used = child.wait4().expect("it ends");
        let wall = start.elapsed().as_secs_f64();
        if !used.status.success() {
            let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
            panic!("{} {arguments:?}\n{log}", self.path.display());
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "megabytes are shown without decimals"
        )]
        let megabytes = used.rusage.maxrss as f64 / f64::from(1 << 20);
        Cost {
            processor: (used.rusage.utime + used.rusage.stime).as_secs_f64(),
            wall,
            megabytes,
        }
    }

    fn command(&self, folder: &Path) -> Command {
        let mut command = Command::new(&self.path);
        command
            .current_dir(folder)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", folder)
            .env("CHECKPOINT_DISABLE", "1")
            .env("TF_CLI_CONFIG_FILE", "/dev/null")
            .env("TF_INPUT", "0");
        command
    }
}
