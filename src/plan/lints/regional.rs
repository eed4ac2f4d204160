//! The global endpoint of STS in partitions that have none (R05).
//!
//! Source: EKS User Guide, "Configure the AWS Security Token Service endpoint for a service account": the annotation
//! `eks.amazonaws.com/sts-regional-endpoints`; `sts.amazonaws.com` is in the partition `aws` alone.

use crate::diagnostic::{Code, Diagnostic};
use crate::plan::objects::AccountObject;
use crate::plan::planner::Planner;
use crate::plan::witnessed::Witnessed;
use crate::plan::{Action, Change};
use crate::policy::{Issuer, Partition};

/// What the webhook reads as false, as Go does.
const FALSE: [&str; 6] = ["0", "f", "F", "false", "FALSE", "False"];

const ANNOTATION: &str = "eks.amazonaws.com/sts-regional-endpoints";

impl Planner<'_> {
    pub(super) fn endpoints_that_do_not_exist(&self, world: &Witnessed<'_>) -> Vec<Diagnostic> {
        let changes = self.plan.changes.iter();
        let changes =
            changes.filter(|change| change.action.is_change() && change.action != Action::Delete);
        changes
            .filter_map(|change| self.global_endpoint(change, world))
            .collect()
    }

    fn global_endpoint(&self, change: &Change, world: &Witnessed<'_>) -> Option<Diagnostic> {
        let resource_type = change.address.resource.resource_type.as_ref();
        let account = AccountObject::of(resource_type, world.object(&change.address)?)?;
        let setting = account.annotations.get(ANNOTATION)?.as_deref()?;
        let issuer = world.connection(&change.provider).issuer?;
        let region = Issuer::region(&issuer)?;
        let partition = Partition::of_region(region);
        (FALSE.contains(&setting) && partition.as_str() != "aws").then(|| {
            let detail = format!(
                "The pods of {}/{} are told to ask the global endpoint of STS, which the partition {partition} of the region \
                 {region} does not have: the token is sent to a place that cannot know it (InvalidClientTokenId).",
                account.namespace, account.name
            );
            let diagnostic = Diagnostic::warning(Code::NoRegionalEndpoint, detail).hint(format!(
                "Leave the annotation {ANNOTATION} out (sts_regional_endpoints in a service_account block), or write \"true\"."
            ));
            let diagnostic = self.placed(&change.address, diagnostic);
            let words = [ANNOTATION.to_owned(), setting.to_owned()];
            match self.find(&change.address, &[], &words) {
                Some(span) => diagnostic.at(span),
                None => diagnostic,
            }
        })
    }
}
