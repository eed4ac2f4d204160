//! What apply tells while it works.

use crate::address::InstanceAddress;
use crate::plan::OperationKind;
use std::time::Duration;

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// An operation begins.
    Started {
        /// The instance.
        address: InstanceAddress,
        /// What is done.
        kind: OperationKind,
        /// The identity of the object, where there is one already.
        id: Option<String>,
    },
    /// An operation is over, without an error.
    Finished {
        /// The instance.
        address: InstanceAddress,
        /// What was done.
        kind: OperationKind,
        /// The identity of the object, where there is one.
        id: Option<String>,
        /// How long it took.
        elapsed: Duration,
    },
    /// A provisioner begins.
    Provisioning {
        /// The instance.
        address: InstanceAddress,
        /// The type of the provisioner.
        provisioner: &'static str,
    },
    /// A provisioner has said something.
    Said {
        /// The instance.
        address: InstanceAddress,
        /// The type of the provisioner.
        provisioner: &'static str,
        /// One line.
        line: String,
    },
    /// A provisioner is over.
    Provisioned {
        /// The instance.
        address: InstanceAddress,
        /// The type of the provisioner.
        provisioner: &'static str,
        /// Whether it failed.
        failed: bool,
    },
    /// An operation failed; the diagnostics tell why.
    Failed {
        /// The instance.
        address: InstanceAddress,
        /// What was to be done.
        kind: OperationKind,
    },
}

/// Who listens. Called from the walk, so it must not block.
pub type Events<'a> = &'a dyn Fn(&Event);
