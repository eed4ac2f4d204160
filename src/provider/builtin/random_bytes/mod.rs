//! `random_bytes`: random bytes that are a secret, made once and kept. They stand in the state.
//!
//! Import: the bytes in base64, as `8/fu3q+2DcgSJ19i0jZ5Cw==`.
//!
//! ```hcl
//! resource "random_bytes" "key" {
//!   length = 32
//! }
//! ```

use super::chance::bytes;
use super::local::{LocalKind, Made, at_least, count};
use super::random_id::hex;
use super::surroundings::Surroundings;
use super::triggers;
use crate::provider::{ProviderError, ResourceKind};
use crate::schema::{Attribute, Block, Problem, Rules, TypeSchema};
use crate::value::{Type, Value};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::sync::LazyLock;

/// The kind, for the registry.
pub static KIND: &dyn ResourceKind = &LocalKind {
    name: "random_bytes",
    provider: "random",
    schema: &SCHEMA,
    rules: &BytesRules,
    make,
    import: Some(import),
};

static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| {
    let mut attributes = attributes();
    for attribute in &mut attributes {
        attribute.requires_replacement = !attribute.is_computed();
    }
    attributes.push(triggers::keepers().replaces());
    TypeSchema {
        version: 0,
        description: "Random bytes that are a secret.",
        block: Block {
            attributes,
            blocks: Vec::new(),
        },
    }
});

/// The attributes of random bytes, whether a state keeps them or not.
pub(super) fn attributes() -> Vec<Attribute> {
    let secret =
        |name, description| Attribute::computed(name, Type::String, description).sensitive();
    vec![
        secret("base64", "The bytes in base64."),
        secret("hex", "The bytes as hexadecimal digits."),
        Attribute::required("length", Type::Number, "The number of bytes, at least 1."),
    ]
}

/// The rules of random bytes.
pub(super) struct BytesRules;

impl Rules for BytesRules {
    fn is_local(&self) -> bool {
        true
    }

    fn validate(&self, config: &Value) -> Vec<Problem> {
        at_least(config, "length", 1).into_iter().collect()
    }
}

/// Makes random bytes.
pub(super) fn make(around: &Surroundings, planned: &Value) -> Result<Made, ProviderError> {
    let bytes = bytes(around.chance.as_ref(), count(planned, "length"))?;
    Ok(spelled(&bytes))
}

fn import(_: &Surroundings, id: &str) -> Result<Made, String> {
    // The error would tell a part of the secret.
    let bytes = STANDARD
        .decode(id)
        .map_err(|_| "the id is not base64".to_owned())?;
    let mut made = spelled(&bytes);
    let length = i64::try_from(bytes.len()).unwrap_or_default();
    made.push(("length", Value::number(length)));
    Ok(made)
}

fn spelled(bytes: &[u8]) -> Made {
    vec![
        ("base64", Value::string(STANDARD.encode(bytes))),
        ("hex", Value::string(hex(bytes))),
    ]
}

#[cfg(test)]
mod tests {
    use super::KIND;
    use crate::provider::builtin::testing::{World, problems};

    #[tokio::test]
    async fn the_bytes_are_made_kept_and_imported() {
        let world = World::new();
        let config = r#"{ "length": 16 }"#;
        let made = world.create(KIND, config).await;
        assert_eq!(made.text("hex").unwrap().len(), 32);
        let imported = world
            .import(KIND, made.text("base64").unwrap())
            .await
            .unwrap();
        assert_eq!(imported, made);
        world.settled(KIND, config, &imported);
        let replaced = |config| world.replaced_by(KIND, config, &made);
        assert_eq!(replaced(r#"{ "length": 17 }"#), ["length"]);
        assert_eq!(replaced(r#"{ "length": 16, "keepers": {} }"#), ["keepers"]);
    }

    #[tokio::test]
    async fn what_is_wrong_is_told_without_the_secret() {
        let error = World::new().import(KIND, "se cret").await.unwrap_err();
        assert_eq!(error.message, "the id is not base64");
        assert_eq!(
            problems(KIND, r#"{ "length": 0 }"#),
            ["Attribute length value must be at least 1, got: 0"]
        );
    }
}
