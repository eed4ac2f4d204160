//! How to plan: the kind of plan, and what `-target`, `-exclude`, `-replace` and `-refresh=false` ask for.

use crate::address::{InstanceAddress, Target};
use std::collections::BTreeSet;

/// What kind of plan is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Bring the world in line with the configuration.
    #[default]
    Normal,
    /// Destroy everything the state records.
    Destroy,
    /// Look for what `import` blocks name, and plan nothing.
    Import,
    /// Record in the state what has become of its objects, and change none of them.
    RefreshOnly,
}

/// How to plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The kind of plan.
    pub mode: Mode,
    /// Whether recorded objects are taken to be as they were recorded, and not read (`-refresh=false`). What the state
    /// does not record is looked for all the same, and data sources are read.
    pub skip_refresh: bool,
    /// The parts that the plan is limited to; none for everything.
    pub targets: Vec<Target>,
    /// The parts that are left out, with what depends on them; never beside `targets`.
    pub excludes: Vec<Target>,
    /// Instances that are replaced though nothing about them changes.
    pub replace: BTreeSet<InstanceAddress>,
    /// Whether what is wrong with a trust policy keeps the plan from being made.
    pub trust: TrustRules,
}

/// What becomes of bindings that cannot work and of trust that reaches too far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TrustRules {
    /// Refuted bindings and policies that IAM would refuse are warnings (`-allow-refuted`), not errors.
    pub allow_refuted: bool,
    /// A trust policy that admits more than it names is an error (`-strict`), not a warning.
    pub strict: bool,
}

impl Options {
    /// Whether the plan is of a part of the configuration only.
    pub fn is_partial(&self) -> bool {
        !(self.targets.is_empty() && self.excludes.is_empty())
    }

    /// A plan of a kind, with nothing else asked for.
    pub fn of(mode: Mode) -> Self {
        Options {
            mode,
            ..Options::default()
        }
    }
}
