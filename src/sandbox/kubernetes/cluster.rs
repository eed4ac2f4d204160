//! One cluster's part of the store: its objects, its revision, its unique ids.

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::decode::in_order;
use super::kinds::Kind;
use super::metadata;
use crate::sandbox::aws::is_associated;
use crate::sandbox::keys::SigningKey;
use crate::sandbox::store::Store;

/// The characters of generated names, as Kubernetes chooses them: no vowels, nothing easily confused.
const SUFFIX: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";

/// A cluster at the moment of a request.
#[derive(Debug)]
pub(super) struct Cluster<'a> {
    store: &'a mut Store,
    /// The time of the request.
    pub(super) now: Timestamp,
    /// The cluster's name in the store.
    pub(super) name: &'a str,
}

impl<'a> Cluster<'a> {
    /// The cluster `name` of a store.
    pub(super) fn new(store: &'a mut Store, now: Timestamp, name: &'a str) -> Self {
        Self { store, now, name }
    }

    /// An object.
    pub(super) fn get(&self, kind: &Kind, namespace: &str, name: &str) -> Option<&Value> {
        self.store.get(
            &self.collection(kind.plural),
            &metadata::key(kind, namespace, name),
        )
    }

    /// The objects of a kind whose keys begin with `prefix` and come after `after`, by key.
    pub(super) fn list(&self, kind: &Kind, prefix: &str, after: &str) -> Vec<(&String, &Value)> {
        let collection = self.collection(kind.plural);
        // Nothing but the end of a name sorts before a name's characters, so the prefix itself is a good start.
        let start = after.max(prefix);
        let all = self.store.list_after(&collection, start);
        all.take_while(|(key, _)| key.starts_with(prefix)).collect()
    }

    /// Stores an object under a new revision, and returns it as stored.
    pub(super) fn put(&mut self, kind: &'static Kind, mut object: Value) -> Value {
        let revision = self.advance();
        metadata::set(
            &mut object,
            "resourceVersion",
            Some(Value::from(revision.to_string())),
        );
        let object = in_order(&kind.shape, object);
        let key = key_of(kind, &object);
        self.store
            .put(&self.collection(kind.plural), &key, object.clone());
        object
    }

    /// Removes an object; that takes a revision too.
    pub(super) fn remove(&mut self, kind: &Kind, namespace: &str, name: &str) -> u64 {
        let key = metadata::key(kind, namespace, name);
        let _removed = self.store.remove(&self.collection(kind.plural), &key);
        self.set_pending(kind, namespace, name, false);
        self.advance()
    }

    /// The number of the last change.
    pub(super) fn revision(&self) -> u64 {
        let revision = self.meta("revision").and_then(Value::as_u64);
        revision.unwrap_or(1)
    }

    /// A unique id that no object of this cluster had before.
    pub(super) fn new_uid(&mut self) -> Uuid {
        let next = self.meta("uids").and_then(Value::as_u64).unwrap_or(0) + 1;
        self.set_meta("uids", Value::from(next));
        self.uid_for(&next.to_string())
    }

    /// The unique id that a dry run shows.
    pub(super) fn dry_uid(&self) -> Uuid {
        self.uid_for("dry run")
    }

    /// A document about the cluster itself.
    pub(super) fn meta(&self, key: &str) -> Option<&Value> {
        self.store.get(&self.collection("_meta"), key)
    }

    /// Writes a document about the cluster itself.
    pub(super) fn set_meta(&mut self, key: &str, value: Value) {
        let collection = self.collection("_meta");
        self.store.put(&collection, key, value);
    }

    /// The issuer of the cluster's tokens.
    pub(super) fn issuer(&self) -> Option<&str> {
        let own = self.meta("cluster");
        let known = own.or_else(|| self.store.get("cluster", self.name));
        known?.get("issuer")?.as_str()
    }

    /// The key that signs the cluster's tokens; the error is in words.
    pub(super) fn signing_key(&mut self) -> Result<SigningKey, String> {
        SigningKey::of(self.store, self.name).map_err(|error| error.to_string())
    }

    /// Whether EKS knows a pod identity association for an account.
    pub(super) fn is_associated(&self, namespace: &str, account: &str) -> bool {
        let entry = self.store.get("cluster", self.name);
        let arn = entry.and_then(|entry| entry.get("arn")?.as_str());
        arn.is_some_and(|arn| is_associated(self.store, arn, namespace, account))
    }

    /// The region of the cluster.
    pub(super) fn region(&self) -> Option<&str> {
        let arn = self.store.get("cluster", self.name)?.get("arn")?.as_str()?;
        arn.split(':').nth(3)
    }

    /// The objects on their way out: kind, namespace and name, and how often somebody looked.
    pub(super) fn pending(&self) -> Vec<(String, u64)> {
        let collection = self.collection("_pending");
        let all = self.store.list(&collection);
        all.map(|(key, looks)| (key.clone(), looks.as_u64().unwrap_or(0)))
            .collect()
    }

    /// Notes whether an object is on its way out.
    pub(super) fn set_pending(&mut self, kind: &Kind, namespace: &str, name: &str, pending: bool) {
        let key = format!("{}/{}", kind.plural, metadata::key(kind, namespace, name));
        let collection = self.collection("_pending");
        if !pending {
            let _gone = self.store.remove(&collection, &key);
        } else if self.store.get(&collection, &key).is_none() {
            self.store.put(&collection, &key, Value::from(0));
        }
    }

    /// Counts a look at an object on its way out.
    pub(super) fn count_look(&mut self, key: &str, looks: u64) {
        let collection = self.collection("_pending");
        self.store.put(&collection, key, Value::from(looks + 1));
    }

    fn advance(&mut self) -> u64 {
        let next = self.revision() + 1;
        self.set_meta("revision", Value::from(next));
        next
    }

    fn uid_for(&self, what: &str) -> Uuid {
        let text = format!("{}/{what}", self.name);
        Uuid::new_v5(&Uuid::NAMESPACE_OID, text.as_bytes())
    }

    fn collection(&self, what: &str) -> String {
        format!("kubernetes/{}/{what}", self.name)
    }
}

/// The five characters that complete a generated name.
pub(super) fn name_suffix(uid: Uuid) -> String {
    let letter = |byte: &u8| {
        SUFFIX
            .get(usize::from(*byte) % SUFFIX.len())
            .copied()
            .map_or('x', char::from)
    };
    uid.as_bytes().iter().take(5).map(letter).collect()
}

fn key_of(kind: &Kind, object: &Value) -> String {
    metadata::key(
        kind,
        metadata::text(object, "namespace"),
        metadata::text(object, "name"),
    )
}
