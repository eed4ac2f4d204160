//! Tags: what is planned of them, what is seen of them, and what has to change.
//!
//! `tags` is what the resource itself says, `tags_all` with the provider's `default_tags` under it. AWS's own tags
//! (`aws:…`) and ignored ones are never seen.

use super::draft::Draft;
use super::object::map_of_texts;
use crate::address::Name;
use crate::schema::{Attribute, Facts};
use crate::value::{Kind, Type, Value};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// Tags that are left out of account, as `ignore_tags` says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IgnoredTags {
    /// Whole keys.
    pub keys: Vec<String>,
    /// Beginnings of keys.
    pub prefixes: Vec<String>,
}

impl IgnoredTags {
    fn has(&self, key: &str) -> bool {
        key.starts_with("aws:")
            || self.keys.iter().any(|ignored| ignored == key)
            || self.prefixes.iter().any(|prefix| key.starts_with(prefix))
    }
}

/// `tags` and `tags_all`, for the schema of a resource.
pub(super) fn attributes() -> [Attribute; 2] {
    let ty = || Type::map(Type::String);
    [
        Attribute::optional(
            "tags",
            ty(),
            "Tags of the object. They win over `default_tags` of the provider.",
        ),
        Attribute::optional_computed(
            "tags_all",
            ty(),
            "All tags of the object, with the `default_tags` of the provider.",
        ),
    ]
}

/// Plans `tags_all`. While the provider's settings are not known, an existing object keeps the default tags it has.
pub(super) fn plan(draft: &mut Draft<'_>, facts: &Facts) {
    let tags = draft.get("tags");
    let all = match (&tags.kind, defaults(draft, facts)) {
        (Kind::Unknown(_), _) | (_, None) => Value::unknown_not_null(Type::map(Type::String)),
        (_, Some(defaults)) => {
            let mut all: BTreeMap<Name, Value> = defaults
                .into_iter()
                .map(|(key, value)| (key.into(), Value::string(value)))
                .collect();
            let own = tags.as_entries().into_iter().flatten();
            all.extend(
                own.filter(|(_, value)| !value.is_null())
                    .map(|(k, v)| (k.clone(), v.clone())),
            );
            Value::map(Type::String, all)
        }
    };
    draft.set("tags_all", all.marked(tags.marks));
}

fn defaults(draft: &Draft<'_>, facts: &Facts) -> Option<BTreeMap<String, String>> {
    if !facts.region.is_empty() {
        return Some(facts.default_tags.clone());
    }
    let prior = draft.prior()?;
    let own = prior.get("tags").map(map_of_texts).unwrap_or_default();
    let mut all = prior.get("tags_all").map(map_of_texts)?;
    all.retain(|key, _| !own.contains_key(key));
    Some(all)
}

/// `tags` and `tags_all` of a live object. `spelled` is the recorded or planned object: a tag that it writes itself is
/// its own, even where the default says the same.
pub(super) fn seen(
    live: BTreeMap<String, String>,
    spelled: Option<&Value>,
    defaults: &BTreeMap<String, String>,
    ignored: &IgnoredTags,
) -> (Json, Json) {
    let all: BTreeMap<String, String> = live
        .into_iter()
        .filter(|(key, _)| !ignored.has(key))
        .collect();
    let written = spelled
        .and_then(|object| object.get("tags"))
        .map(map_of_texts)
        .unwrap_or_default();
    let own: BTreeMap<&String, &String> = all
        .iter()
        .filter(|(key, value)| written.contains_key(*key) || defaults.get(*key) != Some(*value))
        .collect();
    let own = if own.is_empty() {
        Json::Null
    } else {
        json!(own)
    };
    (own, json!(all))
}

/// The change from one set of tags to another: the keys to remove, and the tags to write.
pub(super) fn change(before: &Value, after: &Value) -> (Vec<String>, BTreeMap<String, String>) {
    let all = |object: &Value| object.get("tags_all").map(map_of_texts).unwrap_or_default();
    let (before, mut after) = (all(before), all(after));
    let removed = before
        .keys()
        .filter(|key| !after.contains_key(*key))
        .cloned()
        .collect();
    after.retain(|key, value| before.get(key) != Some(value));
    (removed, after)
}
