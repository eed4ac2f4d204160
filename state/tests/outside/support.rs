//! Other processes of this test binary, and states to write.

use std::future::Future;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::pin::pin;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::task::{Context, Poll, Waker};

use serde_json::json;
use trustform_state::snapshot::{
    IndexKey, InstanceState, Lineage, ResourceKey, ResourceMode, ResourceState, Serial, Snapshot,
};

pub(crate) const ROLE: &str = "TRUSTFORM_STATE_TEST_ROLE";
pub(crate) const STATE: &str = "TRUSTFORM_STATE_TEST_FILE";

/// Runs a future that never waits, as those of the local backend.
pub(crate) fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the local backend waits for something"),
    }
}

/// A state of this serial with `count` objects.
pub(crate) fn state(lineage: &Lineage, serial: u64, count: i64) -> Snapshot {
    let mut snapshot = Snapshot::empty(lineage.clone());
    snapshot.serial = Serial::new(serial);
    snapshot.record_version(&"1.11.4".parse().unwrap());
    let key = ResourceKey {
        module: None,
        mode: ResourceMode::Managed,
        ty: "terraform_data".to_owned(),
        name: "many".to_owned(),
    };
    let provider = "provider[\"terraform.io/builtin/terraform\"]";
    let mut resource = ResourceState::new(key, provider);
    resource.instances = (0..count)
        .map(|number| {
            let id = format!("{serial}-{number}");
            let value = json!({ "value": format!("<{serial}>"), "type": "string" });
            let attributes =
                json!({ "id": id, "input": value, "output": value, "triggers_replace": null });
            InstanceState::new(Some(IndexKey::Int(number)), 0, attributes)
        })
        .collect();
    snapshot.resources.push(resource);
    snapshot
}

/// Another process of this test binary; it is killed when it is dropped.
pub(crate) struct Process {
    pub(crate) child: Child,
    lines: BufReader<ChildStdout>,
}

impl Process {
    /// Starts a process that plays `role` on the state file `path`.
    pub(crate) fn start(role: &str, path: &Path) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        Self::spawn(command.args(Self::ARGUMENTS), role, path)
    }

    /// Starts such a process with files limited to `blocks` of 512 bytes, as on a full disk.
    pub(crate) fn start_on_full_disk(role: &str, path: &Path, blocks: u32) -> Self {
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        let mut command = Command::new("sh");
        command
            .arg("-c")
            .arg(script)
            .arg(std::env::current_exe().unwrap());
        Self::spawn(command.args(Self::ARGUMENTS), role, path)
    }

    const ARGUMENTS: [&str; 4] = ["--exact", "processes::role", "--nocapture", "--quiet"];

    fn spawn(command: &mut Command, role: &str, path: &Path) -> Self {
        let mut child = command
            .env(ROLE, role)
            .env(STATE, path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { child, lines }
    }

    /// The next line that the role says, without its mark; empty when it has ended.
    pub(crate) fn next(&mut self) -> String {
        let mut line = String::new();
        while self.lines.read_line(&mut line).unwrap() > 0 {
            if let Some((_, said)) = line.split_once("role: ") {
                return said.trim_end().to_owned();
            }
            line.clear();
        }
        String::new()
    }

    /// Ends the role by ending its input, and gives what it says last.
    pub(crate) fn finish(mut self) -> String {
        drop(self.child.stdin.take());
        self.next()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}
