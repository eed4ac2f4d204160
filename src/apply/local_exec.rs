//! Running one command of a `local-exec` provisioner, and passing on what it says.

use crate::value::Value;
use std::collections::VecDeque;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::unix::pipe::Receiver;
use tokio::process::Command;
use tokio::sync::watch;

/// How much of what a command says stands in the error when it fails.
const TAIL: usize = 8 * 1024;

/// A command to be run.
#[derive(Clone, Debug)]
pub(super) struct LocalExec {
    /// The program, its arguments, and the command.
    words: Vec<String>,
    directory: Option<String>,
    environment: Vec<(String, String)>,
    quiet: bool,
}

impl LocalExec {
    /// From the value of the block, which is wholly known. A null in the environment leaves a variable as it is.
    pub(super) fn new(value: &Value) -> Self {
        let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let interpreter = value.get("interpreter").and_then(Value::as_elements);
        let interpreter = interpreter.into_iter().flatten();
        let mut words: Vec<String> = interpreter
            .map(|word| word.as_str().unwrap_or_default().to_owned())
            .collect();
        if words.is_empty() {
            words = vec!["/bin/sh".to_owned(), "-c".to_owned()];
        }
        words.extend(text("command"));
        let environment = value.get("environment").and_then(Value::as_entries);
        let environment = environment.into_iter().flatten();
        LocalExec {
            words,
            directory: text("working_dir").filter(|directory| !directory.is_empty()),
            environment: environment
                .filter_map(|(name, value)| Some((name.to_string(), value.as_str()?.to_owned())))
                .collect(),
            quiet: value.get("quiet").and_then(Value::as_bool).unwrap_or(false),
        }
    }

    /// Runs the command until it ends, or until `stop` turns true: then it is ended.
    pub(super) async fn run(
        &self,
        say: &(dyn Fn(&str) + Sync),
        mut stop: watch::Receiver<bool>,
    ) -> Result<(), String> {
        if self.quiet {
            say("local-exec: Executing: Suppressed by quiet=true");
        } else {
            let words: Vec<String> = self.words.iter().map(|word| format!("{word:?}")).collect();
            say(&format!("Executing: [{}]", words.join(" ")));
        }
        let (mut child, output) = self.start().map_err(|error| self.failed(&error, ""))?;
        let mut output = BufReader::new(output);
        let (mut tail, mut line) = (Tail::default(), Vec::new());
        loop {
            tokio::select! {
                read = output.read_until(b'\n', &mut line) => match read {
                    Ok(0) | Err(_) => break,
                    Ok(_) => {
                        let text = String::from_utf8_lossy(&line).into_owned();
                        say(text.trim_end_matches(['\n', '\r']));
                        tail.push(&line);
                        line.clear();
                    }
                },
                Ok(_) = stop.wait_for(|stop| *stop) => {
                    let _ended = child.start_kill();
                    return Err(self.failed(&"interrupted", &tail.text()));
                }
            }
        }
        // A command may close what it says long before it ends.
        let ended = tokio::select! {
            ended = child.wait() => ended,
            Ok(_) = stop.wait_for(|stop| *stop) => {
                let _ended = child.start_kill();
                return Err(self.failed(&"interrupted", &tail.text()));
            }
        };
        match ended {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => {
                let status = status
                    .code()
                    .map_or_else(|| status.to_string(), |code| format!("exit status {code}"));
                Err(self.failed(&status, &tail.text()))
            }
            Err(error) => Err(self.failed(&error, &tail.text())),
        }
    }

    /// Starts the program with one pipe for all that it says.
    fn start(&self) -> std::io::Result<(tokio::process::Child, Receiver)> {
        let (reader, writer) = std::io::pipe()?;
        let (program, arguments) = self
            .words
            .split_first()
            .ok_or(std::io::ErrorKind::InvalidInput)?;
        let mut command = Command::new(program);
        command
            .args(arguments)
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command.stdout(writer.try_clone()?).stderr(writer);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        if let Some(directory) = &self.directory {
            command.current_dir(directory);
        }
        let child = command.spawn()?;
        Ok((child, Receiver::from_owned_fd(reader.into())?))
    }

    fn failed(&self, why: &dyn std::fmt::Display, output: &str) -> String {
        let command = self.words.last().map(String::as_str).unwrap_or_default();
        format!("Error running command '{command}': {why}. Output: {output}")
    }
}

/// The end of what a command has said.
#[derive(Default)]
struct Tail(VecDeque<u8>);

impl Tail {
    fn push(&mut self, bytes: &[u8]) {
        self.0.extend(bytes);
        let over = self.0.len().saturating_sub(TAIL);
        self.0.drain(..over);
    }

    fn text(&self) -> String {
        let bytes: Vec<u8> = self.0.iter().copied().collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}
