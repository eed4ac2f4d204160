//! What is known of a kind beyond its shape, as pure functions.

use crate::address::AttributePath;
use crate::value::{Known, Value};

/// Facts of the provider configuration that an object belongs to.
///
/// Empty texts are facts that are not known (yet): a rule that needs one leaves its value unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The AWS partition, as `aws`.
    pub partition: String,
    /// The account of the caller, twelve digits.
    pub account: String,
    /// The region of the provider configuration.
    pub region: String,
    /// The ARN of the caller.
    pub caller_arn: String,
    /// The unique id of the caller.
    pub caller_id: String,
    /// `default_tags` of the provider configuration.
    pub default_tags: std::collections::BTreeMap<String, String>,
}

/// What identifies a remote object before and after it exists, as its import id: `name`, `arn`, `namespace/name`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity(pub String);

/// Something wrong with a configured value that the schema cannot express.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The part of the configuration.
    pub path: AttributePath,
    /// The fixed summary, as Terraform or its provider words it where they have one.
    pub summary: String,
    /// What is wrong and what is allowed.
    pub detail: String,
}

/// Whether a configuration gives an argument; `None` while nobody knows, since what is unknown may become null.
pub fn is_given(config: &Value, name: &str) -> Option<bool> {
    match config.get(name) {
        Some(value) if value.is_unknown() => None,
        value => Some(value.is_some_and(|value| !value.is_null())),
    }
}

/// What an object of one kind has to do with an object of another that it cannot outlive: when that one is made (again),
/// this one is gone or means nothing any more, and has to be made again too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tie {
    /// The type of the other object.
    pub resource_type: &'static str,
    /// The attributes that must be equal for the tie to hold: this object's, and the other's.
    pub attributes: &'static [(&'static str, &'static str)],
}

/// The pure half of a kind. Every method has the behaviour of a kind without special rules as its default.
///
/// Values are objects of the schema's type; unknown parts are possible wherever `Value` is used.
pub trait Rules: Send + Sync {
    /// Checks a configuration (unknown parts pass).
    fn validate(&self, config: &Value) -> Vec<Problem> {
        let _ = config;
        Vec::new()
    }

    /// Makes the planned object better than the schema alone can: fills defaults, keeps prior spellings that mean the
    /// same, computes what follows from other attributes (`tags_all`), predicts what is a function of names (ARNs; marked
    /// predicted by the caller of this function where the object does not exist yet).
    ///
    /// `config` is what was written (null where nothing was); `prior` the live object, `None` for a create;
    /// `proposed` is `config` over `prior`, with unknown for computed attributes on create.
    fn plan(&self, config: &Value, prior: Option<&Value>, proposed: Value, facts: &Facts) -> Value {
        let _ = (config, prior, facts);
        proposed
    }

    /// Whether `plan` needs the caller's facts (account, partition), which cost a call.
    fn needs_facts(&self) -> bool {
        false
    }

    /// Paths, beyond the schema's own, whose change from prior to planned needs another object.
    fn replacements(&self, prior: &Value, planned: &Value) -> Vec<AttributePath> {
        let _ = (prior, planned);
        Vec::new()
    }

    /// What the service refuses of a change in place, so that it can be told before anything is changed. Problems of
    /// `prior` are none: only the way from it to `planned` is meant, and only where no replacement is planned.
    fn refusals(&self, prior: &Value, planned: &Value) -> Vec<Problem> {
        let _ = (prior, planned);
        Vec::new()
    }

    /// The objects that an object of this kind cannot outlive.
    fn ties(&self) -> &'static [Tie] {
        &[]
    }

    /// The identity under which an object that is planned to be created would be found if it existed already;
    /// `None` when it has no identity before creation, or too much is unknown.
    fn identity(&self, planned: &Value, facts: &Facts) -> Option<Identity> {
        let _ = (planned, facts);
        None
    }

    /// Whether reading an object of this kind asks nobody (`terraform_data`): its recorded state is its live state.
    fn is_local(&self) -> bool {
        false
    }

    /// For data types that are pure computation: the value of the data source, unknown in parts as far as its
    /// arguments are. `None` for data types that have to be read.
    fn compute(&self, config: &Value, facts: &Facts) -> Option<Result<Value, Problem>> {
        let _ = (config, facts);
        None
    }

    /// Brings an object that an older provider recorded (`version` below the schema's) to today's shape.
    fn upgrade(&self, version: u64, recorded: serde_json::Value) -> serde_json::Value {
        let _ = version;
        recorded
    }

    /// The object of this type that a recorded object of the type `from` becomes when a `moved` block says so; `None` when
    /// objects of that type cannot become one.
    fn take_over(&self, from: &str, recorded: &serde_json::Value) -> Option<serde_json::Value> {
        let _ = (from, recorded);
        None
    }

    /// An attribute whose value is a policy document, compared by meaning and shown as a tree.
    fn documents(&self) -> &'static [&'static str] {
        &[]
    }

    /// What a configuration has to say of an attribute of a live object, where that is not the value which the object has.
    fn written(&self, attribute: &str, live: &Value) -> Option<Value> {
        let _ = (attribute, live);
        None
    }

    /// Attributes that change when other objects do: where the configuration does not write them, a difference between
    /// what is recorded and what is there is no drift of this object.
    fn incidental(&self) -> &'static [&'static str] {
        &[]
    }

    /// The object as it will be after apply, known in every part, for kinds that apply without any call.
    fn realise(&self, planned: Known) -> Known {
        planned
    }
}
