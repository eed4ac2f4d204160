//! A manifest that makes pods, and the pods it makes.
//!
//! Source: Kubernetes API reference, "Workload resources": every controller holds a pod template at a place of its kind.

use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt;

/// The kinds of manifests that make pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WorkloadKind {
    /// A pod itself.
    Pod,
    /// `apps/v1` Deployment.
    Deployment,
    /// `apps/v1` `StatefulSet`.
    StatefulSet,
    /// `apps/v1` `DaemonSet`.
    DaemonSet,
    /// `apps/v1` `ReplicaSet`.
    ReplicaSet,
    /// `v1` `ReplicationController`.
    ReplicationController,
    /// `batch/v1` Job.
    Job,
    /// `batch/v1` `CronJob`.
    CronJob,
}

/// A manifest that makes pods.
#[derive(Debug, Clone, PartialEq)]
pub struct Workload {
    /// Its kind.
    pub kind: WorkloadKind,
    /// Its name; that of `generateName` where it has no other.
    pub name: String,
    /// The namespace its pods live in.
    pub namespace: String,
    /// The pods.
    pub template: PodTemplate,
}

/// The pods of a workload, as its manifest describes them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PodTemplate {
    /// Their labels.
    pub labels: BTreeMap<String, String>,
    /// Their annotations.
    pub annotations: BTreeMap<String, String>,
    /// Their `spec`, as written.
    pub spec: Map<String, Value>,
}

/// A manifest from which no pods can be predicted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// Not an object with a `kind`.
    #[error("it is no Kubernetes manifest: it has no `kind`")]
    NotAManifest,
    /// A kind that makes no pods.
    #[error("a {0} makes no pods; a workload is one of {known}", known = WorkloadKind::list())]
    NoWorkload(String),
    /// There is no pod spec where the kind has one.
    #[error("the {kind} has no pod spec at `{place}`")]
    NoSpec {
        /// The kind.
        kind: WorkloadKind,
        /// Where it should be.
        place: String,
    },
}

impl WorkloadKind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Pod,
        Self::Deployment,
        Self::StatefulSet,
        Self::DaemonSet,
        Self::ReplicaSet,
        Self::ReplicationController,
        Self::Job,
        Self::CronJob,
    ];

    /// The kind as manifests write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pod => "Pod",
            Self::Deployment => "Deployment",
            Self::StatefulSet => "StatefulSet",
            Self::DaemonSet => "DaemonSet",
            Self::ReplicaSet => "ReplicaSet",
            Self::ReplicationController => "ReplicationController",
            Self::Job => "Job",
            Self::CronJob => "CronJob",
        }
    }

    /// Where the pod's `metadata` and `spec` stand in a manifest, as a JSON pointer.
    fn template(self) -> &'static str {
        match self {
            Self::Pod => "",
            Self::Deployment
            | Self::StatefulSet
            | Self::DaemonSet
            | Self::ReplicaSet
            | Self::ReplicationController
            | Self::Job => "/spec/template",
            Self::CronJob => "/spec/jobTemplate/spec/template",
        }
    }

    fn list() -> String {
        Self::ALL.map(Self::as_str).join(", ")
    }
}

impl fmt::Display for WorkloadKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl Workload {
    /// The workload of a manifest; one without a namespace is in `namespace`.
    pub fn of(manifest: &Value, namespace: &str) -> Result<Self, ManifestError> {
        let kind = manifest.get("kind").and_then(Value::as_str);
        let kind = kind.ok_or(ManifestError::NotAManifest)?;
        let kind = WorkloadKind::ALL
            .into_iter()
            .find(|known| known.as_str() == kind)
            .ok_or_else(|| ManifestError::NoWorkload(kind.to_owned()))?;
        let place = kind.template();
        let template = manifest.pointer(place).and_then(PodTemplate::of);
        let template = template.ok_or_else(|| ManifestError::NoSpec {
            kind,
            place: format!("{place}/spec"),
        })?;
        let named = |name: &str| manifest.pointer(&format!("/metadata/{name}"))?.as_str();
        Ok(Self {
            kind,
            name: named("name")
                .or_else(|| named("generateName"))
                .unwrap_or_default()
                .to_owned(),
            namespace: named("namespace").unwrap_or(namespace).to_owned(),
            template,
        })
    }
}

impl PodTemplate {
    fn of(template: &Value) -> Option<Self> {
        let texts = |name: &str| {
            let map = template
                .pointer(&format!("/metadata/{name}"))?
                .as_object()?;
            let texts = map
                .iter()
                .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())));
            Some(texts.collect::<BTreeMap<String, String>>())
        };
        Some(Self {
            labels: texts("labels").unwrap_or_default(),
            annotations: texts("annotations").unwrap_or_default(),
            spec: template.get("spec")?.as_object()?.clone(),
        })
    }

    /// The service account the pods run as; the admission plugin `ServiceAccount` takes `default` where none is named.
    pub fn service_account(&self) -> &str {
        ["serviceAccountName", "serviceAccount"]
            .iter()
            .filter_map(|member| self.spec.get(*member)?.as_str())
            .find(|name| !name.is_empty())
            .unwrap_or("default")
    }

    /// The containers, each with the list it stands in, in the order of the lists.
    pub(super) fn containers(&self) -> impl Iterator<Item = &Map<String, Value>> {
        let lists = CONTAINER_LISTS
            .iter()
            .filter_map(|list| self.spec.get(*list));
        lists
            .filter_map(Value::as_array)
            .flatten()
            .filter_map(Value::as_object)
    }

    /// The volumes.
    pub(super) fn volumes(&self) -> impl Iterator<Item = &Value> {
        let volumes = self.spec.get("volumes").and_then(Value::as_array);
        volumes.into_iter().flatten()
    }
}

/// The lists of containers that admission goes through; ephemeral containers come later, past every webhook.
pub(super) const CONTAINER_LISTS: [&str; 2] = ["initContainers", "containers"];

/// The text of a member.
pub(super) fn text<'a>(object: &'a Map<String, Value>, member: &str) -> Option<&'a str> {
    object.get(member)?.as_str()
}

/// The names of the variables a container sets itself; those of `envFrom` are not known to a webhook.
pub(super) fn variables(container: &Map<String, Value>) -> impl Iterator<Item = &str> {
    let env = container.get("env").and_then(Value::as_array);
    env.into_iter()
        .flatten()
        .filter_map(|variable| variable.get("name")?.as_str())
}

/// The mounts of a container.
pub(super) fn mounts(container: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    let mounts = container.get("volumeMounts").and_then(Value::as_array);
    mounts.into_iter().flatten()
}
