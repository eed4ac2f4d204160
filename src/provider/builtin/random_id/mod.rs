//! `random_id`: random bytes in several spellings, made once and kept.
//!
//! Import: the value of `b64_url` without its prefix, as `p-9hUg`; with a prefix, this and a comma before it, as `my-prefix-,p-9hUg`.
//!
//! ```hcl
//! resource "random_id" "suffix" {
//!   byte_length = 4
//!   keepers     = { cluster = var.cluster }
//! }
//! ```

use super::chance::bytes;
use super::local::{LocalKind, Made, at_least, count, text};
use super::surroundings::Surroundings;
use super::triggers;
use crate::address::AttributePath;
use crate::provider::{ProviderError, ResourceKind};
use crate::schema::{Attribute, Block, Problem, Rules, TypeSchema};
use crate::value::{Type, Value};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use std::fmt::Write as _;
use std::sync::LazyLock;

/// The kind, for the registry.
pub static KIND: &dyn ResourceKind = &LocalKind {
    name: "random_id",
    provider: "random",
    schema: &SCHEMA,
    rules: &IdRules,
    make,
    import: Some(import),
};

static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| {
    let computed = |name, description| Attribute::computed(name, Type::String, description);
    TypeSchema {
        version: 0,
        description: "Random bytes in several spellings.",
        block: Block {
            attributes: vec![
                computed("b64_std", "The bytes in base64, after the prefix."),
                computed(
                    "b64_url",
                    "The bytes in base64 fit for URLs, after the prefix.",
                ),
                Attribute::required(
                    "byte_length",
                    Type::Number,
                    "The number of bytes, at least 1.",
                )
                .replaces(),
                computed("dec", "The bytes as a decimal number, after the prefix."),
                computed("hex", "The bytes as hexadecimal digits, after the prefix."),
                computed("id", "The bytes in base64 fit for URLs."),
                triggers::keepers(),
                Attribute::optional("prefix", Type::String, "What stands before the bytes.")
                    .replaces(),
            ],
            blocks: Vec::new(),
        },
    }
});

struct IdRules;

impl Rules for IdRules {
    fn is_local(&self) -> bool {
        true
    }

    fn validate(&self, config: &Value) -> Vec<Problem> {
        at_least(config, "byte_length", 1).into_iter().collect()
    }

    fn replacements(&self, prior: &Value, planned: &Value) -> Vec<AttributePath> {
        triggers::replacements("keepers", prior, planned)
    }
}

fn make(around: &Surroundings, planned: &Value) -> Result<Made, ProviderError> {
    let bytes = bytes(around.chance.as_ref(), count(planned, "byte_length"))?;
    Ok(spelled(text(planned, "prefix"), &bytes))
}

fn import(_: &Surroundings, id: &str) -> Result<Made, String> {
    let (prefix, encoded) = id.rsplit_once(',').unwrap_or(("", id));
    let decoded = URL_SAFE_NO_PAD.decode(encoded);
    let bytes =
        decoded.map_err(|error| format!("\"{encoded}\" is not base64 as in `b64_url`: {error}"))?;
    let mut made = spelled(prefix, &bytes);
    let length = i64::try_from(bytes.len()).unwrap_or_default();
    made.push(("byte_length", Value::number(length)));
    if !prefix.is_empty() {
        made.push(("prefix", Value::string(prefix)));
    }
    Ok(made)
}

fn spelled(prefix: &str, bytes: &[u8]) -> Made {
    let url = URL_SAFE_NO_PAD.encode(bytes);
    let with = |spelling: &str| Value::string(format!("{prefix}{spelling}"));
    vec![
        ("b64_std", with(&STANDARD.encode(bytes))),
        ("b64_url", with(&url)),
        ("dec", with(&decimal(bytes))),
        ("hex", with(&hex(bytes))),
        ("id", Value::string(url)),
    ]
}

/// Bytes as hexadecimal digits, two for each.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Bytes as a decimal number, the first byte weighing most.
fn decimal(bytes: &[u8]) -> String {
    // The digits from the last on.
    let mut digits = vec![0_u32];
    for byte in bytes {
        let mut carried = u32::from(*byte);
        for digit in &mut digits {
            let value = *digit * 256 + carried;
            *digit = value % 10;
            carried = value / 10;
        }
        while carried > 0 {
            digits.push(carried % 10);
            carried /= 10;
        }
    }
    let digits = digits.iter().rev();
    digits
        .filter_map(|digit| char::from_digit(*digit, 10))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{KIND, decimal};
    use crate::provider::builtin::testing::{World, problems};

    #[tokio::test]
    async fn the_bytes_are_spelled_in_several_ways() {
        let world = World::new();
        let config = r#"{ "byte_length": 6, "prefix": "p-" }"#;
        let made = world.create(KIND, config).await;
        let hex = made.text("hex").unwrap().strip_prefix("p-").unwrap();
        assert_eq!(hex.len(), 12);
        let number = u64::from_str_radix(hex, 16).unwrap();
        assert_eq!(made.text("dec"), Some(format!("p-{number}").as_str()));
        assert_eq!(
            made.text("b64_url").unwrap(),
            format!("p-{}", made.text("id").unwrap())
        );
        // The id with its prefix is how the same object is imported.
        let id = format!("p-,{}", made.text("id").unwrap());
        let imported = world.import(KIND, &id).await.unwrap();
        assert_eq!(imported, made);
        world.settled(KIND, config, &imported);
    }

    #[tokio::test]
    async fn an_import_id_is_checked() {
        let world = World::new();
        let imported = world.import(KIND, "p-9hUg").await.unwrap();
        assert_eq!(
            imported.text("hex"),
            Some("a7ef61 52".replace(' ', "").as_str())
        );
        world.settled(KIND, r#"{ "byte_length": 4 }"#, &imported);
        let error = world.import(KIND, "no base64!").await.unwrap_err();
        assert!(
            error.message.starts_with("\"no base64!\" is not base64"),
            "{error}"
        );
    }

    #[tokio::test]
    async fn other_arguments_make_another() {
        let world = World::new();
        let made = world.create(KIND, r#"{ "byte_length": 2 }"#).await;
        let replaced = |config| world.replaced_by(KIND, config, &made);
        assert_eq!(replaced(r#"{ "byte_length": 3 }"#), ["byte_length"]);
        assert_eq!(
            replaced(r#"{ "byte_length": 2, "prefix": "a" }"#),
            ["prefix"]
        );
        assert_eq!(
            replaced(r#"{ "byte_length": 2, "keepers": { "a": "b" } }"#),
            ["keepers"]
        );
        assert_eq!(
            problems(KIND, r#"{ "byte_length": 0 }"#),
            ["Attribute byte_length value must be at least 1, got: 0"]
        );
    }

    #[test]
    fn decimal_numbers_have_no_limit() {
        assert_eq!(decimal(&[]), "0");
        assert_eq!(decimal(&[0, 0]), "0");
        assert_eq!(decimal(&[1, 0]), "256");
        assert_eq!(decimal(&[0xff; 16]), u128::MAX.to_string());
    }
}
