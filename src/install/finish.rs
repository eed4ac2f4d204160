//! The end of an installation: local modules are recorded beside the others, and the lock says what is installed.

use super::lockfile::Entry;
use super::manifest::Record;
use super::source::Source;
use super::{Installer, Problem, git, not_written, tree};
use crate::address::ModulePath;
use crate::config::{Configuration, ModuleCall, local_directory};
use std::path::Path;

/// The package of a record, as the lock knows it; none for local modules and folders of this machine.
pub(super) fn package(record: &Record) -> Option<String> {
    match Source::parse(&record.source).ok()? {
        Source::Local(_) => None,
        Source::Registry(module) => Some(module.package()),
        Source::Remote(remote) => {
            let is_folder = remote.way().0 == "file"
                && Path::new(remote.package.trim_start_matches("file://")).is_dir();
            (!is_folder).then_some(remote.package)
        }
    }
}

impl Installer<'_> {
    /// Records what the whole configuration is made of.
    pub(super) fn finish(&mut self, configuration: &Configuration) -> Result<(), Problem> {
        self.manifest.insert(Record {
            key: String::new(),
            source: String::new(),
            version: String::new(),
            dir: shown(self.request.directory),
        });
        let mut entries = Vec::new();
        for (path, call) in calls(configuration) {
            let key = super::installed::key(&path);
            if local_directory(Path::new(""), &call.source).is_some() {
                self.record_local(configuration, &path, call);
            } else if let Some(record) = self.manifest.get(&key) {
                entries.extend(self.entry(record)?);
            }
        }
        let is_needed = self.manifest.has_modules();
        if is_needed {
            self.write_manifest()?;
        }
        self.lock
            .replace(entries, self.request.directory)
            .map_err(|error| not_written(&error.to_string()))
    }

    /// Records where a local module is, and says so where that is new.
    fn record_local(
        &mut self,
        configuration: &Configuration,
        path: &ModulePath,
        call: &ModuleCall,
    ) {
        let Some(module) = configuration.module(path) else {
            return;
        };
        let record = Record {
            key: super::installed::key(path),
            source: Source::parse(&call.source)
                .map_or_else(|_| call.source.clone(), |source| source.to_string()),
            version: String::new(),
            dir: shown(&module.directory),
        };
        let is_known = self.manifest.get(&record.key) == Some(&record);
        if !is_known || self.request.upgrade {
            (self.request.tell)(&format!("- {} in {}", record.key, record.dir));
        }
        self.manifest.insert(record);
    }

    /// What the lock says about an installed package.
    fn entry(&self, record: &Record) -> Result<Option<Entry>, Problem> {
        let Some(package) = package(record) else {
            return Ok(None);
        };
        let folder = self.folder(&record.key);
        let hash = tree::hash(&folder)
            .map_err(|error| not_written(&format!("{}: {error}", folder.display())))?;
        let version = Some(record.version.clone()).filter(|version| !version.is_empty());
        let commit = package
            .starts_with("git::")
            .then(|| git::head(&folder))
            .flatten();
        Ok(Some(Entry {
            package,
            version,
            commit,
            hash,
        }))
    }
}

/// The calls that lead to the modules of a configuration; what a module calls follows it.
fn calls(configuration: &Configuration) -> Vec<(ModulePath, &ModuleCall)> {
    let mut calls: Vec<(ModulePath, &ModuleCall)> = Vec::new();
    for (path, module) in &configuration.modules {
        let child = |call: &ModuleCall| path.child(call.name.clone());
        calls.extend(module.calls.values().map(|call| (child(call), call)));
    }
    calls.sort_by(|(left, _), (right, _)| left.names().cmp(right.names()));
    calls
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
