//! The shape of resource and data types: what the compiler knows about a kind without talking to anybody.
//!
//! A kind's pure half is a [`TypeSchema`] (its attributes and nested blocks) and a [`Rules`] implementation (defaults,
//! equality by meaning, predictions). Its other half, which makes calls, lives in `provider`.

mod block;
mod provisioner;
mod registry;
mod rules;

pub use block::{Attribute, Block, NestedBlock, Nesting, Presence, TypeSchema};
pub use provisioner::local_exec;
pub use registry::{Schemas, TypeEntry};
pub use rules::{Facts, Identity, Problem, Rules, Tie, is_given};
