//! What may be written of a cluster: the limits of EKS that follow from the configuration alone.

use crate::provider::aws::eks::belonging::check_timeouts;
use crate::provider::aws::object::{block, text, texts};
use crate::provider::aws::validate::Checks;
use crate::value::Value;
use std::net::IpAddr;

/// Checks everything but lengths and ARNs.
pub(super) fn check(checks: &mut Checks<'_>, config: &Value) {
    name(checks);
    nested(checks, config);
    check_timeouts(checks, config);
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
const CHOICES: [(&str, &str, &[&str]); 4] = [
    (
        "access_config",
        "authentication_mode",
        &["API", "API_AND_CONFIG_MAP", "CONFIG_MAP"],
    ),
    ("kubernetes_network_config", "ip_family", &["ipv4", "ipv6"]),
    ("upgrade_policy", "support_type", &["STANDARD", "EXTENDED"]),
    (
        "vpc_config",
        "control_plane_egress_mode",
        &["AWS_MANAGED", "CUSTOMER_ROUTED", "CUSTOMER_ISOLATED"],
    ),
];

/// Sets of texts of which EKS knows a few only, by block (none for the cluster itself) and attribute.
const SETS: [(&str, &str, &[&str]); 3] = [
    (
        "",
        "enabled_cluster_log_types",
        &[
            "api",
            "audit",
            "authenticator",
            "controllerManager",
            "scheduler",
        ],
    ),
    (
        "compute_config",
        "node_pools",
        &["general-purpose", "system"],
    ),
    ("encryption_config", "resources", &["secrets"]),
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
    for (outer, inner, allowed) in SETS {
        let object = if outer.is_empty() {
            Some(config)
        } else {
            block(config, outer)
        };
        let found = object
            .map(|object| texts(object, inner))
            .unwrap_or_default();
        for found in found
            .iter()
            .filter(|found| !allowed.contains(&found.as_str()))
        {
            checks.problem(
                if outer.is_empty() { inner } else { outer },
                format!("expected {inner} to be one of {allowed:?}, got {found}"),
                format!("Allowed are {}.", allowed.join(", ")),
            );
        }
    }
    network(checks, config);
    creator(checks, config);
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

/// Security groups beside the one that EKS makes.
const SECURITY_GROUPS: usize = 5;

fn network(checks: &mut Checks<'_>, config: &Value) {
    let vpc = block(config, "vpc_config");
    let groups = vpc.map(|vpc| texts(vpc, "security_group_ids"));
    if groups.is_some_and(|groups| groups.len() > SECURITY_GROUPS) {
        checks.problem(
            "vpc_config",
            format!("Too many list items: attribute security_group_ids supports {SECURITY_GROUPS} item maximum"),
            "A cluster has five security groups of yours at most.",
        );
    }
    for cidr in vpc
        .map(|vpc| texts(vpc, "public_access_cidrs"))
        .into_iter()
        .flatten()
    {
        if parsed(&cidr).is_none() {
            checks.problem(
                "vpc_config",
                format!("{cidr:?} is not a valid CIDR block"),
                "Write an address and the length of a prefix, as `192.0.2.0/24`.",
            );
        }
    }
    let services = block(config, "kubernetes_network_config");
    let services = services.and_then(|network| text(network, "service_ipv4_cidr"));
    if let Some(cidr) = services.filter(|cidr| !is_private(cidr)) {
        checks.problem(
            "kubernetes_network_config",
            format!("expected service_ipv4_cidr to be a private block of /12 to /24, got {cidr}"),
            "It must be within 10.0.0.0/8, 172.16.0.0/12, or 192.168.0.0/16, and from /24 to /12 large.",
        );
    }
}

fn parsed(cidr: &str) -> Option<(IpAddr, u8)> {
    let (address, prefix) = cidr.split_once('/')?;
    let (address, prefix): (IpAddr, u8) = (address.parse().ok()?, prefix.parse().ok()?);
    let most = if address.is_ipv4() { 32 } else { 128 };
    (prefix <= most).then_some((address, prefix))
}

/// A block that EKS gives to services: private, of /12 to /24.
fn is_private(cidr: &str) -> bool {
    match parsed(cidr) {
        Some((IpAddr::V4(address), prefix)) => address.is_private() && (12..=24).contains(&prefix),
        Some((IpAddr::V6(_), _)) | None => false,
    }
}

/// With the config map only, nobody could get in but who made the cluster.
fn creator(checks: &mut Checks<'_>, config: &Value) {
    let Some(access) = block(config, "access_config") else {
        return;
    };
    let admin = access
        .get("bootstrap_cluster_creator_admin_permissions")
        .and_then(Value::as_bool);
    if admin == Some(false) && text(access, "authentication_mode") == Some("CONFIG_MAP") {
        checks.problem(
            "access_config",
            "Conflicting configuration arguments".to_owned(),
            "`bootstrap_cluster_creator_admin_permissions` must be true while `authentication_mode` is CONFIG_MAP.",
        );
    }
}
