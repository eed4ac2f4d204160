//! Ephemeral kinds that this machine makes by itself.

use super::local::{Made, recorded};
use super::surroundings::Surroundings;
use crate::provider::{EphemeralKind, ObjectType, ProviderContext, ProviderError};
use crate::schema::{Facts, Rules, TypeSchema};
use crate::value::{Known, Value};
use async_trait::async_trait;
use std::sync::LazyLock;

/// An ephemeral kind of the provider `random`.
pub(super) struct LocalEphemeral {
    pub(super) name: &'static str,
    pub(super) schema: &'static LazyLock<TypeSchema>,
    pub(super) rules: &'static dyn Rules,
    /// The computed attributes of an object with these arguments, and others that the kind does not have.
    pub(super) make: fn(&Surroundings, &Value) -> Result<Made, ProviderError>,
}

impl ObjectType for LocalEphemeral {
    fn name(&self) -> &'static str {
        self.name
    }

    fn provider(&self) -> &'static str {
        "random"
    }

    fn schema(&self) -> &'static TypeSchema {
        self.schema
    }

    fn rules(&self) -> &'static dyn Rules {
        self.rules
    }
}

#[async_trait]
impl EphemeralKind for LocalEphemeral {
    async fn open(&self, ctx: &ProviderContext, config: &Known) -> Result<Known, ProviderError> {
        let config = config.value();
        let planned = self
            .rules
            .plan(config, None, config.clone(), &Facts::default());
        let has = |name: &str| self.schema.block.attribute(name).is_some();
        let mut made = (self.make)(Surroundings::of(ctx)?, &planned)?;
        made.retain(|(name, _)| has(name));
        let mut attributes = planned.to_entries();
        attributes.retain(|name, _| has(name));
        recorded(&Value::object(attributes), made)
    }
}
