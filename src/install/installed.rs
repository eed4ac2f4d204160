//! The modules of a project as they are on the disk: local ones where they are, all others where the manifest says.

use super::manifest::{Manifest, Record};
use super::source::Source;
use super::version::{Constraints, Version};
use crate::address::ModulePath;
use crate::config::{ModuleCall, ModuleFiles, ModuleSource, NotInstalled, local_directory};
use crate::source::{LoadError, configuration_files, read_file};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// What is installed.
pub struct Installed {
    manifest: Manifest,
}

impl Installed {
    /// Reads the manifest of a data directory, if there is one.
    ///
    /// # Errors
    /// It cannot be read or understood.
    pub fn read(data_directory: &Path) -> Result<Self, LoadError> {
        Ok(Installed {
            manifest: Manifest::read(data_directory)?,
        })
    }
}

impl ModuleSource for Installed {
    fn files(&mut self, directory: &Path) -> Result<ModuleFiles, LoadError> {
        files(directory)
    }

    fn directory(
        &mut self,
        module: &ModulePath,
        call: &ModuleCall,
        caller: &Path,
    ) -> Result<PathBuf, NotInstalled> {
        if let Err(problem) = Source::of(call) {
            return Err(NotInstalled::NoSource(problem.to_string()));
        }
        if let Some(directory) = local_directory(caller, &call.source) {
            let directory = resolved(directory);
            return if directory.is_dir() {
                Ok(directory)
            } else {
                Err(NotInstalled::Missing)
            };
        }
        let record = self.manifest.get(&key(module));
        fitting(record, call).map(|record| PathBuf::from(&record.dir))
    }
}

/// The key of a module in the manifest.
pub(super) fn key(module: &ModulePath) -> String {
    let names: Vec<&str> = module.names().iter().map(AsRef::as_ref).collect();
    names.join(".")
}

/// The configuration files of a directory, with paths as messages show them.
pub(super) fn files(directory: &Path) -> Result<ModuleFiles, LoadError> {
    let read = |path: PathBuf| {
        let text = read_file(&path)?;
        let shown = path
            .strip_prefix(".")
            .map_or(path.clone(), Path::to_path_buf);
        Ok((shown, Arc::from(text)))
    };
    configuration_files(directory)?
        .into_iter()
        .map(read)
        .collect()
}

/// The record, if it is of what a call asks for and its folder is there.
pub(super) fn fitting<'a>(
    record: Option<&'a Record>,
    call: &ModuleCall,
) -> Result<&'a Record, NotInstalled> {
    let source = Source::of(call).map(|source| source.to_string());
    if let Err(problem) = &source {
        return Err(NotInstalled::NoSource(problem.to_string()));
    }
    let record = record.ok_or(NotInstalled::Missing)?;
    let is_same = record.source == call.source || source.as_ref() == Ok(&record.source);
    if !is_same {
        return Err(NotInstalled::OtherSource(record.source.clone()));
    }
    let constraints = call.version.as_deref().and_then(Constraints::parse);
    let version = Version::parse(&record.version);
    if let (Some(constraints), Some(version)) = (constraints, version)
        && !constraints.meets(&version)
    {
        return Err(NotInstalled::OtherVersion(record.version.clone()));
    }
    if Path::new(&record.dir).is_dir() {
        Ok(record)
    } else {
        Err(NotInstalled::Missing)
    }
}

/// A path in which no folder is a link, as long as links lead somewhere; a relative one stays relative.
pub(super) fn resolved(path: PathBuf) -> PathBuf {
    /// More links in one path are taken for a circle.
    const MOST: usize = 64;
    let mut rest: Vec<PathBuf> = parts(&path);
    let mut done = PathBuf::new();
    let mut links = 0;
    while let Some(part) = rest.pop() {
        if part.as_os_str() == ".."
            && matches!(done.components().next_back(), Some(Component::Normal(_)))
        {
            done.pop();
            continue;
        }
        let next = done.join(&part);
        match std::fs::read_link(&next) {
            Ok(_) if links == MOST => return path,
            Ok(target) => {
                links += 1;
                rest.extend(parts(&target));
            }
            Err(_) => done = next,
        }
    }
    if done.as_os_str().is_empty() {
        PathBuf::from(".")
    } else {
        done
    }
}

/// The components of a path but for `.`, the last one first.
fn parts(path: &Path) -> Vec<PathBuf> {
    let components = path.components().rev();
    components
        .filter(|component| *component != Component::CurDir)
        .map(|component| PathBuf::from(component.as_os_str()))
        .collect()
}
