//! Where STS finds the keys of an issuer: those of the sandbox's own clusters, and of issuers that a person registered.
//!
//! A registered issuer (`issuers` of `sandbox.json`) stands for a server outside the sandbox, such as a kube-apiserver of this
//! machine, whose JWK set is written down: the sandbox itself opens no connections.

use serde_json::Value;

use super::super::eks::record::CLUSTERS;
use crate::sandbox::keys::SigningKey;
use crate::sandbox::store::Store;

/// The registered issuers, by URL.
pub(in crate::sandbox) const ISSUERS: &str = "issuer";

/// The JWK set of an issuer; `None` when nobody publishes one at its URL.
pub(super) fn published(store: &mut Store, issuer: &str) -> Option<Value> {
    if let Some(registered) = store.get(ISSUERS, issuer) {
        return registered.get("jwks").cloned();
    }
    let is_of = |cluster: &Value| cluster.get("issuer").and_then(Value::as_str) == Some(issuer);
    let mut clusters = store.list(CLUSTERS);
    let found = clusters.find_map(|(id, cluster)| is_of(cluster).then(|| id.clone()));
    drop(clusters);
    let key = SigningKey::of(store, &found?).ok()?;
    Some(key.published())
}
