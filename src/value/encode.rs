//! A form of values for plan files that loses nothing: unknown parts, what is known of them, marks, types, precision.

use super::{
    Bounds, Entries, JsonError, Kind, Lengths, Marks, Number, Refinement, Type, Unknown, Value,
    type_from_json, type_to_json,
};
use crate::address::Name;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// The value as JSON that [`decode`] reads back as an equal value.
///
/// Texts, truth values and tuples stand for themselves; everything else is an object whose first member tells what it
/// is, as `{"list": "string", "of": ["a"]}` or `{"unknown": "string", "not_null": true}`.
pub fn encode(value: &Value) -> Json {
    let bare = encode_kind(&value.kind);
    if value.marks == Marks::NONE {
        return bare;
    }
    let marks: Vec<Json> = value.marks.names().map(Json::from).collect();
    object([("marks", Json::Array(marks)), ("value", bare)])
}

/// The value that [`encode`] wrote.
pub fn decode(json: &Json) -> Result<Value, JsonError> {
    match json {
        Json::Bool(truth) => Ok(Value::bool(*truth)),
        Json::String(text) => Ok(Value::string(text)),
        Json::Array(values) => decode_all(values).map(Value::tuple),
        Json::Object(members) => decode_tagged(members),
        Json::Null | Json::Number(_) => Err(malformed(json)),
    }
}

fn encode_kind(kind: &Kind) -> Json {
    let ty = type_to_json;
    match kind {
        Kind::Null(own) => object([("null", ty(own))]),
        Kind::Unknown(unknown) => encode_unknown(unknown),
        Kind::Bool(truth) => Json::Bool(*truth),
        Kind::Number(number) => encode_number(number),
        Kind::String(text) => Json::from(text.as_ref()),
        Kind::List(own, values) => object([("list", ty(own)), ("of", encode_all(values))]),
        Kind::Set(own, values) => object([("set", ty(own)), ("of", encode_all(values))]),
        Kind::Map(own, values) => object([("map", ty(own)), ("of", encode_entries(values))]),
        Kind::Tuple(values) => encode_all(values),
        Kind::Object(values) => object([("object", encode_entries(values))]),
    }
}

fn encode_unknown(unknown: &Unknown) -> Json {
    let mut members = Map::new();
    members.insert("unknown".into(), type_to_json(&unknown.ty));
    if unknown.not_null {
        members.insert("not_null".into(), true.into());
    }
    match unknown.refinement.as_deref() {
        Some(Refinement::Beginning(text)) => members.extend([member("prefix", text.as_ref())]),
        Some(Refinement::Numbers(Bounds { lower, upper })) => {
            let ends = [("lower", lower), ("upper", upper)];
            let ends = ends
                .into_iter()
                .filter_map(|(name, end)| Some((name, end.as_ref()?)));
            members.extend(ends.map(|(name, end)| member(name, encode_number(end))));
        }
        Some(Refinement::Lengths(Lengths { least, most })) => {
            members.extend([member("least", *least), member("most", *most)]);
        }
        None => {}
    }
    Json::Object(members)
}

fn member(name: &str, json: impl Into<Json>) -> (String, Json) {
    (name.to_owned(), json.into())
}

fn encode_number(number: &Number) -> Json {
    object([
        ("number", number.to_string().into()),
        ("bits", number.precision().into()),
    ])
}

fn encode_all(values: &[Value]) -> Json {
    Json::Array(values.iter().map(encode).collect())
}

fn encode_entries(entries: &Entries) -> Json {
    Json::Object(
        entries
            .iter()
            .map(|(name, value)| (name.to_string(), encode(value)))
            .collect(),
    )
}

fn object<const N: usize>(members: [(&str, Json); N]) -> Json {
    Json::Object(
        members
            .into_iter()
            .map(|(name, json)| (name.to_owned(), json))
            .collect(),
    )
}

fn decode_all(values: &[Json]) -> Result<Vec<Value>, JsonError> {
    values.iter().map(decode).collect()
}

fn decode_entries(members: Option<&Json>) -> Result<BTreeMap<Name, Value>, JsonError> {
    let members = members
        .and_then(Json::as_object)
        .ok_or_else(|| malformed(&Json::Null))?;
    members
        .iter()
        .map(|(name, json)| Ok((name.as_str().into(), decode(json)?)))
        .collect()
}

fn decode_tagged(members: &Map<String, Json>) -> Result<Value, JsonError> {
    let wrong = || malformed(&Json::Object(members.clone()));
    let (tag, first) = members.iter().next().ok_or_else(wrong)?;
    let ty = || type_from_json(first);
    let of = members.get("of");
    let elements = || decode_all(of.and_then(Json::as_array).ok_or_else(wrong)?);
    match tag.as_str() {
        "null" => Ok(Value::null(ty()?)),
        "unknown" => Ok(Value::new(Kind::Unknown(decode_unknown(ty()?, members)))),
        "number" => decode_number(first, members.get("bits")).ok_or_else(wrong),
        "list" => Ok(Value::list(ty()?, elements()?)),
        "set" => Ok(Value::new(Kind::Set(ty()?, elements()?.into()))),
        "map" => Ok(Value::map(ty()?, decode_entries(of)?)),
        "object" => Ok(Value::object(decode_entries(Some(first))?)),
        "marks" => {
            let value = decode(members.get("value").ok_or_else(wrong)?)?;
            let names = first
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Json::as_str);
            let marks = names
                .filter_map(Marks::named)
                .fold(Marks::NONE, |all, mark| all | mark);
            Ok(value.marked(marks))
        }
        _ => Err(wrong()),
    }
}

fn decode_unknown(ty: Type, members: &Map<String, Json>) -> Unknown {
    let not_null = members.get("not_null").and_then(Json::as_bool);
    let unknown = Unknown {
        not_null: not_null.unwrap_or(false),
        ..Unknown::of(ty)
    };
    match decode_refinement(members) {
        Some(refinement) => unknown.refined(refinement),
        None => unknown,
    }
}

fn decode_refinement(members: &Map<String, Json>) -> Option<Refinement> {
    if let Some(text) = members.get("prefix") {
        return Some(Refinement::Beginning(text.as_str()?.into()));
    }
    let length = |name: &str| usize::try_from(members.get(name)?.as_u64()?).ok();
    if let (Some(least), Some(most)) = (length("least"), length("most")) {
        return Some(Refinement::Lengths(Lengths { least, most }));
    }
    let end = |name: &str| decode(members.get(name)?).ok()?.as_number().cloned();
    Some(Refinement::Numbers(Bounds {
        lower: end("lower"),
        upper: end("upper"),
    }))
}

fn decode_number(text: &Json, bits: Option<&Json>) -> Option<Value> {
    let number = Number::parse(text.as_str()?).ok()?;
    let precision = u32::try_from(bits?.as_u64()?).ok()?;
    Some(Value::number(number.at_precision(precision)))
}

fn malformed(json: &Json) -> JsonError {
    JsonError(format!("{json} is no encoded value"))
}
