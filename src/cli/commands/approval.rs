//! Asking a person whether to go on.

use crate::cli::view;
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::Failure;
use std::io::Write as _;

/// Whether the person at the terminal answers the question with `yes`; an error when there is nobody.
pub(super) fn asked(question: &str, interactive: bool) -> Result<bool, Failure> {
    if !interactive {
        let detail = "There is nobody to approve the plan: standard input is not a terminal.";
        let hint = "To apply without asking: -auto-approve";
        return Err(Failure::plain(
            Diagnostic::error(Code::Usage, detail).hint(hint),
        ));
    }
    view::note(&format!("\n{question}\n"));
    let mut stderr = std::io::stderr();
    let asked = write!(stderr, "  Enter a value: ").and_then(|()| stderr.flush());
    let mut answer = String::new();
    let read = asked.and_then(|()| std::io::stdin().read_line(&mut answer));
    read.map_err(|error| {
        Failure::plain(Diagnostic::error(
            Code::Usage,
            format!("Cannot ask: {error}."),
        ))
    })?;
    Ok(answer.trim() == "yes")
}
