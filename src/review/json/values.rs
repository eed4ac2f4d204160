//! Values as JSON: what is known of them, and which parts are unknown or sensitive.

use crate::value::{Kind, Known, Marks, Type, Value, to_json};
use serde_json::{Map, Value as Json, json};

/// The value as far as it is known: unknown attributes are left out, unknown elements are null. `None` when the value
/// itself is unknown.
pub(crate) fn plain(value: &Value) -> Option<Json> {
    if let Ok(known) = Known::new(value) {
        return Some(to_json(&known));
    }
    match &value.kind {
        Kind::Unknown(_) => None,
        Kind::Map(_, entries) | Kind::Object(entries) => {
            let known = entries
                .iter()
                .filter_map(|(name, value)| Some((name.to_string(), plain(value)?)));
            Some(Json::Object(known.collect()))
        }
        Kind::List(..) | Kind::Set(..) | Kind::Tuple(_) => Some(Json::Array(
            value
                .parts()
                .map(|part| plain(part).unwrap_or(Json::Null))
                .collect(),
        )),
        Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => Some(Json::Null),
    }
}

/// Which parts of a value are unknown: true for one that is, false for a known primitive. Members that are false are
/// left out of objects.
pub(super) fn unknown(value: &Value) -> Json {
    if value.is_unknown() {
        return json!(true);
    }
    shape(value, &unknown)
}

/// Which parts of a value are sensitive, in the same way.
pub(super) fn sensitive(value: &Value) -> Json {
    if value.marks.contains(Marks::SENSITIVE) {
        return json!(true);
    }
    let Kind::Unknown(unknown) = &value.kind else {
        return shape(value, &sensitive);
    };
    match &unknown.ty {
        Type::Map(_) | Type::Object(_) => json!({}),
        Type::List(_) | Type::Set(_) | Type::Tuple(_) => json!([]),
        Type::Dynamic | Type::Bool | Type::Number | Type::String => json!(false),
    }
}

fn shape(value: &Value, of: &dyn Fn(&Value) -> Json) -> Json {
    match &value.kind {
        Kind::Map(_, entries) | Kind::Object(entries) => {
            let members = entries
                .iter()
                .map(|(name, value)| (name.to_string(), of(value)))
                .filter(|(_, json)| *json != json!(false));
            Json::Object(members.collect::<Map<_, _>>())
        }
        Kind::List(..) | Kind::Set(..) | Kind::Tuple(_) => {
            Json::Array(value.parts().map(of).collect())
        }
        Kind::Null(_) | Kind::Unknown(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => {
            json!(false)
        }
    }
}
