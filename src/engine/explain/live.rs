//! What the plan does not know and the world does: service accounts that only exist in a cluster, roles and providers outside the configuration.

use super::world::{World, provider};
use crate::plan::{Answer, Needs, Plan, ProviderKey, Read, ReadKey};
use crate::policy::{Issuer, OidcProviderArn, RoleArn};
use crate::refresh::{Connections, answer};
use crate::schema::Identity;
use crate::trust::{Provider, Subject};
use crate::value::Value;

/// Looks things up with the connections of a plan.
pub(super) struct Live<'a> {
    pub(super) plan: &'a Plan,
    pub(super) connections: &'a Connections,
}

impl Live<'_> {
    /// A service account of a cluster; nothing when there is none, or nobody to ask.
    pub(super) async fn account(
        &self,
        world: &World,
        cluster: usize,
        subject: &Subject,
    ) -> Result<Option<Value>, String> {
        let mut connections = world.connections.iter();
        let connection =
            connections.find(|(_, position)| world.is_same_cluster(**position, cluster));
        let Some((connection, _)) = connection else {
            return Err(
                "no Kubernetes connection of the configuration leads to the cluster".to_owned(),
            );
        };
        let identity = format!("{}/{}", subject.namespace(), subject.name());
        self.existing(connection, "kubernetes_service_account_v1", identity)
            .await
    }

    /// A role by its ARN.
    pub(super) async fn role(&self, arn: &RoleArn) -> Result<Option<Value>, String> {
        let found = self.of_aws("aws_iam_role", arn.name().to_owned()).await?;
        let is_it = |role: &Value| {
            role.get("arn").and_then(Value::as_str) == Some(arn.to_string().as_str())
        };
        Ok(found.into_iter().find(is_it))
    }

    /// The OIDC provider for an issuer in the account of a role.
    pub(super) async fn provider(
        &self,
        role: &RoleArn,
        issuer: &Issuer,
    ) -> Result<Option<Provider>, String> {
        let (partition, account) = (role.partition().clone(), role.account().clone());
        let arn = OidcProviderArn::new(partition, account, issuer.clone()).to_string();
        let found = self.of_aws("aws_iam_openid_connect_provider", arn).await?;
        Ok(found.iter().find_map(provider))
    }

    /// What each AWS configuration of the plan has of an identity.
    async fn of_aws(&self, resource_type: &str, identity: String) -> Result<Vec<Value>, String> {
        let mut found = Vec::new();
        let mut failure = None;
        let providers = self.plan.providers.keys();
        for provider in providers.filter(|key| key.provider_type().as_ref() == "aws") {
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
        let Some(settings) = self.plan.providers.get(provider) else {
            return Err("the settings of the provider are not known before apply".to_owned());
        };
        let identity = Identity(identity);
        let key = ReadKey::existing(provider, resource_type, &identity);
        let mut needs = Needs::default();
        needs.providers.insert(provider.clone(), settings.clone());
        needs.reads.insert(
            key.clone(),
            Read::Existing {
                resource_type: resource_type.into(),
                provider: provider.clone(),
                identity,
            },
        );
        let answers = answer(needs, self.connections, 1, &|_| {}).await;
        match answers.reads.get(&key) {
            Some(Answer::Object(found)) => {
                Ok(found.as_ref().map(|live| live.object.value().clone()))
            }
            Some(Answer::NotRead(failure)) => Err(failure.message.clone()),
            Some(_) | None => Ok(None),
        }
    }
}
