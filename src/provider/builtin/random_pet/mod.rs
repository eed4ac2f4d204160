//! `random_pet`: a name of random words, as `brave-otter`, made once and kept.
//!
//! The last word is an animal, the one before says what kind, those before these say how. The words are not those of
//! Terraform's provider.
//!
//! Import: not possible, an object holds nothing that could be found.
//!
//! ```hcl
//! resource "random_pet" "cluster" {
//!   length  = 2
//!   keepers = { release = var.release }
//! }
//! ```

mod words;

use super::chance::{Chance, one_of};
use super::local::{LocalKind, Made, integer, text, with_defaults};
use super::surroundings::Surroundings;
use super::triggers;
use crate::address::AttributePath;
use crate::provider::{ProviderError, ResourceKind};
use crate::schema::{Attribute, Block, Facts, Rules, TypeSchema};
use crate::value::{Type, Value};
use std::sync::LazyLock;

/// The kind, for the registry.
pub static KIND: &dyn ResourceKind = &LocalKind {
    name: "random_pet",
    provider: "random",
    schema: &SCHEMA,
    rules: &PetRules,
    make,
    import: None,
};

static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| TypeSchema {
    version: 0,
    description: "A name of random words.",
    block: Block {
        attributes: vec![
            Attribute::computed("id", Type::String, "The name."),
            triggers::keepers(),
            Attribute::optional_computed(
                "length",
                Type::Number,
                "The number of words; 2 unless set.",
            )
            .replaces(),
            Attribute::optional("prefix", Type::String, "What stands before the words.").replaces(),
            Attribute::optional_computed(
                "separator",
                Type::String,
                "What stands between the words; `-` unless set.",
            )
            .replaces(),
        ],
        blocks: Vec::new(),
    },
});

struct PetRules;

impl Rules for PetRules {
    fn is_local(&self) -> bool {
        true
    }

    fn plan(&self, config: &Value, _: Option<&Value>, proposed: Value, _: &Facts) -> Value {
        let defaults = [
            ("length", Value::number(2)),
            ("separator", Value::string("-")),
        ];
        with_defaults(config, proposed, defaults)
    }

    fn replacements(&self, prior: &Value, planned: &Value) -> Vec<AttributePath> {
        triggers::replacements("keepers", prior, planned)
    }
}

fn make(around: &Surroundings, planned: &Value) -> Result<Made, ProviderError> {
    let length = integer(planned, "length").unwrap_or(2);
    let prefix = text(planned, "prefix");
    let mut parts = name(around.chance.as_ref(), length)?;
    if !prefix.is_empty() {
        parts.insert(0, prefix);
    }
    let id = parts.join(text(planned, "separator"));
    Ok(vec![("id", Value::string(id))])
}

/// So many words; a length that is no number of words means two, as in Terraform's provider.
fn name(chance: &dyn Chance, length: i64) -> Result<Vec<&'static str>, ProviderError> {
    let mut parts = Vec::new();
    for _ in 2..length {
        parts.push(*one_of(chance, &words::ADVERBS)?);
    }
    if length != 1 {
        parts.push(*one_of(chance, &words::ADJECTIVES)?);
    }
    parts.push(*one_of(chance, &words::NAMES)?);
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::{KIND, words};
    use crate::provider::builtin::testing::World;

    async fn name(arguments: &str) -> String {
        let made = World::new()
            .create(KIND, &format!("{{ {arguments} }}"))
            .await;
        made.text("id").unwrap().to_owned()
    }

    #[tokio::test]
    async fn a_name_has_so_many_words() {
        let two = name("").await;
        let parts: Vec<&str> = two.split('-').collect();
        assert!(
            words::ADJECTIVES.contains(&parts[0]) && words::NAMES.contains(&parts[1]),
            "{two}"
        );
        assert!(words::NAMES.contains(&name(r#""length": 1"#).await.as_str()));
        let four = name(r#""length": 4, "separator": "_", "prefix": "my""#).await;
        let parts: Vec<&str> = four.split('_').collect();
        assert_eq!((parts.len(), parts[0]), (5, "my"));
        assert!(
            words::ADVERBS.contains(&parts[1]) && words::ADVERBS.contains(&parts[2]),
            "{four}"
        );
    }

    #[tokio::test]
    async fn other_arguments_make_another() {
        let world = World::new();
        let made = world.create(KIND, "{}").await;
        let replaced = |config| world.replaced_by(KIND, config, &made);
        assert_eq!(replaced(r#"{ "length": 3 }"#), ["length"]);
        assert_eq!(replaced(r#"{ "separator": "." }"#), ["separator"]);
        assert_eq!(replaced(r#"{ "prefix": "a" }"#), ["prefix"]);
        assert_eq!(replaced(r#"{ "keepers": { "a": "b" } }"#), ["keepers"]);
        assert!(world.import(KIND, "a-b").await.is_err());
    }

    #[test]
    fn words_are_told_apart() {
        for words in [
            &words::ADVERBS[..],
            &words::ADJECTIVES[..],
            &words::NAMES[..],
        ] {
            assert!(words.windows(2).all(|pair| pair[0] < pair[1]), "{words:?}");
            assert!(
                words
                    .iter()
                    .all(|word| word.bytes().all(|b| b.is_ascii_lowercase()))
            );
        }
    }
}
