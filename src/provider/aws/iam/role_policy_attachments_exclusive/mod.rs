//! `aws_iam_role_policy_attachments_exclusive`: that these managed policies are attached to a role and no others.
//!
//! Others that are found are detached, and what is missing is attached. Attachments that are managed beside it have to be
//! among these. Destroying the resource leaves the role as it is.
//!
//! Calls: `ListAttachedRolePolicies`, `AttachRolePolicy`, `DetachRolePolicy`.
//!
//! Import: the name of the role, as `app`.
//!
//! ```hcl
//! resource "aws_iam_role_policy_attachments_exclusive" "app" {
//!   role_name   = aws_iam_role.app.name
//!   policy_arns = [aws_iam_policy.read.arn]
//! }
//! ```

mod operations;
#[cfg(test)]
mod tests;

use crate::provider::aws::validate::Checks;
use crate::provider::{
    ObjectType, Outcome, ProviderContext, ProviderError, Recorded, ResourceKind,
};
use crate::schema::{Attribute, Block, Identity, Problem, Rules, Tie, TypeSchema};
use crate::value::{Type, Value};
use async_trait::async_trait;
use std::sync::LazyLock;

/// The resource type, for the registry.
pub static KIND: &dyn ResourceKind = &Exclusive;

struct Exclusive;
struct ExclusiveRules;

static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| TypeSchema {
    version: 0,
    description: "That these managed policies are attached to a role and no others.",
    block: Block {
        attributes: vec![
            Attribute::required(
                "policy_arns",
                Type::set(Type::String),
                "The ARNs of all managed policies attached to the role.",
            ),
            Attribute::required("role_name", Type::String, "The name of the role.").replaces(),
        ],
        blocks: Vec::new(),
    },
});

/// What a role may have is said of that role, and again of one that takes its name.
static TIES: [Tie; 1] = [Tie {
    resource_type: "aws_iam_role",
    attributes: &[("role_name", "name")],
}];

impl Rules for ExclusiveRules {
    fn ties(&self) -> &'static [Tie] {
        &TIES
    }

    fn validate(&self, config: &Value) -> Vec<Problem> {
        let mut checks = Checks::of(config);
        checks
            .role_name("role_name")
            .no_nulls("policy_arns")
            .arns("policy_arns");
        checks.found()
    }
}

impl ObjectType for Exclusive {
    fn name(&self) -> &'static str {
        "aws_iam_role_policy_attachments_exclusive"
    }

    fn provider(&self) -> &'static str {
        "aws"
    }

    fn schema(&self) -> &'static TypeSchema {
        &SCHEMA
    }

    fn rules(&self) -> &'static dyn Rules {
        &ExclusiveRules
    }
}

#[async_trait]
impl ResourceKind for Exclusive {
    async fn read(
        &self,
        ctx: &ProviderContext,
        recorded: &Recorded,
    ) -> Result<Option<Recorded>, ProviderError> {
        let role = recorded.object.text("role_name").unwrap_or_default();
        let found = operations::read(ctx, role).await?;
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
        let found = operations::read(ctx, &identity.0).await?;
        Ok(found.map(Recorded::from))
    }

    async fn create(&self, ctx: &ProviderContext, planned: &Value) -> Outcome {
        match operations::align(ctx, planned).await {
            Ok(object) => Outcome::done(object),
            Err(error) => Outcome::failed(error),
        }
    }

    async fn update(&self, ctx: &ProviderContext, prior: &Recorded, planned: &Value) -> Outcome {
        match operations::align(ctx, planned).await {
            Ok(object) => Outcome::done(object),
            Err(error) => Outcome::partial(prior.object.clone(), error),
        }
    }

    /// Nothing is managed any more; the role keeps its policies.
    async fn delete(&self, _: &ProviderContext, _: &Recorded) -> Result<(), ProviderError> {
        Ok(())
    }
}
