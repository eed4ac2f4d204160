//! Terraform's state format, its lock, and the journal beside it.
//!
//! - [`snapshot`]: everything a state says, with objects still encoded as JSON
//! - [`format`](mod@format): state files as bytes, Terraform's format version 4
//! - [`backend`]: where a state is kept; reading, compare-and-swap writing, the last resort of a
//!   failed write
//! - [`lock`]: who holds a state, and waiting for it
//! - [`journal`]: what a run is going to do and what came of it, for the run after a killed one
//! - [`recovery`]: state and journal together, what every command reads and how a run ends
//!
//! The crate knows nothing of configurations or providers: addresses are text, attributes are JSON.
//! It brings no asynchronous runtime; what is local blocks for the time of a file access. It needs
//! a system with POSIX record locks.
#![allow(
    clippy::disallowed_methods,
    reason = "the state, its lock and its journal are files, and who holds a lock is asked of the host"
)]

pub mod backend;
pub mod format;
mod host;
pub mod journal;
pub mod lock;
pub mod recovery;
pub mod snapshot;
#[cfg(test)]
mod testing;
