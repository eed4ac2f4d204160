//! `data "aws_arn"`: the parts of an ARN, computed without any call.
//!
//! ```hcl
//! data "aws_arn" "app" {
//!   arn = aws_iam_role.app.arn
//! }
//!
//! output "account" {
//!   value = data.aws_arn.app.account
//! }
//! ```

use crate::address::AttributePath;
use crate::provider::aws::object::object;
use crate::provider::{DataSource, ObjectType, ProviderContext, ProviderError, ProviderErrorKind};
use crate::schema::{Attribute, Block, Facts, Problem, Rules, TypeSchema};
use crate::value::{Known, Type, Value};
use async_trait::async_trait;
use serde_json::{Value as Json, json};
use std::sync::LazyLock;

/// The data type, for the registry.
pub static DATA: &dyn DataSource = &ArnData;

struct ArnData;

static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| {
    let computed = |name, description| Attribute::computed(name, Type::String, description);
    TypeSchema {
        version: 0,
        description: "The parts of an ARN.",
        block: Block {
            attributes: vec![
                computed(
                    "account",
                    "The account; empty where nobody owns the object.",
                ),
                Attribute::required("arn", Type::String, "The ARN."),
                Attribute::optional_computed("id", Type::String, "The ARN."),
                computed("partition", "The partition, as `aws`."),
                computed("region", "The region; empty for global services."),
                computed("resource", "All after the fifth colon."),
                computed("service", "The service, as `iam`."),
            ],
            blocks: Vec::new(),
        },
    }
});

impl ObjectType for ArnData {
    fn name(&self) -> &'static str {
        "aws_arn"
    }

    fn provider(&self) -> &'static str {
        "aws"
    }

    fn schema(&self) -> &'static TypeSchema {
        &SCHEMA
    }

    fn rules(&self) -> &'static dyn Rules {
        &ArnData
    }
}

impl Rules for ArnData {
    fn validate(&self, config: &Value) -> Vec<Problem> {
        let given = config.get("arn").and_then(Value::as_str);
        let wrong = given.filter(|arn| parts(arn).is_none()).map(wrong);
        wrong.into_iter().collect()
    }

    fn compute(&self, config: &Value, _: &Facts) -> Option<Result<Value, Problem>> {
        let arn = config.get("arn")?;
        let parts = parts(arn.as_str()?)?;
        let known = object(&SCHEMA, &parts).ok()?.into_value();
        // What is known of an object that does not exist yet is known of its parts.
        let marks = arn.marks;
        Some(Ok(known.map_parts(&mut |part| part.clone().marked(marks))))
    }
}

#[async_trait]
impl DataSource for ArnData {
    async fn read(&self, _: &ProviderContext, config: &Known) -> Result<Known, ProviderError> {
        let arn = config.text("arn").unwrap_or_default();
        let parts = parts(arn).ok_or_else(|| ProviderError {
            kind: ProviderErrorKind::InvalidInput,
            ..ProviderError::internal("reading an ARN", &wrong(arn).detail)
        })?;
        object(&SCHEMA, &parts)
    }
}

/// The parts of `arn:partition:service:region:account:resource`, of which the resource may hold colons.
fn parts(arn: &str) -> Option<Json> {
    let mut parts = arn.splitn(6, ':');
    let mut next = || parts.next();
    if next() != Some("arn") {
        return None;
    }
    let (partition, service, region, account, resource) =
        (next()?, next()?, next()?, next()?, next()?);
    Some(json!({
        "account": account, "arn": arn, "id": arn, "partition": partition,
        "region": region, "resource": resource, "service": service,
    }))
}

fn wrong(arn: &str) -> Problem {
    Problem {
        path: AttributePath::attribute("arn"),
        summary: "Invalid ARN Value".to_owned(),
        detail: format!(
            "{arn:?} is no ARN: one has six parts with colons between them, as \"arn:aws:iam::123456789012:role/app\"."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::{DATA, SCHEMA};
    use crate::provider::aws::testing::config_of;
    use crate::schema::Facts;
    use crate::value::{Marks, Value};

    fn computed(arn: Value) -> Option<Value> {
        let config = config_of(&SCHEMA, "{}");
        let mut attributes = config.to_entries();
        attributes.insert("arn".into(), arn);
        let config = Value::object(attributes);
        assert!(DATA.rules().validate(&config).is_empty());
        let computed = DATA.rules().compute(&config, &Facts::default());
        computed.map(|value| value.unwrap())
    }

    #[test]
    fn the_parts_are_told_apart() {
        let arn = "arn:aws:rds:eu-west-1:123456789012:db:mysql-db";
        let computed = computed(Value::string(arn)).unwrap();
        for (name, expected) in [
            ("account", "123456789012"),
            ("arn", arn),
            ("id", arn),
            ("partition", "aws"),
            ("region", "eu-west-1"),
            ("resource", "db:mysql-db"),
            ("service", "rds"),
        ] {
            assert_eq!(
                computed.get(name).unwrap().as_str(),
                Some(expected),
                "{name}"
            );
        }
    }

    #[test]
    fn parts_of_a_predicted_arn_are_predicted() {
        let arn = Value::string("arn:aws:iam::123456789012:role/app").marked(Marks::PREDICTED);
        let computed = computed(arn).unwrap();
        let resource = computed.get("resource").unwrap();
        assert!(resource.marks.contains(Marks::PREDICTED));
        assert_eq!(resource.as_str(), Some("role/app"));
    }

    #[test]
    fn an_unknown_arn_is_left_to_later() {
        assert_eq!(computed(Value::unknown(crate::value::Type::String)), None);
    }

    #[test]
    fn what_is_no_arn_is_refused() {
        for wrong in ["", "aws:iam", "arn:aws:iam::1", "urn:aws:iam::1:role/app"] {
            let config = config_of(&SCHEMA, &format!(r#"{{ "arn": "{wrong}" }}"#));
            assert_eq!(DATA.rules().validate(&config).len(), 1, "{wrong}");
        }
    }
}
