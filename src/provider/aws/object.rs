//! Objects of AWS kinds: made from what a service says, and read for what it is to be told.

use crate::address::Name;
use crate::policy;
use crate::provider::ProviderError;
use crate::schema::{Block, TypeSchema};
use crate::value::{Kind, Known, Value, from_json};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// The object of a type that JSON describes; attributes that it leaves out are null.
pub(super) fn object(schema: &TypeSchema, json: &Json) -> Result<Known, ProviderError> {
    let value = from_json(&with_empty_blocks(&schema.block, json), &schema.block.ty())
        .map_err(|error| error.to_string())
        .and_then(|value| Known::new(&value).map_err(|error| error.to_string()));
    value.map_err(|error| ProviderError::internal("reading an answer of AWS", &error))
}

/// A live object in the words of a recorded or planned one, where both mean the same.
pub(super) fn respelled(
    live: Known,
    spelled: &Value,
    documents: &[&str],
) -> Result<Known, ProviderError> {
    let value = keep_spelling(live.into_value(), &spelled.without_marks(), documents);
    Known::new(&value)
        .map_err(|error| ProviderError::internal("reading an answer of AWS", &error.to_string()))
}

/// A value in the words of another, where both mean the same: policy documents compared by meaning; null, empty texts
/// and collections, `false`, and blocks of nothing else, which Terraform's providers do not tell apart.
pub(super) fn keep_spelling(value: Value, spelled: &Value, documents: &[&str]) -> Value {
    let (Some(attributes), Some(words)) = (value.as_entries(), spelled.as_entries()) else {
        return value;
    };
    let kept: BTreeMap<Name, Value> = attributes
        .iter()
        .map(|(name, part)| {
            let kept = match words.get(name) {
                Some(word) if documents.contains(&name.as_ref()) => document(part, word),
                Some(word) => part_in_words_of(part, word),
                None => part.clone(),
            };
            (name.clone(), kept)
        })
        .collect();
    Value {
        marks: value.marks,
        ..Value::object(kept)
    }
}

fn document(part: &Value, word: &Value) -> Value {
    match (part.as_str(), word.as_str()) {
        (Some(text), Some(earlier)) if policy::equivalent(text, earlier) => {
            word.clone().marked(part.marks)
        }
        _ => part.clone(),
    }
}

fn part_in_words_of(part: &Value, word: &Value) -> Value {
    if is_nothing(part) && is_nothing(word) {
        return word.clone().marked(part.marks);
    }
    if matches!(part.kind, Kind::Object(_)) {
        return keep_spelling(part.clone(), word, &[]);
    }
    if let (Kind::List(ty, parts), Kind::List(_, words)) = (&part.kind, &word.kind)
        && parts.len() == words.len()
    {
        let kept = parts.iter().zip(words.iter());
        let kept = kept.map(|(part, word)| part_in_words_of(part, word));
        return Value {
            marks: part.marks,
            ..Value::list(ty.clone(), kept.collect())
        };
    }
    part.clone()
}

fn is_nothing(value: &Value) -> bool {
    match &value.kind {
        Kind::Null(_) => true,
        Kind::Bool(truth) => !truth,
        Kind::String(text) => text.is_empty(),
        // A block in which everything is off says no more than one that is not there.
        Kind::List(_, parts) => parts
            .iter()
            .all(|part| part.as_entries().is_some() && is_nothing(part)),
        Kind::Set(_, parts) | Kind::Tuple(parts) => parts.is_empty(),
        Kind::Map(_, entries) => entries.is_empty(),
        Kind::Object(attributes) => attributes.values().all(is_nothing),
        Kind::Unknown(_) | Kind::Number(_) => false,
    }
}

/// Nested blocks that are not there are empty lists, as the language has them.
fn with_empty_blocks(block: &Block, json: &Json) -> Json {
    let mut members = json.as_object().cloned().unwrap_or_default();
    for nested in &block.blocks {
        if nested.nesting == crate::schema::Nesting::Single {
            continue;
        }
        let member = members.entry(nested.name).or_insert(Json::Null);
        let elements = match member.take() {
            Json::Array(elements) => elements,
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Object(_) => {
                Vec::new()
            }
        };
        let elements = elements.iter();
        *member = elements
            .map(|element| with_empty_blocks(&nested.block, element))
            .collect();
    }
    Json::Object(members)
}

/// A text attribute that says something; `None` when it is null, empty, unknown or no text.
pub(super) fn text<'v>(object: &'v Value, name: &str) -> Option<&'v str> {
    object.get(name)?.as_str().filter(|text| !text.is_empty())
}

/// A whole number.
pub(super) fn integer(object: &Value, name: &str) -> Option<i32> {
    let number = object.get(name)?.as_number()?.as_i64()?;
    i32::try_from(number).ok()
}

/// The texts of a list or set attribute; empty when it is null or unknown.
pub(super) fn texts(object: &Value, name: &str) -> Vec<String> {
    let elements = object.get(name).and_then(Value::as_elements);
    let elements = elements.into_iter().flatten();
    elements
        .filter_map(|element| element.as_str().map(str::to_owned))
        .collect()
}

/// The one block of a kind that stands at most once.
pub(super) fn block<'v>(object: &'v Value, name: &str) -> Option<&'v Value> {
    let blocks = object.get(name)?;
    if matches!(blocks.kind, Kind::Object(_)) {
        return Some(blocks);
    }
    blocks
        .as_elements()?
        .first()
        .filter(|block| !block.is_null())
}

/// A map of texts; entries without a text are left out.
pub(super) fn map_of_texts(map: &Value) -> BTreeMap<String, String> {
    let entries = map.as_entries().into_iter().flatten();
    entries
        .filter_map(|(key, value)| Some((key.to_string(), value.as_str()?.to_owned())))
        .collect()
}

/// Whether an attribute differs between two objects, marks and spelling of nothing left out of account.
pub(super) fn differs(before: &Value, after: &Value, name: &str) -> bool {
    let bare = |object: &Value| object.get(name).map(Value::without_marks);
    match (bare(before), bare(after)) {
        (Some(before), Some(after)) => {
            before.kind != after.kind && !(is_nothing(&before) && is_nothing(&after))
        }
        (before, after) => before.is_some() != after.is_some(),
    }
}
