//! What the plan does not know and the world does: service accounts and associations that only exist in a cluster, roles and
//! providers outside the configuration.
//!
//! What is listed is listed once, and what is asked for by itself is asked for once: a policy may name many.

use super::world::{AssociationFacts, ClusterFacts, World};
use crate::plan::objects::oidc_provider;
use crate::plan::{Answer, Needs, Plan, ProviderKey, Read, ReadKey};
use crate::policy::{Issuer, OidcProviderArn, RoleArn};
use crate::provider::aws::{Associated, AwsClients};
use crate::provider::kubernetes::KubernetesClients;
use crate::provider::{ProviderContext, ProviderError};
use crate::refresh::{Connections, answer};
use crate::schema::Identity;
use crate::trust::{Provider, Subject};
use crate::value::Value;
use serde_json::Value as Json;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use tokio::sync::{Mutex, OnceCell};

const ACCOUNT: &str = "kubernetes_service_account_v1";
const ASSOCIATION: &str = "aws_eks_pod_identity_association";
const OIDC_PROVIDER: &str = "aws_iam_openid_connect_provider";

/// Looks things up with the connections of a plan.
pub(super) struct Live<'a> {
    plan: &'a Plan,
    connections: &'a Connections,
    answers: Mutex<BTreeMap<ReadKey, Answer>>,
    /// The OIDC providers of all accounts, with a configuration that sees each; or why they could not be listed.
    listed: OnceCell<Result<BTreeMap<String, ProviderKey>, String>>,
    /// The associations of a cluster, by its position; or why they could not be listed.
    associations: Mutex<BTreeMap<usize, Result<Vec<Associated>, String>>>,
}

impl<'a> Live<'a> {
    /// Nothing looked up yet.
    pub(super) fn new(plan: &'a Plan, connections: &'a Connections) -> Self {
        Live {
            plan,
            connections,
            answers: Mutex::default(),
            listed: OnceCell::new(),
            associations: Mutex::default(),
        }
    }

    /// A service account of a cluster as its API server has it, whoever wrote what; nothing when there is none.
    pub(super) async fn account(
        &self,
        world: &World,
        cluster: usize,
        subject: &Subject,
    ) -> Result<Option<Json>, String> {
        let connection = world.connection_to(cluster).ok_or(NO_CONNECTION)?;
        let found = Box::pin(self.account_by(connection, subject)).await;
        found.map_err(|error| error.to_string())
    }

    async fn account_by(
        &self,
        connection: &ProviderKey,
        subject: &Subject,
    ) -> Result<Option<Json>, ProviderError> {
        let context = self.context(connection).await?;
        let clients = KubernetesClients::in_context(&context)?;
        let (namespace, name) = (subject.namespace(), subject.name());
        let doing = format!("reading ServiceAccount ({namespace}/{name})");
        let path = format!("/api/v1/namespaces/{namespace}/serviceaccounts/{name}");
        clients.look_at(&context, &doing, &path).await
    }

    /// The service accounts that a cluster has, by one listing.
    pub(super) async fn accounts(
        &self,
        world: &World,
        cluster: usize,
    ) -> Result<BTreeSet<Subject>, String> {
        let connection = world.connection_to(cluster).ok_or(NO_CONNECTION)?;
        let key = ReadKey::names(connection, ACCOUNT);
        let read = Read::Names {
            resource_type: ACCOUNT.into(),
            provider: connection.clone(),
        };
        match self.asked(key, read, connection).await? {
            Some(Answer::Names(names)) => {
                let names = names.iter().filter_map(|name| name.split_once('/'));
                let subjects = names.map(|(namespace, name)| Subject::new(namespace, name));
                Ok(subjects.flatten().collect())
            }
            Some(
                Answer::Object(_)
                | Answer::Data(_)
                | Answer::Opened(_)
                | Answer::Facts(_)
                | Answer::NotRead(_),
            )
            | None => Ok(BTreeSet::new()),
        }
    }

    /// The association that EKS has for a service account of a cluster.
    pub(super) async fn association(
        &self,
        position: usize,
        cluster: &ClusterFacts,
        subject: &Subject,
    ) -> Result<Option<AssociationFacts>, String> {
        let mut known = self.associations.lock().await;
        let listed = match known.entry(position) {
            Entry::Occupied(known) => known.get().clone(),
            Entry::Vacant(unknown) => {
                let listed = Box::pin(self.associations_of(cluster)).await;
                let listed = listed.map_err(|error| error.to_string());
                unknown.insert(listed).clone()
            }
        }?;
        drop(known);
        let found = listed.into_iter().find(|one| {
            one.namespace == subject.namespace() && one.service_account == subject.name()
        });
        let Some(found) = found else { return Ok(None) };
        let identity = format!("{},{}", cluster.own_name, found.id);
        let object = self
            .existing(&cluster.provider, ASSOCIATION, identity)
            .await?;
        Ok(object.map(|object| AssociationFacts::of(None, &object, &found.id)))
    }

    async fn associations_of(
        &self,
        cluster: &ClusterFacts,
    ) -> Result<Vec<Associated>, ProviderError> {
        // A cluster that is not there yet has none.
        if !cluster.is_there {
            return Ok(Vec::new());
        }
        let context = self.context(&cluster.provider).await?;
        let clients = AwsClients::of(&context)?;
        let region = cluster.region.as_deref();
        clients.associations(region, &cluster.own_name).await
    }

    /// A role by its ARN.
    pub(super) async fn role(&self, arn: &RoleArn) -> Result<Option<Value>, String> {
        let found = self.of_aws("aws_iam_role", arn.name().to_owned()).await?;
        let is_it = |role: &Value| {
            role.get("arn").and_then(Value::as_str) == Some(arn.to_string().as_str())
        };
        Ok(found.into_iter().find(is_it))
    }

    /// The OIDC provider for an issuer in the account of a role. Where providers may not be listed, it is asked for by itself.
    pub(super) async fn provider(
        &self,
        role: &RoleArn,
        issuer: &Issuer,
    ) -> Result<Option<Provider>, String> {
        let (partition, account) = (role.partition().clone(), role.account().clone());
        let arn = OidcProviderArn::new(partition, account, issuer.clone()).to_string();
        let listed = self.listed.get_or_init(|| Box::pin(self.providers())).await;
        let found: Vec<Value> = match listed {
            Ok(listed) => match listed.get(&arn) {
                Some(provider) => {
                    let object = self.existing(provider, OIDC_PROVIDER, arn).await?;
                    object.into_iter().collect()
                }
                None => Vec::new(),
            },
            Err(_) => self.of_aws(OIDC_PROVIDER, arn).await?,
        };
        Ok(found.iter().find_map(oidc_provider))
    }

    /// The OIDC providers of all accounts: one listing for each.
    async fn providers(&self) -> Result<BTreeMap<String, ProviderKey>, String> {
        let mut accounts = BTreeSet::new();
        let mut all = BTreeMap::new();
        for provider in self.configurations() {
            let listed = self.providers_by(provider, &mut accounts).await;
            let listed = listed.map_err(|error| error.to_string())?;
            all.extend(listed.into_iter().map(|arn| (arn, provider.clone())));
        }
        Ok(all)
    }

    /// The OIDC providers that a configuration sees, unless another has listed those of its account.
    async fn providers_by(
        &self,
        provider: &ProviderKey,
        accounts: &mut BTreeSet<String>,
    ) -> Result<Vec<String>, ProviderError> {
        let context = self.context(provider).await?;
        let clients = AwsClients::of(&context)?;
        match accounts.insert(clients.facts().await?.account.clone()) {
            true => clients.oidc_providers().await,
            false => Ok(Vec::new()),
        }
    }

    /// The AWS configurations of the plan.
    fn configurations(&self) -> impl Iterator<Item = &ProviderKey> {
        let all = self.plan.providers.keys();
        all.filter(|key| key.provider_type().as_ref() == "aws")
    }

    async fn context(&self, provider: &ProviderKey) -> Result<ProviderContext, ProviderError> {
        let settings = self.plan.providers.get(provider).ok_or_else(|| {
            ProviderError::internal("connecting", "the settings are not known before apply")
        })?;
        self.connections.context(provider, settings).await
    }

    /// What each AWS configuration of the plan has of an identity.
    async fn of_aws(&self, resource_type: &str, identity: String) -> Result<Vec<Value>, String> {
        let mut found = Vec::new();
        let mut failure = None;
        for provider in self.configurations() {
            match self
                .existing(provider, resource_type, identity.clone())
                .await
            {
                Ok(object) => found.extend(object),
                Err(error) => failure = Some(error),
            }
        }
        match failure {
            Some(failure) if found.is_empty() => Err(failure),
            _ => Ok(found),
        }
    }

    async fn existing(
        &self,
        provider: &ProviderKey,
        resource_type: &str,
        identity: String,
    ) -> Result<Option<Value>, String> {
        let identity = Identity(identity);
        let key = ReadKey::existing(provider, resource_type, &identity);
        let read = Read::Existing {
            resource_type: resource_type.into(),
            provider: provider.clone(),
            identity,
        };
        match self.asked(key, read, provider).await? {
            Some(Answer::Object(found)) => Ok(found.map(|live| live.object.value().clone())),
            Some(
                Answer::Data(_)
                | Answer::Opened(_)
                | Answer::Facts(_)
                | Answer::Names(_)
                | Answer::NotRead(_),
            )
            | None => Ok(None),
        }
    }

    /// The answer to a question, which is asked once.
    async fn asked(
        &self,
        key: ReadKey,
        read: Read,
        provider: &ProviderKey,
    ) -> Result<Option<Answer>, String> {
        let mut answers = self.answers.lock().await;
        if !answers.contains_key(&key) {
            let Some(settings) = self.plan.providers.get(provider) else {
                return Err("the settings of the provider are not known before apply".to_owned());
            };
            let mut needs = Needs::default();
            needs.providers.insert(provider.clone(), settings.clone());
            needs.reads.insert(key.clone(), read);
            // The call of a client is deep; so are those of explain.
            let found = Box::pin(answer(needs, self.connections, 1, &|_| {})).await;
            answers.extend(found.reads);
        }
        match answers.get(&key) {
            Some(Answer::NotRead(failure)) => Err(failure.message.clone()),
            found => Ok(found.cloned()),
        }
    }
}

const NO_CONNECTION: &str = "no Kubernetes connection of the configuration leads to the cluster";
