//! The `metadata` block that the owned kinds have: its schema, its rules, and its two directions.

use super::client::FIELD_MANAGER;
use super::names;
use super::object::{self, keep_nothing, later, map_metadata, text, with};
use super::ownership;
use crate::address::{AttributePath, PathStep};
use crate::schema::{Attribute, Block, NestedBlock, Nesting, Problem, is_given};
use crate::value::{Entries, Type, Value};
use serde_json::{Map, Value as Json, json};

/// Where objects of a kind live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// In the cluster.
    Cluster,
    /// In a namespace, `default` if none is given.
    Namespaced,
}

/// The block, for objects of a scope.
pub(super) fn block(scope: Scope) -> NestedBlock {
    let map = || Type::map(Type::String);
    let mut attributes = vec![
        Attribute::optional(
            "annotations",
            map(),
            "Annotations that are managed here; others are left alone.",
        ),
        Attribute::optional(
            "generate_name",
            Type::String,
            "A prefix to make a unique name of.",
        )
        .replaces(),
        Attribute::computed(
            "generation",
            Type::Number,
            "The number of the desired state.",
        ),
        Attribute::optional(
            "labels",
            map(),
            "Labels that are managed here; others are left alone.",
        ),
        Attribute::optional_computed("name", Type::String, "The name.").replaces(),
        Attribute::computed(
            "resource_version",
            Type::String,
            "The version of the object.",
        ),
        Attribute::computed("uid", Type::String, "The unique id of the object."),
    ];
    if scope == Scope::Namespaced {
        attributes.push(
            Attribute::optional("namespace", Type::String, "The namespace, else `default`.")
                .replaces(),
        );
    }
    NestedBlock {
        name: "metadata",
        nesting: Nesting::List,
        min: 1,
        max: 1,
        block: Block {
            attributes,
            blocks: Vec::new(),
        },
        description: "Name and further data of the object.",
    }
}

/// The `timeouts` block with these operations.
pub(super) fn timeouts(operations: &[&'static str]) -> NestedBlock {
    let attributes = operations
        .iter()
        .map(|name| Attribute::optional(name, Type::String, "How long to wait, as `30s` or `5m`."))
        .collect();
    NestedBlock {
        name: "timeouts",
        nesting: Nesting::Single,
        min: 0,
        max: 1,
        block: Block {
            attributes,
            blocks: Vec::new(),
        },
        description: "How long operations may take.",
    }
}

/// The path to an attribute of the block.
pub(super) fn path(attribute: &str) -> AttributePath {
    let root = AttributePath::root().then(PathStep::Attribute("metadata".into()));
    root.then(PathStep::Index(0))
        .then(PathStep::Attribute(attribute.into()))
}

/// What is wrong with a configured block. `name_rule` says what is wrong with a name.
pub(super) fn validate(config: &Value, name_rule: fn(&str) -> Option<String>) -> Vec<Problem> {
    let Some(metadata) = object::metadata(config) else {
        return Vec::new();
    };
    let mut problems = Vec::new();
    let mut wrong = |path: AttributePath, detail: String| {
        problems.push(Problem {
            path,
            summary: "Invalid metadata".to_owned(),
            detail,
        });
    };
    let given = |name: &str| metadata.get(name).filter(|value| !value.is_null());
    match (
        is_given(metadata, "name"),
        is_given(metadata, "generate_name"),
    ) {
        (Some(false), Some(false)) => wrong(
            path("name"),
            "metadata.name: Required value: name or generate_name is required".to_owned(),
        ),
        (Some(true), Some(true)) => {
            wrong(
                path("generate_name"),
                "\"metadata.0.generate_name\": conflicts with metadata.0.name".to_owned(),
            );
        }
        _ => {}
    }
    if let Some(name) = given("name").and_then(Value::as_str)
        && let Some(rule) = name_rule(name)
    {
        wrong(
            path("name"),
            format!("metadata.name: Invalid value: {name:?}: {rule}"),
        );
    }
    if let Some(prefix) = given("generate_name").and_then(Value::as_str)
        && let Some(rule) = name_rule(&format!("{prefix}x"))
    {
        wrong(
            path("generate_name"),
            format!("metadata.generateName: Invalid value: {prefix:?}: {rule}"),
        );
    }
    if let Some(namespace) = given("namespace").and_then(Value::as_str)
        && let Some(rule) = names::dns_label(namespace)
    {
        wrong(
            path("namespace"),
            format!("metadata.namespace: Invalid value: {namespace:?}: {rule}"),
        );
    }
    for map in ["annotations", "labels"] {
        let Some(entries) = metadata.get(map).and_then(Value::as_entries) else {
            continue;
        };
        for (detail, key) in entry_problems(map, entries) {
            wrong(
                path(map).then(PathStep::Key(key.as_str().into())),
                format!("metadata.{detail}"),
            );
        }
    }
    problems
}

/// What is wrong with the entries of a map of annotations or labels, and at which key.
pub(super) fn entry_problems(map: &str, entries: &Entries) -> Vec<(String, String)> {
    let mut problems = Vec::new();
    for (key, value) in entries {
        if let Some(rule) = names::qualified(key) {
            problems.push((
                format!("{map}: Invalid value: \"{key}\": {rule}"),
                key.to_string(),
            ));
        }
        if map == "labels"
            && let Some(value) = value.as_str()
            && let Some(rule) = names::label_value(value)
        {
            problems.push((
                format!("{map}: Invalid value: {value:?}: {rule}"),
                key.to_string(),
            ));
        }
    }
    problems
}

/// The planned object with what follows from a scope and from what exists already.
///
/// `outside` are attributes that only this tool looks at: a change of them alone leaves the object as it is.
pub(super) fn plan(
    scope: Scope,
    prior: Option<&Value>,
    proposed: Value,
    outside: &[&str],
) -> Value {
    let planned = map_metadata(proposed, |block| match scope {
        Scope::Namespaced => object::or_default(block, "namespace", Value::string("default")),
        Scope::Cluster => block,
    });
    let Some(prior) = prior else {
        return with(
            planned_id(scope, &planned),
            "metadata",
            unknown_parts(&planned),
        );
    };
    let planned = keep_nothing(prior, &planned);
    let same = |name: &str| {
        prior.get(name).map(Value::without_marks) == planned.get(name).map(Value::without_marks)
    };
    let entries = planned.as_entries().into_iter().flatten();
    let mut changed = entries
        .filter(|(name, _)| !outside.contains(&name.as_ref()))
        .map(|(name, _)| name);
    if changed.all(|name| same(name)) {
        return planned;
    }
    map_metadata(planned, |block| {
        with(block, "resource_version", later(Type::String))
    })
}

/// The metadata of an object to be made: what the API server invents is certainly not null.
fn unknown_parts(planned: &Value) -> Value {
    let changed = map_metadata(planned.clone(), |block| {
        let block = with(block, "generation", later(Type::Number));
        let block = with(block, "resource_version", later(Type::String));
        let block = with(block, "uid", later(Type::String));
        match block.get("name") {
            Some(name) if name.is_unknown() => with(block, "name", later(Type::String)),
            _ => block,
        }
    });
    changed
        .get("metadata")
        .cloned()
        .unwrap_or_else(|| Value::null(Type::Dynamic))
}

/// The planned object with its id, which follows from the name.
fn planned_id(scope: Scope, planned: &Value) -> Value {
    let id = identity(scope, planned).map_or_else(|| later(Type::String), Value::string);
    with(planned.clone(), "id", id)
}

/// The import id of a planned or recorded object; `None` while its name is unknown.
pub(super) fn identity(scope: Scope, value: &Value) -> Option<String> {
    let metadata = object::metadata(value)?;
    let name = metadata.get("name")?.as_str()?;
    match scope {
        Scope::Cluster => Some(name.to_owned()),
        Scope::Namespaced => Some(format!("{}/{name}", metadata.get("namespace")?.as_str()?)),
    }
}

/// The metadata to apply, from a planned object in the provider's shape.
pub(super) fn declared(planned: &Json) -> Json {
    let block = planned.pointer("/metadata/0").unwrap_or(&Json::Null);
    let mut metadata = Map::new();
    for (ours, theirs) in [
        ("name", "name"),
        ("namespace", "namespace"),
        ("generate_name", "generateName"),
    ] {
        match block.get(ours).and_then(Json::as_str) {
            None | Some("") => {}
            Some(text) => {
                metadata.insert(theirs.to_owned(), text.into());
            }
        }
    }
    for map in ["annotations", "labels"] {
        if let Some(entries) = block
            .get(map)
            .and_then(Json::as_object)
            .filter(|entries| !entries.is_empty())
        {
            metadata.insert(map.to_owned(), Json::Object(entries.clone()));
        }
    }
    Json::Object(metadata)
}

/// The block of a live object, in the provider's shape: of annotations and labels those that were recorded or are
/// ours. `recorded` is the block as it was last, null for none.
pub(super) fn observed(scope: Scope, recorded: &Json, live: &Json) -> Json {
    let recorded = recorded.pointer("/metadata/0").unwrap_or(&Json::Null);
    let mut block = json!({
        "annotations": ours("annotations", recorded, live),
        "generate_name": live.pointer("/metadata/generateName").or(recorded.get("generate_name")),
        "generation": live.pointer("/metadata/generation").unwrap_or(&json!(0)),
        "labels": ours("labels", recorded, live),
        "name": text(live, "/metadata/name"),
        "resource_version": text(live, "/metadata/resourceVersion"),
        "uid": text(live, "/metadata/uid"),
    });
    if scope == Scope::Namespaced
        && let Json::Object(block) = &mut block
    {
        block.insert(
            "namespace".to_owned(),
            text(live, "/metadata/namespace").into(),
        );
    }
    json!([block])
}

/// The live entries of a map that were recorded or are ours.
fn ours(map: &str, recorded: &Json, live: &Json) -> Json {
    let before = recorded.get(map).and_then(Json::as_object);
    let entries = live
        .pointer(&format!("/metadata/{map}"))
        .and_then(Json::as_object);
    let is_ours = |key: &str| {
        before.is_some_and(|before| before.contains_key(key))
            || ownership::owns(live, FIELD_MANAGER, &["metadata", map, key])
    };
    let kept: Map<_, _> = entries
        .into_iter()
        .flatten()
        .filter(|(key, _)| is_ours(key))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    if kept.is_empty() && before.is_none_or(Map::is_empty) {
        return recorded.get(map).cloned().unwrap_or(Json::Null);
    }
    Json::Object(kept)
}

/// What was read, with the recorded version where nothing that we look at is different.
///
/// Every change by anybody counts an object's version up; only changes to what is ours are drift.
pub(super) fn with_quiet_version(recorded: &Json, observed: Json) -> Json {
    let version = recorded.pointer("/metadata/0/resource_version").cloned();
    let mut quiet = observed.clone();
    if let (Some(version), Some(slot)) =
        (version, quiet.pointer_mut("/metadata/0/resource_version"))
    {
        *slot = version;
    }
    if quiet == *recorded { quiet } else { observed }
}
