//! From JSON to an object of a kind, as the API server decodes it: unknown members are dropped and reported, empty ones
//! are dropped, wrong types are errors, and members come out in their fixed order.

use serde_json::{Map, Value};

use super::kinds::{Kind, NAMESPACE};
use super::shape::{Field, Shape};

/// An object as the server understood it.
#[derive(Debug)]
pub(super) struct Decoded {
    /// The object.
    pub(super) object: Value,
    /// Members that were there and are not known, as `metadata.foo`.
    pub(super) unknown: Vec<String>,
}

/// Decodes an object of a kind. The error is the decoder's text.
pub(super) fn decode(kind: &'static Kind, body: &Value) -> Result<Decoded, String> {
    let mut decoder = Decoder {
        unknown: Vec::new(),
    };
    let place = Place {
        within: kind.name,
        path: String::new(),
        exact: String::new(),
    };
    let mut object = decoder
        .value(&kind.shape, body, &place)?
        .unwrap_or_default();
    if let Value::Object(members) = &mut object {
        members.insert("kind".to_owned(), Value::from(kind.name));
        members.insert("apiVersion".to_owned(), Value::from("v1"));
        for member in kind.always {
            members
                .entry(*member)
                .or_insert_with(|| Value::Object(Map::new()));
        }
        members
            .entry("metadata")
            .or_insert_with(|| Value::Object(Map::new()));
    }
    let mut object = in_order(&kind.shape, object);
    if kind.name == NAMESPACE.name {
        label_with_name(&mut object);
    }
    Ok(Decoded {
        object,
        unknown: decoder.unknown,
    })
}

/// The members of a value that its shape does not name, as `metadata.foo`. The error is the decoder's text.
pub(super) fn unknown_members(
    within: &'static str,
    shape: &'static Shape,
    value: &Value,
) -> Result<Vec<String>, String> {
    let mut decoder = Decoder {
        unknown: Vec::new(),
    };
    let place = Place {
        within,
        path: String::new(),
        exact: String::new(),
    };
    decoder.value(shape, value, &place)?;
    Ok(decoder.unknown)
}

/// Every namespace carries its name as a label ("Automatic labelling" in the Kubernetes documentation).
fn label_with_name(namespace: &mut Value) {
    let Some(metadata) = namespace.get_mut("metadata").and_then(Value::as_object_mut) else {
        return;
    };
    let Some(name) = metadata
        .get("name")
        .filter(|name| name.as_str() != Some(""))
        .cloned()
    else {
        return;
    };
    let labels = metadata
        .entry("labels")
        .or_insert_with(|| Value::Object(Map::new()));
    if let Some(labels) = labels.as_object_mut() {
        labels.insert("kubernetes.io/metadata.name".to_owned(), name);
        labels.sort_keys();
    }
}

/// Puts the members of an object and of its metadata into their fixed order.
pub(super) fn in_order(shape: &'static Shape, value: Value) -> Value {
    match (shape, value) {
        (Shape::Struct(_, fields), Value::Object(mut members)) => {
            let mut ordered = Map::new();
            for (name, shape) in *fields {
                if let Some(value) = members.shift_remove(*name) {
                    ordered.insert((*name).to_owned(), in_order(shape, value));
                }
            }
            ordered.extend(members);
            Value::Object(ordered)
        }
        (_, value) => value,
    }
}

struct Place<'p> {
    /// The Go type around, for error texts.
    within: &'p str,
    /// The path without list positions.
    path: String,
    /// The path with list positions.
    exact: String,
}

impl Place<'_> {
    fn member<'p>(&'p self, within: &'p str, name: &str) -> Place<'p> {
        let join = |path: &String| {
            if path.is_empty() {
                name.to_owned()
            } else {
                format!("{path}.{name}")
            }
        };
        Place {
            within,
            path: join(&self.path),
            exact: join(&self.exact),
        }
    }

    fn item(&self, index: usize) -> Place<'_> {
        let exact = format!("{}[{index}]", self.exact);
        Place {
            within: self.within,
            path: self.path.clone(),
            exact,
        }
    }
}

struct Decoder {
    unknown: Vec<String>,
}

impl Decoder {
    /// The decoded value; `None` when it counts as absent.
    fn value(
        &mut self,
        shape: &'static Shape,
        value: &Value,
        place: &Place<'_>,
    ) -> Result<Option<Value>, String> {
        if value.is_null() {
            return Ok(None);
        }
        let decoded = match (shape, value) {
            (Shape::Text, Value::String(text)) => (!text.is_empty()).then(|| value.clone()),
            (Shape::Open, _) | (Shape::Boolean, Value::Bool(_)) => Some(value.clone()),
            (Shape::Integer, Value::Number(number)) if number.is_i64() => {
                (number.as_i64() != Some(0)).then(|| value.clone())
            }
            (Shape::Count, Value::Number(number)) if number.is_i64() => Some(value.clone()),
            (
                Shape::Struct(name, fields) | Shape::AtomicStruct(name, fields),
                Value::Object(members),
            ) => {
                let decoded = self.members(name, fields, members, place)?;
                let is_optional = matches!(shape, Shape::Struct(..)) && !place.path.is_empty();
                (!is_optional || !decoded.is_empty()).then_some(Value::Object(decoded))
            }
            (Shape::Map(values), Value::Object(members)) => self.entries(values, members, place)?,
            (Shape::AtomicList(item) | Shape::KeyedList(_, item), Value::Array(items)) => {
                self.items(item, items, place)?
            }
            (Shape::Set, Value::Array(items)) => self.items(&super::shape::TEXT, items, place)?,
            _ => return Err(mismatch(shape, value, place)),
        };
        Ok(decoded)
    }

    fn members(
        &mut self,
        name: &'static str,
        fields: &'static [Field],
        members: &Map<String, Value>,
        place: &Place<'_>,
    ) -> Result<Map<String, Value>, String> {
        let mut decoded = Map::new();
        for (member, value) in members {
            let at = place.member(name, member);
            match fields.iter().find(|(field, _)| field == member) {
                Some((_, shape)) => {
                    if let Some(value) = self.value(shape, value, &at)? {
                        decoded.insert(member.clone(), value);
                    }
                }
                None => self.unknown.push(at.exact),
            }
        }
        let mut ordered = Map::new();
        for (field, _) in fields {
            if let Some(value) = decoded.shift_remove(*field) {
                ordered.insert((*field).to_owned(), value);
            }
        }
        Ok(ordered)
    }

    fn entries(
        &mut self,
        values: &'static Shape,
        members: &Map<String, Value>,
        place: &Place<'_>,
    ) -> Result<Option<Value>, String> {
        let mut decoded = Map::new();
        for (key, value) in members {
            // A key keeps an empty value.
            let value = self
                .value(values, value, place)?
                .unwrap_or_else(|| Value::from(""));
            decoded.insert(key.clone(), value);
        }
        decoded.sort_keys();
        Ok((!decoded.is_empty()).then_some(Value::Object(decoded)))
    }

    fn items(
        &mut self,
        item: &'static Shape,
        items: &[Value],
        place: &Place<'_>,
    ) -> Result<Option<Value>, String> {
        let mut decoded = Vec::new();
        for (index, value) in items.iter().enumerate() {
            let empty = || {
                let is_text = matches!(item, Shape::Text);
                if is_text {
                    Value::from("")
                } else {
                    Value::Object(Map::new())
                }
            };
            decoded.push(
                self.value(item, value, &place.item(index))?
                    .unwrap_or_else(empty),
            );
        }
        Ok((!decoded.is_empty()).then_some(Value::Array(decoded)))
    }
}

fn mismatch(shape: &Shape, value: &Value, place: &Place<'_>) -> String {
    let found = json_type(value);
    format!(
        "json: cannot unmarshal {found} into Go struct field {}.{} of type {}",
        place.within,
        place.path,
        shape.go_type()
    )
}

/// The type of a value, as decoding errors print it.
pub(super) fn json_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
