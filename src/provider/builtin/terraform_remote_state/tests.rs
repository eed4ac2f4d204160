//! Outputs, defaults, and what happens without a state.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use super::*;
use crate::provider::{CallCounts, Clock};
use crate::value::{from_json, to_json};
use serde_json::{Value as Json, json};
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// Nothing waits here.
struct NoTime;

impl Clock for NoTime {
    fn now(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(std::future::ready(()))
    }
}

/// One state, with one output.
struct One(Option<Value>);

#[async_trait]
impl ReadStates for One {
    async fn outputs(
        &self,
        backend_type: &str,
        config: &Value,
        workspace: &str,
    ) -> Result<Option<BTreeMap<Name, Value>>, ProviderError> {
        assert_eq!((backend_type, workspace), ("local", "dev"));
        assert_eq!(config.get("path").and_then(Value::as_str), Some("x"));
        let output = |value: &Value| BTreeMap::from([("n".into(), value.clone())]);
        Ok(self.0.as_ref().map(output))
    }
}

async fn outputs(state: Option<Json>, defaults: Json) -> Result<Json, String> {
    let value = |json: &Json| from_json(json, &Type::Dynamic).unwrap();
    let context = ProviderContext {
        clock: Arc::new(NoTime),
        calls: CallCounts::default(),
        progress: Arc::new(|_| {}),
        clients: Arc::new(States(Arc::new(One(state.as_ref().map(value))))),
    };
    let config = json!({ "backend": "local", "config": {"path": "x"}, "workspace": "dev", "defaults": defaults, "outputs": null });
    let config = Known::new(&value(&config)).unwrap();
    let read = DATA.read(&context, &config).await;
    let read = read.map_err(|error| error.to_string())?;
    Ok(to_json(&Known::new(read.get("outputs").unwrap()).unwrap()))
}

#[tokio::test]
async fn defaults_stand_in_for_what_is_missing() {
    let defaults = || json!({ "n": 1, "d": [2] });
    assert_eq!(
        outputs(Some(json!("there")), defaults()).await.unwrap(),
        json!({ "d": [2], "n": "there" })
    );
    assert_eq!(
        outputs(Some(json!("there")), Json::Null).await.unwrap(),
        json!({ "n": "there" })
    );
    for defaults in [Json::Null, defaults()] {
        let error = outputs(None, defaults).await.unwrap_err();
        assert!(error.contains("no stored state was found"), "{error}");
    }
    let error = outputs(Some(json!("there")), json!([1])).await.unwrap_err();
    assert!(error.contains("`defaults` must be an object"), "{error}");
}

#[test]
fn only_backends_that_are_there_are_valid() {
    use crate::schema::Rules as _;
    for (backend, problems) in [("local", 0), ("s3", 0), ("none", 1)] {
        let named = [(Name::from("backend"), Value::string(backend))];
        let config = Value::object(BTreeMap::from(named));
        assert_eq!(RemoteState.validate(&config).len(), problems, "{backend}");
    }
}
