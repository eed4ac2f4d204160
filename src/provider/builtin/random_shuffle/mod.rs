//! `random_shuffle`: a list in a random order, made once and kept.
//!
//! The same `seed` gives the same order, but not the one that Terraform makes of it.
//!
//! Import: not possible, an object holds nothing that could be found.
//!
//! ```hcl
//! resource "random_shuffle" "zones" {
//!   input        = ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
//!   result_count = 2
//! }
//! ```

use super::chance::shuffled;
use super::local::{LocalKind, Made, at_least, count, integer};
use super::random_integer::{chance, seed};
use super::surroundings::Surroundings;
use super::triggers;
use crate::address::AttributePath;
use crate::provider::{ProviderError, ResourceKind};
use crate::schema::{Attribute, Block, Problem, Rules, TypeSchema};
use crate::value::{Type, Value};
use std::sync::LazyLock;

/// The kind, for the registry.
pub static KIND: &dyn ResourceKind = &LocalKind {
    name: "random_shuffle",
    provider: "random",
    schema: &SCHEMA,
    rules: &ShuffleRules,
    make,
    import: None,
};

static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| {
    let texts = Type::list(Type::String);
    TypeSchema {
        version: 0,
        description: "A list in a random order.",
        block: Block {
            attributes: vec![
                Attribute::computed("id", Type::String, "Always `-`."),
                Attribute::required("input", texts.clone(), "The list.").replaces(),
                triggers::keepers(),
                Attribute::computed("result", texts, "The list in a random order."),
                Attribute::optional(
                    "result_count",
                    Type::Number,
                    "The number of results, else that of the list; more than these repeat it.",
                )
                .replaces(),
                seed(),
            ],
            blocks: Vec::new(),
        },
    }
});

struct ShuffleRules;

impl Rules for ShuffleRules {
    fn is_local(&self) -> bool {
        true
    }

    fn validate(&self, config: &Value) -> Vec<Problem> {
        at_least(config, "result_count", 0).into_iter().collect()
    }

    fn replacements(&self, prior: &Value, planned: &Value) -> Vec<AttributePath> {
        triggers::replacements("keepers", prior, planned)
    }
}

fn make(around: &Surroundings, planned: &Value) -> Result<Made, ProviderError> {
    let input = planned.get("input").and_then(Value::as_elements);
    let input = input.unwrap_or_default();
    let wanted = match integer(planned, "result_count") {
        Some(_) => count(planned, "result_count"),
        None => input.len(),
    };
    let chance = chance(around, planned);
    let mut result = Vec::new();
    while result.len() < wanted && !input.is_empty() {
        result.extend(shuffled(chance.as_ref(), input.to_vec())?);
    }
    result.truncate(wanted);
    Ok(vec![
        ("id", Value::string("-")),
        ("result", Value::list(Type::String, result)),
    ])
}

#[cfg(test)]
mod tests {
    use super::KIND;
    use crate::provider::builtin::testing::World;

    async fn shuffled(arguments: &str) -> Vec<String> {
        let config = format!("{{ {arguments} }}");
        let made = World::new().create(KIND, &config).await;
        let result = made.get("result").unwrap().as_elements().unwrap();
        result
            .iter()
            .map(|e| e.as_str().unwrap().to_owned())
            .collect()
    }

    #[tokio::test]
    async fn every_element_stands_once_before_any_stands_twice() {
        let mut once = shuffled(r#""input": ["a", "b", "c"]"#).await;
        once.sort();
        assert_eq!(once, ["a", "b", "c"]);
        let more = shuffled(r#""input": ["a", "b", "c"], "result_count": 7"#).await;
        assert_eq!(more.len(), 7);
        let mut first: Vec<_> = more[..3].to_vec();
        first.sort();
        assert_eq!(first, ["a", "b", "c"]);
        assert_eq!(
            shuffled(r#""input": ["a", "b"], "result_count": 1"#)
                .await
                .len(),
            1
        );
        assert!(
            shuffled(r#""input": ["a"], "result_count": 0"#)
                .await
                .is_empty()
        );
        assert!(
            shuffled(r#""input": [], "result_count": 3"#)
                .await
                .is_empty()
        );
    }

    #[tokio::test]
    async fn other_arguments_make_another() {
        let world = World::new();
        let made = world
            .create(KIND, r#"{ "input": ["a"], "seed": "s" }"#)
            .await;
        let replaced = |config| world.replaced_by(KIND, config, &made);
        assert_eq!(replaced(r#"{ "input": ["b"], "seed": "s" }"#), ["input[0]"]);
        assert_eq!(replaced(r#"{ "input": ["a"] }"#), ["seed"]);
        assert_eq!(
            replaced(r#"{ "input": ["a"], "seed": "s", "result_count": 1 }"#),
            ["result_count"]
        );
        assert!(world.import(KIND, "-").await.is_err());
    }
}
