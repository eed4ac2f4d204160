//! `ephemeral "random_password"`: random characters that are a secret, made anew by each run and kept nowhere.
//!
//! `bcrypt_hash` is a hash of the first 72 bytes.
//!
//! ```hcl
//! ephemeral "random_password" "once" {
//!   length           = 24
//!   override_special = "!#$%&*()-_=+"
//! }
//! ```

use super::ephemeral::LocalEphemeral;
use super::random_password;
use super::random_string::rules::CharacterRules;
use super::random_string::schema;
use crate::provider::EphemeralKind;
use crate::schema::{Attribute, Block, TypeSchema};
use std::sync::LazyLock;

/// The ephemeral type, for the registry.
pub static EPHEMERAL: &dyn EphemeralKind = &LocalEphemeral {
    name: "random_password",
    schema: &SCHEMA,
    rules: &CharacterRules {
        upgrade: |_, recorded| recorded,
    },
    make: random_password::make,
};

/// What only objects have that a state keeps, and what is deprecated there.
const OF_RESOURCES: [&str; 3] = ["id", "keepers", "number"];

static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| {
    let mut attributes = schema::attributes(Attribute::sensitive);
    attributes.retain(|attribute| !OF_RESOURCES.contains(&attribute.name));
    for attribute in &mut attributes {
        attribute.requires_replacement = false;
        if attribute.name == "override_special" {
            attribute.description = "The special characters, instead of `!@#$%&*()-_=+[]{}<>:?`.";
        }
    }
    attributes.push(random_password::hash_attribute());
    TypeSchema {
        version: 0,
        description: "Random characters that are a secret, kept nowhere.",
        block: Block {
            attributes,
            blocks: Vec::new(),
        },
    }
});

#[cfg(test)]
mod tests {
    use super::EPHEMERAL;
    use crate::provider::builtin::testing::World;

    #[tokio::test]
    async fn each_password_is_another_with_its_hash() {
        let world = World::new();
        let first = world.open(EPHEMERAL, r#"{ "length": 16 }"#).await;
        let password = first.text("result").unwrap();
        assert_eq!(password.len(), 16);
        assert!(bcrypt::verify(password, first.text("bcrypt_hash").unwrap()).unwrap());
        assert_eq!(first.get("special").unwrap().as_bool(), Some(true));
        assert!(first.get("id").is_none() && first.get("number").is_none());
        let second = world.open(EPHEMERAL, r#"{ "length": 16 }"#).await;
        assert_ne!(second.text("result"), Some(password));
        let digits = r#"{ "length": 6, "upper": false, "lower": false, "special": false }"#;
        let digits = world.open(EPHEMERAL, digits).await;
        let digits = digits.text("result").unwrap();
        assert!(digits.chars().all(|c| c.is_ascii_digit()), "{digits}");
    }
}
