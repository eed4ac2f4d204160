//! Roles: creating, reading, changing, tagging and deleting them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::policy::measured_size;

use super::super::checks::Checks;
use super::super::protocol::{Answer, AwsError, Xml, encode_document};
use super::super::{Call, stored, typed, unique_id};
use super::names::{arn, check_description, check_name, check_path};
use super::paging::page;
use super::tags::{self, Tags};
use super::{
    ROLE, already_exists, delete_conflict, documents, instance_profile, limit_exceeded,
    no_such_entity, required, role_policies, service_linked_role, unmodifiable,
};

/// Non-white characters that a trust policy may have, unless the quota was raised.
pub(super) const TRUST_SIZE: usize = 2_048;
pub(super) const ROLES: usize = 1_000;
pub(super) const DEFAULT_SESSION: i64 = 3_600;

/// A role as it is kept; what [`sandbox show`] prints and a seed brings.
///
/// [`sandbox show`]: crate::sandbox::Sandbox::inspect
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::sandbox) struct Role {
    #[serde(rename = "RoleName")]
    pub(in crate::sandbox) name: String,
    #[serde(rename = "RoleId", default)]
    pub(in crate::sandbox) unique_id: String,
    #[serde(default)]
    pub(in crate::sandbox) arn: String,
    #[serde(default = "slash")]
    pub(in crate::sandbox) path: String,
    #[serde(default)]
    pub(in crate::sandbox) create_date: String,
    #[serde(deserialize_with = "document")]
    pub(in crate::sandbox) assume_role_policy_document: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::sandbox) description: Option<String>,
    #[serde(default = "default_session")]
    pub(in crate::sandbox) max_session_duration: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::sandbox) permissions_boundary: Option<String>,
    #[serde(default)]
    pub(in crate::sandbox) tags: Tags,
    /// Inline policies, by name.
    #[serde(rename = "RolePolicies", default, deserialize_with = "named_documents")]
    pub(in crate::sandbox) inline_policies: BTreeMap<String, String>,
    /// ARNs of managed policies.
    #[serde(default)]
    pub(in crate::sandbox) attached_policies: Vec<String>,
    /// Unique ids of the trust policy's AWS principals when it was written.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(in crate::sandbox) principal_ids: BTreeMap<String, String>,
    /// Until then reads do not find the role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::sandbox) visible_from: Option<Timestamp>,
}

pub(super) fn create(call: &mut Call<'_>) -> Answer {
    let name = required(call, "RoleName")?.to_owned();
    check_name("roleName", &name, 64)?;
    let path = call.form.get("Path").unwrap_or("/").to_owned();
    check_path(&path)?;
    let description = call.form.get("Description").map(str::to_owned);
    check_description(description.as_deref().unwrap_or_default())?;
    let max_session_duration = session_duration(call)?;
    let tags = tags::of_request(call)?;
    let trust = required(call, "AssumeRolePolicyDocument")?.to_owned();
    let principal_ids = checked_trust(call, &trust)?;
    let permissions_boundary = role_policies::boundary_of_request(call, false)?;
    check_room(call, &name)?;
    let number = call.store.next_counter("iam/role");
    let role = Role {
        unique_id: unique_id("AROA", 17, &format!("role {number} {name}")),
        arn: arn(call, "role", &format!("{path}{name}")),
        create_date: call.created(),
        visible_from: call.visible_from(),
        inline_policies: BTreeMap::new(),
        attached_policies: Vec::new(),
        name,
        path,
        assume_role_policy_document: trust,
        description,
        max_session_duration,
        permissions_boundary,
        tags,
        principal_ids,
    };
    save(call, &role);
    Ok(Some(vec![Xml::parent("Role", elements(call, &role))]))
}

pub(super) fn get(call: &mut Call<'_>) -> Answer {
    let role = of_request(call)?;
    let mut elements = elements(call, &role);
    elements.push(Xml::parent("RoleLastUsed", Vec::new()));
    Ok(Some(vec![Xml::parent("Role", elements)]))
}

/// Listed roles carry neither tags nor boundary, as the API reference says.
pub(super) fn list(call: &mut Call<'_>) -> Answer {
    let prefix = call.form.get("PathPrefix").unwrap_or("/");
    let roles = all(call)
        .into_iter()
        .filter(|role| role.path.starts_with(prefix) && is_visible(call, role));
    let page = page(call, roles.collect(), |role| role.name.to_ascii_lowercase())?;
    let listed = page.items.iter().map(|role| core_elements(call, role));
    let mut result = vec![Xml::list("Roles", listed)];
    result.extend(page.tail);
    Ok(Some(result))
}

/// Description and session duration together: a duration that is not sent becomes the default again.
pub(super) fn update(call: &mut Call<'_>) -> Answer {
    let mut role = of_request(call)?;
    role.max_session_duration = session_duration(call)?;
    if let Some(description) = call.form.get("Description") {
        check_description(description)?;
        role.description = Some(description.to_owned());
    }
    save(call, &role);
    Ok(Some(Vec::new()))
}

pub(super) fn update_description(call: &mut Call<'_>) -> Answer {
    let mut role = of_request(call)?;
    let description = required(call, "Description")?;
    check_description(description)?;
    role.description = Some(description.to_owned());
    save(call, &role);
    Ok(Some(vec![Xml::parent("Role", elements(call, &role))]))
}

pub(super) fn update_trust(call: &mut Call<'_>) -> Answer {
    let mut role = own_of_request(call)?;
    let trust = required(call, "PolicyDocument")?.to_owned();
    role.principal_ids = checked_trust(call, &trust)?;
    role.assume_role_policy_document = trust;
    save(call, &role);
    Ok(None)
}

pub(super) fn delete(call: &mut Call<'_>) -> Answer {
    let role = own_of_request(call)?;
    if !role.inline_policies.is_empty() {
        return Err(delete_conflict(
            "Cannot delete entity, must delete policies first.",
        ));
    }
    if !role.attached_policies.is_empty() {
        return Err(delete_conflict(
            "Cannot delete entity, must detach all policies first.",
        ));
    }
    if instance_profile::uses(call, &role.name) {
        return Err(delete_conflict(
            "Cannot delete entity, must remove roles from instance profile first.",
        ));
    }
    remove(call, &role.name);
    Ok(None)
}

pub(super) fn tag(call: &mut Call<'_>) -> Answer {
    let mut role = of_request(call)?;
    tags::add(&mut role.tags, tags::of_request(call)?)?;
    save(call, &role);
    Ok(None)
}

pub(super) fn untag(call: &mut Call<'_>) -> Answer {
    let mut role = of_request(call)?;
    tags::remove(call, &mut role.tags);
    save(call, &role);
    Ok(None)
}

pub(super) fn list_tags(call: &mut Call<'_>) -> Answer {
    let role = of_request(call)?;
    tags::listing(call, &role.tags).map(Some)
}

/// The role that the request names.
pub(super) fn of_request(call: &Call<'_>) -> Result<Role, AwsError> {
    let name = required(call, "RoleName")?;
    check_name("roleName", name, 64)?;
    let role = find(call, name).filter(|role| is_visible(call, role));
    role.ok_or_else(|| no_such_entity(format!("The role with name {name} cannot be found.")))
}

/// The role that a changing request names: those of services are theirs.
pub(super) fn own_of_request(call: &Call<'_>) -> Result<Role, AwsError> {
    let role = of_request(call)?;
    if service_linked_role::is_one(&role) {
        return Err(unmodifiable(format!(
            "Cannot perform the operation on the protected role '{}' - this role is only modifiable by AWS",
            role.name
        )));
    }
    Ok(role)
}

/// The role of a name in any case, visible or not.
pub(super) fn find(call: &Call<'_>, name: &str) -> Option<Role> {
    typed(call.store.get(&call.global(ROLE), &key(name)))
}

pub(super) fn save(call: &mut Call<'_>, role: &Role) {
    let collection = call.global(ROLE);
    call.store.put(&collection, &key(&role.name), stored(role));
}

pub(super) fn remove(call: &mut Call<'_>, name: &str) {
    let collection = call.global(ROLE);
    call.store.remove(&collection, &key(name));
}

/// All roles of the account in the order of their names.
pub(super) fn all(call: &Call<'_>) -> Vec<Role> {
    call.store
        .list(&call.global(ROLE))
        .filter_map(|(_, role)| typed(Some(role)))
        .collect()
}

/// The key of a role's name: names that differ in case only are the same.
pub(super) fn key(name: &str) -> String {
    name.to_ascii_lowercase()
}

pub(super) fn is_visible(call: &Call<'_>, role: &Role) -> bool {
    role.visible_from.is_none_or(|from| from <= call.now)
}

fn check_room(call: &Call<'_>, name: &str) -> Result<(), AwsError> {
    if find(call, name).is_some() {
        return Err(already_exists(format!(
            "Role with name {name} already exists."
        )));
    }
    if call.store.list(&call.global(ROLE)).count() >= ROLES {
        return Err(limit_exceeded(format!(
            "Cannot exceed quota for RolesPerAccount: {ROLES}"
        )));
    }
    Ok(())
}

fn session_duration(call: &Call<'_>) -> Result<i64, AwsError> {
    let Some(text) = call.form.get("MaxSessionDuration") else {
        return Ok(DEFAULT_SESSION);
    };
    let seconds = text.parse().unwrap_or_default();
    let mut checks = Checks::default();
    checks
        .range("maxSessionDuration", seconds, 3_600, 43_200)
        .finish("ValidationError")?;
    Ok(seconds)
}

/// Checks a trust policy; returns the unique ids of the AWS principals it names.
fn checked_trust(call: &Call<'_>, text: &str) -> Result<BTreeMap<String, String>, AwsError> {
    let principals = documents::check_trust(text)?;
    if measured_size(text) > TRUST_SIZE {
        return Err(limit_exceeded(format!(
            "Cannot exceed quota for ACLSizePerRole: {TRUST_SIZE}"
        )));
    }
    let mut ids = BTreeMap::new();
    for arn in principals {
        if let Some(id) = documents::principal_id(call, &arn)? {
            ids.insert(arn, id);
        }
    }
    Ok(ids)
}

/// What every view of a role begins with.
pub(super) fn identity_elements(call: &Call<'_>, role: &Role) -> Vec<Xml> {
    let trust = encode_document(&shown_trust(call, role));
    vec![
        Xml::text("Path", &role.path),
        Xml::text("RoleName", &role.name),
        Xml::text("RoleId", &role.unique_id),
        Xml::text("Arn", &role.arn),
        Xml::text("CreateDate", &role.create_date),
        Xml::text("AssumeRolePolicyDocument", trust),
    ]
}

/// The `PermissionsBoundary` element of a role that has one.
pub(super) fn boundary_element(role: &Role) -> Option<Xml> {
    let boundary = role.permissions_boundary.as_ref()?;
    let content = vec![
        Xml::text("PermissionsBoundaryType", "Policy"),
        Xml::text("PermissionsBoundaryArn", boundary),
    ];
    Some(Xml::parent("PermissionsBoundary", content))
}

/// A role as operations return it that name one.
pub(super) fn elements(call: &Call<'_>, role: &Role) -> Vec<Xml> {
    let mut elements = core_elements(call, role);
    elements.extend(boundary_element(role));
    if !role.tags.is_empty() {
        elements.push(tags::element(&role.tags));
    }
    elements
}

fn core_elements(call: &Call<'_>, role: &Role) -> Vec<Xml> {
    let mut elements = identity_elements(call, role);
    let description = role.description.as_ref();
    elements.extend(description.map(|text| Xml::text("Description", text)));
    elements.push(Xml::text("MaxSessionDuration", role.max_session_duration));
    elements
}

/// The trust policy as it reads now: a principal that was deleted, or made again, shows as the unique id it had.
fn shown_trust(call: &Call<'_>, role: &Role) -> String {
    let mut text = role.assume_role_policy_document.clone();
    for (arn, id) in &role.principal_ids {
        if documents::principal_id(call, arn).ok().flatten().as_ref() != Some(id) {
            text = text.replace(&format!("\"{arn}\""), &format!("\"{id}\""));
        }
    }
    text
}

pub(super) fn slash() -> String {
    "/".to_owned()
}

fn default_session() -> i64 {
    DEFAULT_SESSION
}

/// A policy document written as text or as the JSON it stands for.
pub(super) fn document<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(text_of(Value::deserialize(deserializer)?))
}

fn named_documents<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, String>, D::Error> {
    let documents = BTreeMap::<String, Value>::deserialize(deserializer)?;
    Ok(documents
        .into_iter()
        .map(|(name, document)| (name, text_of(document)))
        .collect())
}

fn text_of(document: Value) -> String {
    match document {
        Value::String(text) => text,
        other @ (Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::Array(_)
        | Value::Object(_)) => other.to_string(),
    }
}
