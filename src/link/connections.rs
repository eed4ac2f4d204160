//! Kubernetes connections: one provider configuration for each cluster, and those that only the state still needs.

use super::Linker;
use super::build::Make;
use super::calls::{made, number};
use super::facts::RecordedCluster;
use super::nouns::call_name;
use super::subjects::own_key;
use crate::address::{Name, ProviderAddress};
use crate::config::{
    Argument, Body, NounBlock, NounKind, ProviderBlock, ProviderReference, Repetition,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::lang::{Expression, Step};
use crate::source::{FileId, Span};
use crate::value::Value;

/// Settings of the Kubernetes provider that only the linker writes: the cluster and region for which the client makes its
/// tokens (they are never values), the issuer that the connection must lead to, and whether it cannot lead elsewhere since
/// endpoint and authority are the cluster object's own.
pub const INTERNAL_SETTINGS: &[&str] = &[
    "eks_cluster_name",
    "eks_region",
    "expected_issuer",
    "endpoint_from_cluster",
];

/// Settings of a `connection` that the provider calls by another name.
const RENAMED: &[(&str, &str)] = &[("kubeconfig", "config_path"), ("context", "config_context")];

/// Settings that say who connects; without any of them the client makes EKS tokens.
const CREDENTIALS: &[&str] = &["token", "client_certificate", "kubeconfig", "context"];

impl Linker<'_> {
    /// Adds the connection of a cluster.
    pub(super) fn add_connection(&mut self, cluster: &NounBlock) {
        let local_name = self.kubernetes();
        let alias: Name = alias_of(&cluster.name);
        if let Some(own) = self
            .root
            .providers
            .iter()
            .find(|p| p.local_name == local_name && p.alias.as_ref() == Some(&alias))
        {
            let detail = format!(
                "The provider configuration {local_name}.{alias} is made for cluster.{}.",
                cluster.name
            );
            self.diagnostics.push(
                Diagnostic::error(Code::Duplicate, detail)
                    .with_summary("Reserved provider alias")
                    .at(own.span)
                    .also(cluster.span, "declared here")
                    .hint("Say how the cluster is reached in a `connection` block of the cluster."),
            );
            return;
        }
        self.root.providers.push(ProviderBlock {
            local_name,
            alias: Some(alias),
            span: cluster.span,
            body: connection(cluster),
            repetition: cluster.repetition.clone(),
        });
    }

    /// A reference to the connection of a cluster, or of one of its instances.
    pub(super) fn connection_reference(
        &self,
        cluster: &str,
        key: Option<Expression>,
        span: Span,
    ) -> ProviderReference {
        ProviderReference {
            local_name: self.kubernetes(),
            alias: Some(alias_of(cluster)),
            key,
            span,
        }
    }

    /// Adds connections that objects of the state were recorded with and that no cluster stands for any more.
    pub(super) fn add_recorded_connections(&mut self) {
        let local_name = self.kubernetes();
        for (alias, cluster) in self.prior.connections() {
            let declared = |block: &ProviderBlock| {
                block.local_name == local_name && block.alias.as_ref() == Some(&alias)
            };
            if self.root.providers.iter().any(declared) {
                continue;
            }
            // No place in any file: the block that it stood for is gone.
            let nowhere = Span::new(FileId::default(), 0..0);
            self.root.providers.push(ProviderBlock {
                local_name: local_name.clone(),
                alias: Some(alias),
                span: nowhere,
                body: recorded_connection(cluster, Make(nowhere)),
                repetition: Repetition::None,
            });
        }
    }

    /// What the root module calls the Kubernetes provider.
    fn kubernetes(&self) -> Name {
        self.local_name_of("kubernetes")
    }

    /// What the root module calls a provider of HashiCorp's.
    pub(super) fn local_name_of(&self, provider: &str) -> Name {
        let address = ProviderAddress::hashicorp(provider);
        let required = &self.root.required_providers;
        let own = required
            .iter()
            .find(|(_, required)| required.address == address);
        own.map_or_else(|| provider.into(), |(name, _)| name.clone())
    }
}

fn alias_of(cluster: &str) -> Name {
    call_name(NounKind::Cluster, cluster).into()
}

/// The settings of a cluster's connection: what its `connection` block says, else endpoint, authority and an EKS token.
fn connection(cluster: &NounBlock) -> Body {
    let mut body = Body::empty(cluster.span);
    let written = cluster.body.blocks_of("connection").next();
    let given = |name: &str| written.is_some_and(|block| block.body.argument(name).is_some());
    let by_exec = written.is_some_and(|block| block.body.blocks_of("exec").next().is_some());
    let from_file = given("kubeconfig") || given("context");
    let make = Make(written.map_or(cluster.span, |block| block.span));
    let key = own_key(&cluster.repetition, make);
    let call = call_name(NounKind::Cluster, &cluster.name);
    let output = |name: &str| make.output(&call, key.clone(), name);
    if !from_file {
        if !given("host") {
            body.arguments.push(made("host", output("endpoint")));
        }
        if !given("cluster_ca_certificate") {
            let authority = make.call("base64decode", vec![output("certificate_authority")]);
            body.arguments
                .push(made("cluster_ca_certificate", authority));
        }
    }
    if !by_exec && !CREDENTIALS.iter().any(|name| given(name)) {
        let region = make.call("split", vec![make.text(":"), output("arn")]);
        let region = make.access(region, vec![Step::Index(make.value(number(3)), make.0)]);
        body.arguments
            .push(made("eks_cluster_name", output("name")));
        body.arguments.push(made("eks_region", region));
    }
    let from_cluster = !from_file && !given("host") && !given("cluster_ca_certificate");
    body.arguments
        .push(made("expected_issuer", output("issuer")));
    let from_cluster = make.value(Value::bool(from_cluster));
    body.arguments
        .push(made("endpoint_from_cluster", from_cluster));
    if let Some(block) = written {
        for argument in &block.body.arguments {
            let name = RENAMED
                .iter()
                .find(|(ours, _)| *ours == argument.name.as_ref());
            let name = name.map_or_else(|| argument.name.clone(), |(_, theirs)| (*theirs).into());
            body.arguments.push(Argument {
                name,
                ..argument.clone()
            });
        }
        body.blocks.extend(block.body.blocks_of("exec").cloned());
    }
    body
}

/// The connection to a cluster as its recorded object gives it.
fn recorded_connection(cluster: &RecordedCluster, make: Make) -> Body {
    let mut body = Body::empty(make.0);
    let authority = make.text(&cluster.certificate_authority);
    let settings = [
        ("host", make.text(&cluster.endpoint)),
        (
            "cluster_ca_certificate",
            make.call("base64decode", vec![authority]),
        ),
        ("eks_cluster_name", make.text(&cluster.name)),
        ("eks_region", make.text(&cluster.region)),
        ("endpoint_from_cluster", make.value(Value::bool(true))),
    ];
    for (name, value) in settings {
        body.arguments.push(made(name, value));
    }
    body
}
