//! A server process whose life hangs on a pipe that its starter holds.

use std::fs::File;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How often a starting server is asked whether it is ready.
const POLL: Duration = Duration::from_millis(50);

/// How long a server may take to end by itself before it is killed.
const STOP: Duration = Duration::from_secs(3);

/// A server that this run started.
///
/// Its standard input is a pipe from this process, and the server ends when that pipe does: on drop, at the end of the
/// run, and when the run is killed. What it says goes to a log file.
#[derive(Debug)]
pub struct Server {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Server {
    /// Starts `command`, a program that ends with its standard input, with its output in the file `log`.
    pub fn start(name: &str, mut command: Command, log: &Path) -> io::Result<Self> {
        let output = File::create(log)?;
        let child = command
            .stdin(Stdio::piped())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()?;
        Ok(Self {
            name: name.to_owned(),
            child,
            log: log.to_path_buf(),
        })
    }

    /// The process id, for tests of how servers end.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until `is_ready`, at most `limit`; says why not, with the end of the log, when the server ends or the time
    /// is over.
    pub fn wait_until(
        &mut self,
        limit: Duration,
        mut is_ready: impl FnMut() -> bool,
    ) -> Result<(), String> {
        let start = Instant::now();
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(self.ended(status));
            }
            if is_ready() {
                return Ok(());
            }
            if start.elapsed() > limit {
                let seconds = limit.as_secs();
                let log = self.end_of_log();
                return Err(format!(
                    "{} was not ready after {seconds} s\n{log}",
                    self.name
                ));
            }
            std::thread::sleep(POLL);
        }
    }

    fn ended(&self, status: ExitStatus) -> String {
        format!("{} ended with {status}\n{}", self.name, self.end_of_log())
    }

    /// The last lines of what the server said.
    fn end_of_log(&self) -> String {
        let log = std::fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = text.lines().collect();
        let start = lines.len().saturating_sub(20);
        lines.get(start..).unwrap_or_default().join("\n")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let start = Instant::now();
        while start.elapsed() < STOP {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A program that does not watch its standard input, run under a shell that does so for it.
pub(crate) fn watched(program: &Path) -> Command {
    /// A shell gives a background job an empty standard input, hence the detour over descriptor 3.
    const WATCH: &str = r#"exec 3<&0
"$@" 3<&- </dev/null &
server=$!
{ cat <&3 >/dev/null; kill -9 "$server"; } 2>/dev/null &
exec 3<&-
wait "$server""#;
    let mut command = Command::new("sh");
    command.arg("-c").arg(WATCH).arg("sh").arg(program);
    command
}

/// A loopback port that nobody listens on at the time of the call.
///
/// Somebody else may take it before the caller does; whoever starts a server on it must be ready to try another.
pub fn free_port() -> io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}
