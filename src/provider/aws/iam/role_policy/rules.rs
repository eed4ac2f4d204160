//! What is known of an inline policy before it exists, and what may be written of it.

use crate::policy::{Arn, measured_size};
use crate::provider::aws::draft::Draft;
use crate::provider::aws::names;
use crate::provider::aws::validate::Checks;
use crate::schema::{Facts, Identity, Problem, Rules};
use crate::value::Value;

/// The longest name of a policy (IAM User Guide, "IAM and AWS STS quotas").
const LONGEST_NAME: usize = 128;
/// All inline policies of a role together may have so many characters, white space not counted (the same place).
const LARGEST: usize = 10_240;

pub(super) struct RolePolicyRules;

impl Rules for RolePolicyRules {
    fn validate(&self, config: &Value) -> Vec<Problem> {
        let mut checks = Checks::of(config);
        checks
            .iam_names(LONGEST_NAME)
            .policy("policy")
            .length("role", 1..=LONGEST_NAME);
        role(&mut checks);
        size(&mut checks);
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

    fn identity(&self, planned: &Value, _: &Facts) -> Option<Identity> {
        let role = planned.get("role")?.as_str()?;
        let name = planned.get("name")?.as_str()?;
        Some(Identity(format!("{role}:{name}")))
    }

    fn documents(&self) -> &'static [&'static str] {
        &["policy"]
    }
}

fn role(checks: &mut Checks<'_>) {
    if checks
        .text("role")
        .is_some_and(|role| role.parse::<Arn>().is_ok())
    {
        checks.problem(
            "role",
            "\"role\" must be the role's name not its ARN".to_owned(),
            "Refer to the role's `name` instead of its `arn`.",
        );
    }
}

fn size(checks: &mut Checks<'_>) {
    let size = checks.text("policy").map_or(0, measured_size);
    if size > LARGEST {
        checks.problem(
            "policy",
            format!("IAM policy size exceeds the limit of {LARGEST} characters"),
            format!(
                "It has {size} characters without white space. Make it a managed policy, or split it."
            ),
        );
    }
}
