//! Objects in the two shapes they have here: as JSON in the provider's schema, and as values of the compiler.

use crate::provider::{ProviderError, Recorded};
use crate::schema::Block;
use crate::value::{Kind, Known, Type, Value, from_json, to_json};
use serde_json::Value as Json;

/// A value as JSON in which everything unknown is null.
pub(super) fn to_plain(value: &Value) -> Json {
    Known::new(&without_unknown(value)).map_or(Json::Null, |known| to_json(&known))
}

fn without_unknown(value: &Value) -> Value {
    if let Kind::Unknown(unknown) = &value.kind {
        return Value::null(unknown.ty.clone());
    }
    value.map_parts(&mut without_unknown)
}

/// JSON in the shape of a block as a recorded object.
pub(super) fn record(block: &Block, json: &Json) -> Result<Recorded, ProviderError> {
    let wrong = |error: String| ProviderError::internal("recording a Kubernetes object", &error);
    let value = from_json(json, &block.ty()).map_err(|error| wrong(error.to_string()))?;
    let known = Known::new(&value).map_err(|error| wrong(error.to_string()))?;
    Ok(known.into())
}

/// A text member of JSON at a pointer; empty when there is none.
pub(super) fn text<'j>(json: &'j Json, pointer: &str) -> &'j str {
    json.pointer(pointer)
        .and_then(Json::as_str)
        .unwrap_or_default()
}

/// A value with the prior spelling wherever prior and planned both say "nothing": null, an empty text, map or list.
///
/// States that Terraform wrote have empty texts where a configuration has null.
pub(super) fn keep_nothing(prior: &Value, planned: &Value) -> Value {
    if is_nothing(prior) && is_nothing(planned) {
        return Value {
            marks: planned.marks,
            kind: prior.kind.clone(),
        };
    }
    match (&prior.kind, &planned.kind) {
        (Kind::Object(before), Kind::Object(after)) => {
            let entries = after.iter().map(|(name, value)| {
                let kept = before
                    .get(name)
                    .map_or_else(|| value.clone(), |b| keep_nothing(b, value));
                (name.clone(), kept)
            });
            Value {
                marks: planned.marks,
                ..Value::object(entries.collect())
            }
        }
        (Kind::List(_, before), Kind::List(ty, after)) if before.len() == after.len() => {
            let pairs = before.iter().zip(after.iter());
            let kept = pairs
                .map(|(before, after)| keep_nothing(before, after))
                .collect();
            Value {
                marks: planned.marks,
                ..Value::list(ty.clone(), kept)
            }
        }
        _ => planned.clone(),
    }
}

fn is_nothing(value: &Value) -> bool {
    match &value.kind {
        Kind::Null(_) => true,
        Kind::Bool(value) => !value,
        Kind::String(text) => text.is_empty(),
        Kind::List(_, elements) | Kind::Set(_, elements) => elements.is_empty(),
        Kind::Map(_, entries) => entries.is_empty(),
        Kind::Unknown(_) | Kind::Number(_) | Kind::Tuple(_) | Kind::Object(_) => false,
    }
}

/// An object with one attribute replaced; anything else is returned as it is.
pub(super) fn with(object: Value, name: &str, value: Value) -> Value {
    let Kind::Object(entries) = &object.kind else {
        return object;
    };
    let mut entries = entries.to_map();
    entries.insert(name.into(), value);
    Value {
        marks: object.marks,
        ..Value::object(entries)
    }
}

/// An object whose attribute is filled in where it is null.
pub(super) fn or_default(object: Value, name: &str, default: Value) -> Value {
    match object.get(name) {
        Some(value) if value.is_null() => with(object, name, default),
        _ => object,
    }
}

/// The block of `metadata`, which is a list of one.
pub(super) fn metadata(object: &Value) -> Option<&Value> {
    object.get("metadata")?.as_elements()?.first()
}

/// An object with its `metadata` block changed.
pub(super) fn map_metadata(object: Value, change: impl Fn(Value) -> Value) -> Value {
    let Some(metadata) = object.get("metadata") else {
        return object;
    };
    let changed = metadata.map_parts(&mut |block| change(block.clone()));
    with(object, "metadata", changed)
}

/// An attribute of the type that is known only after apply.
pub(super) fn later(ty: Type) -> Value {
    Value::unknown_not_null(ty)
}
