//! Connectors: how provider configurations get their clients on the command line, over the network or over the sandbox.

use super::remote_states::RemoteStates;
use crate::engine::Reach;
use crate::provider::aws::{self, AwsClients, Injected, Settings, Transport};
use crate::provider::builtin::terraform_remote_state::States;
use crate::provider::builtin::{Chance, Machine, Seeded, Surroundings};
use crate::provider::kubernetes::{self, KubernetesClients};
use crate::provider::tls::{self, Served, TlsClients};
use crate::provider::{
    CallCounts, Clock, Connector, DataSource, EphemeralKind, ProviderContext, ProviderError,
    ProviderErrorKind, ResourceKind, registry,
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
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
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
    /// The AWS configurations of this run: one of them has the clusters that others connect to.
    pub(super) made: Mutex<Vec<AwsClients>>,
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

    fn ephemeral(&self, name: &str) -> Option<&'static dyn EphemeralKind> {
        registry::ephemeral(name)
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
        let settings =
            Settings::read(settings, &self.environment).map_err(|error| ProviderError {
                kind: ProviderErrorKind::InvalidInput,
                ..ProviderError::internal("configuring provider \"aws\"", &error.to_string())
            })?;
        let transport = match &self.world {
            World::Network => Transport::Network,
            World::Sandbox(sandbox) => transport(sandbox)?,
        };
        let clients = aws::connect(&settings, &transport, &self.calls).await?;
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.push(clients.clone());
        Ok(clients)
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
            return KubernetesClients::over(cluster, settings.target.clone())
                .ignoring(&settings.ignored);
        }
        let credentials = match (&self.world, &settings.eks) {
            (World::Network, Some(cluster)) => {
                self.credentials(cluster, settings.host.as_deref()).await?
            }
            (World::Network | World::Sandbox(_), _) => None,
        };
        KubernetesClients::connect(settings, credentials).await
    }

    /// The credentials from which tokens for a cluster are made: those of the AWS configuration that has it, and of AWS's
    /// default chain when none does.
    async fn credentials(
        &self,
        (name, region): &(String, String),
        host: Option<&str>,
    ) -> Result<Option<SharedCredentialsProvider>, ProviderError> {
        let made = {
            let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
            made.clone()
        };
        if let Some(owner) = owner(&made, name, region, host).await {
            return Ok(owner.sdk().credentials_provider());
        }
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

/// The configuration that has a cluster; the only one there is, else the one that finds the cluster at its endpoint.
async fn owner<'c>(
    made: &'c [AwsClients],
    name: &str,
    region: &str,
    host: Option<&str>,
) -> Option<&'c AwsClients> {
    if let [only] = made {
        return Some(only);
    }
    for clients in made {
        let answer = clients.eks(Some(region)).describe_cluster().name(name);
        let found = answer.send().await.ok().and_then(|answer| answer.cluster);
        let same = |url: &str| host.is_none_or(|host| host.trim_end_matches('/') == url);
        if found.is_some_and(|cluster| cluster.endpoint().is_some_and(same)) {
            return Some(clients);
        }
    }
    None
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
        "`{host}` is no issuer that the sandbox knows, and only hosts of this machine can be reached from the sandbox"
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

    use super::{injected, owner};
    use crate::provider::CallCounts;
    use crate::provider::aws::{self, AwsClients, Settings, Transport};
    use crate::sandbox::{Sandbox, Seed};

    async fn over(seed: &str) -> AwsClients {
        let sandbox = Sandbox::in_memory(Some(Seed::parse(seed).unwrap())).unwrap();
        let transport = Transport::Injected(injected(&sandbox).unwrap());
        aws::connect(&Settings::default(), &transport, &CallCounts::default())
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn tokens_are_made_with_the_credentials_of_who_has_the_cluster() {
        let cluster = |account: &str, endpoint: &str| {
            format!(
                r#"{{"account": "{account}", "clusters": [{{"name": "main", "endpoint": "{endpoint}"}}]}}"#
            )
        };
        let one = over(&cluster("111111111111", "https://one.example")).await;
        let two = over(&cluster("222222222222", "https://two.example")).await;
        let none = over(r#"{"account": "333333333333"}"#).await;
        let all = [none.clone(), one, two];
        for (made, host, expected) in [
            (&all[..], Some("https://two.example/"), Some("222222222222")),
            (&all[..], None, Some("111111111111")),
            (&all[..], Some("https://else.example"), None),
            (
                &[none][..],
                Some("https://else.example"),
                Some("333333333333"),
            ),
            (&[][..], None, None),
        ] {
            let found = owner(made, "main", "us-east-1", host).await;
            let account = match found {
                Some(clients) => Some(clients.facts().await.unwrap().account),
                None => None,
            };
            assert_eq!(account.as_deref(), expected, "{host:?}");
        }
    }
}
