//! `data "aws_service_principal"`: the name of a service as a principal of policies, without any call of its own.
//!
//! It is `<service>.amazonaws.com` but for some services in some partitions.
//!
//! ```hcl
//! data "aws_service_principal" "eks" {
//!   service_name = "eks"
//! }
//! ```

use crate::policy::Partition;
use crate::provider::aws::client::AwsClients;
use crate::provider::aws::object::{object, text};
use crate::provider::{DataSource, ObjectType, ProviderContext, ProviderError};
use crate::schema::{Attribute, Block, Facts, Problem, Rules, TypeSchema};
use crate::value::{Known, Type, Value};
use async_trait::async_trait;
use serde_json::json;
use std::sync::LazyLock;

/// The data type, for the registry.
pub static DATA: &dyn DataSource = &ServicePrincipal;

struct ServicePrincipal;

static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| {
    let computed = |name, description| Attribute::computed(name, Type::String, description);
    TypeSchema {
        version: 0,
        description: "The name of a service as a principal of policies.",
        block: Block {
            attributes: vec![
                computed(
                    "id",
                    "Service, region and suffix, as `eks.eu-west-1.amazonaws.com`.",
                ),
                computed("name", "The principal, as `eks.amazonaws.com`."),
                Attribute::optional_computed(
                    "region",
                    Type::String,
                    "The region; the provider's if not given.",
                ),
                Attribute::required("service_name", Type::String, "The service, as `eks`."),
                computed("suffix", "What follows the service, as `amazonaws.com`."),
            ],
            blocks: Vec::new(),
        },
    }
});

impl ObjectType for ServicePrincipal {
    fn name(&self) -> &'static str {
        "aws_service_principal"
    }

    fn provider(&self) -> &'static str {
        "aws"
    }

    fn schema(&self) -> &'static TypeSchema {
        &SCHEMA
    }

    fn rules(&self) -> &'static dyn Rules {
        &ServicePrincipal
    }
}

impl Rules for ServicePrincipal {
    fn needs_facts(&self) -> bool {
        true
    }

    fn compute(&self, config: &Value, facts: &Facts) -> Option<Result<Value, Problem>> {
        let arguments = ["region", "service_name"].map(|name| config.get(name));
        let unknown = arguments.iter().flatten().any(|value| value.is_unknown());
        if facts.region.is_empty() || unknown {
            return None;
        }
        of(config, &facts.region)
            .ok()
            .map(|known| Ok(known.into_value()))
    }
}

#[async_trait]
impl DataSource for ServicePrincipal {
    async fn read(&self, ctx: &ProviderContext, config: &Known) -> Result<Known, ProviderError> {
        of(config.value(), AwsClients::of(ctx)?.region())
    }
}

fn of(config: &Value, own: &str) -> Result<Known, ProviderError> {
    let region = text(config, "region").unwrap_or(own);
    let service = text(config, "service_name").unwrap_or_default();
    let suffix = suffix(service, &Partition::of_region(region));
    let json = json!({
        "id": format!("{service}.{region}.{suffix}"),
        "name": format!("{service}.{suffix}"),
        "region": region,
        "service_name": service,
        "suffix": suffix,
    });
    object(&SCHEMA, &json)
}

/// What follows the service: the partition's own domain for these services of these partitions
/// (`region-info` of the AWS CDK).
fn suffix(service: &str, partition: &Partition) -> &'static str {
    let own_domain: &[&str] = match partition.as_str() {
        "aws-cn" => &["codedeploy", "elasticmapreduce", "logs"],
        "aws-iso" => &["cloudhsm", "config", "logs", "workspaces"],
        "aws-iso-b" => &["dms", "logs"],
        _ => &[],
    };
    if own_domain.contains(&service) {
        partition.dns_suffix()
    } else {
        "amazonaws.com"
    }
}

#[cfg(test)]
mod tests {
    use super::{DATA, SCHEMA, of};
    use crate::provider::aws::testing::config_of;
    use crate::schema::Facts;

    #[test]
    fn some_services_have_the_domain_of_their_partition() {
        for (service, region, expected) in [
            ("eks", "eu-west-1", "eks.amazonaws.com"),
            ("eks", "cn-north-1", "eks.amazonaws.com"),
            ("logs", "cn-north-1", "logs.amazonaws.com.cn"),
            ("logs", "us-iso-east-1", "logs.c2s.ic.gov"),
            ("dms", "us-isob-east-1", "dms.sc2s.sgov.gov"),
            ("logs", "us-gov-west-1", "logs.amazonaws.com"),
        ] {
            let config = config_of(&SCHEMA, &format!(r#"{{ "service_name": "{service}" }}"#));
            let found = of(&config, region).unwrap();
            assert_eq!(found.text("name"), Some(expected), "{region}");
            assert_eq!(found.text("region"), Some(region));
        }
    }

    #[test]
    fn a_region_of_its_own_wins() {
        let config = config_of(
            &SCHEMA,
            r#"{ "service_name": "logs", "region": "cn-north-1" }"#,
        );
        let facts = Facts {
            region: "eu-west-1".to_owned(),
            ..Facts::default()
        };
        let computed = DATA.rules().compute(&config, &facts).unwrap().unwrap();
        let id = computed.get("id").unwrap().as_str();
        assert_eq!(id, Some("logs.cn-north-1.amazonaws.com.cn"));
        assert!(DATA.rules().compute(&config, &Facts::default()).is_none());
    }
}
