//! A cluster as it is kept, and what time does to it.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::Request;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::Digest;

use super::super::{Account, Call, regional_collection, stored, typed};
use super::{CLUSTER, UPDATE, members};
use crate::sandbox::store::Store;
use crate::sandbox::{account, clock, kubernetes};

/// Where the Kubernetes half finds a cluster's issuer and endpoint.
pub(in crate::sandbox) const CLUSTERS: &str = "cluster";
/// The namespaces that every cluster has from its first day.
const FIRST_NAMESPACES: [&str; 4] = ["default", "kube-node-lease", "kube-public", "kube-system"];
const CA: &str = include_str!("ca.pem");

/// A cluster: what `DescribeCluster` shows, and what becomes of it when.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::sandbox) struct Record {
    pub(in crate::sandbox) cluster: Map<String, Value>,
    /// The id that the Kubernetes half and transports know it by.
    pub(in crate::sandbox) id: String,
    /// When the state it is in ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::sandbox) until: Option<Timestamp>,
    /// Members that show when the state ends.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub(in crate::sandbox) then: Map<String, Value>,
    /// The update in flight.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::sandbox) update: Option<String>,
    /// The request that made it, for `clientRequestToken`.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub(in crate::sandbox) request: Map<String, Value>,
}

impl Record {
    pub(in crate::sandbox) fn status(&self) -> &str {
        self.cluster
            .get("status")
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// Enters a state that ends after `wait`.
    pub(super) fn enter(&mut self, status: &str, now: Timestamp, wait: Duration) {
        self.cluster
            .insert("status".to_owned(), Value::from(status));
        self.until = Some(clock::after(now, wait));
    }

    pub(super) fn shown(&self) -> Value {
        let mut told = self.cluster.clone();
        told.remove(super::addon::HEALTH);
        json!({ "cluster": told })
    }
}

/// What EKS invents for a cluster: its issuer, endpoint, security group and certificate authority.
pub(in crate::sandbox) struct Invented {
    pub(in crate::sandbox) issuer_id: String,
    pub(in crate::sandbox) endpoint: String,
    pub(in crate::sandbox) certificate_authority: String,
}

impl Invented {
    /// Always the same for the same cluster of the same number.
    pub(in crate::sandbox) fn new(region: &str, name: &str, number: u64) -> Self {
        let suffix = account::suffix_of(region);
        let host = hex_id(&format!("endpoint {region} {name} {number}"));
        Self {
            issuer_id: hex_id(&format!("issuer {region} {name} {number}")),
            endpoint: format!("https://{host}.gr7.{region}.eks.{suffix}"),
            certificate_authority: STANDARD.encode(CA),
        }
    }

    /// The members of `DescribeCluster` that show once the cluster is active.
    pub(in crate::sandbox) fn members(&self, region: &str) -> Map<String, Value> {
        let issuer = format!(
            "https://oidc.eks.{region}.{}/id/{}",
            account::suffix_of(region),
            self.issuer_id
        );
        let members = [
            ("endpoint", json!(self.endpoint)),
            (
                "certificateAuthority",
                json!({ "data": self.certificate_authority }),
            ),
            ("identity", json!({ "oidc": { "issuer": issuer } })),
        ];
        members
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }
}

/// The cluster of a name in the request's account and region.
pub(super) fn find(call: &Call<'_>, name: &str) -> Option<Record> {
    typed(call.store.get(&call.regional(CLUSTER), name))
}

pub(super) fn save(call: &mut Call<'_>, name: &str, record: &Record) {
    let collection = call.regional(CLUSTER);
    call.store.put(&collection, name, stored(record));
}

/// The id of a cluster: its name at home, `name@region` elsewhere.
pub(in crate::sandbox) fn id_of(home: &Account, region: &str, name: &str) -> String {
    if home.region == region {
        name.to_owned()
    } else {
        format!("{name}@{region}")
    }
}

/// The id of the active cluster that answers at an endpoint.
pub(in crate::sandbox) fn id_at(store: &mut Store, endpoint: &str) -> Option<String> {
    settle(store, clock::now(store));
    let wanted = endpoint.trim_end_matches('/');
    let mut clusters = store.list(CLUSTERS);
    let found = clusters
        .find(|(_, cluster)| cluster.get("endpoint").and_then(Value::as_str) == Some(wanted));
    found.map(|(id, _)| id.clone())
}

/// Whether the cluster of this id has an API server that answers.
pub(in crate::sandbox) fn is_reachable(store: &mut Store, id: &str) -> bool {
    settle(store, clock::now(store));
    store.get(CLUSTERS, id).is_some()
}

/// Ends the states of all clusters whose time has come.
pub(in crate::sandbox) fn settle(store: &mut Store, now: Timestamp) {
    for collection in store.collections("aws/") {
        if !collection.ends_with(CLUSTER) {
            continue;
        }
        let due = |(name, value): (&String, &Value)| {
            // Most clusters rest: those are not worth being taken apart.
            value.get("until")?;
            let record: Record = typed(Some(value))?;
            let until = record.until.filter(|until| *until <= now);
            until.map(|_| (name.clone(), record))
        };
        let due: Vec<(String, Record)> = store.list(&collection).filter_map(due).collect();
        for (name, record) in due {
            end_state(store, &collection, &name, record);
        }
    }
}

/// Makes an active cluster's API server answer, with the namespaces that each has.
pub(in crate::sandbox) fn open_api_server(store: &mut Store, record: &Record) {
    let member = |name: &str| record.cluster.get(name).cloned().unwrap_or(Value::Null);
    let issuer = record
        .cluster
        .get("identity")
        .and_then(|identity| identity.pointer("/oidc/issuer"));
    let known = store.get(CLUSTERS, &record.id).is_some();
    let entry = json!({
        "name": member("name"), "arn": member("arn"), "version": member("version"),
        "endpoint": member("endpoint"), "issuer": issuer,
    });
    if store.get(CLUSTERS, &record.id) != Some(&entry) {
        store.put(CLUSTERS, &record.id, entry);
    }
    if known {
        return;
    }
    for namespace in FIRST_NAMESPACES {
        let body =
            json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": namespace } });
        let request = post("/api/v1/namespaces?fieldManager=kube-apiserver", &body);
        let now = clock::now(store);
        // One that the Kubernetes half made by itself is there already.
        let _made = kubernetes::handle(store, now, &record.id, &request);
    }
}

/// A POST of a JSON body.
pub(in crate::sandbox) fn post(path: &str, body: &Value) -> Request<Bytes> {
    let mut request = Request::new(Bytes::from(body.to_string()));
    *request.method_mut() = http::Method::POST;
    *request.uri_mut() = path.parse().unwrap_or_default();
    let json = http::HeaderValue::from_static("application/json");
    request
        .headers_mut()
        .insert(http::header::CONTENT_TYPE, json);
    request
}

fn end_state(store: &mut Store, collection: &str, name: &str, mut record: Record) {
    if record.status() == "DELETING" {
        forget(store, collection, name, &record);
        return;
    }
    record.until = None;
    record
        .cluster
        .insert("status".to_owned(), Value::from("ACTIVE"));
    let then = std::mem::take(&mut record.then);
    record.cluster.extend(then);
    if let Some(id) = record.update.take() {
        let updates = collection.replace(CLUSTER, UPDATE);
        let key = format!("{name}/{id}");
        if let Some(mut update) = store.get(&updates, &key).cloned() {
            if let Some(update) = update.as_object_mut() {
                update.insert("status".to_owned(), Value::from("Successful"));
            }
            store.put(&updates, &key, update);
        }
    }
    store.put(collection, name, stored(&record));
    open_api_server(store, &record);
}

/// Removes a cluster with all that lived in it.
pub(in crate::sandbox) fn forget(store: &mut Store, collection: &str, name: &str, record: &Record) {
    let updates = collection.replace(CLUSTER, UPDATE);
    let prefix = format!("{name}/");
    let keys: Vec<String> = store
        .list(&updates)
        .map(|(key, _)| key.clone())
        .filter(|key| key.starts_with(&prefix))
        .collect();
    for key in keys {
        store.remove(&updates, &key);
    }
    members::forget(store, collection, name);
    store.remove(collection, name);
    store.remove(CLUSTERS, &record.id);
    store.remove_collections(&format!("kubernetes/{}/", record.id));
}

/// The collection of clusters of an account and region.
pub(in crate::sandbox) fn collection_of(account: &str, region: &str) -> String {
    regional_collection(account, region, CLUSTER)
}

/// 32 upper-case hexadecimal digits, always the same for the same text.
fn hex_id(text: &str) -> String {
    let digest = sha2::Sha256::digest(text.as_bytes());
    let digits = digest
        .iter()
        .take(16)
        .flat_map(|byte| [byte >> 4, byte & 15]);
    let digits = digits.filter_map(|digit| char::from_digit(u32::from(digit), 16));
    digits.map(|digit| digit.to_ascii_uppercase()).collect()
}
