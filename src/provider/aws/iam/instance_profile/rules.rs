//! What is known of an instance profile before it exists, and what may be written of it.

use crate::provider::aws::draft::Draft;
use crate::provider::aws::iam::arn;
use crate::provider::aws::validate::Checks;
use crate::provider::aws::{names, tags};
use crate::schema::{Facts, Identity, Problem, Rules};
use crate::value::Value;

/// The longest name of an instance profile (IAM User Guide, "IAM and AWS STS quotas").
const LONGEST_NAME: usize = 128;

pub(super) struct InstanceProfileRules;

impl Rules for InstanceProfileRules {
    fn validate(&self, config: &Value) -> Vec<Problem> {
        let mut checks = Checks::of(config);
        checks
            .iam_names(LONGEST_NAME)
            .iam_path("path")
            .role_name("role");
        checks.found()
    }

    fn plan(&self, config: &Value, prior: Option<&Value>, proposed: Value, facts: &Facts) -> Value {
        let mut draft = Draft::new(config, prior, &proposed);
        draft.default("path", "/");
        names::plan(&mut draft);
        tags::plan(&mut draft, facts);
        let (name, path) = (draft.get("name"), draft.get("path"));
        if let (Some(name), Some(path)) = (name.as_str(), path.as_str()) {
            let known = arn(facts, &format!("instance-profile{path}{name}"));
            draft.predict("arn", known.map(Value::string));
            draft.predict("id", Some(Value::string(name)));
        }
        draft.finish(&[])
    }

    fn needs_facts(&self) -> bool {
        true
    }

    fn identity(&self, planned: &Value, _: &Facts) -> Option<Identity> {
        let name = planned.get("name")?.as_str()?;
        Some(Identity(name.to_owned()))
    }
}
