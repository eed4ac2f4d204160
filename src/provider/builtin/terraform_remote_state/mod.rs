//! `data "terraform_remote_state"`: the outputs of another configuration's state.
//!
//! It reads the state in `backend` with the settings of `config`, those of the backend's block, and gives the outputs of
//! its root module; `defaults` stand in for outputs that are missing. A state that is not there is an error whatever the
//! defaults are, so that a misspelt key is not taken for a state without outputs; only a workspace that nobody has made yet
//! in S3 counts as empty where there are defaults. As with Terraform, an output that is marked as sensitive there is an
//! ordinary value here.
//!
//! Calls: `s3:GetObject`, for the state and for a leftover journal, where the backend is in S3.
//!
//! ```hcl
//! data "terraform_remote_state" "network" {
//!   backend = "s3"
//!   config = {
//!     bucket = "states"
//!     key    = "network/terraform.tfstate"
//!     region = "eu-central-1"
//!   }
//! }
//! ```

#[cfg(test)]
mod tests;

use crate::address::{AttributePath, Name};
use crate::provider::{DataSource, ObjectType, ProviderContext, ProviderError, ProviderErrorKind};
use crate::schema::{Attribute, Block, Problem, Rules, TypeSchema};
use crate::value::{Kind, Known, Type, Value};
use async_trait::async_trait;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

/// The data type, for the registry.
pub static DATA: &dyn DataSource = &RemoteState;

/// The backends that states are read from.
const BACKENDS: [&str; 2] = ["local", "s3"];

/// What can read the states of other configurations. It is what a context of the provider has for clients.
#[derive(Clone)]
pub struct States(pub Arc<dyn ReadStates>);

/// Reads states where backends keep them.
#[async_trait]
pub trait ReadStates: Send + Sync {
    /// The outputs of a workspace's state; `None` when there is no state.
    ///
    /// # Errors
    /// The backend is not supported, its settings are not its own, or it cannot be used.
    async fn outputs(
        &self,
        backend_type: &str,
        config: &Value,
        workspace: &str,
    ) -> Result<Option<BTreeMap<Name, Value>>, ProviderError>;
}

struct RemoteState;

static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| TypeSchema {
    version: 0,
    description: "The outputs of another configuration's state.",
    block: Block {
        attributes: vec![
            Attribute::required(
                "backend",
                Type::String,
                "The type of the backend: `local` or `s3`.",
            ),
            Attribute::optional(
                "config",
                Type::Dynamic,
                "The settings of the backend, as its block has them.",
            ),
            Attribute::optional(
                "defaults",
                Type::Dynamic,
                "Values for outputs that are missing.",
            ),
            Attribute::computed("outputs", Type::Dynamic, "The outputs, as an object."),
            Attribute::optional(
                "workspace",
                Type::String,
                "The workspace; `default` unless told.",
            ),
        ],
        blocks: Vec::new(),
    },
});

impl ObjectType for RemoteState {
    fn name(&self) -> &'static str {
        "terraform_remote_state"
    }

    fn provider(&self) -> &'static str {
        "terraform"
    }

    fn schema(&self) -> &'static TypeSchema {
        &SCHEMA
    }

    fn rules(&self) -> &'static dyn Rules {
        &RemoteState
    }
}

impl Rules for RemoteState {
    fn validate(&self, config: &Value) -> Vec<Problem> {
        let backend = config.get("backend").and_then(Value::as_str);
        let unknown = backend.filter(|backend| !BACKENDS.contains(backend));
        let problem = |backend: &str| Problem {
            path: AttributePath::attribute("backend"),
            summary: "Invalid backend configuration".to_owned(),
            detail: format!(
                "There is no backend type named \"{backend}\" here. States are read from local files and from S3."
            ),
        };
        unknown.map(problem).into_iter().collect()
    }
}

#[async_trait]
impl DataSource for RemoteState {
    async fn read(&self, ctx: &ProviderContext, config: &Known) -> Result<Known, ProviderError> {
        let states: &States = ctx.clients.downcast_ref().ok_or_else(|| {
            ProviderError::internal("reading a state", "the context has no backends")
        })?;
        let backend_type = config.text("backend").unwrap_or_default();
        let workspace = config.text("workspace").filter(|name| !name.is_empty());
        let no_settings = Value::object(BTreeMap::new());
        let settings = config.get("config").filter(|value| !value.is_null());
        let settings = settings.unwrap_or(&no_settings);
        let workspace = workspace.unwrap_or("default");
        let found = states.0.outputs(backend_type, settings, workspace).await?;
        let defaults = defaults(config)?;
        // Terraform makes the state of a workspace in S3 by looking at it: then it is empty.
        let is_empty = defaults.is_some() && backend_type == "s3" && workspace != "default";
        let found = found.or_else(|| is_empty.then(BTreeMap::new));
        let mut outputs = defaults.unwrap_or_default();
        outputs.extend(found.ok_or_else(no_state)?);
        let mut object = config.value().to_entries();
        object.insert("outputs".into(), Value::object(outputs));
        Known::new(&Value::object(object))
            .map_err(|error| ProviderError::internal("reading a state", &error.to_string()))
    }
}

/// The values that stand in for missing outputs; `None` when the argument is not set.
fn defaults(config: &Known) -> Result<Option<BTreeMap<Name, Value>>, ProviderError> {
    match config
        .get("defaults")
        .map(|value| (&value.kind, value.as_entries()))
    {
        None | Some((Kind::Null(_), _)) => Ok(None),
        Some((_, Some(entries))) => Ok(Some(entries.to_map())),
        Some((_, None)) => Err(invalid("`defaults` must be an object".to_owned())),
    }
}

fn no_state() -> ProviderError {
    ProviderError {
        kind: ProviderErrorKind::NotFound,
        // Terraform's summary, which is what people look for.
        doing: "Unable to find remote state".to_owned(),
        ..invalid(
            "no stored state was found for the given workspace in the given backend".to_owned(),
        )
    }
}

fn invalid(message: String) -> ProviderError {
    ProviderError {
        kind: ProviderErrorKind::InvalidInput,
        doing: "reading a state".to_owned(),
        code: String::new(),
        message,
        request_id: String::new(),
    }
}
