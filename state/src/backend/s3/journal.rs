//! The journal beside a state in S3. Objects cannot be appended to, so each batch is an object of its own, named after
//! the run and numbered; the manifest is the one whose presence means that there is a journal at all.

use async_trait::async_trait;

use super::objects::{Condition, Objects, Written};
use crate::journal::{
    Journal, JournalError, JournalWriter, Manifest, Record, decode, encode_manifest, encode_records,
};

/// A journal that is being written, under the lock of its state.
#[derive(Debug)]
struct S3Journal {
    objects: Objects,
    /// What the keys of this run's batches begin with.
    prefix: String,
    next: u64,
}

/// Writes the manifest.
pub(super) async fn begin(
    objects: &Objects,
    key: &str,
    manifest: &Manifest,
) -> Result<Box<dyn JournalWriter>, JournalError> {
    let bytes = encode_manifest(manifest).map_err(|error| unwritable(objects, key, &error))?;
    if !put(objects, key, &bytes).await? {
        return Err(JournalError::LeftOver {
            location: objects.location(key),
        });
    }
    Ok(Box::new(S3Journal {
        objects: objects.clone(),
        prefix: batches(key, &manifest.run),
        next: 1,
    }))
}

/// Opens the journal that an interrupted run has left.
pub(super) async fn resume(
    objects: &Objects,
    key: &str,
) -> Result<Box<dyn JournalWriter>, JournalError> {
    let Some(journal) = read(objects, key).await? else {
        return Err(JournalError::NoManifest {
            location: objects.location(key),
            reason: "it is gone".to_owned(),
        });
    };
    let prefix = batches(key, &journal.manifest.run);
    let keys = objects.list(&prefix).await?;
    let last = keys
        .iter()
        .filter_map(|key| key.strip_prefix(&prefix)?.parse::<u64>().ok());
    Ok(Box::new(S3Journal {
        objects: objects.clone(),
        next: last.max().unwrap_or(0) + 1,
        prefix,
    }))
}

/// Reads the journal; `None` when there is none.
pub(super) async fn read(objects: &Objects, key: &str) -> Result<Option<Journal>, JournalError> {
    let Some(manifest) = objects.get(key).await? else {
        return Ok(None);
    };
    let location = objects.location(key);
    let mut bytes = manifest.bytes;
    let head = decode(&bytes, &location)?;
    for batch in objects.list(&batches(key, &head.manifest.run)).await? {
        if let Some(object) = objects.get(&batch).await? {
            bytes.extend(object.bytes);
        }
    }
    decode(&bytes, &location).map(Some)
}

/// Removes the journal: the manifest first, with which it ends, then its batches and those of earlier removals that
/// were interrupted.
pub(super) async fn remove(objects: &Objects, key: &str) -> Result<(), JournalError> {
    objects.delete(key, None).await?;
    let batches = objects.list(&format!("{key}.")).await?;
    objects.delete_all(&batches).await?;
    Ok(())
}

#[async_trait]
impl JournalWriter for S3Journal {
    async fn append(&mut self, records: &[Record]) -> Result<(), JournalError> {
        if records.is_empty() {
            return Ok(());
        }
        // Numbers of one width, so that the order of the keys is that of the batches.
        let key = format!("{}{:010}", self.prefix, self.next);
        let bytes =
            encode_records(records).map_err(|error| unwritable(&self.objects, &key, &error))?;
        if !put(&self.objects, &key, &bytes).await? {
            return Err(JournalError::Broken {
                location: self.objects.location(&key),
            });
        }
        self.next += 1;
        Ok(())
    }
}

/// Writes a new object; says whether it is there with this content.
async fn put(objects: &Objects, key: &str, bytes: &[u8]) -> Result<bool, JournalError> {
    match objects.put("write", key, bytes, Condition::Absent).await? {
        Written::Done(_) => Ok(true),
        Written::Refused => {
            let there = objects.get(key).await?;
            Ok(there.is_some_and(|object| object.bytes == bytes))
        }
    }
}

fn batches(key: &str, run: &str) -> String {
    format!("{key}.{run}.")
}

fn unwritable(objects: &Objects, key: &str, error: &serde_json::Error) -> JournalError {
    JournalError::NotEncoded {
        location: objects.location(key),
        reason: error.to_string(),
    }
}
