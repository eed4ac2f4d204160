//! How service accounts plan: defaults, the id, and the account that nobody can create.

use crate::provider::kubernetes::metadata::{self, Scope};
use crate::provider::kubernetes::{names, object};
use crate::schema::{Facts, Identity, Problem, Rules};
use crate::value::Value;

pub(super) struct ServiceAccountRules;

impl Rules for ServiceAccountRules {
    fn validate(&self, config: &Value) -> Vec<Problem> {
        let mut problems = metadata::validate(config, names::dns_subdomain);
        let name = object::metadata(config).and_then(|metadata| metadata.get("name")?.as_str());
        if name == Some("default") {
            problems.push(Problem {
                path: metadata::path("name"),
                summary: "The service account default cannot be created".to_owned(),
                detail: "Kubernetes itself makes a service account `default` in every namespace. Annotate it with \
                         kubernetes_annotations, or with `existing = true` on a service_account; better, give the \
                         workload an account of its own, since every pod that names none runs under `default`."
                    .to_owned(),
            });
        }
        problems
    }

    fn plan(&self, _: &Value, prior: Option<&Value>, proposed: Value, _: &Facts) -> Value {
        let automount = "automount_service_account_token";
        let proposed = object::or_default(proposed, automount, Value::bool(true));
        metadata::plan(Scope::Namespaced, prior, proposed, &["timeouts"])
    }

    fn identity(&self, planned: &Value, _: &Facts) -> Option<Identity> {
        metadata::identity(Scope::Namespaced, planned).map(Identity)
    }
}
