//! Changing a cluster: one kind of change a call, one update in flight, visible when it has ended.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::super::Call;
use super::super::protocol::AwsError;
use super::record::{self, Record};
use super::settings::{check_encryption, check_logging, check_network, minor_of};
use super::{Asked, UPDATE, description, in_use, invalid_parameter, no_cluster, page};

const CONFIG: Duration = Duration::from_mins(2);
const VERSION: Duration = Duration::from_mins(10);

/// A change that was checked: its type, its parameters, and what the cluster shows afterwards.
pub(super) struct Change {
    pub(super) kind: &'static str,
    pub(super) params: Vec<(&'static str, Value)>,
    pub(super) then: Map<String, Value>,
}

pub(super) fn config(call: &mut Call<'_>, asked: &Asked) -> Result<Value, AwsError> {
    let name = asked.cluster();
    let record = record::find(call, name).ok_or_else(|| no_cluster(name))?;
    if let Some(update) = repeated(call, asked) {
        return Ok(update);
    }
    let kinds = kinds_of(&asked.body);
    let [kind] = kinds.as_slice() else {
        let text = if kinds.is_empty() {
            "The type for cluster update was not provided."
        } else {
            "Only one type of update can be allowed."
        };
        return Err(invalid_parameter(text).with("clusterName", name));
    };
    check_free(name, &record, kind)?;
    let change =
        change_of(kind, &record, asked).map_err(|error| error.with("clusterName", name))?;
    Ok(begin(call, asked, record, change, CONFIG))
}

pub(super) fn version(call: &mut Call<'_>, asked: &Asked) -> Result<Value, AwsError> {
    let name = asked.cluster();
    let record = record::find(call, name).ok_or_else(|| no_cluster(name))?;
    if let Some(update) = repeated(call, asked) {
        return Ok(update);
    }
    check_free(name, &record, "VersionUpdate")?;
    let wanted = asked.text("version").unwrap_or_default();
    let current = record.cluster.get("version").and_then(Value::as_str);
    check_step(current.unwrap_or_default(), wanted)
        .map_err(|error| error.with("clusterName", name))?;
    let then = Map::from_iter([("version".to_owned(), json!(wanted))]);
    let params = vec![
        ("Version", json!(wanted)),
        ("PlatformVersion", json!("eks.1")),
    ];
    Ok(begin(
        call,
        asked,
        record,
        Change {
            kind: "VersionUpdate",
            params,
            then,
        },
        VERSION,
    ))
}

/// Encryption can be added, never changed or removed.
pub(super) fn encryption(call: &mut Call<'_>, asked: &Asked) -> Result<Value, AwsError> {
    let name = asked.cluster();
    let record = record::find(call, name).ok_or_else(|| no_cluster(name))?;
    if let Some(update) = repeated(call, asked) {
        return Ok(update);
    }
    check_free(name, &record, "AssociateEncryptionConfig")?;
    let wanted = asked
        .body
        .get("encryptionConfig")
        .cloned()
        .unwrap_or_default();
    check_encryption(&wanted)?;
    if record
        .cluster
        .get("encryptionConfig")
        .and_then(Value::as_array)
        .is_some_and(|config| !config.is_empty())
    {
        return Err(
            invalid_parameter("Cluster already has an encryption config").with("clusterName", name),
        );
    }
    let params = vec![("EncryptionConfig", wanted.clone())];
    let then = Map::from_iter([("encryptionConfig".to_owned(), wanted)]);
    Ok(begin(
        call,
        asked,
        record,
        Change {
            kind: "AssociateEncryptionConfig",
            params,
            then,
        },
        CONFIG,
    ))
}

pub(super) fn describe(call: &Call<'_>, asked: &Asked) -> Result<Value, AwsError> {
    let (name, id) = (asked.cluster(), asked.part(3));
    record::find(call, name).ok_or_else(|| no_cluster(name))?;
    let update = call
        .store
        .get(&call.regional(UPDATE), &format!("{name}/{id}"))
        .cloned();
    let missing = || {
        AwsError::new(
            404,
            "ResourceNotFoundException",
            format!("No update found for ID: {id}"),
        )
        .with("clusterName", name)
    };
    update.map(shown).ok_or_else(missing)
}

pub(super) fn list(call: &Call<'_>, asked: &Asked) -> Result<Value, AwsError> {
    let name = asked.cluster();
    record::find(call, name).ok_or_else(|| no_cluster(name))?;
    let prefix = format!("{name}/");
    let keys = call
        .store
        .list(&call.regional(UPDATE))
        .filter_map(|(key, _)| key.strip_prefix(&prefix).map(str::to_owned));
    page(asked, "updateIds", keys.collect())
}

/// The kinds of change in a request's body.
fn kinds_of(body: &Map<String, Value>) -> Vec<&'static str> {
    let network = |members: &[&str]| {
        let network = body.get("resourcesVpcConfig").and_then(Value::as_object);
        network.is_some_and(|network| members.iter().any(|member| network.contains_key(*member)))
    };
    let any = |members: &[&str]| members.iter().any(|member| body.contains_key(*member));
    let kinds = [
        (
            network(&[
                "endpointPublicAccess",
                "endpointPrivateAccess",
                "publicAccessCidrs",
            ]),
            "EndpointAccessUpdate",
        ),
        (
            network(&["subnetIds", "securityGroupIds"]),
            "VpcConfigUpdate",
        ),
        (
            network(&["controlPlaneEgressMode"]),
            "ControlPlaneEgressUpdate",
        ),
        (any(&["logging"]), "LoggingUpdate"),
        (any(&["accessConfig"]), "AccessConfigUpdate"),
        (any(&["upgradePolicy"]), "UpgradePolicyUpdate"),
        (any(&["zonalShiftConfig"]), "ZonalShiftConfigUpdate"),
        (
            any(&["computeConfig", "storageConfig", "kubernetesNetworkConfig"]),
            "AutoModeUpdate",
        ),
        (any(&["deletionProtection"]), "DeletionProtectionUpdate"),
        (any(&["remoteNetworkConfig"]), "RemoteNetworkConfigUpdate"),
        (
            any(&["controlPlaneScalingConfig"]),
            "ControlPlaneScalingConfigUpdate",
        ),
        (
            any(&[
                "kubeApiServerConfig",
                "kubeControllerManagerConfig",
                "kubeSchedulerConfig",
            ]),
            "ControlPlaneComponentConfigUpdate",
        ),
    ];
    kinds
        .into_iter()
        .filter(|(present, _)| *present)
        .map(|(_, kind)| kind)
        .collect()
}

pub(super) fn check_free(name: &str, record: &Record, kind: &str) -> Result<(), AwsError> {
    if let Some(update) = &record.update {
        return Err(in_use(
            name,
            format!(
                "Cannot {kind} because cluster {name} currently has update {update} in progress"
            ),
        ));
    }
    if record.status() != "ACTIVE" {
        return Err(in_use(
            name,
            format!(
                "Cannot {kind} because cluster {name} currently has status {}",
                record.status()
            ),
        ));
    }
    Ok(())
}

/// One minor version up, never down.
fn check_step(current: &str, wanted: &str) -> Result<(), AwsError> {
    if wanted == current {
        return Err(invalid_parameter(format!(
            "unsupported Kubernetes version update from the current version, {current}, to {wanted}"
        )));
    }
    match (minor_of(current), minor_of(wanted)) {
        (Some(from), Some(to)) if to == from + 1 => Ok(()),
        _ => Err(invalid_parameter(format!(
            "Unsupported Kubernetes minor version update from {current} to {wanted}"
        ))),
    }
}

fn change_of(kind: &'static str, record: &Record, asked: &Asked) -> Result<Change, AwsError> {
    match kind {
        "EndpointAccessUpdate" | "VpcConfigUpdate" | "ControlPlaneEgressUpdate" => {
            network_change(kind, record, asked)
        }
        "LoggingUpdate" => logging_change(record, asked),
        "AccessConfigUpdate" => access_change(record, asked),
        "AutoModeUpdate" => {
            check_auto_mode(asked)?;
            plain_change(kind, record, asked)
        }
        _ => plain_change(kind, record, asked),
    }
}

fn network_change(kind: &'static str, record: &Record, asked: &Asked) -> Result<Change, AwsError> {
    const PARAMS: [(&str, &str); 6] = [
        ("controlPlaneEgressMode", "ControlPlaneEgressMode"),
        ("endpointPublicAccess", "EndpointPublicAccess"),
        ("endpointPrivateAccess", "EndpointPrivateAccess"),
        ("publicAccessCidrs", "PublicAccessCidrs"),
        ("subnetIds", "Subnets"),
        ("securityGroupIds", "SecurityGroups"),
    ];
    let wanted = asked
        .body
        .get("resourcesVpcConfig")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    let current = record
        .cluster
        .get("resourcesVpcConfig")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    check_network(&wanted, Some(&current))?;
    let mode = |network: &Map<String, Value>| network.get("controlPlaneEgressMode").cloned();
    if mode(&wanted) == Some(json!("AWS_MANAGED")) && mode(&current) != mode(&wanted) {
        return Err(invalid_parameter(
            "The control plane egress mode cannot be changed back to AWS_MANAGED",
        ));
    }
    let same = |(member, value): (&String, &Value)| current.get(member) == Some(value);
    if wanted.iter().all(same) {
        return Err(nothing_to_change(&wanted, &current));
    }
    let params = PARAMS
        .into_iter()
        .filter_map(|(member, param)| wanted.get(member).map(|value| (param, value.clone())))
        .collect();
    let mut network = current;
    network.extend(wanted);
    Ok(Change {
        kind,
        params,
        then: Map::from_iter([("resourcesVpcConfig".to_owned(), Value::Object(network))]),
    })
}

fn nothing_to_change(wanted: &Map<String, Value>, current: &Map<String, Value>) -> AwsError {
    let shown = |member: &str| {
        let value = wanted.get(member).or_else(|| current.get(member));
        value.cloned().unwrap_or_default()
    };
    invalid_parameter(format!(
        "Cluster is already at the desired configuration with endpointPrivateAccess: {} , endpointPublicAccess: {}, and Public Endpoint Restrictions: {}",
        shown("endpointPrivateAccess"),
        shown("endpointPublicAccess"),
        shown("publicAccessCidrs")
    ))
}

/// Types that a request does not name keep their setting.
fn logging_change(record: &Record, asked: &Asked) -> Result<Change, AwsError> {
    let wanted = asked.body.get("logging").cloned().unwrap_or_default();
    check_logging(&wanted)?;
    let current = record.cluster.get("logging").cloned().unwrap_or_default();
    let mut enabled = types_of(&current, true);
    enabled.extend(types_of(&wanted, true));
    enabled.retain(|kind| !types_of(&wanted, false).contains(kind));
    let then = description::logging(Some(
        &json!({ "clusterLogging": [{ "types": enabled, "enabled": true }] }),
    ));
    if then == current {
        return Err(invalid_parameter(
            "No changes needed for the logging config provided",
        ));
    }
    let params = vec![("ClusterLogging", wanted)];
    Ok(Change {
        kind: "LoggingUpdate",
        params,
        then: Map::from_iter([("logging".to_owned(), then)]),
    })
}

/// The authentication mode goes one way: config map, both, API.
fn access_change(record: &Record, asked: &Asked) -> Result<Change, AwsError> {
    const ORDER: [&str; 3] = ["CONFIG_MAP", "API_AND_CONFIG_MAP", "API"];
    let wanted = asked
        .body
        .get("accessConfig")
        .and_then(|access| access.get("authenticationMode"))
        .and_then(Value::as_str)
        .unwrap_or_default();
    let mut access = record
        .cluster
        .get("accessConfig")
        .cloned()
        .unwrap_or_default();
    let current = access
        .get("authenticationMode")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    let place = |mode: &str| ORDER.iter().position(|known| *known == mode);
    match (place(&current), place(wanted)) {
        (Some(from), Some(to)) if to == from + 1 => {}
        _ => {
            return Err(invalid_parameter(format!(
                "Unsupported authentication mode update from {current} to {wanted}"
            )));
        }
    }
    if let Some(access) = access.as_object_mut() {
        access.insert("authenticationMode".to_owned(), json!(wanted));
    }
    let params = vec![("AuthenticationMode", json!(wanted))];
    Ok(Change {
        kind: "AccessConfigUpdate",
        params,
        then: Map::from_iter([("accessConfig".to_owned(), access)]),
    })
}

/// Nodes, load balancers and volumes of EKS Auto Mode are switched together.
fn check_auto_mode(asked: &Asked) -> Result<(), AwsError> {
    let flag = |member: &str, inner: &str| {
        let member = asked.body.get(member)?;
        member.pointer(inner)?.as_bool()
    };
    let flags = [
        flag("computeConfig", "/enabled"),
        flag("kubernetesNetworkConfig", "/elasticLoadBalancing/enabled"),
        flag("storageConfig", "/blockStorage/enabled"),
    ];
    if flags == [Some(true); 3] || flags == [Some(false); 3] {
        return Ok(());
    }
    Err(invalid_parameter(
        "The type for cluster update was not provided: computeConfig, kubernetesNetworkConfig.elasticLoadBalancing and storageConfig.blockStorage must all be enabled or all be disabled",
    ))
}

/// A change that replaces whole members.
fn plain_change(kind: &'static str, record: &Record, asked: &Asked) -> Result<Change, AwsError> {
    const PARAMS: [(&str, &str); 11] = [
        ("kubeApiServerConfig", "KubeApiServerConfig"),
        ("kubeControllerManagerConfig", "KubeControllerManagerConfig"),
        ("kubeSchedulerConfig", "KubeSchedulerConfig"),
        ("upgradePolicy", "UpgradePolicy"),
        ("zonalShiftConfig", "ZonalShiftConfig"),
        ("computeConfig", "ComputeConfig"),
        ("storageConfig", "StorageConfig"),
        ("kubernetesNetworkConfig", "KubernetesNetworkConfig"),
        ("deletionProtection", "DeletionProtection"),
        ("remoteNetworkConfig", "RemoteNetworkConfig"),
        ("controlPlaneScalingConfig", "UpdatedTier"),
    ];
    let mut then = Map::new();
    let mut params = Vec::new();
    for (member, param) in PARAMS {
        if let Some(value) = asked.body.get(member) {
            params.push((param, value.clone()));
            then.insert(member.to_owned(), merged(record.cluster.get(member), value));
        }
    }
    if then
        .iter()
        .all(|(member, value)| record.cluster.get(member) == Some(value))
    {
        return Err(invalid_parameter(
            "Cluster is already at the desired configuration",
        ));
    }
    Ok(Change { kind, params, then })
}

/// Begins an update of a cluster: it is in flight for `wait`, and the cluster shows `change.then` afterwards.
pub(super) fn begin(
    call: &mut Call<'_>,
    asked: &Asked,
    mut record: Record,
    change: Change,
    wait: Duration,
) -> Value {
    let name = asked.cluster();
    let number = call.store.next_counter("eks/update");
    let id = format!("00000000-0000-4000-9000-{number:012x}");
    let text = |value: Value| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    };
    let params = change
        .params
        .into_iter()
        .map(|(kind, value)| json!({ "type": kind, "value": text(value) }));
    let update = json!({
        "id": id, "status": "InProgress", "type": change.kind, "params": params.collect::<Vec<_>>(),
        "createdAt": call.now.as_second(), "errors": [],
        "clientRequestToken": asked.text("clientRequestToken"),
    });
    let collection = call.regional(UPDATE);
    call.store
        .put(&collection, &format!("{name}/{id}"), update.clone());
    record.update = Some(id);
    record.then = change.then;
    record.enter("UPDATING", call.now, wait);
    record::save(call, name, &record);
    shown(update)
}

/// The update that an earlier request with the same token began.
pub(super) fn repeated(call: &Call<'_>, asked: &Asked) -> Option<Value> {
    let token = asked.text("clientRequestToken")?;
    let prefix = format!("{}/", asked.cluster());
    let collection = call.regional(UPDATE);
    let mut updates = call
        .store
        .list(&collection)
        .filter(|(key, _)| key.starts_with(&prefix));
    let same = updates.find(|(_, update)| {
        update.get("clientRequestToken").and_then(Value::as_str) == Some(token)
    });
    same.map(|(_, update)| shown(update.clone()))
}

fn shown(mut update: Value) -> Value {
    if let Some(update) = update.as_object_mut() {
        update.remove("clientRequestToken");
    }
    json!({ "update": update })
}

fn merged(current: Option<&Value>, change: &Value) -> Value {
    match (current.and_then(Value::as_object), change.as_object()) {
        (Some(current), Some(change)) => {
            let mut result = current.clone();
            result.extend(change.clone());
            Value::Object(result)
        }
        _ => change.clone(),
    }
}

fn types_of(logging: &Value, enabled: bool) -> Vec<String> {
    let setups = logging.get("clusterLogging").and_then(Value::as_array);
    let setups = setups.into_iter().flatten().filter(|setup| {
        setup
            .get("enabled")
            .and_then(Value::as_bool)
            .unwrap_or(false)
            == enabled
    });
    let types = setups
        .filter_map(|setup| setup.get("types")?.as_array())
        .flatten();
    types
        .filter_map(|kind| kind.as_str().map(str::to_owned))
        .collect()
}
