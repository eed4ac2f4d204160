//! Values and types as JSON, as states and plans write them.

use super::{Kind, Known, Number, ObjectType, Type, Value};
use crate::address::Name;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// JSON that is no value of the type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct JsonError(pub String);

/// The JSON of a known value: sets as arrays in their order, numbers with all their digits.
///
/// An infinite number, which has no JSON, becomes null.
pub fn to_json(value: &Known) -> Json {
    plain(value.value())
}

/// As [`to_json`], with `{"value": …, "type": …}` wherever the type leaves the type of a part open.
///
/// This is how a state file writes the attributes of a schema.
pub fn to_typed_json(value: &Known, ty: &Type) -> Json {
    typed(value.value(), ty)
}

/// The value of a type that JSON describes; [`Type::Dynamic`] takes the type that the JSON suggests.
///
/// A text is accepted for a number or truth value that it spells, and a number or truth value for a text. Attributes
/// of an object that are missing are null, further ones are an error.
pub fn from_json(json: &Json, ty: &Type) -> Result<Value, JsonError> {
    read(json, ty, &implied_value)
}

/// As [`from_json`] for what [`to_typed_json`] writes.
pub fn from_typed_json(json: &Json, ty: &Type) -> Result<Value, JsonError> {
    read(json, ty, &wrapped_value)
}

/// The type that JSON suggests: objects, tuples, texts, numbers, truth values; for null, [`Type::Dynamic`].
pub fn type_of_json(json: &Json) -> Type {
    match json {
        Json::Null => Type::Dynamic,
        Json::Bool(_) => Type::Bool,
        Json::Number(_) => Type::Number,
        Json::String(_) => Type::String,
        Json::Array(values) => Type::tuple(values.iter().map(type_of_json).collect()),
        Json::Object(values) => Type::object(
            values
                .iter()
                .map(|(name, json)| (name.as_str(), type_of_json(json))),
        ),
    }
}

/// A type as JSON, as `["list", "string"]`.
pub fn type_to_json(ty: &Type) -> Json {
    let of = |kind: &str, part: Json| Json::Array(vec![kind.into(), part]);
    match ty {
        Type::Dynamic => "dynamic".into(),
        Type::Bool => "bool".into(),
        Type::Number => "number".into(),
        Type::String => "string".into(),
        Type::List(element) => of("list", type_to_json(element)),
        Type::Set(element) => of("set", type_to_json(element)),
        Type::Map(element) => of("map", type_to_json(element)),
        Type::Tuple(elements) => of("tuple", elements.iter().map(type_to_json).collect()),
        Type::Object(object) => {
            let attributes = object.attributes.iter();
            let attributes = attributes.map(|(name, ty)| (name.to_string(), type_to_json(ty)));
            let mut parts = vec!["object".into(), Json::Object(attributes.collect())];
            if !object.optional.is_empty() {
                parts.push(
                    object
                        .optional
                        .iter()
                        .map(|name| Json::from(name.as_ref()))
                        .collect(),
                );
            }
            Json::Array(parts)
        }
    }
}

/// The type that JSON describes.
pub fn type_from_json(json: &Json) -> Result<Type, JsonError> {
    let wrong = || JsonError(format!("{json} is no type"));
    if let Some(name) = json.as_str() {
        return match name {
            "dynamic" => Ok(Type::Dynamic),
            "bool" => Ok(Type::Bool),
            "number" => Ok(Type::Number),
            "string" => Ok(Type::String),
            _ => Err(wrong()),
        };
    }
    let parts = json.as_array().map(Vec::as_slice).unwrap_or_default();
    let [kind, part, optional @ ..] = parts else {
        return Err(wrong());
    };
    match (kind.as_str(), part) {
        (Some("list"), part) => type_from_json(part).map(Type::list),
        (Some("set"), part) => type_from_json(part).map(Type::set),
        (Some("map"), part) => type_from_json(part).map(Type::map),
        (Some("tuple"), Json::Array(parts)) => {
            let parts: Result<Vec<Type>, JsonError> = parts.iter().map(type_from_json).collect();
            parts.map(Type::tuple)
        }
        (Some("object"), Json::Object(attributes)) => {
            object_type(attributes, optional.first()).map(|object| Type::Object(Arc::new(object)))
        }
        _ => Err(wrong()),
    }
}

fn object_type(
    attributes: &serde_json::Map<String, Json>,
    optional: Option<&Json>,
) -> Result<ObjectType, JsonError> {
    let attributes: Result<BTreeMap<Name, Type>, JsonError> = attributes
        .iter()
        .map(|(name, json)| Ok((name.as_str().into(), type_from_json(json)?)))
        .collect();
    let optional = optional.and_then(Json::as_array).into_iter().flatten();
    let optional: BTreeSet<Name> = optional.filter_map(Json::as_str).map(Name::from).collect();
    Ok(ObjectType {
        attributes: attributes?,
        optional,
    })
}

/// A number with all its digits.
pub(super) fn number(number: &Number) -> Json {
    if let Some(integer) = number.as_i64()
        && !(integer == 0 && number.is_negative())
    {
        return Json::from(integer);
    }
    number.to_string().parse().map_or(Json::Null, Json::Number)
}

fn plain(value: &Value) -> Json {
    match &value.kind {
        Kind::Null(_) | Kind::Unknown(_) => Json::Null,
        Kind::Bool(truth) => Json::Bool(*truth),
        Kind::Number(own) => number(own),
        Kind::String(text) => Json::from(text.as_ref()),
        Kind::List(_, values) | Kind::Set(_, values) | Kind::Tuple(values) => {
            Json::Array(values.iter().map(plain).collect())
        }
        Kind::Map(_, values) | Kind::Object(values) => {
            let members = values
                .iter()
                .map(|(name, value)| (name.to_string(), plain(value)));
            Json::Object(members.collect())
        }
    }
}

fn typed(value: &Value, ty: &Type) -> Json {
    if !ty.has_dynamic() {
        return plain(value);
    }
    match (ty, &value.kind) {
        (_, Kind::Null(_)) => Json::Null,
        (Type::Dynamic, _) => {
            let members = [
                ("value".to_owned(), plain(value)),
                ("type".to_owned(), type_to_json(&value.ty())),
            ];
            Json::Object(members.into_iter().collect())
        }
        (
            Type::List(element) | Type::Set(element),
            Kind::List(_, values) | Kind::Set(_, values) | Kind::Tuple(values),
        ) => Json::Array(values.iter().map(|value| typed(value, element)).collect()),
        (Type::Tuple(types), Kind::Tuple(values)) => {
            let pairs = values.iter().zip(types.iter());
            Json::Array(pairs.map(|(value, ty)| typed(value, ty)).collect())
        }
        (Type::Map(element), Kind::Map(_, values) | Kind::Object(values)) => {
            let members = values.iter();
            let members = members.map(|(name, value)| (name.to_string(), typed(value, element)));
            Json::Object(members.collect())
        }
        (Type::Object(object), Kind::Object(values)) => {
            let members = values.iter().map(|(name, value)| {
                let ty = object.attributes.get(name);
                (
                    name.to_string(),
                    ty.map_or_else(|| plain(value), |ty| typed(value, ty)),
                )
            });
            Json::Object(members.collect())
        }
        _ => plain(value),
    }
}

/// How a part is read whose type is left open.
type Open<'a> = &'a dyn Fn(&Json) -> Result<Value, JsonError>;

fn implied_value(json: &Json) -> Result<Value, JsonError> {
    Ok(match json {
        Json::Null => Value::null(Type::Dynamic),
        Json::Bool(truth) => Value::bool(*truth),
        Json::Number(own) => Value::number(parse_number(&own.to_string())?),
        Json::String(text) => Value::string(text),
        Json::Array(values) => {
            let values: Result<Vec<Value>, JsonError> = values.iter().map(implied_value).collect();
            Value::tuple(values?)
        }
        Json::Object(members) => {
            let members: Result<BTreeMap<Name, Value>, JsonError> = members
                .iter()
                .map(|(name, json)| Ok((super::normalise(name), implied_value(json)?)))
                .collect();
            Value::object(members?)
        }
    })
}

fn wrapped_value(json: &Json) -> Result<Value, JsonError> {
    if json.is_null() {
        return Ok(Value::null(Type::Dynamic));
    }
    match (json.get("value"), json.get("type")) {
        (Some(value), Some(ty)) => from_json(value, &type_from_json(ty)?),
        _ => Err(JsonError("a value with its type is required".into())),
    }
}

fn read(json: &Json, ty: &Type, open: Open<'_>) -> Result<Value, JsonError> {
    let all = |values: &[Json], element: &Type| -> Result<Vec<Value>, JsonError> {
        values
            .iter()
            .map(|json| read(json, element, open))
            .collect()
    };
    match (ty, json) {
        (Type::Dynamic, json) => open(json),
        (ty, Json::Null) => Ok(Value::null(ty.without_optional())),
        (Type::Bool, Json::Bool(truth)) => Ok(Value::bool(*truth)),
        (Type::Number, Json::Number(own)) => Ok(Value::number(parse_number(&own.to_string())?)),
        (Type::String, Json::String(text)) => Ok(Value::string(text)),
        (Type::String, Json::Bool(truth)) => Ok(Value::string(truth.to_string())),
        (Type::String, Json::Number(own)) => {
            Ok(Value::string(parse_number(&own.to_string())?.to_string()))
        }
        (Type::Bool, Json::String(text)) if matches!(text.as_str(), "true" | "1") => {
            Ok(Value::bool(true))
        }
        (Type::Bool, Json::String(text)) if matches!(text.as_str(), "false" | "0") => {
            Ok(Value::bool(false))
        }
        (Type::Number, Json::String(text)) => Ok(Value::number(parse_number(text)?)),
        (Type::List(element), Json::Array(values)) => Ok(Value::list(
            element.without_optional(),
            all(values, element)?,
        )),
        (Type::Set(element), Json::Array(values)) => Ok(Value::set(
            element.without_optional(),
            all(values, element)?,
        )),
        (Type::Map(element), Json::Object(members)) => {
            let entries: Result<BTreeMap<Name, Value>, JsonError> = members
                .iter()
                .map(|(name, json)| Ok((super::normalise(name), read(json, element, open)?)))
                .collect();
            Ok(Value::map(element.without_optional(), entries?))
        }
        (Type::Tuple(types), Json::Array(values)) if types.len() == values.len() => {
            let pairs = values.iter().zip(types.iter());
            let values: Result<Vec<Value>, JsonError> =
                pairs.map(|(json, ty)| read(json, ty, open)).collect();
            Ok(Value::tuple(values?))
        }
        (Type::Object(object), Json::Object(members)) => read_object(members, object, open),
        (ty, _) => Err(JsonError(format!("{} required", ty.friendly_constraint()))),
    }
}

fn read_object(
    members: &serde_json::Map<String, Json>,
    object: &ObjectType,
    open: Open<'_>,
) -> Result<Value, JsonError> {
    if let Some(name) = members
        .keys()
        .find(|name| !object.attributes.contains_key(name.as_str()))
    {
        return Err(JsonError(format!("unsupported attribute {name:?}")));
    }
    let attributes: Result<BTreeMap<Name, Value>, JsonError> = object
        .attributes
        .iter()
        .map(|(name, ty)| {
            let json = members.get(name.as_ref()).unwrap_or(&Json::Null);
            let value = read(json, ty, open)
                .map_err(|error| JsonError(format!("attribute {name:?}: {error}")))?;
            Ok((name.clone(), value))
        })
        .collect();
    Ok(Value::object(attributes?))
}

fn parse_number(text: &str) -> Result<Number, JsonError> {
    Number::parse(text).map_err(|error| JsonError(error.to_string()))
}
