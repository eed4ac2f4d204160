//! Service accounts that are made again: tokens name the object, so that those of running pods become invalid (W16).
//!
//! Source: Kubernetes, "Managing Service Accounts", bound tokens carry the account's uid.

use crate::diagnostic::{Code, Diagnostic};
use crate::plan::objects::AccountObject;
use crate::plan::planner::Planner;
use crate::plan::{Action, Change};

impl Planner<'_> {
    pub(super) fn accounts_made_again(&self) -> Vec<Diagnostic> {
        let again = self.plan.changes.iter().filter(|change| {
            matches!(change.action, Action::Replace(_))
                && change
                    .address
                    .resource
                    .resource_type
                    .starts_with("kubernetes_service_account")
        });
        again.filter_map(|change| self.made_again(change)).collect()
    }

    fn made_again(&self, change: &Change) -> Option<Diagnostic> {
        let resource_type = change.address.resource.resource_type.as_ref();
        let before = AccountObject::of(resource_type, change.before.as_ref()?.object.value())?;
        let detail = format!(
            "The service account {}/{} is deleted and made again, with another uid. Tokens of pods that run are for the old one: \
             STS goes on taking them until they expire, the Kubernetes API does not, and the kubelet cannot renew them.",
            before.namespace, before.name
        );
        let diagnostic = Diagnostic::warning(Code::TokensInvalid, detail).hint(
            "Restart its pods after the apply: kubectl rollout restart. Annotations and labels change in place, without this.",
        );
        Some(self.placed(&change.address, diagnostic))
    }
}
