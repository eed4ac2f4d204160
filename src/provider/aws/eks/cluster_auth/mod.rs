//! `data "aws_eks_cluster_auth"`: a token for the Kubernetes API of a cluster.
//!
//! The token is for the `token` of a `provider "kubernetes"` block. It is never a value: what stands in its place says
//! which cluster is meant, and the Kubernetes client makes a token, with the credentials of the AWS provider configuration
//! that has the cluster, whenever it needs one. So a token neither grows old during a long apply nor gets into plans,
//! states or journals, where the attribute is null. Anywhere else the attribute is of no use.
//!
//! Nothing is called.
//!
//! ```hcl
//! data "aws_eks_cluster_auth" "main" {
//!   name = aws_eks_cluster.main.name
//! }
//!
//! provider "kubernetes" {
//!   host                   = aws_eks_cluster.main.endpoint
//!   cluster_ca_certificate = base64decode(aws_eks_cluster.main.certificate_authority[0].data)
//!   token                  = data.aws_eks_cluster_auth.main.token
//! }
//! ```

#[cfg(test)]
mod tests;

use super::belonging::region_attribute;
use crate::provider::aws::client::AwsClients;
use crate::provider::aws::object::text;
use crate::provider::aws::validate::Checks;
use crate::provider::kubernetes::stand_in;
use crate::provider::{DataSource, ObjectType, ProviderContext, ProviderError};
use crate::schema::{Attribute, Block, Facts, Problem, Rules, TypeSchema};
use crate::value::{Known, Marks, Type, Value};
use async_trait::async_trait;
use std::sync::LazyLock;

/// The data type, for the registry.
pub static DATA: &dyn DataSource = &ClusterAuth;

struct ClusterAuth;

static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| TypeSchema {
    version: 0,
    description: "A token for the Kubernetes API of a cluster.",
    block: Block {
        attributes: vec![
            Attribute::computed("id", Type::String, "The name of the cluster."),
            Attribute::required("name", Type::String, "The name of the cluster."),
            region_attribute(),
            Attribute::computed(
                "token",
                Type::String,
                "What the Kubernetes provider makes a token by.",
            )
            .sensitive()
            .unrecorded(),
        ],
        blocks: Vec::new(),
    },
});

impl ObjectType for ClusterAuth {
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
        &ClusterAuth
    }
}

impl Rules for ClusterAuth {
    fn validate(&self, config: &Value) -> Vec<Problem> {
        let mut checks = Checks::of(config);
        checks.length("name", 1..=100);
        checks.found()
    }

    fn needs_facts(&self) -> bool {
        true
    }

    fn compute(&self, config: &Value, facts: &Facts) -> Option<Result<Value, Problem>> {
        let name = config.get("name")?;
        let own = text(config, "region");
        let region = own.or(Some(facts.region.as_str()))?;
        if region.is_empty() {
            return None;
        }
        let token = Value::string(stand_in(name.as_str()?, region)).marked(name.marks);
        Some(Ok(Value::object_of([
            ("id", name.clone()),
            ("name", name.clone()),
            ("region", Value::string(region)),
            ("token", token.marked(Marks::SENSITIVE)),
        ])))
    }
}

#[async_trait]
impl DataSource for ClusterAuth {
    async fn read(&self, ctx: &ProviderContext, config: &Known) -> Result<Known, ProviderError> {
        let facts = AwsClients::of(ctx)?.facts().await?;
        let doing = "reading EKS Cluster authentication";
        let computed = self.compute(config.value(), &facts);
        let value = computed.and_then(Result::ok);
        let value = value.ok_or_else(|| ProviderError::internal(doing, "there is no region"))?;
        Known::new(&value).map_err(|error| ProviderError::internal(doing, &error.to_string()))
    }
}
