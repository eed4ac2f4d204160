//! A cluster of EKS as an object.

use super::{components, schema};
use crate::provider::ProviderError;
use crate::provider::aws::client::AwsClients;
use crate::provider::aws::object::{block, object, respelled};
use crate::provider::aws::tags;
use crate::value::{Known, Value, to_json};
use aws_sdk_eks::types::{
    Cluster, ComputeConfigResponse, KubernetesNetworkConfigResponse, OutpostConfigResponse,
    RemoteNetworkConfigResponse, SpreadLevel, StorageConfigResponse, VpcConfigResponse,
};
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// The object of a live cluster, in the words of what is recorded or planned where both mean the same.
pub(super) fn of(
    clients: &AwsClients,
    region: &str,
    cluster: &Cluster,
    spelled: Option<&Value>,
) -> Result<Known, ProviderError> {
    let (own, all) = tags::seen(
        tags_of(cluster),
        spelled,
        clients.default_tags(),
        clients.ignored_tags(),
    );
    let mut json = described(region, cluster, spelled);
    if let Some(members) = json.as_object_mut() {
        let kept = |name: &str| kept(spelled, name);
        members.insert(
            "bootstrap_self_managed_addons".into(),
            kept("bootstrap_self_managed_addons").unwrap_or(json!(true)),
        );
        members.insert("encryption_config".into(), encryption(cluster));
        members.insert(
            "force_update_version".into(),
            kept("force_update_version").unwrap_or(Json::Null),
        );
        members.insert("timeouts".into(), kept("timeouts").unwrap_or(Json::Null));
        members.insert("tags".into(), own);
        members.insert("tags_all".into(), all);
    }
    let object = object(schema::resource(), &json)?;
    match spelled {
        Some(spelled) => respelled(object, spelled, &[]),
        None => Ok(object),
    }
}

/// What resource and data source have in common.
pub(super) fn described(region: &str, cluster: &Cluster, spelled: Option<&Value>) -> Json {
    let ca = cluster.certificate_authority();
    let issuer = cluster.identity().and_then(|identity| identity.oidc());
    let logs = cluster
        .logging()
        .map(aws_sdk_eks::types::Logging::cluster_logging);
    let logs = logs.unwrap_or_default().iter();
    let logs = logs.filter(|setup| setup.enabled() == Some(true));
    let logs: Vec<&str> = logs
        .flat_map(|setup| {
            setup
                .types()
                .iter()
                .map(aws_sdk_eks::types::LogType::as_str)
        })
        .collect();
    json!({
        "access_config": access(cluster, spelled),
        "arn": cluster.arn(),
        "certificate_authority": list(ca.map(|ca| json!({ "data": ca.data() }))),
        "cluster_id": cluster.outpost_config().and_then(|_| cluster.id()),
        "compute_config": list(cluster.compute_config().map(compute)),
        "control_plane_scaling_config": list(cluster.control_plane_scaling_config().map(|scaling| {
            json!({ "tier": scaling.tier().map(aws_sdk_eks::types::ProvisionedControlPlaneTier::as_str) })
        })),
        "created_at": cluster.created_at().map(instant),
        "deletion_protection": cluster.deletion_protection().unwrap_or(false),
        "enabled_cluster_log_types": logs,
        "endpoint": cluster.endpoint(),
        "id": cluster.name(),
        "identity": list(issuer.map(|oidc| json!({ "oidc": [{ "issuer": oidc.issuer() }] }))),
        "kube_api_server_config": components::api_server_of(cluster),
        "kube_controller_manager_config": components::controller_manager_of(cluster),
        "kube_scheduler_config": components::scheduler_of(cluster),
        "kubernetes_network_config": list(cluster.kubernetes_network_config().map(network)),
        "name": cluster.name(),
        "outpost_config": list(cluster.outpost_config().map(outpost)),
        "platform_version": cluster.platform_version(),
        "region": region,
        "remote_network_config": list(cluster.remote_network_config().filter(|remote| {
            !remote.remote_node_networks().is_empty() || !remote.remote_pod_networks().is_empty()
        }).map(remote)),
        "role_arn": cluster.role_arn(),
        "status": cluster.status().map(aws_sdk_eks::types::ClusterStatus::as_str),
        "storage_config": list(cluster.storage_config().map(storage)),
        "upgrade_policy": list(cluster.upgrade_policy().map(|policy| {
            json!({ "support_type": policy.support_type().map(aws_sdk_eks::types::SupportType::as_str) })
        })),
        "version": cluster.version(),
        "vpc_config": list(cluster.resources_vpc_config().map(vpc)),
        "zonal_shift_config": list(cluster.zonal_shift_config().map(|shift| {
            json!({ "enabled": shift.enabled() })
        })),
    })
}

pub(super) fn tags_of(cluster: &Cluster) -> BTreeMap<String, String> {
    let tags = cluster.tags().into_iter().flatten();
    tags.map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

fn list(block: Option<Json>) -> Json {
    block.map_or_else(|| json!([]), |block| json!([block]))
}

/// An instant in whole seconds, as the provider writes it.
fn instant(instant: &DateTime) -> String {
    let whole = DateTime::from_secs(instant.secs());
    whole.fmt(Format::DateTime).unwrap_or_default()
}

fn kept(spelled: Option<&Value>, name: &str) -> Option<Json> {
    let value = spelled?.get(name)?;
    Known::new(value).ok().map(|known| to_json(&known))
}

/// Whether the maker administers the cluster is told by newer versions of the API only; else what is recorded stays.
fn access(cluster: &Cluster, spelled: Option<&Value>) -> Json {
    let recorded = spelled
        .and_then(|object| block(object, "access_config"))
        .and_then(|access| {
            access
                .get("bootstrap_cluster_creator_admin_permissions")?
                .as_bool()
        });
    list(cluster.access_config().map(|access| {
        let told = access.bootstrap_cluster_creator_admin_permissions();
        json!({
            "authentication_mode": access.authentication_mode().map(aws_sdk_eks::types::AuthenticationMode::as_str),
            "bootstrap_cluster_creator_admin_permissions": recorded.or(told).unwrap_or(true),
        })
    }))
}

fn compute(compute: &ComputeConfigResponse) -> Json {
    json!({
        "enabled": compute.enabled(),
        "node_pools": compute.node_pools(),
        "node_role_arn": compute.node_role_arn(),
    })
}

fn network(network: &KubernetesNetworkConfigResponse) -> Json {
    json!({
        "elastic_load_balancing": list(network.elastic_load_balancing().map(|balancing| {
            json!({ "enabled": balancing.enabled() })
        })),
        "ip_family": network.ip_family().map(aws_sdk_eks::types::IpFamily::as_str),
        "service_ipv4_cidr": network.service_ipv4_cidr(),
        "service_ipv6_cidr": network.service_ipv6_cidr(),
    })
}

fn outpost(outpost: &OutpostConfigResponse) -> Json {
    json!({
        "control_plane_instance_type": outpost.control_plane_instance_type(),
        "control_plane_placement": list(outpost.control_plane_placement().map(|placement| {
            json!({
                "group_name": placement.group_name(),
                "spread_level": placement.spread_level().map(SpreadLevel::as_str),
            })
        })),
        "etcd_instance_type": outpost.etcd_instance_type(),
        "etcd_placement": list(outpost.etcd_placement().map(|placement| {
            json!({ "spread_level": placement.spread_level().map(SpreadLevel::as_str) })
        })),
        "outpost_arns": outpost.outpost_arns(),
    })
}

fn remote(remote: &RemoteNetworkConfigResponse) -> Json {
    let nodes = remote.remote_node_networks().iter();
    let nodes: Vec<Json> = nodes.map(|n| json!({ "cidrs": n.cidrs() })).collect();
    let pods = remote.remote_pod_networks().iter();
    let pods: Vec<Json> = pods.map(|n| json!({ "cidrs": n.cidrs() })).collect();
    json!({ "remote_node_networks": nodes, "remote_pod_networks": pods })
}

fn storage(storage: &StorageConfigResponse) -> Json {
    json!({
        "block_storage": list(storage.block_storage().map(|blocks| {
            json!({ "enabled": blocks.enabled() })
        })),
    })
}

fn vpc(vpc: &VpcConfigResponse) -> Json {
    json!({
        "cluster_security_group_id": vpc.cluster_security_group_id(),
        "control_plane_egress_mode": vpc
            .control_plane_egress_mode()
            .map(aws_sdk_eks::types::ControlPlaneEgressModeType::as_str),
        "endpoint_private_access": vpc.endpoint_private_access(),
        "endpoint_public_access": vpc.endpoint_public_access(),
        "public_access_cidrs": vpc.public_access_cidrs(),
        "security_group_ids": vpc.security_group_ids(),
        "subnet_ids": vpc.subnet_ids(),
        "vpc_id": vpc.vpc_id(),
    })
}

#[expect(
    deprecated,
    reason = "the AWS provider's schema still has `resources`, and EKS still answers it"
)]
fn encryption(cluster: &Cluster) -> Json {
    let configs = cluster.encryption_config().iter();
    let configs: Vec<Json> = configs
        .map(|config| {
            let key = config.provider().and_then(|provider| provider.key_arn());
            json!({ "provider": [{ "key_arn": key }], "resources": config.resources() })
        })
        .collect();
    json!(configs)
}
