//! Asking a person whether to go on.

use super::interrupts::given_up;
use crate::cli::view;
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::Failure;
use std::io::Write as _;
use std::sync::mpsc;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Whether the person at the terminal answers the question with `yes`; an error when there is nobody, and when `stop` turns
/// true before the answer. Has to be called within the runtime.
pub(super) fn asked(
    question: &str,
    interactive: bool,
    stop: watch::Receiver<bool>,
) -> Result<bool, Failure> {
    if !interactive {
        let detail = "There is nobody to approve the plan: standard input is not a terminal.";
        let hint = "To apply without asking: -auto-approve";
        return Err(Failure::plain(
            Diagnostic::error(Code::Usage, detail).hint(hint),
        ));
    }
    match answer(question, stop).map_err(|error| cannot(&error))? {
        Some(answer) => Ok(answer.trim() == "yes"),
        None => Err(given_up()),
    }
}

/// The line that answers the question, or `None` when somebody interrupts before it is answered.
fn answer(question: &str, mut stop: watch::Receiver<bool>) -> std::io::Result<Option<String>> {
    view::note(&format!("\n{question}\n"));
    let mut stderr = std::io::stderr();
    write!(stderr, "  Enter a value: ")?;
    stderr.flush()?;
    let (line, first) = mpsc::channel();
    let interrupt = line.clone();
    let mut listening = JoinSet::new();
    listening.spawn(async move {
        if stop.wait_for(|stop| *stop).await.is_ok() {
            interrupt.send(Ok(None)).ok();
        }
    });
    // A thread that nobody waits for: after an interrupt it goes on reading until the process ends.
    std::thread::spawn(move || {
        let mut text = String::new();
        let read = std::io::stdin().read_line(&mut text);
        line.send(read.map(|_| Some(text))).ok();
    });
    first
        .recv()
        .unwrap_or_else(|gone| Err(std::io::Error::other(gone)))
}

fn cannot(error: &std::io::Error) -> Failure {
    let detail = format!("Cannot ask: {error}.");
    Failure::plain(Diagnostic::error(Code::Usage, detail))
}
