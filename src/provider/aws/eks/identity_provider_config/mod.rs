//! `aws_eks_identity_provider_config`: an OIDC identity provider that a cluster takes its users from.
//!
//! It lets people into the Kubernetes API and has nothing to do with the roles of service accounts: those need an
//! `aws_iam_openid_connect_provider`. A cluster has one at most, and associating it takes a quarter of an hour.
//!
//! Calls: `AssociateIdentityProviderConfig`, `DescribeIdentityProviderConfig`, `TagResource`, `UntagResource`,
//! `DisassociateIdentityProviderConfig`.
//!
//! Import: `cluster_name:identity_provider_config_name`
//!
//! ```hcl
//! resource "aws_eks_identity_provider_config" "people" {
//!   cluster_name = aws_eks_cluster.main.name
//!   oidc {
//!     identity_provider_config_name = "people"
//!     client_id                     = "kubernetes"
//!     issuer_url                    = "https://login.example.com"
//!   }
//! }
//! ```

mod operations;
mod rules;
#[cfg(test)]
mod tests;

use super::belonging::{cluster_attribute, computed, nested, optional, region_attribute, timeouts};
use crate::provider::aws::tags;
use crate::provider::{
    ObjectType, Outcome, ProviderContext, ProviderError, Recorded, ResourceKind,
};
use crate::schema::{Attribute, Block, Identity, Rules, TypeSchema};
use crate::value::{Type, Value};
use async_trait::async_trait;
use std::sync::LazyLock;

/// The resource type, for the registry.
pub static KIND: &dyn ResourceKind = &ProviderConfig;

struct ProviderConfig;

static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| {
    let mut attributes = vec![
        computed("arn", "The ARN of the identity provider config."),
        cluster_attribute(),
        computed("id", "`cluster_name:identity_provider_config_name`."),
        region_attribute(),
        computed("status", "The status, as `ACTIVE`."),
    ];
    attributes.extend(tags::attributes());
    let required = |name, description| Attribute::required(name, Type::String, description);
    let oidc = vec![
        required("client_id", "The audience of tokens.").replaces(),
        optional("groups_claim", "The claim that has a user's groups.").replaces(),
        optional("groups_prefix", "What stands before the names of groups.").replaces(),
        required("identity_provider_config_name", "The name.").replaces(),
        required("issuer_url", "The issuer of tokens, an `https` URL.").replaces(),
        Attribute::optional(
            "required_claims",
            Type::map(Type::String),
            "Claims that tokens must have.",
        )
        .replaces(),
        optional("username_claim", "The claim that has a user's name.").replaces(),
        optional("username_prefix", "What stands before the names of users.").replaces(),
    ];
    TypeSchema {
        version: 0,
        description: "An OIDC identity provider that a cluster takes its users from.",
        block: Block {
            attributes,
            blocks: vec![
                nested("oidc", (1, 1), oidc, "The identity provider."),
                timeouts(&[
                    ("create", "How long creating may take, `40m` if not given."),
                    ("delete", "How long deleting may take, `40m` if not given."),
                ]),
            ],
        },
    }
});

impl ObjectType for ProviderConfig {
    fn name(&self) -> &'static str {
        "aws_eks_identity_provider_config"
    }

    fn provider(&self) -> &'static str {
        "aws"
    }

    fn schema(&self) -> &'static TypeSchema {
        &SCHEMA
    }

    fn rules(&self) -> &'static dyn Rules {
        &rules::ProviderConfigRules
    }
}

#[async_trait]
impl ResourceKind for ProviderConfig {
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
