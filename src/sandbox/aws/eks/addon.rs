//! Add-ons: software on a cluster that EKS installs and updates.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::super::Call;
use super::super::protocol::AwsError;
use super::members::{self, ADDON, ASSOCIATION, Member};
use super::record::Record;
use super::settings::check_tags;
use super::{Asked, UPDATE, invalid_parameter, invalid_request, pod_identity};

const CREATING: Duration = Duration::from_mins(1);
const UPDATING: Duration = Duration::from_mins(1);
const DELETING: Duration = Duration::from_mins(1);

/// Add-ons with their own namespace and their newest versions, the newest first; that one is the default.
const CATALOGUE: [(&str, &str, &[&str]); 9] = [
    (
        "amazon-cloudwatch-observability",
        "amazon-cloudwatch",
        &["v4.7.0-eksbuild.1", "v4.6.0-eksbuild.1"],
    ),
    (
        "aws-ebs-csi-driver",
        "kube-system",
        &["v1.53.0-eksbuild.1", "v1.52.1-eksbuild.1"],
    ),
    (
        "aws-efs-csi-driver",
        "kube-system",
        &["v2.1.15-eksbuild.1", "v2.1.14-eksbuild.1"],
    ),
    (
        "coredns",
        "kube-system",
        &["v1.12.4-eksbuild.1", "v1.12.3-eksbuild.1"],
    ),
    (
        "eks-pod-identity-agent",
        "kube-system",
        &["v1.3.10-eksbuild.1", "v1.3.9-eksbuild.3"],
    ),
    (
        "kube-proxy",
        "kube-system",
        &["v1.34.1-eksbuild.2", "v1.34.0-eksbuild.4"],
    ),
    (
        "metrics-server",
        "kube-system",
        &["v0.8.0-eksbuild.5", "v0.8.0-eksbuild.3"],
    ),
    (
        "snapshot-controller",
        "kube-system",
        &["v8.3.0-eksbuild.1", "v8.2.0-eksbuild.1"],
    ),
    (
        "vpc-cni",
        "kube-system",
        &["v1.20.5-eksbuild.1", "v1.20.4-eksbuild.1"],
    ),
];

/// The member of a cluster that says what is wrong with its add-ons: add-on → issues.
pub(super) const HEALTH: &str = "addonHealth";

pub(super) fn create(call: &mut Call<'_>, asked: &Asked) -> Result<Value, AwsError> {
    let record = members::living_cluster(call, asked)?;
    let cluster = asked.cluster().to_owned();
    let name = asked.text("addonName").unwrap_or_default();
    if let Some(existing) = members::find(call, ADDON, &cluster, name) {
        if existing.was_made_by(asked) {
            return Ok(shown(&record, &existing));
        }
        let text = "Addon already exists.";
        return Err(AwsError::new(409, "ResourceInUseException", text).with("addonName", name));
    }
    let (namespace, version) = check_version(name, asked.text("addonVersion"))?;
    check_settings(call, asked)?;
    let tags = asked.body.get("tags").and_then(Value::as_object);
    tags.map_or(Ok(()), check_tags)?;
    let uuid = members::fresh_uuid(call);
    let arn = members::arn(call, &format!("addon/{cluster}/{name}/{uuid}"));
    let sent = asked.body.get("namespaceConfig").cloned();
    let namespace = sent.unwrap_or_else(|| json!({ "namespace": namespace }));
    let associations = associations(call, asked, &cluster, &arn, &namespace);
    let now = call.now.as_second();
    let mut member = Member::new(
        json!({
            "addonArn": arn,
            "addonName": name,
            "addonVersion": version,
            "clusterName": cluster,
            "configurationValues": asked.text("configurationValues"),
            "createdAt": now,
            "modifiedAt": now,
            "namespaceConfig": namespace,
            "podIdentityAssociations": associations,
            "serviceAccountRoleArn": asked.text("serviceAccountRoleArn"),
            "tags": asked.body.get("tags").cloned().unwrap_or_else(|| json!({})),
        }),
        asked,
    );
    let status = if conflicts(&record, name, asked) {
        "CREATE_FAILED"
    } else {
        "ACTIVE"
    };
    member.enter("CREATING", call.now, CREATING, json!({ "status": status }));
    members::save(call, ADDON, &cluster, name, &member);
    Ok(shown(&record, &member))
}

pub(super) fn describe(call: &Call<'_>, asked: &Asked) -> Result<Value, AwsError> {
    let (record, member) = of_request(call, asked)?;
    Ok(shown(&record, &member))
}

pub(super) fn list(call: &Call<'_>, asked: &Asked) -> Result<Value, AwsError> {
    members::list(call, asked, ADDON, "addons")
}

pub(super) fn update(call: &mut Call<'_>, asked: &Asked) -> Result<Value, AwsError> {
    let (record, mut member) = of_request(call, asked)?;
    let (cluster, name) = (asked.cluster().to_owned(), asked.part(3).to_owned());
    if member.until.is_some() {
        let text = format!(
            "Addon {name} cannot be updated as it is currently in {} state",
            member.text("status")
        );
        return Err(AwsError::new(409, "ResourceInUseException", text));
    }
    if let Some(version) = asked.text("addonVersion") {
        check_version(&name, Some(version))?;
    }
    check_settings(call, asked)?;
    let failed = conflicts(&record, &name, asked);
    let mut then = Map::from_iter([(
        "status".to_owned(),
        json!(if failed { "UPDATE_FAILED" } else { "ACTIVE" }),
    )]);
    if !failed {
        then.extend(changes(call, asked, &cluster, &member));
        then.insert("modifiedAt".to_owned(), json!(call.now.as_second()));
    }
    let outcome = if failed {
        json!({ "status": "Failed", "errors": [{
            "errorCode": "ConfigurationConflict",
            "errorMessage": "Conflicts found when trying to apply. Will not continue due to resolve conflicts mode",
            "resourceIds": [],
        }] })
    } else {
        json!({ "status": "Successful" })
    };
    let number = call.store.next_counter("eks/update");
    let id = format!("00000000-0000-4000-9000-{number:012x}");
    let update = json!({
        "id": id, "status": "InProgress", "type": "AddonUpdate", "params": [], "errors": [],
        "createdAt": call.now.as_second(), "addonName": name,
    });
    let updates = call.regional(UPDATE);
    call.store
        .put(&updates, &format!("{cluster}/{id}"), update.clone());
    member.enter("UPDATING", call.now, UPDATING, Value::Object(then));
    member.update = Some((id, outcome));
    members::save(call, ADDON, &cluster, &name, &member);
    Ok(json!({ "update": update }))
}

/// Whether what the add-on installed stays on the cluster makes no difference to what EKS shows.
pub(super) fn delete(call: &mut Call<'_>, asked: &Asked) -> Result<Value, AwsError> {
    let (record, mut member) = of_request(call, asked)?;
    if member.text("status") == "DELETING" {
        return Ok(shown(&record, &member));
    }
    let (cluster, arn) = (asked.cluster().to_owned(), member.text("addonArn"));
    remove_associations(call, &cluster, arn);
    member.update = None;
    member.enter("DELETING", call.now, DELETING, json!({}));
    members::save(call, ADDON, &cluster, asked.part(3), &member);
    Ok(shown(&record, &member))
}

pub(super) fn versions(asked: &Asked) -> Value {
    let wanted = asked.query("addonName");
    let found = CATALOGUE
        .iter()
        .filter(|(name, ..)| wanted.is_none_or(|wanted| wanted == *name));
    let cluster_version = asked.query("kubernetesVersion").unwrap_or("1.35");
    let version = |(index, version): (usize, &&str)| {
        json!({
            "addonVersion": version,
            "architecture": ["amd64", "arm64"],
            "compatibilities": [{ "clusterVersion": cluster_version, "platformVersions": ["*"], "defaultVersion": index == 0 }],
            "requiresConfiguration": false,
        })
    };
    let addons = found.map(|(name, namespace, versions)| {
        json!({
            "addonName": name,
            "owner": "aws",
            "publisher": "eks",
            "defaultNamespace": namespace,
            "addonVersions": versions.iter().enumerate().map(version).collect::<Vec<_>>(),
        })
    });
    json!({ "addons": addons.collect::<Vec<_>>() })
}

/// An add-on that rests shows the health that the cluster gives it.
fn shown(record: &Record, member: &Member) -> Value {
    let mut told = member.told();
    let issues = issues(record, member.text("addonName"));
    if let Some(members) = told.as_object_mut() {
        if member.text("status") == "ACTIVE" && is_unwell(&issues) {
            members.insert("status".to_owned(), json!("DEGRADED"));
        }
        let issues = if member.text("status") == "CREATING" {
            json!([])
        } else {
            issues
        };
        members.insert("health".to_owned(), json!({ "issues": issues }));
    }
    json!({ "addon": told })
}

fn issues(record: &Record, addon: &str) -> Value {
    let health = record.cluster.get(HEALTH);
    let issues = health.and_then(|health| health.get(addon)).cloned();
    issues.unwrap_or_else(|| json!([]))
}

fn codes(issues: &Value) -> Vec<&str> {
    let issues = issues.as_array().into_iter().flatten();
    issues
        .filter_map(|issue| issue.get("code")?.as_str())
        .collect()
}

/// A conflict stops an installation; anything else makes it unwell.
fn is_unwell(issues: &Value) -> bool {
    codes(issues)
        .iter()
        .any(|code| *code != "ConfigurationConflict")
}

fn conflicts(record: &Record, addon: &str, asked: &Asked) -> bool {
    let overwrites = asked.text("resolveConflicts") == Some("OVERWRITE");
    !overwrites && codes(&issues(record, addon)).contains(&"ConfigurationConflict")
}

fn of_request(call: &Call<'_>, asked: &Asked) -> Result<(Record, Member), AwsError> {
    let record = members::cluster(call, asked)?;
    let (cluster, name) = (asked.cluster(), asked.part(3));
    let member = members::find(call, ADDON, cluster, name).ok_or_else(|| {
        let text = format!("No addon: {name} found in cluster: {cluster}");
        AwsError::new(404, "ResourceNotFoundException", text)
            .with("clusterName", cluster)
            .with("addonName", name)
    })?;
    Ok((record, member))
}

fn check_version<'a>(
    addon: &str,
    version: Option<&'a str>,
) -> Result<(&'static str, &'a str), AwsError> {
    let found = CATALOGUE.iter().find(|(name, ..)| *name == addon);
    let (_, namespace, versions) = found.ok_or_else(|| {
        invalid_parameter(format!("Addon {addon} specified is not supported"))
            .with("addonName", addon)
    })?;
    match (version, versions.first()) {
        (None, Some(default)) => Ok((namespace, default)),
        (Some(version), Some(newest)) if is_offered(version, newest) => Ok((namespace, version)),
        (Some(_) | None, _) => Err(
            invalid_parameter("Addon version specified is not supported").with("addonName", addon),
        ),
    }
}

/// Whether there has been such a version, as far as can be told: none is newer than the newest.
fn is_offered(version: &str, newest: &str) -> bool {
    numbers(version).is_some_and(|given| Some(given) <= numbers(newest))
}

/// The numbers of `v1.2.3-eksbuild.4`.
fn numbers(version: &str) -> Option<[u32; 4]> {
    let (release, build) = version.strip_prefix('v')?.split_once("-eksbuild.")?;
    let mut parts = release.split('.').chain([build]).map(str::parse);
    let numbers = [
        parts.next()?.ok()?,
        parts.next()?.ok()?,
        parts.next()?.ok()?,
        parts.next()?.ok()?,
    ];
    parts.next().is_none().then_some(numbers)
}

fn check_settings(call: &Call<'_>, asked: &Asked) -> Result<(), AwsError> {
    if let Some(role) = asked
        .text("serviceAccountRoleArn")
        .filter(|arn| !arn.is_empty())
        && !members::is_principal(call, role)
    {
        let text = format!("Role with arn: {role} does not exist");
        return Err(invalid_parameter(text));
    }
    for association in sent_associations(asked) {
        let role = association.get("roleArn").and_then(Value::as_str);
        members::check_own_role(call, role.unwrap_or_default())?;
    }
    let values = asked.text("configurationValues").unwrap_or_default();
    let is_json = values.trim_start().starts_with('{');
    if is_json && serde_json::from_str::<Value>(values).is_err() {
        return Err(invalid_request(
            "ConfigurationValue provided in request is not supported: it is neither JSON nor YAML",
        ));
    }
    Ok(())
}

fn sent_associations(asked: &Asked) -> Vec<Value> {
    let sent = asked.body.get("podIdentityAssociations");
    sent.and_then(Value::as_array).cloned().unwrap_or_default()
}

/// Makes the associations that an add-on asks for, and returns their ARNs.
fn associations(
    call: &mut Call<'_>,
    asked: &Asked,
    cluster: &str,
    owner: &str,
    namespace: &Value,
) -> Vec<Value> {
    let mut arns = Vec::new();
    for association in sent_associations(asked) {
        let mut body = association.as_object().cloned().unwrap_or_default();
        let namespace = namespace.get("namespace").cloned().unwrap_or_default();
        body.insert("namespace".to_owned(), namespace);
        let asked = Asked {
            path: Vec::new(),
            query: Vec::new(),
            body,
        };
        let made = pod_identity::made(call, cluster, &asked, Some(owner));
        arns.push(json!(made.text("associationArn")));
    }
    arns
}

fn remove_associations(call: &mut Call<'_>, cluster: &str, owner: &str) {
    for (id, association) in members::all(call, ASSOCIATION, cluster) {
        if association.text("ownerArn") == owner {
            members::remove(call, ASSOCIATION, cluster, &id);
        }
    }
}

/// What an update changes.
fn changes(
    call: &mut Call<'_>,
    asked: &Asked,
    cluster: &str,
    member: &Member,
) -> Map<String, Value> {
    let mut then = Map::new();
    for name in [
        "addonVersion",
        "configurationValues",
        "serviceAccountRoleArn",
    ] {
        if let Some(value) = asked.body.get(name) {
            let value = if value == "" { &Value::Null } else { value };
            then.insert(name.to_owned(), value.clone());
        }
    }
    if asked.body.contains_key("podIdentityAssociations") {
        let arn = member.text("addonArn").to_owned();
        let namespace = member.shown.get("namespaceConfig").cloned();
        remove_associations(call, cluster, &arn);
        let made = associations(call, asked, cluster, &arn, &namespace.unwrap_or_default());
        then.insert("podIdentityAssociations".to_owned(), json!(made));
    }
    then
}

#[cfg(test)]
mod tests {
    #[test]
    fn older_versions_are_offered_and_newer_ones_are_not() {
        let newest = "v1.12.4-eksbuild.1";
        for (version, offered) in [
            (newest, true),
            ("v1.9.3-eksbuild.17", true),
            ("v1.12.4-eksbuild.2", false),
            ("v2.0.0-eksbuild.1", false),
            ("v1.12.4", false),
            ("v1.12-eksbuild.1", false),
            ("1.12.3-eksbuild.1", false),
        ] {
            assert_eq!(super::is_offered(version, newest), offered, "{version}");
        }
    }
}
