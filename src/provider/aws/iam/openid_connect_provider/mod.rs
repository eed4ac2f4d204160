//! `aws_iam_openid_connect_provider`: an issuer of tokens that IAM trusts.
//!
//! Calls: `CreateOpenIDConnectProvider`, `GetOpenIDConnectProvider`, `AddClientIDToOpenIDConnectProvider`,
//! `RemoveClientIDFromOpenIDConnectProvider`, `UpdateOpenIDConnectProviderThumbprint`, `Tag`/`UntagOpenIDConnectProvider`,
//! `DeleteOpenIDConnectProvider`.
//!
//! `url` is planned as IAM gives it back, without `https://`, so that conditions made of it are right from the first plan.
//!
//! Import: the ARN, as `arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE`.
//!
//! ```hcl
//! resource "aws_iam_openid_connect_provider" "main" {
//!   url            = aws_eks_cluster.main.identity[0].oidc[0].issuer
//!   client_id_list = ["sts.amazonaws.com"]
//! }
//! ```

mod data;
mod object;
mod operations;
mod rules;
mod schema;
#[cfg(test)]
mod tests;

use crate::provider::{
    DataSource, ObjectType, Outcome, ProviderContext, ProviderError, Recorded, ResourceKind,
};
use crate::schema::{Identity, Rules, TypeSchema};
use crate::value::Value;
use async_trait::async_trait;

/// The resource type, for the registry.
pub static KIND: &dyn ResourceKind = &OidcProvider;
/// The data type, for the registry.
pub static DATA: &dyn DataSource = &data::OidcProviderData;

struct OidcProvider;

impl ObjectType for OidcProvider {
    fn name(&self) -> &'static str {
        "aws_iam_openid_connect_provider"
    }

    fn provider(&self) -> &'static str {
        "aws"
    }

    fn schema(&self) -> &'static TypeSchema {
        schema::resource()
    }

    fn rules(&self) -> &'static dyn Rules {
        &rules::OidcProviderRules
    }
}

#[async_trait]
impl ResourceKind for OidcProvider {
    async fn read(
        &self,
        ctx: &ProviderContext,
        recorded: &Recorded,
    ) -> Result<Option<Recorded>, ProviderError> {
        let arn = recorded.object.text("id").unwrap_or_default();
        let found = operations::read(ctx, arn, Some(recorded.object.value())).await?;
        Ok(found.map(|object| Recorded {
            object,
            private: recorded.private.clone(),
        }))
    }

    async fn find(
        &self,
        ctx: &ProviderContext,
        identity: &Identity,
    ) -> Result<Option<Recorded>, ProviderError> {
        let found = operations::read(ctx, &identity.0, None).await?;
        Ok(found.map(Recorded::from))
    }

    async fn create(&self, ctx: &ProviderContext, planned: &Value) -> Outcome {
        operations::create(ctx, planned).await
    }

    async fn update(&self, ctx: &ProviderContext, prior: &Recorded, planned: &Value) -> Outcome {
        operations::update(ctx, prior, planned).await
    }

    async fn delete(&self, ctx: &ProviderContext, prior: &Recorded) -> Result<(), ProviderError> {
        operations::delete(ctx, &prior.object).await
    }
}
