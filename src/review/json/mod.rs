//! A plan and a state for programs, in Terraform's JSON formats.
//!
//! As in Terraform's own, sensitive values stand in them in full, and the members `…_sensitive` say which they are: the
//! output is as secret as the state (Terraform documentation, "JSON Output Format").

mod bindings;
mod checks;
mod configuration;
mod expressions;
mod plan;
mod providers;
mod relevant;
mod state;
mod tree;
mod values;

pub use bindings::access;
pub use plan::{Surroundings, plan, reason};
pub use state::state;
