//! `aws_eks_access_entry`: who may use the Kubernetes API of a cluster, by IAM role or user.
//!
//! The entry remembers the role itself and not only its ARN: when the role is made again, so is the entry. The cluster's
//! authentication mode must be `API` or `API_AND_CONFIG_MAP`.
//!
//! Calls: `CreateAccessEntry`, `DescribeAccessEntry`, `UpdateAccessEntry`, `TagResource`, `UntagResource`,
//! `DeleteAccessEntry`.
//!
//! Import: `cluster_name:principal_arn`
//!
//! ```hcl
//! resource "aws_eks_access_entry" "deployer" {
//!   cluster_name      = aws_eks_cluster.main.name
//!   principal_arn     = aws_iam_role.deployer.arn
//!   kubernetes_groups = ["deployers"]
//! }
//! ```

mod operations;
mod rules;
#[cfg(test)]
mod tests;

use super::belonging::{cluster_attribute, computed, region_attribute, timeouts};
use crate::provider::aws::tags;
use crate::provider::{
    ObjectType, Outcome, ProviderContext, ProviderError, Recorded, ResourceKind,
};
use crate::schema::{Attribute, Block, Identity, Rules, TypeSchema};
use crate::value::{Type, Value};
use async_trait::async_trait;
use std::sync::LazyLock;

/// The resource type, for the registry.
pub static KIND: &dyn ResourceKind = &AccessEntry;

struct AccessEntry;

static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| {
    let mut attributes = vec![
        computed("access_entry_arn", "The ARN of the entry."),
        cluster_attribute(),
        computed("created_at", "When the entry was made."),
        computed("id", "`cluster_name:principal_arn`."),
        Attribute::optional_computed(
            "kubernetes_groups",
            Type::set(Type::String),
            "Groups of Kubernetes that the principal is in.",
        ),
        computed("modified_at", "When the entry was last changed."),
        Attribute::required(
            "principal_arn",
            Type::String,
            "The ARN of the IAM role or user.",
        )
        .replaces(),
        region_attribute(),
        Attribute::optional(
            "type",
            Type::String,
            "`STANDARD` if not given; another for the roles of nodes, as `EC2_LINUX`.",
        )
        .replaces(),
        Attribute::optional_computed(
            "user_name",
            Type::String,
            "The name that Kubernetes knows the principal by.",
        ),
    ];
    attributes.extend(tags::attributes());
    TypeSchema {
        version: 0,
        description: "Who may use the Kubernetes API of a cluster, by IAM role or user.",
        block: Block {
            attributes,
            blocks: vec![timeouts(&[
                ("create", "How long creating may take, `10m` if not given."),
                ("delete", "How long deleting may take, `10m` if not given."),
            ])],
        },
    }
});

impl ObjectType for AccessEntry {
    fn name(&self) -> &'static str {
        "aws_eks_access_entry"
    }

    fn provider(&self) -> &'static str {
        "aws"
    }

    fn schema(&self) -> &'static TypeSchema {
        &SCHEMA
    }

    fn rules(&self) -> &'static dyn Rules {
        &rules::EntryRules
    }
}

#[async_trait]
impl ResourceKind for AccessEntry {
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
