//! Real Kubernetes API servers: one etcd for the run, one kube-apiserver for each name asked for.
//!
//! There is no kubelet: pods are stored and never run. Tests share a server and keep to namespaces of their own.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

mod api_server;
mod binaries;
mod etcd;
mod kubeconfig;
#[cfg(test)]
mod tests;

pub use api_server::KubeApiServer;
pub use kubeconfig::kubeconfig;

use crate::{Missing, folder};
use binaries::Binaries;
use etcd::Etcd;

/// How often a server is started on other ports before it counts as missing.
const ATTEMPTS: u32 = 3;

/// What decides how a cluster looks from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterOptions {
    /// Letters, digits and dashes: the context in the kubeconfig and the prefix in etcd.
    pub name: String,
    /// The issuer of its tokens, any https URL.
    pub issuer: String,
    /// The URL of a webhook that is asked (`TokenReview`) about bearer tokens that the server does not know.
    pub token_webhook: Option<String>,
}

impl ClusterOptions {
    /// A cluster of this name with an issuer of its own that looks like one of EKS.
    pub fn named(name: &str) -> Self {
        let id = name
            .bytes()
            .fold(1_u128, |id, byte| id.rotate_left(8) ^ u128::from(byte));
        Self {
            name: name.to_owned(),
            issuer: format!("https://oidc.eks.eu-central-1.amazonaws.com/id/{id:032X}"),
            token_webhook: None,
        }
    }
}

/// The shared cluster of this name, started at the first call and ended with the run.
///
/// A cluster that could not be had once is not tried again in the same run.
pub fn cluster(name: &str) -> Result<Arc<KubeApiServer>, Missing> {
    cluster_with(&ClusterOptions::named(name))
}

/// The shared cluster of this name; the options of the first call for a name stand.
pub fn cluster_with(options: &ClusterOptions) -> Result<Arc<KubeApiServer>, Missing> {
    let mut shared = shared();
    let Shared { plane, clusters } = &mut *shared;
    if let Some(known) = clusters.get(&options.name) {
        return known.clone();
    }
    let plane = plane.get_or_insert_with(ControlPlane::start);
    let started = match plane {
        Ok(plane) => plane.start_cluster(options).map(Arc::new),
        Err(missing) => Err(missing.clone()),
    };
    clusters.insert(options.name.clone(), started.clone());
    started
}

/// A cluster for one test alone, which ends when the value is dropped: for tests of a server that goes away.
///
/// Its name must differ from those of all other clusters of the run.
pub fn own_cluster(options: &ClusterOptions) -> Result<KubeApiServer, Missing> {
    let mut shared = shared();
    match shared.plane.get_or_insert_with(ControlPlane::start) {
        Ok(plane) => plane.start_cluster(options),
        Err(missing) => Err(missing.clone()),
    }
}

/// Ends the shared clusters of this run, and etcd after them.
pub fn shut_down() {
    *shared() = Shared::default();
}

/// What is started at most once in a run, in the order in which it has to end.
#[derive(Debug, Default)]
struct Shared {
    clusters: BTreeMap<String, Result<Arc<KubeApiServer>, Missing>>,
    plane: Option<Result<ControlPlane, Missing>>,
}

static SHARED: Mutex<Shared> = Mutex::new(Shared {
    clusters: BTreeMap::new(),
    plane: None,
});

fn shared() -> MutexGuard<'static, Shared> {
    // A panic while a server starts leaves an entry out and nothing half-done.
    SHARED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What all clusters of a run have in common.
#[derive(Debug)]
struct ControlPlane {
    binaries: Binaries,
    etcd: Etcd,
    folder: std::path::PathBuf,
}

impl ControlPlane {
    fn start() -> Result<Self, Missing> {
        let binaries = Binaries::find()?;
        let folder = folder::shared().map_err(|error| Missing::new("etcd", error.to_string()))?;
        let etcd = Etcd::start(&binaries, &folder)?;
        Ok(Self {
            binaries,
            etcd,
            folder,
        })
    }

    fn start_cluster(&self, options: &ClusterOptions) -> Result<KubeApiServer, Missing> {
        let folder = self.folder.join(&options.name);
        KubeApiServer::start(&self.binaries, &self.etcd, &folder, options)
    }
}
