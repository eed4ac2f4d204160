//! `aws_iam_policy`: a managed policy of the account.
//!
//! Another document becomes a new version, which is the default at once; IAM keeps five, and the oldest that is not the
//! default makes room. Before a policy is deleted its other versions are, and what it was just detached from is waited for.
//!
//! Calls: `CreatePolicy`, `GetPolicy`, `GetPolicyVersion`, `ListPolicyVersions`, `CreatePolicyVersion`,
//! `DeletePolicyVersion`, `Tag`/`UntagPolicy`, `DeletePolicy`; with `delay_after_policy_creation_in_ms` also
//! `SetDefaultPolicyVersion`; where something holds on to a policy that is to be deleted, `ListEntitiesForPolicy`.
//!
//! Import: the ARN, as `arn:aws:iam::123456789012:policy/read`.
//!
//! ```hcl
//! resource "aws_iam_policy" "read" {
//!   name   = "read"
//!   policy = data.aws_iam_policy_document.read.json
//! }
//! ```

mod data;
mod object;
mod operations;
mod rules;
mod schema;
#[cfg(test)]
mod tests;
mod versions;

use crate::provider::{
    DataSource, ObjectType, Outcome, ProviderContext, ProviderError, Recorded, ResourceKind,
};
use crate::schema::{Identity, Rules, TypeSchema};
use crate::value::Value;
use async_trait::async_trait;

/// The resource type, for the registry.
pub static KIND: &dyn ResourceKind = &Policy;
/// The data type, for the registry.
pub static DATA: &dyn DataSource = &data::PolicyData;

struct Policy;

impl ObjectType for Policy {
    fn name(&self) -> &'static str {
        "aws_iam_policy"
    }

    fn provider(&self) -> &'static str {
        "aws"
    }

    fn schema(&self) -> &'static TypeSchema {
        schema::resource()
    }

    fn rules(&self) -> &'static dyn Rules {
        &rules::PolicyRules
    }
}

#[async_trait]
impl ResourceKind for Policy {
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
        operations::check_id(&identity.0)?;
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
