//! `aws_iam_role_policy_attachment`: a managed policy attached to a role.
//!
//! Calls: `AttachRolePolicy`, `ListAttachedRolePolicies`, `DetachRolePolicy`.
//!
//! Import: the role and the policy's ARN, as `app/arn:aws:iam::aws:policy/ReadOnlyAccess`.
//!
//! ```hcl
//! resource "aws_iam_role_policy_attachment" "read" {
//!   role       = aws_iam_role.app.name
//!   policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
//! }
//! ```

mod operations;
mod rules;
#[cfg(test)]
mod tests;

use crate::provider::{
    ObjectType, Outcome, ProviderContext, ProviderError, Recorded, ResourceKind,
};
use crate::schema::{Attribute, Block, Identity, Rules, TypeSchema};
use crate::value::{Type, Value};
use async_trait::async_trait;
use std::sync::LazyLock;

/// The resource type, for the registry.
pub static KIND: &dyn ResourceKind = &Attachment;

struct Attachment;

static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| TypeSchema {
    version: 0,
    description: "A managed policy attached to a role.",
    block: Block {
        attributes: vec![
            Attribute::computed("id", Type::String, "`role/policy_arn`."),
            Attribute::required("policy_arn", Type::String, "The ARN of the policy.").replaces(),
            Attribute::required("role", Type::String, "The name of the role.").replaces(),
        ],
        blocks: Vec::new(),
    },
});

impl ObjectType for Attachment {
    fn name(&self) -> &'static str {
        "aws_iam_role_policy_attachment"
    }

    fn provider(&self) -> &'static str {
        "aws"
    }

    fn schema(&self) -> &'static TypeSchema {
        &SCHEMA
    }

    fn rules(&self) -> &'static dyn Rules {
        &rules::AttachmentRules
    }
}

#[async_trait]
impl ResourceKind for Attachment {
    async fn read(
        &self,
        ctx: &ProviderContext,
        recorded: &Recorded,
    ) -> Result<Option<Recorded>, ProviderError> {
        let is = operations::is_attached(ctx, &recorded.object).await?;
        Ok(is.then(|| recorded.clone()))
    }

    async fn find(
        &self,
        ctx: &ProviderContext,
        identity: &Identity,
    ) -> Result<Option<Recorded>, ProviderError> {
        let object = operations::of_id(&identity.0)?;
        let is = operations::is_attached(ctx, &object).await?;
        Ok(is.then(|| object.into()))
    }

    async fn create(&self, ctx: &ProviderContext, planned: &Value) -> Outcome {
        operations::create(ctx, planned).await
    }

    async fn update(&self, _: &ProviderContext, prior: &Recorded, _: &Value) -> Outcome {
        // Every argument needs another attachment, so there is nothing to change.
        Outcome::done(prior.object.clone())
    }

    async fn delete(&self, ctx: &ProviderContext, prior: &Recorded) -> Result<(), ProviderError> {
        operations::delete(ctx, &prior.object).await
    }
}
