//! Answers the planner's questions: the only phase that reads the outside world for a plan.
//!
//! The reads of a round are answered together, a bounded number at a time. A read that fails is an answer too: the
//! object was *not read*, which is never the same as *not there*.

mod events;

pub use events::{ReadEvent, ReadEvents, Subject};

use crate::plan::{Answer, Answers, LiveObject, Needs, ProviderKey, Read, ReadFailure, ReadKey};
use crate::provider::{Connector, ProviderContext, ProviderError, ProviderErrorKind, Recorded};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::Mutex;
use tokio::task::JoinSet;

/// Connections of a run, one for each provider configuration, made when they are first needed.
#[derive(Clone)]
pub struct Connections {
    connector: Arc<dyn Connector>,
    made: Arc<Mutex<BTreeMap<ProviderKey, Result<ProviderContext, ProviderError>>>>,
}

impl Connections {
    /// No connections yet.
    pub fn new(connector: Arc<dyn Connector>) -> Self {
        Connections {
            connector,
            made: Arc::default(),
        }
    }

    /// Who makes them.
    pub fn connector(&self) -> &Arc<dyn Connector> {
        &self.connector
    }

    /// The context of a provider configuration with these settings.
    pub async fn context(
        &self,
        provider: &ProviderKey,
        settings: &crate::value::Known,
    ) -> Result<ProviderContext, ProviderError> {
        let mut made = self.made.lock().await;
        if let Some(known) = made.get(provider) {
            return known.clone();
        }
        let context = self
            .connector
            .connect(provider.provider_type(), settings)
            .await;
        made.insert(provider.clone(), context.clone());
        context
    }

    /// Forgets configurations, which are connected anew when they are needed again.
    pub async fn forget(&self, providers: &BTreeSet<ProviderKey>) {
        let mut made = self.made.lock().await;
        made.retain(|provider, _| !providers.contains(provider));
    }

    /// Connects the AWS configurations of a plan where there are clusters to be reached: tokens for a cluster are made
    /// with the credentials of the configuration that has it. One that fails is told where it is used.
    pub async fn prepare(&self, providers: &BTreeMap<ProviderKey, crate::value::Known>) {
        let is = |provider: &ProviderKey, name: &str| provider.provider_type().as_ref() == name;
        if !providers.keys().any(|provider| is(provider, "kubernetes")) {
            return;
        }
        for (provider, settings) in providers.iter().filter(|(key, _)| is(key, "aws")) {
            drop(self.context(provider, settings).await);
        }
    }
}

/// Answers all reads of a round, at most `parallelism` at a time, and tells of each.
pub async fn answer(
    needs: Needs,
    connections: &Connections,
    parallelism: usize,
    events: ReadEvents<'_>,
) -> Answers {
    let mut answers = Answers::default();
    let mut running: JoinSet<Done> = JoinSet::new();
    for (key, read) in needs.reads {
        if running.len() >= parallelism.max(1) {
            collect(&mut answers, running.join_next().await, events);
        }
        let begun = begin(&read, events);
        let settings = needs.providers.get(provider_of(&read)).cloned();
        let connections = connections.clone();
        running.spawn(async move {
            let answer = match settings {
                Some(settings) => one(read, &settings, &connections).await,
                None => Err(internal(
                    "the read names a provider configuration without settings",
                )),
            };
            let answer = answer.unwrap_or_else(|error| Answer::NotRead(failure(&error)));
            (key, answer, begun)
        });
    }
    while let Some(done) = running.join_next().await {
        collect(&mut answers, Some(done), events);
    }
    answers
}

/// A read that is over: its answer, and what it was about since when.
type Done = (ReadKey, Answer, Option<(Subject, Instant)>);

fn begin(read: &Read, events: ReadEvents<'_>) -> Option<(Subject, Instant)> {
    let subject = events::subject(read)?;
    events(&ReadEvent::Started(subject.clone()));
    Some((subject, Instant::now()))
}

fn collect(
    answers: &mut Answers,
    done: Option<Result<Done, tokio::task::JoinError>>,
    events: ReadEvents<'_>,
) {
    let Some(Ok((key, answer, begun))) = done else {
        return;
    };
    if let Some((subject, since)) = begun
        && let Some(subject) = events::answered(subject, &answer)
    {
        events(&ReadEvent::Finished(subject, since.elapsed()));
    }
    answers.reads.insert(key, answer);
}

fn provider_of(read: &Read) -> &ProviderKey {
    match read {
        Read::Object { provider, .. }
        | Read::Existing { provider, .. }
        | Read::Data { provider, .. }
        | Read::Open { provider, .. }
        | Read::Names { provider, .. }
        | Read::Facts { provider } => provider,
    }
}

async fn one(
    read: Read,
    settings: &crate::value::Known,
    connections: &Connections,
) -> Result<Answer, ProviderError> {
    let context = connections.context(provider_of(&read), settings).await?;
    let connector = connections.connector();
    match read {
        Read::Object {
            address, recorded, ..
        } => {
            let kind = known(connector.resource(&address.resource.resource_type))?;
            let recorded = Recorded {
                object: recorded.object,
                private: recorded.private,
            };
            let found = kind.read(&context, &recorded).await?;
            Ok(Answer::Object(found.map(live)))
        }
        Read::Existing {
            resource_type,
            identity,
            ..
        } => {
            let kind = known(connector.resource(&resource_type))?;
            Ok(Answer::Object(
                kind.find(&context, &identity).await?.map(live),
            ))
        }
        Read::Data {
            data_type, config, ..
        } => {
            let source = known(connector.data(&data_type))?;
            Ok(Answer::Data(source.read(&context, &config).await?))
        }
        Read::Open {
            address, config, ..
        } => {
            let kind = known(connector.ephemeral(&address.resource.resource_type))?;
            Ok(Answer::Opened(Some(kind.open(&context, &config).await?)))
        }
        Read::Names { resource_type, .. } => {
            let kind = known(connector.resource(&resource_type))?;
            let names = kind.names(&context).await?;
            Ok(Answer::Names(
                names.into_iter().map(|name| name.0).collect(),
            ))
        }
        Read::Facts { provider } => Ok(Answer::Facts(
            connector.facts(provider.provider_type(), &context).await?,
        )),
    }
}

/// The implementation of a type, which everything that is read has.
fn known<T>(implementation: Option<T>) -> Result<T, ProviderError> {
    implementation.ok_or_else(|| internal("the type has no implementation"))
}

fn live(recorded: Recorded) -> LiveObject {
    LiveObject {
        object: recorded.object,
        private: recorded.private,
    }
}

/// Why something was not read, as the planner takes note of it.
pub fn failure(error: &ProviderError) -> ReadFailure {
    ReadFailure {
        credentials: error.kind == ProviderErrorKind::Credentials,
        malformed: error.kind == ProviderErrorKind::InvalidInput,
        settings: is_about_settings(error),
        message: error.to_string(),
    }
}

fn is_about_settings(error: &ProviderError) -> bool {
    let is_refused = matches!(
        error.kind,
        ProviderErrorKind::InvalidInput | ProviderErrorKind::WrongTarget
    );
    is_refused && error.doing.starts_with("configuring")
}

fn internal(message: &str) -> ProviderError {
    ProviderError {
        kind: ProviderErrorKind::Service,
        doing: "reading".to_owned(),
        code: String::new(),
        message: message.to_owned(),
        request_id: String::new(),
    }
}
