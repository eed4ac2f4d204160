//! `aws_eks_cluster`: an EKS cluster's control plane.
//!
//! Calls: `CreateCluster`, `DescribeCluster`, `UpdateClusterVersion`, `UpdateClusterConfig`, `AssociateEncryptionConfig`,
//! `DescribeUpdate`, `TagResource`, `UntagResource`, `DeleteCluster`. Creating one also needs `iam:PassRole` on its role.
//!
//! Import: the name, as `main`.
//!
//! ```hcl
//! resource "aws_eks_cluster" "main" {
//!   name     = "main"
//!   role_arn = aws_iam_role.cluster.arn
//!   vpc_config {
//!     subnet_ids = var.subnet_ids
//!   }
//! }
//! ```

mod components;
mod data;
mod limits;
mod object;
mod operations;
mod request;
mod rules;
mod schema;
#[cfg(test)]
mod tests;
mod transitions;
mod update;
mod waiters;

use crate::provider::{
    DataSource, ObjectType, Outcome, ProviderContext, ProviderError, Recorded, ResourceKind,
};
use crate::schema::{Identity, Rules, TypeSchema};
use crate::value::Value;
use async_trait::async_trait;

/// The resource type, for the registry.
pub static KIND: &dyn ResourceKind = &Cluster;
/// The data type, for the registry.
pub static DATA: &dyn DataSource = &data::ClusterData;

struct Cluster;

impl ObjectType for Cluster {
    fn name(&self) -> &'static str {
        "aws_eks_cluster"
    }

    fn provider(&self) -> &'static str {
        "aws"
    }

    fn schema(&self) -> &'static TypeSchema {
        schema::resource()
    }

    fn rules(&self) -> &'static dyn Rules {
        &rules::ClusterRules
    }
}

#[async_trait]
impl ResourceKind for Cluster {
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
        update::update(ctx, prior, planned).await
    }

    async fn delete(&self, ctx: &ProviderContext, prior: &Recorded) -> Result<(), ProviderError> {
        operations::delete(ctx, &prior.object).await
    }
}
