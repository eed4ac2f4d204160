//! Names that the provider makes: a prefix and 26 digits that no other name has.

use super::draft::Draft;
use crate::value::{Type, Value};

/// The length of what is put behind a prefix.
pub(super) const SUFFIX: usize = 26;

/// Plans `name` and `name_prefix` of a new object: a name that is not given is unknown but for its beginning.
pub(super) fn plan(draft: &mut Draft<'_>) {
    if draft.prior().is_some() {
        return;
    }
    let prefix = draft.get("name_prefix");
    if !draft.unset("name") {
        draft.default("name_prefix", Value::null(Type::String));
        return;
    }
    let prefix = match (draft.unset("name_prefix"), prefix.as_str()) {
        (true, _) => "terraform-",
        (false, known) => known.unwrap_or_default(),
    };
    draft.set("name", Value::unknown_text(prefix));
    draft.default(
        "name_prefix",
        Value::string(if prefix == "terraform-" { prefix } else { "" }),
    );
}

/// The planned name, or one that is made now.
pub(super) fn chosen(planned: &Value) -> String {
    let name = planned.get("name").and_then(Value::as_str);
    if let Some(name) = name.filter(|name| !name.is_empty()) {
        return name.to_owned();
    }
    let prefix = planned.get("name_prefix").and_then(Value::as_str);
    unique(
        prefix
            .filter(|prefix| !prefix.is_empty())
            .unwrap_or("terraform-"),
    )
}

/// The prefix that a name was made with; `None` when it was not made.
pub(super) fn prefix_of(name: &str) -> Option<&str> {
    let (prefix, suffix) = name.split_at_checked(name.len().checked_sub(SUFFIX)?)?;
    let made = suffix.chars().all(|digit| digit.is_ascii_hexdigit());
    (made && !prefix.is_empty()).then_some(prefix)
}

/// A name that no other object has.
pub(super) fn unique(prefix: &str) -> String {
    let random = uuid::Uuid::new_v4().as_u128();
    let decimal = random % 1_000_000_000_000_000_000;
    let hexadecimal = (random >> 64) & 0xffff_ffff;
    format!("{prefix}{decimal:018}{hexadecimal:08x}")
}
