//! EKS: clusters, what belongs to them and their updates in one account and region, moving through their states by the sandbox's time.
//!
//! Shapes and constraints follow the EKS API reference
//! (<https://docs.aws.amazon.com/eks/latest/APIReference/>); texts are as the service words them.

mod access;
mod addon;
mod cluster;
pub(in crate::sandbox) mod description;
mod identity_provider;
pub(in crate::sandbox) mod issuer;
pub(in crate::sandbox) mod members;
pub(in crate::sandbox) mod pod_identity;
pub(in crate::sandbox) mod record;
mod settings;
mod tags;
#[cfg(test)]
mod tests;
mod update;

use bytes::Bytes;
use http::{Method, Request};
use serde_json::{Map, Value};

use super::Call;
use super::protocol::{AwsError, Form, decode};

/// Kinds of documents, as collections name them.
pub(super) const CLUSTER: &str = "eks/cluster";
const UPDATE: &str = "eks/update";

/// The operation that a request's method and path stand for; both when there is none.
pub(super) fn operation_of(method: &Method, path: &str) -> String {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let name = match (method.as_str(), parts.as_slice()) {
        ("POST", ["clusters"]) => "CreateCluster",
        ("GET", ["clusters"]) => "ListClusters",
        ("GET", ["clusters", _]) => "DescribeCluster",
        ("DELETE", ["clusters", _]) => "DeleteCluster",
        ("POST", ["clusters", _, "update-config"]) => "UpdateClusterConfig",
        ("POST", ["clusters", _, "updates"]) => "UpdateClusterVersion",
        ("GET", ["clusters", _, "updates"]) => "ListUpdates",
        ("GET", ["clusters", _, "updates", _]) => "DescribeUpdate",
        ("POST", ["clusters", _, "encryption-config", "associate"]) => "AssociateEncryptionConfig",
        ("POST", ["clusters", _, "access-entries"]) => "CreateAccessEntry",
        ("GET", ["clusters", _, "access-entries"]) => "ListAccessEntries",
        ("GET", ["clusters", _, "access-entries", _]) => "DescribeAccessEntry",
        ("POST", ["clusters", _, "access-entries", _]) => "UpdateAccessEntry",
        ("DELETE", ["clusters", _, "access-entries", _]) => "DeleteAccessEntry",
        ("POST", ["clusters", _, "access-entries", _, "access-policies"]) => {
            "AssociateAccessPolicy"
        }
        ("GET", ["clusters", _, "access-entries", _, "access-policies"]) => {
            "ListAssociatedAccessPolicies"
        }
        ("DELETE", ["clusters", _, "access-entries", _, "access-policies", _]) => {
            "DisassociateAccessPolicy"
        }
        ("POST", ["clusters", _, "pod-identity-associations"]) => "CreatePodIdentityAssociation",
        ("GET", ["clusters", _, "pod-identity-associations"]) => "ListPodIdentityAssociations",
        ("GET", ["clusters", _, "pod-identity-associations", _]) => {
            "DescribePodIdentityAssociation"
        }
        ("POST", ["clusters", _, "pod-identity-associations", _]) => "UpdatePodIdentityAssociation",
        ("DELETE", ["clusters", _, "pod-identity-associations", _]) => {
            "DeletePodIdentityAssociation"
        }
        ("POST", ["clusters", _, "addons"]) => "CreateAddon",
        ("GET", ["clusters", _, "addons"]) => "ListAddons",
        ("GET", ["clusters", _, "addons", _]) => "DescribeAddon",
        ("POST", ["clusters", _, "addons", _, "update"]) => "UpdateAddon",
        ("DELETE", ["clusters", _, "addons", _]) => "DeleteAddon",
        ("GET", ["addons", "supported-versions"]) => "DescribeAddonVersions",
        ("POST", ["clusters", _, "identity-provider-configs", "associate"]) => {
            "AssociateIdentityProviderConfig"
        }
        ("POST", ["clusters", _, "identity-provider-configs", "describe"]) => {
            "DescribeIdentityProviderConfig"
        }
        ("POST", ["clusters", _, "identity-provider-configs", "disassociate"]) => {
            "DisassociateIdentityProviderConfig"
        }
        ("GET", ["clusters", _, "identity-provider-configs"]) => "ListIdentityProviderConfigs",
        ("POST", ["tags", ..]) => "TagResource",
        ("DELETE", ["tags", ..]) => "UntagResource",
        ("GET", ["tags", ..]) => "ListTagsForResource",
        _ => return format!("{method} {path}"),
    };
    name.to_owned()
}

/// Carries out one operation.
pub(super) fn answer(
    call: &mut Call<'_>,
    operation: &str,
    request: &Request<Bytes>,
) -> Result<Value, AwsError> {
    record::settle(call.store, call.now);
    members::settle(call.store, call.now);
    let asked = Asked::read(request)?;
    match operation {
        "CreateCluster" => cluster::create(call, &asked),
        "ListClusters" => cluster::list(call, &asked),
        "DescribeCluster" => cluster::describe(call, &asked),
        "DeleteCluster" => cluster::delete(call, &asked),
        "UpdateClusterConfig" => update::config(call, &asked),
        "UpdateClusterVersion" => update::version(call, &asked),
        "AssociateEncryptionConfig" => update::encryption(call, &asked),
        "ListUpdates" => update::list(call, &asked),
        "DescribeUpdate" => update::describe(call, &asked),
        "CreateAccessEntry" => access::create(call, &asked),
        "ListAccessEntries" => access::list(call, &asked),
        "DescribeAccessEntry" => access::describe(call, &asked),
        "UpdateAccessEntry" => access::update(call, &asked),
        "DeleteAccessEntry" => access::delete(call, &asked),
        "AssociateAccessPolicy" => access::associate(call, &asked),
        "ListAssociatedAccessPolicies" => access::associated(call, &asked),
        "DisassociateAccessPolicy" => access::disassociate(call, &asked),
        "CreatePodIdentityAssociation" => pod_identity::create(call, &asked),
        "ListPodIdentityAssociations" => pod_identity::list(call, &asked),
        "DescribePodIdentityAssociation" => pod_identity::describe(call, &asked),
        "UpdatePodIdentityAssociation" => pod_identity::update(call, &asked),
        "DeletePodIdentityAssociation" => pod_identity::delete(call, &asked),
        "CreateAddon" => addon::create(call, &asked),
        "ListAddons" => addon::list(call, &asked),
        "DescribeAddon" => addon::describe(call, &asked),
        "UpdateAddon" => addon::update(call, &asked),
        "DeleteAddon" => addon::delete(call, &asked),
        "DescribeAddonVersions" => Ok(addon::versions(&asked)),
        "AssociateIdentityProviderConfig" => identity_provider::associate(call, &asked),
        "DescribeIdentityProviderConfig" => identity_provider::describe(call, &asked),
        "DisassociateIdentityProviderConfig" => identity_provider::disassociate(call, &asked),
        "ListIdentityProviderConfigs" => identity_provider::list(call, &asked),
        "TagResource" => tags::tag(call, &asked),
        "UntagResource" => tags::untag(call, &asked),
        "ListTagsForResource" => tags::list(call, &asked),
        other => Err(AwsError::new(
            404,
            "UnknownOperationException",
            format!("The sandbox's EKS has no operation {other}"),
        )),
    }
}

/// Makes the object of a cluster that a request's body describes, as the service itself would.
pub(in crate::sandbox) fn plant(
    call: &mut Call<'_>,
    kind: &str,
    cluster: &str,
    body: Map<String, Value>,
) -> Result<(), AwsError> {
    let asked = Asked {
        path: vec!["clusters".to_owned(), cluster.to_owned()],
        query: Vec::new(),
        body,
    };
    let made = match kind {
        members::ACCESS_ENTRY => access::create(call, &asked),
        members::ADDON => addon::create(call, &asked),
        members::ASSOCIATION => pod_identity::create(call, &asked),
        _ => identity_provider::associate(call, &asked),
    };
    made.map(drop)
}

/// A request taken apart: path, query, body.
struct Asked {
    path: Vec<String>,
    query: Vec<(String, String)>,
    body: Map<String, Value>,
}

impl Asked {
    fn read(request: &Request<Bytes>) -> Result<Self, AwsError> {
        let path = request.uri().path().trim_matches('/').split('/');
        let path = path.map(|part| decode(&part.replace('+', "%2B"))).collect();
        let body = match request.body().as_ref() {
            [] => Map::new(),
            text => serde_json::from_slice(text).map_err(|_| {
                AwsError::new(
                    400,
                    "SerializationException",
                    "The body is not a JSON object",
                )
            })?,
        };
        let query = Form::parse(request.uri().query().unwrap_or_default()).into_pairs();
        Ok(Self { path, query, body })
    }

    /// The cluster that the path names.
    fn cluster(&self) -> &str {
        self.part(1)
    }

    fn part(&self, index: usize) -> &str {
        self.path.get(index).map_or("", String::as_str)
    }

    fn query(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.body.get(name).and_then(Value::as_str)
    }
}

/// One page of names, after EKS's `maxResults` and `nextToken`.
fn page(asked: &Asked, member: &str, names: Vec<String>) -> Result<Value, AwsError> {
    let size = asked
        .query("maxResults")
        .map_or(Ok(100), str::parse)
        .unwrap_or(0);
    if !(1..=100).contains(&size) {
        return Err(invalid_parameter("maxResults must be between 1 and 100"));
    }
    let after = asked.query("nextToken");
    let mut rest = names
        .into_iter()
        .filter(|name| after.is_none_or(|after| name.as_str() > after));
    let items: Vec<String> = rest.by_ref().take(size).collect();
    let more = rest.next().is_some();
    let mut answer = Map::new();
    if let Some(last) = items.last().filter(|_| more) {
        answer.insert("nextToken".to_owned(), Value::from(last.as_str()));
    }
    answer.insert(member.to_owned(), Value::from(items));
    Ok(Value::Object(answer))
}

fn no_cluster(name: &str) -> AwsError {
    AwsError::new(
        404,
        "ResourceNotFoundException",
        format!("No cluster found for name: {name}."),
    )
    .with("clusterName", name)
}

fn in_use(name: &str, text: impl Into<String>) -> AwsError {
    AwsError::new(409, "ResourceInUseException", text).with("clusterName", name)
}

fn invalid_parameter(text: impl Into<String>) -> AwsError {
    AwsError::new(400, "InvalidParameterException", text)
}

fn invalid_request(text: impl Into<String>) -> AwsError {
    AwsError::new(400, "InvalidRequestException", text)
}
