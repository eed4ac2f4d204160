//! `aws_iam_service_linked_role`: a role that a service of AWS has in the account, and only the service can use.
//!
//! The service gives it its trust policy, its permissions and its name, so the name is known after it was made. Deleting
//! is a task of the service, which is waited for; it fails while the service still needs the role.
//!
//! Calls: `CreateServiceLinkedRole`, `GetRole`, `UpdateRole`, `Tag`/`UntagRole`, `DeleteServiceLinkedRole`,
//! `GetServiceLinkedRoleDeletionStatus`; where the reply to a create was lost, `ListRoles`.
//!
//! Import: the ARN, as `arn:aws:iam::123456789012:role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot`.
//!
//! ```hcl
//! resource "aws_iam_service_linked_role" "spot" {
//!   aws_service_name = "spot.amazonaws.com"
//! }
//! ```

mod deletion;
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
pub static KIND: &dyn ResourceKind = &ServiceLinkedRole;

struct ServiceLinkedRole;

impl ObjectType for ServiceLinkedRole {
    fn name(&self) -> &'static str {
        "aws_iam_service_linked_role"
    }

    fn provider(&self) -> &'static str {
        "aws"
    }

    fn schema(&self) -> &'static TypeSchema {
        schema::schema()
    }

    fn rules(&self) -> &'static dyn Rules {
        &rules::ServiceLinkedRoleRules
    }
}

#[async_trait]
impl ResourceKind for ServiceLinkedRole {
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
        deletion::delete(ctx, &prior.object).await
    }
}
