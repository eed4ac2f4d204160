//! What EKS is told of a planned cluster, block by block.

use crate::provider::ProviderError;
use crate::provider::aws::object::{block, text, texts};
use crate::value::Value;
use aws_sdk_eks::types::{
    AuthenticationMode, BlockStorage, ComputeConfigRequest, ControlPlaneEgressModeType,
    ControlPlanePlacementRequest, ControlPlaneScalingConfig, CreateAccessConfigRequest,
    ElasticLoadBalancing, EncryptionConfig, EtcdPlacementRequest, IpFamily,
    KubernetesNetworkConfigRequest, LogSetup, LogType, Logging, OutpostConfigRequest, Provider,
    ProvisionedControlPlaneTier, RemoteNetworkConfigRequest, RemoteNodeNetwork, RemotePodNetwork,
    SpreadLevel, StorageConfigRequest, SupportType, UpdateAccessConfigRequest,
    UpgradePolicyRequest, VpcConfigRequest, ZonalShiftConfigRequest,
};

const LOGS: [&str; 5] = [
    "api",
    "audit",
    "authenticator",
    "controllerManager",
    "scheduler",
];

fn truth(object: &Value, name: &str) -> Option<bool> {
    object.get(name).and_then(Value::as_bool)
}

fn some_texts(object: &Value, name: &str) -> Option<Vec<String>> {
    let texts = texts(object, name);
    (!texts.is_empty()).then_some(texts)
}

pub(super) fn access(cluster: &Value) -> Option<CreateAccessConfigRequest> {
    let access = block(cluster, "access_config")?;
    let mode = text(access, "authentication_mode").map(AuthenticationMode::from);
    let maker = truth(access, "bootstrap_cluster_creator_admin_permissions");
    Some(
        CreateAccessConfigRequest::builder()
            .set_authentication_mode(mode)
            .set_bootstrap_cluster_creator_admin_permissions(maker)
            .build(),
    )
}

pub(super) fn access_mode(cluster: &Value) -> Option<UpdateAccessConfigRequest> {
    let mode = text(block(cluster, "access_config")?, "authentication_mode")?;
    Some(
        UpdateAccessConfigRequest::builder()
            .authentication_mode(mode.into())
            .build(),
    )
}

pub(super) fn compute(cluster: &Value) -> Option<ComputeConfigRequest> {
    let compute = block(cluster, "compute_config")?;
    Some(
        ComputeConfigRequest::builder()
            .set_enabled(truth(compute, "enabled"))
            .set_node_pools(some_texts(compute, "node_pools"))
            .set_node_role_arn(text(compute, "node_role_arn").map(str::to_owned))
            .build(),
    )
}

pub(super) fn scaling(cluster: &Value) -> Option<ControlPlaneScalingConfig> {
    let tier = text(block(cluster, "control_plane_scaling_config")?, "tier")?;
    let tier = ProvisionedControlPlaneTier::from(tier);
    Some(ControlPlaneScalingConfig::builder().tier(tier).build())
}

#[expect(
    deprecated,
    reason = "the AWS provider's schema still requires `resources`, and EKS still takes it"
)]
pub(super) fn encryption(cluster: &Value) -> Option<Vec<EncryptionConfig>> {
    let encryption = block(cluster, "encryption_config")?;
    let key = block(encryption, "provider").and_then(|provider| text(provider, "key_arn"));
    let provider = Provider::builder()
        .set_key_arn(key.map(str::to_owned))
        .build();
    let config = EncryptionConfig::builder()
        .provider(provider)
        .set_resources(some_texts(encryption, "resources"));
    Some(vec![config.build()])
}

pub(super) fn load_balancing(network: &Value) -> Option<ElasticLoadBalancing> {
    let balancing = block(network, "elastic_load_balancing")?;
    let enabled = truth(balancing, "enabled");
    Some(ElasticLoadBalancing::builder().set_enabled(enabled).build())
}

pub(super) fn network(cluster: &Value) -> Option<KubernetesNetworkConfigRequest> {
    let network = block(cluster, "kubernetes_network_config")?;
    Some(
        KubernetesNetworkConfigRequest::builder()
            .set_elastic_load_balancing(load_balancing(network))
            .set_ip_family(text(network, "ip_family").map(IpFamily::from))
            .set_service_ipv4_cidr(text(network, "service_ipv4_cidr").map(str::to_owned))
            .build(),
    )
}

/// EKS keeps a type that a request does not name as it is, so every one is named.
pub(super) fn logging(cluster: &Value) -> Logging {
    let enabled = texts(cluster, "enabled_cluster_log_types");
    let is_on = |log: &str| enabled.iter().any(|enabled| enabled == log);
    let setup = |on: bool| {
        let types = LOGS.iter().filter(|log| is_on(log) == on);
        let types: Vec<LogType> = types.map(|log| LogType::from(*log)).collect();
        let setup = LogSetup::builder().enabled(on);
        (!types.is_empty()).then(|| setup.set_types(Some(types)).build())
    };
    let setups = [setup(true), setup(false)].into_iter().flatten();
    Logging::builder()
        .set_cluster_logging(Some(setups.collect()))
        .build()
}

pub(super) fn outpost(cluster: &Value) -> Result<Option<OutpostConfigRequest>, ProviderError> {
    let Some(outpost) = block(cluster, "outpost_config") else {
        return Ok(None);
    };
    let placement = block(outpost, "control_plane_placement").map(|placement| {
        let group = text(placement, "group_name").map(str::to_owned);
        ControlPlanePlacementRequest::builder()
            .set_group_name(group)
            .set_spread_level(text(placement, "spread_level").map(SpreadLevel::from))
            .build()
    });
    let etcd = block(outpost, "etcd_placement").map(|placement| {
        EtcdPlacementRequest::builder()
            .set_spread_level(text(placement, "spread_level").map(SpreadLevel::from))
            .build()
    });
    let request = OutpostConfigRequest::builder()
        .set_outpost_arns(Some(texts(outpost, "outpost_arns")))
        .set_control_plane_instance_type(
            text(outpost, "control_plane_instance_type").map(str::to_owned),
        )
        .set_control_plane_placement(placement)
        .set_etcd_instance_type(text(outpost, "etcd_instance_type").map(str::to_owned))
        .set_etcd_placement(etcd)
        .build();
    request
        .map(Some)
        .map_err(|error| ProviderError::internal("creating EKS Cluster", &error.to_string()))
}

/// Networks that are there no more are named as such: EKS keeps what a request leaves out.
pub(super) fn changed_remote(cluster: &Value) -> RemoteNetworkConfigRequest {
    let mut request =
        remote(cluster).unwrap_or_else(|| RemoteNetworkConfigRequest::builder().build());
    request.remote_node_networks.get_or_insert_default();
    request.remote_pod_networks.get_or_insert_default();
    request
}

pub(super) fn remote(cluster: &Value) -> Option<RemoteNetworkConfigRequest> {
    let remote = block(cluster, "remote_network_config")?;
    let cidrs = |name| block(remote, name).and_then(|network| some_texts(network, "cidrs"));
    let nodes = cidrs("remote_node_networks")
        .map(|cidrs| vec![RemoteNodeNetwork::builder().set_cidrs(Some(cidrs)).build()]);
    let pods = cidrs("remote_pod_networks")
        .map(|cidrs| vec![RemotePodNetwork::builder().set_cidrs(Some(cidrs)).build()]);
    Some(
        RemoteNetworkConfigRequest::builder()
            .set_remote_node_networks(nodes)
            .set_remote_pod_networks(pods)
            .build(),
    )
}

pub(super) fn storage(cluster: &Value) -> Option<StorageConfigRequest> {
    let storage = block(cluster, "storage_config")?;
    let volumes = block(storage, "block_storage").map(|blocks| {
        let enabled = truth(blocks, "enabled");
        BlockStorage::builder().set_enabled(enabled).build()
    });
    Some(
        StorageConfigRequest::builder()
            .set_block_storage(volumes)
            .build(),
    )
}

pub(super) fn upgrade_policy(cluster: &Value) -> Option<UpgradePolicyRequest> {
    let support = text(block(cluster, "upgrade_policy")?, "support_type")?;
    let support = SupportType::from(support);
    Some(
        UpgradePolicyRequest::builder()
            .support_type(support)
            .build(),
    )
}

pub(super) fn vpc(cluster: &Value) -> Option<VpcConfigRequest> {
    let vpc = block(cluster, "vpc_config")?;
    Some(
        VpcConfigRequest::builder()
            .set_subnet_ids(Some(texts(vpc, "subnet_ids")))
            .set_security_group_ids(some_texts(vpc, "security_group_ids"))
            .set_control_plane_egress_mode(egress_mode(vpc))
            .set_endpoint_private_access(truth(vpc, "endpoint_private_access"))
            .set_endpoint_public_access(truth(vpc, "endpoint_public_access"))
            .set_public_access_cidrs(some_texts(vpc, "public_access_cidrs"))
            .build(),
    )
}

pub(super) fn endpoints(cluster: &Value) -> Option<VpcConfigRequest> {
    let vpc = block(cluster, "vpc_config")?;
    Some(
        VpcConfigRequest::builder()
            .set_endpoint_private_access(truth(vpc, "endpoint_private_access"))
            .set_endpoint_public_access(truth(vpc, "endpoint_public_access"))
            .set_public_access_cidrs(some_texts(vpc, "public_access_cidrs"))
            .build(),
    )
}

fn egress_mode(vpc: &Value) -> Option<ControlPlaneEgressModeType> {
    text(vpc, "control_plane_egress_mode").map(ControlPlaneEgressModeType::from)
}

pub(super) fn egress(cluster: &Value) -> Option<VpcConfigRequest> {
    let mode = egress_mode(block(cluster, "vpc_config")?)?;
    let request = VpcConfigRequest::builder().control_plane_egress_mode(mode);
    Some(request.build())
}

pub(super) fn subnets(cluster: &Value) -> Option<VpcConfigRequest> {
    let subnets = texts(block(cluster, "vpc_config")?, "subnet_ids");
    let request = VpcConfigRequest::builder().set_subnet_ids(Some(subnets));
    Some(request.build())
}

pub(super) fn security_groups(cluster: &Value) -> Option<VpcConfigRequest> {
    let groups = texts(block(cluster, "vpc_config")?, "security_group_ids");
    let request = VpcConfigRequest::builder().set_security_group_ids(Some(groups));
    Some(request.build())
}

pub(super) fn zonal_shift(cluster: &Value) -> ZonalShiftConfigRequest {
    let shift = block(cluster, "zonal_shift_config");
    let enabled = shift
        .and_then(|shift| truth(shift, "enabled"))
        .unwrap_or(false);
    ZonalShiftConfigRequest::builder().enabled(enabled).build()
}

/// A planned truth value that EKS would decide itself when it is left out.
pub(super) fn flag(cluster: &Value, name: &str) -> Option<bool> {
    truth(cluster, name)
}
