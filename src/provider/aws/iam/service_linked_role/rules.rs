//! What is known of a service's role before it exists, and what may be written of it.

use crate::provider::aws::draft::Draft;
use crate::provider::aws::tags;
use crate::provider::aws::validate::Checks;
use crate::schema::{Facts, Problem, Rules};
use crate::value::Value;

pub(super) struct ServiceLinkedRoleRules;

impl Rules for ServiceLinkedRoleRules {
    fn validate(&self, config: &Value) -> Vec<Problem> {
        let mut checks = Checks::of(config);
        checks
            .length("aws_service_name", 1..=128)
            .length("custom_suffix", 1..=64)
            .iam_name("custom_suffix")
            .iam_description("description");
        let service = checks.text("aws_service_name");
        if service.is_some_and(|service| !service.contains('.')) {
            checks.problem(
                "aws_service_name",
                "invalid value for aws_service_name (must be a full service hostname e.g. elasticbeanstalk.amazonaws.com)".to_owned(),
                "A service is named by its host, as `spot.amazonaws.com`.",
            );
        }
        checks.found()
    }

    fn plan(&self, config: &Value, prior: Option<&Value>, proposed: Value, facts: &Facts) -> Value {
        let mut draft = Draft::new(config, prior, &proposed);
        tags::plan(&mut draft, facts);
        let service = draft.get("aws_service_name");
        if let Some(service) = service.as_str() {
            draft.predict("path", Some(Value::string(path_of(service))));
            if let Some(prior) = prior.filter(|_| gives_suffix(service)) {
                let suffix = prior.get("custom_suffix").cloned();
                draft.default("custom_suffix", suffix.unwrap_or_else(|| Value::string("")));
            }
        }
        draft.finish(&[])
    }

    fn needs_facts(&self) -> bool {
        true
    }
}

/// The path of a service's roles.
pub(super) fn path_of(service: &str) -> String {
    format!("/aws-service-role/{service}/")
}

/// Whether the service puts a suffix on its roles by itself (documentation of the provider's resource).
fn gives_suffix(service: &str) -> bool {
    service.contains(".application-autoscaling.")
}
