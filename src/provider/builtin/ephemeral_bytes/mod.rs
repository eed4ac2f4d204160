//! `ephemeral "random_bytes"`: random bytes that are a secret, made anew by each run and kept nowhere.
//!
//! ```hcl
//! ephemeral "random_bytes" "key" {
//!   length = 32
//! }
//! ```

use super::ephemeral::LocalEphemeral;
use super::random_bytes::{self, BytesRules};
use crate::provider::EphemeralKind;
use crate::schema::{Block, TypeSchema};
use std::sync::LazyLock;

/// The ephemeral type, for the registry.
pub static EPHEMERAL: &dyn EphemeralKind = &LocalEphemeral {
    name: "random_bytes",
    schema: &SCHEMA,
    rules: &BytesRules,
    make: random_bytes::make,
};

static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| TypeSchema {
    version: 0,
    description: "Random bytes that are a secret, kept nowhere.",
    block: Block {
        attributes: random_bytes::attributes(),
        blocks: Vec::new(),
    },
});

#[cfg(test)]
mod tests {
    use super::EPHEMERAL;
    use crate::provider::builtin::testing::World;

    #[tokio::test]
    async fn the_bytes_are_told_in_both_spellings() {
        let opened = World::new().open(EPHEMERAL, r#"{ "length": 16 }"#).await;
        assert_eq!(opened.text("hex").unwrap().len(), 32);
        assert_eq!(opened.text("base64").unwrap().len(), 24);
        assert!(EPHEMERAL.schema().block.attribute("keepers").is_none());
    }
}
