//! Making, reading and deleting clusters.

use std::time::Duration;

use serde_json::{Map, Value};

use super::super::Call;
use super::super::protocol::AwsError;
use super::description::described;
use super::record::{self, Invented, Record};
use super::settings::{
    MINORS, check_access, check_encryption, check_logging, check_name, check_network, check_role,
    check_tags, minor_of,
};
use super::{Asked, CLUSTER, in_use, invalid_parameter, invalid_request, no_cluster, page};
use crate::sandbox::account;

const CREATING: Duration = Duration::from_mins(9);
const DELETING: Duration = Duration::from_mins(4);
/// Clusters of an account and region, unless the quota was raised.
const CLUSTERS: usize = 100;

pub(super) fn create(call: &mut Call<'_>, asked: &Asked) -> Result<Value, AwsError> {
    let name = asked.text("name").unwrap_or_default();
    check_name(name)?;
    if let Some(existing) = record::find(call, name) {
        return repeated(name, &existing, asked);
    }
    if call.store.list(&call.regional(CLUSTER)).count() >= CLUSTERS {
        return Err(AwsError::new(
            400,
            "ResourceLimitExceededException",
            format!("Cluster limit of {CLUSTERS} reached"),
        )
        .with("clusterName", name));
    }
    check(call, asked).map_err(|error| error.with("clusterName", name))?;
    let cluster = described(&call.account, call.now, name, &asked.body);
    let number = call.store.next_counter("eks/cluster");
    let region = call.account.region.clone();
    let mut record = Record {
        cluster,
        id: record::id_of(&account::home(call.store), &region, name),
        until: None,
        then: Invented::new(&region, name, number).members(&region),
        update: None,
        request: asked.body.clone(),
    };
    record.enter("CREATING", call.now, CREATING);
    record::save(call, name, &record);
    Ok(record.shown())
}

pub(super) fn describe(call: &Call<'_>, asked: &Asked) -> Result<Value, AwsError> {
    let name = asked.cluster();
    record::find(call, name)
        .map(|record| record.shown())
        .ok_or_else(|| no_cluster(name))
}

pub(super) fn list(call: &Call<'_>, asked: &Asked) -> Result<Value, AwsError> {
    let names = call
        .store
        .list(&call.regional(CLUSTER))
        .map(|(name, _)| name.clone());
    page(asked, "clusters", names.collect())
}

pub(super) fn delete(call: &mut Call<'_>, asked: &Asked) -> Result<Value, AwsError> {
    let name = asked.cluster();
    let mut record = record::find(call, name).ok_or_else(|| no_cluster(name))?;
    if record.cluster.get("deletionProtection") == Some(&Value::Bool(true)) {
        return Err(invalid_request(format!(
            "Cannot delete cluster {name} because deletion protection is enabled. Disable deletion protection and try again."
        ))
        .with("clusterName", name));
    }
    if record.status() != "ACTIVE" && record.status() != "FAILED" {
        let text = format!(
            "Cannot delete cluster {name} because it has status {}",
            record.status()
        );
        return Err(in_use(name, text));
    }
    record.enter("DELETING", call.now, DELETING);
    record::save(call, name, &record);
    Ok(record.shown())
}

/// A second request for a name: the same request again is answered as the first was, any other is refused.
fn repeated(name: &str, existing: &Record, asked: &Asked) -> Result<Value, AwsError> {
    let token = |body: &Map<String, Value>| {
        body.get("clientRequestToken")
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    let same_token =
        token(&asked.body).is_some_and(|asked| token(&existing.request) == Some(asked));
    if same_token && existing.request == asked.body {
        return Ok(existing.shown());
    }
    if same_token {
        let text = "The client request token was used before with other parameters";
        return Err(invalid_parameter(text).with("clusterName", name));
    }
    Err(in_use(
        name,
        format!("Cluster already exists with name: {name}"),
    ))
}

/// Whether EKS takes a request for a new cluster.
fn check(call: &Call<'_>, asked: &Asked) -> Result<(), AwsError> {
    check_version(asked)?;
    let object = |member: &str| asked.body.get(member).and_then(Value::as_object);
    let network = object("resourcesVpcConfig");
    let network = network.filter(|network| network.get("subnetIds").is_some_and(Value::is_array));
    let network = network.ok_or_else(|| {
        invalid_parameter("Subnets specified must be in at least two different AZs")
    })?;
    check_network(network, None)?;
    asked.body.get("logging").map_or(Ok(()), check_logging)?;
    let encryption = asked.body.get("encryptionConfig");
    let encryption =
        encryption.filter(|config| config.as_array().is_none_or(|list| !list.is_empty()));
    encryption.map_or(Ok(()), check_encryption)?;
    object("tags").map_or(Ok(()), check_tags)?;
    object("accessConfig").map_or(Ok(()), check_access)?;
    let role = asked.text("roleArn");
    check_role(
        call,
        role.ok_or_else(|| invalid_parameter("roleArn is required"))?,
    )
}

fn check_version(asked: &Asked) -> Result<(), AwsError> {
    let Some(version) = asked.text("version") else {
        return Ok(());
    };
    match minor_of(version) {
        Some(minor) if MINORS.contains(&minor) => Ok(()),
        Some(_) | None => Err(invalid_parameter("unsupported Kubernetes version")),
    }
}
