//! IAM: roles, their policies, OIDC providers, managed policies and instance profiles of one account, with IAM's limits
//! and refusals.
//!
//! Shapes and constraints follow the IAM API reference
//! (<https://docs.aws.amazon.com/IAM/latest/APIReference/>) and its quotas
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>); texts are as the service words them.

mod adopt;
mod aws_policies;
mod details;
mod documents;
mod instance_profile;
mod managed_policy;
mod names;
mod paging;
pub(in crate::sandbox) mod provider;
pub(in crate::sandbox) mod role;
mod role_policies;
mod service_linked_role;
mod summary;
mod tags;
#[cfg(test)]
mod tests;

pub(in crate::sandbox) use self::adopt::{adopted, key_of, naming_member};
pub(in crate::sandbox) use self::aws_policies::is_of_aws;
pub(in crate::sandbox) use self::documents::check_permissions;
use self::role::Role;
use super::Call;
use super::protocol::{Answer, AwsError};

pub(super) const NAMESPACE: &str = "https://iam.amazonaws.com/doc/2010-05-08/";

/// Kinds of documents, as collections name them.
pub(in crate::sandbox) const ROLE: &str = "iam/role";
pub(in crate::sandbox) const PROVIDER: &str = "iam/oidc-provider";
pub(in crate::sandbox) const POLICY: &str = "iam/policy";
pub(in crate::sandbox) const INSTANCE_PROFILE: &str = "iam/instance-profile";

/// Carries out one operation.
pub(super) fn answer(call: &mut Call<'_>, operation: &str) -> Answer {
    service_linked_role::settle(call);
    match operation {
        "CreateRole" => role::create(call),
        "GetRole" => role::get(call),
        "ListRoles" => role::list(call),
        "UpdateRole" => role::update(call),
        "UpdateRoleDescription" => role::update_description(call),
        "UpdateAssumeRolePolicy" => role::update_trust(call),
        "DeleteRole" => role::delete(call),
        "TagRole" => role::tag(call),
        "UntagRole" => role::untag(call),
        "ListRoleTags" => role::list_tags(call),
        "PutRolePermissionsBoundary" => role_policies::put_boundary(call),
        "DeleteRolePermissionsBoundary" => role_policies::delete_boundary(call),
        "PutRolePolicy" => role_policies::put(call),
        "GetRolePolicy" => role_policies::get(call),
        "ListRolePolicies" => role_policies::list(call),
        "DeleteRolePolicy" => role_policies::delete(call),
        "AttachRolePolicy" => role_policies::attach(call),
        "DetachRolePolicy" => role_policies::detach(call),
        "ListAttachedRolePolicies" => role_policies::list_attached(call),
        "CreateOpenIDConnectProvider" => provider::create(call),
        "GetOpenIDConnectProvider" => provider::get(call),
        "ListOpenIDConnectProviders" => Ok(Some(provider::list(call))),
        "DeleteOpenIDConnectProvider" => provider::delete(call),
        "AddClientIDToOpenIDConnectProvider" => provider::add_client_id(call),
        "RemoveClientIDFromOpenIDConnectProvider" => provider::remove_client_id(call),
        "UpdateOpenIDConnectProviderThumbprint" => provider::update_thumbprints(call),
        "TagOpenIDConnectProvider" => provider::tag(call),
        "UntagOpenIDConnectProvider" => provider::untag(call),
        "ListOpenIDConnectProviderTags" => provider::list_tags(call),
        "CreatePolicy" => managed_policy::create(call),
        "GetPolicy" => managed_policy::get(call),
        "GetPolicyVersion" => managed_policy::get_version(call),
        "ListPolicyVersions" => managed_policy::list_versions(call),
        "CreatePolicyVersion" => managed_policy::create_version(call),
        "SetDefaultPolicyVersion" => managed_policy::set_default_version(call),
        "DeletePolicyVersion" => managed_policy::delete_version(call),
        "DeletePolicy" => managed_policy::delete(call),
        "TagPolicy" => managed_policy::tag(call),
        "UntagPolicy" => managed_policy::untag(call),
        "ListPolicyTags" => managed_policy::list_tags(call),
        "ListPolicies" => managed_policy::list(call),
        "ListEntitiesForPolicy" => managed_policy::list_entities(call),
        "CreateInstanceProfile" => instance_profile::create(call),
        "GetInstanceProfile" => instance_profile::get(call),
        "ListInstanceProfiles" => instance_profile::list(call),
        "ListInstanceProfilesForRole" => instance_profile::list_for_role(call),
        "AddRoleToInstanceProfile" => instance_profile::add_role(call),
        "RemoveRoleFromInstanceProfile" => instance_profile::remove_role(call),
        "DeleteInstanceProfile" => instance_profile::delete(call),
        "TagInstanceProfile" => instance_profile::tag(call),
        "UntagInstanceProfile" => instance_profile::untag(call),
        "ListInstanceProfileTags" => instance_profile::list_tags(call),
        "CreateServiceLinkedRole" => service_linked_role::create(call),
        "DeleteServiceLinkedRole" => service_linked_role::delete(call),
        "GetServiceLinkedRoleDeletionStatus" => service_linked_role::deletion_status(call),
        "GetAccountAuthorizationDetails" => details::get(call),
        "GetAccountSummary" => Ok(Some(summary::get(call))),
        other => {
            let text = format!("Could not find operation {other} for version 2010-05-08");
            Err(AwsError::new(400, "InvalidAction", text))
        }
    }
}

/// The role of an ARN, if it can be seen yet.
pub(super) fn visible_role(call: &Call<'_>, arn: &str) -> Option<Role> {
    role::find(call, role_policies::name_of(arn))
        .filter(|role| role.arn == arn && role::is_visible(call, role))
}

/// A parameter that the operation cannot do without.
fn required<'a>(call: &'a Call<'_>, name: &str) -> Result<&'a str, AwsError> {
    call.form.get(name).ok_or_else(|| {
        let mut member = name.to_owned();
        member
            .get_mut(..1)
            .into_iter()
            .for_each(str::make_ascii_lowercase);
        super::checks::missing(&member)
    })
}

fn no_such_entity(text: impl Into<String>) -> AwsError {
    AwsError::new(404, "NoSuchEntity", text)
}

fn already_exists(text: impl Into<String>) -> AwsError {
    AwsError::new(409, "EntityAlreadyExists", text)
}

fn limit_exceeded(text: impl Into<String>) -> AwsError {
    AwsError::new(409, "LimitExceeded", text)
}

fn delete_conflict(text: impl Into<String>) -> AwsError {
    AwsError::new(409, "DeleteConflict", text)
}

fn unmodifiable(text: impl Into<String>) -> AwsError {
    AwsError::new(400, "UnmodifiableEntity", text)
}

fn invalid_input(text: impl Into<String>) -> AwsError {
    AwsError::new(400, "InvalidInput", text)
}

fn validation(text: impl Into<String>) -> AwsError {
    AwsError::new(400, "ValidationError", text)
}
