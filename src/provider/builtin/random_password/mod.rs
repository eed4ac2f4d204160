//! `random_password`: random characters that are a secret, made once and kept. They stand in the state.
//!
//! `bcrypt_hash` is a hash of the first 72 bytes.
//!
//! Import: the password itself, as `securepassword`. The arguments of what is imported are taken to be the defaults.
//!
//! ```hcl
//! resource "random_password" "database" {
//!   length           = 24
//!   override_special = "!#$%&*()-_=+"
//! }
//! ```

use super::local::{LocalKind, Made};
use super::random_string::rules::CharacterRules;
use super::random_string::{generate, schema};
use super::surroundings::Surroundings;
use crate::provider::{ProviderError, ResourceKind};
use crate::schema::{Attribute, Block, TypeSchema};
use crate::value::{Type, Value};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// The kind, for the registry.
pub static KIND: &dyn ResourceKind = &LocalKind {
    name: "random_password",
    provider: "random",
    schema: &SCHEMA,
    rules: &CharacterRules { upgrade },
    make,
    import: Some(import),
};

static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| {
    let mut attributes = schema::attributes(Attribute::sensitive);
    attributes.push(hash_attribute());
    TypeSchema {
        version: 3,
        description: "Random characters that are a secret.",
        block: Block {
            attributes,
            blocks: Vec::new(),
        },
    }
});

/// The hash of a password.
pub(super) fn hash_attribute() -> Attribute {
    let hash = "A hash of the characters, as bcrypt makes it.";
    Attribute::computed("bcrypt_hash", Type::String, hash).sensitive()
}

/// Makes a password.
pub(super) fn make(around: &Surroundings, planned: &Value) -> Result<Made, ProviderError> {
    let result = generate::text(around.chance.as_ref(), planned)?;
    named(around, &result)
}

fn import(around: &Surroundings, id: &str) -> Result<Made, String> {
    let mut made = generate::arguments_of(id);
    made.extend(named(around, id).map_err(|error| error.message)?);
    Ok(made)
}

fn named(around: &Surroundings, result: &str) -> Result<Made, ProviderError> {
    let mut salt = [0; 16];
    around.chance.fill(&mut salt)?;
    let hash = hash(result, salt)
        .map_err(|error| ProviderError::internal("hashing a password", &error.to_string()))?;
    Ok(vec![
        ("bcrypt_hash", Value::string(hash)),
        ("id", Value::string("none")),
        ("result", Value::string(result)),
    ])
}

/// The cost that Go's bcrypt has as its default.
const COST: u32 = 10;

/// So many bytes bcrypt takes.
const LONGEST: usize = 72;

fn hash(password: &str, salt: [u8; 16]) -> Result<String, bcrypt::BcryptError> {
    let bytes = password.as_bytes();
    let bytes = bytes.get(..LONGEST).unwrap_or(bytes);
    let parts = bcrypt::hash_with_salt(bytes, COST, salt)?;
    Ok(parts.format_for_version(bcrypt::Version::TwoA))
}

/// Provider 3.1 and older recorded no hash.
///
/// The salt is made of the password itself, since planning knows no chance: passwords are random, so no two objects have
/// the same salt.
fn upgrade(version: u64, mut recorded: Json) -> Json {
    let password = recorded.get("result").and_then(Json::as_str);
    let Some(password) = password.filter(|_| version == 0) else {
        return recorded;
    };
    let digest = Sha256::digest(password.as_bytes());
    let mut salt = [0; 16];
    salt.iter_mut()
        .zip(digest)
        .for_each(|(to, from)| *to = from);
    let hash = hash(password, salt).ok();
    if let (Json::Object(members), Some(hash)) = (&mut recorded, hash) {
        members.insert("bcrypt_hash".to_owned(), hash.into());
    }
    recorded
}

#[cfg(test)]
mod tests {
    use super::KIND;
    use crate::provider::builtin::testing::World;

    fn verifies(password: &str, hash: &str) -> bool {
        bcrypt::verify(password, hash).unwrap()
    }

    #[tokio::test]
    async fn a_password_is_a_secret_with_its_hash() {
        let world = World::new();
        let made = world.create(KIND, r#"{ "length": 16 }"#).await;
        assert_eq!(made.text("id"), Some("none"));
        let (password, hash) = (
            made.text("result").unwrap(),
            made.text("bcrypt_hash").unwrap(),
        );
        assert_eq!(password.len(), 16);
        assert!(
            hash.starts_with("$2a$10$") && verifies(password, hash),
            "{hash}"
        );
        let block = &KIND.schema().block;
        assert!(
            ["result", "bcrypt_hash"]
                .iter()
                .all(|name| block.attribute(name).unwrap().sensitive)
        );
    }

    #[tokio::test]
    async fn only_the_first_72_bytes_of_a_long_one_are_hashed() {
        let made = World::new().create(KIND, r#"{ "length": 80 }"#).await;
        let hash = made.text("bcrypt_hash").unwrap();
        assert!(verifies(&made.text("result").unwrap()[..72], hash));
    }

    #[tokio::test]
    async fn it_is_imported_by_itself() {
        let world = World::new();
        let imported = world.import(KIND, "secret").await.unwrap();
        assert!(verifies("secret", imported.text("bcrypt_hash").unwrap()));
        world.settled(KIND, r#"{ "length": 6 }"#, &imported);
    }

    #[test]
    fn what_older_providers_recorded_gets_a_hash() {
        let old = r#"{ "id": "none", "result": "abc", "length": 3, "number": true }"#;
        let upgraded = World::upgraded(KIND, 0, old);
        assert!(verifies("abc", upgraded.text("bcrypt_hash").unwrap()));
        assert_eq!(upgraded, World::upgraded(KIND, 0, old));
        World::new().settled(KIND, r#"{ "length": 3 }"#, &upgraded);
        let later = r#"{ "id": "none", "result": "abc", "length": 3, "bcrypt_hash": "h" }"#;
        assert_eq!(
            World::upgraded(KIND, 1, later).text("bcrypt_hash"),
            Some("h")
        );
    }
}
