//! Tags of IAM objects: 50 at most, keys equal whatever their case.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Call;
use super::super::checks::Checks;
use super::super::protocol::{AwsError, Xml};
use super::paging::page;
use super::{invalid_input, limit_exceeded};

const MOST: usize = 50;

pub(super) type Tags = BTreeMap<String, String>;

/// The tags that a request brings, checked.
pub(super) fn of_request(call: &Call<'_>) -> Result<Tags, AwsError> {
    let pairs = call.form.pairs("Tags", "Key", "Value").unwrap_or_default();
    check(&pairs)?;
    Ok(pairs.into_iter().collect())
}

/// Adds tags to an object's own: a key that differs in case only replaces the old one.
pub(super) fn add(tags: &mut Tags, added: Tags) -> Result<(), AwsError> {
    let mut result = tags.clone();
    for (key, value) in added {
        result.retain(|old, _| !old.eq_ignore_ascii_case(&key));
        result.insert(key, value);
    }
    if result.len() > MOST {
        return Err(limit_exceeded(format!(
            "Cannot exceed quota for TagsPerResource: {MOST}"
        )));
    }
    *tags = result;
    Ok(())
}

/// Removes the keys that the request names; one that is not there is no error.
pub(super) fn remove(call: &Call<'_>, tags: &mut Tags) {
    let keys = call.form.list("TagKeys").unwrap_or_default();
    tags.retain(|key, _| !keys.iter().any(|removed| removed.eq_ignore_ascii_case(key)));
}

/// The `Tags` element of an object.
pub(super) fn element(tags: &Tags) -> Xml {
    element_of(tags.iter())
}

/// The result of an operation that lists an object's tags.
pub(super) fn listing(call: &Call<'_>, tags: &Tags) -> Result<Vec<Xml>, AwsError> {
    let page = page(call, tags.iter().collect(), |(key, _)| (*key).clone())?;
    let mut result = vec![element_of(page.items)];
    result.extend(page.tail);
    Ok(result)
}

fn element_of<'a>(tags: impl IntoIterator<Item = (&'a String, &'a String)>) -> Xml {
    Xml::list(
        "Tags",
        tags.into_iter()
            .map(|(key, value)| vec![Xml::text("Key", key), Xml::text("Value", value)]),
    )
}

fn check(pairs: &[(String, String)]) -> Result<(), AwsError> {
    let mut checks = Checks::default();
    if pairs.len() > MOST {
        checks.fail(
            "tags",
            "[…]",
            &format!("Member must have length less than or equal to {MOST}"),
        );
    }
    for (index, (key, value)) in pairs.iter().enumerate() {
        let (key_name, value_name) = (
            format!("tags.{}.member.key", index + 1),
            format!("tags.{}.member.value", index + 1),
        );
        checks
            .length(&key_name, key, 1, 128)
            .characters(&key_name, key, PATTERN, allowed);
        checks
            .length(&value_name, value, 0, 256)
            .characters(&value_name, value, PATTERN, allowed);
    }
    checks.finish("ValidationError")?;
    check_keys(pairs)
}

fn check_keys(pairs: &[(String, String)]) -> Result<(), AwsError> {
    let keys = pairs.iter().map(|(key, _)| key.to_ascii_lowercase());
    let keys: BTreeSet<String> = keys.collect();
    if keys.iter().any(|key| key.starts_with("aws:")) {
        return Err(invalid_input(
            "aws: prefixed tag key names are not allowed for external use.",
        ));
    }
    if keys.len() < pairs.len() {
        return Err(invalid_input(
            "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
        ));
    }
    Ok(())
}

const PATTERN: &str = "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+";

fn allowed(character: char) -> bool {
    character.is_alphanumeric() || character == ' ' || "_.:/=+-@".contains(character)
}
