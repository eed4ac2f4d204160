//! What is done to one object, and why.

use std::fmt;

/// What applying the plan does to one resource instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Nothing.
    NoOp,
    /// Make it.
    Create,
    /// Read it (data sources that had to wait).
    Read,
    /// Change it in place.
    Update,
    /// Make another in its place: shown as one change, carried out as two operations.
    Replace(ReplaceOrder),
    /// Destroy it.
    Delete,
    /// Drop it from the state and leave the remote object alone.
    Forget,
}

/// Which half of a replacement comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReplaceOrder {
    /// The old object is destroyed first.
    DeleteThenCreate,
    /// The new object is created first (`create_before_destroy`).
    CreateThenDelete,
}

/// Why an action was chosen, for display and tests only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ActionReason {
    /// There is nothing more to say than the action itself.
    None,
    /// The recorded object is marked tainted.
    Tainted,
    /// An attribute changed that cannot be changed in place.
    CannotUpdate,
    /// It was asked for.
    ByRequest,
    /// What `replace_triggered_by` names is updated or replaced.
    Triggered,
    /// Something that it cannot outlive is made again.
    Tied,
    /// The block is no longer in the configuration.
    NoConfiguration,
    /// The block has no such instance any more.
    NoInstance,
    /// The block has instances of another kind: keys of `for_each`, numbers of `count`, or one without a key.
    WrongRepetition,
    /// It was moved to an address that is not in the configuration.
    NoMoveTarget,
    /// The module instance is gone.
    NoModule,
    /// The whole configuration is being destroyed.
    Destroy,
    /// An argument of a data source is known only after apply.
    ConfigUnknown,
    /// A data source waits for a change of something it depends on.
    DependencyPending,
    /// A data source of a `check` block is read again, to judge by what is there afterwards.
    CheckNested,
}

impl Action {
    /// Whether anything is done at all.
    pub fn is_change(self) -> bool {
        self != Action::NoOp
    }

    /// Whether the object that exists now goes away.
    pub fn destroys(self) -> bool {
        matches!(self, Action::Delete | Action::Replace(_))
    }

    /// The actions as Terraform's JSON names them.
    pub fn names(self) -> &'static [&'static str] {
        match self {
            Action::NoOp => &["no-op"],
            Action::Create => &["create"],
            Action::Read => &["read"],
            Action::Update => &["update"],
            Action::Replace(ReplaceOrder::DeleteThenCreate) => &["delete", "create"],
            Action::Replace(ReplaceOrder::CreateThenDelete) => &["create", "delete"],
            Action::Delete => &["delete"],
            Action::Forget => &["forget"],
        }
    }

    /// The sign in front of a change, as Terraform draws it.
    pub fn sign(self) -> &'static str {
        match self {
            Action::NoOp => "   ",
            Action::Create => "  +",
            Action::Read => " <=",
            Action::Update => "  ~",
            Action::Replace(ReplaceOrder::DeleteThenCreate) => "-/+",
            Action::Replace(ReplaceOrder::CreateThenDelete) => "+/-",
            Action::Delete => "  -",
            Action::Forget => "  .",
        }
    }
}

impl fmt::Display for ActionReason {
    /// The reason as Terraform's JSON names it (`action_reason`); empty for none.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ActionReason::None | ActionReason::Destroy => "",
            ActionReason::Tainted => "replace_because_tainted",
            ActionReason::CannotUpdate => "replace_because_cannot_update",
            ActionReason::ByRequest => "replace_by_request",
            ActionReason::Triggered | ActionReason::Tied => "replace_by_triggers",
            ActionReason::NoConfiguration => "delete_because_no_resource_config",
            ActionReason::NoInstance => "delete_because_each_key",
            ActionReason::WrongRepetition => "delete_because_wrong_repetition",
            ActionReason::NoMoveTarget => "delete_because_no_move_target",
            ActionReason::NoModule => "delete_because_no_module",
            ActionReason::ConfigUnknown => "read_because_config_unknown",
            ActionReason::DependencyPending => "read_because_dependency_pending",
            ActionReason::CheckNested => "read_because_check_nested",
        })
    }
}
