//! Managed policies: the account's own with their versions, and those of AWS, which can only be read.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::policy::measured_size;

use super::super::protocol::{Answer, AwsError, Xml, encode_document};
use super::super::{Call, stored, typed, unique_id};
use super::aws_policies::{is_of_aws, of_aws, well_known};
use super::names::{arn, check_description, check_name, check_path};
use super::paging::page;
use super::role::Role;
use super::role_policies::name_of;
use super::tags::{self, Tags};
use super::{
    POLICY, already_exists, delete_conflict, documents, invalid_input, limit_exceeded,
    no_such_entity, required, role,
};

pub(super) const POLICY_SIZE: usize = 6_144;
pub(super) const VERSIONS: usize = 5;

/// A policy of the account as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Policy {
    #[serde(rename = "PolicyName")]
    pub(super) name: String,
    #[serde(rename = "PolicyId", default)]
    pub(super) unique_id: String,
    #[serde(default)]
    pub(super) arn: String,
    #[serde(default = "role::slash")]
    pub(super) path: String,
    #[serde(default = "first_version")]
    pub(super) default_version_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    #[serde(default)]
    pub(super) create_date: String,
    #[serde(default)]
    pub(super) update_date: String,
    #[serde(default)]
    pub(super) tags: Tags,
    /// By number: versions are never numbered again.
    pub(super) versions: BTreeMap<u64, Version>,
    #[serde(default)]
    pub(super) last_version: u64,
    /// Until then reads do not find the policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) visible_from: Option<Timestamp>,
}

/// One version of a policy's document.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Version {
    #[serde(deserialize_with = "role::document")]
    pub(super) document: String,
    #[serde(default)]
    pub(super) create_date: String,
}

/// Whether a policy of this ARN can be attached.
pub(super) fn exists(call: &Call<'_>, arn: &str) -> bool {
    is_of_aws(call, arn) || visible(call, arn).is_some()
}

pub(super) fn create(call: &mut Call<'_>) -> Answer {
    let name = required(call, "PolicyName")?.to_owned();
    check_name("policyName", &name, 128)?;
    let path = call.form.get("Path").unwrap_or("/").to_owned();
    check_path(&path)?;
    let description = call.form.get("Description").map(str::to_owned);
    check_description(description.as_deref().unwrap_or_default())?;
    let document = document_of_request(call)?;
    let tags = tags::of_request(call)?;
    let taken = call
        .store
        .list(&call.global(POLICY))
        .any(|(arn, _)| name_of(arn).eq_ignore_ascii_case(&name));
    if taken {
        return Err(already_exists(format!(
            "A policy called {name} already exists. Duplicate names are not allowed."
        )));
    }
    let number = call.store.next_counter("iam/policy");
    let created = call.created();
    let policy = Policy {
        unique_id: unique_id("ANPA", 17, &format!("policy {number} {name}")),
        arn: arn(call, "policy", &format!("{path}{name}")),
        name,
        path,
        default_version_id: "v1".to_owned(),
        description,
        create_date: created.clone(),
        update_date: created.clone(),
        tags,
        versions: BTreeMap::from([(
            1,
            Version {
                document,
                create_date: created,
            },
        )]),
        last_version: 1,
        visible_from: call.visible_from(),
    };
    save(call, &policy);
    Ok(Some(vec![Xml::parent("Policy", elements(call, &policy))]))
}

pub(super) fn get(call: &mut Call<'_>) -> Answer {
    let policy = of_request(call)?;
    let mut elements = elements(call, &policy);
    elements.extend(
        policy
            .description
            .as_ref()
            .map(|text| Xml::text("Description", text)),
    );
    Ok(Some(vec![Xml::parent("Policy", elements)]))
}

/// Listed policies carry neither description nor tags, as the API reference says.
pub(super) fn list(call: &mut Call<'_>) -> Answer {
    let scope = call.form.get("Scope").unwrap_or("All");
    let prefix = call.form.get("PathPrefix").unwrap_or("/");
    let attached_only = call.form.get("OnlyAttached") == Some("true");
    let roles = role::all(call);
    let mut policies = Vec::new();
    if scope != "AWS" {
        let own = call.store.list(&call.global(POLICY));
        policies.extend(own.filter_map(|(arn, _)| visible(call, arn)));
    }
    if scope != "Local" {
        policies.extend(well_known(call));
    }
    policies.retain(|policy| {
        let attached = !attached_only || users(&roles, &policy.arn).0 > 0;
        attached && policy.path.starts_with(prefix)
    });
    let page = page(call, policies, |policy| policy.arn.clone())?;
    let members = page
        .items
        .iter()
        .map(|policy| core_elements(&roles, policy));
    let mut result = vec![Xml::list("Policies", members)];
    result.extend(page.tail);
    Ok(Some(result))
}

pub(super) fn get_version(call: &mut Call<'_>) -> Answer {
    let policy = of_request(call)?;
    let (number, version) = version_of_request(call, &policy)?;
    let mut elements = vec![Xml::text("Document", encode_document(&version.document))];
    elements.extend(version_elements(&policy, number, &version));
    Ok(Some(vec![Xml::parent("PolicyVersion", elements)]))
}

pub(super) fn list_versions(call: &mut Call<'_>) -> Answer {
    let policy = of_request(call)?;
    let page = page(call, policy.versions.iter().collect(), |(number, _)| {
        format!("{number:020}")
    })?;
    let members = page
        .items
        .into_iter()
        .map(|(number, version)| version_elements(&policy, *number, version));
    let mut result = vec![Xml::list("Versions", members)];
    result.extend(page.tail);
    Ok(Some(result))
}

/// Who has the policy attached, or as a boundary unless the request asks for one of the two.
pub(super) fn list_entities(call: &mut Call<'_>) -> Answer {
    let policy = of_request(call)?;
    let usage = call.form.get("PolicyUsageFilter");
    let mut roles = role::all(call);
    roles.retain(|role| {
        let attached = role.attached_policies.contains(&policy.arn);
        let bounded = role.permissions_boundary.as_ref() == Some(&policy.arn);
        (attached && usage != Some("PermissionsBoundary"))
            || (bounded && usage != Some("PermissionsPolicy"))
    });
    let page = page(call, roles, |role| role::key(&role.name))?;
    let members = page.items.iter().map(|role| {
        vec![
            Xml::text("RoleName", &role.name),
            Xml::text("RoleId", &role.unique_id),
        ]
    });
    let mut result = vec![
        Xml::parent("PolicyGroups", Vec::new()),
        Xml::parent("PolicyUsers", Vec::new()),
        Xml::list("PolicyRoles", members),
    ];
    result.extend(page.tail);
    Ok(Some(result))
}

pub(super) fn create_version(call: &mut Call<'_>) -> Answer {
    let mut policy = own_of_request(call)?;
    let document = document_of_request(call)?;
    if policy.versions.len() >= VERSIONS {
        return Err(limit_exceeded(format!(
            "A managed policy can have up to {VERSIONS} versions. Before you create a new version, you must delete an existing version."
        )));
    }
    let version = Version {
        document,
        create_date: call.created(),
    };
    policy.last_version += 1;
    let number = policy.last_version;
    policy.versions.insert(number, version.clone());
    if call.form.get("SetAsDefault") == Some("true") {
        policy.default_version_id = format!("v{number}");
    }
    policy.update_date = call.created();
    save(call, &policy);
    Ok(Some(vec![Xml::parent(
        "PolicyVersion",
        version_elements(&policy, number, &version),
    )]))
}

pub(super) fn set_default_version(call: &mut Call<'_>) -> Answer {
    let mut policy = own_of_request(call)?;
    let (number, _) = version_of_request(call, &policy)?;
    policy.default_version_id = format!("v{number}");
    policy.update_date = call.created();
    save(call, &policy);
    Ok(None)
}

pub(super) fn delete_version(call: &mut Call<'_>) -> Answer {
    let mut policy = own_of_request(call)?;
    let (number, _) = version_of_request(call, &policy)?;
    if policy.default_version_id == format!("v{number}") {
        return Err(delete_conflict(
            "Cannot delete the default version of a policy.",
        ));
    }
    policy.versions.remove(&number);
    save(call, &policy);
    Ok(None)
}

pub(super) fn delete(call: &mut Call<'_>) -> Answer {
    let policy = own_of_request(call)?;
    if users(&role::all(call), &policy.arn) != (0, 0) {
        return Err(delete_conflict(
            "Cannot delete a policy attached to entities.",
        ));
    }
    if policy.versions.len() > 1 {
        return Err(delete_conflict(
            "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
        ));
    }
    let collection = call.global(POLICY);
    call.store.remove(&collection, &policy.arn);
    Ok(None)
}

pub(super) fn tag(call: &mut Call<'_>) -> Answer {
    let mut policy = own_of_request(call)?;
    tags::add(&mut policy.tags, tags::of_request(call)?)?;
    save(call, &policy);
    Ok(None)
}

pub(super) fn untag(call: &mut Call<'_>) -> Answer {
    let mut policy = own_of_request(call)?;
    tags::remove(call, &mut policy.tags);
    save(call, &policy);
    Ok(None)
}

pub(super) fn list_tags(call: &mut Call<'_>) -> Answer {
    let policy = of_request(call)?;
    tags::listing(call, &policy.tags).map(Some)
}

/// The account's policies with all their versions, by ARN.
pub(super) fn details(call: &Call<'_>) -> Vec<(String, Vec<Xml>)> {
    let roles = role::all(call);
    let policies = call.store.list(&call.global(POLICY));
    let policies = policies.filter_map(|(_, policy)| typed::<Policy>(Some(policy)));
    let detail = |policy: Policy| {
        let mut elements = core_elements(&roles, &policy);
        let description = policy.description.as_ref();
        elements.extend(description.map(|text| Xml::text("Description", text)));
        let versions = policy.versions.iter().map(|(number, version)| {
            let mut elements = version_elements(&policy, *number, version);
            elements.push(Xml::text("Document", encode_document(&version.document)));
            elements
        });
        elements.push(Xml::list("PolicyVersionList", versions));
        (policy.arn.clone(), elements)
    };
    policies.map(detail).collect()
}

fn of_request(call: &Call<'_>) -> Result<Policy, AwsError> {
    let arn = required(call, "PolicyArn")?;
    if is_of_aws(call, arn) {
        return Ok(of_aws(arn));
    }
    visible(call, arn).ok_or_else(|| no_such_entity(format!("Policy {arn} was not found.")))
}

/// The policy that a changing request names: those of AWS cannot be changed.
fn own_of_request(call: &Call<'_>) -> Result<Policy, AwsError> {
    let arn = required(call, "PolicyArn")?;
    if is_of_aws(call, arn) {
        return Err(AwsError::new(
            403,
            "AccessDenied",
            format!(
                "User: {} is not authorized to change resource: {arn}",
                call.account.caller_arn
            ),
        ));
    }
    of_request(call)
}

fn version_of_request(call: &Call<'_>, policy: &Policy) -> Result<(u64, Version), AwsError> {
    let id = required(call, "VersionId")?;
    let number = id.strip_prefix('v').and_then(|number| number.parse().ok());
    let number: u64 = number
        .ok_or_else(|| invalid_input(format!("Value '{id}' is not a version of a policy.")))?;
    let version = policy.versions.get(&number).cloned();
    let missing = || {
        no_such_entity(format!(
            "Policy {} version {id} does not exist or is not attachable.",
            policy.arn
        ))
    };
    version.map(|version| (number, version)).ok_or_else(missing)
}

fn document_of_request(call: &Call<'_>) -> Result<String, AwsError> {
    let document = required(call, "PolicyDocument")?;
    documents::check_permissions(document)?;
    if measured_size(document) > POLICY_SIZE {
        return Err(limit_exceeded(format!(
            "Cannot exceed quota for PolicySize: {POLICY_SIZE}"
        )));
    }
    Ok(document.to_owned())
}

/// The policy of an ARN, if it can be seen yet.
fn visible(call: &Call<'_>, arn: &str) -> Option<Policy> {
    let found: Option<Policy> = typed(call.store.get(&call.global(POLICY), arn));
    found.filter(|policy| policy.visible_from.is_none_or(|from| from <= call.now))
}

fn first_version() -> String {
    "v1".to_owned()
}

fn save(call: &mut Call<'_>, policy: &Policy) {
    let collection = call.global(POLICY);
    call.store.put(&collection, &policy.arn, stored(policy));
}

/// How many of the roles have the policy attached, and how many as their boundary.
fn users(roles: &[Role], arn: &str) -> (usize, usize) {
    let attached = roles
        .iter()
        .filter(|role| {
            role.attached_policies
                .iter()
                .any(|attached| attached == arn)
        })
        .count();
    let bounded = roles
        .iter()
        .filter(|role| role.permissions_boundary.as_deref() == Some(arn))
        .count();
    (attached, bounded)
}

fn elements(call: &Call<'_>, policy: &Policy) -> Vec<Xml> {
    let mut elements = core_elements(&role::all(call), policy);
    if !policy.tags.is_empty() {
        elements.push(tags::element(&policy.tags));
    }
    elements
}

fn core_elements(roles: &[Role], policy: &Policy) -> Vec<Xml> {
    let (attached, bounded) = users(roles, &policy.arn);
    vec![
        Xml::text("PolicyName", &policy.name),
        Xml::text("PolicyId", &policy.unique_id),
        Xml::text("Arn", &policy.arn),
        Xml::text("Path", &policy.path),
        Xml::text("DefaultVersionId", &policy.default_version_id),
        Xml::text("AttachmentCount", attached),
        Xml::text("PermissionsBoundaryUsageCount", bounded),
        Xml::text("IsAttachable", true),
        Xml::text("CreateDate", &policy.create_date),
        Xml::text("UpdateDate", &policy.update_date),
    ]
}

fn version_elements(policy: &Policy, number: u64, version: &Version) -> Vec<Xml> {
    let id = format!("v{number}");
    vec![
        Xml::text("IsDefaultVersion", policy.default_version_id == id),
        Xml::text("VersionId", id),
        Xml::text("CreateDate", &version.create_date),
    ]
}
