//! `aws_iam_instance_profile`: the name under which EC2 finds a role.
//!
//! A profile has at most one role. Another one takes its place without a new profile.
//!
//! Calls: `CreateInstanceProfile`, `GetInstanceProfile`, `AddRoleToInstanceProfile`, `RemoveRoleFromInstanceProfile`,
//! `Tag`/`UntagInstanceProfile`, `DeleteInstanceProfile`.
//!
//! Import: the name, as `node`.
//!
//! ```hcl
//! resource "aws_iam_instance_profile" "node" {
//!   name = "node"
//!   role = aws_iam_role.node.name
//! }
//! ```

mod object;
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
pub static KIND: &dyn ResourceKind = &InstanceProfile;

struct InstanceProfile;

impl ObjectType for InstanceProfile {
    fn name(&self) -> &'static str {
        "aws_iam_instance_profile"
    }

    fn provider(&self) -> &'static str {
        "aws"
    }

    fn schema(&self) -> &'static TypeSchema {
        schema::schema()
    }

    fn rules(&self) -> &'static dyn Rules {
        &rules::InstanceProfileRules
    }
}

#[async_trait]
impl ResourceKind for InstanceProfile {
    async fn read(
        &self,
        ctx: &ProviderContext,
        recorded: &Recorded,
    ) -> Result<Option<Recorded>, ProviderError> {
        let name = recorded.object.text("id").unwrap_or_default();
        let found = operations::read(ctx, name, Some(recorded.object.value())).await?;
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
