//! A plan and what it consists of.

use super::execution::ExecutionGraph;
use super::reads::{LiveObject, ReadFailure};
use super::{Action, ActionReason, Mode, Options, ProviderKey};
use crate::address::{AttributePath, InstanceAddress, Name, ResourceAddress};
use crate::schema::Identity;
use crate::value::{Known, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use trustform_state::snapshot::DeposedKey;

/// What applying would do, and everything apply needs to do it.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Every managed instance of configuration and state, also those without a change, by address.
    pub changes: Vec<Change>,
    /// Data sources that are read during apply.
    pub deferred: Vec<DataChange>,
    /// Data sources as they were read or computed while planning.
    pub data: Vec<DataChange>,
    /// What stands for the instances that the plan stays away from, for others that refer to their blocks.
    pub left_alone: Vec<(InstanceAddress, Value)>,
    /// Ephemeral objects, which nothing but this plan in this process has.
    pub opened: Vec<super::Opened>,
    /// Live objects that differ from what the state records.
    pub drift: Vec<Drift>,
    /// Outputs of the root module.
    pub outputs: BTreeMap<Name, OutputChange>,
    /// Whether each service account will be able to assume its role.
    pub bindings: Vec<super::Binding>,
    /// What came of the conditions that the configuration has.
    pub checks: super::Checks,
    /// What changes about who can assume which role, by role.
    pub access: Vec<super::AccessChange>,
    /// The service accounts whose pods will use another role than before.
    pub switches: Vec<super::RoleSwitch>,
    /// What could not be read.
    pub not_read: Vec<NotRead>,
    /// The operations in their order.
    pub execution: ExecutionGraph,
    /// The settings of provider configurations that are known now.
    pub providers: BTreeMap<ProviderKey, Known>,
    /// Those among which an ephemeral value stands: apply evaluates them anew.
    pub renewed: BTreeSet<ProviderKey>,
    /// What was asked for.
    pub options: Options,
}

impl Plan {
    /// Whether applying would change any object or output, or what the state records of one.
    pub fn has_changes(&self) -> bool {
        let records_drift =
            self.options.mode == Mode::RefreshOnly && self.drift.iter().any(Drift::is_change);
        records_drift
            || self.changes.iter().any(Change::is_change)
            || self
                .outputs
                .values()
                .any(|output| output.action.is_change())
    }
}

/// The change of one managed object.
#[derive(Clone, Debug)]
pub struct Change {
    /// The instance.
    pub address: InstanceAddress,
    /// The deposed object that is meant, if not the current one.
    pub deposed: Option<DeposedKey>,
    /// What is done.
    pub action: Action,
    /// Why.
    pub reason: ActionReason,
    /// The provider configuration that does it.
    pub provider: ProviderKey,
    /// The object as it is; `None` when there is none.
    pub before: Option<LiveObject>,
    /// The object as it will be, with unknown parts and marks; `None` when it goes away.
    pub after: Option<Value>,
    /// The attributes because of which it must be replaced.
    pub replace_paths: Vec<AttributePath>,
    /// The blocks it depends on, as states record them.
    pub dependencies: Arc<[ResourceAddress]>,
    /// Whether a replacement is created before the old object is destroyed, as states record it.
    pub create_before_destroy: bool,
    /// The address at which the state had the object; `None` when it is the same.
    pub moved_from: Option<InstanceAddress>,
    /// What the object was found by, when it exists already and is taken over.
    pub importing: Option<Identity>,
}

impl Change {
    /// Whether anything comes of it: something is done, an object is taken over, or the state calls it by another name.
    pub fn is_change(&self) -> bool {
        self.action.is_change() || self.importing.is_some() || self.moved_from.is_some()
    }
}

/// A data source.
#[derive(Clone, Debug)]
pub struct DataChange {
    /// The instance.
    pub address: InstanceAddress,
    /// The provider configuration that reads it.
    pub provider: ProviderKey,
    /// Why it has to wait; [`ActionReason::None`] when it did not.
    pub reason: ActionReason,
    /// The blocks it depends on.
    pub dependencies: Arc<[ResourceAddress]>,
    /// Its value as far as it is known.
    pub value: Value,
}

/// A live object that differs from what the state records; under [`Mode::RefreshOnly`] also one that has another address.
#[derive(Clone, Debug)]
pub struct Drift {
    /// The instance.
    pub address: InstanceAddress,
    /// The address at which the state had the object; `None` when it is the same.
    pub moved_from: Option<InstanceAddress>,
    /// As recorded.
    pub recorded: Value,
    /// As found; `None` when it is gone.
    pub live: Option<Value>,
}

impl Drift {
    /// Whether the object differs, and not only its address.
    pub fn is_change(&self) -> bool {
        self.live.as_ref() != Some(&self.recorded)
    }
}

/// The change of a root output.
#[derive(Clone, Debug)]
pub struct OutputChange {
    /// What is done to the recorded value.
    pub action: Action,
    /// The recorded value.
    pub before: Option<Value>,
    /// The value after apply; `None` when the output goes away.
    pub after: Option<Value>,
    /// Whether the value must not be shown.
    pub sensitive: bool,
}

/// Something that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotRead {
    /// The instance it was for.
    pub address: InstanceAddress,
    /// Why.
    pub failure: ReadFailure,
}
