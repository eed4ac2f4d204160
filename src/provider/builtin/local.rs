//! Kinds whose objects exist in the state alone: made at once, never read, changed by recording, removed by forgetting.

use super::surroundings::Surroundings;
use crate::address::{AttributePath, Name};
use crate::provider::{
    ObjectType, Outcome, ProviderContext, ProviderError, ProviderErrorKind, Recorded, ResourceKind,
};
use crate::schema::{Identity, Problem, Rules, TypeSchema};
use crate::value::{Entries, Known, Value};
use async_trait::async_trait;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Attributes that a kind gives values to.
pub(super) type Made = Vec<(&'static str, Value)>;

/// Makes what an import id describes.
pub(super) type Import = fn(&Surroundings, &str) -> Result<Made, String>;

/// A kind whose objects exist in the state alone.
pub(super) struct LocalKind {
    pub(super) name: &'static str,
    pub(super) provider: &'static str,
    pub(super) schema: &'static LazyLock<TypeSchema>,
    pub(super) rules: &'static dyn Rules,
    /// The computed attributes of a new object with these arguments.
    pub(super) make: fn(&Surroundings, &Value) -> Result<Made, ProviderError>,
    /// The attributes of the object that an import id describes; the others are null. `None` where the provider has no
    /// import. Errors are texts that say what is wrong with the id.
    pub(super) import: Option<Import>,
}

impl ObjectType for LocalKind {
    fn name(&self) -> &'static str {
        self.name
    }

    fn provider(&self) -> &'static str {
        self.provider
    }

    fn schema(&self) -> &'static TypeSchema {
        self.schema
    }

    fn rules(&self) -> &'static dyn Rules {
        self.rules
    }
}

#[async_trait]
impl ResourceKind for LocalKind {
    async fn read(
        &self,
        _: &ProviderContext,
        recorded: &Recorded,
    ) -> Result<Option<Recorded>, ProviderError> {
        Ok(Some(recorded.clone()))
    }

    async fn find(
        &self,
        ctx: &ProviderContext,
        identity: &Identity,
    ) -> Result<Option<Recorded>, ProviderError> {
        let Some(import) = self.import else {
            return Err(not_imported(self.name));
        };
        let made = import(Surroundings::of(ctx)?, &identity.0).map_err(|why| ProviderError {
            kind: ProviderErrorKind::InvalidInput,
            ..ProviderError::internal(&format!("importing {}", self.name), &why)
        })?;
        let nothing = self.schema.block.attributes.iter();
        let nothing = nothing.map(|a| (Name::from(a.name), Value::null(a.ty.clone())));
        complete(nothing.collect(), made).map(|object| Some(object.into()))
    }

    async fn create(&self, ctx: &ProviderContext, planned: &Value) -> Outcome {
        let made = Surroundings::of(ctx).and_then(|around| (self.make)(around, planned));
        made.and_then(|made| recorded(planned, made))
            .map_or_else(Outcome::failed, Outcome::done)
    }

    async fn update(&self, _: &ProviderContext, _: &Recorded, planned: &Value) -> Outcome {
        recorded(planned, Made::new()).map_or_else(Outcome::failed, Outcome::done)
    }

    async fn delete(&self, _: &ProviderContext, _: &Recorded) -> Result<(), ProviderError> {
        Ok(())
    }
}

/// A planned object with what was made, to be recorded.
pub(super) fn recorded(planned: &Value, made: Made) -> Result<Known, ProviderError> {
    complete(planned.to_entries(), made)
}

fn complete(mut attributes: BTreeMap<Name, Value>, made: Made) -> Result<Known, ProviderError> {
    attributes.extend(made.into_iter().map(|(name, value)| (name.into(), value)));
    Known::new(&Value::object(attributes))
        .map_err(|error| ProviderError::internal("recording an object", &error.to_string()))
}

/// That a type has no import, as Terraform's provider has none.
pub(super) fn not_imported(name: &str) -> ProviderError {
    ProviderError {
        kind: ProviderErrorKind::InvalidInput,
        ..ProviderError::internal(
            &format!("importing {name}"),
            "this type does not support import: an object of it holds nothing that could be found; create it instead",
        )
    }
}

/// An object with these attributes where the configuration gives none.
pub(super) fn with_defaults<const N: usize>(
    config: &Value,
    proposed: Value,
    defaults: [(&str, Value); N],
) -> Value {
    let Some(mut attributes) = proposed.as_entries().map(Entries::to_map) else {
        return proposed;
    };
    for (name, default) in defaults {
        if config.get(name).is_none_or(Value::is_null) {
            attributes.insert(name.into(), default);
        }
    }
    Value::object(attributes)
}

/// A number attribute of an object; `None` when it is null, unknown or no whole number.
pub(super) fn integer(object: &Value, name: &str) -> Option<i64> {
    object.get(name)?.as_number()?.as_i64()
}

/// A number attribute that counts something; zero when it is null, unknown or below.
pub(super) fn count(object: &Value, name: &str) -> usize {
    let number = integer(object, name).unwrap_or_default();
    usize::try_from(number).unwrap_or_default()
}

/// A text attribute of an object; empty when it is null or unknown.
pub(super) fn text<'v>(object: &'v Value, name: &str) -> &'v str {
    object.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// A problem of an attribute.
pub(super) fn problem(name: &str, summary: &str, detail: impl Into<String>) -> Problem {
    Problem {
        path: AttributePath::attribute(name),
        summary: summary.to_owned(),
        detail: detail.into(),
    }
}

/// That a known number is below what is allowed, in the words of Terraform's plugin framework.
pub(super) fn at_least(config: &Value, name: &str, least: i64) -> Option<Problem> {
    let given = integer(config, name).filter(|given| *given < least)?;
    Some(problem(
        name,
        "Invalid Attribute Value",
        format!("Attribute {name} value must be at least {least}, got: {given}"),
    ))
}
