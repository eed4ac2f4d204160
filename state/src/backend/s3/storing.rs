//! Reading and writing the state's object.

use super::objects::{Condition, Object, Objects, Written};
use crate::backend::{BackendError, Stored, Version, check_expected, check_succession, encoded};
use crate::format;
use crate::snapshot::Snapshot;

/// Reads the state; `None` when there is no object, or an empty one.
pub(super) async fn read(objects: &Objects, key: &str) -> Result<Option<Stored>, BackendError> {
    match objects.get(key).await? {
        Some(object) => parsed(objects, key, &object),
        None => Ok(None),
    }
}

/// Writes the state; see [`Backend::write`](crate::backend::Backend::write).
pub(super) async fn write(
    objects: &Objects,
    key: &str,
    snapshot: &Snapshot,
    expected: Option<&Version>,
) -> Result<Version, BackendError> {
    let check = |location: &str, stored: Option<&Stored>| {
        check_succession(location, stored, expected, snapshot)
    };
    store(objects, key, snapshot, check).await
}

/// Writes a state that need not follow the one that is there; see
/// [`Backend::overwrite`](crate::backend::Backend::overwrite).
pub(super) async fn overwrite(
    objects: &Objects,
    key: &str,
    snapshot: &Snapshot,
    expected: Option<&Version>,
) -> Result<Version, BackendError> {
    let check =
        |location: &str, stored: Option<&Stored>| check_expected(location, stored, expected);
    store(objects, key, snapshot, check).await
}

async fn store(
    objects: &Objects,
    key: &str,
    snapshot: &Snapshot,
    check: impl Fn(&str, Option<&Stored>) -> Result<(), BackendError>,
) -> Result<Version, BackendError> {
    let location = objects.location(key);
    let bytes = encoded(&location, snapshot)?;
    let before = objects.get(key).await?;
    let stored = match &before {
        Some(object) => parsed(objects, key, object)?,
        None => None,
    };
    check(&location, stored.as_ref())?;
    let condition = match &before {
        Some(object) => Condition::Matches(&object.tag),
        None => Condition::Absent,
    };
    match objects.put("write", key, &bytes, condition).await? {
        Written::Done(tag) => Ok(Version(tag)),
        Written::Refused => settled(objects, key, &bytes).await,
    }
}

/// What a refused write came to: a request whose answer was lost is sent again, and is then refused because of itself.
async fn settled(objects: &Objects, key: &str, bytes: &[u8]) -> Result<Version, BackendError> {
    let now = objects.get(key).await?;
    match &now {
        Some(object) if object.bytes == bytes => Ok(Version(object.tag.clone())),
        Some(object) => Err(BackendError::Stale {
            location: objects.location(key),
            stored: parsed(objects, key, object)?.map(|stored| stored.snapshot.serial),
        }),
        None => Err(BackendError::Stale {
            location: objects.location(key),
            stored: None,
        }),
    }
}

fn parsed(objects: &Objects, key: &str, object: &Object) -> Result<Option<Stored>, BackendError> {
    let snapshot = format::parse(&object.bytes).map_err(|source| BackendError::Format {
        location: objects.location(key),
        source,
    })?;
    Ok(snapshot.map(|snapshot| Stored {
        snapshot,
        version: Version(object.tag.clone()),
    }))
}
