//! What is known of a cluster before it exists, and what may be written of it.

use super::{components, limits, transitions};
use crate::address::{AttributePath, Name};
use crate::policy::Partition;
use crate::provider::aws::draft::Draft;
use crate::provider::aws::eks::belonging;
use crate::provider::aws::object::{block, differs, text};
use crate::provider::aws::tags;
use crate::provider::aws::validate::Checks;
use crate::schema::{Facts, Identity, Problem, Rules};
use crate::value::{Type, Value};
use std::collections::BTreeMap;

pub(super) struct ClusterRules;

/// Blocks that EKS fills in when they are not given.
const FILLED_IN: [&str; 4] = [
    "access_config",
    "control_plane_scaling_config",
    "kubernetes_network_config",
    "upgrade_policy",
];

impl Rules for ClusterRules {
    fn validate(&self, config: &Value) -> Vec<Problem> {
        let mut checks = Checks::of(config);
        checks.length("name", 1..=100).arn("role_arn");
        limits::check(&mut checks, config);
        checks.found()
    }

    fn plan(&self, config: &Value, prior: Option<&Value>, proposed: Value, facts: &Facts) -> Value {
        let mut draft = Draft::new(config, prior, &proposed);
        draft.default("bootstrap_self_managed_addons", true);
        region(&mut draft, facts);
        unfinished(&mut draft);
        filled_in(&mut draft);
        defaults(&mut draft);
        tags::plan(&mut draft, facts);
        predictions(&mut draft, facts);
        if let Some(prior) = prior
            && differs(
                prior,
                &Value::object([("version".into(), draft.get("version"))].into()),
                "version",
            )
        {
            draft.set("platform_version", Value::unknown_not_null(Type::String));
        }
        draft.finish(&[])
    }

    fn needs_facts(&self) -> bool {
        true
    }

    fn replacements(&self, prior: &Value, planned: &Value) -> Vec<AttributePath> {
        let mut paths = Vec::new();
        let mut replaced = |name: &str| paths.push(AttributePath::attribute(name));
        let key = |cluster| {
            let provider = block(block(cluster, "encryption_config")?, "provider")?;
            text(provider, "key_arn")
        };
        // Encryption can be added, and neither changed nor taken away (EKS API reference, `AssociateEncryptionConfig`).
        if key(prior).is_some() && key(prior) != key(planned) {
            replaced("encryption_config");
        }
        let node_role = |cluster| text(block(cluster, "compute_config")?, "node_role_arn");
        if node_role(prior).is_some()
            && node_role(planned).is_some()
            && node_role(prior) != node_role(planned)
        {
            replaced("compute_config");
        }
        // Objects that older providers recorded have no region; they are in the provider's.
        if text(prior, "region").is_some() && text(prior, "region") != text(planned, "region") {
            replaced("region");
        }
        if text(prior, "status") == Some("FAILED") {
            replaced("status");
        }
        let outpost = |cluster| block(cluster, "outpost_config").is_some();
        if outpost(prior) != outpost(planned) {
            replaced("outpost_config");
        }
        paths
    }

    fn refusals(&self, prior: &Value, planned: &Value) -> Vec<Problem> {
        transitions::refusals(prior, planned)
    }

    fn identity(&self, planned: &Value, facts: &Facts) -> Option<Identity> {
        let name = planned.get("name")?.as_str()?;
        Some(belonging::identity(planned, facts, name.to_owned()))
    }

    fn upgrade(&self, version: u64, mut recorded: serde_json::Value) -> serde_json::Value {
        if version < 1
            && let Some(members) = recorded.as_object_mut()
        {
            members.insert("bootstrap_self_managed_addons".into(), true.into());
        }
        recorded
    }
}

fn region(draft: &mut Draft<'_>, facts: &Facts) {
    let recorded = draft.prior().and_then(|prior| text(prior, "region"));
    if let Some(region) = recorded.or(Some(&facts.region)).filter(|r| !r.is_empty()) {
        draft.default("region", region);
    }
}

/// A cluster whose creation was not waited for is finished by an update that waits; one that failed is made again.
fn unfinished(draft: &mut Draft<'_>) {
    let status = draft.prior().and_then(|prior| text(prior, "status"));
    if matches!(status, Some("CREATING" | "PENDING" | "FAILED")) {
        for name in ["certificate_authority", "endpoint", "identity", "status"] {
            let ty = draft.get(name).ty();
            draft.set(name, Value::unknown(ty));
        }
    }
}

/// A block that is not given is unknown until EKS has filled it in, and stays as it is then.
fn filled_in(draft: &mut Draft<'_>) {
    for name in FILLED_IN {
        let planned = draft.get(name);
        if planned.as_elements().is_some_and(<[Value]>::is_empty) {
            let filled = match draft.prior().and_then(|prior| prior.get(name)) {
                Some(recorded) => recorded.clone(),
                None => Value::unknown_not_null(planned.ty()),
            };
            draft.set(name, filled);
        }
    }
    for nested in components::blocks() {
        let recorded = draft.prior().and_then(|prior| prior.get(nested.name));
        let filled = components::filled_in(&nested, &draft.get(nested.name), recorded);
        draft.set(nested.name, filled);
    }
    let recorded = draft.prior().and_then(|prior| {
        block(prior, "kubernetes_network_config")?
            .get("elastic_load_balancing")
            .cloned()
    });
    inside(draft, "kubernetes_network_config", &mut |entries| {
        let given = entries.get("elastic_load_balancing");
        if let Some(given) = given.filter(|g| g.as_elements().is_some_and(<[Value]>::is_empty)) {
            let filled = recorded.clone();
            let filled = filled.unwrap_or_else(|| Value::unknown_not_null(given.ty()));
            entries.insert("elastic_load_balancing".into(), filled);
        }
    });
}

fn defaults(draft: &mut Draft<'_>) {
    inside(draft, "vpc_config", &mut |entries| {
        unless_set(entries, "endpoint_private_access", false);
        unless_set(entries, "endpoint_public_access", true);
    });
    inside(draft, "access_config", &mut |entries| {
        unless_set(entries, "bootstrap_cluster_creator_admin_permissions", true);
    });
}

fn unless_set(entries: &mut BTreeMap<Name, Value>, name: &str, default: bool) {
    if entries.get(name).is_none_or(Value::is_null) {
        entries.insert(name.into(), Value::bool(default));
    }
}

/// Changes the one block of a kind, where it stands.
fn inside(draft: &mut Draft<'_>, name: &str, change: &mut dyn FnMut(&mut BTreeMap<Name, Value>)) {
    let blocks = draft.get(name);
    let changed = blocks.map_parts(&mut |part| match part.as_entries() {
        Some(entries) => {
            let mut entries = entries.to_map();
            change(&mut entries);
            Value::object(entries).marked(part.marks)
        }
        None => part.clone(),
    });
    draft.set(name, changed);
}

/// The ARN follows from the name. Issuer and certificate authority are invented, but there will be one of each.
fn predictions(draft: &mut Draft<'_>, facts: &Facts) {
    let (name, region) = (draft.get("name"), draft.get("region"));
    if let Some(name) = name.as_str() {
        draft.predict("id", Some(Value::string(name)));
        let known = !facts.account.is_empty();
        if let (Some(region), true) = (region.as_str(), known) {
            let (partition, account) = (&facts.partition, &facts.account);
            let arn = format!("arn:{partition}:eks:{region}:{account}:cluster/{name}");
            draft.predict("arn", Some(Value::string(arn)));
        }
    }
    let outpost = draft.get("outpost_config");
    if draft.prior().is_none() && outpost.as_elements().is_some_and(<[Value]>::is_empty) {
        let issuer = invented_issuer(region.as_str());
        draft.set("identity", one("oidc", one("issuer", issuer)));
        let data = Value::unknown_not_null(Type::String);
        draft.set("certificate_authority", one("data", data));
        draft.set("cluster_id", Value::null(Type::String));
    }
}

fn one(name: &str, value: Value) -> Value {
    let object = Value::object_of([(name, value)]);
    Value::list(object.ty(), vec![object])
}

fn invented_issuer(region: Option<&str>) -> Value {
    let prefix = match region {
        Some(region) => {
            let suffix = Partition::of_region(region).dns_suffix();
            format!("https://oidc.eks.{region}.{suffix}/id/")
        }
        None => "https://".to_owned(),
    };
    Value::unknown_text(&prefix)
}
