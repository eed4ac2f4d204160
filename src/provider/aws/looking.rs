//! What only an examination asks of AWS: sessions for tokens, associations, and the providers and issuers of an account.

use super::call::failure;
use super::client::AwsClients;
use crate::provider::ProviderError;
use std::collections::BTreeSet;

/// Who STS says the bearer of a token is. The credentials are dropped where they arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumed {
    /// `arn:…:sts::…:assumed-role/ROLE/SESSION`.
    pub arn: String,
    /// The token's subject.
    pub subject: String,
}

/// A pod identity association as a list tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Associated {
    /// `a-…`.
    pub id: String,
    /// The namespace of the service account.
    pub namespace: String,
    /// The name of the service account.
    pub service_account: String,
}

/// The length of the session that is asked for and thrown away, in seconds: the shortest there is.
const SESSION: i32 = 900;

impl AwsClients {
    /// Asks STS for a session of a role with a token, unsigned, as a pod does.
    ///
    /// # Errors
    /// STS refuses, or is not reached.
    pub async fn assume_with_web_identity(
        &self,
        role: &str,
        token: &str,
    ) -> Result<Assumed, ProviderError> {
        let call = self
            .sts()
            .assume_role_with_web_identity()
            .role_arn(role)
            .role_session_name("trustform-verify")
            .duration_seconds(SESSION)
            .web_identity_token(token);
        let answer = call.send().await;
        let answer = answer.map_err(|error| failure("assuming the role (STS)", error))?;
        let user = answer.assumed_role_user;
        Ok(Assumed {
            arn: user.map(|user| user.arn).unwrap_or_default(),
            subject: answer.subject_from_web_identity_token.unwrap_or_default(),
        })
    }

    /// The id of the pod identity association of a service account; `None` when there is none.
    ///
    /// # Errors
    /// EKS refuses, or is not reached.
    pub async fn association(
        &self,
        region: Option<&str>,
        cluster: &str,
        namespace: &str,
        account: &str,
    ) -> Result<Option<String>, ProviderError> {
        let call = self
            .eks(region)
            .list_pod_identity_associations()
            .cluster_name(cluster)
            .namespace(namespace)
            .service_account(account);
        let answer = call.send().await;
        let answer =
            answer.map_err(|error| failure("listing pod identity associations (EKS)", error))?;
        let first = answer.associations.unwrap_or_default().into_iter().next();
        Ok(first.and_then(|one| one.association_id))
    }

    /// All pod identity associations of a cluster, without their roles, which only each by itself tells.
    ///
    /// # Errors
    /// EKS refuses, or is not reached.
    pub async fn associations(
        &self,
        region: Option<&str>,
        cluster: &str,
    ) -> Result<Vec<Associated>, ProviderError> {
        let eks = self.eks(region);
        let call = eks.list_pod_identity_associations().cluster_name(cluster);
        let mut pages = call.into_paginator().send();
        let mut all = Vec::new();
        while let Some(page) = pages.next().await {
            let page =
                page.map_err(|error| failure("listing pod identity associations (EKS)", error))?;
            let found = page.associations.unwrap_or_default().into_iter();
            all.extend(found.map(|one| Associated {
                id: one.association_id.unwrap_or_default(),
                namespace: one.namespace.unwrap_or_default(),
                service_account: one.service_account.unwrap_or_default(),
            }));
        }
        Ok(all)
    }

    /// The ARNs of all OIDC providers of the account.
    ///
    /// # Errors
    /// IAM refuses, or is not reached.
    pub async fn oidc_providers(&self) -> Result<Vec<String>, ProviderError> {
        let answer = self.iam().list_open_id_connect_providers().send().await;
        let answer = answer.map_err(|error| failure("listing OIDC providers (IAM)", error))?;
        let all = answer.open_id_connect_provider_list.unwrap_or_default();
        Ok(all.into_iter().filter_map(|one| one.arn).collect())
    }

    /// The issuers of all clusters in a region.
    ///
    /// # Errors
    /// EKS refuses, or is not reached.
    pub async fn issuers(&self, region: &str) -> Result<BTreeSet<String>, ProviderError> {
        let eks = self.eks(Some(region));
        let mut issuers = BTreeSet::new();
        let mut pages = eks.list_clusters().into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| failure("listing clusters (EKS)", error))?;
            for name in page.clusters.unwrap_or_default() {
                let answer = eks.describe_cluster().name(name).send().await;
                let answer = answer.map_err(|error| failure("reading a cluster (EKS)", error))?;
                let identity = answer.cluster.and_then(|cluster| cluster.identity);
                issuers.extend(
                    identity
                        .and_then(|one| one.oidc)
                        .and_then(|oidc| oidc.issuer),
                );
            }
        }
        Ok(issuers)
    }
}
