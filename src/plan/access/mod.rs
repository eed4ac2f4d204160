//! The access diff: per role, which service accounts a plan lets in and which it shuts out, and whom it lets in without
//! naming them.
//!
//! A service account has access when it exists and the role's trust policy admits it through the cluster's OIDC provider,
//! or when an association gives it the role. Both sides of the plan are asked the same question, of the accounts that the
//! configuration and the state know; where a policy lets in whom it does not name, of those that the cluster has as well.

mod compare;
mod gather;
mod live;
mod side;

use crate::address::InstanceAddress;
use crate::plan::Way;
use crate::trust::OverBroad;

/// What a plan changes about who can assume a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessChange {
    /// The role, when it is in this plan.
    pub role: Option<InstanceAddress>,
    /// Its ARN, with made-up parts shown as where they will come from.
    pub role_arn: String,
    /// Whether the policy afterwards is not known before apply, so that nothing is said of who comes in by it.
    pub is_open: bool,
    /// Who could not assume it before, and can afterwards.
    pub gained: Vec<Workload>,
    /// Who could assume it before, and cannot afterwards.
    pub lost: Vec<Workload>,
    /// Whom it admits afterwards without naming them, and did not before.
    pub broadened: Vec<Reach>,
    /// Whom it admitted before without naming them, and no longer does.
    pub narrowed: Vec<Reach>,
}

/// A service account of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Workload {
    /// The cluster, as people refer to it: its address, or its issuer when it is in no configuration.
    pub cluster: String,
    /// Namespace and name.
    pub subject: String,
}

/// How far a trust policy reaches in a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// How those whom it lets in come by the role.
    pub way: Way,
    /// The cluster, as people refer to it.
    pub cluster: String,
    /// How far, with a service account that shows it.
    pub reach: OverBroad,
    /// The known service accounts that come in by it.
    pub today: Vec<String>,
}

/// A service account whose pods will use another role than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleSwitch {
    /// The service account, or the annotations of one.
    pub account: InstanceAddress,
    /// Namespace and name.
    pub subject: String,
    /// The role before; `None` when it had none.
    pub before: Option<RoleName>,
    /// The role afterwards; `None` when it has none any more.
    pub after: Option<RoleName>,
}

/// A role as an annotation names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleName {
    /// The role, when it is in this plan.
    pub address: Option<InstanceAddress>,
    /// Its ARN.
    pub arn: String,
}

impl AccessChange {
    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        !self.is_open
            && self.gained.is_empty()
            && self.lost.is_empty()
            && self.broadened.is_empty()
            && self.narrowed.is_empty()
    }
}
