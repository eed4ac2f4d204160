//! `random_integer`: a random whole number in a range, made once and kept.
//!
//! The same `seed` gives the same number, but not the one that Terraform makes of it.
//!
//! Import: the number, the least and the greatest, as `15390,1,50000`, and the seed where there is one, as `15390,1,50000,seed`.
//!
//! ```hcl
//! resource "random_integer" "priority" {
//!   min = 1
//!   max = 50000
//! }
//! ```

use super::chance::{Chance, Seeded, below};
use super::local::{LocalKind, Made, integer, problem, text};
use super::surroundings::Surroundings;
use super::triggers;
use crate::address::AttributePath;
use crate::provider::{ProviderError, ResourceKind};
use crate::schema::{Attribute, Block, Problem, Rules, TypeSchema};
use crate::value::{Type, Value};
use std::sync::{Arc, LazyLock};

/// The kind, for the registry.
pub static KIND: &dyn ResourceKind = &LocalKind {
    name: "random_integer",
    provider: "random",
    schema: &SCHEMA,
    rules: &IntegerRules,
    make,
    import: Some(import),
};

static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| {
    let bound = |name, description| Attribute::required(name, Type::Number, description).replaces();
    TypeSchema {
        version: 0,
        description: "A random whole number.",
        block: Block {
            attributes: vec![
                Attribute::computed("id", Type::String, "The number as text."),
                triggers::keepers(),
                bound("max", "The greatest number that is possible."),
                bound("min", "The least number that is possible."),
                Attribute::computed("result", Type::Number, "The number."),
                seed(),
            ],
            blocks: Vec::new(),
        },
    }
});

/// The attribute `seed` of kinds that can repeat themselves.
pub(super) fn seed() -> Attribute {
    Attribute::optional(
        "seed",
        Type::String,
        "A text that always leads to the same result.",
    )
    .replaces()
}

/// The chance that the argument `seed` asks for.
pub(super) fn chance(around: &Surroundings, planned: &Value) -> Arc<dyn Chance> {
    match text(planned, "seed") {
        "" => Arc::clone(&around.chance),
        seed => Arc::new(Seeded::new(seed)),
    }
}

struct IntegerRules;

impl Rules for IntegerRules {
    fn is_local(&self) -> bool {
        true
    }

    fn validate(&self, config: &Value) -> Vec<Problem> {
        let bounds = integer(config, "min").zip(integer(config, "max"));
        let reversed = bounds.filter(|(min, max)| min > max);
        let reversed = reversed.map(|(min, max)| {
            let detail = format!("The least number, {min}, is greater than the greatest, {max}.");
            problem("min", "Create Random Integer Error", detail)
        });
        reversed.into_iter().collect()
    }

    fn replacements(&self, prior: &Value, planned: &Value) -> Vec<AttributePath> {
        triggers::replacements("keepers", prior, planned)
    }
}

fn make(around: &Surroundings, planned: &Value) -> Result<Made, ProviderError> {
    let bound = |name| integer(planned, name).unwrap_or_default();
    let (min, max) = (bound("min"), bound("max"));
    let Some(possible) = max.abs_diff(min).checked_add(1).filter(|_| min <= max) else {
        let why = format!("there is no number to choose from {min} to {max}");
        return Err(ProviderError::internal("making a random number", &why));
    };
    let above = below(chance(around, planned).as_ref(), possible)?;
    let number = min.saturating_add_unsigned(above);
    Ok(vec![
        ("id", Value::string(number.to_string())),
        ("result", Value::number(number)),
    ])
}

fn import(_: &Surroundings, id: &str) -> Result<Made, String> {
    let parts: Vec<&str> = id.split(',').collect();
    let (numbers, seed) = match parts.as_slice() {
        [result, min, max] => ([("result", *result), ("min", *min), ("max", *max)], None),
        [result, min, max, seed] => (
            [("result", *result), ("min", *min), ("max", *max)],
            Some(*seed),
        ),
        _ => {
            return Err("expecting {result},{min},{max} or {result},{min},{max},{seed}".to_owned());
        }
    };
    let mut made = vec![(
        "id",
        Value::string(numbers.first().map_or("", |(_, result)| result)),
    )];
    for (name, text) in numbers {
        let number: i64 = text
            .parse()
            .map_err(|error| format!("the {name}, \"{text}\", is no whole number: {error}"))?;
        made.push((name, Value::number(number)));
    }
    made.extend(seed.map(|seed| ("seed", Value::string(seed))));
    Ok(made)
}

#[cfg(test)]
mod tests {
    use super::KIND;
    use crate::provider::builtin::testing::{World, problems};

    #[tokio::test]
    async fn the_number_lies_in_the_range() {
        let world = World::new();
        for _ in 0..20 {
            let made = world.create(KIND, r#"{ "min": -1, "max": 1 }"#).await;
            assert!(["-1", "0", "1"].contains(&made.text("id").unwrap()));
        }
        let wide = r#"{ "min": -9223372036854775808, "max": 9223372036854775806 }"#;
        world.create(KIND, wide).await;
        assert_eq!(
            problems(KIND, r#"{ "min": 2, "max": 1 }"#),
            ["The least number, 2, is greater than the greatest, 1."]
        );
    }

    #[tokio::test]
    async fn a_seed_always_leads_to_the_same() {
        let seeded = |seed: &'static str| async move {
            let config = format!(r#"{{ "min": 0, "max": 1000000, "seed": "{seed}" }}"#);
            let made = World::new().create(KIND, &config).await;
            made.text("id").unwrap().to_owned()
        };
        assert_eq!(seeded("a").await, seeded("a").await);
        assert_ne!(seeded("a").await, seeded("b").await);
    }

    #[tokio::test]
    async fn it_is_imported_with_its_range() {
        let world = World::new();
        let imported = world.import(KIND, "7,1,10").await.unwrap();
        world.settled(KIND, r#"{ "min": 1, "max": 10 }"#, &imported);
        let seeded = world.import(KIND, "7,1,10,s").await.unwrap();
        world.settled(KIND, r#"{ "min": 1, "max": 10, "seed": "s" }"#, &seeded);
        assert_eq!(
            world.replaced_by(KIND, r#"{ "min": 1, "max": 10 }"#, &seeded),
            ["seed"]
        );
        for (id, why) in [
            (
                "7",
                "expecting {result},{min},{max} or {result},{min},{max},{seed}",
            ),
            ("7,1,x", "the max, \"x\", is no whole number"),
        ] {
            let error = world.import(KIND, id).await.unwrap_err();
            assert!(error.message.starts_with(why), "{error}");
        }
    }
}
