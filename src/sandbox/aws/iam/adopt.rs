//! Objects that come from a seed or from a person's hand instead of a request: what they leave out is filled in.

use serde_json::Value;

use super::super::{Call, stored, unique_id};
use super::instance_profile::{self, InstanceProfile};
use super::managed_policy::Policy;
use super::names::arn;
use super::provider::Provider;
use super::role::{self, Role};
use super::{INSTANCE_PROFILE, POLICY, PROVIDER, ROLE, documents};

/// The key under which a collection keeps the object of this name, URL or ARN.
pub(in crate::sandbox) fn key_of(kind: &str, name: &str) -> String {
    match kind {
        ROLE => role::key(name),
        INSTANCE_PROFILE => instance_profile::key(name),
        _ => name.to_owned(),
    }
}

/// The member of an object that tells it apart, which addresses show.
pub(in crate::sandbox) fn naming_member(kind: &str) -> &'static str {
    match kind {
        ROLE => "RoleName",
        POLICY => "Arn",
        INSTANCE_PROFILE => "InstanceProfileName",
        _ => "Url",
    }
}

/// An object as it is kept, with ARN, unique id and date filled in; the reason when it is not one of its kind.
pub(in crate::sandbox) fn adopted(
    call: &mut Call<'_>,
    kind: &str,
    document: Value,
) -> Result<Value, String> {
    match kind {
        ROLE => adopted_role(call, document),
        PROVIDER => adopted_provider(call, document),
        POLICY => adopted_policy(call, document),
        INSTANCE_PROFILE => adopted_profile(call, document),
        _ => Ok(document),
    }
}

fn adopted_role(call: &mut Call<'_>, document: Value) -> Result<Value, String> {
    let mut role: Role = serde_json::from_value(document).map_err(|error| error.to_string())?;
    role.arn = arn(call, "role", &format!("{}{}", role.path, role.name));
    if role.unique_id.is_empty() {
        let number = call.store.next_counter("iam/role");
        role.unique_id = unique_id("AROA", 17, &format!("role {number} {}", role.name));
    }
    if role.create_date.is_empty() {
        role.create_date = call.created();
    }
    documents::check_trust(&role.assume_role_policy_document).map_err(|error| error.message)?;
    Ok(stored(&role))
}

fn adopted_provider(call: &Call<'_>, document: Value) -> Result<Value, String> {
    let mut provider: Provider =
        serde_json::from_value(document).map_err(|error| error.to_string())?;
    provider.url = provider.url.trim_start_matches("https://").to_owned();
    provider.arn = arn(call, "oidc-provider", &provider.url);
    if provider.create_date.is_empty() {
        provider.create_date = call.created();
    }
    Ok(stored(&provider))
}

/// A policy by its versions, or by the one `PolicyDocument` that it has.
fn adopted_policy(call: &mut Call<'_>, mut document: Value) -> Result<Value, String> {
    if let Some(members) = document.as_object_mut() {
        if let Some(text) = members.remove("PolicyDocument") {
            members.insert(
                "Versions".into(),
                serde_json::json!({ "1": { "Document": text } }),
            );
        }
        name_of_arn(members);
    }
    let mut policy: Policy = serde_json::from_value(document).map_err(|error| error.to_string())?;
    policy.arn = arn(call, "policy", &format!("{}{}", policy.path, policy.name));
    if policy.unique_id.is_empty() {
        let number = call.store.next_counter("iam/policy");
        policy.unique_id = unique_id("ANPA", 17, &format!("policy {number} {}", policy.name));
    }
    let created = call.created();
    let blank = |date: &mut String| {
        if date.is_empty() {
            date.clone_from(&created);
        }
    };
    blank(&mut policy.create_date);
    blank(&mut policy.update_date);
    let highest = policy.versions.keys().last().copied().unwrap_or_default();
    policy.last_version = policy.last_version.max(highest);
    for version in policy.versions.values_mut() {
        blank(&mut version.create_date);
        documents::check_permissions(&version.document).map_err(|error| error.message)?;
    }
    Ok(stored(&policy))
}

/// Name and path of a policy of which only the ARN is told.
fn name_of_arn(members: &mut serde_json::Map<String, Value>) {
    let arn = members.get("Arn").and_then(Value::as_str);
    let resource = arn.and_then(|arn| arn.split_once(":policy/"));
    let Some((_, resource)) = resource else {
        return;
    };
    let (path, name) = match resource.rsplit_once('/') {
        Some((path, name)) => (format!("/{path}/"), name.to_owned()),
        None => ("/".to_owned(), resource.to_owned()),
    };
    members.entry("PolicyName").or_insert(name.into());
    members.entry("Path").or_insert(path.into());
}

fn adopted_profile(call: &mut Call<'_>, document: Value) -> Result<Value, String> {
    let mut profile: InstanceProfile =
        serde_json::from_value(document).map_err(|error| error.to_string())?;
    let place = format!("{}{}", profile.path, profile.name);
    profile.arn = arn(call, "instance-profile", &place);
    if profile.unique_id.is_empty() {
        let number = call.store.next_counter("iam/instance-profile");
        let text = format!("instance profile {number} {}", profile.name);
        profile.unique_id = unique_id("AIPA", 17, &text);
    }
    if profile.create_date.is_empty() {
        profile.create_date = call.created();
    }
    Ok(stored(&profile))
}
