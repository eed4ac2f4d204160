//! Signals that ask a command to end while it holds the state's lock: what has changed nothing yet is given up, what is
//! under way is ended in good order, and the lock is released.
//!
//! They are Ctrl-C, the request to terminate that supervisors send, and the end of the terminal.

use crate::cli::view;
use crate::engine::{Failure, interrupted};
use std::io;
use std::path::Path;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Where Linux tells which signals the process ignores.
const STATUS: &str = "/proc/self/status";

/// Hears signals from when it begins until it is dropped; those that come afterwards are lost.
pub(super) struct Listening(#[expect(dead_code, reason = "the task ends with it")] JoinSet<()>);

impl Listening {
    /// Sets `stop` at the first signal; the second ends the process at once. Where the system does not let the process
    /// hear of signals, they end it as ever. Has to be called within the runtime.
    pub(super) fn begin(stop: &watch::Sender<bool>) -> Self {
        let mut listening = JoinSet::new();
        if let Ok(signals) = Signals::now() {
            // A task of its own hears the second one even while planning keeps the command busy.
            listening.spawn(heard(signals, stop.clone()));
        }
        Self(listening)
    }
}

/// The first signal lets what runs finish and begins nothing new; the second ends the process.
async fn heard(mut signals: Signals, stop: watch::Sender<bool>) {
    signals.first().await;
    stop.send_replace(true);
    view::note(
        "\nInterrupt received. What is being applied will finish, nothing new begins. Interrupt again to stop at once.",
    );
    signals.second().await;
    view::note(
        "Stopped at once. What was being applied is in the journal, and the next run takes it in.",
    );
    view::stop_at_once();
}

/// The signals that are listened for.
struct Signals {
    interrupt: Signal,
    termination: Signal,
    /// None where the process was started to outlive its terminal.
    end_of_terminal: Option<Signal>,
}

impl Signals {
    fn now() -> io::Result<Self> {
        let end_of_terminal = match outlives_terminals() {
            true => None,
            false => Some(signal(SignalKind::hangup())?),
        };
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            termination: signal(SignalKind::terminate())?,
            end_of_terminal,
        })
    }

    async fn first(&mut self) {
        match &mut self.end_of_terminal {
            None => self.second().await,
            Some(end) => tokio::select! {
                _ = self.interrupt.recv() => {}
                _ = self.termination.recv() => {}
                _ = end.recv() => {}
            },
        }
    }

    /// A terminal that ends may say so several times, which is no wish for haste.
    async fn second(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.termination.recv() => {}
        }
    }
}

/// Whether the process ignores the end of its terminal, as under `nohup`, or may do so for all that the system tells.
fn outlives_terminals() -> bool {
    let status = crate::source::read_file(Path::new(STATUS));
    status.map_or(true, |status| ignores_hangup(&status).unwrap_or(true))
}

/// The first bit of the mask is the first signal, SIGHUP (proc(5)).
fn ignores_hangup(status: &str) -> Option<bool> {
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))?;
    let mask = u128::from_str_radix(mask.trim(), 16).ok()?;
    Some(mask & 1 == 1)
}

/// The outcome of work that may be given up at any moment, or the problem that somebody interrupted it.
pub(super) async fn until_stopped<T>(
    stop: &watch::Sender<bool>,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let mut stopped = stop.subscribe();
    tokio::select! {
        done = work => done,
        Ok(_) = stopped.wait_for(|stopped| *stopped) => Err(given_up()),
    }
}

/// The problem of a run that was interrupted before it changed anything.
pub(super) fn given_up() -> Failure {
    Failure::plain(interrupted())
}

#[cfg(test)]
mod tests {
    use super::ignores_hangup;

    #[test]
    fn the_end_of_the_terminal_is_ignored_where_the_first_bit_is_set() {
        let status =
            |mask: &str| format!("Name:\tsh\nSigIgn:\t{mask}\nSigCgt:\t0000000000000001\n");
        assert_eq!(ignores_hangup(&status("0000000000000001")), Some(true));
        assert_eq!(ignores_hangup(&status("0000000000001006")), Some(false));
        assert_eq!(ignores_hangup("Name:\tsh\n"), None);
    }
}
