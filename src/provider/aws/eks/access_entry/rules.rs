//! What is known of an access entry before it exists, and what may be written of it.

use crate::address::AttributePath;
use crate::policy::Arn;
use crate::provider::aws::draft::Draft;
use crate::provider::aws::eks::belonging::{self, TO_CLUSTER};
use crate::provider::aws::object::texts;
use crate::provider::aws::tags;
use crate::provider::aws::validate::Checks;
use crate::schema::{Facts, Identity, Problem, Rules, Tie};
use crate::value::Value;

pub(super) struct EntryRules;

const TYPES: [&str; 7] = [
    "EC2",
    "EC2_LINUX",
    "EC2_WINDOWS",
    "FARGATE_LINUX",
    "HYBRID_LINUX",
    "HYPERPOD_LINUX",
    "STANDARD",
];

/// Beginnings of names that belong to Kubernetes and AWS (EKS API reference, `CreateAccessEntry`).
const RESERVED: [&str; 5] = ["system:", "eks:", "aws:", "amazon:", "iam:"];

/// The entry remembers the unique id of the role, which another role of the same name does not have.
const TIES: [Tie; 2] = [
    TO_CLUSTER,
    Tie {
        resource_type: "aws_iam_role",
        attributes: &[("principal_arn", "arn")],
    },
];

impl Rules for EntryRules {
    fn validate(&self, config: &Value) -> Vec<Problem> {
        let mut checks = Checks::of(config);
        checks.arn("principal_arn");
        belonging::check(&mut checks, config);
        belonging::choice(&mut checks, "type", &TYPES);
        principal(&mut checks);
        names(&mut checks, config);
        checks.found()
    }

    fn plan(&self, config: &Value, prior: Option<&Value>, proposed: Value, facts: &Facts) -> Value {
        let mut draft = Draft::new(config, prior, &proposed);
        draft.default("type", "STANDARD");
        belonging::plan_region(&mut draft, facts);
        tags::plan(&mut draft, facts);
        let (cluster, principal) = (draft.get("cluster_name"), draft.get("principal_arn"));
        if let (Some(cluster), Some(principal)) = (cluster.as_str(), principal.as_str()) {
            draft.predict("id", Some(Value::string(format!("{cluster}:{principal}"))));
        }
        let changing = ["kubernetes_groups", "tags_all", "user_name"];
        belonging::plan_follows(&mut draft, &changing, &["modified_at"]);
        draft.finish(&[])
    }

    fn needs_facts(&self) -> bool {
        true
    }

    fn replacements(&self, prior: &Value, planned: &Value) -> Vec<AttributePath> {
        belonging::moved(prior, planned)
    }

    fn identity(&self, planned: &Value, facts: &Facts) -> Option<Identity> {
        let cluster = planned.get("cluster_name")?.as_str()?;
        let principal = planned.get("principal_arn")?.as_str()?;
        let id = format!("{cluster}:{principal}");
        Some(belonging::identity(planned, facts, id))
    }

    fn ties(&self) -> &'static [Tie] {
        &TIES
    }
}

/// A session has no entry of its own: the role that it is of has one.
fn principal(checks: &mut Checks<'_>) {
    let Some(text) = checks.text("principal_arn") else {
        return;
    };
    if text.contains(":sts:") && text.parse::<Arn>().is_ok() {
        checks.problem(
            "principal_arn",
            format!("\"principal_arn\" ({text}) is not the ARN of an IAM role or user"),
            "Sessions are let in by the entry of their role: write `arn:…:iam::…:role/…`.",
        );
    }
}

fn names(checks: &mut Checks<'_>, config: &Value) {
    let groups = texts(config, "kubernetes_groups");
    let username = checks.text("user_name");
    let kind = checks.text("type").unwrap_or("STANDARD");
    if kind != "STANDARD" && TYPES.contains(&kind) {
        for (name, given) in [
            ("kubernetes_groups", !groups.is_empty()),
            ("user_name", username.is_some()),
        ] {
            if given {
                checks.problem(
                    name,
                    "Conflicting configuration arguments".to_owned(),
                    format!("EKS gives entries of type {kind} their names and groups; `{name}` is for `STANDARD` only."),
                );
            }
        }
    }
    let reserved = |name: &str| RESERVED.into_iter().find(|start| name.starts_with(start));
    for group in groups {
        if let Some(start) = reserved(&group) {
            checks.problem(
                "kubernetes_groups",
                format!("invalid value for kubernetes_groups (must not begin with {start})"),
                format!("`{group}` belongs to Kubernetes or AWS. Bind roles of Kubernetes to a group of your own, or associate an access policy."),
            );
        }
    }
    let Some(username) = username else { return };
    if let Some(start) = reserved(username) {
        checks.problem(
            "user_name",
            format!("invalid value for user_name (must not begin with {start})"),
            format!("`{username}` belongs to Kubernetes or AWS."),
        );
    }
    let session = username.find("{{SessionName}}");
    if session.is_some_and(|at| !username.get(..at).is_some_and(|head| head.contains(':'))) {
        checks.problem(
            "user_name",
            "invalid value for user_name ({{SessionName}} needs a colon before it)".to_owned(),
            "Who begins a session chooses its name, so something of yours must stand before it, as `team:{{SessionName}}`.",
        );
    }
}
