//! Credentials of roles that are assumed before any other call.

use crate::provider::aws::call::failure;
use crate::provider::aws::{AssumedRole, IdentityToken, WebIdentity};
use crate::provider::{ProviderError, ProviderErrorKind};
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, Result, future};
use aws_sdk_sts::types::{PolicyDescriptorType, Tag};
use std::time::SystemTime;

/// The name of sessions whose configuration gives them none.
const SESSION: &str = "trustform";

/// Credentials of a role, asked for with those of the STS client.
#[derive(Debug)]
pub(super) struct ByRole {
    /// The client.
    pub(super) sts: aws_sdk_sts::Client,
    /// The role.
    pub(super) role: AssumedRole,
}

/// Credentials of a role, asked for with a token.
#[derive(Debug)]
pub(super) struct ByToken {
    /// The client; its own credentials are not used.
    pub(super) sts: aws_sdk_sts::Client,
    /// The role and the token.
    pub(super) identity: WebIdentity,
}

impl ProvideCredentials for ByRole {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.assume())
    }
}

impl ProvideCredentials for ByToken {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.assume())
    }
}

impl ByRole {
    async fn assume(&self) -> Result {
        let role = &self.role;
        let doing = format!("assuming IAM Role ({})", role.arn);
        let answer = self
            .sts
            .assume_role()
            .role_arn(&role.arn)
            .role_session_name(session(role))
            .set_external_id(role.external_id.clone())
            .set_policy(role.policy.clone())
            .set_policy_arns(policies(role))
            .set_duration_seconds(seconds(role))
            .set_source_identity(role.source_identity.clone())
            .set_tags(tags(role))
            .set_transitive_tag_keys(some(role.transitive_tag_keys.clone()))
            .send()
            .await
            .map_err(|error| CredentialsError::provider_error(failure(&doing, error)))?;
        credentials(&doing, answer.credentials)
    }
}

impl ByToken {
    async fn assume(&self) -> Result {
        let role = &self.identity.role;
        let doing = format!("assuming IAM Role ({}) with a web identity", role.arn);
        let answer = self
            .sts
            .assume_role_with_web_identity()
            .role_arn(&role.arn)
            .role_session_name(session(role))
            .web_identity_token(self.token(&doing).await?)
            .set_policy(role.policy.clone())
            .set_policy_arns(policies(role))
            .set_duration_seconds(seconds(role))
            .send()
            .await
            .map_err(|error| CredentialsError::provider_error(failure(&doing, error)))?;
        credentials(&doing, answer.credentials)
    }

    async fn token(&self, doing: &str) -> std::result::Result<String, CredentialsError> {
        match &self.identity.token {
            IdentityToken::Text(token) => Ok(token.clone()),
            IdentityToken::File(path) => {
                let token = tokio::fs::read_to_string(path).await;
                let token = token.map_err(|error| {
                    unusable(doing, &format!("the token cannot be read: {path}: {error}"))
                })?;
                Ok(token.trim().to_owned())
            }
        }
    }
}

fn session(role: &AssumedRole) -> String {
    role.session_name
        .clone()
        .unwrap_or_else(|| SESSION.to_owned())
}

fn seconds(role: &AssumedRole) -> Option<i32> {
    let duration = role.duration?;
    Some(i32::try_from(duration.as_secs()).unwrap_or(i32::MAX))
}

fn policies(role: &AssumedRole) -> Option<Vec<PolicyDescriptorType>> {
    let arns = role.policy_arns.iter();
    some(
        arns.map(|arn| PolicyDescriptorType::builder().arn(arn).build())
            .collect(),
    )
}

fn tags(role: &AssumedRole) -> Option<Vec<Tag>> {
    let tags = role.tags.iter();
    some(
        tags.filter_map(|(key, value)| Tag::builder().key(key).value(value).build().ok())
            .collect(),
    )
}

fn some<T>(parts: Vec<T>) -> Option<Vec<T>> {
    (!parts.is_empty()).then_some(parts)
}

fn credentials(doing: &str, answer: Option<aws_sdk_sts::types::Credentials>) -> Result {
    let found = answer.ok_or_else(|| unusable(doing, "the answer has no credentials"))?;
    let expiry = SystemTime::try_from(found.expiration)
        .map_err(|error| unusable(doing, &error.to_string()))?;
    Ok(Credentials::new(
        found.access_key_id,
        found.secret_access_key,
        Some(found.session_token),
        Some(expiry),
        "an assumed role",
    ))
}

fn unusable(doing: &str, problem: &str) -> CredentialsError {
    CredentialsError::provider_error(ProviderError {
        kind: ProviderErrorKind::Credentials,
        ..ProviderError::internal(doing, problem)
    })
}
