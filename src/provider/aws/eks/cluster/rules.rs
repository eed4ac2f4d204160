//! What is known of a cluster before it exists, and what may be written of it.

use crate::address::{AttributePath, Name};
use crate::policy::Partition;
use crate::provider::aws::draft::Draft;
use crate::provider::aws::eks::duration;
use crate::provider::aws::object::{block, differs, text};
use crate::provider::aws::tags;
use crate::provider::aws::validate::Checks;
use crate::schema::{Facts, Identity, Problem, Rules};
use crate::value::{Kind, Type, Unknown, Value};
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
        name(&mut checks);
        nested(&mut checks, config);
        timeouts(&mut checks, config);
        checks.found()
    }

    fn plan(&self, config: &Value, prior: Option<&Value>, proposed: Value, facts: &Facts) -> Value {
        let mut draft = Draft::new(config, prior, &proposed);
        draft.default("bootstrap_self_managed_addons", true);
        region(&mut draft, facts);
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
        let outpost = |cluster| block(cluster, "outpost_config").is_some();
        if outpost(prior) != outpost(planned) {
            replaced("outpost_config");
        }
        paths
    }

    fn identity(&self, planned: &Value, _: &Facts) -> Option<Identity> {
        let name = planned.get("name")?.as_str()?;
        Some(Identity(name.to_owned()))
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
            let mut entries = entries.clone();
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
    Value::new(Kind::Unknown(Unknown {
        ty: Type::String,
        not_null: true,
        prefix: prefix.as_str().into(),
    }))
}

fn name(checks: &mut Checks<'_>) {
    let Some(name) = checks.text("name") else {
        return;
    };
    let begins = name.starts_with(|c: char| c.is_ascii_alphanumeric());
    let good = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !name.is_empty() && (!begins || !name.chars().all(good)) {
        checks.problem(
            "name",
            "invalid value for name (must begin with an alphanumeric character and contain only alphanumeric characters, dashes and underscores (^[0-9A-Za-z][0-9A-Za-z_-]*$))".to_owned(),
            format!("`{name}` is not a name that EKS takes."),
        );
    }
}

/// Texts of which EKS knows a few only, by block and attribute.
const CHOICES: [(&str, &str, &[&str]); 3] = [
    (
        "access_config",
        "authentication_mode",
        &["API", "API_AND_CONFIG_MAP", "CONFIG_MAP"],
    ),
    ("kubernetes_network_config", "ip_family", &["ipv4", "ipv6"]),
    ("upgrade_policy", "support_type", &["STANDARD", "EXTENDED"]),
];

const LOGS: [&str; 5] = [
    "api",
    "audit",
    "authenticator",
    "controllerManager",
    "scheduler",
];

fn nested(checks: &mut Checks<'_>, config: &Value) {
    for (outer, inner, allowed) in CHOICES {
        let found = block(config, outer).and_then(|block| text(block, inner));
        if let Some(found) = found.filter(|found| !allowed.contains(found)) {
            let summary = format!("expected {inner} to be one of {allowed:?}, got {found}");
            checks.problem(
                outer,
                summary,
                format!("Allowed are {}.", allowed.join(", ")),
            );
        }
    }
    let logs = config
        .get("enabled_cluster_log_types")
        .and_then(Value::as_elements);
    for log in logs.into_iter().flatten().filter_map(Value::as_str) {
        if !LOGS.contains(&log) {
            checks.problem(
                "enabled_cluster_log_types",
                format!("expected enabled_cluster_log_types to be one of {LOGS:?}, got {log}"),
                format!("Allowed are {}.", LOGS.join(", ")),
            );
        }
    }
    endpoints(checks, config);
    auto_mode(checks, config);
    for other in [
        "encryption_config",
        "kubernetes_network_config",
        "remote_network_config",
    ] {
        if block(config, "outpost_config").is_some() && block(config, other).is_some() {
            checks.problem(
                other,
                "Conflicting configuration arguments".to_owned(),
                format!("\"{other}\": conflicts with outpost_config"),
            );
        }
    }
}

fn endpoints(checks: &mut Checks<'_>, config: &Value) {
    let off = |name: &str, default: bool| {
        let set = block(config, "vpc_config").and_then(|vpc| vpc.get(name));
        match set {
            Some(value) if !value.is_null() => value.as_bool() == Some(false),
            Some(_) | None => !default,
        }
    };
    if off("endpoint_public_access", true) && off("endpoint_private_access", false) {
        checks.problem(
            "vpc_config",
            "Private and public endpoint access cannot be false".to_owned(),
            "Set `endpoint_private_access` or `endpoint_public_access`, so that the API server can be reached.",
        );
    }
}

fn auto_mode(checks: &mut Checks<'_>, config: &Value) {
    let flag = |path: [&str; 2]| {
        let outer = block(config, path[0])?;
        let inner = if path[1].is_empty() {
            outer
        } else {
            block(outer, path[1])?
        };
        inner.get("enabled").cloned()
    };
    let flags = [
        ["compute_config", ""],
        ["kubernetes_network_config", "elastic_load_balancing"],
        ["storage_config", "block_storage"],
    ]
    .map(flag);
    if flags.iter().flatten().any(Value::is_unknown) {
        return;
    }
    let on = flags
        .iter()
        .filter(|flag| flag.as_ref().and_then(Value::as_bool).unwrap_or(false))
        .count();
    if on != 0 && on != flags.len() {
        checks.problem(
            "compute_config",
            "compute_config.enabled, kubernetes_networking_config.elastic_load_balancing.enabled, and storage_config.block_storage.enabled must all be set to either true or false".to_owned(),
            "EKS Auto Mode is switched on or off as a whole.",
        );
    }
}

fn timeouts(checks: &mut Checks<'_>, config: &Value) {
    let Some(timeouts) = block(config, "timeouts") else {
        return;
    };
    for name in ["create", "delete", "update"] {
        if let Some(found) = text(timeouts, name)
            && duration(found).is_none()
        {
            checks.problem(
                "timeouts",
                format!("parsing timeout {name}: time: invalid duration {found:?}"),
                "Write it as `30m` or `1h30m`.",
            );
        }
    }
}
