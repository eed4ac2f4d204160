//! Ctrl-C while a command holds the state's lock and has changed nothing yet: it gives up, and the lock is released.

use crate::cli::view;
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::Failure;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

/// The outcome of work that may be given up at any moment, or the problem that somebody interrupted it. A second
/// interrupt ends the process at once.
pub(super) async fn until_interrupted<T>(
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let (sender, interrupt) = oneshot::channel();
    // A task of its own hears the second one even while planning keeps this one busy.
    let mut listening = JoinSet::new();
    listening.spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok()
            && sender.send(()).is_ok()
            && tokio::signal::ctrl_c().await.is_ok()
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
