//! A command at work on a state: the lock, what was read, and how it ends.

use super::backend::{locking_failed, recovery_failed};
use super::project::VERSION;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use trustform_state::backend::Backend;
use trustform_state::lock::{LockError, LockInfo, lock_waiting};
use trustform_state::recovery::{self, Recovered, RecoveryError};
use trustform_state::snapshot::{Lineage, Snapshot, TerraformVersion};

/// The version that is written into states: the one whose language and formats are spoken.
pub const TERRAFORM_VERSION: &str = "1.11.4";

/// How to lock.
#[derive(Clone, Debug)]
pub struct LockRequest {
    /// Whether to lock at all (`-lock=false`).
    pub lock: bool,
    /// How long to wait for another holder (`-lock-timeout`).
    pub timeout: Duration,
    /// What for, as Terraform names it: `OperationTypePlan`, `OperationTypeApply`.
    pub operation: &'static str,
    /// Turns true when nothing is to be waited for any more.
    pub stop: watch::Receiver<bool>,
}

/// A state that was read, under its lock.
#[derive(Debug)]
pub struct Session {
    /// Where the state is kept.
    pub backend: Arc<dyn Backend>,
    /// What was read.
    pub recovered: Recovered,
    /// Warnings about what an earlier run left.
    pub diagnostics: Diagnostics,
    lock: Option<LockInfo>,
}

impl Session {
    /// Locks the state, reads it, and takes in what an interrupted run has left.
    pub async fn open(
        backend: Arc<dyn Backend>,
        request: LockRequest,
    ) -> Result<Self, Diagnostics> {
        let lock = if request.lock {
            Some(lock(backend.as_ref(), &request).await?)
        } else {
            None
        };
        let mut session = Session {
            backend,
            recovered: empty(),
            diagnostics: Diagnostics::new(),
            lock,
        };
        let mut stop = request.stop;
        let read = tokio::select! {
            read = session.read() => read,
            Ok(_) = stop.wait_for(|stop| *stop) => Err(interrupted().into()),
        };
        match read {
            Ok(()) => Ok(session),
            Err(diagnostics) => {
                session.close().await;
                Err(diagnostics)
            }
        }
    }

    /// Reads the state without a lock, for commands that only look.
    pub async fn look(backend: Arc<dyn Backend>) -> Result<Self, Diagnostics> {
        let recovered = recovery::read(backend.as_ref())
            .await
            .map_err(|error| recovery_failed(&error))?;
        let diagnostics = leftover(&recovered);
        Ok(Session {
            backend,
            recovered,
            diagnostics,
            lock: None,
        })
    }

    async fn read(&mut self) -> Result<(), Diagnostics> {
        let backend = self.backend.as_ref();
        let recovered = recovery::read(backend)
            .await
            .map_err(|error| recovery_failed(&error))?;
        self.diagnostics = leftover(&recovered);
        let tool =
            tool_version().ok_or_else(|| unusable(&"the tool's own version is malformed"))?;
        let recovered = recovery::settle(backend, recovered, &tool)
            .await
            .map_err(|error| recovery_failed(&error))?;
        if recovered.leftover.is_some() {
            // What is unresolved was told; looking for it is the next plan's business, by the same identities.
            backend
                .remove_journal()
                .await
                .map_err(|error| unusable(&error))?;
        }
        self.recovered = recovered;
        Ok(())
    }

    /// The state, a new one when there is none.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.recovered
            .snapshot
            .clone()
            .unwrap_or_else(|| Arc::new(Snapshot::empty(Lineage::random())))
    }

    /// Releases the lock. A lock that cannot be released is told, with the way to remove it.
    pub async fn close(mut self) -> Diagnostics {
        let Some(lock) = self.lock.take() else {
            return Diagnostics::new();
        };
        match self.backend.unlock(&lock.id).await {
            Ok(()) => Diagnostics::new(),
            Err(error) => Diagnostic::error(Code::Locked, format!("{error}."))
                .with_summary("Error releasing the state lock")
                .hint("Once nobody works on the state, remove the lock by hand.")
                .into(),
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "waiting for another run takes real time, also for the sandbox"
)]
async fn lock(backend: &dyn Backend, request: &LockRequest) -> Result<LockInfo, Diagnostics> {
    let info = LockInfo::new(request.operation, TERRAFORM_VERSION);
    let mut stop = request.stop.clone();
    let sleep = async |pause: Duration, _: &LockError| {
        tokio::select! {
            () = tokio::time::sleep(pause) => true,
            Ok(_) = stop.wait_for(|stop| *stop) => false,
        }
    };
    lock_waiting(backend, info, request.timeout, sleep)
        .await
        .map_err(|error| match *request.stop.borrow() {
            true => interrupted().into(),
            false => locking_failed(&error),
        })
}

/// The problem of a run that was interrupted before it changed anything.
pub fn interrupted() -> Diagnostic {
    let detail = "The run was interrupted before it changed anything.";
    Diagnostic::error(Code::Interrupted, detail)
}

fn empty() -> Recovered {
    Recovered {
        snapshot: None,
        version: None,
        leftover: None,
    }
}

/// The version that is recorded as the writer of states.
pub(super) fn tool_version() -> Option<TerraformVersion> {
    TERRAFORM_VERSION.parse().ok()
}

/// The problem of a state that cannot be used.
pub(super) fn state_error(error: &dyn std::fmt::Display) -> Diagnostics {
    unusable(error)
}

fn unusable(error: &dyn std::fmt::Display) -> Diagnostics {
    Diagnostic::error(Code::State, format!("{error}.")).into()
}

impl From<&RecoveryError> for Diagnostic {
    fn from(error: &RecoveryError) -> Self {
        Diagnostic::error(Code::State, format!("{error}."))
    }
}

fn leftover(recovered: &Recovered) -> Diagnostics {
    let Some(leftover) = &recovered.leftover else {
        return Diagnostics::new();
    };
    let mut diagnostics = Diagnostics::new();
    let detail = format!(
        "The run {} was interrupted (trustform {VERSION}). What it had done is in its journal, and has been taken into \
         the state.",
        leftover.run
    );
    diagnostics.push(
        Diagnostic::warning(Code::Interrupted, detail)
            .with_summary("An earlier run was interrupted"),
    );
    for unresolved in &leftover.unresolved {
        let detail = format!(
            "It is not known whether the interrupted run carried out this operation: {:?} of {}, identified by {}.",
            unresolved.intent.operation, unresolved.intent.object, unresolved.intent.identity
        );
        diagnostics.push(
            Diagnostic::warning(Code::Interrupted, detail)
                .with_summary("Unfinished operation of an earlier run")
                .about(&unresolved.intent.object)
                .hint("If the object exists, import it or delete it before applying again."),
        );
    }
    diagnostics
}
