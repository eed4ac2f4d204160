//! Servers and folders end with their owners.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::process::watched;
use crate::{RunFolder, Server};

fn is_running(process: &str) -> bool {
    let ask = Command::new("kill")
        .args(["-0", process])
        .stderr(Stdio::null())
        .status();
    ask.unwrap().success()
}

fn wait_for(what: &str, mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < Duration::from_secs(20), "{what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_program_that_watches_no_pipe_ends_with_its_server() {
    let folder = RunFolder::create().unwrap();
    let log = folder.path().join("log");
    let mut command = watched(Path::new("/bin/sh"));
    command.args(["-c", "echo $$; exec sleep 600"]);
    let server = Server::start("sleeper", command, &log).unwrap();
    let said = || std::fs::read_to_string(&log).unwrap();
    wait_for("it says its process id", || said().ends_with('\n'));
    let process = said().trim().to_owned();
    assert!(is_running(&process));
    drop(server);
    wait_for("it ends", || !is_running(&process));
}

#[test]
fn a_server_that_ends_while_it_starts_is_reported_with_what_it_said() {
    let folder = RunFolder::create().unwrap();
    for is_watched in [false, true] {
        let shell = Path::new("/bin/sh");
        let mut command = if is_watched {
            watched(shell)
        } else {
            Command::new(shell)
        };
        command.args(["-c", "echo no port; exit 3"]);
        let log = folder.path().join("log");
        let mut server = Server::start("failing", command, &log).unwrap();
        let why = server
            .wait_until(Duration::from_secs(20), || false)
            .unwrap_err();
        assert!(
            why.contains("exit status: 3") && why.contains("no port"),
            "{why}"
        );
    }
}

#[test]
fn a_server_that_is_not_ready_in_time_is_reported() {
    let folder = RunFolder::create().unwrap();
    let command = Command::new("cat");
    let mut server = Server::start("slow", command, &folder.path().join("log")).unwrap();
    let why = server.wait_until(Duration::ZERO, || false).unwrap_err();
    assert!(why.starts_with("slow was not ready"), "{why}");
}

#[test]
fn folders_of_runs_that_are_gone_are_removed_and_those_at_work_are_kept() {
    let at_work = RunFolder::create().unwrap();
    let abandoned = at_work.path().with_file_name("abandoned");
    std::fs::create_dir_all(&abandoned).unwrap();
    std::fs::write(abandoned.join("lock"), "").unwrap();
    let next = RunFolder::create().unwrap();
    assert!(!abandoned.exists());
    assert!(at_work.path().exists());
    assert_ne!(at_work.path(), next.path());
    let path = next.path().to_path_buf();
    drop(next);
    assert!(!path.exists());
}
