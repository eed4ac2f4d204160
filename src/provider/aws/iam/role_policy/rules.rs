//! What is known of an inline policy before it exists, and what may be written of it.

use crate::provider::aws::draft::Draft;
use crate::provider::aws::names;
use crate::provider::aws::validate::Checks;
use crate::schema::{Facts, Identity, Problem, Rules, Tie};
use crate::value::Value;

/// The longest name of a policy (IAM User Guide, "IAM and AWS STS quotas").
const LONGEST_NAME: usize = 128;
/// All inline policies of a role together may have so many characters, white space not counted (the same place).
const LARGEST: usize = 10_240;

/// An inline policy is a part of its role.
static TIES: [Tie; 1] = [Tie {
    resource_type: "aws_iam_role",
    attributes: &[("role", "name")],
}];

pub(super) struct RolePolicyRules;

impl Rules for RolePolicyRules {
    fn validate(&self, config: &Value) -> Vec<Problem> {
        let mut checks = Checks::of(config);
        checks
            .iam_names(LONGEST_NAME)
            .policy("policy")
            .role_name("role")
            .policy_size("policy", LARGEST, "Make it a managed policy, or split it.");
        checks.found()
    }

    fn plan(&self, config: &Value, prior: Option<&Value>, proposed: Value, _: &Facts) -> Value {
        let mut draft = Draft::new(config, prior, &proposed);
        names::plan(&mut draft);
        let (role, name) = (draft.get("role"), draft.get("name"));
        if let (Some(role), Some(name)) = (role.as_str(), name.as_str()) {
            draft.predict("id", Some(Value::string(format!("{role}:{name}"))));
        }
        draft.finish(self.documents())
    }

    fn ties(&self) -> &'static [Tie] {
        &TIES
    }

    fn identity(&self, planned: &Value, _: &Facts) -> Option<Identity> {
        let role = planned.get("role")?.as_str()?;
        let name = planned.get("name")?.as_str()?;
        Some(Identity(format!("{role}:{name}")))
    }

    fn documents(&self) -> &'static [&'static str] {
        &["policy"]
    }
}
