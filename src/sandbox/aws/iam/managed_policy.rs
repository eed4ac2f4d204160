//! Managed policies: the account's own with their versions, and those of AWS, which can only be read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::policy::measured_size;

use super::super::protocol::{Answer, AwsError, Xml, encode_document};
use super::super::{Call, stored, typed, unique_id};
use super::names::{arn, check_description, check_name, check_path, is_name_character};
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

/// Policies of AWS whose names follow no pattern, and all whose names begin with `AmazonEKS`.
const WELL_KNOWN: &[&str] = &[
    "AdministratorAccess",
    "AmazonEKSBlockStoragePolicy",
    "AmazonEKSBlockStoragePolicyV2",
    "AmazonEKSClusterPolicy",
    "AmazonEKSComputePolicy",
    "AmazonEKSFargatePodExecutionRolePolicy",
    "AmazonEKSLoadBalancingPolicy",
    "AmazonEKSLocalOutpostClusterPolicy",
    "AmazonEKSNetworkingPolicy",
    "AmazonEKSServicePolicy",
    "AmazonEKSVPCResourceController",
    "AmazonEKSWorkerNodeMinimalPolicy",
    "AmazonEKSWorkerNodePolicy",
    "AmazonEKS_CNI_Policy",
    "CloudWatchAgentAdminPolicy",
    "CloudWatchAgentServerPolicy",
    "CloudWatchFullAccess",
    "CloudWatchFullAccessV2",
    "CloudWatchLogsFullAccess",
    "CloudWatchLogsReadOnlyAccess",
    "CloudWatchReadOnlyAccess",
    "ElasticLoadBalancingFullAccess",
    "ElasticLoadBalancingReadOnly",
    "IAMFullAccess",
    "IAMReadOnlyAccess",
    "PowerUserAccess",
    "ReadOnlyAccess",
    "SecretsManagerReadWrite",
    "SecurityAudit",
    "job-function/Billing",
    "job-function/DatabaseAdministrator",
    "job-function/NetworkAdministrator",
    "job-function/SupportUser",
    "job-function/SystemAdministrator",
    "job-function/ViewOnlyAccess",
];

/// A policy of the account as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Policy {
    #[serde(rename = "PolicyName")]
    name: String,
    #[serde(rename = "PolicyId")]
    unique_id: String,
    arn: String,
    path: String,
    default_version_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    create_date: String,
    update_date: String,
    #[serde(default)]
    tags: Tags,
    /// By number: versions are never numbered again.
    versions: BTreeMap<u64, Version>,
    last_version: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Version {
    document: String,
    create_date: String,
}

/// Whether a policy of this ARN can be attached.
pub(super) fn exists(call: &Call<'_>, arn: &str) -> bool {
    is_of_aws(call, arn) || find(call, arn).is_some()
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
    find(call, arn).ok_or_else(|| no_such_entity(format!("Policy {arn} was not found.")))
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

fn find(call: &Call<'_>, arn: &str) -> Option<Policy> {
    typed(call.store.get(&call.global(POLICY), arn))
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

/// Whether AWS has a policy of this ARN: a well-known name, or one that begins as nearly all of AWS's do.
fn is_of_aws(call: &Call<'_>, arn: &str) -> bool {
    let prefix = format!("arn:{}:iam::aws:policy/", call.account.partition);
    let Some(path_and_name) = arn.strip_prefix(&prefix) else {
        return false;
    };
    let name = name_of(arn);
    let by_rule =
        (name.starts_with("Amazon") || name.starts_with("AWS")) && !name.starts_with("AmazonEKS");
    let well_formed = path_and_name
        .split('/')
        .all(|part| !part.is_empty() && part.chars().all(is_name_character));
    WELL_KNOWN.contains(&path_and_name) || (by_rule && well_formed)
}

/// A policy of AWS; its document is a stand-in, since the sandbox never evaluates permissions.
fn of_aws(arn: &str) -> Policy {
    const DATE: &str = "2015-02-06T18:39:46Z";
    let name = name_of(arn);
    let path = arn
        .split_once(":policy")
        .and_then(|(_, resource)| resource.strip_suffix(name))
        .unwrap_or("/");
    let document = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sandbox:NotRecorded","Resource":"*"}]}"#;
    let version = Version {
        document: document.to_owned(),
        create_date: DATE.to_owned(),
    };
    Policy {
        name: name.to_owned(),
        unique_id: unique_id("ANPA", 17, arn),
        arn: arn.to_owned(),
        path: path.to_owned(),
        default_version_id: "v1".to_owned(),
        description: None,
        create_date: DATE.to_owned(),
        update_date: DATE.to_owned(),
        tags: Tags::new(),
        versions: BTreeMap::from([(1, version)]),
        last_version: 1,
    }
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
