//! The words for operations, as Terraform words them.

use crate::plan::{Generation, OperationKind};
use std::time::Duration;

/// How people and programs are told of one kind of operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Verbs {
    /// It begins or goes on: `Creating`.
    pub(super) doing: &'static str,
    /// It is over: `Creation`.
    pub(super) noun: &'static str,
    /// As the JSON stream names it: `create`.
    pub(super) action: &'static str,
}

/// The words for an operation.
pub(super) fn verbs(kind: &OperationKind) -> Verbs {
    let (doing, noun, action) = match kind {
        OperationKind::Create { .. } => ("Creating", "Creation", "create"),
        OperationKind::Update => ("Modifying", "Modifications", "update"),
        OperationKind::Delete(_) => ("Destroying", "Destruction", "delete"),
        OperationKind::Read => ("Reading", "Read", "read"),
        OperationKind::Open => ("Opening", "Opening", "open"),
        OperationKind::Close => ("Closing", "Closing", "close"),
        OperationKind::Adopt => ("Importing", "Import", "import"),
        OperationKind::Forget => ("Forgetting", "Removal from the state", "forget"),
    };
    Verbs {
        doing,
        noun,
        action,
    }
}

/// Which object of the instance is meant, if it is not the current one: ` (deposed object 1a2b3c4d)`.
pub(super) fn generation(kind: &OperationKind) -> String {
    match kind {
        OperationKind::Delete(Generation::Deposed(key)) => format!(" (deposed object {key})"),
        OperationKind::Delete(Generation::Current | Generation::Replaced)
        | OperationKind::Create { .. }
        | OperationKind::Update
        | OperationKind::Read
        | OperationKind::Open
        | OperationKind::Close
        | OperationKind::Adopt
        | OperationKind::Forget => String::new(),
    }
}

/// A duration to the second: `0s`, `1m5s`, `2h0m0s`.
pub(super) fn elapsed(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match (hours, minutes) {
        (0, 0) => format!("{rest}s"),
        (0, _) => format!("{minutes}m{rest}s"),
        (_, _) => format!("{hours}h{minutes}m{rest}s"),
    }
}
