//! `aws_eks_addon`: software on a cluster that EKS installs and keeps, as `coredns`.
//!
//! An add-on whose creation failed is recorded without a version; the next run installs it again.
//!
//! Calls: `CreateAddon`, `DescribeAddon`, `UpdateAddon`, `DescribeUpdate`, `DescribePodIdentityAssociation`, `TagResource`,
//! `UntagResource`, `DeleteAddon`.
//!
//! Import: `cluster_name:addon_name`
//!
//! ```hcl
//! resource "aws_eks_addon" "coredns" {
//!   cluster_name                = aws_eks_cluster.main.name
//!   addon_name                  = "coredns"
//!   configuration_values        = jsonencode({ replicaCount = 4 })
//!   resolve_conflicts_on_update = "PRESERVE"
//! }
//! ```

mod operations;
mod rules;
#[cfg(test)]
mod tests;
mod waiters;

use super::belonging::{cluster_attribute, computed, nested, optional, region_attribute, timeouts};
use crate::provider::aws::tags;
use crate::provider::{
    ObjectType, Outcome, ProviderContext, ProviderError, Recorded, ResourceKind,
};
use crate::schema::{Attribute, Block, Identity, NestedBlock, Nesting, Rules, TypeSchema};
use crate::value::{Type, Value};
use async_trait::async_trait;
use std::sync::LazyLock;

/// The resource type, for the registry.
pub static KIND: &dyn ResourceKind = &Addon;

struct Addon;

static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| {
    let mut attributes = vec![
        Attribute::required("addon_name", Type::String, "The name of the add-on.").replaces(),
        Attribute::optional_computed(
            "addon_version",
            Type::String,
            "The version, as `v1.12.4-eksbuild.1`; the default for the cluster if not given.",
        ),
        computed("arn", "The ARN of the add-on."),
        cluster_attribute(),
        Attribute::optional_computed(
            "configuration_values",
            Type::String,
            "Settings of the add-on, as JSON or YAML.",
        ),
        computed("created_at", "When the add-on was made."),
        computed("id", "`cluster_name:addon_name`."),
        computed("modified_at", "When the add-on was last changed."),
        Attribute::optional(
            "preserve",
            Type::Bool,
            "Whether what the add-on installed stays when the add-on is deleted.",
        ),
        region_attribute(),
        optional(
            "resolve_conflicts_on_create",
            "What happens to fields that others have set, when creating: `NONE` or `OVERWRITE`.",
        ),
        optional(
            "resolve_conflicts_on_update",
            "What happens to fields that others have set, when updating: `NONE`, `OVERWRITE` or `PRESERVE`.",
        ),
        optional(
            "service_account_role_arn",
            "The ARN of the role of the add-on's service account (IRSA).",
        ),
    ];
    attributes.extend(tags::attributes());
    TypeSchema {
        version: 0,
        description: "Software on a cluster that EKS installs and keeps.",
        block: Block {
            attributes,
            blocks: vec![
                nested(
                    "namespace_config",
                    (0, 1),
                    vec![
                        Attribute::required("namespace", Type::String, "The namespace.").replaces(),
                    ],
                    "The namespace that the add-on is installed into, if not its own.",
                ),
                NestedBlock {
                    nesting: Nesting::Set,
                    ..nested(
                        "pod_identity_association",
                        (0, 0),
                        vec![
                            Attribute::required("role_arn", Type::String, "The ARN of the role."),
                            Attribute::required(
                                "service_account",
                                Type::String,
                                "The name of the service account.",
                            ),
                        ],
                        "The role of one of the add-on's service accounts (EKS Pod Identity).",
                    )
                },
                timeouts(&[
                    ("create", "How long creating may take, `20m` if not given."),
                    ("delete", "How long deleting may take, `40m` if not given."),
                    ("update", "How long updating may take, `20m` if not given."),
                ]),
            ],
        },
    }
});

impl ObjectType for Addon {
    fn name(&self) -> &'static str {
        "aws_eks_addon"
    }

    fn provider(&self) -> &'static str {
        "aws"
    }

    fn schema(&self) -> &'static TypeSchema {
        &SCHEMA
    }

    fn rules(&self) -> &'static dyn Rules {
        &rules::AddonRules
    }
}

#[async_trait]
impl ResourceKind for Addon {
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
