//! What the sandbox knows: collections of JSON documents, kept in memory and, when a folder is given, in an append-only log.
//!
//! A request is one transaction: [`Store::begin`] takes the process lock and reads what other processes appended,
//! the request reads and writes documents, [`Store::commit`] appends the changed documents as one line before the reply leaves.
//! A process killed in between leaves at most a torn last line, which the next reader drops: the request never happened.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::path::Path;

use serde_json::Value;

use super::log::Log;

/// Why the sandbox's content could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder or one of its files could not be used.
    #[error("the sandbox's files in `{path}` cannot be used: {source}")]
    Io {
        /// The file or folder.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A line in the middle of the log is not what this program writes.
    #[error(
        "line {line} of the sandbox's log `{path}` is damaged; remove the folder to start again"
    )]
    Damaged {
        /// The log file.
        path: String,
        /// The line, counted from 1.
        line: usize,
    },
    /// A seed file does not say what it must.
    #[error("the sandbox's seed is not usable: {reason}")]
    Seed {
        /// What is wrong with it, and where.
        reason: String,
    },
}

/// One changed document: its collection, its key, and its new content (`None` when it was removed).
pub(super) type Change = (String, String, Option<Value>);

type Collections = BTreeMap<String, BTreeMap<String, Value>>;

/// Collections of JSON documents with ordered keys.
///
/// Names of collections and keys are free text. Keys of one collection are iterated in byte order.
#[derive(Debug, Default)]
pub struct Store {
    collections: Collections,
    changed: BTreeSet<(String, String)>,
    log: Option<Log>,
}

const COUNTERS: &str = "counter";

impl Store {
    /// An empty store that lives as long as the process.
    pub fn in_memory() -> Self {
        Self::default()
    }

    /// Opens, or makes, the store whose files live in `dir`.
    ///
    /// # Errors
    /// The folder cannot be made or read, or its log is damaged before its last line.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        let mut store = Self {
            log: Some(Log::open(dir)?),
            ..Self::default()
        };
        store.begin()?;
        store.commit()?;
        Ok(store)
    }

    /// Starts a transaction: takes the process lock (waiting for other processes) and reads what they wrote.
    pub fn begin(&mut self) -> Result<(), StoreError> {
        let Some(log) = &mut self.log else {
            return Ok(());
        };
        let news = log.lock_and_catch_up()?;
        if news.from_the_start {
            self.collections.clear();
        }
        for change in news.changes {
            apply(&mut self.collections, change);
        }
        Ok(())
    }

    /// Ends a transaction: appends the changed documents as one line and gives the process lock back.
    pub fn commit(&mut self) -> Result<(), StoreError> {
        let changes = self.take_changes();
        let Some(log) = &mut self.log else {
            return Ok(());
        };
        let result = log
            .append(&changes)
            .and_then(|()| log.compact_if_wasteful(&self.collections));
        log.unlock();
        result
    }

    /// The document under `key`.
    pub fn get(&self, collection: &str, key: &str) -> Option<&Value> {
        self.collections.get(collection)?.get(key)
    }

    /// All documents of a collection in the order of their keys; nothing for a collection that does not exist.
    pub fn list<'s>(
        &'s self,
        collection: &str,
    ) -> impl Iterator<Item = (&'s String, &'s Value)> + use<'s> {
        self.collections.get(collection).into_iter().flatten()
    }

    /// The documents of a collection whose keys come after `key`, in the order of their keys.
    pub fn list_after<'s>(
        &'s self,
        collection: &str,
        key: &str,
    ) -> impl Iterator<Item = (&'s String, &'s Value)> + use<'s> {
        let range = (Bound::Excluded(key.to_owned()), Bound::Unbounded);
        let documents = self.collections.get(collection).into_iter();
        documents.flat_map(move |documents| documents.range::<String, _>(range.clone()))
    }

    /// The names of the collections that begin with `prefix` and hold something.
    pub fn collections(&self, prefix: &str) -> Vec<String> {
        let range = (Bound::Included(prefix.to_owned()), Bound::Unbounded);
        let names = self
            .collections
            .range::<String, _>(range)
            .map(|(name, _)| name);
        names
            .take_while(|name| name.starts_with(prefix))
            .cloned()
            .collect()
    }

    /// Writes a document, replacing what was under the key. A `null` document counts as removed.
    pub fn put(&mut self, collection: &str, key: &str, value: Value) {
        self.changed.insert((collection.to_owned(), key.to_owned()));
        apply(
            &mut self.collections,
            (
                collection.to_owned(),
                key.to_owned(),
                (!value.is_null()).then_some(value),
            ),
        );
    }

    /// Removes a document and returns what it was.
    pub fn remove(&mut self, collection: &str, key: &str) -> Option<Value> {
        let documents = self.collections.get_mut(collection)?;
        let removed = documents.remove(key)?;
        if documents.is_empty() {
            self.collections.remove(collection);
        }
        self.changed.insert((collection.to_owned(), key.to_owned()));
        Some(removed)
    }

    /// Removes every document of every collection whose name begins with `prefix`.
    pub fn remove_collections(&mut self, prefix: &str) {
        for collection in self.collections(prefix) {
            let keys: Vec<String> = self.list(&collection).map(|(key, _)| key.clone()).collect();
            for key in keys {
                self.remove(&collection, &key);
            }
        }
    }

    /// The next number of a named, persisted counter: 1, 2, 3, …
    pub fn next_counter(&mut self, name: &str) -> u64 {
        let next = self
            .get(COUNTERS, name)
            .and_then(Value::as_u64)
            .unwrap_or(0)
            + 1;
        self.put(COUNTERS, name, Value::from(next));
        next
    }

    /// Whether nothing was ever written.
    pub fn is_empty(&self) -> bool {
        self.collections.is_empty()
    }

    fn take_changes(&mut self) -> Vec<Change> {
        let changed = std::mem::take(&mut self.changed);
        let with_content = |(collection, key): (String, String)| {
            let content = self.get(&collection, &key).cloned();
            (collection, key, content)
        };
        changed.into_iter().map(with_content).collect()
    }
}

fn apply(collections: &mut Collections, (collection, key, content): Change) {
    if let Some(content) = content {
        collections
            .entry(collection)
            .or_default()
            .insert(key, content);
    } else if let Some(documents) = collections.get_mut(&collection) {
        documents.remove(&key);
        if documents.is_empty() {
            collections.remove(&collection);
        }
    }
}
