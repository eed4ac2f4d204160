//! `random_string`: random characters, made once and kept. For secrets there is `random_password`.
//!
//! Import: the characters, as `test`. The arguments of what is imported are taken to be the defaults.
//!
//! ```hcl
//! resource "random_string" "suffix" {
//!   length  = 8
//!   special = false
//!   upper   = false
//! }
//! ```

pub(super) mod generate;
pub(super) mod rules;
pub(super) mod schema;
#[cfg(test)]
mod tests;

use super::local::{LocalKind, Made};
use super::surroundings::Surroundings;
use crate::provider::{ProviderError, ResourceKind};
use crate::schema::{Block, TypeSchema};
use crate::value::Value;
use rules::CharacterRules;
use std::sync::LazyLock;

/// The kind, for the registry.
pub static KIND: &dyn ResourceKind = &LocalKind {
    name: "random_string",
    provider: "random",
    schema: &SCHEMA,
    rules: &CharacterRules {
        upgrade: |_, recorded| recorded,
    },
    make,
    import: Some(import),
};

static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| TypeSchema {
    version: 2,
    description: "Random characters.",
    block: Block {
        attributes: schema::attributes(|result| result),
        blocks: Vec::new(),
    },
});

fn make(around: &Surroundings, planned: &Value) -> Result<Made, ProviderError> {
    let result = generate::text(around.chance.as_ref(), planned)?;
    Ok(named(&result))
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "other kinds refuse ids, and all have one type"
)]
fn import(_: &Surroundings, id: &str) -> Result<Made, String> {
    let mut made = generate::arguments_of(id);
    made.extend(named(id));
    Ok(made)
}

fn named(result: &str) -> Made {
    vec![
        ("id", Value::string(result)),
        ("result", Value::string(result)),
    ]
}
