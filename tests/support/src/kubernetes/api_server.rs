//! One kube-apiserver with the controllers that namespaces and service accounts need.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::binaries::Binaries;
use super::etcd::Etcd;
use super::kubeconfig::kubeconfig;
use super::{ATTEMPTS, ClusterOptions};
use crate::certificates::{Certificates, Identity};
use crate::https::{Client, Request, Response};
use crate::{Missing, Server, free_port};

const SERVICE: &str = "kube-apiserver";

/// How long a server may take to be ready; two seconds are usual on an idle machine.
const READY: Duration = Duration::from_mins(2);

/// What an administrator sees when the API server lets pods find out who issues their tokens, and everybody else too.
const DISCOVERY_FOR_EVERYBODY: &str = r#"{
  "apiVersion": "rbac.authorization.k8s.io/v1",
  "kind": "ClusterRoleBinding",
  "metadata": {"name": "service-account-issuer-discovery-for-everybody"},
  "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "system:service-account-issuer-discovery"},
  "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "system:unauthenticated"}]
}"#;

/// A running Kubernetes API server, as one who has administered it from its first second knows it.
#[derive(Debug)]
pub struct KubeApiServer {
    /// The name it was asked for by; also its context in [`KubeApiServer::kubeconfig_path`].
    pub name: String,
    /// The base URL, such as `https://127.0.0.1:40123`.
    pub host: String,
    /// The certificate of the authority that signed the server's, PEM.
    pub ca_pem: String,
    /// The certificate of an administrator, PEM.
    pub client_cert_pem: String,
    /// Its key, PEM.
    pub client_key_pem: String,
    /// The issuer of its service accounts' tokens.
    pub issuer: String,
    /// The key that signs them, PEM; who has it can forge any token of this cluster.
    pub service_account_key_pem: String,
    /// A kubeconfig with one context, whose user is the administrator.
    pub kubeconfig_path: PathBuf,
    /// Whether namespaces get their `default` service account and end when deleted; only a foreign set of programs may
    /// lack the controllers for that.
    pub has_controllers: bool,
    client: Client,
    anonymous: Client,
    servers: Vec<Server>,
}

impl KubeApiServer {
    /// Starts a server on `etcd` with its files in `folder`, on another port when somebody took the first one.
    pub(super) fn start(
        binaries: &Binaries,
        etcd: &Etcd,
        folder: &Path,
        options: &ClusterOptions,
    ) -> Result<Self, Missing> {
        let missing = |error: String| Missing::new(SERVICE, error);
        let files = Files::write(folder).map_err(|error| missing(error.to_string()))?;
        let mut reason = String::new();
        for attempt in 0..ATTEMPTS {
            match start_once(binaries, etcd, &files, options, attempt) {
                Ok(server) => return Ok(server),
                Err(why) => reason = why,
            }
        }
        Err(missing(reason))
    }

    /// Sends one request as the administrator.
    pub fn send(&self, request: Request<'_>) -> io::Result<Response> {
        self.client.send(request)
    }

    /// Sends one request as the administrator, with these headers.
    pub fn send_with(
        &self,
        headers: &[(&str, &str)],
        request: Request<'_>,
    ) -> io::Result<Response> {
        self.client.send_with(headers, request)
    }

    /// Sends one request as nobody in particular.
    pub fn send_anonymously(&self, request: Request<'_>) -> io::Result<Response> {
        self.anonymous.send(request)
    }

    /// The process ids of the API server and its controllers, for tests of how servers end.
    pub fn process_ids(&self) -> Vec<u32> {
        self.servers.iter().map(Server::id).collect()
    }
}

/// The files that the server reads, and what is in them.
#[derive(Debug)]
struct Files {
    folder: PathBuf,
    certificates: Certificates,
}

impl Files {
    fn write(folder: &Path) -> io::Result<Self> {
        let certificates = Certificates::generate().map_err(io::Error::other)?;
        let files = Self {
            folder: folder.to_path_buf(),
            certificates,
        };
        let Certificates {
            authority,
            server,
            administrator: _,
            service_account_key,
        } = &files.certificates;
        fs::create_dir_all(folder)?;
        fs::write(files.authority(), authority)?;
        fs::write(files.server_certificate(), &server.certificate)?;
        fs::write(files.server_key(), &server.key)?;
        fs::write(files.service_account_key(), service_account_key)?;
        Ok(files)
    }

    fn authority(&self) -> PathBuf {
        self.folder.join("authority.pem")
    }

    fn server_certificate(&self) -> PathBuf {
        self.folder.join("server.pem")
    }

    fn server_key(&self) -> PathBuf {
        self.folder.join("server-key.pem")
    }

    fn service_account_key(&self) -> PathBuf {
        self.folder.join("service-account-key.pem")
    }

    fn token_webhook(&self) -> PathBuf {
        self.folder.join("token-webhook")
    }

    fn kubeconfig(&self) -> PathBuf {
        self.folder.join("kubeconfig")
    }
}

fn start_once(
    binaries: &Binaries,
    etcd: &Etcd,
    files: &Files,
    options: &ClusterOptions,
    attempt: u32,
) -> Result<KubeApiServer, String> {
    let port = free_port().map_err(|error| error.to_string())?;
    let (client, anonymous) =
        clients(port, &files.certificates).map_err(|error| error.to_string())?;
    let mut command = binaries.api_server();
    add_flags(&mut command, etcd, files, options, port);
    let log = files.folder.join(format!("kube-apiserver-{attempt}.log"));
    let mut server = Server::start(SERVICE, command, &log).map_err(|error| error.to_string())?;
    server.wait_until(READY, || is_ready(&client))?;
    publish_discovery(&client)?;
    let mut running = describe(files, options, port, client, anonymous);
    fs::write(&running.kubeconfig_path, kubeconfig(&[&running]))
        .map_err(|error| error.to_string())?;
    running.servers.push(server);
    if let Some(controllers) = start_controllers(binaries, files)? {
        running.servers.push(controllers);
        running.has_controllers = true;
    }
    Ok(running)
}

fn clients(port: u16, certificates: &Certificates) -> io::Result<(Client, Client)> {
    let administrator = Client::new(
        port,
        &certificates.authority,
        Some(&certificates.administrator),
    )?;
    let anonymous = Client::new(port, &certificates.authority, None)?;
    Ok((administrator, anonymous))
}

fn is_ready(client: &Client) -> bool {
    client
        .send(Request::get("/readyz"))
        .is_ok_and(|answer| answer.status == 200)
}

fn publish_discovery(client: &Client) -> Result<(), String> {
    let bindings = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings";
    let answer = client
        .send(Request::post(bindings, DISCOVERY_FOR_EVERYBODY))
        .map_err(|error| error.to_string())?;
    match answer.status {
        // A second attempt finds what the first one left in etcd.
        201 | 409 => Ok(()),
        status => Err(format!(
            "the binding for discovery was refused with {status}: {}",
            answer.body
        )),
    }
}

fn add_flags(
    command: &mut Command,
    etcd: &Etcd,
    files: &Files,
    options: &ClusterOptions,
    port: u16,
) {
    let issuer = &options.issuer;
    let key = files.service_account_key();
    let key = key.display();
    command
        .arg(format!("--etcd-servers={}", etcd.url))
        .arg(format!("--etcd-prefix=/{}", options.name))
        .arg("--bind-address=127.0.0.1")
        .arg(format!("--secure-port={port}"))
        // Without this the server refuses to advertise a loopback address and ends.
        .arg("--endpoint-reconciler-type=none")
        .arg("--service-cluster-ip-range=10.0.0.0/24")
        .arg("--authorization-mode=RBAC")
        .arg(flag("--tls-cert-file", &files.server_certificate()))
        .arg(flag("--tls-private-key-file", &files.server_key()))
        .arg(flag("--client-ca-file", &files.authority()))
        .arg(format!("--service-account-issuer={issuer}"))
        .arg(format!(
            "--service-account-jwks-uri={issuer}/openid/v1/jwks"
        ))
        .arg(format!("--service-account-signing-key-file={key}"))
        .arg(format!("--service-account-key-file={key}"))
        .arg(format!("--api-audiences={issuer}"));
    if let Some(url) = &options.token_webhook {
        let file = files.token_webhook();
        // A server that is asked for it and does not find it says so in its log, which is shown.
        fs::write(&file, webhook_kubeconfig(url)).ok();
        command
            .arg(flag("--authentication-token-webhook-config-file", &file))
            .arg("--authentication-token-webhook-version=v1")
            .arg("--authentication-token-webhook-cache-ttl=0s");
    }
}

/// How the API server finds its webhook.
fn webhook_kubeconfig(url: &str) -> String {
    format!(
        r#"{{
  "apiVersion": "v1", "kind": "Config", "current-context": "webhook",
  "clusters": [{{"name": "webhook", "cluster": {{"server": "{url}"}}}}],
  "users": [{{"name": "webhook", "user": {{}}}}],
  "contexts": [{{"name": "webhook", "context": {{"cluster": "webhook", "user": "webhook"}}}}]
}}"#
    )
}

fn start_controllers(binaries: &Binaries, files: &Files) -> Result<Option<Server>, String> {
    let Some(mut command) = binaries.controllers() else {
        return Ok(None);
    };
    command
        .arg(flag("--kubeconfig", &files.kubeconfig()))
        .arg(flag(
            "--service-account-private-key-file",
            &files.service_account_key(),
        ))
        .arg(flag("--root-ca-file", &files.authority()))
        .arg("--leader-elect=false")
        // Nobody asks it anything, and its usual port may be taken.
        .arg("--secure-port=0")
        .arg("--controllers=namespace-controller,serviceaccount-controller,root-ca-certificate-publisher-controller");
    let log = files.folder.join("kube-controller-manager.log");
    Server::start("kube-controller-manager", command, &log)
        .map(Some)
        .map_err(|error| error.to_string())
}

fn flag(name: &str, file: &Path) -> String {
    format!("{name}={}", file.display())
}

fn describe(
    files: &Files,
    options: &ClusterOptions,
    port: u16,
    client: Client,
    anonymous: Client,
) -> KubeApiServer {
    let Identity { certificate, key } = files.certificates.administrator.clone();
    KubeApiServer {
        name: options.name.clone(),
        host: format!("https://127.0.0.1:{port}"),
        ca_pem: files.certificates.authority.clone(),
        client_cert_pem: certificate,
        client_key_pem: key,
        issuer: options.issuer.clone(),
        service_account_key_pem: files.certificates.service_account_key.clone(),
        kubeconfig_path: files.kubeconfig(),
        has_controllers: false,
        client,
        anonymous,
        servers: Vec::new(),
    }
}
