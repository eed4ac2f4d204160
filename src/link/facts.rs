//! What the linker has to know of the state: which objects were only read until now, and how clusters were reached.

use super::nouns::call_name;
use crate::address::{
    InstanceKey, ModuleInstance, Name, ProviderConfigAddress, ResourceMode, ResourceName,
};
use crate::config::NounKind;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// One object of the state, as the linker looks at it.
#[derive(Clone, Copy)]
pub struct RecordedObject<'a> {
    /// The module instance.
    pub module: &'a ModuleInstance,
    /// The block; data sources are objects too.
    pub resource: &'a ResourceName,
    /// The provider configuration, as the state writes it.
    pub provider: &'a str,
    /// Reads the attributes, which few objects are looked at for.
    pub attributes: &'a dyn Fn() -> Json,
}

/// How a recorded cluster is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RecordedCluster {
    pub(super) name: String,
    pub(super) region: String,
    pub(super) endpoint: String,
    /// Base64 of PEM, as EKS tells it.
    pub(super) certificate_authority: String,
}

/// The name and key of a module call of the root module.
type Call = (Name, InstanceKey);

/// Facts of the state, collected object by object.
#[derive(Clone, Debug, Default)]
pub struct PriorFacts {
    /// The import ids of objects that a noun only read (or of whose fields it owned some) until now.
    read_only: BTreeMap<Call, String>,
    /// Service accounts that are ours as a whole.
    owned_accounts: BTreeSet<Call>,
    clusters: BTreeMap<Call, RecordedCluster>,
    /// The aliases of linker-made Kubernetes connections that objects were recorded with.
    connections: BTreeSet<Name>,
    /// The linker-made calls that hold namespaces.
    namespaces: BTreeSet<Name>,
}

impl PriorFacts {
    /// Looks at one object of the state, current or deposed, managed or data.
    pub fn record(&mut self, object: RecordedObject<'_>) {
        if let Ok(provider) = object.provider.parse::<ProviderConfigAddress>()
            && provider.module.is_root()
            && provider.provider.provider_type.as_ref() == "kubernetes"
            && let Some(alias) = provider.alias
            && alias.starts_with("cluster_")
        {
            self.connections.insert(alias);
        }
        let [(name, key)] = object.module.steps() else {
            return;
        };
        let call = (name.clone(), key.clone());
        let attributes = LazyCell::new(object.attributes);
        let text = |path: &str| {
            attributes
                .pointer(path)
                .and_then(Json::as_str)
                .map(str::to_owned)
        };
        let is_data = object.resource.mode == ResourceMode::Data;
        match (object.resource.resource_type.as_ref(), is_data) {
            ("aws_eks_cluster", _) if name.starts_with("cluster_") => {
                if is_data {
                    self.read_only
                        .extend(text("/name").map(|id| (call.clone(), id)));
                }
                self.clusters
                    .extend(recorded_cluster(&text).map(|cluster| (call, cluster)));
            }
            ("aws_iam_openid_connect_provider", true) if name.starts_with("oidc_provider_") => {
                self.read_only.extend(text("/arn").map(|id| (call, id)));
            }
            ("aws_iam_role", true) if name.starts_with("role_") => {
                self.read_only.extend(text("/name").map(|id| (call, id)));
            }
            ("kubernetes_annotations" | "kubernetes_labels", false)
                if name.starts_with("service_account_") =>
            {
                let names = text("/metadata/0/namespace").zip(text("/metadata/0/name"));
                self.read_only
                    .extend(names.map(|(namespace, name)| (call, format!("{namespace}/{name}"))));
            }
            ("kubernetes_service_account_v1", false) => _ = self.owned_accounts.insert(call),
            ("kubernetes_namespace_v1", false) if name.starts_with("namespaces_") => {
                self.namespaces.insert(name.clone());
            }
            _ => {}
        }
    }

    /// The import ids of objects that the instances of a noun only read until now.
    pub(super) fn read_only(&self, kind: NounKind, label: &str) -> BTreeMap<InstanceKey, String> {
        let name = call_name(kind, label);
        let of_noun = self
            .read_only
            .iter()
            .filter(|((call, _), _)| **call == *name);
        of_noun
            .filter(|(call, _)| !self.owned_accounts.contains(call))
            .map(|((_, key), id)| (key.clone(), id.clone()))
            .collect()
    }

    /// The connections that objects were recorded with and whose cluster is recorded, by alias.
    pub(super) fn connections(&self) -> BTreeMap<Name, &RecordedCluster> {
        let aliased = self
            .clusters
            .iter()
            .map(|((call, key), cluster)| (alias(call, key), cluster));
        aliased
            .filter(|(alias, _)| self.connections.contains(alias))
            .collect()
    }

    /// The calls that hold namespaces.
    pub(super) fn namespaces(&self) -> &BTreeSet<Name> {
        &self.namespaces
    }
}

/// The alias of a cluster's connection as a state records it: with a hash of the key, since Terraform drops objects whose
/// provider address has a key.
fn alias(call: &Name, key: &InstanceKey) -> Name {
    if *key == InstanceKey::None {
        return call.clone();
    }
    let digest = Sha256::digest(key.to_string().as_bytes());
    let mut alias = format!("{call}_");
    for byte in digest.iter().take(4) {
        let _infallible = write!(alias, "{byte:02x}");
    }
    alias.into()
}

fn recorded_cluster(text: &dyn Fn(&str) -> Option<String>) -> Option<RecordedCluster> {
    Some(RecordedCluster {
        name: text("/name")?,
        region: text("/arn")?.split(':').nth(3)?.to_owned(),
        endpoint: text("/endpoint")?,
        certificate_authority: text("/certificate_authority/0/data")?,
    })
}
