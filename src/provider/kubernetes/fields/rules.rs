//! How single annotations and labels plan: the id, and the field manager that stays as it was.

use super::MANAGER;
use crate::address::{AttributePath, PathStep};
use crate::provider::kubernetes::metadata::entry_problems;
use crate::provider::kubernetes::object;
use crate::schema::{Facts, Problem, Rules};
use crate::value::{Type, Value};

/// The rules of a kind with these maps.
pub(super) struct FieldRules {
    /// The attributes that are maps.
    pub(super) maps: &'static [&'static str],
}

impl Rules for FieldRules {
    fn validate(&self, config: &Value) -> Vec<Problem> {
        let mut problems = Vec::new();
        for map in self.maps {
            let Some(entries) = config.get(map).and_then(Value::as_entries) else {
                continue;
            };
            let path = AttributePath::root().then(PathStep::Attribute((*map).into()));
            for (detail, key) in entry_problems(map, entries) {
                let path = path.then(PathStep::Key(key.as_str().into()));
                problems.push(Problem {
                    path,
                    summary: "Invalid metadata".to_owned(),
                    detail,
                });
            }
        }
        if self
            .maps
            .iter()
            .all(|map| config.get(map).is_some_and(Value::is_null))
        {
            let path = AttributePath::root().then(PathStep::Attribute(
                (*self.maps.first().unwrap_or(&"metadata")).into(),
            ));
            let detail = format!("one of {} must be given", self.maps.join(", "));
            problems.push(Problem {
                path,
                summary: "Nothing is declared".to_owned(),
                detail,
            });
        }
        problems
    }

    /// A manager that is recorded stays, also one that is Terraform's default.
    fn plan(&self, _: &Value, prior: Option<&Value>, proposed: Value, _: &Facts) -> Value {
        let manager = prior.and_then(|prior| prior.get("field_manager")?.as_str());
        let manager = manager
            .filter(|manager| !manager.is_empty())
            .unwrap_or(MANAGER);
        let planned = object::or_default(proposed, "field_manager", Value::string(manager));
        if let Some(prior) = prior {
            return object::keep_nothing(prior, &planned);
        }
        let id = id(&planned).map_or_else(|| object::later(Type::String), Value::string);
        object::with(planned, "id", id)
    }
}

/// The id of a planned object; `None` while a part of it is unknown.
pub(super) fn id(planned: &Value) -> Option<String> {
    let metadata = object::metadata(planned)?;
    let (version, kind) = (
        planned.get("api_version")?.as_str()?,
        planned.get("kind")?.as_str()?,
    );
    let namespace = metadata.get("namespace")?;
    if namespace.is_unknown() {
        return None;
    }
    Some(written(
        version,
        kind,
        metadata.get("name")?.as_str()?,
        namespace.as_str().unwrap_or_default(),
    ))
}

/// The id as Terraform's provider writes it.
pub(super) fn written(version: &str, kind: &str, name: &str, namespace: &str) -> String {
    let mut id = format!("apiVersion={version},kind={kind},name={name}");
    if !namespace.is_empty() {
        id.push_str(",namespace=");
        id.push_str(namespace);
    }
    id
}
