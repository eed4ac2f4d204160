//! Ctrl-C while a command holds the state's lock and has changed nothing yet: it gives up, and the lock is released.

use crate::cli::view;
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::Failure;
use std::io;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

/// Every Ctrl-C from now on. The first that is ever listened for ends the process no more; one that comes while nobody
/// listens is lost. Has to be called within the runtime.
///
/// # Errors
/// The system does not let the process hear of signals.
pub(super) fn interrupts() -> io::Result<Signal> {
    signal(SignalKind::interrupt())
}

/// The outcome of work that may be given up at any moment, or the problem that somebody interrupted it. A second
/// interrupt ends the process at once.
pub(super) async fn until_interrupted<T>(
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let Ok(mut interrupts) = interrupts() else {
        return work.await;
    };
    let (sender, interrupt) = oneshot::channel();
    // A task of its own hears the second one even while planning keeps this one busy.
    let mut listening = JoinSet::new();
    listening.spawn(async move {
        if interrupts.recv().await.is_some()
            && sender.send(()).is_ok()
            && interrupts.recv().await.is_some()
        {
            view::stop_at_once();
        }
    });
    tokio::select! {
        done = work => done,
        Ok(()) = interrupt => Err(given_up()),
    }
}

/// The problem of a run that was interrupted before it changed anything.
pub(super) fn given_up() -> Failure {
    let detail = "The run was interrupted before it changed anything.";
    Failure::plain(Diagnostic::error(Code::Interrupted, detail))
}
