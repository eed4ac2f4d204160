//! How namespaces plan: defaults, the id, and the namespaces that belong to Kubernetes.

use crate::provider::kubernetes::metadata::{self, Scope};
use crate::provider::kubernetes::{names, object};
use crate::schema::{Facts, Identity, Problem, Rules};
use crate::value::Value;

/// The namespaces that every cluster has.
const RESERVED: [&str; 4] = ["default", "kube-system", "kube-public", "kube-node-lease"];

pub(super) struct NamespaceRules;

impl Rules for NamespaceRules {
    fn validate(&self, config: &Value) -> Vec<Problem> {
        let mut problems = metadata::validate(config, names::dns_label);
        let name = object::metadata(config).and_then(|metadata| metadata.get("name")?.as_str());
        if let Some(name) = name.filter(|name| RESERVED.contains(name)) {
            problems.push(Problem {
                path: metadata::path("name"),
                summary: format!("The namespace {name} belongs to Kubernetes"),
                detail: format!(
                    "Every cluster has a namespace `{name}`, which cannot be created and must not be deleted. Refer to it by \
                     its name; to set labels or annotations on it, use kubernetes_labels or kubernetes_annotations."
                ),
            });
        }
        problems
    }

    fn plan(&self, _: &Value, prior: Option<&Value>, proposed: Value, _: &Facts) -> Value {
        let wait = "wait_for_default_service_account";
        let proposed = object::or_default(proposed, wait, Value::bool(false));
        metadata::plan(Scope::Cluster, prior, proposed, &["timeouts", wait])
    }

    fn identity(&self, planned: &Value, _: &Facts) -> Option<Identity> {
        metadata::identity(Scope::Cluster, planned).map(Identity)
    }
}
