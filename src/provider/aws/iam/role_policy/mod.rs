//! `aws_iam_role_policy`: an inline policy of a role.
//!
//! Calls: `PutRolePolicy`, `GetRolePolicy`, `DeleteRolePolicy`.
//!
//! Import: the role and the policy, as `app:read`.
//!
//! ```hcl
//! resource "aws_iam_role_policy" "read" {
//!   role   = aws_iam_role.app.name
//!   name   = "read"
//!   policy = file("read.json")
//! }
//! ```

mod operations;
mod rules;
mod schema;
#[cfg(test)]
mod tests;

use crate::provider::{
    ObjectType, Outcome, ProviderContext, ProviderError, Recorded, ResourceKind,
};
use crate::schema::{Identity, Rules, TypeSchema};
use crate::value::Value;
use async_trait::async_trait;

/// The resource type, for the registry.
pub static KIND: &dyn ResourceKind = &RolePolicy;

struct RolePolicy;

impl ObjectType for RolePolicy {
    fn name(&self) -> &'static str {
        "aws_iam_role_policy"
    }

    fn provider(&self) -> &'static str {
        "aws"
    }

    fn schema(&self) -> &'static TypeSchema {
        schema::schema()
    }

    fn rules(&self) -> &'static dyn Rules {
        &rules::RolePolicyRules
    }
}

#[async_trait]
impl ResourceKind for RolePolicy {
    async fn read(
        &self,
        ctx: &ProviderContext,
        recorded: &Recorded,
    ) -> Result<Option<Recorded>, ProviderError> {
        let id = recorded.object.text("id").unwrap_or_default();
        let found = operations::read(ctx, id, Some(recorded.object.value())).await?;
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
