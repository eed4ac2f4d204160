//! The sandbox's time: it stands still until somebody waits, and is kept with the sandbox's content.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::store::Store;

const COLLECTION: &str = "clock";
const NOW: &str = "now";

/// Where a new sandbox's time begins: 2026-01-01T00:00:00Z.
const BEGINNING: Timestamp = Timestamp::constant(1_767_225_600, 0);

/// The sandbox's present.
pub fn now(store: &Store) -> Timestamp {
    let stored = store.get(COLLECTION, NOW).and_then(Value::as_str);
    stored
        .and_then(|text| text.parse().ok())
        .unwrap_or(BEGINNING)
}

/// Lets the time of a new sandbox begin at `instant`.
pub(super) fn begin_at(store: &mut Store, instant: Timestamp) {
    store.put(COLLECTION, NOW, Value::from(instant.to_string()));
}

/// Sets the present, which must not go back: an earlier instant changes nothing.
pub fn advance_to(store: &mut Store, instant: Timestamp) {
    if instant > now(store) {
        store.put(COLLECTION, NOW, Value::from(instant.to_string()));
    }
}

/// The instant `wait` after `instant`, or the end of time.
pub fn after(instant: Timestamp, wait: Duration) -> Timestamp {
    instant.checked_add(wait).unwrap_or(Timestamp::MAX)
}

/// An instant as AWS writes it: whole seconds, `2026-01-01T00:00:00Z`.
pub(super) fn whole_seconds(instant: Timestamp) -> String {
    Timestamp::from_second(instant.as_second())
        .unwrap_or(instant)
        .to_string()
}
