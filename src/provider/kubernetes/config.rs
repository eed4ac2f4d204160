//! The provider's configuration: its schema, and the settings that configuration and environment make together.
//!
//! Arguments and environment variables are those of Terraform's Kubernetes provider; see
//! <https://registry.terraform.io/providers/hashicorp/kubernetes/latest/docs#argument-reference>. Three arguments are
//! written by the linker alone, for the connections of a cluster: `eks_cluster_name` and `eks_region` (tokens are then
//! made by the client), `expected_issuer` and `endpoint_from_cluster` (see [`Target`]).

use super::client::Target;
use super::ignored::Ignored;
use super::token::stands_for;
use crate::provider::{ProviderError, ProviderErrorKind};
use crate::schema::{Attribute, Block, NestedBlock, Nesting};
use crate::value::{Known, Type, to_json};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::LazyLock;

static BLOCK: LazyLock<Block> = LazyLock::new(|| {
    let text = |name, description| Attribute::optional(name, Type::String, description);
    let list = |name, description| Attribute::optional(name, Type::list(Type::String), description);
    let flag = |name, description| Attribute::optional(name, Type::Bool, description);
    Block {
        attributes: vec![
            text("host", "The URL of the API server."),
            text("username", "The user of basic authentication."),
            text("password", "The password of basic authentication.").sensitive(),
            flag(
                "insecure",
                "Whether any certificate of the API server is accepted.",
            ),
            text(
                "tls_server_name",
                "The name that the certificate of the API server must have.",
            ),
            text("client_certificate", "A client certificate, PEM."),
            text("client_key", "The key of the client certificate, PEM.").sensitive(),
            text(
                "cluster_ca_certificate",
                "The certificate authority of the API server, PEM.",
            ),
            list("config_paths", "Kubeconfig files, merged."),
            text("config_path", "A kubeconfig file."),
            text("config_context", "The context of the kubeconfig."),
            text(
                "config_context_auth_info",
                "The user of the kubeconfig instead of the context's.",
            ),
            text(
                "config_context_cluster",
                "The cluster of the kubeconfig instead of the context's.",
            ),
            text("token", "A bearer token.").sensitive(),
            text("proxy_url", "The URL of a proxy."),
            list(
                "ignore_annotations",
                "Regular expressions: annotations with a key that matches are left out of account.",
            ),
            list(
                "ignore_labels",
                "Regular expressions: labels with a key that matches are left out of account.",
            ),
            text(
                "eks_cluster_name",
                "The EKS cluster that tokens are made for.",
            ),
            text("eks_region", "The region of the EKS cluster."),
            text(
                "expected_issuer",
                "The issuer that the API server must have.",
            ),
            flag(
                "endpoint_from_cluster",
                "Whether host and authority came from the cluster object.",
            ),
        ],
        blocks: vec![exec(), experiments()],
    }
});

/// The shape of `provider "kubernetes"`.
pub fn provider_block() -> &'static Block {
    &BLOCK
}

fn exec() -> NestedBlock {
    nested(
        "exec",
        "A command that prints credentials.",
        vec![
            Attribute::required(
                "api_version",
                Type::String,
                "The version of the printed object.",
            ),
            Attribute::required("command", Type::String, "The command."),
            Attribute::optional("args", Type::list(Type::String), "Its arguments."),
            Attribute::optional(
                "env",
                Type::map(Type::String),
                "Variables of its environment.",
            ),
        ],
    )
}

fn experiments() -> NestedBlock {
    let attributes = vec![Attribute::optional(
        "manifest_resource",
        Type::Bool,
        "Of no effect here.",
    )];
    nested("experiments", "Of no effect here.", attributes)
}

fn nested(
    name: &'static str,
    description: &'static str,
    attributes: Vec<Attribute>,
) -> NestedBlock {
    NestedBlock {
        name,
        nesting: Nesting::List,
        min: 0,
        max: 1,
        block: Block {
            attributes,
            blocks: Vec::new(),
        },
        description,
    }
}

/// What a configuration and the environment say about a connection. Absent settings are `None` or empty.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// The URL of the API server, with its scheme.
    pub host: Option<String>,
    /// Basic authentication.
    pub username: Option<String>,
    /// Basic authentication.
    pub password: Option<String>,
    /// Whether any certificate is accepted.
    pub insecure: bool,
    /// The name that the server's certificate must have.
    pub tls_server_name: Option<String>,
    /// PEM.
    pub client_certificate: Option<String>,
    /// PEM.
    pub client_key: Option<String>,
    /// PEM.
    pub cluster_ca_certificate: Option<String>,
    /// Kubeconfig files, merged in this order.
    pub config_paths: Vec<String>,
    /// The context of the kubeconfig.
    pub context: Option<String>,
    /// The user of the kubeconfig.
    pub context_user: Option<String>,
    /// The cluster of the kubeconfig.
    pub context_cluster: Option<String>,
    /// A bearer token.
    pub token: Option<String>,
    /// The URL of a proxy.
    pub proxy_url: Option<String>,
    /// A command that prints credentials.
    pub exec: Option<Exec>,
    /// Name and region of the EKS cluster that tokens are made for.
    pub eks: Option<(String, String)>,
    /// What is known of the API server.
    pub target: Target,
    /// Annotations and labels that are left out of account.
    pub ignored: Ignored,
}

/// A command that prints credentials.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Exec {
    /// The version of the object that it prints.
    pub api_version: String,
    /// The command.
    pub command: String,
    /// Its arguments.
    pub args: Vec<String>,
    /// Variables of its environment.
    pub env: BTreeMap<String, String>,
}

impl Settings {
    /// The settings of a provider configuration; what it leaves out is taken from the environment's variables.
    ///
    /// A configuration without any setting is refused (kind `InvalidInput`) unless the environment names a host, a
    /// kubeconfig or a context: writing to whatever cluster happens to be current is an accident.
    pub fn read(
        config: &Known,
        environment: &BTreeMap<String, String>,
    ) -> Result<Settings, ProviderError> {
        let config = to_json(config);
        let sources = Sources {
            config: &config,
            environment,
        };
        let settings = sources.settings();
        settings.ignored.patterns()?;
        if settings.host.is_none() && settings.config_paths.is_empty() && !sources.names_a_context()
        {
            return Err(no_settings());
        }
        Ok(settings.with_kubeconfig(environment))
    }

    /// Fills in the kubeconfig files where a context is named and no host and no file is given.
    fn with_kubeconfig(mut self, environment: &BTreeMap<String, String>) -> Settings {
        if self.host.is_some() || !self.config_paths.is_empty() {
            return self;
        }
        let listed = environment
            .get("KUBECONFIG")
            .filter(|paths| !paths.is_empty());
        self.config_paths = match (listed, environment.get("HOME")) {
            (Some(paths), _) => split_paths(paths),
            (None, Some(home)) => vec![format!("{home}/.kube/config")],
            (None, None) => Vec::new(),
        };
        self
    }
}

fn no_settings() -> ProviderError {
    ProviderError {
        kind: ProviderErrorKind::InvalidInput,
        doing: "connecting to Kubernetes".to_owned(),
        code: String::new(),
        message: "the provider configuration has no settings, so nobody says which cluster is meant. Set `host` (with \
                  credentials) or `config_path` and `config_context`, or name a context in the environment: \
                  KUBE_CONFIG_PATH, KUBE_CTX or KUBECONFIG"
            .to_owned(),
        request_id: String::new(),
    }
}

fn split_paths(paths: &str) -> Vec<String> {
    let separator = if cfg!(windows) { ';' } else { ':' };
    paths
        .split(separator)
        .filter(|path| !path.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Where settings come from: the configuration before the environment.
struct Sources<'s> {
    config: &'s Json,
    environment: &'s BTreeMap<String, String>,
}

impl Sources<'_> {
    fn settings(&self) -> Settings {
        let home = self.environment.get("HOME").map(String::as_str);
        let eks = (
            self.text("eks_cluster_name", ""),
            self.text("eks_region", ""),
        );
        let token = self.text("token", "KUBE_TOKEN");
        let made_by_us = token.as_deref().and_then(stands_for);
        Settings {
            host: self.text("host", "KUBE_HOST").map(with_scheme),
            username: self.text("username", "KUBE_USER"),
            password: self.text("password", "KUBE_PASSWORD"),
            insecure: self.flag("insecure", "KUBE_INSECURE"),
            tls_server_name: self.text("tls_server_name", "KUBE_TLS_SERVER_NAME"),
            client_certificate: self.text("client_certificate", "KUBE_CLIENT_CERT_DATA"),
            client_key: self.text("client_key", "KUBE_CLIENT_KEY_DATA"),
            cluster_ca_certificate: self
                .text("cluster_ca_certificate", "KUBE_CLUSTER_CA_CERT_DATA"),
            config_paths: self
                .paths()
                .iter()
                .map(|path| expand_home(path, home))
                .collect(),
            context: self.text("config_context", "KUBE_CTX"),
            context_user: self.text("config_context_auth_info", "KUBE_CTX_AUTH_INFO"),
            context_cluster: self.text("config_context_cluster", "KUBE_CTX_CLUSTER"),
            token: token.filter(|_| made_by_us.is_none()),
            proxy_url: self.text("proxy_url", "KUBE_PROXY_URL"),
            exec: self.config.pointer("/exec/0").map(exec_of),
            eks: eks.0.zip(eks.1).or(made_by_us),
            target: Target {
                expected_issuer: self.text("expected_issuer", ""),
                endpoint_from_cluster: self.flag("endpoint_from_cluster", ""),
            },
            ignored: Ignored {
                annotations: self.list("ignore_annotations"),
                labels: self.list("ignore_labels"),
            },
        }
    }

    fn names_a_context(&self) -> bool {
        let named = |name: &str| {
            self.environment
                .get(name)
                .is_some_and(|value| !value.is_empty())
        };
        self.text("config_context", "KUBE_CTX").is_some() || named("KUBECONFIG")
    }

    fn paths(&self) -> Vec<String> {
        let listed = self.list("config_paths");
        if !listed.is_empty() {
            return listed;
        }
        if let Some(path) = self.text("config_path", "KUBE_CONFIG_PATH") {
            return vec![path];
        }
        self.environment
            .get("KUBE_CONFIG_PATHS")
            .map(|paths| split_paths(paths))
            .unwrap_or_default()
    }

    fn list(&self, name: &str) -> Vec<String> {
        let listed = self.config.get(name).and_then(Json::as_array);
        let texts = listed.into_iter().flatten().filter_map(Json::as_str);
        texts.map(str::to_owned).collect()
    }

    fn text(&self, name: &str, variable: &str) -> Option<String> {
        let configured = self.config.get(name).and_then(Json::as_str);
        let given = configured.or_else(|| self.environment.get(variable).map(String::as_str));
        given.filter(|text| !text.is_empty()).map(str::to_owned)
    }

    fn flag(&self, name: &str, variable: &str) -> bool {
        let configured = self.config.get(name).and_then(Json::as_bool);
        let variable = self
            .environment
            .get(variable)
            .map(|value| matches!(value.as_str(), "1" | "t" | "T" | "true" | "TRUE" | "True"));
        configured.or(variable).unwrap_or(false)
    }
}

fn exec_of(block: &Json) -> Exec {
    let text = |name: &str| {
        block
            .get(name)
            .and_then(Json::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let args = block
        .get("args")
        .and_then(Json::as_array)
        .into_iter()
        .flatten();
    let env = block
        .get("env")
        .and_then(Json::as_object)
        .into_iter()
        .flatten();
    Exec {
        api_version: text("api_version"),
        command: text("command"),
        args: args
            .filter_map(|arg| Some(arg.as_str()?.to_owned()))
            .collect(),
        env: env
            .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
            .collect(),
    }
}

fn with_scheme(host: String) -> String {
    if host.contains("://") {
        host
    } else {
        format!("https://{host}")
    }
}

fn expand_home(path: &str, home: Option<&str>) -> String {
    match (path.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => format!("{home}/{rest}"),
        _ => path.to_owned(),
    }
}
