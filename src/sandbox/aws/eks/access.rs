//! Access entries and the access policies that are associated with them.

use serde_json::{Map, Value, json};

use super::super::Call;
use super::super::iam;
use super::super::protocol::AwsError;
use super::members::{self, ACCESS_ENTRY, Member};
use super::record::Record;
use super::settings::check_tags;
use super::{Asked, invalid_parameter, invalid_request};

/// The types of entries with the name and the groups that their principals get (EKS User Guide, "Create access
/// entries"); those of a standard entry depend on the principal.
const TYPES: [(&str, &str, &[&str]); 7] = [
    ("STANDARD", "", &[]),
    (
        "EC2_LINUX",
        "system:node:{{EC2PrivateDNSName}}",
        &["system:nodes"],
    ),
    (
        "EC2_WINDOWS",
        "system:node:{{EC2PrivateDNSName}}",
        &["eks:kube-proxy-windows", "system:nodes"],
    ),
    (
        "EC2",
        "system:node:{{EC2PrivateDNSName}}",
        &["system:nodes"],
    ),
    (
        "FARGATE_LINUX",
        "system:node:{{SessionName}}",
        &[
            "system:bootstrappers",
            "system:node-proxier",
            "system:nodes",
        ],
    ),
    (
        "HYBRID_LINUX",
        "system:node:{{SessionName}}",
        &["system:nodes"],
    ),
    (
        "HYPERPOD_LINUX",
        "system:node:{{SessionName}}",
        &["system:nodes"],
    ),
];

/// Beginnings of names that belong to Kubernetes and AWS.
const RESERVED: [&str; 5] = ["system:", "eks:", "aws:", "amazon:", "iam:"];

/// The access policies that there are, after `arn:PARTITION:eks::aws:cluster-access-policy/`.
const POLICIES: [&str; 8] = [
    "AmazonEKSAdminPolicy",
    "AmazonEKSAdminViewPolicy",
    "AmazonEKSAutoNodePolicy",
    "AmazonEKSClusterAdminPolicy",
    "AmazonEKSEditPolicy",
    "AmazonEKSHybridPolicy",
    "AmazonEKSSecretReaderPolicy",
    "AmazonEKSViewPolicy",
];

pub(super) fn create(call: &mut Call<'_>, asked: &Asked) -> Result<Value, AwsError> {
    check_mode(&members::living_cluster(call, asked)?)?;
    let (cluster, principal) = (
        asked.cluster(),
        asked.text("principalArn").unwrap_or_default(),
    );
    if let Some(existing) = members::find(call, ACCESS_ENTRY, cluster, principal) {
        if existing.was_made_by(asked) {
            return Ok(shown(&existing));
        }
        let text = "The specified access entry resource is already in use on this cluster.";
        return Err(AwsError::new(409, "ResourceInUseException", text));
    }
    check_principal(call, principal)?;
    let kind = asked.text("type").unwrap_or("STANDARD");
    let standard = kind == "STANDARD";
    let (_, username, groups) =
        *TYPES
            .iter()
            .find(|(name, ..)| *name == kind)
            .ok_or_else(|| {
                invalid_parameter(format!(
                    "The specified access entry type {kind} is invalid."
                ))
            })?;
    check_names(asked, standard)?;
    let tags = asked.body.get("tags").and_then(Value::as_object);
    tags.map_or(Ok(()), check_tags)?;
    let own = |member: &str, default: Value| {
        let sent = asked.body.get(member).filter(|_| standard);
        sent.cloned().unwrap_or(default)
    };
    let default_name = if standard {
        session_name(principal)
    } else {
        username.to_owned()
    };
    let now = call.now.as_second();
    let uuid = members::fresh_uuid(call);
    let member = Member::new(
        json!({
            "accessEntryArn": entry_arn(call, cluster, principal, &uuid),
            "accessPolicies": {},
            "clusterName": cluster,
            "createdAt": now,
            "kubernetesGroups": own("kubernetesGroups", json!(groups)),
            "modifiedAt": now,
            "principalArn": principal,
            "principalId": iam::visible_role(call, principal).map(|role| role.unique_id),
            "tags": asked.body.get("tags").cloned().unwrap_or_else(|| json!({})),
            "type": kind,
            "username": own("username", json!(default_name)),
        }),
        asked,
    );
    members::save(call, ACCESS_ENTRY, cluster, principal, &member);
    Ok(shown(&member))
}

pub(super) fn describe(call: &Call<'_>, asked: &Asked) -> Result<Value, AwsError> {
    of_request(call, asked).map(|entry| shown(&entry))
}

pub(super) fn list(call: &Call<'_>, asked: &Asked) -> Result<Value, AwsError> {
    check_mode(&members::cluster(call, asked)?)?;
    members::list(call, asked, ACCESS_ENTRY, "accessEntries")
}

pub(super) fn update(call: &mut Call<'_>, asked: &Asked) -> Result<Value, AwsError> {
    let mut entry = of_request(call, asked)?;
    let standard = entry.text("type") == "STANDARD";
    check_names(asked, standard)?;
    for member in ["kubernetesGroups", "username"] {
        if let Some(value) = asked.body.get(member) {
            entry.modify(call.now, json!({ member: value }));
        }
    }
    members::save(call, ACCESS_ENTRY, asked.cluster(), asked.part(3), &entry);
    Ok(shown(&entry))
}

pub(super) fn delete(call: &mut Call<'_>, asked: &Asked) -> Result<Value, AwsError> {
    of_request(call, asked)?;
    members::remove(call, ACCESS_ENTRY, asked.cluster(), asked.part(3));
    Ok(json!({}))
}

/// Associating a policy once more changes its scope.
pub(super) fn associate(call: &mut Call<'_>, asked: &Asked) -> Result<Value, AwsError> {
    let mut entry = of_request(call, asked)?;
    let policy = asked.text("policyArn").unwrap_or_default();
    check_policy(call, policy)?;
    if !["STANDARD", "EC2"].contains(&entry.text("type")) {
        let text = format!(
            "Access policies cannot be associated with an access entry of type {}.",
            entry.text("type")
        );
        return Err(invalid_request(text));
    }
    let scope = asked.body.get("accessScope").cloned().unwrap_or_default();
    check_scope(&scope)?;
    let before = policies(&entry).get(policy).cloned();
    let since = before
        .as_ref()
        .and_then(|before| before.get("associatedAt"));
    let now = json!(call.now.as_second());
    let scope = json!({
        "type": scope.get("type"),
        "namespaces": scope.get("namespaces").cloned().unwrap_or_else(|| json!([])),
    });
    let association = json!({
        "policyArn": policy,
        "accessScope": scope,
        "associatedAt": since.unwrap_or(&now),
        "modifiedAt": now,
    });
    let mut all = policies(&entry);
    all.insert(policy.to_owned(), association.clone());
    entry
        .shown
        .insert("accessPolicies".to_owned(), Value::Object(all));
    members::save(call, ACCESS_ENTRY, asked.cluster(), asked.part(3), &entry);
    Ok(
        json!({ "clusterName": asked.cluster(), "principalArn": asked.part(3), "associatedAccessPolicy": association }),
    )
}

pub(super) fn disassociate(call: &mut Call<'_>, asked: &Asked) -> Result<Value, AwsError> {
    let mut entry = of_request(call, asked)?;
    let mut all = policies(&entry);
    if all.remove(asked.part(5)).is_none() {
        let text = "The specified policyArn is not associated with the specified principalArn.";
        return Err(AwsError::new(404, "ResourceNotFoundException", text));
    }
    entry
        .shown
        .insert("accessPolicies".to_owned(), Value::Object(all));
    members::save(call, ACCESS_ENTRY, asked.cluster(), asked.part(3), &entry);
    Ok(json!({}))
}

pub(super) fn associated(call: &Call<'_>, asked: &Asked) -> Result<Value, AwsError> {
    let entry = of_request(call, asked)?;
    let all: Vec<Value> = policies(&entry)
        .into_iter()
        .map(|(_, policy)| policy)
        .collect();
    Ok(
        json!({ "clusterName": asked.cluster(), "principalArn": asked.part(3), "associatedAccessPolicies": all }),
    )
}

fn shown(entry: &Member) -> Value {
    json!({ "accessEntry": entry.told() })
}

fn policies(entry: &Member) -> Map<String, Value> {
    let all = entry.shown.get("accessPolicies").and_then(Value::as_object);
    all.cloned().unwrap_or_default()
}

fn of_request(call: &Call<'_>, asked: &Asked) -> Result<Member, AwsError> {
    check_mode(&members::cluster(call, asked)?)?;
    let found = members::find(call, ACCESS_ENTRY, asked.cluster(), asked.part(3));
    found.ok_or_else(|| {
        let text = "The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'.";
        AwsError::new(404, "ResourceNotFoundException", text)
    })
}

fn check_mode(record: &Record) -> Result<(), AwsError> {
    let mode = record
        .cluster
        .get("accessConfig")
        .and_then(|access| access.get("authenticationMode"));
    if mode.and_then(Value::as_str) != Some("CONFIG_MAP") {
        return Ok(());
    }
    Err(invalid_request(
        "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
    ))
}

/// A role or user; sessions and service-linked roles cannot have an entry.
fn check_principal(call: &Call<'_>, arn: &str) -> Result<(), AwsError> {
    let resource = arn.split(':').nth(5).unwrap_or_default();
    let good =
        arn.contains(":iam::") && (resource.starts_with("role/") || resource.starts_with("user/"));
    if !good {
        return Err(invalid_parameter(
            "The specified principalArn is invalid: invalid format.",
        ));
    }
    if resource.starts_with("role/aws-service-role/") {
        return Err(invalid_request(
            "The caller is not allowed to modify access entries with a principalArn value of a Service Linked Role.",
        ));
    }
    if members::is_principal(call, arn) {
        return Ok(());
    }
    Err(invalid_parameter(
        "The specified principalArn is invalid: invalid principal.",
    ))
}

fn check_names(asked: &Asked, standard: bool) -> Result<(), AwsError> {
    let groups = asked.body.get("kubernetesGroups").and_then(Value::as_array);
    let groups = groups.into_iter().flatten().filter_map(Value::as_str);
    let username = asked.text("username");
    if !standard && (username.is_some() || groups.clone().next().is_some()) {
        return Err(invalid_request(
            "The kubernetesGroups and username of an access entry can only be set when its type is STANDARD.",
        ));
    }
    let reserved = |name: &str| RESERVED.into_iter().find(|start| name.starts_with(start));
    for group in groups {
        if let Some(start) = reserved(group) {
            return Err(invalid_parameter(format!(
                "The kubernetes group name {group} is invalid, it cannot start with {start}"
            )));
        }
    }
    if let Some((name, start)) = username.and_then(|name| Some((name, reserved(name)?))) {
        return Err(invalid_parameter(format!(
            "The username {name} is invalid, it cannot start with {start}"
        )));
    }
    Ok(())
}

fn check_policy(call: &Call<'_>, arn: &str) -> Result<(), AwsError> {
    let prefix = format!(
        "arn:{}:eks::aws:cluster-access-policy/",
        call.account.partition
    );
    match arn.strip_prefix(&prefix) {
        None => Err(invalid_parameter(
            "The policyArn parameter format is not valid",
        )),
        Some(name) if POLICIES.contains(&name) => Ok(()),
        Some(_) => Err(AwsError::new(
            404,
            "ResourceNotFoundException",
            "The specified policyArn could not be found.",
        )),
    }
}

fn check_scope(scope: &Value) -> Result<(), AwsError> {
    let namespaces = scope.get("namespaces").and_then(Value::as_array);
    let some = namespaces.is_some_and(|names| !names.is_empty());
    match scope.get("type").and_then(Value::as_str) {
        Some("cluster") if some => Err(invalid_parameter(
            "The namespaces of an access scope cannot be set when its type is cluster.",
        )),
        Some("namespace") if !some => Err(invalid_parameter(
            "An access scope of type namespace needs at least one namespace.",
        )),
        Some("cluster" | "namespace") => Ok(()),
        Some(_) | None => Err(invalid_parameter(
            "The type of an access scope must be cluster or namespace.",
        )),
    }
}

/// The name that Kubernetes knows a standard principal by, unless another was asked for.
fn session_name(principal: &str) -> String {
    let Some((head, path)) = principal.split_once(":role/") else {
        return principal.to_owned();
    };
    let name = path.rsplit('/').next().unwrap_or_default();
    let head = head.replacen(":iam:", ":sts:", 1);
    format!("{head}:assumed-role/{name}/{{{{SessionName}}}}")
}

fn entry_arn(call: &Call<'_>, cluster: &str, principal: &str, uuid: &str) -> String {
    let mut parts = principal.split(':');
    let account = parts.nth(4).unwrap_or_default();
    let (kind, path) = parts
        .next()
        .and_then(|resource| resource.split_once('/'))
        .unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    members::arn(
        call,
        &format!("access-entry/{cluster}/{kind}/{account}/{name}/{uuid}"),
    )
}
