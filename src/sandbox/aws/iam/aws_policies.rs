//! The managed policies of AWS: they can be read and attached, and that is all.

use std::collections::BTreeMap;

use super::super::{Call, unique_id};
use super::managed_policy::{Policy, Version};
use super::names::is_name_character;
use super::role_policies::name_of;
use super::tags::Tags;

/// Policies of AWS whose names follow no pattern, and all whose names begin with `AmazonEKS`.
const WELL_KNOWN: &[&str] = &[
    "AdministratorAccess",
    "AlexaForBusinessFullAccess",
    "AlexaForBusinessReadOnlyAccess",
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
    "AutoScalingConsoleFullAccess",
    "AutoScalingConsoleReadOnlyAccess",
    "AutoScalingFullAccess",
    "AutoScalingReadOnlyAccess",
    "CloudFrontFullAccess",
    "CloudFrontReadOnlyAccess",
    "CloudWatchAgentAdminPolicy",
    "CloudWatchAgentServerPolicy",
    "CloudWatchFullAccess",
    "CloudWatchFullAccessV2",
    "CloudWatchLogsFullAccess",
    "CloudWatchLogsReadOnlyAccess",
    "CloudWatchReadOnlyAccess",
    "ComprehendFullAccess",
    "ComprehendReadOnly",
    "ElasticLoadBalancingFullAccess",
    "ElasticLoadBalancingReadOnly",
    "GlobalAcceleratorFullAccess",
    "GlobalAcceleratorReadOnlyAccess",
    "IAMFullAccess",
    "IAMReadOnlyAccess",
    "IAMUserChangePassword",
    "IAMUserSSHKeys",
    "PowerUserAccess",
    "ReadOnlyAccess",
    "ResourceGroupsandTagEditorFullAccess",
    "ResourceGroupsandTagEditorReadOnlyAccess",
    "SecretsManagerReadWrite",
    "SecurityAudit",
    "ServiceQuotasFullAccess",
    "ServiceQuotasReadOnlyAccess",
    "TranslateFullAccess",
    "TranslateReadOnly",
    "job-function/Billing",
    "job-function/DatabaseAdministrator",
    "job-function/NetworkAdministrator",
    "job-function/SupportUser",
    "job-function/SystemAdministrator",
    "job-function/ViewOnlyAccess",
];

/// The policies of AWS that a listing shows: of those whose names follow a pattern nobody knows which there are.
pub(super) fn well_known(call: &Call<'_>) -> impl Iterator<Item = Policy> {
    let partition = call.account.partition.clone();
    let names = WELL_KNOWN.iter();
    names.map(move |name| of_aws(&format!("arn:{partition}:iam::aws:policy/{name}")))
}

/// Whether AWS has a policy of this ARN: a well-known name, or one that begins as nearly all of AWS's do.
pub(in crate::sandbox) fn is_of_aws(call: &Call<'_>, arn: &str) -> bool {
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
pub(super) fn of_aws(arn: &str) -> Policy {
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
        visible_from: None,
    }
}
