//! What `DescribeCluster` shows of a new cluster: the request that made it, with EKS's defaults filled in.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::super::{Account, unique_id};
use super::settings::{DEFAULT_MINOR, LOG_TYPES};

/// Members of a request that show as they were sent, if they were.
const AS_SENT: [&str; 9] = [
    "kubeApiServerConfig",
    "kubeControllerManagerConfig",
    "kubeSchedulerConfig",
    "encryptionConfig",
    "zonalShiftConfig",
    "computeConfig",
    "storageConfig",
    "remoteNetworkConfig",
    "controlPlaneScalingConfig",
];

/// The members of a cluster made by `CreateCluster` with this body; no status, and nothing that EKS invents later.
pub(in crate::sandbox) fn described(
    account: &Account,
    now: Timestamp,
    name: &str,
    body: &Map<String, Value>,
) -> Map<String, Value> {
    let Account {
        id,
        partition,
        region,
        ..
    } = account;
    let or = |member: &str, default: Value| body.get(member).cloned().unwrap_or(default);
    let arn = format!("arn:{partition}:eks:{region}:{id}:cluster/{name}");
    let members = [
        ("name", json!(name)),
        ("arn", json!(arn)),
        ("createdAt", json!(now.as_second())),
        (
            "version",
            or("version", json!(format!("1.{DEFAULT_MINOR}"))),
        ),
        ("roleArn", or("roleArn", Value::Null)),
        ("resourcesVpcConfig", network(name, body)),
        ("kubernetesNetworkConfig", service_network(body)),
        ("logging", logging(body.get("logging"))),
        ("platformVersion", json!("eks.1")),
        ("tags", or("tags", json!({}))),
        ("accessConfig", access(body)),
        (
            "upgradePolicy",
            or("upgradePolicy", json!({ "supportType": "EXTENDED" })),
        ),
        ("deletionProtection", or("deletionProtection", json!(false))),
        ("health", json!({ "issues": [] })),
    ];
    let sent = AS_SENT
        .into_iter()
        .filter_map(|member| body.get(member).map(|value| (member, value.clone())));
    let all = members.into_iter().chain(sent);
    all.map(|(member, value)| (member.to_owned(), value))
        .collect()
}

/// Every type of log stands in one of two lists: enabled or not.
pub(super) fn logging(sent: Option<&Value>) -> Value {
    let setups = sent
        .and_then(|logging| logging.get("clusterLogging"))
        .and_then(Value::as_array);
    let enabled = setups
        .into_iter()
        .flatten()
        .filter(|setup| setup.get("enabled") == Some(&Value::Bool(true)));
    let enabled: Vec<&str> = enabled
        .filter_map(|setup| setup.get("types")?.as_array())
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let (on, off): (Vec<&str>, Vec<&str>) = LOG_TYPES
        .into_iter()
        .partition(|kind| enabled.contains(kind));
    let setup = |types: &[&str], enabled: bool| {
        (!types.is_empty()).then(|| json!({ "types": types, "enabled": enabled }))
    };
    let setups: Vec<Value> = [setup(&on, true), setup(&off, false)]
        .into_iter()
        .flatten()
        .collect();
    json!({ "clusterLogging": setups })
}

fn network(name: &str, body: &Map<String, Value>) -> Value {
    let sent = body.get("resourcesVpcConfig");
    let or = |member: &str, default: Value| member_or(sent, member, default);
    let subnets = or("subnetIds", json!([]));
    let group = unique_id("sg-", 17, &format!("cluster {name}")).to_ascii_lowercase();
    let vpc = unique_id("vpc-", 17, &subnets.to_string()).to_ascii_lowercase();
    json!({
        "subnetIds": subnets,
        "securityGroupIds": or("securityGroupIds", json!([])),
        "clusterSecurityGroupId": group,
        "vpcId": vpc,
        "controlPlaneEgressMode": or("controlPlaneEgressMode", json!("AWS_MANAGED")),
        "endpointPublicAccess": or("endpointPublicAccess", json!(true)),
        "endpointPrivateAccess": or("endpointPrivateAccess", json!(false)),
        "publicAccessCidrs": or("publicAccessCidrs", json!(["0.0.0.0/0"])),
    })
}

fn service_network(body: &Map<String, Value>) -> Value {
    let sent = body.get("kubernetesNetworkConfig");
    json!({
        "serviceIpv4Cidr": member_or(sent, "serviceIpv4Cidr", json!("10.100.0.0/16")),
        "ipFamily": member_or(sent, "ipFamily", json!("ipv4")),
        "elasticLoadBalancing": member_or(sent, "elasticLoadBalancing", json!({ "enabled": false })),
    })
}

fn access(body: &Map<String, Value>) -> Value {
    let sent = body.get("accessConfig");
    let bootstrap = "bootstrapClusterCreatorAdminPermissions";
    json!({
        "authenticationMode": member_or(sent, "authenticationMode", json!("CONFIG_MAP")),
        bootstrap: member_or(sent, bootstrap, json!(true)),
    })
}

fn member_or(sent: Option<&Value>, member: &str, default: Value) -> Value {
    let value = sent.and_then(|sent| sent.get(member));
    value.cloned().unwrap_or(default)
}
