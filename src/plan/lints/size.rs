//! Trust policies that are larger than IAM takes (T15).
//!
//! Source: IAM User Guide, "IAM and AWS STS quotas": 2,048 characters without white space, up to 4,096 on request.

use crate::diagnostic::{Code, Diagnostic};
use crate::plan::planner::Planner;
use crate::plan::witnessed::Witnessed;
use crate::policy::{PolicyDocument, PolicyQuota, QuotaAdvice};

/// The size up to which AWS raises the quota, in characters.
const RAISED: usize = 4_096;

impl Planner<'_> {
    pub(super) fn policy_sizes(&self, world: &Witnessed<'_>) -> Vec<Diagnostic> {
        let roles = self.sent("aws_iam_role");
        roles
            .filter_map(|change| {
                let role = world.role(&change.address)?;
                let document = role.document.as_deref()?;
                let quota = PolicyQuota::Trust;
                // White space is not counted, so that what is shorter fits.
                if document.len() <= quota.default_limit() {
                    return None;
                }
                let document = PolicyDocument::parse(document).ok()?;
                let advice = QuotaAdvice::for_document(&document, quota, quota.default_limit())?;
                let detail = format!("The trust policy is too large: {advice}.");
                let diagnostic = if advice.exceeded.size > RAISED {
                    let detail = format!("{detail} AWS raises the quota to {RAISED} at most.");
                    Diagnostic::error(Code::PolicySize, detail)
                } else {
                    let detail = format!("{detail} It fits only if the account's quota was raised.");
                    Diagnostic::warning(Code::PolicySize, detail)
                };
                let hint = if advice.fits_coalesced() {
                    "Put subjects of one issuer into one statement: \"StringEquals\": { \"<issuer>:sub\": [\"…\", \"…\"] }"
                } else {
                    "Make several roles, each for some of the service accounts."
                };
                Some(self.at_argument(change, "assume_role_policy", diagnostic.hint(hint)))
            })
            .collect()
    }
}
