//! `aws_eks_pod_identity_association`: the IAM role that the pods of a service account get by EKS Pod Identity.
//!
//! A service account has one association at most. Namespace and service account need not exist. The agent that gives
//! pods their credentials is the add-on `eks-pod-identity-agent`.
//!
//! Calls: `CreatePodIdentityAssociation`, `DescribePodIdentityAssociation`, `ListPodIdentityAssociations`,
//! `UpdatePodIdentityAssociation`, `TagResource`, `UntagResource`, `DeletePodIdentityAssociation`. Creating one also
//! needs `iam:PassRole` on its role.
//!
//! Import: `cluster_name,association_id` (or `cluster_name,namespace/service_account`)
//!
//! ```hcl
//! resource "aws_eks_pod_identity_association" "app" {
//!   cluster_name    = aws_eks_cluster.main.name
//!   namespace       = "default"
//!   service_account = "app"
//!   role_arn        = aws_iam_role.app.arn
//! }
//! ```

mod operations;
mod rules;
#[cfg(test)]
mod tests;

pub(super) use operations::find;

use super::belonging::{cluster_attribute, computed, optional, region_attribute};
use crate::provider::aws::tags;
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

static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| {
    let mut attributes = vec![
        computed("association_arn", "The ARN of the association."),
        computed("association_id", "The id of the association, as `a-…`."),
        cluster_attribute(),
        Attribute::optional_computed(
            "disable_session_tags",
            Type::Bool,
            "Whether sessions go without the tags that say which pod they are of.",
        ),
        computed(
            "external_id",
            "The external id with which the target role is assumed.",
        ),
        computed("id", "The id of the association."),
        Attribute::required("namespace", Type::String, "The namespace.").replaces(),
        optional(
            "policy",
            "A policy, as JSON, that narrows what sessions may do; only without session tags.",
        ),
        region_attribute(),
        Attribute::required("role_arn", Type::String, "The ARN of the role."),
        Attribute::required(
            "service_account",
            Type::String,
            "The name of the service account.",
        )
        .replaces(),
        optional(
            "target_role_arn",
            "The ARN of a role, of any account, that the role assumes for the pods.",
        ),
    ];
    attributes.extend(tags::attributes());
    TypeSchema {
        version: 0,
        description: "The IAM role that the pods of a service account get by EKS Pod Identity.",
        block: Block {
            attributes,
            blocks: Vec::new(),
        },
    }
});

impl ObjectType for Association {
    fn name(&self) -> &'static str {
        "aws_eks_pod_identity_association"
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
