//! `random_uuid`, `random_uuid4` and `random_uuid7`: a random UUID, made once and kept.
//!
//! `random_uuid` and `random_uuid4` make one of version 4, `random_uuid7` one of version 7, which begins with the time.
//!
//! Import: the UUID, as `aabbccdd-eeff-4011-8233-445566778899`.
//!
//! ```hcl
//! resource "random_uuid" "external_id" {}
//! ```
//!
//! ```hcl
//! resource "random_uuid4" "external_id" {}
//! ```
//!
//! ```hcl
//! resource "random_uuid7" "run" {}
//! ```

use super::local::{LocalKind, Made};
use super::surroundings::Surroundings;
use super::triggers;
use crate::address::AttributePath;
use crate::provider::{ProviderError, ResourceKind};
use crate::schema::{Attribute, Block, Rules, TypeSchema};
use crate::value::{Type, Value};
use std::sync::LazyLock;
use uuid::{Builder, Uuid};

/// `random_uuid`, for the registry.
pub static KIND: &dyn ResourceKind = &kind("random_uuid", random);

/// `random_uuid4`, for the registry.
pub static VERSION_4: &dyn ResourceKind = &kind("random_uuid4", random);

/// `random_uuid7`, for the registry.
pub static VERSION_7: &dyn ResourceKind = &kind("random_uuid7", timed);

type Make = fn(&Surroundings, &Value) -> Result<Made, ProviderError>;

const fn kind(name: &'static str, make: Make) -> LocalKind {
    LocalKind {
        name,
        provider: "random",
        schema: &SCHEMA,
        rules: &UuidRules,
        make,
        import: Some(import),
    }
}

static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| TypeSchema {
    version: 0,
    description: "A random UUID.",
    block: Block {
        attributes: vec![
            Attribute::computed("id", Type::String, "The UUID."),
            triggers::keepers(),
            Attribute::computed("result", Type::String, "The UUID."),
        ],
        blocks: Vec::new(),
    },
});

struct UuidRules;

impl Rules for UuidRules {
    fn is_local(&self) -> bool {
        true
    }

    fn replacements(&self, prior: &Value, planned: &Value) -> Vec<AttributePath> {
        triggers::replacements("keepers", prior, planned)
    }
}

fn random(around: &Surroundings, _: &Value) -> Result<Made, ProviderError> {
    let mut bytes = [0; 16];
    around.chance.fill(&mut bytes)?;
    Ok(named(Builder::from_random_bytes(bytes).into_uuid()))
}

fn timed(around: &Surroundings, _: &Value) -> Result<Made, ProviderError> {
    let mut bytes = [0; 10];
    around.chance.fill(&mut bytes)?;
    let since = (around.today)().as_millisecond();
    let since = u64::try_from(since).unwrap_or_default();
    Ok(named(
        Builder::from_unix_timestamp_millis(since, &bytes).into_uuid(),
    ))
}

fn import(_: &Surroundings, id: &str) -> Result<Made, String> {
    let parsed = Uuid::try_parse(id);
    parsed
        .map(named)
        .map_err(|error| format!("\"{id}\" is no UUID: {error}"))
}

fn named(uuid: Uuid) -> Made {
    vec![
        ("id", Value::string(uuid.to_string())),
        ("result", Value::string(uuid.to_string())),
    ]
}

#[cfg(test)]
mod tests {
    use super::{KIND, VERSION_4, VERSION_7};
    use crate::provider::builtin::testing::World;
    use uuid::Uuid;

    #[tokio::test]
    async fn the_versions_are_right() {
        let world = World::new();
        for (kind, version) in [(KIND, 4), (VERSION_4, 4), (VERSION_7, 7)] {
            let made = world.create(kind, "{}").await;
            let uuid: Uuid = made.text("result").unwrap().parse().unwrap();
            assert_eq!(uuid.get_version_num(), version, "{}", kind.name());
            let imported = world.import(kind, made.text("id").unwrap()).await.unwrap();
            assert_eq!(imported, made);
            let config = r#"{ "keepers": { "a": "b" } }"#;
            assert_eq!(world.replaced_by(kind, config, &made), ["keepers"]);
        }
        let timed = world.create(VERSION_7, "{}").await;
        let uuid: Uuid = timed.text("result").unwrap().parse().unwrap();
        let (seconds, _) = uuid.get_timestamp().unwrap().to_unix();
        assert_eq!(seconds, 1_767_323_045);
        let error = world.import(KIND, "1").await.unwrap_err();
        assert!(error.message.starts_with("\"1\" is no UUID"), "{error}");
    }
}
