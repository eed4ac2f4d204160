//! What is known of an association before it exists, and what may be written of it.

use crate::address::AttributePath;
use crate::provider::aws::draft::Draft;
use crate::provider::aws::eks::belonging::{self, TO_CLUSTER};
use crate::provider::aws::object::text;
use crate::provider::aws::tags;
use crate::provider::aws::validate::Checks;
use crate::schema::{Facts, Identity, Problem, Rules, Tie, is_given};
use crate::value::{Type, Value};

pub(super) struct AssociationRules;

const TIES: [Tie; 1] = [TO_CLUSTER];

impl Rules for AssociationRules {
    fn validate(&self, config: &Value) -> Vec<Problem> {
        let mut checks = Checks::of(config);
        checks
            .arn("role_arn")
            .arn("target_role_arn")
            .policy("policy");
        belonging::check(&mut checks, config);
        policy(&mut checks, config);
        checks.found()
    }

    fn plan(&self, config: &Value, prior: Option<&Value>, proposed: Value, facts: &Facts) -> Value {
        let mut draft = Draft::new(config, prior, &proposed);
        draft.default("disable_session_tags", false);
        belonging::plan_region(&mut draft, facts);
        tags::plan(&mut draft, facts);
        belonging::plan_follows(&mut draft, &["target_role_arn"], &["external_id"]);
        // Only a target role is assumed with an external id.
        if draft.get("target_role_arn").is_null() {
            draft.set("external_id", Value::null(Type::String));
        }
        draft.finish(self.documents())
    }

    fn needs_facts(&self) -> bool {
        true
    }

    /// EKS changes a target role and a policy, and knows no way to take one away.
    fn replacements(&self, prior: &Value, planned: &Value) -> Vec<AttributePath> {
        let gone = |name: &&str| {
            let null = planned.get(name).is_none_or(Value::is_null);
            text(prior, name).is_some() && null
        };
        let gone = ["policy", "target_role_arn"].into_iter().filter(gone);
        let mut paths: Vec<AttributePath> = gone.map(AttributePath::attribute).collect();
        paths.extend(belonging::moved(prior, planned));
        paths
    }

    fn identity(&self, planned: &Value, facts: &Facts) -> Option<Identity> {
        let part = |name| planned.get(name)?.as_str();
        let (cluster, namespace) = (part("cluster_name")?, part("namespace")?);
        let id = format!("{cluster},{namespace}/{}", part("service_account")?);
        Some(belonging::identity(planned, facts, id))
    }

    fn documents(&self) -> &'static [&'static str] {
        &["policy"]
    }

    fn ties(&self) -> &'static [Tie] {
        &TIES
    }
}

/// A policy takes the room of the session tags (EKS API reference, `CreatePodIdentityAssociation`).
fn policy(checks: &mut Checks<'_>, config: &Value) {
    let given = is_given(config, "policy") == Some(true);
    let untagged = config.get("disable_session_tags");
    let unknown = untagged.is_some_and(Value::is_unknown);
    if given && !unknown && untagged.and_then(Value::as_bool) != Some(true) {
        checks.problem(
            "policy",
            "Missing required argument".to_owned(),
            "A `policy` needs `disable_session_tags = true`: it takes the room of the session tags.",
        );
    }
}
