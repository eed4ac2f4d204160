//! What is known of an association before it exists, and what may be written of it.

use crate::address::AttributePath;
use crate::provider::aws::draft::Draft;
use crate::provider::aws::eks::belonging::{self, TO_CLUSTER};
use crate::provider::aws::object::{block, text, texts};
use crate::provider::aws::validate::Checks;
use crate::schema::{Facts, Identity, Problem, Rules, Tie};
use crate::value::Value;

pub(super) struct AssociationRules;

const TIES: [Tie; 2] = [
    TO_CLUSTER,
    Tie {
        resource_type: "aws_eks_access_entry",
        attributes: &[
            ("cluster_name", "cluster_name"),
            ("principal_arn", "principal_arn"),
            ("region", "region"),
        ],
    },
];

impl Rules for AssociationRules {
    fn validate(&self, config: &Value) -> Vec<Problem> {
        let mut checks = Checks::of(config);
        checks.arn("policy_arn").arn("principal_arn");
        belonging::check(&mut checks, config);
        policy(&mut checks);
        scope(&mut checks, config);
        checks.found()
    }

    fn plan(&self, config: &Value, prior: Option<&Value>, proposed: Value, facts: &Facts) -> Value {
        let mut draft = Draft::new(config, prior, &proposed);
        belonging::plan_region(&mut draft, facts);
        if let Some(id) = id(&proposed) {
            draft.predict("id", Some(Value::string(id)));
        }
        if let Some(scope) = prior.and_then(|prior| kept_scope(&proposed, prior)) {
            draft.set("access_scope", scope);
        }
        belonging::plan_follows(&mut draft, &["access_scope"], &["modified_at"]);
        draft.finish(&[])
    }

    fn needs_facts(&self) -> bool {
        true
    }

    fn replacements(&self, prior: &Value, planned: &Value) -> Vec<AttributePath> {
        belonging::moved(prior, planned)
    }

    fn identity(&self, planned: &Value, facts: &Facts) -> Option<Identity> {
        Some(belonging::identity(planned, facts, id(planned)?))
    }

    fn ties(&self) -> &'static [Tie] {
        &TIES
    }
}

fn id(association: &Value) -> Option<String> {
    let part = |name| association.get(name)?.as_str();
    let (cluster, principal) = (part("cluster_name")?, part("principal_arn")?);
    Some(format!("{cluster}#{principal}#{}", part("policy_arn")?))
}

/// The recorded scope, where what is written means the same: EKS tells no namespaces as an empty set.
fn kept_scope(proposed: &Value, prior: &Value) -> Option<Value> {
    let (written, recorded) = (
        block(proposed, "access_scope")?,
        block(prior, "access_scope")?,
    );
    let none = |scope: &Value| {
        scope.get("namespaces").is_none_or(is_settled) && texts(scope, "namespaces").is_empty()
    };
    let same = text(written, "type")? == text(recorded, "type")? && none(written) && none(recorded);
    same.then(|| prior.get("access_scope").cloned())?
}

/// Access policies are EKS's own; IAM has other ones.
fn policy(checks: &mut Checks<'_>) {
    let Some(arn) = checks.text("policy_arn") else {
        return;
    };
    if arn.contains(":iam::") {
        checks.problem(
            "policy_arn",
            format!("\"policy_arn\" ({arn}) is not the ARN of an access policy"),
            "IAM policies say nothing about Kubernetes. Access policies are EKS's own, as `arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy`.",
        );
    }
}

fn scope(checks: &mut Checks<'_>, config: &Value) {
    let Some(scope) = block(config, "access_scope") else {
        return;
    };
    let namespaces = scope.get("namespaces");
    let unknown = namespaces.is_some_and(Value::is_unknown);
    let some = !texts(scope, "namespaces").is_empty();
    let (summary, detail) = match text(scope, "type") {
        Some("cluster") if some => (
            "Conflicting configuration arguments".to_owned(),
            "`namespaces` is for the type `namespace`; the type `cluster` means all of them.",
        ),
        Some("namespace") if !some && !unknown && namespaces.is_none_or(is_settled) => (
            "Missing required argument".to_owned(),
            "An access scope of the type `namespace` needs at least one of them in `namespaces`.",
        ),
        Some("cluster" | "namespace") | None => return,
        Some(other) => (
            format!("expected type to be one of [\"cluster\", \"namespace\"], got {other}"),
            "Allowed are cluster, namespace.",
        ),
    };
    checks.problem("access_scope", summary, detail);
}

/// Whether nothing more can come into a set.
fn is_settled(set: &Value) -> bool {
    set.is_wholly_known()
}
