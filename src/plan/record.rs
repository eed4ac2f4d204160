//! Objects as the state records them: attributes as JSON, by the schema of their type.

use crate::address::{AttributePath, Name, PathStep};
use crate::schema::Block;
use crate::value::{
    JsonError, Known, Type, Value, from_json, to_json, type_from_json, type_to_json,
};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;
use trustform_state::snapshot::Attributes;

/// The object that recorded attributes describe. Attributes that an older provider did not have are null, and ones
/// that today's does not have are left out.
pub fn decode_attributes(attributes: &Attributes, block: &Block) -> Result<Known, JsonError> {
    let Json::Object(members) = attributes.json() else {
        return Err(JsonError(
            "the attributes of an object must be a JSON object".to_owned(),
        ));
    };
    let mut object: BTreeMap<Name, Value> = BTreeMap::new();
    let attribute_types = block
        .attributes
        .iter()
        .map(|attribute| (attribute.name, attribute.ty.clone()));
    let block_types = block.blocks.iter().map(|nested| (nested.name, nested.ty()));
    for (name, ty) in attribute_types.chain(block_types) {
        let value = match members.get(name) {
            None | Some(Json::Null) => Value::null(ty),
            Some(json) => {
                decode(json, &ty).map_err(|error| JsonError(format!("{name}: {error}")))?
            }
        };
        object.insert(name.into(), value);
    }
    Known::new(&Value::object(object)).map_err(|error| JsonError(error.to_string()))
}

fn decode(json: &Json, ty: &Type) -> Result<Value, JsonError> {
    if ty.is_primitive() {
        return from_json(json, ty);
    }
    if *ty != Type::Dynamic {
        return from_json(&complete(json, ty), ty);
    }
    // A value of no fixed type is recorded together with its type.
    match (json.get("value"), json.get("type")) {
        (Some(value), Some(recorded)) => {
            let ty = type_from_json(recorded)?;
            from_json(value, &ty)
        }
        _ => from_json(json, &Type::Dynamic),
    }
}

/// The JSON with missing members of objects as null, and members that the type does not have left out.
fn complete(json: &Json, ty: &Type) -> Json {
    match (json, ty) {
        (Json::Object(members), Type::Object(object)) => {
            let member = |(name, ty): (&Name, &Type)| {
                let value = members
                    .get(name.as_ref())
                    .map_or(Json::Null, |json| complete(json, ty));
                (name.to_string(), value)
            };
            Json::Object(object.attributes.iter().map(member).collect())
        }
        (Json::Array(elements), Type::List(element) | Type::Set(element)) => Json::Array(
            elements
                .iter()
                .map(|json| complete(json, element))
                .collect(),
        ),
        (Json::Object(members), Type::Map(element)) => Json::Object(
            members
                .iter()
                .map(|(key, json)| (key.clone(), complete(json, element)))
                .collect(),
        ),
        _ => json.clone(),
    }
}

/// The recorded form of an object.
pub fn attributes_json(object: &Known, block: &Block) -> Json {
    let mut members: BTreeMap<&str, Json> = BTreeMap::new();
    let entries = object.value().as_entries();
    for (name, value) in entries.into_iter().flatten() {
        let attribute = block.attribute(name);
        if attribute.is_some_and(|attribute| attribute.unrecorded) {
            members.insert(name, Json::Null);
            continue;
        }
        let dynamic = attribute.is_some_and(|attribute| attribute.ty == Type::Dynamic);
        let known = Known::new(value);
        let json = match known {
            // A null has a type where it was given one.
            Ok(_) if dynamic && value.is_null() && value.ty() == Type::Dynamic => Json::Null,
            Ok(known) if dynamic => {
                json!({ "value": to_json(&known), "type": type_to_json(&value.ty()) })
            }
            Ok(known) => to_json(&known),
            Err(_) => Json::Null,
        };
        members.insert(name, json);
    }
    Json::Object(
        members
            .into_iter()
            .map(|(name, json)| (name.to_owned(), json))
            .collect::<Map<_, _>>(),
    )
}

/// The place of the argument that a path leads to, as exactly as the body has one.
pub(super) fn argument_span(
    body: &crate::config::Body,
    path: &AttributePath,
) -> crate::source::Span {
    let mut body = body;
    let mut steps = path.steps().iter().peekable();
    while let Some(step) = steps.next() {
        let PathStep::Attribute(name) = step else {
            continue;
        };
        if let Some(argument) = body.argument(name) {
            return argument.value.span;
        }
        let position = match steps.peek() {
            Some(PathStep::Index(index)) => usize::try_from(*index).unwrap_or_default(),
            _ => 0,
        };
        let mut blocks = body.blocks_of(name);
        let mut until = blocks.clone().take(position.saturating_add(1));
        let made = until.find(|block| block.dynamic.is_some());
        match made.or_else(|| blocks.nth(position)) {
            Some(block) => body = &block.body,
            None => return body.span,
        }
    }
    body.span
}
