//! Carries a plan out: walks its execution graph, a bounded number of operations at a time, and records what came of
//! each. It decides nothing: what to do, in which order and on which object is in the plan.
//!
//! Values that were unknown when the plan was made are filled in by evaluating the same expressions again, now that
//! what they refer to exists. A result that contradicts what the plan showed stops the operation before its call.

mod begin;
mod checked;
mod complete;
mod events;
mod finish;
mod local_exec;
mod manifest;
mod opening;
mod provision;
mod store;
#[cfg(test)]
mod tests;
mod validate;
mod walk;

pub use events::{Event, Events};
pub use manifest::manifest;
pub use store::StateStore;
pub use walk::{Applied, Outcome, Run, run};
