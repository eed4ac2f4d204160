//! `.trustform.modules.lock.hcl`: which packages were installed, and the hashes of what was in them.

use super::hcl;
use super::version::{Constraints, Version};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lang::escaped;
use crate::source::{LoadError, SourceMap, read_file};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The name of the file, beside `.terraform.lock.hcl`.
pub(super) const FILE_NAME: &str = ".trustform.modules.lock.hcl";

const HEADING: &str = "\
# The modules that `trustform init` has installed. It writes this file, and installs the same again where it finds it;
# `trustform init -upgrade` takes newer ones. Keep it under version control.
";

/// A package that was installed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    /// Its address, without the folder within.
    pub(super) package: String,
    /// Its version, of one from a registry.
    pub(super) version: Option<String>,
    /// The commit, of one from a repository.
    pub(super) commit: Option<String>,
    /// The hash of its files, as [`super::tree::hash`] makes it.
    pub(super) hash: String,
}

/// All packages, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Lock {
    entries: Vec<Entry>,
}

impl Lock {
    /// Reads the lock of a project; an empty one where there is none.
    ///
    /// # Errors
    /// It cannot be read or understood.
    pub(super) fn read(directory: &Path) -> Result<Lock, (Diagnostics, SourceMap)> {
        let path = path(directory);
        let mut sources = SourceMap::default();
        let text = match read_file(&path) {
            Ok(text) => text,
            Err(error) if error.cause.kind() == ErrorKind::NotFound => return Ok(Lock::default()),
            Err(error) => return Err((failed(&error.to_string()).into(), sources)),
        };
        let shown = path.strip_prefix(".").unwrap_or(&path).to_path_buf();
        let file = sources.add(shown, text.as_str());
        let (tree, problems) = crate::lang::parse(&text.as_str().into(), file);
        if problems.has_errors() {
            return Err((problems, sources));
        }
        let mut entries = Vec::new();
        let blocks = tree.blocks();
        for block in blocks.filter(|block| hcl::kind(&tree, block) == "module") {
            let hash = hcl::text(&tree, block, "hash");
            let (Some(package), Some(hash)) = (hcl::label(&tree, block), hash) else {
                let detail = format!(
                    "Each `module` block of {FILE_NAME} has the address of a package and a `hash`."
                );
                return Err((failed(&detail).into(), sources));
            };
            entries.push(Entry {
                package,
                version: hcl::text(&tree, block, "version"),
                commit: hcl::text(&tree, block, "commit"),
                hash,
            });
        }
        Ok(Lock { entries })
    }

    /// The entry of a package in a version.
    pub(super) fn get(&self, package: &str, version: Option<&str>) -> Option<&Entry> {
        self.entries
            .iter()
            .find(|entry| entry.package == package && entry.version.as_deref() == version)
    }

    /// The newest version of a package that is locked and allowed.
    pub(super) fn version(&self, package: &str, allowed: &Constraints) -> Option<Version> {
        let of_package = self.entries.iter().filter(|entry| entry.package == package);
        let versions: Vec<Version> = of_package
            .filter_map(|entry| Version::parse(entry.version.as_deref()?))
            .collect();
        allowed.newest(&versions).cloned()
    }

    /// Puts these entries in the place of all, and writes the file where that changes something; one without entries is
    /// removed.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn replace(
        &mut self,
        mut entries: Vec<Entry>,
        directory: &Path,
    ) -> Result<(), LoadError> {
        entries.sort();
        entries.dedup();
        let path = path(directory);
        let text = text(&entries);
        let before = read_file(&path).unwrap_or_default();
        self.entries = entries;
        let done = match (before == text, text.is_empty()) {
            (true, _) => Ok(()),
            (false, true) => std::fs::remove_file(&path),
            (false, false) => {
                let aside = path.with_extension("hcl.new");
                std::fs::write(&aside, text).and_then(|()| std::fs::rename(&aside, &path))
            }
        };
        done.map_err(|cause| LoadError { path, cause })
    }
}

fn path(directory: &Path) -> PathBuf {
    directory.join(FILE_NAME)
}

fn text(entries: &[Entry]) -> String {
    let blocks: Vec<String> = entries.iter().map(block).collect();
    if blocks.is_empty() {
        return String::new();
    }
    format!("{HEADING}\n{}", blocks.join("\n"))
}

fn block(entry: &Entry) -> String {
    let hash = Some(entry.hash.clone());
    let members = [
        ("version", &entry.version),
        ("commit", &entry.commit),
        ("hash", &hash),
    ];
    let given: Vec<(&str, &String)> = members
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.as_ref()?)))
        .collect();
    let width = given.iter().map(|(name, _)| name.len()).max();
    let width = width.unwrap_or_default();
    let line =
        |(name, value): &(&str, &String)| format!("  {name:width$} = \"{}\"\n", escaped(value));
    let lines: String = given.iter().map(line).collect();
    format!("module \"{}\" {{\n{lines}}}\n", escaped(&entry.package))
}

fn failed(problem: &str) -> Diagnostic {
    Diagnostic::error(Code::Unreadable, problem).with_summary("Module lock could not be used")
}
