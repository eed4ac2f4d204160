//! `terraform_data`: keeps a value, and is replaced when told to. Nothing outside is read or changed.
//!
//! Import: any text, which the object has as its `id`; there is nothing to read.
//!
//! ```hcl
//! resource "terraform_data" "version" {
//!   input            = var.release
//!   triggers_replace = [var.image]
//! }
//! ```

mod rules;
mod schema;

use crate::provider::{
    ObjectType, Outcome, ProviderContext, ProviderError, Recorded, ResourceKind,
};
use crate::schema::{Identity, Rules, TypeSchema};
use crate::value::{Known, Type, Value};
use async_trait::async_trait;
use std::collections::BTreeMap;

/// The kind, for the registry.
pub static KIND: &dyn ResourceKind = &TerraformData;

struct TerraformData;

impl ObjectType for TerraformData {
    fn name(&self) -> &'static str {
        "terraform_data"
    }

    fn provider(&self) -> &'static str {
        "terraform"
    }

    fn schema(&self) -> &'static TypeSchema {
        schema::schema()
    }

    fn rules(&self) -> &'static dyn Rules {
        &rules::TerraformDataRules
    }
}

#[async_trait]
impl ResourceKind for TerraformData {
    async fn read(
        &self,
        _: &ProviderContext,
        recorded: &Recorded,
    ) -> Result<Option<Recorded>, ProviderError> {
        Ok(Some(recorded.clone()))
    }

    async fn find(
        &self,
        _: &ProviderContext,
        identity: &Identity,
    ) -> Result<Option<Recorded>, ProviderError> {
        Ok(Some(Recorded::from(empty(&identity.0)?)))
    }

    async fn create(&self, _: &ProviderContext, planned: &Value) -> Outcome {
        let id = Value::string(uuid::Uuid::new_v4().to_string());
        realised(planned, Some(id))
    }

    async fn update(&self, _: &ProviderContext, _: &Recorded, planned: &Value) -> Outcome {
        realised(planned, None)
    }

    async fn delete(&self, _: &ProviderContext, _: &Recorded) -> Result<(), ProviderError> {
        Ok(())
    }
}

/// An object of which nothing is known but its id. There is nothing outside, so any id is one.
fn empty(id: &str) -> Result<Known, ProviderError> {
    let nothing = || Value::null(Type::Dynamic);
    let attributes = BTreeMap::from([
        ("id".into(), Value::string(id)),
        ("input".into(), nothing()),
        ("output".into(), nothing()),
        ("triggers_replace".into(), nothing()),
    ]);
    Known::new(&Value::object(attributes))
        .map_err(|error| ProviderError::internal("importing a value", &error.to_string()))
}

/// The object that a plan comes to: its output is its input.
fn realised(planned: &Value, id: Option<Value>) -> Outcome {
    let mut attributes: BTreeMap<_, _> = planned.to_entries();
    if let Some(input) = attributes.get("input").cloned() {
        attributes.insert("output".into(), input);
    }
    if let Some(id) = id {
        attributes.insert("id".into(), id);
    }
    match Known::new(&Value::object(attributes)) {
        Ok(object) => Outcome::done(object),
        Err(error) => Outcome::failed(ProviderError::internal(
            "keeping a value",
            &error.to_string(),
        )),
    }
}
