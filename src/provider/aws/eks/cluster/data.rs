//! `data "aws_eks_cluster"`: a cluster that exists, by its name.
//!
//! Calls: `DescribeCluster`.
//!
//! ```hcl
//! data "aws_eks_cluster" "main" {
//!   name = "main"
//! }
//!
//! output "issuer" {
//!   value = data.aws_eks_cluster.main.identity[0].oidc[0].issuer
//! }
//! ```

use super::{object, operations, schema};
use crate::provider::aws::client::AwsClients;
use crate::provider::aws::object::object as known_object;
use crate::provider::aws::tags;
use crate::provider::aws::validate::Checks;
use crate::provider::aws::waiting::unseen;
use crate::provider::{DataSource, ObjectType, ProviderContext, ProviderError};
use crate::schema::{Problem, Rules, TypeSchema};
use crate::value::{Known, Value};
use async_trait::async_trait;

pub(super) struct ClusterData;

impl ObjectType for ClusterData {
    fn name(&self) -> &'static str {
        "aws_eks_cluster"
    }

    fn provider(&self) -> &'static str {
        "aws"
    }

    fn schema(&self) -> &'static TypeSchema {
        schema::data()
    }

    fn rules(&self) -> &'static dyn Rules {
        &ClusterData
    }
}

impl Rules for ClusterData {
    fn validate(&self, config: &Value) -> Vec<Problem> {
        let mut checks = Checks::of(config);
        checks.length("name", 1..=100);
        checks.found()
    }
}

#[async_trait]
impl DataSource for ClusterData {
    async fn read(&self, ctx: &ProviderContext, config: &Known) -> Result<Known, ProviderError> {
        let clients = AwsClients::of(ctx)?;
        let region = operations::region(clients, config.value());
        let name = config.text("name").unwrap_or_default();
        let found = operations::find(&clients.eks(Some(region)), name).await?;
        let cluster = found.ok_or_else(|| ProviderError {
            message: format!("there is no cluster of the name {name} in {region}"),
            code: "ResourceNotFoundException".to_owned(),
            ..unseen(&format!("reading EKS Cluster ({name})"))
        })?;
        let (_, all) = tags::seen(
            object::tags_of(&cluster),
            None,
            clients.default_tags(),
            clients.ignored_tags(),
        );
        let mut json = object::described(region, &cluster, None);
        if let Some(members) = json.as_object_mut() {
            members.insert("tags".into(), all);
        }
        known_object(schema::data(), &json)
    }
}
