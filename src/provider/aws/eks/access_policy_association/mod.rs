//! `aws_eks_access_policy_association`: an access policy of EKS's for the principal of an access entry.
//!
//! The scope is changed in place, so that nobody loses access on the way. (Terraform's provider takes the policy away
//! and gives it again.) With the access entry goes the association.
//!
//! Calls: `AssociateAccessPolicy`, `ListAssociatedAccessPolicies`, `DisassociateAccessPolicy`.
//!
//! Import: `cluster_name#principal_arn#policy_arn`
//!
//! ```hcl
//! resource "aws_eks_access_policy_association" "view" {
//!   cluster_name  = aws_eks_access_entry.deployer.cluster_name
//!   principal_arn = aws_eks_access_entry.deployer.principal_arn
//!   policy_arn    = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"
//!   access_scope {
//!     type       = "namespace"
//!     namespaces = ["default"]
//!   }
//! }
//! ```

mod operations;
mod rules;
#[cfg(test)]
mod tests;

use super::belonging::{cluster_attribute, computed, nested, region_attribute, timeouts};
use crate::provider::{
    ObjectType, Outcome, ProviderContext, ProviderError, Recorded, ResourceKind,
};
use crate::schema::{Attribute, Block, Identity, Rules, TypeSchema};
use crate::value::{Type, Value};
use async_trait::async_trait;
use std::sync::LazyLock;

/// The resource type, for the registry.
pub static KIND: &dyn ResourceKind = &Association;

struct Association;

static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| TypeSchema {
    version: 0,
    description: "An access policy of EKS's for the principal of an access entry.",
    block: Block {
        attributes: vec![
            computed("associated_at", "When the policy was associated."),
            cluster_attribute(),
            computed("id", "`cluster_name#principal_arn#policy_arn`."),
            computed("modified_at", "When the association was last changed."),
            Attribute::required("policy_arn", Type::String, "The ARN of the access policy.")
                .replaces(),
            Attribute::required(
                "principal_arn",
                Type::String,
                "The ARN of the access entry's IAM role or user.",
            )
            .replaces(),
            region_attribute(),
        ],
        blocks: vec![
            nested(
                "access_scope",
                (1, 1),
                vec![
                    Attribute::optional(
                        "namespaces",
                        Type::set(Type::String),
                        "The namespaces, for the type `namespace`.",
                    ),
                    Attribute::required("type", Type::String, "`cluster` or `namespace`."),
                ],
                "Where on the cluster the policy holds.",
            ),
            timeouts(&[
                ("create", "How long creating may take, `10m` if not given."),
                ("delete", "How long deleting may take, `10m` if not given."),
            ]),
        ],
    },
});

impl ObjectType for Association {
    fn name(&self) -> &'static str {
        "aws_eks_access_policy_association"
    }

    fn provider(&self) -> &'static str {
        "aws"
    }

    fn schema(&self) -> &'static TypeSchema {
        &SCHEMA
    }

    fn rules(&self) -> &'static dyn Rules {
        &rules::AssociationRules
    }
}

#[async_trait]
impl ResourceKind for Association {
    async fn read(
        &self,
        ctx: &ProviderContext,
        recorded: &Recorded,
    ) -> Result<Option<Recorded>, ProviderError> {
        operations::read(ctx, recorded).await
    }

    async fn find(
        &self,
        ctx: &ProviderContext,
        identity: &Identity,
    ) -> Result<Option<Recorded>, ProviderError> {
        operations::import(ctx, &identity.0).await
    }

    async fn create(&self, ctx: &ProviderContext, planned: &Value) -> Outcome {
        operations::create(ctx, planned).await
    }

    async fn update(&self, ctx: &ProviderContext, prior: &Recorded, planned: &Value) -> Outcome {
        operations::update(ctx, &prior.object, planned).await
    }

    async fn delete(&self, ctx: &ProviderContext, prior: &Recorded) -> Result<(), ProviderError> {
        operations::delete(ctx, &prior.object).await
    }
}
