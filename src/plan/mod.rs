//! The planner: from a program, the prior state and answers about the world to the changes that bring the world in
//! line, or to the questions that are still open.
//!
//! [`plan`] is pure. It goes through the dependency graph once, in order, and plans every instance it can; where it
//! lacks a fact it notes a [`Read`] and leaves out what depends on it. Whoever calls it answers the reads and calls
//! again, until a [`Plan`] comes back. The same inputs always give the same plan.

mod access;
mod action;
mod assertions;
mod associated;
mod bound;
mod change;
mod checks;
mod codes;
mod creates_first;
mod data;
mod deletion;
mod differences;
mod early;
mod excluded;
mod execution;
mod focus;
mod imported;
mod instance;
mod inventory;
mod judge;
mod lints;
mod lower;
mod moved;
mod named;
pub mod objects;
mod opened;
mod options;
mod outputs;
mod planner;
mod prior;
mod propose;
mod prove;
mod provider;
mod reads;
mod record;
mod refreshed;
mod removed;
mod secret;
#[cfg(test)]
pub(crate) mod tests;
mod ties;
mod triggered;
mod unmatched;
mod valid;
mod waiting;
mod witnessed;

pub use access::{AccessChange, Reach, RoleName, RoleSwitch, Workload};
pub use action::{Action, ActionReason, ReplaceOrder};
pub use change::{Change, DataChange, Drift, NotRead, OutputChange, Plan};
pub use checks::{CheckStatus, Checkable, CheckedInstance, Checks};
pub use differences::differences;
pub use execution::{
    ExecutionGraph, ExecutionNode, Generation, Operation, OperationId, OperationKind,
};
pub use moved::{Moves, moves};
pub use opened::{Opened, opened_object};
pub use options::{Mode, Options, TrustRules};
pub use planner::{Step, plan};
pub use prior::{PriorInstance, PriorObject, PriorState};
pub use propose::{configured, propose};
pub use prove::{Binding, Finding, Way};
pub use provider::{ProviderKey, hexadecimal, provider_config, provider_of};
pub use reads::{Answer, Answers, LiveObject, Needs, Read, ReadFailure, ReadKey};
pub use record::{attributes_json, decode_attributes};
pub use secret::{attribute_path, mark_at, replace_member, sensitive_paths};
pub use valid::{Validity, validity};
