//! `modules/modules.json` of the data directory: which module is installed where. Terraform reads and writes it too, and
//! finds here what it would have written itself, byte for byte.

use crate::source::{LoadError, read_file};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// One installed module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Record {
    /// The names of the calls that lead to it, with dots between; empty for the root module.
    pub(super) key: String,
    /// Its source in its normal form.
    pub(super) source: String,
    /// Its version, of modules of a registry.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) version: String,
    /// Its folder, with `/` between names.
    pub(super) dir: String,
}

/// All installed modules, by key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Manifest(BTreeMap<String, Record>);

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct File {
    modules: Vec<Record>,
}

/// The folder of installed modules.
pub(super) fn modules_directory(data_directory: &Path) -> PathBuf {
    data_directory.join("modules")
}

impl Manifest {
    /// Reads the file; an empty one where it does not exist.
    ///
    /// # Errors
    /// It cannot be read or understood.
    pub(super) fn read(data_directory: &Path) -> Result<Manifest, LoadError> {
        let path = path(data_directory);
        let text = match read_file(&path) {
            Ok(text) => text,
            Err(error) if error.cause.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Manifest::default());
            }
            Err(error) => return Err(error),
        };
        let file: File = serde_json::from_str(&text).map_err(|error| LoadError {
            path,
            cause: error.into(),
        })?;
        let records = file.modules.into_iter();
        Ok(Manifest(
            records.map(|record| (record.key.clone(), record)).collect(),
        ))
    }

    /// Writes the file, whole or not at all.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn write(&self, data_directory: &Path) -> Result<(), LoadError> {
        let path = path(data_directory);
        let aside = path.with_extension("json.new");
        let write = || {
            std::fs::create_dir_all(modules_directory(data_directory))?;
            std::fs::write(&aside, self.text())?;
            std::fs::rename(&aside, &path)
        };
        write().map_err(|cause: std::io::Error| LoadError {
            path: path.clone(),
            cause,
        })
    }

    /// The file's text.
    pub(super) fn text(&self) -> String {
        let file = File {
            modules: self.0.values().cloned().collect(),
        };
        let json = serde_json::to_string(&file).unwrap_or_default();
        // As Go's encoder writes it, which thinks of HTML.
        let escapes = [
            ('<', "\\u003c"),
            ('>', "\\u003e"),
            ('&', "\\u0026"),
            ('\u{2028}', "\\u2028"),
            ('\u{2029}', "\\u2029"),
        ];
        escapes.iter().fold(json, |json, (character, escape)| {
            json.replace(*character, escape)
        })
    }

    /// The record of a key.
    pub(super) fn get(&self, key: &str) -> Option<&Record> {
        self.0.get(key)
    }

    /// Whether there is anything beside the root module.
    pub(super) fn has_modules(&self) -> bool {
        self.0.keys().any(|key| !key.is_empty())
    }

    /// Puts a record in the place of the one of its key.
    pub(super) fn insert(&mut self, record: Record) {
        self.0.insert(record.key.clone(), record);
    }

    /// Forgets a module and all that it calls.
    pub(super) fn remove(&mut self, key: &str) {
        let inner = format!("{key}.");
        self.0
            .retain(|other, _| other != key && !other.starts_with(&inner));
    }
}

fn path(data_directory: &Path) -> PathBuf {
    modules_directory(data_directory).join("modules.json")
}
