//! What is known of a policy before it exists, and what may be written of it.

use crate::provider::aws::draft::Draft;
use crate::provider::aws::iam::arn;
use crate::provider::aws::validate::Checks;
use crate::provider::aws::{names, tags};
use crate::schema::{Facts, Identity, Problem, Rules};
use crate::value::Value;

/// The longest name of a policy (IAM User Guide, "IAM and AWS STS quotas").
const LONGEST_NAME: usize = 128;
/// The most characters of a policy, white space not counted (the same place).
const LARGEST: usize = 6_144;

pub(super) struct PolicyRules;

impl Rules for PolicyRules {
    fn validate(&self, config: &Value) -> Vec<Problem> {
        let mut checks = Checks::of(config);
        checks
            .iam_names(LONGEST_NAME)
            .iam_path("path")
            .iam_description("description")
            .integer("delay_after_policy_creation_in_ms", 0..=i64::from(i32::MAX))
            .policy("policy")
            .policy_size("policy", LARGEST, "Split it into several policies.");
        checks.found()
    }

    fn plan(&self, config: &Value, prior: Option<&Value>, proposed: Value, facts: &Facts) -> Value {
        let mut draft = Draft::new(config, prior, &proposed);
        draft.default("path", "/");
        names::plan(&mut draft);
        tags::plan(&mut draft, facts);
        let (name, path) = (draft.get("name"), draft.get("path"));
        if let (Some(name), Some(path)) = (name.as_str(), path.as_str()) {
            let known = arn(facts, &format!("policy{path}{name}")).map(Value::string);
            draft.predict("arn", known.clone());
            draft.predict("id", known);
        }
        draft.finish(self.documents())
    }

    fn needs_facts(&self) -> bool {
        true
    }

    fn identity(&self, planned: &Value, facts: &Facts) -> Option<Identity> {
        let name = planned.get("name")?.as_str()?;
        let path = planned.get("path")?.as_str()?;
        arn(facts, &format!("policy{path}{name}")).map(Identity)
    }

    fn documents(&self) -> &'static [&'static str] {
        &["policy"]
    }

    /// Others attach the policy.
    fn incidental(&self) -> &'static [&'static str] {
        &["attachment_count"]
    }
}
