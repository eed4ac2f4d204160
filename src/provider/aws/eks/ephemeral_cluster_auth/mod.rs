//! `ephemeral "aws_eks_cluster_auth"`: a token for the Kubernetes API of a cluster.
//!
//! The token is made with the credentials of the provider configuration, whether there is such a cluster or not, and is good
//! for 15 minutes. For a `provider "kubernetes"` block the data source of the same name does better: what it gives stands
//! for tokens that never grow old.
//!
//! Nothing is called.
//!
//! ```hcl
//! ephemeral "aws_eks_cluster_auth" "main" {
//!   name = aws_eks_cluster.main.name
//! }
//!
//! resource "terraform_data" "crds" {
//!   provisioner "local-exec" {
//!     command = "kubectl --server \"$SERVER\" --token \"$TOKEN\" get crds"
//!     environment = {
//!       SERVER = aws_eks_cluster.main.endpoint
//!       TOKEN  = ephemeral.aws_eks_cluster_auth.main.token
//!     }
//!   }
//! }
//! ```

#[cfg(test)]
mod tests;

use super::belonging::region_attribute;
use crate::provider::aws::client::AwsClients;
use crate::provider::aws::validate::Checks;
use crate::provider::kubernetes::EksTokens;
use crate::provider::{
    EphemeralKind, ObjectType, ProviderContext, ProviderError, ProviderErrorKind,
};
use crate::schema::{Attribute, Block, Problem, Rules, TypeSchema};
use crate::value::{Known, Type, Value};
use async_trait::async_trait;
use std::sync::LazyLock;

/// The ephemeral type, for the registry.
pub static EPHEMERAL: &dyn EphemeralKind = &ClusterToken;

struct ClusterToken;

static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| TypeSchema {
    version: 0,
    description: "A token for the Kubernetes API of a cluster.",
    block: Block {
        attributes: vec![
            Attribute::required("name", Type::String, "The name of the cluster."),
            region_attribute(),
            Attribute::computed("token", Type::String, "The token.").sensitive(),
        ],
        blocks: Vec::new(),
    },
});

impl ObjectType for ClusterToken {
    fn name(&self) -> &'static str {
        "aws_eks_cluster_auth"
    }

    fn provider(&self) -> &'static str {
        "aws"
    }

    fn schema(&self) -> &'static TypeSchema {
        &SCHEMA
    }

    fn rules(&self) -> &'static dyn Rules {
        &ClusterToken
    }
}

impl Rules for ClusterToken {
    fn validate(&self, config: &Value) -> Vec<Problem> {
        let mut checks = Checks::of(config);
        checks.length("name", 1..=100);
        checks.found()
    }
}

#[async_trait]
impl EphemeralKind for ClusterToken {
    async fn open(&self, ctx: &ProviderContext, config: &Known) -> Result<Known, ProviderError> {
        let clients = AwsClients::of(ctx)?;
        let doing = "making a token for the EKS cluster";
        let refused = |message: &str| ProviderError {
            kind: ProviderErrorKind::Credentials,
            ..ProviderError::internal(doing, message)
        };
        let name = config.text("name").unwrap_or_default();
        let region = config.text("region").unwrap_or_else(|| clients.region());
        let credentials = clients.sdk().credentials_provider();
        let credentials =
            credentials.ok_or_else(|| refused("the provider has no AWS credentials"))?;
        let tokens = EksTokens::new(name, region, credentials);
        let time = clients.sdk().time_source().unwrap_or_default();
        let token = tokens.mint(time.now()).await;
        let token = token.map_err(|error| refused(&error.to_string()))?;
        let opened = Value::object_of([
            ("name", Value::string(name)),
            ("region", Value::string(region)),
            ("token", Value::string(token)),
        ]);
        Known::new(&opened).map_err(|error| ProviderError::internal(doing, &error.to_string()))
    }
}
