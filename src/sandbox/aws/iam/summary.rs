//! The account's quotas and counts.

use super::super::Call;
use super::super::protocol::Xml;
use super::{
    INSTANCE_PROFILE, POLICY, PROVIDER, ROLE, instance_profile, managed_policy, role, role_policies,
};

pub(super) fn get(call: &mut Call<'_>) -> Vec<Xml> {
    let count = |kind: &str| call.store.list(&call.global(kind)).count();
    let entries = [
        ("AssumeRolePolicySizeQuota", role::TRUST_SIZE),
        ("AttachedPoliciesPerRoleQuota", role_policies::ATTACHMENTS),
        ("InstanceProfiles", count(INSTANCE_PROFILE)),
        ("InstanceProfilesQuota", instance_profile::PROFILES),
        ("Policies", count(POLICY)),
        ("PoliciesQuota", 1_500),
        ("PolicySizeQuota", managed_policy::POLICY_SIZE),
        ("Providers", count(PROVIDER)),
        ("RolePolicySizeQuota", role_policies::INLINE_SIZE),
        ("Roles", count(ROLE)),
        ("RolesQuota", role::ROLES),
        ("VersionsPerPolicyQuota", managed_policy::VERSIONS),
    ];
    let entry = |(key, value): (&str, usize)| {
        Xml::parent(
            "entry",
            vec![Xml::text("key", key), Xml::text("value", value)],
        )
    };
    vec![Xml::parent(
        "SummaryMap",
        entries.into_iter().map(entry).collect(),
    )]
}
