//! Roles that pods can assume and that may do nothing (R07).

use super::text;
use crate::address::InstanceAddress;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::Action;
use crate::plan::planner::Planner;
use crate::plan::witnessed::Witnessed;
use crate::value::Value;
use std::collections::BTreeSet;

/// The types that give a role permissions, and the argument that names the role.
const GIVING: [(&str, &str); 4] = [
    ("aws_iam_role_policy", "role"),
    ("aws_iam_role_policy_attachment", "role"),
    ("aws_iam_role_policies_exclusive", "role_name"),
    ("aws_iam_role_policy_attachments_exclusive", "role_name"),
];

impl Planner<'_> {
    /// Roles that are made here and bound, and to which nothing of the configuration gives anything. Others may give
    /// permissions outside of it, which is why this is a warning, and why roles that exist are left alone.
    pub(super) fn roles_without_permissions(&self, world: &Witnessed<'_>) -> Vec<Diagnostic> {
        let Some(given) = self.given(world) else {
            return Vec::new();
        };
        let bound: BTreeSet<&InstanceAddress> = self
            .plan
            .bindings
            .iter()
            .filter(|binding| binding.is_proved())
            .filter_map(|binding| binding.role.as_ref())
            .collect();
        let roles = self.sent("aws_iam_role");
        roles
            .filter(|change| change.action == Action::Create && bound.contains(&change.address))
            .filter_map(|change| {
                let object = world.object(&change.address)?;
                let name = text(object, "name")?;
                let own = has_elements(object, "inline_policy") || has_elements(object, "managed_policy_arns");
                (!own && !given.contains(name)).then(|| {
                    let detail = format!(
                        "Pods can assume {name}, and no policy is attached to it: AWS will answer every call with AccessDenied."
                    );
                    let diagnostic = Diagnostic::warning(Code::NoPermissions, detail).hint(
                        "Give it a policy: aws_iam_role_policy, aws_iam_role_policy_attachment, or `policies` and \
                         `managed_policies` of a role block.",
                    );
                    self.placed(&change.address, diagnostic)
                })
            })
            .collect()
    }

    /// The names of the roles that are given something; `None` when one of them is not known yet.
    fn given(&self, world: &Witnessed<'_>) -> Option<BTreeSet<String>> {
        let mut given = BTreeSet::new();
        for (resource_type, argument) in GIVING {
            for change in self.staying(resource_type) {
                let role = text(world.object(&change.address)?, argument)?;
                given.insert(role.to_owned());
            }
        }
        Some(given)
    }
}

/// Whether a list has elements, or may have: what is not known is no reason to warn. What the provider decides is unknown
/// too, and stands for none.
fn has_elements(object: &Value, name: &str) -> bool {
    object
        .get(name)
        .and_then(Value::as_elements)
        .is_some_and(|elements| !elements.is_empty())
}
