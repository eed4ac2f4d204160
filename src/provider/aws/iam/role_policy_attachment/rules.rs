//! What is known of an attachment before it exists, and what may be written of it.

use crate::provider::aws::draft::Draft;
use crate::provider::aws::validate::Checks;
use crate::schema::{Facts, Identity, Problem, Rules, Tie};
use crate::value::Value;

/// An attachment goes with either of its ends, also when a new one has the same name.
static TIES: [Tie; 2] = [
    Tie {
        resource_type: "aws_iam_role",
        attributes: &[("role", "name")],
    },
    Tie {
        resource_type: "aws_iam_policy",
        attributes: &[("policy_arn", "arn")],
    },
];

pub(super) struct AttachmentRules;

impl Rules for AttachmentRules {
    fn validate(&self, config: &Value) -> Vec<Problem> {
        let mut checks = Checks::of(config);
        checks.arn("policy_arn").role_name("role");
        checks.found()
    }

    fn plan(&self, config: &Value, prior: Option<&Value>, proposed: Value, _: &Facts) -> Value {
        let mut draft = Draft::new(config, prior, &proposed);
        let (role, policy) = (draft.get("role"), draft.get("policy_arn"));
        if let (Some(role), Some(policy)) = (role.as_str(), policy.as_str()) {
            draft.predict("id", Some(Value::string(format!("{role}/{policy}"))));
        }
        draft.finish(&[])
    }

    fn ties(&self) -> &'static [Tie] {
        &TIES
    }

    fn identity(&self, planned: &Value, _: &Facts) -> Option<Identity> {
        let role = planned.get("role")?.as_str()?;
        let policy = planned.get("policy_arn")?.as_str()?;
        Some(Identity(format!("{role}/{policy}")))
    }
}
