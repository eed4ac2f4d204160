//! From settings to a client over the network.

use super::client::KubernetesClients;
use super::config::Settings;
use super::token::{EksTokens, TokenLayer};
use crate::provider::{ProviderError, ProviderErrorKind};
use aws_credential_types::provider::SharedCredentialsProvider;
use base64::Engine;
use kube::Config;
use kube::client::ClientBuilder;
use kube::config::{KubeConfigOptions, Kubeconfig};
use serde_json::{Value as Json, json};
use std::fmt::Display;
use std::time::Duration;

/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long an answer may take.
const READ_TIMEOUT: Duration = Duration::from_mins(1);

/// The URL of the API server that the settings lead to, also through a kubeconfig.
///
/// # Errors
/// A kubeconfig cannot be read, or has no such context.
pub async fn destination(settings: &Settings) -> Result<String, ProviderError> {
    Ok(config(settings).await?.cluster_url.to_string())
}

impl KubernetesClients {
    /// Clients for the API server that the settings lead to. Nothing is sent yet.
    ///
    /// `credentials` make the tokens of an EKS connection; other connections do not need them. Must be called within a
    /// Tokio runtime.
    pub async fn connect(
        settings: &Settings,
        credentials: Option<SharedCredentialsProvider>,
    ) -> Result<Self, ProviderError> {
        let mut config = config(settings).await?;
        config.connect_timeout = Some(CONNECT_TIMEOUT);
        config.read_timeout = Some(READ_TIMEOUT);
        config.reset_reader_on_write = true;
        // Retrying is done here, where calls are counted and the wait is told.
        config.default_retry = false;
        let builder = ClientBuilder::try_from(config).map_err(|error| unusable(&error))?;
        let target = settings.target.clone();
        let Some((cluster, region)) = &settings.eks else {
            return KubernetesClients::new(builder.build(), target).ignoring(&settings.ignored);
        };
        let credentials = credentials.ok_or_else(|| ProviderError {
            kind: ProviderErrorKind::Credentials,
            ..unusable(&format!(
                "a token for the EKS cluster {cluster} needs AWS credentials"
            ))
        })?;
        let tokens = EksTokens::new(cluster, region, credentials);
        KubernetesClients::new(builder.with_layer(&TokenLayer(tokens)).build(), target)
            .ignoring(&settings.ignored)
    }
}

fn unusable(error: &dyn Display) -> ProviderError {
    ProviderError {
        kind: ProviderErrorKind::InvalidInput,
        doing: "connecting to Kubernetes".to_owned(),
        code: String::new(),
        message: error.to_string(),
        request_id: String::new(),
    }
}

/// What a kubeconfig says, and over it what the settings say.
async fn config(settings: &Settings) -> Result<Config, ProviderError> {
    if settings.config_paths.is_empty() {
        if settings.host.is_none() {
            return Err(unusable(
                &"a context is named, but there is no kubeconfig to find it in",
            ));
        }
        return explicit(settings).await;
    }
    let mut merged = Kubeconfig::default();
    for path in &settings.config_paths {
        let file =
            Kubeconfig::read_from(path).map_err(|error| unusable(&format!("{path}: {error}")))?;
        merged = merged
            .merge(file)
            .map_err(|error| unusable(&format!("{path}: {error}")))?;
    }
    check_names(settings, &merged)?;
    let options = KubeConfigOptions {
        context: settings.context.clone(),
        cluster: settings.context_cluster.clone(),
        user: settings.context_user.clone(),
    };
    let found = Config::from_custom_kubeconfig(merged, &options).await;
    let mut config = found.map_err(|error| unusable(&error))?;
    let own = explicit(settings).await?;
    if settings.host.is_some() {
        config.cluster_url = own.cluster_url;
    }
    if settings.cluster_ca_certificate.is_some() {
        config.root_cert = own.root_cert;
    }
    if settings.insecure {
        config.accept_invalid_certs = true;
    }
    if settings.tls_server_name.is_some() {
        config.tls_server_name = own.tls_server_name;
    }
    if settings.proxy_url.is_some() {
        config.proxy_url = own.proxy_url;
    }
    if authenticates(settings) {
        config.auth_info = own.auth_info;
    }
    Ok(config)
}

/// A user or cluster that is named must be there: without one, requests would be anonymous.
fn check_names(settings: &Settings, kubeconfig: &Kubeconfig) -> Result<(), ProviderError> {
    let users = kubeconfig.auth_infos.iter().map(|user| &user.name);
    let clusters = kubeconfig.clusters.iter().map(|cluster| &cluster.name);
    for (kind, named, known) in [
        ("user", &settings.context_user, users.collect::<Vec<_>>()),
        ("cluster", &settings.context_cluster, clusters.collect()),
    ] {
        if let Some(name) = named
            && !known.contains(&name)
        {
            return Err(unusable(&format!("the kubeconfig has no {kind} `{name}`")));
        }
    }
    Ok(())
}

fn authenticates(settings: &Settings) -> bool {
    settings.token.is_some()
        || settings.client_certificate.is_some()
        || settings.username.is_some()
        || settings.exec.is_some()
        || settings.eks.is_some()
}

/// What the settings alone say. The way through a kubeconfig gives kube's own reading of certificates and commands.
async fn explicit(settings: &Settings) -> Result<Config, ProviderError> {
    let kubeconfig: Kubeconfig =
        serde_json::from_value(kubeconfig(settings)).map_err(|error| unusable(&error))?;
    let found = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await;
    found.map_err(|error| unusable(&error))
}

fn kubeconfig(settings: &Settings) -> Json {
    let encoded = |pem: &Option<String>| {
        pem.as_ref()
            .map(|pem| base64::engine::general_purpose::STANDARD.encode(pem))
    };
    let exec = settings.exec.as_ref().map(|exec| {
        let env = exec
            .env
            .iter()
            .map(|(name, value)| json!({ "name": name, "value": value }));
        json!({
            "apiVersion": exec.api_version, "command": exec.command, "args": exec.args,
            "env": env.collect::<Vec<_>>(), "interactiveMode": "Never",
        })
    });
    let user = json!({
        "username": settings.username, "password": settings.password, "token": settings.token,
        "client-certificate-data": encoded(&settings.client_certificate),
        "client-key-data": encoded(&settings.client_key), "exec": exec,
    });
    let cluster = json!({
        "server": settings.host.as_deref().unwrap_or("https://localhost"),
        "certificate-authority-data": encoded(&settings.cluster_ca_certificate),
        "insecure-skip-tls-verify": settings.insecure,
        "tls-server-name": settings.tls_server_name, "proxy-url": settings.proxy_url,
    });
    json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "own",
        "contexts": [{ "name": "own", "context": { "cluster": "own", "user": "own" } }],
        "clusters": [{ "name": "own", "cluster": cluster }],
        "users": [{ "name": "own", "user": user }],
    })
}
