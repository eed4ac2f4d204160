//! Label and field selectors.

use serde_json::Value;

use super::kinds::{Kind, NAMESPACE};
use super::metadata;
use super::status::Refusal;

/// Which objects a list shows.
#[derive(Debug, Default)]
pub(super) struct Selector {
    labels: Vec<LabelRule>,
    fields: Vec<FieldRule>,
}

#[derive(Debug)]
struct LabelRule {
    key: String,
    values: Option<Vec<String>>,
    wanted: bool,
}

#[derive(Debug)]
struct FieldRule {
    field: String,
    value: String,
    wanted: bool,
}

impl Selector {
    /// Reads both selectors of a request.
    pub(super) fn parse(kind: &Kind, labels: &str, fields: &str) -> Result<Self, Refusal> {
        let labels = split_outside_parentheses(labels)
            .into_iter()
            .map(label_rule);
        let fields = fields.split(',').filter(|rule| !rule.is_empty());
        Ok(Self {
            labels: labels.collect::<Result<_, _>>()?,
            fields: fields
                .map(|rule| field_rule(kind, rule))
                .collect::<Result<_, _>>()?,
        })
    }

    /// Whether it shows everything.
    pub(super) fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.fields.is_empty()
    }

    /// Whether it shows an object.
    pub(super) fn shows(&self, object: &Value) -> bool {
        let labels = object.pointer("/metadata/labels");
        self.labels.iter().all(|rule| rule.holds(labels))
            && self.fields.iter().all(|rule| rule.holds(object))
    }
}

impl LabelRule {
    fn holds(&self, labels: Option<&Value>) -> bool {
        let value = labels
            .and_then(|labels| labels.get(&self.key))
            .and_then(Value::as_str);
        let matches = match (&self.values, value) {
            (None, value) => value.is_some(),
            (Some(values), Some(value)) => values.iter().any(|other| other == value),
            (Some(_), None) => false,
        };
        matches == self.wanted
    }
}

impl FieldRule {
    fn holds(&self, object: &Value) -> bool {
        let value = match self.field.as_str() {
            "status.phase" => object
                .pointer("/status/phase")
                .and_then(Value::as_str)
                .unwrap_or_default(),
            field => metadata::text(object, field.trim_start_matches("metadata.")),
        };
        (value == self.value) == self.wanted
    }
}

fn label_rule(text: &str) -> Result<LabelRule, Refusal> {
    let text = text.trim();
    let unexpected = || {
        let found = if text.starts_with("==") { "==" } else { text };
        Refusal::bad_request(format!(
            "found '{found}', expected: !, identifier, or 'end of string'"
        ))
    };
    let one_of = |list: &str| {
        let list = list
            .trim()
            .strip_prefix('(')
            .and_then(|list| list.strip_suffix(')'));
        let values = list
            .ok_or_else(unexpected)?
            .split(',')
            .map(|value| value.trim().to_owned());
        Ok::<_, Refusal>(Some(values.collect()))
    };
    let one = |(key, value): (&str, &str), wanted| {
        (key_text(key), Some(vec![value.trim().to_owned()]), wanted)
    };
    let (key, values, wanted) = if let Some(key) = text.strip_prefix('!') {
        (key.trim().to_owned(), None, false)
    } else if let Some((key, list)) = text.split_once(" notin ") {
        (key_text(key), one_of(list)?, false)
    } else if let Some((key, list)) = text.split_once(" in ") {
        (key_text(key), one_of(list)?, true)
    } else if let Some(parts) = text.split_once("!=") {
        one(parts, false)
    } else if let Some(parts) = text.split_once("==").or_else(|| text.split_once('=')) {
        one(parts, true)
    } else {
        (text.to_owned(), None, true)
    };
    if !super::validation::key_problems(&key).is_empty() {
        return Err(unexpected());
    }
    Ok(LabelRule {
        key,
        values,
        wanted,
    })
}

fn key_text(key: &str) -> String {
    key.trim().to_owned()
}

fn field_rule(kind: &Kind, text: &str) -> Result<FieldRule, Refusal> {
    let (parts, wanted) = match text.split_once("!=") {
        Some(parts) => (Some(parts), false),
        None => (text.split_once("==").or_else(|| text.split_once('=')), true),
    };
    let Some((field, value)) = parts else {
        let message = format!("invalid selector: '{text}'; can't understand '{text}'");
        return Err(Refusal::bad_request(message));
    };
    let is_namespace = kind.name == NAMESPACE.name;
    match field {
        "metadata.name" => {}
        "metadata.namespace" if !is_namespace => {}
        "status.phase" if is_namespace => {}
        _ if is_namespace => {
            return Err(Refusal::bad_request(format!(
                "field label not supported: {field}"
            )));
        }
        _ => {
            let message = format!(
                "{field:?} is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
            );
            return Err(Refusal::bad_request(message));
        }
    }
    Ok(FieldRule {
        field: field.to_owned(),
        value: value.to_owned(),
        wanted,
    })
}

fn split_outside_parentheses(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut depth) = (0, 0_usize);
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(text.get(start..at).unwrap_or_default());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text.get(start..).unwrap_or_default());
    parts.retain(|part| !part.trim().is_empty());
    parts
}
