//! `data "aws_default_tags"`: the `default_tags` of the provider, without any call.
//!
//! Tags that `ignore_tags` names are left out.
//!
//! ```hcl
//! data "aws_default_tags" "current" {}
//! ```

use crate::policy::Partition;
use crate::provider::aws::client::AwsClients;
use crate::provider::aws::object::object;
use crate::provider::aws::tags;
use crate::provider::{DataSource, ObjectType, ProviderContext, ProviderError};
use crate::schema::{Attribute, Block, Rules, TypeSchema};
use crate::value::{Known, Type};
use async_trait::async_trait;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The data type, for the registry.
pub static DATA: &dyn DataSource = &DefaultTags;

struct DefaultTags;

static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| TypeSchema {
    version: 0,
    description: "The `default_tags` of the provider.",
    block: Block {
        attributes: vec![
            Attribute::computed("id", Type::String, "The partition, as `aws`."),
            Attribute::computed("tags", Type::map(Type::String), "The tags."),
        ],
        blocks: Vec::new(),
    },
});

impl ObjectType for DefaultTags {
    fn name(&self) -> &'static str {
        "aws_default_tags"
    }

    fn provider(&self) -> &'static str {
        "aws"
    }

    fn schema(&self) -> &'static TypeSchema {
        &SCHEMA
    }

    fn rules(&self) -> &'static dyn Rules {
        &DefaultTags
    }
}

impl Rules for DefaultTags {}

#[async_trait]
impl DataSource for DefaultTags {
    async fn read(&self, ctx: &ProviderContext, _: &Known) -> Result<Known, ProviderError> {
        let clients = AwsClients::of(ctx)?;
        let defaults = clients.default_tags().clone();
        let (_, tags) = tags::seen(defaults, None, &BTreeMap::new(), clients.ignored_tags());
        let partition = Partition::of_region(clients.region());
        object(&SCHEMA, &json!({ "id": partition.as_str(), "tags": tags }))
    }
}

#[cfg(test)]
mod tests {
    use crate::provider::aws::testing::World;
    use crate::value::to_json;
    use serde_json::json;

    #[tokio::test]
    async fn ignored_tags_are_left_out_and_nobody_is_asked() {
        let settings = r#"{
            "default_tags": [{ "tags": { "team": "shop", "kubernetes.io/x": "y", "owner": "me" } }],
            "ignore_tags": [{ "keys": ["owner"], "key_prefixes": ["kubernetes.io/"] }]
        }"#;
        let world = World::with(settings, None).await;
        let found = world.read_data(super::DATA, "{}").await.unwrap();
        assert_eq!(
            to_json(&found),
            json!({ "id": "aws", "tags": { "team": "shop" } })
        );
        assert_eq!(world.calls(), "");
        let world = World::new().await;
        let found = world.read_data(super::DATA, "{}").await.unwrap();
        assert_eq!(to_json(&found), json!({ "id": "aws", "tags": {} }));
    }
}
