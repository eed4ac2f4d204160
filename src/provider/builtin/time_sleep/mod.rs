//! `time_sleep`: waits while it is made, while it is removed, or both.
//!
//! What depends on it begins after the wait, and ends before it. Another duration alone is recorded without a wait; other
//! triggers wait again. An interrupt ends a wait: what was to be made is not made, what was to be removed stays.
//! In the sandbox waiting takes no time.
//!
//! Import: the two durations, of which one may be missing, as `30s,` or `30s,1m`.
//!
//! ```hcl
//! resource "time_sleep" "propagation" {
//!   create_duration = "30s"
//!   triggers        = { role = aws_iam_role.app.arn }
//! }
//! ```

mod duration;
#[cfg(test)]
mod tests;

use super::local::{self, problem, text};
use super::surroundings::Surroundings;
use super::triggers;
use crate::address::{AttributePath, Name};
use crate::provider::{
    ObjectType, Outcome, ProviderContext, ProviderError, ProviderErrorKind, Recorded, ResourceKind,
};
use crate::schema::{Attribute, Block, Identity, Problem, Rules, TypeSchema};
use crate::value::{Known, Type, Value};
use async_trait::async_trait;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The kind, for the registry.
pub static KIND: &dyn ResourceKind = &TimeSleep;

struct TimeSleep;

static SCHEMA: LazyLock<TypeSchema> = LazyLock::new(|| TypeSchema {
    version: 0,
    description: "Waits while it is made or removed.",
    block: Block {
        attributes: vec![
            Attribute::optional(
                CREATE,
                Type::String,
                "How long to wait while it is made, as `30s`, `5m` or `1.5h`.",
            ),
            Attribute::optional(
                DESTROY,
                Type::String,
                "How long to wait while it is removed; what is recorded counts.",
            ),
            Attribute::computed(
                "id",
                Type::String,
                "When the wait ended, as RFC 3339 writes it.",
            ),
            Attribute::optional(
                "triggers",
                Type::map(Type::String),
                "Any values; other values make a new object, and so wait again.",
            ),
        ],
        blocks: Vec::new(),
    },
});

const CREATE: &str = "create_duration";
const DESTROY: &str = "destroy_duration";

impl ObjectType for TimeSleep {
    fn name(&self) -> &'static str {
        "time_sleep"
    }

    fn provider(&self) -> &'static str {
        "time"
    }

    fn schema(&self) -> &'static TypeSchema {
        &SCHEMA
    }

    fn rules(&self) -> &'static dyn Rules {
        &TimeSleep
    }
}

impl Rules for TimeSleep {
    fn is_local(&self) -> bool {
        true
    }

    fn validate(&self, config: &Value) -> Vec<Problem> {
        let is_null = |name| config.get(name).is_none_or(Value::is_null);
        if is_null(CREATE) && is_null(DESTROY) {
            return vec![problem(
                CREATE,
                "Invalid Attribute Combination",
                format!("At least one attribute out of [{DESTROY},{CREATE}] must be specified"),
            )];
        }
        [CREATE, DESTROY]
            .into_iter()
            .filter_map(|name| malformed(config, name))
            .collect()
    }

    fn replacements(&self, prior: &Value, planned: &Value) -> Vec<AttributePath> {
        triggers::replacements("triggers", prior, planned)
    }
}

/// That a known duration is not written as Terraform's provider wants it.
fn malformed(config: &Value, name: &str) -> Option<Problem> {
    let given = config.get(name)?.as_str()?;
    duration::parse(given).is_none().then(|| {
        problem(
            name,
            "Invalid Attribute Value Match",
            format!(
                "Attribute {name} must be a number immediately followed by ms (milliseconds), s (seconds), m (minutes), \
                 or h (hours). For example, \"30s\" for 30 seconds., got: {given}"
            ),
        )
    })
}

#[async_trait]
impl ResourceKind for TimeSleep {
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
        let object = import(Surroundings::of(ctx)?, &identity.0)?;
        Ok(Some(object.into()))
    }

    async fn create(&self, ctx: &ProviderContext, planned: &Value) -> Outcome {
        let made = async {
            wait(ctx, planned, CREATE, "creating time_sleep").await?;
            let id = Value::string(Surroundings::of(ctx)?.now());
            local::recorded(planned, vec![("id", id)])
        };
        made.await.map_or_else(Outcome::failed, Outcome::done)
    }

    async fn update(&self, _: &ProviderContext, _: &Recorded, planned: &Value) -> Outcome {
        local::recorded(planned, Vec::new()).map_or_else(Outcome::failed, Outcome::done)
    }

    async fn delete(&self, ctx: &ProviderContext, prior: &Recorded) -> Result<(), ProviderError> {
        wait(ctx, prior.object.value(), DESTROY, "destroying time_sleep").await
    }
}

/// Waits as long as an attribute says, or until the run is to end.
async fn wait(
    ctx: &ProviderContext,
    object: &Value,
    name: &str,
    doing: &str,
) -> Result<(), ProviderError> {
    let Some(duration) = duration::parse(text(object, name)) else {
        return Ok(());
    };
    let mut stopped = Surroundings::of(ctx)?.stopped.clone();
    let interrupted = async move {
        if stopped.wait_for(|stopped| *stopped).await.is_err() {
            // Nobody is left who could ask for an end.
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        biased;
        () = interrupted => Err(ProviderError {
            kind: ProviderErrorKind::Timeout,
            ..ProviderError::internal(doing, "the wait was interrupted")
        }),
        () = ctx.clock.sleep(duration) => Ok(()),
    }
}

/// The object that an import id describes.
fn import(around: &Surroundings, id: &str) -> Result<Known, ProviderError> {
    let wrong = |why: String| ProviderError {
        kind: ProviderErrorKind::InvalidInput,
        ..ProviderError::internal("importing time_sleep", &why)
    };
    let durations = id.split_once(',').filter(|(create, destroy)| {
        !destroy.contains(',') && (!create.is_empty() || !destroy.is_empty())
    });
    let Some((create, destroy)) = durations else {
        return Err(wrong(format!(
            "unexpected format of ID ({id:?}), expected CREATEDURATION,DESTROYDURATION where at least one value is non-empty"
        )));
    };
    let mut attributes: BTreeMap<Name, Value> = BTreeMap::new();
    for (name, text) in [(CREATE, create), (DESTROY, destroy)] {
        let value = match text {
            "" => Value::null(Type::String),
            text if duration::parse(text).is_some() => Value::string(text),
            text => {
                return Err(wrong(format!(
                    "the {name} {text:?} is no duration, as `30s` is"
                )));
            }
        };
        attributes.insert(name.into(), value);
    }
    attributes.insert("triggers".into(), Value::null(Type::map(Type::String)));
    let id = Value::string(around.now());
    local::recorded(&Value::object(attributes), vec![("id", id)])
}
