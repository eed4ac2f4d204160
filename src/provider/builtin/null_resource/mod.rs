//! `null_resource`: does nothing, and is replaced when its triggers change. `terraform_data` does the same and more.
//!
//! Import: not possible, an object holds nothing that could be found.
//!
//! ```hcl
//! resource "null_resource" "version" {
//!   triggers = { release = var.release }
//! }
//! ```

use super::chance::below;
use super::local::{LocalKind, Made};
use super::surroundings::Surroundings;
use super::triggers;
use crate::address::AttributePath;
use crate::provider::{ProviderError, ResourceKind};
use crate::schema::{Attribute, Block, Rules, TypeSchema};
use crate::value::{Type, Value};
use std::sync::LazyLock;

/// The kind, for the registry.
pub static KIND: &dyn ResourceKind = &LocalKind {
    name: "null_resource",
    provider: "null",
    schema: &SCHEMA,
    rules: &NullRules,
    make,
    import: None,
};

static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| TypeSchema {
    version: 0,
    description: "Does nothing.",
    block: Block {
        attributes: vec![
            Attribute::computed("id", Type::String, "A random number."),
            Attribute::optional(
                "triggers",
                Type::map(Type::String),
                "Any values; another value makes a new object.",
            ),
        ],
        blocks: Vec::new(),
    },
});

struct NullRules;

impl Rules for NullRules {
    fn is_local(&self) -> bool {
        true
    }

    fn replacements(&self, prior: &Value, planned: &Value) -> Vec<AttributePath> {
        triggers::replacements("triggers", prior, planned)
    }
}

fn make(around: &Surroundings, _: &Value) -> Result<Made, ProviderError> {
    let id = below(around.chance.as_ref(), 1 << 63)?;
    Ok(vec![("id", Value::string(id.to_string()))])
}

#[cfg(test)]
mod tests {
    use super::KIND;
    use crate::provider::builtin::testing::World;

    #[tokio::test]
    async fn it_is_made_kept_and_replaced() {
        let world = World::new();
        let made = world.create(KIND, r#"{ "triggers": { "a": "1" } }"#).await;
        assert!(made.text("id").unwrap().parse::<u64>().unwrap() < 1 << 63);
        world.settled(KIND, r#"{ "triggers": { "a": "1" } }"#, &made);
        let replaced = |config| world.replaced_by(KIND, config, &made);
        assert_eq!(replaced(r#"{ "triggers": { "a": "2" } }"#), ["triggers"]);
        assert_eq!(replaced("{}"), ["triggers"]);
        // A null entry is recorded in place.
        let with_null = r#"{ "triggers": { "a": "1", "b": null } }"#;
        assert!(replaced(with_null).is_empty());
        let updated = world.update(KIND, with_null, &made).await;
        assert_eq!(updated.text("id"), made.text("id"));
        world.settled(KIND, with_null, &updated);
    }

    #[tokio::test]
    async fn there_is_nothing_to_import() {
        let error = World::new().import(KIND, "123").await.unwrap_err();
        assert!(
            error
                .message
                .starts_with("this type does not support import"),
            "{error}"
        );
    }
}
