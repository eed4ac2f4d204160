//! Connectors: how provider configurations get their clients on the command line, over the network or over the sandbox.

use super::remote_states::RemoteStates;
use crate::engine::Reach;
use crate::provider::aws::{self, AwsClients, Injected, Settings, Transport};
use crate::provider::builtin::terraform_remote_state::States;
use crate::provider::builtin::{Chance, Machine, Seeded, Surroundings};
use crate::provider::kubernetes::{self, KubernetesClients};
use crate::provider::tls::{self, Served, TlsClients};
use crate::provider::{
    CallCounts, Clock, Connector, DataSource, ProviderContext, ProviderError, ProviderErrorKind,
    ResourceKind, registry,
};
use crate::sandbox::Sandbox;
use crate::sandbox::transport::{AwsTransport, ClusterService, VirtualSleep};
use crate::schema::Facts;
use crate::value::Known;
use async_trait::async_trait;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::SharedAsyncSleep;
use aws_smithy_async::time::SharedTimeSource;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// Where provider configurations lead.
#[derive(Clone)]
pub(super) enum World {
    /// To AWS and to real clusters.
    Network,
    /// Into the embedded sandbox.
    Sandbox(Sandbox),
}

/// Makes the clients of a run.
pub(super) struct Clients {
    pub(super) world: World,
    pub(super) calls: CallCounts,
    pub(super) environment: BTreeMap<String, String>,
    pub(super) progress: Arc<dyn Fn(&str) + Send + Sync>,
    /// Turns true on the first interrupt.
    pub(super) stopped: watch::Receiver<bool>,
}

#[async_trait]
impl Connector for Clients {
    async fn connect(
        &self,
        provider_type: &str,
        settings: &Known,
    ) -> Result<ProviderContext, ProviderError> {
        let mut clock = self.clock();
        let clients: Arc<dyn std::any::Any + Send + Sync> = match provider_type {
            "aws" => Arc::new(self.aws(settings).await?),
            "kubernetes" => {
                let settings = kubernetes::Settings::read(settings, &self.environment)?;
                let cluster = self.cluster_of_the_sandbox(&settings).await?;
                if cluster.is_none() {
                    // A real server does its work in real time.
                    clock = Arc::new(RealClock(Instant::now()));
                }
                Arc::new(self.kubernetes(&settings, cluster).await?)
            }
            "terraform" => Arc::new(States(Arc::new(self.states()?))),
            "tls" => {
                tls::check(settings)?;
                Arc::new(self.certificates())
            }
            _ => Arc::new(self.surroundings()),
        };
        Ok(ProviderContext {
            clock,
            calls: self.calls.clone(),
            progress: self.progress.clone(),
            clients,
        })
    }

    async fn facts(
        &self,
        provider_type: &str,
        context: &ProviderContext,
    ) -> Result<Facts, ProviderError> {
        match provider_type {
            "aws" => AwsClients::of(context)?.facts().await,
            _ => Ok(Facts::default()),
        }
    }

    fn resource(&self, name: &str) -> Option<&'static dyn ResourceKind> {
        registry::resource(name)
    }

    fn data(&self, name: &str) -> Option<&'static dyn DataSource> {
        registry::data(name)
    }
}

impl Clients {
    /// The states of other configurations, in the same world.
    fn states(&self) -> Result<RemoteStates, ProviderError> {
        let transport = match &self.world {
            World::Network => Transport::Network,
            World::Sandbox(sandbox) => transport(sandbox)?,
        };
        Ok(RemoteStates {
            reach: Reach {
                transport,
                environment: self.environment.clone(),
                calls: self.calls.clone(),
            },
        })
    }

    async fn aws(&self, settings: &Known) -> Result<AwsClients, ProviderError> {
        let settings = Settings::from_block(settings).map_err(|error| ProviderError {
            kind: ProviderErrorKind::InvalidInput,
            ..ProviderError::internal("configuring provider \"aws\"", &error.to_string())
        })?;
        let transport = match &self.world {
            World::Network => Transport::Network,
            World::Sandbox(sandbox) => transport(sandbox)?,
        };
        aws::connect(&settings, &transport, &self.calls).await
    }

    /// The service of the sandbox's cluster that a connection leads to; `None` when it leads to a real server.
    async fn cluster_of_the_sandbox(
        &self,
        settings: &kubernetes::Settings,
    ) -> Result<Option<ClusterService>, ProviderError> {
        let World::Sandbox(sandbox) = &self.world else {
            return Ok(None);
        };
        let host = match &settings.host {
            Some(host) => host.clone(),
            None => kubernetes::destination(settings).await?,
        };
        match sandbox
            .cluster_at(&host)
            .map_err(|error| unusable(&error))?
        {
            Some(cluster) => Ok(Some(ClusterService::new(sandbox.clone(), cluster))),
            None if is_loopback(&host) => Ok(None),
            None => Err(nobody_at(&host)),
        }
    }

    async fn kubernetes(
        &self,
        settings: &kubernetes::Settings,
        cluster: Option<ClusterService>,
    ) -> Result<KubernetesClients, ProviderError> {
        if let Some(cluster) = cluster {
            return Ok(KubernetesClients::over(cluster, settings.target.clone()));
        }
        let credentials = match (&self.world, &settings.eks) {
            (World::Network, Some((_, region))) => self.credentials(region).await?,
            (World::Network | World::Sandbox(_), _) => None,
        };
        KubernetesClients::connect(settings, credentials).await
    }

    /// The credentials of AWS's default chain, from which tokens for a cluster are made.
    async fn credentials(
        &self,
        region: &str,
    ) -> Result<Option<SharedCredentialsProvider>, ProviderError> {
        let settings = Settings {
            region: Some(region.to_owned()),
            ..Settings::default()
        };
        let clients = aws::connect(&settings, &Transport::Network, &self.calls).await?;
        Ok(clients.sdk().credentials_provider())
    }

    /// Who shows certificates: in the sandbox the issuers of its clusters, and hosts of this machine.
    fn certificates(&self) -> TlsClients {
        match &self.world {
            World::Network => TlsClients::new(|_| Ok(Served::ByHost)),
            World::Sandbox(sandbox) => {
                let sandbox = sandbox.clone();
                TlsClients::new(move |host| {
                    let chain = sandbox.issuer_certificates(host);
                    match chain.map_err(|error| unusable(&error))? {
                        Some(chain) => Ok(Served::Here(chain)),
                        None if is_loopback(host) => Ok(Served::ByHost),
                        None => Err(no_certificates(host)),
                    }
                })
            }
        }
    }

    fn surroundings(&self) -> Surroundings {
        let chance: Arc<dyn Chance> = match &self.world {
            World::Network => Arc::new(Machine),
            World::Sandbox(sandbox) => Arc::new(SandboxChance {
                sandbox: sandbox.clone(),
                seeded: OnceLock::new(),
            }),
        };
        let today: Arc<dyn Fn() -> Timestamp + Send + Sync> = match &self.world {
            World::Network => Arc::new(now),
            World::Sandbox(sandbox) => {
                let sandbox = sandbox.clone();
                Arc::new(move || sandbox.now())
            }
        };
        Surroundings {
            chance,
            today,
            stopped: self.stopped.clone(),
        }
    }

    fn clock(&self) -> Arc<dyn Clock> {
        match &self.world {
            World::Network => Arc::new(RealClock(Instant::now())),
            World::Sandbox(sandbox) => Arc::new(VirtualClock(sandbox.clone())),
        }
    }
}

/// The way of AWS's clients into the sandbox.
pub(super) fn transport(sandbox: &Sandbox) -> Result<Transport, ProviderError> {
    injected(sandbox).map(Transport::Injected)
}

fn injected(sandbox: &Sandbox) -> Result<Injected, ProviderError> {
    let transport = AwsTransport::new(sandbox.clone());
    Ok(Injected {
        http: SharedHttpClient::new(transport.clone()),
        credentials: SharedCredentialsProvider::new(AwsTransport::credentials()),
        sleep: SharedAsyncSleep::new(transport.clone()),
        time: SharedTimeSource::new(transport),
        region: sandbox.region().map_err(|error| unusable(&error))?,
    })
}

/// Whether a URL leads to this machine: the one place outside that a run in the sandbox may reach.
fn is_loopback(url: &str) -> bool {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = host.split(['/', '?']).next().unwrap_or_default();
    let host = match host.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => host,
        _ => host,
    };
    matches!(host, "127.0.0.1" | "localhost" | "[::1]")
}

fn nobody_at(host: &str) -> ProviderError {
    let message = format!(
        "no cluster of the sandbox answers at `{host}`, and only hosts of this machine can be reached from the sandbox"
    );
    ProviderError {
        kind: ProviderErrorKind::Unreachable,
        ..ProviderError::internal("connecting to Kubernetes", &message)
    }
}

fn no_certificates(host: &str) -> ProviderError {
    let message = format!(
        "`{host}` is no issuer of a cluster of the sandbox, and only hosts of this machine can be reached from the sandbox"
    );
    ProviderError {
        kind: ProviderErrorKind::Unreachable,
        ..ProviderError::internal("reading certificates", &message)
    }
}

fn unusable(error: &dyn std::fmt::Display) -> ProviderError {
    ProviderError::internal("using the sandbox", &error.to_string())
}

#[expect(
    clippy::disallowed_methods,
    reason = "outside the sandbox it is as late as it is"
)]
fn now() -> Timestamp {
    Timestamp::now()
}

/// Chance as the sandbox has it: each run has a sequence of its own, and these follow each other alike in every sandbox.
struct SandboxChance {
    sandbox: Sandbox,
    seeded: OnceLock<Seeded>,
}

impl Chance for SandboxChance {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), ProviderError> {
        let seeded = match self.seeded.get() {
            Some(seeded) => seeded,
            None => {
                let seed = self.sandbox.seed().map_err(|error| unusable(&error))?;
                self.seeded.get_or_init(|| Seeded::new(seed.to_string()))
            }
        };
        seeded.fill(bytes)
    }
}

struct RealClock(Instant);

impl Clock for RealClock {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "outside the sandbox waiting takes real time"
    )]
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// The sandbox's own time: waiting moves it and takes none of ours.
struct VirtualClock(Sandbox);

impl Clock for VirtualClock {
    fn now(&self) -> Duration {
        let since = self.0.now().as_duration();
        Duration::try_from(since).unwrap_or_default()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(VirtualSleep::new(self.0.clone(), duration))
    }
}
