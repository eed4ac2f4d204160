//! `data "aws_caller_identity"`: the account and the identity that make the calls. It costs no call of its own.
//!
//! ```hcl
//! data "aws_caller_identity" "current" {}
//! ```

use crate::provider::aws::client::AwsClients;
use crate::provider::aws::object::object;
use crate::provider::{DataSource, ObjectType, ProviderContext, ProviderError};
use crate::schema::{Attribute, Block, Facts, Problem, Rules, TypeSchema};
use crate::value::{Known, Type, Value};
use async_trait::async_trait;
use serde_json::json;
use std::sync::LazyLock;

/// The data type, for the registry.
pub static DATA: &dyn DataSource = &CallerIdentity;

struct CallerIdentity;

static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| {
    let computed = |name, description| Attribute::computed(name, Type::String, description);
    TypeSchema {
        version: 0,
        description: "The account and the identity that make the calls.",
        block: Block {
            attributes: vec![
                computed("account_id", "The account, twelve digits."),
                computed("arn", "The ARN of the identity."),
                computed("id", "The account, twelve digits."),
                computed("user_id", "The unique id of the identity."),
            ],
            blocks: Vec::new(),
        },
    }
});

impl ObjectType for CallerIdentity {
    fn name(&self) -> &'static str {
        "aws_caller_identity"
    }

    fn provider(&self) -> &'static str {
        "aws"
    }

    fn schema(&self) -> &'static TypeSchema {
        &SCHEMA
    }

    fn rules(&self) -> &'static dyn Rules {
        &CallerIdentity
    }
}

impl Rules for CallerIdentity {
    fn needs_facts(&self) -> bool {
        true
    }

    fn compute(&self, _: &Value, facts: &Facts) -> Option<Result<Value, Problem>> {
        if facts.account.is_empty() {
            // Settings of the provider are not known yet: it is read when they are.
            return None;
        }
        identity(facts).ok().map(|known| Ok(known.into_value()))
    }
}

#[async_trait]
impl DataSource for CallerIdentity {
    async fn read(&self, ctx: &ProviderContext, _: &Known) -> Result<Known, ProviderError> {
        identity(&AwsClients::of(ctx)?.identity().await?)
    }
}

fn identity(facts: &Facts) -> Result<Known, ProviderError> {
    let json = json!({
        "account_id": facts.account,
        "arn": facts.caller_arn,
        "id": facts.account,
        "user_id": facts.caller_id,
    });
    object(&SCHEMA, &json)
}

#[cfg(test)]
mod tests {
    use crate::provider::aws::testing::World;

    #[tokio::test]
    async fn the_caller_is_asked_once() {
        let world = World::new().await;
        for _ in 0..2 {
            let identity = world.read_data(super::DATA, "{}").await.unwrap();
            assert_eq!(identity.text("account_id"), Some("123456789012"));
            assert_eq!(identity.text("id"), Some("123456789012"));
            assert_eq!(
                identity.text("arn"),
                Some("arn:aws:iam::123456789012:user/sandbox")
            );
        }
        assert_eq!(world.calls(), "1 STS");
    }
}
