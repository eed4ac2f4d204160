//! Looking at a sandbox's objects and changing them behind everybody's back, by address.
//!
//! Addresses: `iam/role/NAME`, `iam/oidc-provider/URL`, `iam/policy/ARN`, `iam/instance-profile/NAME`, `eks/cluster/NAME` (at home),
//! `eks/access-entry/CLUSTER/PRINCIPAL`, `eks/addon/CLUSTER/NAME`, `eks/pod-identity-association/CLUSTER/ID`,
//! `eks/identity-provider-config/CLUSTER/NAME`, `s3/bucket/NAME`, `s3/object/BUCKET/KEY`,
//! `sts/issuer/URL` (a registered one), and those of [`objects`]: `kubernetes/CLUSTER/namespaces/NAME`,
//! `kubernetes/CLUSTER/serviceaccounts/NAMESPACE/NAME`, `kubernetes/CLUSTER/pods/NAMESPACE/NAME`,
//! `kubernetes/CLUSTER/mutatingwebhookconfigurations/NAME`.

mod objects;
#[cfg(test)]
mod tests;

use std::time::Duration;

use serde_json::{Map, Value};

use self::objects::KubernetesObject;

use super::aws::eks::members::{self, Member};
use super::aws::eks::record::{self, Record};
use super::aws::iam::{self, INSTANCE_PROFILE, POLICY, PROVIDER, ROLE};
use super::aws::s3::bucket::{BUCKETS, Bucket, objects_of};
use super::aws::s3::object::Object;
use super::aws::sts::keys::ISSUERS;
use super::aws::{Call, global_collection};
use super::store::{Store, StoreError};
use super::{Sandbox, account, clock};

const IAM_KINDS: [&str; 4] = [INSTANCE_PROFILE, PROVIDER, POLICY, ROLE];

/// Why an object could not be looked at or changed.
#[derive(Debug, thiserror::Error)]
pub enum InspectError {
    /// The address has no object.
    #[error("the sandbox has no object `{0}`")]
    NotFound(String),
    /// The address is not one.
    #[error(
        "`{0}` is not an address of the sandbox; addresses look like `iam/role/NAME`, `iam/oidc-provider/URL`, `iam/policy/ARN`, `iam/instance-profile/NAME`, `eks/cluster/NAME`, `eks/access-entry/CLUSTER/PRINCIPAL`, `eks/addon/CLUSTER/NAME`, `eks/pod-identity-association/CLUSTER/ID`, `eks/identity-provider-config/CLUSTER/NAME`, `s3/bucket/NAME`, `s3/object/BUCKET/KEY`, `sts/issuer/URL`, `kubernetes/CLUSTER/namespaces/NAME`, `kubernetes/CLUSTER/serviceaccounts/NAMESPACE/NAME`, `kubernetes/CLUSTER/pods/NAMESPACE/NAME`, `kubernetes/CLUSTER/mutatingwebhookconfigurations/NAME`"
    )]
    Address(String),
    /// The object would not be one of its kind any more.
    #[error("`{address}` cannot become that: {reason}")]
    Content {
        /// The object's address.
        address: String,
        /// What is wrong with the new content.
        reason: String,
    },
    /// The sandbox's files.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A parsed address.
enum Place {
    Iam {
        kind: &'static str,
        name: String,
    },
    Cluster(String),
    Bucket(String),
    /// An object that belongs to a cluster; the key is `CLUSTER/NAME`.
    Member {
        kind: &'static str,
        key: String,
    },
    Object {
        bucket: String,
        key: String,
    },
    /// An issuer whose keys a person registered, by its URL.
    Issuer(String),
    Kubernetes(KubernetesObject),
}

impl Sandbox {
    /// All objects whose address is `prefix` or lies under it, in the order of their addresses; all for an empty one.
    ///
    /// # Errors
    /// The content cannot be read.
    pub fn inspect(&self, prefix: &str) -> Result<Vec<(String, Value)>, InspectError> {
        let prefix = prefix.trim_matches('/');
        let under = |address: &str| {
            let rest = address.strip_prefix(prefix);
            prefix.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let mut objects = self.transaction(all_objects)?;
        objects.retain(|(address, _)| under(address));
        Ok(objects)
    }

    /// Changes an object: members of `change` replace the object's own, `null` removes them (RFC 7386). Makes an IAM
    /// or Kubernetes object that is not there. Returns the object as it is then.
    ///
    /// # Errors
    /// The address is not one, or the content does not fit it.
    pub fn set(&self, address: &str, change: &Value) -> Result<Value, InspectError> {
        let place = Place::parse(address)?;
        self.transaction(|store| place.set(store, address, change))?
    }

    /// Removes an object as it is, whatever depends on it, and returns what it was.
    ///
    /// # Errors
    /// The address is not one, or has no object.
    pub fn remove(&self, address: &str) -> Result<Value, InspectError> {
        let place = Place::parse(address)?;
        self.transaction(|store| place.remove(store, address))?
    }
}

impl Place {
    fn parse(address: &str) -> Result<Self, InspectError> {
        let address = address.trim_matches('/');
        for kind in IAM_KINDS {
            let name = address
                .strip_prefix(kind)
                .and_then(|rest| rest.strip_prefix('/'));
            if let Some(name) = name {
                return Ok(Self::Iam {
                    kind,
                    name: name.to_owned(),
                });
            }
        }
        for kind in members::KINDS {
            let key = address
                .strip_prefix(kind)
                .and_then(|rest| rest.strip_prefix('/'));
            if let Some(key) = key.filter(|key| key.contains('/')) {
                return Ok(Self::Member {
                    kind,
                    key: key.to_owned(),
                });
            }
        }
        let parts: Vec<&str> = address.split('/').collect();
        match parts.as_slice() {
            ["eks", "cluster", name] => Ok(Self::Cluster((*name).to_owned())),
            ["s3", "bucket", name] => Ok(Self::Bucket((*name).to_owned())),
            ["s3", "object", bucket, key @ ..] if !key.is_empty() => Ok(Self::Object {
                bucket: (*bucket).to_owned(),
                key: key.join("/"),
            }),
            ["sts", "issuer", url @ ..] if !url.is_empty() => Ok(Self::Issuer(issuer_url(url))),
            ["kubernetes", place @ ..] => KubernetesObject::at(place)
                .map(Self::Kubernetes)
                .ok_or_else(|| InspectError::Address(address.to_owned())),
            _ => Err(InspectError::Address(address.to_owned())),
        }
    }

    fn set(&self, store: &mut Store, address: &str, change: &Value) -> Result<Value, InspectError> {
        let content = |reason: String| InspectError::Content {
            address: address.to_owned(),
            reason,
        };
        match self {
            Self::Iam { kind, name } => set_iam(store, kind, name, change).map_err(content),
            Self::Cluster(name) => set_cluster(store, name, change)
                .ok_or_else(|| InspectError::NotFound(address.to_owned())),
            Self::Member { kind, key } => set_member(store, kind, key, change)
                .ok_or_else(|| InspectError::NotFound(address.to_owned())),
            Self::Bucket(name) => set_bucket(store, name, change).map_err(content),
            Self::Object { bucket, key } => set_object(store, bucket, key, change).map_err(content),
            Self::Issuer(url) => set_issuer(store, url, change).map_err(content),
            Self::Kubernetes(object) => object.set(store, change).map_err(content),
        }
    }

    fn remove(&self, store: &mut Store, address: &str) -> Result<Value, InspectError> {
        let removed = match self {
            Self::Iam { kind, name } => {
                let collection = global_collection(&account::home(store).id, kind);
                store.remove(&collection, &iam::key_of(kind, name))
            }
            Self::Cluster(name) => remove_cluster(store, name),
            Self::Member { kind, key } => {
                let home = account::home(store);
                let collection = record::collection_of(&home.id, &home.region);
                store.remove(&members::beside(&collection, kind), key)
            }
            Self::Bucket(name) => {
                store.remove_collections(&objects_of(name));
                store.remove(BUCKETS, name)
            }
            Self::Object { bucket, key } => store.remove(&objects_of(bucket), key),
            Self::Issuer(url) => store.remove(ISSUERS, url),
            Self::Kubernetes(object) => object.remove(store),
        };
        removed.ok_or_else(|| InspectError::NotFound(address.to_owned()))
    }
}

fn all_objects(store: &mut Store) -> Vec<(String, Value)> {
    record::settle(store, clock::now(store));
    members::settle(store, clock::now(store));
    let home = account::home(store);
    let mut objects = Vec::new();
    let clusters = record::collection_of(&home.id, &home.region);
    for (name, document) in store.list(&clusters) {
        let shown = document.get("cluster").cloned().unwrap_or_default();
        objects.push((format!("eks/cluster/{name}"), shown));
    }
    for kind in members::KINDS {
        for (key, document) in store.list(&members::beside(&clusters, kind)) {
            let shown = document.get("shown").cloned().unwrap_or_default();
            objects.push((format!("{kind}/{key}"), shown));
        }
    }
    for kind in IAM_KINDS {
        let documents = store.list(&global_collection(&home.id, kind));
        objects.extend(documents.map(|(key, document)| {
            (
                format!("{kind}/{}", shown_name(kind, key, document)),
                document.clone(),
            )
        }));
    }
    for (name, document) in store.list(BUCKETS) {
        objects.push((format!("s3/bucket/{name}"), document.clone()));
    }
    for collection in store.collections("s3/object/") {
        let entries = store.list(&collection);
        objects.extend(
            entries.map(|(key, document)| (format!("{collection}/{key}"), document.clone())),
        );
    }
    for (url, document) in store.list(ISSUERS) {
        let place = url.trim_start_matches("https://");
        objects.push((format!("sts/issuer/{place}"), document.clone()));
    }
    let ids: Vec<String> = store
        .list(record::CLUSTERS)
        .map(|(id, _)| id.clone())
        .collect();
    for id in ids {
        objects.extend(objects::all(store, &id));
    }
    objects
}

/// Roles and instance profiles are kept by their name in lower case and shown by the name they were given.
fn shown_name(kind: &str, key: &str, document: &Value) -> String {
    let given = document
        .get(iam::naming_member(kind))
        .and_then(Value::as_str);
    given.unwrap_or(key).to_owned()
}

fn set_iam(store: &mut Store, kind: &str, name: &str, change: &Value) -> Result<Value, String> {
    let home = account::home(store);
    let collection = global_collection(&home.id, kind);
    let key = iam::key_of(kind, name);
    let member = iam::naming_member(kind);
    let fresh = || serde_json::json!({ member: name });
    let mut object = store.get(&collection, &key).cloned().unwrap_or_else(fresh);
    merge(&mut object, change);
    let mut call = Call::new(store, home, Duration::ZERO);
    let object = iam::adopted(&mut call, kind, object)?;
    call.store.put(&collection, &key, object.clone());
    Ok(object)
}

fn set_bucket(store: &mut Store, name: &str, change: &Value) -> Result<Value, String> {
    let home = account::home(store);
    let fresh = || serde_json::json!({ "Name": name, "Region": home.region, "Account": home.id });
    let mut object = store.get(BUCKETS, name).cloned().unwrap_or_else(fresh);
    merge(&mut object, change);
    let bucket: Bucket = serde_json::from_value(object).map_err(|error| error.to_string())?;
    let object = serde_json::to_value(bucket).unwrap_or_default();
    store.put(BUCKETS, name, object.clone());
    Ok(object)
}

fn set_object(store: &mut Store, bucket: &str, key: &str, change: &Value) -> Result<Value, String> {
    if store.get(BUCKETS, bucket).is_none() {
        return Err(format!("there is no bucket `{bucket}`"));
    }
    let now = clock::now(store);
    let collection = objects_of(bucket);
    let fresh = || serde_json::json!({ "LastModified": now });
    let mut object = store.get(&collection, key).cloned().unwrap_or_else(fresh);
    merge(&mut object, change);
    let object: Object = serde_json::from_value(object).map_err(|error| error.to_string())?;
    let object = serde_json::to_value(object).unwrap_or_default();
    store.put(&collection, key, object.clone());
    Ok(object)
}

/// Registers the keys of an issuer: its only member is `jwks`, a JWK set as its discovery document points to.
fn set_issuer(store: &mut Store, url: &str, change: &Value) -> Result<Value, String> {
    let mut object = store.get(ISSUERS, url).cloned().unwrap_or_default();
    merge(&mut object, change);
    if let Some(unknown) = members_of(&object).keys().find(|name| *name != "jwks") {
        return Err(format!("an issuer has no member `{unknown}`, only `jwks`"));
    }
    let keys = object.pointer("/jwks/keys").and_then(Value::as_array);
    if keys.is_none_or(Vec::is_empty) {
        return Err("`jwks` is no JWK set: it has no `keys`".to_owned());
    }
    store.put(ISSUERS, url, object.clone());
    Ok(object)
}

/// The members of an object; none of what is no object.
fn members_of(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

/// The URL of an issuer by the rest of an address, which leaves out the scheme as those of providers do.
fn issuer_url(rest: &[&str]) -> String {
    let rest = rest.join("/");
    let bare = rest.trim_start_matches("https:").trim_start_matches('/');
    format!("https://{bare}")
}

fn set_cluster(store: &mut Store, name: &str, change: &Value) -> Option<Value> {
    let (collection, mut record) = cluster_record(store, name)?;
    let mut cluster = Value::Object(record.cluster);
    merge(&mut cluster, change);
    record.cluster = cluster.as_object().cloned().unwrap_or_default();
    store.put(
        &collection,
        name,
        serde_json::to_value(&record).unwrap_or_default(),
    );
    if store.get(record::CLUSTERS, &record.id).is_some() {
        record::open_api_server(store, &record);
    }
    Some(cluster)
}

fn set_member(store: &mut Store, kind: &str, key: &str, change: &Value) -> Option<Value> {
    members::settle(store, clock::now(store));
    let home = account::home(store);
    let collection = record::collection_of(&home.id, &home.region);
    let collection = members::beside(&collection, kind);
    let mut member: Member = serde_json::from_value(store.get(&collection, key)?.clone()).ok()?;
    let mut shown = Value::Object(member.shown);
    merge(&mut shown, change);
    member.shown = shown.as_object().cloned().unwrap_or_default();
    let document = serde_json::to_value(&member).unwrap_or_default();
    store.put(&collection, key, document);
    Some(shown)
}

fn remove_cluster(store: &mut Store, name: &str) -> Option<Value> {
    let (collection, record) = cluster_record(store, name)?;
    record::forget(store, &collection, name, &record);
    Some(Value::Object(record.cluster))
}

fn cluster_record(store: &mut Store, name: &str) -> Option<(String, Record)> {
    record::settle(store, clock::now(store));
    let home = account::home(store);
    let collection = record::collection_of(&home.id, &home.region);
    let record = serde_json::from_value(store.get(&collection, name)?.clone()).ok()?;
    Some((collection, record))
}

/// JSON merge patch, RFC 7386.
fn merge(target: &mut Value, change: &Value) {
    let Some(change) = change.as_object() else {
        *target = change.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    let Some(members) = target.as_object_mut() else {
        return;
    };
    for (name, value) in change {
        if value.is_null() {
            members.remove(name);
        } else {
            merge(members.entry(name.clone()).or_insert(Value::Null), value);
        }
    }
}
