//! What a role may do: inline policies, attached managed policies, the permissions boundary.

use crate::policy::measured_size;

use super::super::Call;
use super::super::checks::Checks;
use super::super::protocol::{Answer, AwsError, Xml, encode_document};
use super::names::check_name;
use super::paging::page;
use super::role::{self, Role};
use super::{documents, limit_exceeded, managed_policy, no_such_entity, required};

/// Non-white characters that all inline policies of a role may have together.
pub(super) const INLINE_SIZE: usize = 10_240;
/// Managed policies attached to a role, unless the quota was raised.
pub(super) const ATTACHMENTS: usize = 10;

pub(super) fn put(call: &mut Call<'_>) -> Answer {
    let mut role = role::own_of_request(call)?;
    let name = policy_name(call)?;
    let document = required(call, "PolicyDocument")?.to_owned();
    documents::check_permissions(&document)?;
    role.inline_policies.insert(name, document);
    let size: usize = role
        .inline_policies
        .values()
        .map(|text| measured_size(text))
        .sum();
    if size > INLINE_SIZE {
        return Err(limit_exceeded(format!(
            "Maximum policy size of {INLINE_SIZE} bytes exceeded for role {}",
            role.name
        )));
    }
    role::save(call, &role);
    Ok(None)
}

pub(super) fn get(call: &mut Call<'_>) -> Answer {
    let role = role::of_request(call)?;
    let name = policy_name(call)?;
    let document = role
        .inline_policies
        .get(&name)
        .ok_or_else(|| not_found(&name))?;
    Ok(Some(vec![
        Xml::text("RoleName", &role.name),
        Xml::text("PolicyName", &name),
        Xml::text("PolicyDocument", encode_document(document)),
    ]))
}

pub(super) fn list(call: &mut Call<'_>) -> Answer {
    let role = role::of_request(call)?;
    let page = page(call, role.inline_policies.keys().collect(), |name| {
        (*name).clone()
    })?;
    let mut result = vec![Xml::texts("PolicyNames", page.items)];
    result.extend(page.tail);
    Ok(Some(result))
}

pub(super) fn delete(call: &mut Call<'_>) -> Answer {
    let mut role = role::own_of_request(call)?;
    let name = policy_name(call)?;
    role.inline_policies
        .remove(&name)
        .ok_or_else(|| not_found(&name))?;
    role::save(call, &role);
    Ok(None)
}

/// Attaching what is attached changes nothing.
pub(super) fn attach(call: &mut Call<'_>) -> Answer {
    let mut role = role::own_of_request(call)?;
    let arn = policy_arn(call, "PolicyArn")?;
    if !managed_policy::exists(call, &arn) {
        return Err(no_such_entity(format!(
            "Policy {arn} does not exist or is not attachable."
        )));
    }
    if role.attached_policies.contains(&arn) {
        return Ok(None);
    }
    if role.attached_policies.len() >= ATTACHMENTS {
        return Err(limit_exceeded(format!(
            "Cannot exceed quota for PoliciesPerRole: {ATTACHMENTS}"
        )));
    }
    role.attached_policies.push(arn);
    role::save(call, &role);
    Ok(None)
}

pub(super) fn detach(call: &mut Call<'_>) -> Answer {
    let mut role = role::own_of_request(call)?;
    let arn = policy_arn(call, "PolicyArn")?;
    let before = role.attached_policies.len();
    role.attached_policies.retain(|attached| *attached != arn);
    if role.attached_policies.len() == before {
        return Err(no_such_entity(format!("Policy {arn} was not found.")));
    }
    role::save(call, &role);
    Ok(None)
}

pub(super) fn list_attached(call: &mut Call<'_>) -> Answer {
    let role = role::of_request(call)?;
    let prefix = call.form.get("PathPrefix").unwrap_or("/");
    let mut attached: Vec<&String> = role.attached_policies.iter().collect();
    attached.retain(|arn| path_of(arn).starts_with(prefix));
    attached.sort();
    let page = page(call, attached, |arn| (*arn).clone())?;
    let mut result = vec![attached_element("AttachedPolicies", page.items)];
    result.extend(page.tail);
    Ok(Some(result))
}

pub(super) fn put_boundary(call: &mut Call<'_>) -> Answer {
    let mut role = role::own_of_request(call)?;
    role.permissions_boundary = boundary_of_request(call, true)?;
    role::save(call, &role);
    Ok(None)
}

pub(super) fn delete_boundary(call: &mut Call<'_>) -> Answer {
    let mut role: Role = role::own_of_request(call)?;
    if role.permissions_boundary.take().is_none() {
        return Err(no_such_entity(format!(
            "The role with name {} does not have a permissions boundary.",
            role.name
        )));
    }
    role::save(call, &role);
    Ok(None)
}

/// The boundary that a request names: a managed policy that exists.
pub(super) fn boundary_of_request(
    call: &Call<'_>,
    needed: bool,
) -> Result<Option<String>, AwsError> {
    if !needed && call.form.get("PermissionsBoundary").is_none() {
        return Ok(None);
    }
    let arn = policy_arn(call, "PermissionsBoundary")?;
    if managed_policy::exists(call, &arn) {
        return Ok(Some(arn));
    }
    Err(no_such_entity(format!(
        "Scope ARN: {arn} does not exist or is not attachable."
    )))
}

/// A list of managed policies, each by name and ARN.
pub(super) fn attached_element<'a>(name: &str, arns: impl IntoIterator<Item = &'a String>) -> Xml {
    let member = |arn: &'a String| {
        vec![
            Xml::text("PolicyName", name_of(arn)),
            Xml::text("PolicyArn", arn),
        ]
    };
    Xml::list(name, arns.into_iter().map(member))
}

/// The last part of an ARN's resource.
pub(super) fn name_of(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or_default()
}

/// The path in a policy's ARN, `/` at least.
fn path_of(arn: &str) -> String {
    let resource = arn
        .split_once(":policy")
        .map_or("/", |(_, resource)| resource);
    resource
        .rsplit_once('/')
        .map_or_else(|| "/".to_owned(), |(path, _)| format!("{path}/"))
}

fn policy_name(call: &Call<'_>) -> Result<String, AwsError> {
    let name = required(call, "PolicyName")?;
    check_name("policyName", name, 128)?;
    Ok(name.to_owned())
}

fn policy_arn(call: &Call<'_>, parameter: &str) -> Result<String, AwsError> {
    let arn = required(call, parameter)?;
    let mut checks = Checks::default();
    checks
        .length("policyArn", arn, 20, 2_048)
        .finish("ValidationError")?;
    if arn.starts_with("arn:") && arn.contains(":policy/") {
        return Ok(arn.to_owned());
    }
    Err(super::validation(format!("ARN {arn} is not valid.")))
}

fn not_found(name: &str) -> AwsError {
    no_such_entity(format!("The role policy with name {name} cannot be found."))
}
