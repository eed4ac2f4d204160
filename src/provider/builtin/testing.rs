//! A world for the tests of local kinds: seeded chance, a time of day, and a clock that only waiting moves.

use super::chance::Seeded;
use super::surroundings::Surroundings;
use crate::provider::{
    CallCounts, Clock, EphemeralKind, ProviderContext, ProviderError, Recorded, ResourceKind,
};
use crate::schema::{Facts, Identity};
use crate::value::{Known, Value, from_json};
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::watch;

pub(super) struct World {
    pub(super) context: ProviderContext,
    pub(super) stop: watch::Sender<bool>,
}

/// A clock that waiting moves; a wait of a day or more has no end.
#[derive(Default)]
struct Moved(Mutex<Duration>);

impl Clock for Moved {
    fn now(&self) -> Duration {
        *self.0.lock().unwrap()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        if duration >= Duration::from_hours(24) {
            return Box::pin(std::future::pending());
        }
        *self.0.lock().unwrap() += duration;
        Box::pin(ready(()))
    }
}

impl World {
    pub(super) fn new() -> Self {
        let (stop, stopped) = watch::channel(false);
        let surroundings = Surroundings {
            chance: Arc::new(Seeded::new("tests")),
            today: Arc::new(|| "2026-01-02T03:04:05.678Z".parse().unwrap()),
            stopped,
        };
        let context = ProviderContext {
            clock: Arc::new(Moved::default()),
            calls: CallCounts::default(),
            progress: Arc::new(|_| {}),
            clients: Arc::new(surroundings),
        };
        World { context, stop }
    }

    /// The planned object of a configuration in JSON, over the prior one.
    pub(super) fn plan(kind: &dyn ResourceKind, config: &str, prior: Option<&Known>) -> Value {
        let config = config_of(kind, config);
        let problems = kind.rules().validate(&config);
        assert!(problems.is_empty(), "{problems:?}");
        let prior = prior.map(Known::value);
        let proposed = crate::plan::propose(&kind.schema().block, &config, prior);
        kind.rules()
            .plan(&config, prior, proposed, &Facts::default())
    }

    pub(super) async fn try_create(
        &self,
        kind: &dyn ResourceKind,
        config: &str,
    ) -> Result<Known, ProviderError> {
        let planned = Self::plan(kind, config, None);
        let outcome = kind.create(&self.context, &planned).await;
        match outcome.error {
            Some(error) => Err(error),
            None => Ok(outcome.object.unwrap().object),
        }
    }

    /// Makes an object, after which nothing is left to plan.
    pub(super) async fn create(&self, kind: &dyn ResourceKind, config: &str) -> Known {
        let made = self.try_create(kind, config).await.unwrap();
        self.settled(kind, config, &made);
        made
    }

    pub(super) async fn update(
        &self,
        kind: &dyn ResourceKind,
        config: &str,
        prior: &Known,
    ) -> Known {
        let planned = Self::plan(kind, config, Some(prior));
        let prior = Recorded::from(prior.clone());
        let outcome = kind.update(&self.context, &prior, &planned).await;
        outcome.object.unwrap().object
    }

    /// Sees that nothing is left to plan.
    #[expect(clippy::unused_self, reason = "reads as the others")]
    pub(super) fn settled(&self, kind: &dyn ResourceKind, config: &str, object: &Known) {
        let planned = Self::plan(kind, config, Some(object));
        let left = crate::plan::differences(object.value(), &planned);
        assert!(left.is_empty(), "still to plan: {left:?}");
    }

    /// The attributes for which a configuration needs another object.
    #[expect(clippy::unused_self, reason = "reads as the others")]
    pub(super) fn replaced_by(
        &self,
        kind: &dyn ResourceKind,
        config: &str,
        prior: &Known,
    ) -> Vec<String> {
        let planned = Self::plan(kind, config, Some(prior));
        let changed = crate::plan::differences(prior.value(), &planned);
        let replaces = |path: &crate::address::AttributePath| {
            let attribute = kind.schema().block.attribute_at(path);
            attribute.is_some_and(|attribute| attribute.requires_replacement)
        };
        let changed = changed.into_iter().filter(replaces);
        let further = kind.rules().replacements(prior.value(), &planned);
        let mut found: Vec<String> = changed
            .chain(further)
            .map(|path| path.to_string())
            .collect();
        found.sort();
        found.dedup();
        found
    }

    /// Opens an ephemeral object.
    pub(super) async fn open(&self, kind: &dyn EphemeralKind, config: &str) -> Known {
        let config = from_json(
            &serde_json::from_str(config).unwrap(),
            &kind.schema().block.ty(),
        );
        let config = config.unwrap();
        let problems = kind.rules().validate(&config);
        assert!(problems.is_empty(), "{problems:?}");
        let config = Known::new(&config).unwrap();
        kind.open(&self.context, &config).await.unwrap()
    }

    pub(super) async fn import(
        &self,
        kind: &dyn ResourceKind,
        id: &str,
    ) -> Result<Known, ProviderError> {
        let found = kind.find(&self.context, &Identity(id.to_owned())).await?;
        Ok(found.unwrap().object)
    }

    /// The object that an older provider recorded, as it is read today.
    pub(super) fn upgraded(kind: &dyn ResourceKind, version: u64, recorded: &str) -> Known {
        let recorded = serde_json::from_str(recorded).unwrap();
        let json = kind.rules().upgrade(version, recorded);
        let value = from_json(&json, &kind.schema().block.ty()).unwrap();
        Known::new(&value).unwrap()
    }
}

/// What is said about a configuration.
pub(super) fn problems(kind: &dyn ResourceKind, config: &str) -> Vec<String> {
    let problems = kind.rules().validate(&config_of(kind, config));
    problems.into_iter().map(|problem| problem.detail).collect()
}

/// A configuration in JSON as a value of the schema; what is not written is null.
fn config_of(kind: &dyn ResourceKind, config: &str) -> Value {
    let json = serde_json::from_str(config).unwrap();
    from_json(&json, &kind.schema().block.ty()).unwrap()
}
