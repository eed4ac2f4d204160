//! Maps whose change makes an object anew: `triggers` and `keepers`.

use crate::address::AttributePath;
use crate::schema::Attribute;
use crate::value::{Type, Value};
use std::collections::BTreeMap;

/// The attribute `keepers` of random kinds.
pub(super) fn keepers() -> Attribute {
    Attribute::optional(
        "keepers",
        Type::map(Type::String),
        "Any values; another value makes a new object.",
    )
}

/// The map, when its change needs another object: entries that are null make no difference, as older providers did not
/// record them.
pub(super) fn replacements(
    name: &'static str,
    prior: &Value,
    planned: &Value,
) -> Vec<AttributePath> {
    let is_unknown = planned.get(name).is_some_and(Value::is_unknown);
    if !is_unknown && entries(prior, name) == entries(planned, name) {
        return Vec::new();
    }
    vec![AttributePath::attribute(name)]
}

/// The entries that say something.
fn entries(object: &Value, name: &str) -> BTreeMap<String, Value> {
    let entries = object.get(name).and_then(Value::as_entries);
    let entries = entries.into_iter().flatten();
    entries
        .filter(|(_, value)| !value.is_null())
        .map(|(key, value)| (key.to_string(), value.without_marks()))
        .collect()
}
