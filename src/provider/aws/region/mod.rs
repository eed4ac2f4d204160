//! `data "aws_region"`: the provider's region, or one that is named, without any call of its own.
//!
//! ```hcl
//! data "aws_region" "current" {}
//! ```

mod names;

use crate::address::AttributePath;
use crate::policy::Partition;
use crate::provider::aws::client::AwsClients;
use crate::provider::aws::object::{object, text};
use crate::provider::{DataSource, ObjectType, ProviderContext, ProviderError, ProviderErrorKind};
use crate::schema::{Attribute, Block, Facts, Problem, Rules, TypeSchema};
use crate::value::{Known, Type, Value};
use async_trait::async_trait;
use serde_json::json;
use std::sync::LazyLock;

/// The data type, for the registry.
pub static DATA: &dyn DataSource = &RegionData;

struct RegionData;

static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| {
    let computed = |name, description| Attribute::computed(name, Type::String, description);
    let optional =
        |name, description| Attribute::optional_computed(name, Type::String, description);
    TypeSchema {
        version: 0,
        description: "A region.",
        block: Block {
            attributes: vec![
                computed("description", "Its name for people, as `Europe (Ireland)`."),
                optional("endpoint", "The host of EC2 in it."),
                computed("id", "The region, as `eu-west-1`."),
                optional("name", "Deprecated. Use `region`."),
                optional("region", "The region; the provider's if not given."),
            ],
            blocks: Vec::new(),
        },
    }
});

impl ObjectType for RegionData {
    fn name(&self) -> &'static str {
        "aws_region"
    }

    fn provider(&self) -> &'static str {
        "aws"
    }

    fn schema(&self) -> &'static TypeSchema {
        &SCHEMA
    }

    fn rules(&self) -> &'static dyn Rules {
        &RegionData
    }
}

impl Rules for RegionData {
    fn needs_facts(&self) -> bool {
        true
    }

    fn compute(&self, config: &Value, facts: &Facts) -> Option<Result<Value, Problem>> {
        let wanted = ["region", "name", "endpoint"].map(|name| config.get(name));
        let unknown = wanted.iter().flatten().any(|value| value.is_unknown());
        if facts.region.is_empty() || unknown {
            return None;
        }
        let found = of(config, &facts.region).map(Known::into_value);
        Some(found.map_err(|error| Problem {
            path: AttributePath::root(),
            summary: "reading AWS Region".to_owned(),
            detail: error.message,
        }))
    }
}

#[async_trait]
impl DataSource for RegionData {
    async fn read(&self, ctx: &ProviderContext, config: &Known) -> Result<Known, ProviderError> {
        of(config.value(), AwsClients::of(ctx)?.region())
    }
}

fn of(config: &Value, own: &str) -> Result<Known, ProviderError> {
    let named = text(config, "region").or_else(|| text(config, "name"));
    let by_endpoint = text(config, "endpoint").map(region_of_endpoint);
    let region = match (named, by_endpoint) {
        (Some(named), Some(other)) if named != other => {
            return Err(none(&format!(
                "`{named}` and `{other}` are different regions"
            )));
        }
        (Some(named), _) => named,
        (None, Some(region)) => region,
        (None, None) => own,
    };
    // A region that is newer than the table is taken when it is the provider's own.
    let description = names::description(region);
    if description.is_none() && region != own {
        return Err(none(&format!("there is no region `{region}`")));
    }
    let suffix = Partition::of_region(region).dns_suffix();
    let json = json!({
        "description": description.unwrap_or(region),
        "endpoint": format!("ec2.{region}.{suffix}"),
        "id": region,
        "name": region,
        "region": region,
    });
    object(&SCHEMA, &json)
}

fn region_of_endpoint(endpoint: &str) -> &str {
    endpoint
        .strip_prefix("ec2.")
        .and_then(|rest| rest.split('.').next())
        .unwrap_or(endpoint)
}

fn none(message: &str) -> ProviderError {
    ProviderError {
        kind: ProviderErrorKind::InvalidInput,
        doing: "reading AWS Region".to_owned(),
        code: String::new(),
        message: message.to_owned(),
        request_id: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{SCHEMA, of};
    use crate::provider::aws::object::object;
    use serde_json::json;

    fn region(config: &serde_json::Value) -> Result<String, String> {
        let config = object(&SCHEMA, config).unwrap();
        let found = of(config.value(), "eu-west-1").map_err(|error| error.message)?;
        let text = |name| found.text(name).unwrap().to_owned();
        Ok([text("region"), text("endpoint"), text("description")].join(" | "))
    }

    #[test]
    fn a_region_is_the_named_one_or_the_providers() {
        let ireland = "eu-west-1 | ec2.eu-west-1.amazonaws.com | Europe (Ireland)";
        let beijing = "cn-north-1 | ec2.cn-north-1.amazonaws.com.cn | China (Beijing)";
        for (config, expected) in [
            (json!({}), Ok(ireland)),
            (json!({ "region": "cn-north-1" }), Ok(beijing)),
            (json!({ "name": "cn-north-1" }), Ok(beijing)),
            (
                json!({ "endpoint": "ec2.eu-west-1.amazonaws.com" }),
                Ok(ireland),
            ),
            (
                json!({ "region": "cn-north-1", "name": "cn-north-1" }),
                Ok(beijing),
            ),
            (
                json!({ "region": "xx-none-1" }),
                Err("there is no region `xx-none-1`"),
            ),
        ] {
            let found = region(&config);
            let found = found.as_deref().map_err(String::as_str);
            assert_eq!(found, expected, "{config}");
        }
    }
}
