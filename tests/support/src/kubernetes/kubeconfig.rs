//! The kubeconfig of one or more servers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::KubeApiServer;

/// A kubeconfig (JSON, which is YAML) with one context for each server, named as the server is; the first is the current
/// one. Certificates and keys are in it, so that it can be copied anywhere.
pub fn kubeconfig(servers: &[&KubeApiServer]) -> String {
    let current = servers.first().map_or("", |server| server.name.as_str());
    let document = json!({
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": current,
        "contexts": servers.iter().map(|server| context(server)).collect::<Vec<_>>(),
        "clusters": servers.iter().map(|server| cluster(server)).collect::<Vec<_>>(),
        "users": servers.iter().map(|server| user(server)).collect::<Vec<_>>(),
    });
    document.to_string()
}

fn context(server: &KubeApiServer) -> Value {
    json!({"name": server.name, "context": {"cluster": server.name, "user": server.name}})
}

fn cluster(server: &KubeApiServer) -> Value {
    let authority = STANDARD.encode(&server.ca_pem);
    json!({"name": server.name, "cluster": {"server": server.host, "certificate-authority-data": authority}})
}

fn user(server: &KubeApiServer) -> Value {
    let certificate = STANDARD.encode(&server.client_cert_pem);
    let key = STANDARD.encode(&server.client_key_pem);
    json!({"name": server.name, "user": {"client-certificate-data": certificate, "client-key-data": key}})
}
