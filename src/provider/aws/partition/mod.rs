//! `data "aws_partition"`: the partition of the provider's region, computed without any call of its own.
//!
//! ```hcl
//! data "aws_partition" "current" {}
//! ```

use crate::policy::Partition;
use crate::provider::aws::client::AwsClients;
use crate::provider::aws::object::object;
use crate::provider::{DataSource, ObjectType, ProviderContext, ProviderError};
use crate::schema::{Attribute, Block, Facts, Problem, Rules, TypeSchema};
use crate::value::{Known, Type, Value};
use async_trait::async_trait;
use serde_json::json;
use std::sync::LazyLock;

/// The data type, for the registry.
pub static DATA: &dyn DataSource = &PartitionData;

struct PartitionData;

static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| {
    let computed = |name, description| Attribute::computed(name, Type::String, description);
    TypeSchema {
        version: 0,
        description: "The partition of the provider's region.",
        block: Block {
            attributes: vec![
                computed(
                    "dns_suffix",
                    "The end of its hosts' names, as `amazonaws.com`.",
                ),
                computed("id", "The partition, as `aws`."),
                computed("partition", "The partition, as `aws`."),
                computed(
                    "reverse_dns_prefix",
                    "The hosts' end backwards, as `com.amazonaws`.",
                ),
            ],
            blocks: Vec::new(),
        },
    }
});

impl ObjectType for PartitionData {
    fn name(&self) -> &'static str {
        "aws_partition"
    }

    fn provider(&self) -> &'static str {
        "aws"
    }

    fn schema(&self) -> &'static TypeSchema {
        &SCHEMA
    }

    fn rules(&self) -> &'static dyn Rules {
        &PartitionData
    }
}

impl Rules for PartitionData {
    fn needs_facts(&self) -> bool {
        true
    }

    fn compute(&self, _: &Value, facts: &Facts) -> Option<Result<Value, Problem>> {
        if facts.region.is_empty() {
            return None;
        }
        of(&facts.region).ok().map(|known| Ok(known.into_value()))
    }
}

#[async_trait]
impl DataSource for PartitionData {
    async fn read(&self, ctx: &ProviderContext, _: &Known) -> Result<Known, ProviderError> {
        of(AwsClients::of(ctx)?.region())
    }
}

fn of(region: &str) -> Result<Known, ProviderError> {
    let partition = Partition::of_region(region);
    let suffix = partition.dns_suffix();
    let reversed: Vec<&str> = suffix.rsplit('.').collect();
    let json = json!({
        "dns_suffix": suffix,
        "id": partition.as_str(),
        "partition": partition.as_str(),
        "reverse_dns_prefix": reversed.join("."),
    });
    object(&SCHEMA, &json)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_region_tells_the_partition() {
        for (region, partition, suffix, reversed) in [
            ("eu-west-1", "aws", "amazonaws.com", "com.amazonaws"),
            (
                "cn-north-1",
                "aws-cn",
                "amazonaws.com.cn",
                "cn.com.amazonaws",
            ),
            (
                "us-gov-west-1",
                "aws-us-gov",
                "amazonaws.com",
                "com.amazonaws",
            ),
            ("eusc-de-east-1", "aws-eusc", "amazonaws.eu", "eu.amazonaws"),
        ] {
            let object = super::of(region).unwrap();
            assert_eq!(object.text("partition"), Some(partition), "{region}");
            assert_eq!(object.text("dns_suffix"), Some(suffix), "{region}");
            assert_eq!(
                object.text("reverse_dns_prefix"),
                Some(reversed),
                "{region}"
            );
        }
    }
}
