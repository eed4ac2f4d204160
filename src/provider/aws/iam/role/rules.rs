//! What is known of a role before it exists, and what may be written of it.

use super::inline;
use crate::provider::aws::draft::Draft;
use crate::provider::aws::iam::arn;
use crate::provider::aws::validate::Checks;
use crate::provider::aws::{names, tags};
use crate::schema::{Facts, Identity, Problem, Rules};
use crate::value::{Type, Value};

/// The longest name of a role (IAM User Guide, "IAM and AWS STS quotas").
const LONGEST_NAME: usize = 64;

pub(super) struct RoleRules;

impl Rules for RoleRules {
    fn validate(&self, config: &Value) -> Vec<Problem> {
        let mut checks = Checks::of(config);
        checks
            .iam_names(LONGEST_NAME)
            .policy("assume_role_policy")
            .iam_description("description")
            .integer("max_session_duration", 3_600..=43_200)
            .iam_path("path")
            .arns("managed_policy_arns")
            .arn("permissions_boundary");
        inline::check(&mut checks, config);
        checks.found()
    }

    fn plan(&self, config: &Value, prior: Option<&Value>, proposed: Value, facts: &Facts) -> Value {
        let mut draft = Draft::new(config, prior, &proposed);
        draft.default("force_detach_policies", false);
        draft.default("max_session_duration", Value::number(3_600_i64));
        draft.default("path", "/");
        if prior.is_none() {
            draft.default("managed_policy_arns", no_texts());
        }
        names::plan(&mut draft);
        tags::plan(&mut draft, facts);
        let (name, path) = (draft.get("name"), draft.get("path"));
        if let (Some(name), Some(path)) = (name.as_str(), path.as_str()) {
            let known = arn(facts, &format!("role{path}{name}"));
            draft.predict("arn", known.map(Value::string));
            draft.predict("id", Some(Value::string(name)));
        }
        let planned = draft.finish(self.documents());
        let planned = with(&planned, "inline_policy", inline::planned(config, prior));
        match config.get("managed_policy_arns") {
            Some(written) if !written.is_null() => {
                with(&planned, "managed_policy_arns", written.clone())
            }
            _ => planned,
        }
    }

    fn needs_facts(&self) -> bool {
        true
    }

    fn identity(&self, planned: &Value, _: &Facts) -> Option<Identity> {
        let name = planned.get("name")?.as_str()?;
        Some(Identity(name.to_owned()))
    }

    fn documents(&self) -> &'static [&'static str] {
        &["assume_role_policy"]
    }

    /// Where the role does not say what it is granted, others do.
    fn incidental(&self) -> &'static [&'static str] {
        &["inline_policy", "managed_policy_arns"]
    }
}

/// Policies that others attach are not the role's own, so nothing is said of them unless the configuration does.
pub(super) fn no_texts() -> Value {
    Value::null(Type::set(Type::String))
}

/// An object with another value of one attribute.
fn with(object: &Value, name: &str, value: Value) -> Value {
    let mut attributes = object.to_entries();
    attributes.insert(name.into(), value);
    Value {
        marks: object.marks,
        ..Value::object(attributes)
    }
}
