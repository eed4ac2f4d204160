//! `checks`: the conditions of a configuration, and whether they hold.

use crate::address::{InstanceAddress, InstanceKey};
use crate::plan::{CheckStatus, Checkable, CheckedInstance, Checks};
use serde_json::{Map, Value as Json, json};

/// The checks of a plan, sorted by their names.
pub(super) fn planned(checks: &Checks) -> Vec<Json> {
    let status = |status: &CheckStatus| match status {
        CheckStatus::Pass => "pass",
        CheckStatus::Unknown => "unknown",
        CheckStatus::Fail(_) => "fail",
    };
    let object = |object: &Checkable| {
        let kind = match object {
            Checkable::Resource(_) => "resource",
            Checkable::Output(..) => "output_value",
            Checkable::Variable(..) => "var",
            Checkable::Check(..) => "check",
        };
        Object::new(kind, &object.to_string())
    };
    let check = |checkable: &Checkable, it: &CheckedInstance, of: &CheckStatus| {
        let messages: Vec<&str> = match of {
            CheckStatus::Fail(messages) => messages.iter().map(String::as_str).collect(),
            CheckStatus::Pass | CheckStatus::Unknown => Vec::new(),
        };
        object(checkable).instance(&it.name(checkable), status(of), &messages)
    };
    let all = checks.0.iter().map(|(checkable, instances)| {
        let whole = match instances {
            None => "unknown",
            Some(instances) => instances
                .values()
                .max()
                .map_or("pass", |worst| status(worst)),
        };
        let instances = instances.iter().flatten();
        let instances = instances.map(|(it, of)| check(checkable, it, of));
        object(checkable).check(whole, instances.collect())
    });
    sorted(all.collect())
}

/// The checks that a state records (`check_results`), sorted by their names.
pub(super) fn recorded(results: &Json) -> Vec<Json> {
    let results = results.as_array().into_iter().flatten();
    sorted(results.filter_map(recorded_check).collect())
}

fn recorded_check(result: &Json) -> Option<Json> {
    let text = |of: &Json, name: &str| of.get(name).and_then(Json::as_str).map(str::to_owned);
    let kind = match text(result, "object_kind")?.as_str() {
        "output" => "output_value".to_owned(),
        other => other.to_owned(),
    };
    let object = Object::new(&kind, &text(result, "config_addr")?);
    let instances = result.get("objects").and_then(Json::as_array);
    let instances = instances.into_iter().flatten().filter_map(|instance| {
        let messages = instance.get("failure_messages").and_then(Json::as_array);
        let messages: Vec<&str> = messages
            .into_iter()
            .flatten()
            .filter_map(Json::as_str)
            .collect();
        let (name, status) = (text(instance, "object_addr")?, text(instance, "status")?);
        Some(object.instance(&name, &status, &messages))
    });
    Some(object.check(&text(result, "status")?, instances.collect()))
}

fn sorted(mut checks: Vec<Json>) -> Vec<Json> {
    checks.sort_by_key(|check| {
        check
            .pointer("/address/to_display")
            .map(Json::to_string)
            .unwrap_or_default()
    });
    checks
}

/// What is checked, by its kind and its name without instance keys.
struct Object {
    kind: String,
    name: String,
}

impl Object {
    fn new(kind: &str, name: &str) -> Self {
        Object {
            kind: kind.to_owned(),
            name: name.to_owned(),
        }
    }

    fn check(&self, status: &str, instances: Vec<Json>) -> Json {
        let mut members = Map::new();
        members.insert("address".into(), Json::Object(self.address()));
        members.insert("status".into(), json!(status));
        if !instances.is_empty() {
            members.insert("instances".into(), Json::Array(instances));
        }
        Json::Object(members)
    }

    fn address(&self) -> Map<String, Json> {
        let mut members = Map::new();
        members.insert("kind".into(), json!(self.kind));
        members.insert("to_display".into(), json!(self.name));
        if let Some(InstanceAddress { resource, .. }) = self.resource(&self.name) {
            members.insert("mode".into(), json!(resource.mode.name()));
            members.insert("type".into(), json!(resource.resource_type.as_ref()));
            members.insert("name".into(), json!(resource.name.as_ref()));
        } else if let Some((_, name)) = self.name.rsplit_once('.') {
            members.insert("name".into(), json!(name));
        }
        members.extend(self.module(&self.name));
        members
    }

    fn instance(&self, name: &str, status: &str, messages: &[&str]) -> Json {
        let mut address = Map::new();
        address.insert("to_display".into(), json!(name));
        address.extend(self.module(name));
        let key = self.resource(name).map(|address| address.key);
        let key = match key {
            None | Some(InstanceKey::None) => None,
            Some(InstanceKey::Int(index)) => Some(json!(index)),
            Some(InstanceKey::String(key)) => Some(json!(key.as_ref())),
        };
        address.extend(key.map(|key| ("instance_key".to_owned(), key)));
        let mut members = Map::new();
        members.insert("address".into(), Json::Object(address));
        members.insert("status".into(), json!(status));
        if !messages.is_empty() {
            let problems = messages.iter().map(|message| json!({ "message": message }));
            members.insert("problems".into(), problems.collect());
        }
        Json::Object(members)
    }

    fn resource(&self, name: &str) -> Option<InstanceAddress> {
        (self.kind == "resource").then(|| name.parse().ok())?
    }

    /// The module before `var.x`, `output.x`, `check.x` or a resource.
    fn module(&self, name: &str) -> Option<(String, Json)> {
        let module = match self.resource(name) {
            Some(InstanceAddress { module, .. }) => module.to_string(),
            None => {
                let (before, _) = name.rsplit_once('.')?;
                before.rsplit_once('.')?.0.to_owned()
            }
        };
        (!module.is_empty()).then(|| ("module".to_owned(), json!(module)))
    }
}
