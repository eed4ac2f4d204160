//! Instance profiles: a name under which EC2 finds one role.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::super::protocol::{Answer, AwsError, Xml};
use super::super::{Call, stored, typed, unique_id};
use super::names::{arn, check_name, check_path};
use super::paging::page;
use super::role;
use super::tags::{self, Tags};
use super::{
    INSTANCE_PROFILE, already_exists, delete_conflict, limit_exceeded, no_such_entity, required,
};

pub(super) const PROFILES: usize = 1_000;
const LONGEST_NAME: usize = 128;

/// An instance profile as it is kept; what a seed brings.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::sandbox) struct InstanceProfile {
    #[serde(rename = "InstanceProfileName")]
    pub(super) name: String,
    #[serde(rename = "InstanceProfileId", default)]
    pub(super) unique_id: String,
    #[serde(default)]
    pub(super) arn: String,
    #[serde(default = "role::slash")]
    pub(super) path: String,
    #[serde(default)]
    pub(super) create_date: String,
    /// The names of its roles; IAM allows one.
    #[serde(default)]
    pub(super) roles: Vec<String>,
    #[serde(default)]
    pub(super) tags: Tags,
    /// Until then reads do not find it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) visible_from: Option<Timestamp>,
}

pub(super) fn create(call: &mut Call<'_>) -> Answer {
    let name = required(call, "InstanceProfileName")?.to_owned();
    check_name("instanceProfileName", &name, LONGEST_NAME)?;
    let path = call.form.get("Path").unwrap_or("/").to_owned();
    check_path(&path)?;
    let tags = tags::of_request(call)?;
    if find(call, &name).is_some() {
        return Err(already_exists(format!(
            "Instance Profile {name} already exists."
        )));
    }
    if call.store.list(&call.global(INSTANCE_PROFILE)).count() >= PROFILES {
        return Err(limit_exceeded(format!(
            "Cannot exceed quota for InstanceProfilesPerAccount: {PROFILES}"
        )));
    }
    let number = call.store.next_counter("iam/instance-profile");
    let profile = InstanceProfile {
        unique_id: unique_id("AIPA", 17, &format!("instance profile {number} {name}")),
        arn: arn(call, "instance-profile", &format!("{path}{name}")),
        create_date: call.created(),
        visible_from: call.visible_from(),
        roles: Vec::new(),
        name,
        path,
        tags,
    };
    save(call, &profile);
    let elements = elements(call, &profile);
    Ok(Some(vec![Xml::parent("InstanceProfile", elements)]))
}

pub(super) fn get(call: &mut Call<'_>) -> Answer {
    let profile = of_request(call)?;
    let elements = elements(call, &profile);
    Ok(Some(vec![Xml::parent("InstanceProfile", elements)]))
}

pub(super) fn delete(call: &mut Call<'_>) -> Answer {
    let profile = of_request(call)?;
    if !profile.roles.is_empty() {
        return Err(delete_conflict(
            "Cannot delete entity, must remove roles from instance profile first.",
        ));
    }
    let collection = call.global(INSTANCE_PROFILE);
    call.store.remove(&collection, &key(&profile.name));
    Ok(None)
}

pub(super) fn add_role(call: &mut Call<'_>) -> Answer {
    let mut profile = of_request(call)?;
    let role = role::of_request(call)?;
    if !profile.roles.is_empty() {
        return Err(limit_exceeded(
            "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1",
        ));
    }
    profile.roles.push(role.name);
    save(call, &profile);
    Ok(None)
}

pub(super) fn remove_role(call: &mut Call<'_>) -> Answer {
    let mut profile = of_request(call)?;
    let name = required(call, "RoleName")?;
    let before = profile.roles.len();
    profile
        .roles
        .retain(|role| !role.eq_ignore_ascii_case(name));
    if profile.roles.len() == before {
        return Err(no_such_entity(format!(
            "Role {name} in Instance Profile {} cannot be found.",
            profile.name
        )));
    }
    save(call, &profile);
    Ok(None)
}

pub(super) fn list(call: &mut Call<'_>) -> Answer {
    let prefix = call.form.get("PathPrefix").unwrap_or("/").to_owned();
    listing(call, |profile| profile.path.starts_with(&prefix))
}

pub(super) fn list_for_role(call: &mut Call<'_>) -> Answer {
    let role = role::of_request(call)?;
    listing(call, |profile| has_role(profile, &role.name))
}

pub(super) fn tag(call: &mut Call<'_>) -> Answer {
    let mut profile = of_request(call)?;
    tags::add(&mut profile.tags, tags::of_request(call)?)?;
    save(call, &profile);
    Ok(None)
}

pub(super) fn untag(call: &mut Call<'_>) -> Answer {
    let mut profile = of_request(call)?;
    tags::remove(call, &mut profile.tags);
    save(call, &profile);
    Ok(None)
}

pub(super) fn list_tags(call: &mut Call<'_>) -> Answer {
    let profile = of_request(call)?;
    tags::listing(call, &profile.tags).map(Some)
}

/// Whether an instance profile has the role.
pub(super) fn uses(call: &Call<'_>, role: &str) -> bool {
    all(call).iter().any(|profile| has_role(profile, role))
}

/// The instance profiles of a role, as listings of the account show them.
pub(super) fn of_role(call: &Call<'_>, role: &str) -> Xml {
    let profiles = all(call).into_iter();
    let profiles = profiles.filter(|profile| has_role(profile, role));
    let members: Vec<Vec<Xml>> = profiles.map(|profile| elements(call, &profile)).collect();
    Xml::list("InstanceProfileList", members)
}

/// The key of a name: names that differ in case only are the same.
pub(super) fn key(name: &str) -> String {
    name.to_ascii_lowercase()
}

fn listing(call: &Call<'_>, wanted: impl Fn(&InstanceProfile) -> bool) -> Answer {
    let mut profiles = all(call);
    profiles.retain(|profile| is_visible(call, profile) && wanted(profile));
    let page = page(call, profiles, |profile| key(&profile.name))?;
    let members = page.items.iter().map(|profile| elements(call, profile));
    let mut result = vec![Xml::list("InstanceProfiles", members)];
    result.extend(page.tail);
    Ok(Some(result))
}

fn of_request(call: &Call<'_>) -> Result<InstanceProfile, AwsError> {
    let name = required(call, "InstanceProfileName")?;
    check_name("instanceProfileName", name, LONGEST_NAME)?;
    let found = find(call, name).filter(|profile| is_visible(call, profile));
    found.ok_or_else(|| no_such_entity(format!("Instance Profile {name} cannot be found.")))
}

fn find(call: &Call<'_>, name: &str) -> Option<InstanceProfile> {
    typed(call.store.get(&call.global(INSTANCE_PROFILE), &key(name)))
}

fn save(call: &mut Call<'_>, profile: &InstanceProfile) {
    let collection = call.global(INSTANCE_PROFILE);
    call.store
        .put(&collection, &key(&profile.name), stored(profile));
}

fn all(call: &Call<'_>) -> Vec<InstanceProfile> {
    let profiles = call.store.list(&call.global(INSTANCE_PROFILE));
    profiles
        .filter_map(|(_, profile)| typed(Some(profile)))
        .collect()
}

fn is_visible(call: &Call<'_>, profile: &InstanceProfile) -> bool {
    profile.visible_from.is_none_or(|from| from <= call.now)
}

fn has_role(profile: &InstanceProfile, role: &str) -> bool {
    let mut roles = profile.roles.iter();
    roles.any(|name| name.eq_ignore_ascii_case(role))
}

/// What every view of a profile says; a role that was taken away by hand is not shown any more.
fn elements(call: &Call<'_>, profile: &InstanceProfile) -> Vec<Xml> {
    let roles = profile.roles.iter();
    let roles: Vec<Vec<Xml>> = roles
        .filter_map(|name| role::find(call, name))
        .map(|role| role::identity_elements(call, &role))
        .collect();
    let mut elements = vec![
        Xml::text("InstanceProfileName", &profile.name),
        Xml::text("InstanceProfileId", &profile.unique_id),
        Xml::text("Arn", &profile.arn),
        Xml::text("Path", &profile.path),
        Xml::text("CreateDate", &profile.create_date),
        Xml::list("Roles", roles),
    ];
    if !profile.tags.is_empty() {
        elements.push(tags::element(&profile.tags));
    }
    elements
}
