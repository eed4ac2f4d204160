//! The Kubernetes objects of a sandbox, looked at and changed by a person's hand: through the cluster's own API, which
//! admits and validates them, and names the members that it does not know.

use bytes::Bytes;
use http::{Method, Request};
use serde_json::{Value, json};

use super::merge;
use crate::sandbox::aws::eks::record;
use crate::sandbox::store::Store;
use crate::sandbox::{clock, kubernetes};

/// Who writes when a person's hand does.
const MANAGER: &str = "trustform-sandbox";

/// A kind of object that has addresses.
struct Kind {
    plural: &'static str,
    name: &'static str,
    /// As in `apiVersion`.
    version: &'static str,
    namespaced: bool,
}

const KINDS: [Kind; 4] = [
    Kind {
        plural: "mutatingwebhookconfigurations",
        name: "MutatingWebhookConfiguration",
        version: "admissionregistration.k8s.io/v1",
        namespaced: false,
    },
    Kind {
        plural: "namespaces",
        name: "Namespace",
        version: "v1",
        namespaced: false,
    },
    Kind {
        plural: "pods",
        name: "Pod",
        version: "v1",
        namespaced: true,
    },
    Kind {
        plural: "serviceaccounts",
        name: "ServiceAccount",
        version: "v1",
        namespaced: true,
    },
];

/// One object by its address.
pub(super) struct KubernetesObject {
    cluster: String,
    kind: &'static Kind,
    /// Empty for an object that lives in none.
    namespace: String,
    name: String,
}

impl KubernetesObject {
    /// The object at `CLUSTER/PLURAL/NAME` or `CLUSTER/PLURAL/NAMESPACE/NAME`.
    pub(super) fn at(place: &[&str]) -> Option<Self> {
        let (cluster, plural, namespace, name) = match place {
            [cluster, plural, name] => (cluster, plural, "", name),
            [cluster, plural, namespace, name] => (cluster, plural, *namespace, name),
            _ => return None,
        };
        let kind = KINDS.iter().find(|kind| kind.plural == *plural)?;
        (kind.namespaced != namespace.is_empty()).then(|| Self {
            cluster: (*cluster).to_owned(),
            kind,
            namespace: namespace.to_owned(),
            name: (*name).to_owned(),
        })
    }

    /// Merges a change into the object, which is made where it is not there. The error is the cluster's.
    pub(super) fn set(&self, store: &mut Store, change: &Value) -> Result<Value, String> {
        match get(store, &self.cluster, &self.path()) {
            Some(mut object) => {
                merge(&mut object, change);
                write(store, &self.cluster, Method::PUT, &self.path(), &object)
            }
            None => {
                let mut metadata = json!({ "name": self.name });
                if self.kind.namespaced {
                    merge(&mut metadata, &json!({ "namespace": self.namespace }));
                }
                let mut object = json!({
                    "apiVersion": self.kind.version, "kind": self.kind.name, "metadata": metadata,
                });
                merge(&mut object, change);
                let collection = self.kind.collection(&self.namespace);
                write(store, &self.cluster, Method::POST, &collection, &object)
            }
        }
    }

    /// Deletes the object and waits until it is gone; what it was, if it was there.
    pub(super) fn remove(&self, store: &mut Store) -> Option<Value> {
        let path = self.path();
        let object = get(store, &self.cluster, &path)?;
        send(store, &self.cluster, Method::DELETE, &path, &Value::Null);
        // A namespace goes when somebody has looked at it often enough; a person's hand does not wait for that.
        for _ in 0..16 {
            if get(store, &self.cluster, &path).is_none() {
                break;
            }
        }
        Some(object)
    }

    fn path(&self) -> String {
        format!("{}/{}", self.kind.collection(&self.namespace), self.name)
    }
}

impl Kind {
    /// The path of the objects of a namespace; of all for an empty one.
    fn collection(&self, namespace: &str) -> String {
        let root = match self.version {
            "v1" => "/api/v1".to_owned(),
            version => format!("/apis/{version}"),
        };
        match namespace {
            "" => format!("{root}/{}", self.plural),
            namespace => format!("{root}/namespaces/{namespace}/{}", self.plural),
        }
    }
}

/// All objects of a cluster that have addresses, with these.
pub(super) fn all(store: &mut Store, cluster: &str) -> Vec<(String, Value)> {
    let mut objects = Vec::new();
    for kind in &KINDS {
        let list = get(store, cluster, &kind.collection("")).unwrap_or_default();
        let items = list.get("items").and_then(Value::as_array);
        for item in items.into_iter().flatten() {
            let text = |member: &str| item.pointer(member).and_then(Value::as_str);
            let name = text("/metadata/name").unwrap_or_default();
            let place = text("/metadata/namespace").map_or_else(
                || name.to_owned(),
                |namespace| format!("{namespace}/{name}"),
            );
            // Items of a list do not say what they are.
            let mut object = json!({ "apiVersion": kind.version, "kind": kind.name });
            merge(&mut object, item);
            let address = format!("kubernetes/{cluster}/{}/{place}", kind.plural);
            objects.push((address, object));
        }
    }
    objects
}

fn get(store: &mut Store, cluster: &str, path: &str) -> Option<Value> {
    let (good, body) = send(store, cluster, Method::GET, path, &Value::Null);
    good.then_some(body)
}

fn write(
    store: &mut Store,
    cluster: &str,
    method: Method,
    path: &str,
    object: &Value,
) -> Result<Value, String> {
    let path = format!("{path}?fieldManager={MANAGER}&fieldValidation=Strict");
    let (good, body) = send(store, cluster, method, &path, object);
    let said = || {
        body.get("message")
            .and_then(Value::as_str)
            .unwrap_or("the cluster refused it")
            .to_owned()
    };
    if good { Ok(body) } else { Err(said()) }
}

fn send(
    store: &mut Store,
    cluster: &str,
    method: Method,
    path: &str,
    body: &Value,
) -> (bool, Value) {
    let mut request: Request<Bytes> = record::post(path, body);
    if body.is_null() {
        *request.body_mut() = Bytes::new();
    }
    *request.method_mut() = method;
    let now = clock::now(store);
    let response = kubernetes::handle(store, now, cluster, &request);
    (
        response.status().is_success(),
        serde_json::from_slice(response.body()).unwrap_or_default(),
    )
}
